"""The auditor's queue and figures, as the plain texts that the component draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from app_pages.shell.language import View
from app_pages.shell.pages import page_text
from verification.basics.dates import vi_date
from verification.kiosk import Kiosk
from verification.log.case import Case, CaseOutcome, local_day
from verification.log.unreadable import Cause, Unreadable
from verification.log.visit_events import REFUTED
from verification.review.labels import word
from verification.review.reading import card_of, closed_at, second_of
from verification.review.steps import FILTERS, Board
from verification.review.waiting import own_accounts
from verification.rights import Actor

TABS = ("cases", "search", "sample", "stats")
_SHORT_DAYS = 2  # after these, hours say less than days
_HIGH = "urgent"


@dataclass(frozen=True)
class QueueView:
    """Draws for one auditor in one language."""

    actor: Actor
    kiosk: Kiosk
    board: Board

    def word(self, key: str, **params: object) -> str:
        """Return words of the page."""
        bare = "." in key or key == "unreadable"
        return word(self.board.lang, key if bare else f"page.{key}", **params)

    @cached_property
    def own(self) -> frozenset[str]:
        """Return the accounts of the auditor's person."""
        return own_accounts(self.actor, self.kiosk)

    def strip(self, queue: Sequence[Case], waiting: Sequence[Case]) -> View:
        """Return the head of the page."""
        counts = {name: sum(self.passes(case, name) for case in queue) for name in FILTERS}
        counts["second"] = sum(self.passes(case, "second") for case in waiting)
        return {
            "title": self.word("title"),
            "counts": self.word("counts", queue=counts["all"], **counts),
            "pages": [
                {"id": name, "text": page_text(name, self.board.lang)} for name in self.board.pages
            ],
            "trouble": self.word("trouble"),
            "lock": self.word("lock"),
            "leave": self.word("leave"),
            "tabs": [
                {
                    "id": tab,
                    "act": "sample" if tab == "sample" else "tab",
                    "text": self.word(f"tab_{tab}"),
                    "on": tab == self.board.tab,
                }
                for tab in TABS
            ],
        }

    def passes(self, case: Case, name: str) -> bool:
        """Tell whether a case belongs under a filter."""
        today = self.kiosk.today()
        match name:
            case "mine":
                return case.held_by == self.actor.officer
            case "free":
                return case.is_open and case.held_by is None
            case "second":
                return case.proposal is not None and case.proposal.maker not in self.own
            case "due":
                return case.due is not None and case.due <= today
        return True

    def filters(self) -> list[View]:
        """Return the choices over the queue."""
        chosen = self.board.filter
        return [{"id": f, "text": self.word(f"filter_{f}"), "on": f == chosen} for f in FILTERS]

    def rules(self, queue: Sequence[Case]) -> list[View]:
        """Return the choices of rules."""
        chosen = self.board.rule  # always among them: what is left out is said
        found = sorted({part.rule for case in queue for part in case.parts} | {chosen} - {""})
        every = {"id": "", "text": self.word("filter_rule"), "on": not chosen}
        named = [
            {"id": r, "text": f"{r} {self.word(f'rule.{r}')}", "on": r == chosen} for r in found
        ]
        return [every, *named]

    def outcomes(self) -> list[View]:
        """Return the choices of outcomes over the closed list, none over the others."""
        if self.board.filter != "closed":
            return []
        chosen = self.board.outcome
        every = {"id": "", "text": self.word("filter_outcome"), "on": not chosen}
        return [
            every,
            *(
                {"id": o.value, "text": self.word(f"outcome.{o.value}"), "on": o.value == chosen}
                for o in CaseOutcome
            ),
        ]

    def queue_row(self, case: Case) -> View:
        """Return one line of the queue."""
        if case.unreadable:
            return self._unread_row(case, Unreadable(case.unreadable, Cause.BYTES))
        hits = [part for part in case.parts if part.hit]
        said = ", ".join(self.word(f"rule.{part.rule}") for part in hits[:2])
        if not hits and any(part.state == REFUTED for part in case.parts):
            said = self.word("part_refuted")
        if case.desk:
            who = self.word("desk", desk=case.desk)
        else:
            card = card_of(self.actor, self.kiosk, case)
            whole = card.get("ma_the") or card.get("ma_so_bhxh") or card.get("so_cccd") or ""
            unread = self.word("unreadable") if card.unreadable else "••••"
            who = f"•••• {whole[-4:]}" if whole else unread
        return {
            "number": case.number,
            "score": case.score,
            "tone": "no" if case.level == _HIGH else "wait",
            "who": who,
            "text": said,
            "about": f"{' '.join(part.rule for part in hits)} · {self._age(case)}",
            "mark": self.mark(case),
            "on": case.number == self.board.selected,
        }

    def _unread_row(self, case: Case, unread: Unreadable) -> View:
        return {
            "number": case.number,
            "score": "?",
            "tone": "wait",
            "who": f"{self.word('case', number=case.number)}",
            "text": unread.line.in_language(self.board.lang),
            "about": "",
            "mark": "",
            "on": case.number == self.board.selected,
        }

    def _age(self, case: Case) -> str:
        if case.outcome:
            by = " + ".join(filter(None, (case.closed_by, second_of(self.actor, self.kiosk, case))))
            closed = f"{vi_date(local_day(closed_at(case)))} {by}"
            return f"{self.word(f'outcome.{case.outcome.value}')} · {closed}"
        age = self.kiosk.clock() - case.opened_at
        if age >= timedelta(days=_SHORT_DAYS):
            return self.word("age_days", n=age.days)
        hours = int(age / timedelta(hours=1))
        return self.word("age_hours", n=hours) if hours else self.word("age_new")

    def near(self, day: date) -> str:
        """Write a day."""
        return vi_date(day)

    def mark(self, case: Case) -> str:
        """Return who holds it, or why it should be looked at."""
        today = self.kiosk.today()
        if self.passes(case, "second"):
            return self.word("mark_second")
        if case.held_by:
            mine = case.held_by == self.actor.officer
            return self.word("mark_mine" if mine else "mark_held", officer=case.held_by)
        if case.diary and case.diary > today:
            return self.word("mark_diary", day=self.near(case.diary))
        return self.word("mark_due") if case.is_open and self.passes(case, "due") else ""
