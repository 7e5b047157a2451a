"""From what a desk's screen shows to the plain texts that its component draws."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from app_pages.house import House
from verification import names, number
from verification.card import Card
from verification.checkin import Answer
from verification.dates import VIETNAM, age_in_years, vi_date
from verification.entitlement import Entitlement
from verification.kiosk import Kiosk
from verification.menus import Menu
from verification.ports import CardsStatus
from verification.questions import desk_question
from verification.rate import percent_text
from verification.reasons import Class, Reason
from verification.scanning import decoder
from verification.screen import Screen
from verification.settings import BROWSER_CAMERA
from verification.texts import Step, Text, catalogue
from verification.verdict import Outcome, Source, Verdict, validity_text
from verification.visit import Visit

CLEAR_AFTER_SECONDS = 60
_CLOCK_SLACK = timedelta(minutes=5)
_TONES = {Outcome.ELIGIBLE: "ok", Outcome.NOT_ELIGIBLE: "no", Outcome.UNDETERMINED: "wait"}
_SIGNS = {"ok": "✓", "no": "✕", "wait": "?", "info": "i"}
View = dict[str, Any]


def screen_view(
    house: House, screen: Screen, desk: str, recent: list[tuple[Visit, dict[str, Any]]]
) -> View:
    """Return all that the component draws, in the language of the screen."""
    words = _Words(screen.lang)
    answer = screen.answer
    return _base(house, screen) | {
        "strip": _strip(house, desk, words),
        "mode": "lookup" if screen.lookup else "receive",
        "mode_text": words("mode_lookup" if screen.lookup else "mode_receive"),
        "answer": _Drawn(house.kiosk, answer, screen, words).view() if answer else None,
        "menu": _menu(screen.menu, screen.lang) if screen.menu else None,
        "recent": [_recent(visit, content, words) for visit, content in recent],
        "toast": _toast(screen),
        "copy": _copy(screen),
    }


def trouble_view(house: House, screen: Screen, sentence: Text) -> View:
    """Return the page of a kiosk that can receive nobody now, and why."""
    words = _Words(screen.lang)
    answer: View = {
        "id": f"trouble:{sentence.en}",
        "tone": "no",
        "sign": "!",
        "word": words("word_trouble"),
        "sentence": sentence.in_language(screen.lang),
        **dict.fromkeys(("name", "number", "number_full", "note")),
        **dict.fromkeys(("about", "number_note", "source"), ""),
        **{name: [] for name in ("facts", "todo", "keys")},
        "clear_after_s": 0,
    }
    strip: View = {"title": words("title"), "place": "", "chips": [], "officer": "", "demo": None}
    return _base(house, screen) | {"strip": strip, "answer": answer}


def _base(house: House, screen: Screen) -> View:
    return {
        "lang": screen.lang,
        "boot": house.boot,
        "token": house.token,
        "ack": _ack(screen),
        "camera": house.settings.camera == BROWSER_CAMERA,
        "server_camera": house.camera is not None,
        "mode": "receive",
        "mode_text": "",
        **dict.fromkeys(("answer", "menu", "toast", "copy")),
        "recent": [],
    }


class _Words:
    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __call__(self, key: str, **params: str) -> str:
        return catalogue().page(key, self.lang, **params)

    def first(self, *keys: str) -> str:
        """Return the words of the first key that the catalogue has."""
        return self(next(key for key in keys if key in catalogue().pages))


def _strip(house: House, desk: str, words: _Words) -> View:
    kiosk, status = house.kiosk, house.kiosk.cards.status()
    chips = [{"text": words("chip_portal_off"), "tone": "warn"}]
    chips.append(_store_chip(house, status, words))
    if kiosk.written.last_recorded() > kiosk.clock() + _CLOCK_SLACK:
        chips.append({"text": words("chip_clock"), "tone": "bad"})
    if not decoder.has_pyzbar():
        chips.append({"text": words("chip_no_zbar"), "tone": "warn"})
    return {
        "title": words("title"),
        "place": f"{_facility(kiosk, kiosk.facility, words)} · {words('desk', desk=desk)}",
        "chips": chips,
        "officer": "quay-thu",
        "demo": words("demo") if status.demo else None,
    }


def _store_chip(house: House, status: CardsStatus, words: _Words) -> View:
    if status.as_of is None or status.cards == 0:
        return {"text": words("chip_store_empty"), "tone": "bad"}
    age = house.kiosk.clock() - status.as_of
    tone = "ok" if age.days <= house.settings.record_days else "warn"
    return {"text": words("chip_store", time=_when(status.as_of, house.kiosk, words)), "tone": tone}


def _facility(kiosk: Kiosk, code: str | None, words: _Words) -> str:
    if code is None:
        return "–"
    known = kiosk.cards.facility(code)
    return f"{code} · {known.ten if known else words('facility_unknown')}"


def _when(moment: datetime, kiosk: Kiosk, words: _Words) -> str:
    local = moment.astimezone(VIETNAM)
    day = words("today") if local.date() == kiosk.today() else vi_date(local.date())
    return f"{local:%H:%M} {day}"


def _ack(screen: Screen) -> View | None:
    if not screen.handled:
        return None
    session, last = list(screen.handled.items())[-1]
    return {"session": session, "number": last}


def _toast(screen: Screen) -> View | None:
    toast = screen.toast
    if toast is None:
        return None
    return {"id": toast.id, "text": toast.text.in_language(screen.lang), "tone": toast.tone}


def _copy(screen: Screen) -> View | None:
    if screen.copied is None or screen.toast is None:
        return None
    return {"id": screen.toast.id, "text": screen.copied}


def _menu(menu: Menu, lang: str) -> View:
    return {
        "id": menu.id,
        "title": menu.title.in_language(lang),
        "items": [{"text": i.text.in_language(lang), "hint": i.hint} for i in menu.items],
        "lines": [{"tone": n.tone, "text": n.text.in_language(lang)} for n in menu.lines],
        "field": {"label": menu.field.in_language(lang), "value": ""} if menu.field else None,
    }


def _recent(visit: Visit, content: Mapping[str, Any], words: _Words) -> View:
    facts = content.get("ban_ghi", {})
    masked = number.mask(facts.get("ma_the") or facts.get("ma_so_bhxh") or facts.get("so_cccd"))
    who = [names.initials(facts.get("ho_ten", "")), number.spaced(masked) if masked else ""]
    return {
        "time": f"{visit.happened_at.astimezone(VIETNAM):%H:%M}",
        "tone": _TONES[Outcome(visit.verdict)],
        "who": " · ".join(part for part in who if part) or "…",
        "right": _recent_right(visit, words),
        "struck": visit.cancelled is not None,
    }


def _recent_right(visit: Visit, words: _Words) -> str:
    if visit.cancelled:
        return words("short_cancelled")
    if visit.verdict == Outcome.ELIGIBLE and visit.rate:
        return f"{percent_text(Fraction(visit.rate))} %"
    return words.first(f"short_{visit.reason}", f"short_{visit.verdict}")


def _rate_text(found: Entitlement | None, base: Fraction | None) -> str:
    if found is None or not found.ladder:
        return f"{percent_text(base)} %" if base is not None else "–"
    if found.rate is not None:
        return f"{percent_text(found.rate)} %"
    if found.rate_low is None or found.rate_high is None:
        return "–"
    return f"{percent_text(found.rate_low)} % – {percent_text(found.rate_high)} %"


class _Drawn:
    """One answer, drawn."""

    def __init__(self, kiosk: Kiosk, answer: Answer, screen: Screen, words: _Words) -> None:
        self._kiosk = kiosk
        self._answer = answer
        self._screen = screen
        self._words = words
        self._verdict: Verdict = answer.verdict
        self._on = self._verdict.on

    def view(self) -> View:
        tone = _TONES[self._verdict.outcome] if self._verdict.card else "info"
        return {
            "id": self._answer.event.event_id,
            "tone": tone,
            "sign": _SIGNS[tone],
            "word": self._word(),
            "sentence": self._sentence(),
            **self._person(self._verdict.card or Card()),
            "facts": self._facts(self._verdict.card) if self._verdict.card else [],
            "note": self._note(),
            "todo": self._todo(),
            "source": self._source(),
            "keys": self._keys(),
            "clear_after_s": CLEAR_AFTER_SECONDS,
        }

    def _sentence(self) -> str:
        if self._answer.already:
            first = self._answer.already[0]
            time = f"{first.happened_at.astimezone(VIETNAM):%H:%M}"
            return self._words("already_sentence", time=time, desk=first.desk)
        return self._verdict.headline.sentence.in_language(self._words.lang)

    def _word(self) -> str:
        reason = self._verdict.headline.reason.value
        word = self._words.first(f"word_{reason}", f"word_{self._verdict.outcome.value}")
        return self._words("lookup_prefix", word=word) if self._screen.lookup else word

    def _person(self, card: Card) -> View:
        whole = card.ma_the or card.ma_so_bhxh or card.so_cccd
        masked = number.mask(whole)
        shown = self._screen.number_shown
        return {
            "name": card.ho_ten.upper() if card.ho_ten else None,
            "about": self._about(card),
            "number": number.spaced(masked) if masked else None,
            "number_full": number.spaced(whole) if whole and shown else None,
            "number_note": self._words("number_seconds" if shown else "number_key"),
        }

    def _about(self, card: Card) -> str:
        parts = [self._words(f"sex_{card.gioi_tinh}")] if card.gioi_tinh else []
        if card.ngay_sinh:
            years = str(age_in_years(card.ngay_sinh, self._on))
            parts.append(f"{card.ngay_sinh.vi} ({self._words('age', years=years)})")
        return " · ".join(parts)

    def _facts(self, card: Card) -> list[View]:
        return [
            self._validity(card),
            self._rate(),
            self._registered(card),
            self._five_years(card),
            {"label": self._words("fact_area"), "value": card.ma_kv or "–", "note": "", "tone": ""},
            self._presentation(),
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
        begin, end, on = card.gt_the_tu, card.gt_the_den, self._on
        if end and on > end:
            return self._words("days_past", days=str((on - end).days)), "no"
        if begin and on < begin:
            return self._words("days_until", days=str((begin - on).days)), "no"
        if self._verdict.source is Source.QR:
            return self._words("unverified"), "wait"
        if end:
            return self._words("days_left", days=str((end - on).days)), ""
        return (self._words("no_end") if begin else ""), ""

    def _rate(self) -> View:
        found, chosen = self._answer.entitlement, self._answer.chosen
        value = _rate_text(found, self._verdict.rate)
        if chosen:
            value = f"{percent_text(chosen.rate)} %" if chosen.rate is not None else "–"
        note = "" if self._blocked() else self._rate_note(found)
        tone = "wait" if found and found.rate is None and found.rate_low is not None else ""
        return {
            "label": self._words("fact_rate"),
            "value": "–" if self._blocked() else value,
            "note": self._words("rate_none") if self._blocked() else note,
            "tone": tone,
        }

    def _blocked(self) -> bool:
        return any(finding.cls is Class.BLOCKING for finding in self._verdict.reasons)

    def _rate_note(self, found: Entitlement | None) -> str:
        if found is None and self._verdict.source is Source.NONE:
            return self._words("rate_unverified")
        if found is None or not found.ladder:
            known = self._verdict.rate is not None
            return self._words("rate_card_only" if known else "rate_unknown")
        lang = self._words.lang
        notes = [note.in_language(lang) for note in found.notes]
        if found.rate_low is None:
            return " · ".join([self._words("rate_ask_staff"), *notes])
        parts = [found.condition.in_language(lang)] if found.condition else []
        if self._answer.chosen:
            parts = [self._words("rate_chosen", code=self._answer.chosen.ma_doituong_kcb)]
        elif found.ma_doituong_kcb:
            parts += [found.ma_doituong_kcb, found.basis or ""]
        parts += notes
        parts += [self._words("rate_reference")] if found.unchecked else []
        return " · ".join(parts)

    def _registered(self, card: Card) -> View:
        here = card.ma_dkbd is not None and card.ma_dkbd == self._kiosk.facility
        note = self._words("here" if here else "elsewhere") if card.ma_dkbd else ""
        value = _facility(self._kiosk, card.ma_dkbd, self._words)
        return {"label": self._words("fact_facility"), "value": value, "note": note, "tone": ""}

    def _five_years(self, card: Card) -> View:
        day: date | None = card.ngay_du_5_nam
        full = day is not None and day <= self._on
        return {
            "label": self._words("fact_five_years"),
            "value": vi_date(day) if day else "–",
            "note": self._words("five_years_full") if full else "",
            "tone": "",
        }

    def _presentation(self) -> View:
        visit = self._answer.visit
        how = visit.cach_trinh.value if visit else self._answer.event.codes["cach_trinh"]
        compared = self._words(f"doi_chieu_{visit.doi_chieu.value}") if visit else ""
        notes = [self._words("change_key"), self._words("compared", what=compared)] if visit else []
        return {
            "label": self._words("fact_presented"),
            "value": self._words(f"cach_trinh_{how}"),
            "note": " · ".join(notes),
            "tone": "",
        }

    def _note(self) -> View | None:
        """Return the question that decides the rate, and what else holds beside the headline."""
        lang = self._words.lang
        beside = [
            finding.sentence.in_language(lang)
            for finding in self._verdict.reasons[1:]
            if finding.reason not in {Reason.VALID, Reason.ALREADY_TODAY}
        ]
        silent = self._screen.lookup or self._blocked()
        question = None if silent else desk_question(self._answer)
        if question:
            answers = [words.in_language(lang) for words, _ in question.choices]
            text = ". ".join([question.text.in_language(lang), *beside])
            return {"lead": self._words("question_lead"), "text": text, "choices": answers}
        if not beside:
            return None
        return {"lead": self._words("note_lead"), "text": ". ".join(beside), "choices": []}

    def _todo(self) -> list[View]:
        done = self._answer.visit is not None
        if self._screen.lookup and not done:
            key = "F2" if self._verdict.card else None
            return [{"text": self._words("lookup_only"), "key": key}]
        steps = [{"text": self._received_line(), "key": None}] if done else []
        wanted = [s for s in self._steps() if not (done and s.key == "F2")]
        lang = self._words.lang
        return steps + [{"text": s.text.in_language(lang), "key": s.key} for s in wanted]

    def _steps(self) -> list[Step]:
        steps = list(self._verdict.headline.next)
        for finding in self._verdict.reasons[1:]:
            if finding.reason in {Reason.VALID, Reason.CARD_REPLACED}:
                steps += [step for step in finding.next if step not in steps]
        return steps

    def _received_line(self) -> str:
        visit = self._answer.visit
        time = f"{visit.happened_at.astimezone(VIETNAM):%H:%M}" if visit else ""
        return self._words("received_at", time=time)

    def _source(self) -> str:
        if self._verdict.card is None:
            return self._words("source_nothing")
        as_of = self._verdict.as_of
        date_text = vi_date(as_of) if as_of else ""
        return self._words(f"source_{self._verdict.source.value}", date=date_text)

    def _keys(self) -> list[View]:
        keys = [("F4", "key_undo"), ("F9", "key_more")]
        if self._verdict.card:
            keys.insert(0, ("F3", "key_copy"))
            if self._answer.already:
                keys.insert(0, ("F2", "key_again"))
            elif self._answer.visit is None:
                keys.insert(0, ("F2", "key_receive"))
        return [{"key": key, "text": self._words(words)} for key, words in keys]
