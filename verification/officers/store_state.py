"""What an administrator sees of the store: rows that cannot be read, and whose card file it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from verification.kiosk import Kiosk
from verification.log.card_files import CardFile, Fit, fit_of, newest_note, noted_file
from verification.log.unreadable import Unreadable
from verification.rights import Actor, Right, needs


@dataclass(frozen=True)
class StoreState:
    """What is known of the store without reading it.

    Args:
        noticed: Rows that pages met since the start and could not read.
        cards: Whether the card file in use is the one that the log names; None while that is being
            reckoned.
        in_use: Name of the card file in use.
        noted: Name of the card file that the log names.
    """

    noticed: Sequence[Unreadable]
    cards: Fit | None
    in_use: str = ""
    noted: str = ""


@needs(Right.MANAGE)
def store_state(_actor: Actor, kiosk: Kiosk) -> StoreState:
    """Return what is known of the store."""
    noted, version = noted_file(newest_note(kiosk.written)), kiosk.cards.version()
    in_use = CardFile(version.name, version.digest or "") if version else None
    fit = fit_of(noted, in_use)
    waits = version is not None and version.digest is None and fit is Fit.OTHER
    return StoreState(
        kiosk.written.noticed(),
        None if waits else fit,
        in_use.name if in_use else "",
        noted.name if noted else "",
    )


@needs(Right.MANAGE)
def read_all(_actor: Actor, kiosk: Kiosk) -> Sequence[Unreadable]:
    """Read all events and their content, and return those that cannot be read."""
    return kiosk.written.unreadable()
