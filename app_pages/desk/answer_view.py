"""One answer, as the plain texts that the component draws."""

from typing import TYPE_CHECKING

from app_pages.desk import fund_view
from app_pages.desk.menu_view import menu_view
from app_pages.desk.pair_view import drawn_pair
from app_pages.desk.rate_view import drawn_rate, is_blocked
from app_pages.desk.received_view import queue_view, room_facts, rooms_view
from app_pages.shell.language import View, Words, facility_text
from verification.basics.dates import VIETNAM, age_in_years, vi_date
from verification.basics.texts import Texts
from verification.card import numbers, periods
from verification.card.facts import Card, Origin
from verification.card.reasons import NextStep, Reason, reason_texts
from verification.card.side_by_side import pairs_of
from verification.kiosk import Kiosk
from verification.log.visit import PortalWord
from verification.log.visit_events import Presented
from verification.reception import portal_desk
from verification.reception.answer import Answer
from verification.reception.judging import is_doubted
from verification.reception.papers import menu_after
from verification.reception.questions import desk_question, flag_question
from verification.reception.screen import Screen
from verification.rules.law.validity import validity_text
from verification.rules.law.verdict import Outcome, Source, Verdict

if TYPE_CHECKING:
    from datetime import date

TEXTS = Texts(
    "app_pages.desk", "app_pages.shell", "verification.reception", "verification.operations.health"
)
CLEAR_AFTER_SECONDS = 60
TONES = {Outcome.ELIGIBLE: "ok", Outcome.NOT_ELIGIBLE: "no", Outcome.UNDETERMINED: "wait"}
LOOK_TONE = "look"
_SIGNS = {"ok": "✓", "no": "✕", "wait": "?", "info": "i"}


