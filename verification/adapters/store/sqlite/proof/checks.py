"""All checks of a copy, and what they found together."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from verification.adapters.store.sqlite.proof.accounts import (
    account_macs,
    accounts,
    session_macs,
    sessions,
)
from verification.adapters.store.sqlite.proof.chains import chains
from verification.adapters.store.sqlite.proof.copying import Copy
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
        unchecked: Names of the checks that need the key, where it is not there.
    """

    findings: Sequence[Finding]
    unchecked: Sequence[str]


CHECKS: Sequence[Check] = (
    Check("chain", Kind.EDITED, chains, needs_key=False),
    Check("account", Kind.ACCOUNT, accounts, needs_key=False),
    Check("account_mac", Kind.ACCOUNT, account_macs),
    Check("session", Kind.SESSION, sessions, needs_key=False),
    Check("session_mac", Kind.SESSION, session_macs),
)


def prove(copy: Copy) -> Proof:
    """Make every check that can be made of a copy."""
    can = [check for check in CHECKS if copy.sealer or not check.needs_key]
    findings = {finding for check in can for finding in _found(check, copy)}
    return Proof(sorted(findings), [check.name for check in CHECKS if check not in can])


def _found(check: Check, copy: Copy) -> list[Finding]:
    """Return what a check finds; one that stumbles over a damaged page finds just that."""
    found: list[Finding] = []
    try:
        found.extend(check.find(copy))
    except (sqlite3.DatabaseError, StoreError, ValueError, LookupError) as error:
        found.append(of_house(check.kind, type(error).__name__))
    return found
