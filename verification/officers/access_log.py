"""Who came in, who failed to, who changed an account, who looked at whom: from the log."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from typing import Any

from verification.basics.dates import VIETNAM
from verification.kiosk import Kiosk
from verification.log.events import Event, EventKind
from verification.log.visit_events import Exported, Presented
from verification.log.writing import write_alone
from verification.rights import Actor, Right, needs

KINDS = (
    EventKind.SIGNED_IN,
    EventKind.SIGN_IN_FAILED,
    EventKind.LOCKED,
    EventKind.UNLOCKED,
    EventKind.SIGNED_OUT,
    EventKind.OFFICER_CHANGED,
    EventKind.ACCOUNT_CHANGED,
    EventKind.API_KEY_CHANGED,
    EventKind.CLOCK_NOTED,
    EventKind.KEYS_ROTATED,
    EventKind.VIEWED,
    EventKind.PRESENTED,
    EventKind.CONTENT_ERASED,
    EventKind.FORGOTTEN,
    EventKind.EXPORTED,
    EventKind.CASE_REPORTED,
    EventKind.REBUILT,
    EventKind.LOG_VERIFIED,
    EventKind.CASE_OUTSIDER_NAMED,
    EventKind.CASE_CODE_ISSUED,
    EventKind.CASE_CODE_FAILED,
    EventKind.RIGHT_REFUSED,
    EventKind.SCREEN_PAIRED,
    EventKind.PAIRING_ENDED,
    EventKind.HIS_TOLD,
)
_ABOUT = ("account", "before", "visit", "case", "of", "use_case", "system")


@dataclass(frozen=True)
class Access:
    """One line of the access page; of an event that cannot be read its name stands in `about`.

    Args:
        at: Local time.
        officer: Who did it, by account name; empty for a name that no account has.
        kind: What was done.
        what: More of it: the thing looked at, the change of the account, by what let in.
        about: The account, visit, case or event that it was done to.
        person: The random reference of the person looked at; of several where a search found them.
        desk: Where.
        address: From which network address, where one is known.
        why: The reason given, a code.
    """

    at: datetime
    officer: str
    kind: EventKind
    what: str
    about: str
    person: str
    desk: str
    address: str
    why: str


@needs(Right.MANAGE)
def access(
    _actor: Actor,
    kiosk: Kiosk,
    since: datetime,
    kinds: Sequence[EventKind] = KINDS,
    until: datetime | None = None,
) -> Sequence[Access]:
    """Return what was done since a moment, newest first; a look-up is a look at a person.

    Args:
        kiosk: The kiosk.
        since: From when.
        kinds: Of what alone; other systems may ask all day, and who looks for a refusal waits for
            none of that.
        until: The first moment that is left out; None for no end.
    """
    found = kiosk.written.events(kinds, since, until)
    return [access_of(event) for event in reversed(found) if _is_access(event)]


@needs(Right.CHANGE_HOUSE)
def export_access(
    actor: Actor, kiosk: Kiosk, since: datetime, form: str
) -> Sequence[tuple[str, ...]]:
    """Return the same as a table of text with a heading; taking it out is logged first.

    Args:
        actor: Who takes it.
        kiosk: The kiosk.
        since: From when.
        form: What it is written as, `csv` or `xlsx`.
    """
    found = access(actor, kiosk, since)
    write_alone(kiosk.written, actor, Exported("access", form=form, rows=len(found)))
    return as_table(found)


def as_table(found: Sequence[Access]) -> Sequence[tuple[str, ...]]:
    """Return lines as text below a heading, as they are taken out."""
    heading = tuple(field.name for field in fields(Access))
    return [heading, *((f"{row.at:%Y-%m-%d %H:%M:%S}", *astuple(row)[1:]) for row in found)]


def _is_access(event: Event) -> bool:
    return event.kind is not EventKind.PRESENTED or Presented.of(event.codes).lookup


def access_of(event: Event) -> Access:
    """Return the line of an event."""
    codes = event.codes
    named = event.kind in {EventKind.PRESENTED, EventKind.UNREADABLE}
    shown = event.event_id if named else ""
    persons = [event.person_ref] if event.person_ref else codes.get("persons", [])
    return Access(
        at=event.recorded_at.astimezone(VIETNAM),
        officer=event.officer or codes.get("account", ""),
        kind=event.kind,
        what=_what(codes),
        about=next((codes[key] for key in _ABOUT if key in codes), shown),
        person=" ".join(persons),
        desk=event.desk,
        address=codes.get("address", ""),
        why=codes.get("why", ""),
    )


def _what(codes: Mapping[str, Any]) -> str:
    """Return the codes of what was done, one word each."""
    first = next((codes[key] for key in ("what", "how", "act") if key in codes), None)
    what = first or ("lookup" if "lookup" in codes else ())
    said = [what] if isinstance(what, str) else [*what]
    more = [codes[key] for key in ("right", "form", "format", "result") if key in codes]
    known = ["known"] if codes.get("known") else []
    given = [*codes.get("roles", ()), *codes.get("rights", ())]
    return " ".join([*said, *given, *known, *more])
