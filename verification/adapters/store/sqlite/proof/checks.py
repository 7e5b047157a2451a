"""All checks of a copy, and what they found together."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from verification.adapters.store.sqlite.proof.accounts import (
    account_macs,
    accounts,
    session_macs,
    sessions,
)
from verification.adapters.store.sqlite.proof.api_keys import api_key_macs, api_keys
from verification.adapters.store.sqlite.proof.card_files import card_files
from verification.adapters.store.sqlite.proof.chains import chains, head_lines, keys
from verification.adapters.store.sqlite.proof.contents import contents
from verification.adapters.store.sqlite.proof.copying import Copy
from verification.adapters.store.sqlite.proof.following import without_what_follows
from verification.adapters.store.sqlite.proof.notes import Note, notes
from verification.adapters.store.sqlite.proof.numbers import numbers
from verification.adapters.store.sqlite.proof.persons import persons
from verification.adapters.store.sqlite.proof.projected import projections
from verification.adapters.store.sqlite.proof.tables import tables
from verification.basics.errors import StoreError
from verification.log.chain import Head
from verification.log.findings import Finding, Kind, of_house

_DAMAGE = (sqlite3.DatabaseError, StoreError, OSError, ValueError, TypeError, LookupError)


@dataclass(frozen=True)
class Check:
    """One check.

    Args:
        name: As it stands in `unchecked` where it could not be made.
        kind: What is wrong where it cannot be made for damage.
        find: Finds what is wrong, and names what it could not prove.
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
        unchecked: Names of the checks that were not made, and of what others had to leave out.
        desks: How many rows each desk has, and its head, where they can be read.
        noted: Notes that an older log was put back, and what each excuses.
    """

    findings: Sequence[Finding]
    unchecked: Sequence[str]
    desks: Mapping[str, tuple[int, Head | None]]
    noted: Sequence[Note]


CHECKS: Sequence[Check] = (
    Check("chain", Kind.EDITED, chains, needs_key=False),
    Check("head_file", Kind.EDITED, head_lines, needs_key=False),
    Check("key", Kind.KEY, keys, needs_key=False),
    Check("tables", Kind.PROJECTION, tables, needs_key=False),
    Check("content", Kind.CONTENT, contents, needs_key=False),
    Check("projections", Kind.PROJECTION, projections, needs_key=False),
    Check("numbers", Kind.PROJECTION, numbers, needs_key=False),
    Check("person_index", Kind.PERSON_INDEX, persons),
    Check("account", Kind.ACCOUNT, accounts, needs_key=False),
    Check("account_mac", Kind.ACCOUNT, account_macs),
    Check("session", Kind.SESSION, sessions, needs_key=False),
    Check("session_mac", Kind.SESSION, session_macs),
    Check("api_key", Kind.API_KEY, api_keys, needs_key=False),
    Check("api_key_mac", Kind.API_KEY, api_key_macs),
    Check("card_file", Kind.CARD_FILE, card_files, needs_key=False),
    Check("copy", Kind.PROJECTION, lambda copy: copy.met, needs_key=False),
)


def prove(copy: Copy) -> Proof:
    """Make every check that can be made of a copy."""
    can = [check for check in CHECKS if copy.sealer or not check.needs_key]
    findings = {finding for check in can for finding in _found(check, copy)}
    left = [check.name for check in CHECKS if check not in can]
    desks = {desk: (count, copy.log.head(desk)) for desk, count in copy.log.counts.items()}
    unchecked = left + sorted(copy.left_out - {*left})
    told = sorted(without_what_follows(findings, copy))
    return Proof(told, unchecked, desks, notes(copy))


def _found(check: Check, copy: Copy) -> list[Finding]:
    """Return what a check finds; one that stumbles over a damaged page finds just that."""
    found: list[Finding] = []
    try:
        found.extend(check.find(copy))
    except _DAMAGE:
        found.append(of_house(check.kind, f"{check.name} unreadable"))
    return found
