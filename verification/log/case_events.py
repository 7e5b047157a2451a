"""What happens to a case of the auditors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from verification.log.events import ALWAYS, Event, EventKind, Happening, key
from verification.log.visit_events import REFUTED, KeptFlag

_OF = key("of")


@dataclass(frozen=True)
class CaseEvent(Happening):
    """Something that was done to a case; `case` is its number."""

    case: str

    @property
    def said(self) -> str:
        """Return what the case's story says of it: a code, an account, a day, rules."""
        return ""


@dataclass(frozen=True, kw_only=True)
class CaseJoined(CaseEvent):
    """Flags joined an open case.

    Args:
        presented: The presentation that raised them.
        flags: What each rule found.
        received_by: Who received the visits that they rest on.
        visit: The visit, where the patient was received.
    """

    kind: ClassVar = EventKind.CASE_JOINED
    presented: str = field(metadata=_OF)
    flags: tuple[KeptFlag, ...]
    received_by: tuple[str, ...] = field(default=(), metadata=ALWAYS)
    visit: str | None = None

    @property
    def said(self) -> str:
        """Return the rules that hit, and with a minus those that hold no longer."""
        gone = (f"−{flag.rule}" for flag in self.flags if flag.state == REFUTED)
        return " ".join((*(flag.rule for flag in self.flags if flag.hit), *gone))


@dataclass(frozen=True, kw_only=True)
class CaseOpened(CaseJoined):
    """Flags opened a case: `about` whom, and by when it is `due`."""

    kind: ClassVar = EventKind.CASE_OPENED
    about: str
    due: date


@dataclass(frozen=True)
class CaseTaken(CaseEvent):
    """An auditor holds it now."""

    kind: ClassVar = EventKind.CASE_TAKEN


@dataclass(frozen=True)
class CaseReleased(CaseEvent):
    """It was given back to the queue."""

    kind: ClassVar = EventKind.CASE_RELEASED


@dataclass(frozen=True)
class CaseHandedOver(CaseEvent):
    """Another auditor holds it now."""

    kind: ClassVar = EventKind.CASE_HANDED_OVER
    to: str

    @property
    def said(self) -> str:
        """Return to whom."""
        return self.to


@dataclass(frozen=True)
class CaseDated(CaseEvent):
    """It is due on another day, or has nothing to do until one."""

    kind: ClassVar = EventKind.CASE_DATED
    due: date | None = None
    diary: date | None = None

    @property
    def said(self) -> str:
        """Return by when it is due."""
        return self.due.isoformat() if self.due else ""


@dataclass(frozen=True)
class CaseProposed(CaseEvent):
    """One auditor asks a second one to agree; `reason` as of a closed one."""

    kind: ClassVar = EventKind.CASE_PROPOSED
    what: str
    reason: str = ""

    @property
    def said(self) -> str:
        """Return what is proposed."""
        return self.what


@dataclass(frozen=True)
class CaseApproved(CaseEvent):
    """A second auditor agreed.

    Args:
        proposal: The event that proposed it.
        what: Was proposed.
        maker: By whom.
        outsider: The event that named the second person, where it is one from outside; the
            officer of this event is then whose page was used.
    """

    kind: ClassVar = EventKind.CASE_APPROVED
    proposal: str = field(metadata=_OF)
    what: str
    maker: str
    outsider: str | None = None

    @property
    def said(self) -> str:
        """Return what was proposed."""
        return self.what


@dataclass(frozen=True)
class CaseRejected(CaseEvent):
    """A proposal was refused or taken back; `proposal`, `what` and `maker` as approved ones."""

    kind: ClassVar = EventKind.CASE_REJECTED
    proposal: str | None = field(default=None, metadata=_OF)
    what: str = ""
    maker: str | None = None

    @property
    def said(self) -> str:
        """Return what was proposed."""
        return self.what


@dataclass(frozen=True)
class CaseClosed(CaseEvent):
    """It was closed.

    Args:
        outcome: As what.
        maker: Who proposed it, where it needed two people.
        outsider: As approved.
        reason: Why, by the list of reasons; words beside it are content, those of a proposal
            content of the proposal. Empty in what was closed before reasons were asked.
    """

    kind: ClassVar = EventKind.CASE_CLOSED
    outcome: str
    maker: str | None = None
    outsider: str | None = None
    reason: str = ""

    @property
    def said(self) -> str:
        """Return the outcome."""
        return self.outcome


@dataclass(frozen=True)
class CaseReopened(CaseEvent):
    """A closed case is open again; why is content."""

    kind: ClassVar = EventKind.CASE_REOPENED


@dataclass(frozen=True)
class CaseCommented(CaseEvent):
    """Somebody said something to it; the words are content. It changes nothing of the case."""

    kind: ClassVar = EventKind.CASE_COMMENTED


@dataclass(frozen=True)
class CaseUndone(CaseEvent):
    """Who decided took it back at once.

    Args:
        decision: The event that closed the case, or proposed to.
        what: Was decided: an outcome, or what was proposed.
        closed: True where it closed the case, which goes back to whoever held it.
    """

    kind: ClassVar = EventKind.CASE_UNDONE
    decision: str = field(metadata=_OF)
    what: str
    closed: bool = False

    @property
    def said(self) -> str:
        """Return what was decided."""
        return self.what


@dataclass(frozen=True)
class CaseSnoozed(CaseEvent):
    """A rule is quiet for this card until a day, that day included."""

    kind: ClassVar = EventKind.CASE_SNOOZED
    rule: str
    until: date

    @property
    def said(self) -> str:
        """Return the rule."""
        return self.rule


@dataclass(frozen=True)
class CaseReported(CaseEvent):
    """A report left the house; `proposal` is the event that proposed it."""

    kind: ClassVar = EventKind.CASE_REPORTED
    proposal: str | None = field(default=None, metadata=_OF)


@dataclass(frozen=True)
class CaseOutsiderNamed(CaseEvent):
    """Somebody from outside was named as the second person of a proposal; who is content."""

    kind: ClassVar = EventKind.CASE_OUTSIDER_NAMED
    proposal: str = field(metadata=_OF)


@dataclass(frozen=True)
class CaseCodeIssued(CaseEvent):
    """A one-time code was made for the one whom the event `named` names; its mark is content."""

    kind: ClassVar = EventKind.CASE_CODE_ISSUED
    named: str = field(metadata=_OF)


@dataclass(frozen=True)
class CaseCodeFailed(CaseEvent):
    """A wrong code, or a wrong number beside it, was typed; neither is kept."""

    kind: ClassVar = EventKind.CASE_CODE_FAILED
    named: str = field(metadata=_OF)


CASE_EVENTS: Mapping[EventKind, type[CaseEvent]] = {
    made.kind: made
    for made in (
        CaseOpened,
        CaseJoined,
        CaseTaken,
        CaseReleased,
        CaseHandedOver,
        CaseDated,
        CaseProposed,
        CaseApproved,
        CaseRejected,
        CaseClosed,
        CaseReopened,
        CaseSnoozed,
        CaseReported,
        CaseOutsiderNamed,
        CaseCodeIssued,
        CaseCodeFailed,
        CaseCommented,
        CaseUndone,
    )
}


def case_event(event: Event) -> CaseEvent:
    """Return what an event did to its case.

    Raises:
        KeyError: It is about no case.
    """
    return CASE_EVENTS[event.kind].of(event.codes)
