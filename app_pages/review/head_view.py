"""What stands over a case: who it is about, earlier ones, how its score is to be read."""

from app_pages.review.menus import Menus
from app_pages.shell.language import View
from verification.basics.dates import vi_date
from verification.basics.names import initials
from verification.card import numbers
from verification.log.case import Case, CaseOutcome, local_day
from verification.review.context import earlier_cases
from verification.review.evidence import CaseFile
from verification.review.undoing import newest


class HeadView(Menus):
    """Draws the head of the open case, and the bar that takes a decision back."""

    def undo_bar(self) -> View | None:
        """Return what the auditor decided just now and can take back, whichever case is open."""
        found = newest(self.actor, self.kiosk)
        if found is None:
            return None
        group = "outcome" if found.closed else "proposed"
        said = "undo_closed" if found.closed else "undo_proposed"
        what = self.word(f"{group}.{found.what}")
        return {
            "case": found.case,
            "decision": found.decision,
            "seconds": found.seconds,
            "text": self.word(said, number=found.case, what=what),
            "undo": self.word("undo"),
            "left": self.word("undo_left", n="{n}"),
        }

    def who(self, file: CaseFile) -> str:
        """Return who a case is about, masked: initials and number, or the desk."""
        if file.case.desk:
            return self.word("desk", desk=file.case.desk)
        name = initials(str(file.card.get("ho_ten") or ""))
        whole = file.card.get("ma_the") or file.card.get("ma_so_bhxh") or file.card.get("so_cccd")
        unread = self.word("unreadable") if file.card.unreadable else "••••"
        shown = self.board.shown or numbers.mask(whole) or unread
        number = f"{self.word('card')} {numbers.spaced(shown) if shown != unread else shown}"
        return f"{name} · {number}" if name else number

    def earlier(self, case: Case) -> View:
        """Return the other cases of the card or desk, to be opened by a click."""
        found = earlier_cases(self.actor, self.kiosk, case)
        return {
            "title": self.word("earlier" if found else "earlier_none"),
            "cases": [
                {
                    "number": one.number,
                    "text": f"{one.number} {self._turned_out(one.outcome)} "
                    f"{vi_date(local_day(one.at))}",
                }
                for one in found
            ],
        }

    def scale(self) -> str:
        """Return how a score is to be read, by the data of the rules."""
        levels = (
            self.word(
                "scale_level", level=self.word(f"level.{level.value}"), least=least, most=most
            )
            for level, (least, most) in self.kiosk.misuse.scale().items()
        )
        return self.word("scale", levels=", ".join(levels))

    def _turned_out(self, outcome: CaseOutcome | None) -> str:
        return self.word(f"outcome.{outcome.value}") if outcome else self.word("earlier_open")
