"""One case, as the plain texts that the component draws."""

from collections.abc import Sequence
from datetime import date

from app_pages.review.panels_view import PanelsView
from app_pages.shell.language import View
from verification.basics.dates import VIETNAM, vi_date
from verification.basics.texts import Text
from verification.card.side_by_side import Pair
from verification.log.case import Case, Part, local_day
from verification.log.unreadable import Cause, Unreadable
from verification.review.case_file import open_file
from verification.review.evidence import CaseFile, EvidenceRow
from verification.review.four_eyes import flagged_by
from verification.review.grounds import ground_text, needs_two
from verification.review.labels import answer_words, flag_sentence, pair_words
from verification.review.reading import card_of, is_own, may_take, one_case, second_of
from verification.review.steps import DECISIONS
from verification.review.timeline import timeline
from verification.review.undoing import left
from verification.review.waiting import Standing, standing


class CaseView(PanelsView):
    """Draws the open case beside its queue."""

    def opened(self, number: str) -> tuple[View, View | None]:
        """Return the open case and its open form."""
        found = one_case(self.actor, self.kiosk, number)
        if found and found.unreadable:
            return self._unread(found, Unreadable(found.unreadable, Cause.BYTES)), None
        if found and (barred := self.barred(found)):
            return barred, None
        file = open_file(self.actor, self.kiosk, number)
        return self.case(file), self.menu(file.case)

    def case(self, file: CaseFile) -> View:
        """Return the open case."""
        case, stands = file.case, standing(self.actor, self.kiosk, file.case)
        return {
            "number": case.number,
            "title": self.word("case", number=case.number),
            "card": self.who(file),
            "show": None if case.desk or not file.card else self.word("show_number"),
            "logged": self.word("is_logged"),
            "about": self._about(case),
            "banner": self._banner(case, stands),
            "timeline": self._timeline(file.rows),
            "earlier": self.earlier(case),
            "named": _HEADS[bool(case.desk)].index("name"),
            "evidence": self.word("evidence"),
            "settles": left(case, self.kiosk.clock()),
            "heads": [self.word(key) for key in _HEADS[bool(case.desk)]],
            "rows": [self._row(row, desk=bool(case.desk)) for row in file.rows],
            "why": self.word("why", score=case.score, level=self.word(f"level.{case.level}")),
            "scale": self.scale(),
            "parts": [self._part(part) for part in case.parts],
            "panels": self.panels(file),
            "buttons": self._drawn(case, self._possible(case, stands)),
            "decide": self.word("decide"),
            "flags": flagged_by(case),
            "proposal": vars(case.proposal) if case.proposal else None,
            "shown": self.board.shown is not None,
        }

    def barred(self, case: Case) -> View | None:
        """Return the little that an officer sees of a case about themselves, None of any other."""
        if not is_own(self.actor, self.kiosk, case):
            return None
        held = case.held_by == self.actor.officer
        return {
            "number": case.number,
            "title": self.word("case", number=case.number),
            "card": self.who(CaseFile(case, card_of(self.actor, self.kiosk, case))),
            "about": self._about(case),
            "banner": {"tone": "no", "text": self.word("own_visit")},
            "buttons": self._drawn(case, ["release"] if held else []),
            **dict.fromkeys(("show", "logged", "timeline", "proposal", "earlier")),
        }

    def _unread(self, case: Case, unread: Unreadable) -> View:
        """Return the one line of a case of which an event cannot be read."""
        return {
            "number": case.number,
            "title": self.word("case", number=case.number),
            "card": self.word("unreadable"),
            "about": "",
            "banner": {"tone": "no", "text": unread.line.in_language(self.board.lang)},
            "buttons": [],
            **dict.fromkeys(("show", "logged", "timeline", "proposal", "earlier")),
        }

    def _about(self, case: Case) -> str:
        day = case.due if case.is_open else None
        said = [self.word(f"state.{case.state.value}"), self.mark(case)]
        return " · ".join([*filter(None, said), *([self._due(day)] if day else [])])

    def _due(self, day: date) -> str:
        return self.word("due", day=self.near(day))

    def _banner(self, case: Case, stands: Standing | None) -> View | None:
        if stands:
            return {"tone": "wait", "text": self._proposed(case, stands)}
        if case.issuable(self.actor.officer, self.kiosk.clock()):
            return {"tone": "ok", "text": self.word("released_banner")}
        if case.outcome:
            outcome = self.word(f"outcome.{case.outcome.value}")
            text = self.word("closed_banner", outcome=outcome, officer=case.closed_by)
            if second := second_of(self.actor, self.kiosk, case):
                text += " · " + self.word("closed_second", officer=second)
            if case.closing and case.closing.reason:
                ground = ground_text(case.outcome, case.closing.reason)
                text += f" · {ground.in_language(self.board.lang)}{self.words_of(case)}"
            if left(case, self.kiosk.clock()):
                return {"tone": "wait", "text": f"{text} · {self.word('settling')}"}
            return {"tone": "ok", "text": text}
        return None

    def _proposed(self, case: Case, stands: Standing) -> str:
        """Say what is proposed, and whom it waits for."""
        if case.proposal is None:
            return ""
        what = self.proposed(case.proposal, case)
        if stands.own:
            return f"{self.word('second_own', what=what)} {self._second(stands)}"
        said = self.word("second_banner", what=what, maker=case.proposal.maker)
        why = stands.barred
        return f"{said} {Text(why.vi, why.en).in_language(self.board.lang)}." if why else said

    def _second(self, stands: Standing) -> str:
        who = stands.outsider
        if not stands.known:
            return self.word("second_unknown")
        if who and stands.until:
            until = f"{stands.until.astimezone(VIETNAM):%H:%M %d/%m}"
            return self.word("outside_code", who=who.ho_ten, office=who.co_quan, until=until)
        if who:
            return self.word("outside_named", who=who.ho_ten, office=who.co_quan)
        if stands.inside:
            return self.word("second_inside", who=", ".join(stands.inside[:3]))
        return self.word("second_outside" if stands.issuers else "second_nobody")

    def _timeline(self, rows: Sequence[EvidenceRow]) -> View:
        picture = timeline(
            [r for r in rows if not r.cancelled], self.kiosk.today(), self.word("at")
        )
        return {
            "facilities": picture.facilities,
            "more": self.word("and_places", n=picture.hidden) if picture.hidden else "",
            "points": [vars(point) for point in picture.points],
            "bars": [
                {
                    "x": bar.x,
                    "end": bar.end,
                    "line": bar.line,
                    "text": self.word(
                        "stay",
                        code=bar.ma_cskcb,
                        first=f"{bar.first:%d/%m}",
                        last=f"{bar.last:%d/%m}",
                    ),
                }
                for bar in picture.bars
            ],
            "labels": [vars(label) for label in picture.labels],
            "ticks": [{"x": x, "text": f"{day:%d/%m}"} for x, day in picture.ticks],
        }

    def _row(self, row: EvidenceRow, *, desk: bool = False) -> View:
        local = row.at.astimezone(VIETNAM)
        at_desk = f" · {self.word('at_desk', desk=row.desk)}" if row.desk else ""
        how = self.word("how.typed" if row.typed else f"how.{row.how}")
        if row.until:
            how = self.word("how.noi_tru", day=vi_date(row.until))
        doc = row.doi_chieu
        return {
            "cells": [
                f"{local:%d/%m/%Y %H:%M}",
                f"{row.ma_cskcb}{at_desk}",
                how,
                *([row.number or "–"] if desk else []),
                self._name(row),
                self.word(f"doc.{doc}") if doc else "–",
                row.officer or "–",
                answer_words(self.kiosk, row.answer, self.board.lang) or "–",
            ],
            "pairs": [self._pair(pair) for pair in row.differences]
            + [self._pair(pair, corrected=True) for pair in row.corrected],
            "red": bool(row.rules),
            "rules": " ".join(row.rules),
            "struck": row.cancelled,
        }

    def _name(self, row: EvidenceRow) -> str:
        if row.unreadable:
            lines = (one.line.in_language(self.board.lang) for one in row.unreadable)
            return "; ".join([*([row.name] if row.name else []), *lines])
        return "" if any(p.fact == "ho_ten" for p in row.differences) else row.name or "–"

    def _pair(self, pair: Pair, *, corrected: bool = False) -> View:
        said = pair_words(pair, self.board.lang, corrected=corrected)
        sides = ((said.left, said.shown), (said.right, said.kept))
        return {"fact": said.fact, "sides": [{"label": a, "pieces": b} for a, b in sides]}

    def _part(self, part: Part) -> View:
        said = flag_sentence(self.kiosk, part, self.board.lang)
        text = f"{self.near(local_day(part.at))}: {said}"  # "today" in it is that day
        quiet = "" if part.hit else f" ({self.word(f'part_{part.state}')})"
        points = f"+{part.score}" if part.hit else "0"
        return {"rule": part.rule, "text": text + quiet, "points": points, "quiet": not part.hit}

    def _drawn(self, case: Case, names: Sequence[str]) -> list[View]:
        return [self._button(case, act) for act in names]

    def _button(self, case: Case, act: str) -> View:
        text = self.word("withdraw" if act == "reject" and self.made(case) else act)
        two = act in DECISIONS and needs_two(case, DECISIONS[act])
        group = "decide" if act in _DECIDES else "main" if act == "take" else "other"
        if two:
            text += f" ({self.word('two_people')})"
        return {"act": act, "key": _KEYS[act], "text": text, "group": group}

    def _possible(self, case: Case, stands: Standing | None) -> list[str]:
        if left(case, self.kiosk.clock()):  # what may be taken back is neither printed nor reopened
            return ["comment"]
        return [*self._acts(case, stands), "comment"]

    def _acts(self, case: Case, stands: Standing | None) -> list[str]:
        if stands and not stands.own:
            return ["reject", "pdf"] if stands.barred else ["approve", "reject", "pdf"]
        if stands:
            named = ["outsider"] if stands.issuers and not stands.inside else []
            return ["reject", *named, *(["code"] if stands.until else []), "pdf"]
        if not case.is_open:
            return ["pdf", "report", "reopen"]
        if case.held_by == self.actor.officer:
            quiet = [] if case.desk else ["snooze"]
            return ["confirm", "valuable", "false", "more", *quiet, "pdf", "report"]
        return ["take", "pdf"] if may_take(self.actor, self.kiosk, case) else ["pdf"]


_DECIDES = frozenset({*DECISIONS, "approve", "reject"})
# Decisions lie together on the left of the keyboard (X, S, E; D, T), with no harmless key of the
# same view beside them; Alt+Z switches Vietnamese input methods.
_KEYS = {
    "take": "L",
    "confirm": "X",
    "valuable": "E",
    "false": "S",
    "comment": "I",
    "snooze": "Y",
    "pdf": "P",
    "report": "B",
    "more": "M",
    "approve": "D",
    "reject": "T",
    "reopen": "O",
    "release": "R",
    "outsider": "V",
    "code": "C",
}
_HEADS = {
    False: ("when", "where", "how", "name", "document", "officer", "answer"),
    True: ("when", "where", "how", "number_typed", "name", "document", "officer", "answer"),
}
