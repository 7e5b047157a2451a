"""What was worked out of a word is remembered, since names come back all day; of long ones never.

Whoever presents texts chooses what is remembered: a place for each of many words is little memory
only where no word is longer than words are.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

T = TypeVar("T")
_LONGEST = 100  # more letters than any word, or any name of a person, has


def remembered(most: int) -> Callable[[Callable[[str], T]], Callable[[str], T]]:
    """Return what lets a function of a text remember its last answers.

    Args:
        most: How many.
    """

    def of(work: Callable[[str], T]) -> Callable[[str], T]:
        known = lru_cache(most)(work)

        @wraps(work)
        def asked(text: str) -> T:
            return known(text) if len(text) <= _LONGEST else work(text)

        return asked

    return of
