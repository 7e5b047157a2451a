"""The index of persons against the numbers that readable content holds."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from verification.adapters.store.sql.projection import forgiving
from verification.adapters.store.sqlite.database import Statements
from verification.adapters.store.sqlite.proof.copying import Copy
from verification.adapters.store.sqlite.proof.events import readable_events
from verification.adapters.store.sqlite.proof.keys import opens
from verification.basics.errors import StoreError
from verification.log.events import Event, EventKind
from verification.log.findings import Finding, Kind, at_event, of_house
from verification.log.forgetting_events import Forgets, Forgotten
from verification.log.people import NAMED
from verification.log.sealing import INDEX_KEY, Sealer
from verification.log.visit_events import Presented

_NUMBERS = ("ma_so_bhxh", "ma_the", "so_cccd")
_INDEXED = frozenset({EventKind.PRESENTED, EventKind.COMPLETED})
_INDEX = "SELECT number_hmac, person_ref FROM person_index NOT INDEXED"
_ORPHANS = f"""
SELECT event_id, key_id, sealed FROM content NOT INDEXED WHERE event_id NOT IN
  (SELECT desk || '-' || seq FROM log NOT INDEXED WHERE person_ref IS NOT NULL
    AND kind IN ({", ".join(f"'{kind.value}'" for kind in sorted(_INDEXED))}))
"""
_IMPORTED = "SELECT person_ref FROM history NOT INDEXED WHERE origin = 'import'"


@dataclass
class _Known:
    """What the log says of numbers.

    Args:
        own: Of a social-insurance number: its person, and the event that says so first.
        refs: Of any number: all persons that it was shown with.
        first: Of any number: the first event that holds it.
        sealed: Numbers in content that was sealed for an event whose row is gone or changed.
        loose: Persons of whom numbers may be known that no readable content holds.
        strangers: True where persons may be known whom no event names.
        shared: Citizen numbers: with a person who was erased goes one that another showed too.
        forgets: True where persons were erased.
    """

    own: dict[str, str] = field(default_factory=dict)
    refs: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    first: dict[str, str] = field(default_factory=dict)
    sealed: set[str] = field(default_factory=set)
    loose: set[str] = field(default_factory=set)
    strangers: bool = False
    shared: set[str] = field(default_factory=set)
    forgets: bool = False


def persons(copy: Copy) -> Iterator[Finding]:
    """Find numbers that are missing, that mean another person, or that nothing explains."""
    if copy.sealer is None or not opens(copy.sealer, INDEX_KEY):  # the key is told elsewhere
        return
    known = _known(copy.connection, copy.sealer)
    index: dict[str, str] = {}
    for number, ref in copy.connection.execute(_INDEX):
        if number in index:
            yield at_event(known.first.get(number, ""), Kind.PERSON_INDEX, "person_index twice")
        index[number] = ref
    yield from _of_content(known, index)
    yield from _of_index(known, index)
    if any(number not in known.refs and not number.startswith(NAMED) for number in index):
        copy.left_out.add(
            "person_index_unexplained"
        )  # by erased, searched or imported data at most


def _of_content(known: _Known, index: Mapping[str, str]) -> Iterator[Finding]:
    """Compare what content says with the index."""
    for number, event_id in known.first.items():
        ref = index.get(number)
        if ref is None and known.forgets and number in known.shared and number not in known.own:
            continue
        if ref is None:
            yield at_event(event_id, Kind.PERSON_INDEX, "person_index missing")
        elif not _right(known, index, number, ref):
            yield at_event(event_id, Kind.PERSON_INDEX, "person_index changed")
    for number, ref in known.own.items():
        if index.get(NAMED + ref) != ref:
            yield at_event(known.first[number], Kind.PERSON_INDEX, "person_index name missing")


def _right(known: _Known, index: Mapping[str, str], number: str, ref: str) -> bool:
    """Tell whether a number may mean a person.

    A social-insurance number is its person. Another one was shown with the person, or belonged
    before to somebody whose own number is known.
    """
    if number in known.own:
        return ref == known.own[number]
    named_before = (ref in known.loose or known.strangers) and NAMED + ref in index
    return ref in known.refs[number] or named_before


def _of_index(known: _Known, index: Mapping[str, str]) -> Iterator[Finding]:
    """Find entries that nothing explains."""
    meant = {ref for number, ref in index.items() if not number.startswith(NAMED)}
    shown = {ref for refs in known.refs.values() for ref in refs}
    named = set(known.own.values()) | (meant - shown) | known.loose
    for number, ref in index.items():
        if number.startswith(NAMED):
            explained = number == NAMED + ref and ref in named
        else:
            explained = number in known.refs or number in known.sealed
            explained = explained or ref in known.loose or known.strangers
        if not explained:
            yield of_house(Kind.PERSON_INDEX, "person_index extra")


def _known(connection: sqlite3.Connection, sealer: Sealer) -> _Known:
    known, unread = _Known(), set[str]()
    content = forgiving(Statements(connection), sealer, unread)
    for event in readable_events(connection):
        known.loose.update(event.codes.get("persons", ()))
        if event.kind in _INDEXED and event.person_ref:
            read = content(event)
            if read is None:
                known.loose.add(event.person_ref)
            else:
                _note(known, sealer, event, read.get("ban_ghi", {}))
        if event.kind is EventKind.PRESENTED:
            # the owner of a document that was shown with another's card
            known.strangers |= Presented.of(event.codes).compared.get("document") == "other"
        if event.kind is EventKind.FORGOTTEN:
            known.forgets |= Forgotten.of(event.codes).what == Forgets.PERSON
    known.loose.update(ref for (ref,) in connection.execute(_IMPORTED))
    for card in _without_event(connection, sealer):
        known.sealed.update(sealer.index(number) for number in _numbers(card))
    return known


def _without_event(connection: sqlite3.Connection, sealer: Sealer) -> Iterator[Mapping[str, Any]]:
    """Yield the cards in content whose event names nobody: its row was taken out or changed."""
    for event_id, key_id, sealed in connection.execute(_ORPHANS).fetchall():
        with suppress(StoreError, ValueError, TypeError, AttributeError):
            yield json.loads(sealer.open(key_id, event_id, sealed)).get("ban_ghi", {})


def _note(known: _Known, sealer: Sealer, event: Event, card: Mapping[str, Any]) -> None:
    ref = event.person_ref or ""
    if own := card.get("ma_so_bhxh"):
        known.own.setdefault(sealer.index(own), ref)
    if citizen := card.get("so_cccd"):
        known.shared.add(sealer.index(citizen))
    for number in _numbers(card):
        mark = sealer.index(number)
        known.refs[mark].add(ref)
        known.first.setdefault(mark, event.event_id)


def _numbers(card: Mapping[str, Any]) -> list[str]:
    return [card[name] for name in _NUMBERS if card.get(name)]
