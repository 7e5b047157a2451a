"""What happens at the desk: presentations, visits, what was said, what was flagged.

Words are as the log keeps them; whoever folds them makes values of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from verification.log.events import ALWAYS, Coded, EventKind, Happening, key

_OF = key("of")


@dataclass(frozen=True)
class Presented(Happening):
    """A card was presented, or a patient without one; nobody is received by that.

    Args:
        shown: What kind of text it was, `no_card` where there was none.
        verdict: The answer.
        reasons: Why, the headline first.
        cach_trinh: How it was presented.
        source: Where the card's facts are from.
        cach_doc: `quet` for scanned, `go` for typed.
        no_card: Why there was no card.
        scan: Name of the scan, the same when it is resent.
        lookup: True where somebody only looked.
        compared: What was presented beside what the store holds, for the rules of misuse.
        ma_cskcb: This facility.
        day_only: True where only the day of it is known, not the hour.
        already: The visit of that day that whoever showed it had then, if any.
    """

    kind: ClassVar = EventKind.PRESENTED
    shown: str = field(default="", metadata=key("kind") | ALWAYS)
    verdict: str = field(default="", metadata=ALWAYS)
    reasons: tuple[str, ...] = field(default=(), metadata=ALWAYS)
    cach_trinh: str = field(default="", metadata=ALWAYS)
    source: str | None = None
    cach_doc: str | None = None
    no_card: str | None = field(default=None, metadata=key("case"))
    scan: str | None = None
    lookup: bool = False
    compared: Mapping[str, Any] = field(default_factory=dict, metadata=key("so_sanh"))
    ma_cskcb: str | None = None
    day_only: bool = False
    already: str | None = None


@dataclass(frozen=True)
class Received(Happening):
    """A patient was received: this begins a visit.

    Args:
        presented: The event that presented the card.
        verdict: The answer then.
        reason: Its headline.
        cach_trinh: How the card was presented.
        rate: The expected rate, `4/5`.
        ma_doituong_kcb: The provisional code of the visit.
        again: True for one more visit of somebody who was here on that day.
        so_thu_tu: The day's number of the house (`log/numbering.py`); None in a log of a version
            before.
        reappointment: The day that a re-appointment slip names which was used for it.
        portal: How far the question to the national portal was: `waiting`, or the outcome of the
            answer that was there before; None where no portal is asked.
        portal_code: The code of that answer.
        handover: True where a hospital system is told of the visit, and of what changes it.
    """

    kind: ClassVar = EventKind.RECEIVED
    presented: str = field(metadata=_OF)
    verdict: str
    reason: str
    cach_trinh: str
    rate: str | None = None
    ma_doituong_kcb: str | None = None
    again: bool = False
    so_thu_tu: int | None = None
    reappointment: str | None = None
    portal: str | None = None
    portal_code: str | None = None
    handover: bool = False

    def codes(self) -> dict[str, Any]:
        """Return it as the log keeps it; `scan` repeats two fields for versions that look there."""
        way = "again" if self.again else "receive"
        return super().codes() | {"scan": f"{way}:{self.presented}"}


@dataclass(frozen=True)
class _OfVisit(Happening):
    """Something about a visit."""

    visit: str


@dataclass(frozen=True)
class Corrected(_OfVisit):
    """One thing of a visit was corrected or chosen later.

    Args:
        visit: The visit.
        cach_trinh: How the card was shown.
        nguoi_trinh: By whom.
        field: A field of the card; its value is content.
        phong: The room that the patient is sent to, a code of the house's list.
    """

    kind: ClassVar = EventKind.CORRECTED
    cach_trinh: str | None = None
    nguoi_trinh: str | None = None
    field: str | None = None
    phong: str | None = None


@dataclass(frozen=True)
class IdChecked(_OfVisit):
    """The photo was compared with a document."""

    kind: ClassVar = EventKind.ID_CHECKED
    doi_chieu: str


@dataclass(frozen=True)
class Noted(_OfVisit):
    """Somebody wrote a note; its words are content."""

    kind: ClassVar = EventKind.NOTED


@dataclass(frozen=True)
class Cancelled(_OfVisit):
    """A visit was undone."""

    kind: ClassVar = EventKind.CANCELLED
    why: str


@dataclass(frozen=True)
class PutAside(Happening):
    """Somebody who was shown a card and not received is no longer waited for.

    Args:
        presented: The event that presented the card.
        why: A code.
    """

    kind: ClassVar = EventKind.PUT_ASIDE
    presented: str = field(metadata=_OF)
    why: str


@dataclass(frozen=True)
class ContentErased(_OfVisit):
    """The personal content of a visit was erased; `erased` names its events."""

    kind: ClassVar = EventKind.CONTENT_ERASED
    erased: tuple[str, ...]


@dataclass(frozen=True)
class Completed(_OfVisit):
    """The card of a patient who was received without one came later; as `Received` otherwise."""

    kind: ClassVar = EventKind.COMPLETED
    verdict: str
    reason: str
    rate: str | None = None
    ma_doituong_kcb: str | None = None
    reappointment: str | None = None


@dataclass(frozen=True)
class SaidOfVisit(Happening):
    """Staff or patient said something of a visit, or the desk chose another code.

    Args:
        presented: The event that presented the card.
        visit: The visit, where the patient was received.
        answers: By question; empty where all was forgotten, None for another code.
        rate: The expected rate that follows.
        ma_doituong_kcb: The code that follows.
        reappointment: The day that a re-appointment slip names which is used then.
    """

    kind: ClassVar = EventKind.TOLD
    presented: str = field(metadata=_OF)
    visit: str | None = None
    answers: Mapping[str, Any] | None = field(default=None, metadata=key("told"))
    rate: str | None = None
    ma_doituong_kcb: str | None = None
    reappointment: str | None = None


@dataclass(frozen=True)
class Viewed(Happening):
    """Somebody looked at what is masked otherwise.

    Args:
        what: Was looked at, a code.
        why: A code.
        presented: Whose data, by the event that presented the card.
        case: The case that was looked at.
        rows: How many a search found, or how many questions that showed nobody it stands for.
        persons: Whom a search found.
        result: What a system of the hospital was answered, a code.
        key: By which key it asked.
    """

    kind: ClassVar = EventKind.VIEWED
    what: str
    why: str
    presented: str | None = field(default=None, metadata=_OF)
    case: str | None = None
    rows: int | None = None
    persons: tuple[str, ...] | None = None
    result: str | None = None
    key: str | None = None


REFUTED = "refuted"
"""The state of a flag whose ground was taken away; it counts no more.

