"""A desk's screen and its events, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from verification.basics.texts import Text
from verification.card.portal import CoPayment
from verification.reception.answer import Answer, Scan
from verification.reception.menus import Menu
from verification.reception.today_list import TodayList


@dataclass(frozen=True)
class Input:
    """One numbered event of the browser.

    Args:
        session: Random name of the browser's session.
        number: 1, 2, 3… in that session.
        kind: `scan`, `key`, `choice`, `today`, `clear`, `end_lookup`, `hide_number`, `portal`,
            `copay` or `lang`.
        answer_id: The answer that was on the screen when a key was pressed.
        key: Of a `key`: `F1` … `F10`, `Shift+F3`, `Escape`.
        menu_id: Of a `choice`: the menu, or the answer whose question it answers; of `today`: what
            is done in the list.
        index: Of a `choice`: 1 to 9; of `today`: the page.
        text: Of a `choice` and of a `key`: the menu's text field; of `today`: the row, or what is
            searched for.
        scan: Of a `scan`: what was presented.
        look: Of a `scan`: True where the screen said "look-up only" when it was made.
        paid: Of a `copay`: what the portal said of the year's co-payment.
    """

    session: str
    number: int
    kind: str
    answer_id: str | None = None
    key: str = ""
    menu_id: str = ""
    index: int = 0
    text: str = ""
    scan: Scan | None = None
    look: bool = False
    paid: CoPayment | None = None


@dataclass(frozen=True)
class CopayWait:
    """The co-payment of the year is asked for.

    Args:
        presented: Of whom.
        again: True where an answer that is there already is not enough.
    """

    presented: str
    again: bool = False


@dataclass(frozen=True)
class Toast:
    """A short message beside the answer."""

    id: str
    text: Text
    tone: str


@dataclass(frozen=True)
class MadeOf:
    """What an answer was made of.

    Args:
        answer_id: The answer.
        scan: What was presented.
        mistyped: The text as a hand typed it, where it is a wrong number.
        instead_of: The answer to another number that was typed for this patient.
    """

    answer_id: str
    scan: Scan
    mistyped: str | None = None
    instead_of: str | None = None


@dataclass(frozen=True)
class Screen:
    """What a desk's screen shows.

    Args:
        lang: `vi` or `en`.
        lookup: True while the next scan only looks up.
        answer: The answer shown, None for the idle desk.
        made_of: What an answer was made of; of use while that answer is the one shown.
        menu: The open menu.
        today: The open list of a day; a menu stands above it.
        number_shown: True while the whole number is shown.
        copied: Facts to copy to the hospital's system, once.
        opens: The visit to open there beside the copying, once.
        slip: True where the answer's slip is to be printed, once.
        sheet: The visit whose sheet of a portal that failed is to be fetched, once.
        shift: The closing whose sheet is to be opened, once.
        copay: Whose co-payment of the year the desk has asked for and was not told of yet.
        toast: The last message.
        goto: Another page to go to.
        trouble: Why nothing can be logged now; it stays until something is logged again.
        handled: Highest number handled, by browser session.
    """

    lang: str = "vi"
    lookup: bool = False
    answer: Answer | None = None
    made_of: MadeOf | None = None
    menu: Menu | None = None
    today: TodayList | None = None
    number_shown: bool = False
    copied: str | None = None
    opens: str | None = None
    slip: bool = False
    sheet: str | None = None
    shift: str | None = None
    copay: CopayWait | None = None
    toast: Toast | None = None
    goto: str | None = None
    trouble: Text | None = None
    handled: Mapping[str, int] = field(default_factory=dict)

    @property
    def answer_id(self) -> str | None:
        """Return the name of the answer shown."""
        return self.answer.shown_as if self.answer else None

    @property
    def presented(self) -> str | None:
        """Return the name of what the answer shown is to."""
        return self.answer.presented if self.answer else None

    @property
    def looked_at(self) -> Scan | None:
        """Return what the answer shown is to, where it is that of a look: F2 presents it anew."""
        made = self._made_of_shown()
        return made.scan if made and self.answer and self.answer.looked else None

    @property
    def retype(self) -> str | None:
        """Return the wrong number that the answer shown is to, for the box to show it again."""
        made = self._made_of_shown()
        return made.mistyped if made else None

    @property
    def instead_of(self) -> str | None:
        """Return the answer to the wrong number that was typed for whoever is shown."""
        made = self._made_of_shown()
        return made.instead_of if made else None

    def _made_of_shown(self) -> MadeOf | None:
        made = self.made_of
        return made if made and made.answer_id == self.presented else None