class DrawnAnswer:
    """One answer, drawn."""

    def __init__(self, kiosk: Kiosk, answer: Answer, screen: Screen, words: Words) -> None:
        self._kiosk = kiosk
        self._answer = answer
        self._screen = screen
        self._words = words
        self._verdict: Verdict = answer.verdict
        self._on = self._verdict.on
        self._against = portal_desk.is_against(answer.visit)
        self._fund = None if self._against else fund_view.fund_band(answer, words)

    def view(self) -> View:
        """Return all that the component draws of it."""
        tone, note = self._tone(), self._note()
        return {
            "id": self._answer.shown_as,
            # whoever was only looked at must not look like somebody who was received
            "tone": LOOK_TONE if self._answer.looked and self._verdict.card else tone,
            "sign": self._fund.sign if self._fund else _SIGNS[tone],
            "word": self._word(),
            "sentence": self._band_sentence(),
            **self._person(self._verdict.card or Card()),
            "queue": queue_view(self._answer, self._words),
            "pairs": self._pairs(),
            "state": self._state(),
            "rate": self._rate() if self._verdict.card else None,
            "facts": self._facts(self._verdict.card) if self._verdict.card else [],
            "note": note,
            "rooms": self._rooms(note),
            "todo": self._todo(),
            "source": self._source(),
            "keys": self._keys(),
            "clear_after_s": CLEAR_AFTER_SECONDS,
        }

    def _state(self) -> View | None:
        """Return whether this patient is received, and when; None where nobody is there to be."""
        visit = self._answer.visit or next(iter(self._answer.already), None)
        if visit and not visit.cancelled:
            time = f"{visit.happened_at.astimezone(VIETNAM):%H:%M}"
            return {"text": self._words("state_received", time=time), "done": True}
        if self._verdict.card is None:
            return None
        return {"text": self._words("state_waiting"), "done": False}

    def _rate(self) -> View:
        open_fund = self._fund is not None
        return drawn_rate(self._answer, self._words, open_fund=open_fund)

    def _pairs(self) -> list[View]:
        told = pairs_of(self._verdict.reasons)
        drawn = [drawn_pair(pair, self._words) for pair in told]
        known = {(pair.fact, pair.kept_text) for pair in told}  # earlier today it was the holder
        apart = [p for p in self._answer.apart if (p.fact, p.kept_text) not in known]
        more = (
            (("pair_now", "pair_then"), apart),
            (("pair_after", "pair_before"), self._answer.corrected),
        )
        return drawn + [drawn_pair(pair, self._words, s) for s, pairs in more for pair in pairs]

    def _sentence(self) -> str:
        if self._answer.already and self._verdict.headline.reason is Reason.VALID:
            first = self._answer.already[0]
            time = f"{first.happened_at.astimezone(VIETNAM):%H:%M}"
            if first.so_thu_tu is None:  # received by a version before
                return self._words("already_sentence", time=time, desk=first.desk)
            number = str(first.so_thu_tu)
            return self._words("already_numbered", time=time, desk=first.desk, number=number)
        return self._verdict.headline.sentence.in_language(self._words.lang)

    def _word(self) -> str:
        own = reason_texts()[self._verdict.headline.reason].word
        usual = self._words(f"word_{self._verdict.outcome.value}")
        word = own.in_language(self._words.lang) if own else usual
        word = self._fund.word if self._fund else word
        if self._against:  # received, and the portal speaks against it: not the band of before
            return self._words("portal.against", word=self._against_word(word))
        if self._answer.reopened:
            return self._words("reopened_prefix", word=word)
        return self._words("lookup_prefix", word=word) if self._answer.looked else word

    def _against_word(self, word: str) -> str:
        """Return what the portal says; a code that settles nothing by itself."""
        visit = self._answer.visit
        blocked = self._verdict.outcome is Outcome.NOT_ELIGIBLE
        rejected = visit is not None and visit.portal is PortalWord.REJECTED
        if blocked or (rejected and self._verdict.outcome is not Outcome.ELIGIBLE):
            return word
        return self._words("portal.code", code=visit.portal_code if visit else "?")

    def _tone(self) -> str:
        if self._against:
            return "no" if self._verdict.outcome is Outcome.NOT_ELIGIBLE else "wait"
        if self._answer.reopened and self._answer.visit:
            return "info"  # a view: nobody comes in by the green of an hour ago
        if self._answer.reopened and self._verdict.outcome is Outcome.ELIGIBLE:
            return fund_view.TONE  # green is who was received
        if self._fund:
            return fund_view.TONE
        return TONES[self._verdict.outcome] if self._verdict.card else "info"

    def _band_sentence(self) -> str:
        """Return what the fund does for this visit, after what else must be said of the card."""
        if self._fund is None:
            return self._sentence()
        usual = self._verdict.headline.reason is Reason.VALID and not self._answer.already
        return self._fund.sentence if usual else f"{self._sentence()}. {self._fund.sentence}"

    def _person(self, card: Card) -> View:
        whole = card.ma_the or card.ma_so_bhxh or card.so_cccd
        masked = numbers.mask(whole)
        shown = self._screen.number_shown
        return {
            "name": card.ho_ten.upper() if card.ho_ten else None,
            "about": self._about(card),
            "number": numbers.spaced(masked) if masked else None,
            "number_full": numbers.spaced(whole) if whole and shown else None,
            "number_note": self._words("number_seconds" if shown else "number_key"),
        }

    def _about(self, card: Card) -> str:
        parts = [self._words(f"sex_{card.gioi_tinh}")] if card.gioi_tinh else []
        if card.ngay_sinh and is_doubted(self._verdict):
            parts.append(card.ngay_sinh.vi)
        elif card.ngay_sinh:
            years = str(age_in_years(card.ngay_sinh, self._on))
            parts.append(f"{card.ngay_sinh.vi} ({self._words('age', years=years)})")
        if (
            card.dia_chi and self._answer.looked
        ):  # with the birth date it tells two of one name apart
            parts.append(card.dia_chi)
        return " · ".join(parts)

    def _facts(self, card: Card) -> list[View]:
        return [
            self._validity(card),
            self._registered(card),
            self._five_years(card),
            {"label": self._words("fact_area"), "value": card.ma_kv or "–", "note": "", "tone": ""},
            self._presentation(),
            *room_facts(self._kiosk, self._answer, self._words),
        ]

    def _validity(self, card: Card) -> View:
        note, tone = self._validity_note(card)
        known = card.gt_the_tu or card.gt_the_den
        return {
            "label": self._words("fact_validity"),
            "value": validity_text(card) if known else "–",
            "note": note,
            "tone": tone,
        }

    def _validity_note(self, card: Card) -> tuple[str, str]:
        note, tone = self._validity_on_the_day(card)
        known = self._verdict.periods
        begin = periods.next_begin(known, card.gt_the_den or self._on)
        if begin:
            more = self._words("period_follows", date=vi_date(begin))
        else:
            count = str(len(periods.candidates(known)))
            more = self._words("periods_more", count=count) if count > "1" else ""
        return " · ".join(part for part in (note, more) if part), tone

    def _validity_on_the_day(self, card: Card) -> tuple[str, str]:
        if is_doubted(self._verdict):
            return self._words("clock_unsure"), "wait"
        begin, end, on = card.gt_the_tu, card.gt_the_den, self._on
        if self._verdict.doubtful and end and on > end:
            return self._words("ended_unsure"), "wait"
        if end and on > end:
            return self._words("days_past", days=str((on - end).days)), "no"
        if begin and on < begin:
            return self._words("days_until", days=str((begin - on).days)), "no"
        if self._verdict.source is Source.QR or self._verdict.unverified:
            return self._words("unverified"), "wait"
        if end:
            return self._words("days_left", days=str((end - on).days)), ""
        return (self._words("no_end") if begin else ""), ""

    def _registered(self, card: Card) -> View:
        here = card.ma_dkbd is not None and card.ma_dkbd == self._kiosk.facility
        note = self._words("here" if here else "elsewhere") if card.ma_dkbd else ""
        value = facility_text(self._kiosk, card.ma_dkbd, self._words)
        return {"label": self._words("fact_facility"), "value": value, "note": note, "tone": ""}

    def _five_years(self, card: Card) -> View:
        day: date | None = card.ngay_du_5_nam
        full = day is not None and day <= self._on and not is_doubted(self._verdict)
        return {
            "label": self._words("fact_five_years"),
            "value": vi_date(day) if day else "–",
            "note": self._words("five_years_full") if full else "",
            "tone": "",
        }

    def _presentation(self) -> View:
        visit = self._answer.visit
        event = self._answer.event
        how = visit.cach_trinh if visit else Presented.of(event.codes).cach_trinh
        compared = self._words(f"doi_chieu_{visit.doi_chieu.value}") if visit else ""
        notes = [self._words("change_key"), self._words("compared", what=compared)] if visit else []
        return {
            "label": self._words("fact_presented"),
            "value": self._words(f"cach_trinh_{how}"),
            "note": " · ".join(notes),
            "tone": "",
        }

    def _rooms(self, note: View | None) -> View | None:
        """Return the question of the room once no other one waits for its key."""
        waits = self._answer.looked or (note and note["choices"])
        return None if waits else rooms_view(self._kiosk, self._answer, self._words)

    def _note(self) -> View | None:
        """Return a flag's question, or that which decides the rate, and what holds beside it."""
        lang = self._words.lang
        if self._against:
            return self._portal_question()
        flag = None if self._answer.looked else flag_question(self._kiosk, self._answer)
        if flag:
            answers = [words.in_language(lang) for words, _ in flag.choices]
            text = flag.text.in_language(lang)
            return {"lead": self._words("note_lead"), "text": text, "choices": answers}
        beside = self._beside()
        silent = self._answer.looked or is_blocked(self._answer)
        question = None if silent else desk_question(self._answer)
        if question:
            answers = [words.in_language(lang) for words, _ in question.choices]
            asked = question.text.in_language(lang)
            menus = [menu_after(says, self._answer) for _, says in question.choices]
            opens = [menu and menu_view(menu, lang) for menu in menus]
            if self._fund:  # it decides whether the patient may come in: in the band, in sight
                more = {"lead": self._words("note_lead"), "text": ". ".join(beside)}
                note: View = {"lead": "", "text": asked, "choices": answers, "in_band": True}
                note["opens"] = opens
                return note | {"beside": more if beside else None}
            text = ". ".join([asked, *beside])
            lead = self._words("question_lead")
            return {"lead": lead, "text": text, "choices": answers, "opens": opens}
        if not beside:
            return None
        return {"lead": self._words("note_lead"), "text": ". ".join(beside), "choices": []}

    def _beside(self) -> list[str]:
        told = [
            finding.sentence.in_language(self._words.lang)
            for finding in self._verdict.reasons[1:]
            if finding.reason not in self._told_elsewhere()
        ]
        return told + self._about_papers()

    def _portal_question(self) -> View | None:
        """Return what is asked of a visit that the portal speaks against, in the band."""
        asked, lang = portal_desk.question(self._answer), self._words.lang
        if asked is None:
            return None
        menus = [portal_desk.menu_of(self._answer, at) for at, _ in enumerate(asked.choices, 1)]
        beside = self._beside()
        more = {"lead": self._words("note_lead"), "text": ". ".join(beside)}
        return {
            "lead": "",
            "text": asked.text.in_language(lang),
            "choices": [words.in_language(lang) for words, _ in asked.choices],
            "opens": [menu and menu_view(menu, lang) for menu in menus],
            "value": portal_desk.ASKED,
            "in_band": True,
            "beside": more if beside else None,
        }

    def _about_papers(self) -> list[str]:
        """Return what is wrong or not known of the papers of this visit."""
        found = self._answer.entitlement
        wrong = [paper.text for paper in (found.papers if found else ()) if not paper.counts]
        said = [text.in_language(self._words.lang) for text in wrong]
        return [text[:1].upper() + text[1:] for text in said]

    def _told_elsewhere(self) -> set[Reason]:
        in_band = self._answer.already and self._verdict.headline.reason is Reason.VALID
        silent = (
            {Reason.PORTAL_SILENT} if self._answer.heard else set()
        )  # the portal's line says it
        return {Reason.VALID} | silent | ({Reason.ALREADY_TODAY} if in_band else set())

    def _todo(self) -> list[View]:
        done = self._answer.visit is not None
        if self._answer.visit and self._answer.visit.cancelled:
            return [{"text": self._words("reopened_undone"), "key": None}]
        if self._answer.looked and not done:
            key = "F2" if self._verdict.card else None
            words = "lookup_receive" if key else "lookup_only"
            return [{"text": self._words(words), "key": key}]
        wanted = [s for s in self._steps() if not (done and s.key == "F2")]
        lang = self._words.lang
        if self._fund or (self._answer.reopened and not done):
            wanted = fund_view.before_coming_in(wanted, received=done)
        steps = self._fund.todo if self._fund else ()
        return [*steps, *({"text": s.text.in_language(lang), "key": s.key} for s in wanted)]

    def _steps(self) -> list[NextStep]:
        steps = list(self._verdict.headline.next)
        for finding in self._verdict.reasons[1:]:
            if finding.reason in {Reason.VALID, Reason.CARD_REPLACED}:
                steps += [step for step in finding.next if step not in steps]
        return steps

    def _source(self) -> str:
        if self._verdict.card is None:
            return self._words("source_nothing")
        source = self._verdict.source
        if not self._verdict.periods or source not in {Source.STORE, Source.PORTAL}:
            return self._words(f"source_{source.value}")
        return f"{self._words('source_store')} {', '.join(self._lists())}"

    def _lists(self) -> list[str]:
        """Return whose lists know the number, the most trusted first, and how old each is."""
        newest: dict[Origin, date] = {}
        for period in self._verdict.periods:
            heard = newest.get(period.origin, period.as_of)
            newest[period.origin] = max(heard, period.as_of)
        return [
            self._words(
                "source_list",
                whose=self._words(f"origin_{origin.value}"),
                date=vi_date(newest[origin]),
                days=(self._verdict.on - newest[origin]).days,
            )
            for origin in Origin
            if origin in newest
        ]

    def _keys(self) -> list[View]:
        keys = [("F4", "key_undo"), ("F9", "key_more")]
        if self._verdict.card:
            keys.insert(0, ("F3", "key_copy"))
            if self._kiosk.slips.printed:
                keys.insert(1, ("Shift+F3", "key_slip"))
            if self._answer.already:
                keys.insert(0, ("F2", "key_again"))
            elif self._answer.visit is None:
                keys.insert(0, ("F2", "key_receive"))
        return [{"key": key, "text": self._words(words)} for key, words in keys]
