"""Finding places and codes as somebody types; the index of each card file is made once.

Never persons: these are looked up by a whole word or number, and each look is logged.
"""

import re
import threading
from collections import deque
from dataclasses import dataclass
from datetime import date

from verification.basics.texts import Text
from verification.card.ports import Cards
from verification.kiosk import Kiosk
from verification.reception.places.index import MOST_PLACES, Found, Index
from verification.reception.places.lines import lines_of
from verification.rights import Actor, Right, needs
from verification.rules.law.tables import Law

_LONGEST_CODE = 8  # digits in a row: a longer run is a date or somebody's number, never a code
_NUMBER = re.compile(rf"\d(?:[\s.\-_/]*\d){{{_LONGEST_CODE - 1}}}")
_KEPT = 4  # indexes: of one house one, and the one before it while the day turns


def is_of_a_person(text: str) -> bool:
    """Tell whether a text holds so many digits that it is somebody's number or birth date."""
    return _NUMBER.search(text) is not None


@needs(Right.HELP)
def find_places(_actor: Actor, kiosk: Kiosk, text: str, most: int = MOST_PLACES) -> Found:
    """Find places and codes by the begin of a code, or by words in any order.

    Args:
        _actor: Who types.
        kiosk: The kiosk.
        text: What was typed so far; with a person's number in it nothing is looked for.
        most: So many lines at most.
    """
    index = _indexes.of(kiosk)
    return Found() if is_of_a_person(text) else index.find(text, most)


@dataclass(frozen=True)
class _State:
    """What an index was made of, but for the store and the law themselves."""

    file: str | None
    trouble: Text | None
    day: date
    facility: str | None


class _Indexes:
    """The last indexes; whoever asks while one is being made waits for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made = deque[tuple[Cards, Law, _State, Index]](maxlen=_KEPT)

    def of(self, kiosk: Kiosk) -> Index:
        """Return the index of what the store and the law hold today."""
        with self._lock:
            state = _state(kiosk)
            known = self._known(kiosk, state)
            if known is None:
                cards, law = kiosk.cards, kiosk.rules.law
                known = Index(lines_of(cards, law, state.day, state.facility))
                if _state(kiosk) == state:  # else another file was swapped in, or could not be read
                    self._made.append((cards, law, state, known))
            return known

    def _known(self, kiosk: Kiosk, state: _State) -> Index | None:
        for cards, law, of, index in self._made:
            if cards is kiosk.cards and law is kiosk.rules.law and of == state:
                return index
        return None


def _state(kiosk: Kiosk) -> _State:
    version = kiosk.cards.version()
    name = version.name if version else None
    return _State(name, kiosk.cards.status().trouble, kiosk.today(), kiosk.facility)


_indexes = _Indexes()
