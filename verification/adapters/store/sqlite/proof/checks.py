"""All checks of a copy, and what they found together."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from verification.adapters.store.sqlite.proof.card_files import card_files
from verification.adapters.store.sqlite.proof.chains import chains
from verification.adapters.store.sqlite.proof.copying import Copy, NotThere
from verification.basics.errors import StoreError
from verification.log.findings import Finding, Kind, of_house


@dataclass(frozen=True)
class Check:
    """One check.

    Args:
        name: As it stands in `unchecked` where it could not be made.
        kind: What is wrong where it cannot be made for damage.
        find: Finds what is wrong.
        needs_key: False where it says something without the key; it may say more with it.
    """

    name: str
    kind: Kind
    find: Callable[[Copy], Iterable[Finding]]
    needs_key: bool = True


@dataclass(frozen=True)
class Proof:
    """What all checks found.

    Args:
        findings: Sorted by desk and place.
        unchecked: Names of the checks that could not be made: they need the key, or what they look
            at is not there.
    """

    findings: Sequence[Finding]
    unchecked: Sequence[str]


CHECKS: Sequence[Check] = (
    Check("chain", Kind.EDITED, chains, needs_key=False),
    Check("card_file", Kind.CARD_FILE, card_files, needs_key=False),
)


def prove(copy: Copy) -> Proof:
    """Make every check that can be made of a copy."""
    findings: set[Finding] = set()
    unchecked = []
    for check in CHECKS:
        found = _found(check, copy) if copy.sealer or not check.needs_key else None
        if found is None:
            unchecked.append(check.name)
        else:
            findings.update(found)
    return Proof(sorted(findings), unchecked)


def _found(check: Check, copy: Copy) -> list[Finding] | None:
    """Return what a check finds, None where what it looks at is not there.

    One that stumbles over a damaged page finds just that.
    """
    found: list[Finding] = []
    try:
        found.extend(check.find(copy))
    except NotThere:
        return found or None
    except (sqlite3.DatabaseError, StoreError, ValueError, LookupError) as error:
        found.append(of_house(check.kind, type(error).__name__))
    return found
