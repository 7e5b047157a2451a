"""What systems of the hospital asked, about whom, with what result: written down as looks are."""

from collections.abc import Sequence
from dataclasses import dataclass

from verification.card.facts import Card
from verification.kiosk import Kiosk
from verification.log.ports import LogTransaction
from verification.log.visit_events import Viewed
from verification.log.writing import Who, write

LOOKED = "api"
"""What a look by a system is called in the log."""


@dataclass(frozen=True)
class Look:
    """One answer to a system, or several alike that showed nobody.

    Args:
        why: What was asked for, a code.
        result: What was answered, a code.
        key: By which key.
        cards: Whom the answer shows, by their cards.
        persons: Whom it shows, by reference.
        presented: Whose data, by the event that presented the card.
        count: How many answers it stands for.
    """

    why: str
    result: str
    key: str
    cards: Sequence[Card] = ()
    persons: tuple[str, ...] = ()
    presented: str | None = None
    count: int = 1


def note_look(kiosk: Kiosk, who: Who, look: Look) -> Sequence[str]:
    """Write down that a system was answered; return whom it saw, by reference.

    Raises:
        StoreError: It could not be written; then nobody is to be shown.
    """

    def work(log: LogTransaction) -> Sequence[str]:
        by_card = [
            log.person(card.ma_so_bhxh, [n for n in (card.ma_the, card.so_cccd) if n])
            for card in look.cards
        ]
        persons = tuple(dict.fromkeys([*look.persons, *by_card]))
        alone = persons[0] if len(persons) == 1 else None
        said = Viewed(
            LOOKED,
            look.why,
            presented=look.presented,
            rows=None if alone else max(len(persons), look.count),
            persons=None if alone or not persons else persons,
            result=look.result,
            key=look.key,
        )
        write(log, who, said, person_ref=alone)
        return persons

    return kiosk.written.write(work)
