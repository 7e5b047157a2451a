"""Who is meant by numbers: one reference a person, found again by any of them."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from verification.log.sealing import Sealer

NAMED = "bhxh:"
"""Stands before a reference whose social-insurance number is in the index."""


class PersonIndex(Protocol):
    """The index of an engine: keyed hashes of numbers, each with the reference of a person."""

    def known(self, keys: Sequence[str]) -> Mapping[str, str]:
        """Return the references of those keys that are in it."""

    def add(self, new: Iterable[tuple[str, str]]) -> None:
        """Put in keys with their references; one that is there stays as it is."""


def person_ref(
    index: PersonIndex, sealer: Sealer, ma_so_bhxh: str | None, others: Sequence[str]
) -> str:
    """Return the reference of the person whom the numbers mean, or a new one.

    The social-insurance number is the person. Another number finds somebody only where it does
    not contradict that: two people with one citizen number stay two.
    """
    own = sealer.index(ma_so_bhxh) if ma_so_bhxh else None
    keys = [*([own] if own else []), *(sealer.index(number) for number in others)]
    known = index.known(keys)
    ref = known.get(own) if own else None
    if ref is None:
        free = (known[k] for k in keys if k in known and not (own and _is_named(index, known[k])))
        ref = next(free, None) or secrets.token_hex(16)
    new = [(key, ref) for key in dict.fromkeys(keys) if key not in known]
    if own and own not in known:
        new.append((NAMED + ref, ref))
    index.add(new)
    return ref


def _is_named(index: PersonIndex, ref: str) -> bool:
    """Tell whether a person's social-insurance number is known already."""
    return bool(index.known([NAMED + ref]))