An answer of the national portal did that, or what a hospital system corrected.
"""


RAISED_BY = "of"
"""Among the numbers of a refuted flag: the presentation that had raised it."""


@dataclass(frozen=True)
class KeptFlag(Coded):
    """One rule's answer as an event keeps it; it outlives the rule's version."""

    rule: str
    level: str
    score: int
    state: str
    version: int | str = field(default="", metadata=ALWAYS)
    numbers: Mapping[str, Any] = field(default_factory=dict, metadata=ALWAYS)
    visits: tuple[str, ...] = field(default=(), metadata=ALWAYS)

    @property
    def hit(self) -> bool:
        """Tell whether it counts."""
        return self.state == "hit"

    def raised_by(self, presented: str) -> str:
        """Return the presentation that raised it: of a refuted one that which it was raised by.

        Args:
            presented: That of the event that keeps it.
        """
        return str(self.numbers.get(RAISED_BY, presented)) if self.state == REFUTED else presented


@dataclass(frozen=True)
class Flagged(Happening):
    """The rules of misuse found something.

    Args:
        presented: The presentation that raised it.
        subject: `card` or `desk`.
        level: The highest of its flags.
        score: Their sum.
        flags: What each rule found.
        visit: The visit, where the patient was received.
        answered: What raised it later: the national portal's answer, or that a hospital system
            told something.
    """

    kind: ClassVar = EventKind.FLAGGED
    presented: str = field(metadata=_OF)
    subject: str
    level: str
    score: int
    flags: tuple[KeptFlag, ...]
    visit: str | None = None
    answered: str | None = None


@dataclass(frozen=True)
class FlagAnswered(Happening):
    """The desk answered the question of a flag; `flagged` is the event that keeps the flag."""

    kind: ClassVar = EventKind.FLAG_ANSWERED
    flagged: str | None = field(metadata=_OF)
    answer: str
    rule: str | None = None
    visit: str | None = None


@dataclass(frozen=True)
class Exported(Happening):
    """A list or a case was taken out.

    Args:
        what: Was taken out, a code.
        form: As what the list of accesses is written.
        rows: How many lines that has.
        format: As what a list of cases is written.
        count: How many cases are in it.
        case: The case that was printed.
        persons: Whose data are in it, where it is of single persons.
        period: The first day of what a report is about, ISO.
        of_desk: The desk of which alone a report is.
    """

    kind: ClassVar = EventKind.EXPORTED
    what: str
    form: str | None = None
    rows: int | None = None
    format: str | None = None
    count: int | None = None
    case: str | None = None
    persons: tuple[str, ...] | None = None
    period: str | None = None
    of_desk: str | None = None
