"""The lists of cards that made the store what it is: who imported what, and what stands of whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from verification.card.ports import Source
from verification.kiosk import Kiosk
from verification.log.card_files import CardNotes, Undoable
from verification.log.events import Event, EventKind
from verification.log.house_events import CardsImported
from verification.log.visit_events import Exported
from verification.log.writing import write_alone
from verification.rights import Actor, Right, needs

_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Import:
    """One card file that came into use.

    Args:
        at: When.
        officer: Who imported; empty where the kiosk itself did.
        why: A code: `import`, `demo`, `upgrade`, or what else makes a card file.
        table: What the list held.
        card_file: Name of the card file.
        source: SHA-256 of the list, hex.
        counts: What was done with its rows.
    """

    at: datetime
    officer: str
    why: str
    table: str | None
    card_file: str
    source: str | None
    counts: Mapping[str, Any]


@needs(Right.MANAGE)
def imports(_actor: Actor, kiosk: Kiosk) -> Sequence[Import]:
    """Return what the log tells of imports, newest first."""
    found = kiosk.written.events((EventKind.CARDS_IMPORTED,), _LONG_AGO)
    return [_import(event) for event in reversed(found) if event.is_readable]


@needs(Right.MANAGE)
def sources(_actor: Actor, kiosk: Kiosk) -> Sequence[Source]:
    """Return what the store holds by who made the lists."""
    return kiosk.cards.sources()


@needs(Right.MANAGE)
def undoable(_actor: Actor, kiosk: Kiosk) -> Undoable | None:
    """Return the import that can be gone back before, None where there is none.

    Only one can be: what was undone, or has nothing before it, is not offered.
    """
    last = CardNotes(kiosk.written).last_import()
    return last if last and last.before and last.what.why == "import" else None


@needs(Right.CHANGE_HOUSE)
def note_rejects_taken(actor: Actor, kiosk: Kiosk, rows: int) -> None:
    """Log that the refused rows of a list leave the house; they hold what the list held.

    Raises:
        StoreError: It could not be logged; then they must not leave.
    """
    write_alone(kiosk.written, actor, Exported("rejects", form="csv", rows=rows))


def _import(event: Event) -> Import:
    told = CardsImported.of(event.codes)
    return Import(
        event.recorded_at,
        event.officer,
        told.why,
        told.table,
        told.card_file,
        told.source,
        told.counts,
    )
