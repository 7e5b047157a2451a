"""Sealed content opens only with its key, for its event."""

from __future__ import annotations

import pytest

from tests.support import MASTER_KEY, each
from verification.basics.errors import StoreError
from verification.log.sealing import Binder, Sealer


def a_sealer(master: bytes = MASTER_KEY, kept: dict[str, bytes] | None = None) -> Sealer:
    """Return a sealer that keeps its wrapped keys in a dictionary."""
    keys = {} if kept is None else kept
    return Sealer(master, keys.get, keys.__setitem__)


def test_what_was_sealed_opens_again_also_in_another_process() -> None:
    kept: dict[str, bytes] = {}
    sealed = a_sealer(kept=kept).seal("2026-11", "1-1", b"Nguyen Thi Mau")
    assert b"Mau" not in sealed
    assert a_sealer(kept=kept).open("2026-11", "1-1", sealed) == b"Nguyen Thi Mau"


def test_the_same_content_never_looks_the_same() -> None:
    sealer = a_sealer()
    assert sealer.seal("2026-11", "1-1", b"x") != sealer.seal("2026-11", "1-1", b"x")


@pytest.mark.parametrize("at", [0, 12, -1])
def test_a_changed_byte_does_not_open(at: int) -> None:
    sealer = a_sealer()
    sealed = bytearray(sealer.seal("2026-11", "1-1", b"content"))
    sealed[at] ^= 1
    with pytest.raises(StoreError):
        sealer.open("2026-11", "1-1", bytes(sealed))


@pytest.mark.parametrize(("key", "event"), [("2026-11", "1-2"), ("2026-12", "1-1")])
def test_content_moved_to_another_event_or_key_does_not_open(key: str, event: str) -> None:
    sealer = a_sealer()
    sealed = sealer.seal("2026-11", "1-1", b"content")
    with pytest.raises(StoreError):
        sealer.open(key, event, sealed)


@pytest.mark.parametrize("sealed", [b"", b"short", b"\0" * 40])
def test_rubbish_does_not_open(sealed: bytes) -> None:
    with pytest.raises(StoreError):
        a_sealer().open("2026-11", "1-1", sealed)


def test_another_master_key_opens_nothing() -> None:
    kept: dict[str, bytes] = {}
    sealed = a_sealer(kept=kept).seal("2026-11", "1-1", b"content")
    with pytest.raises(StoreError) as told:
        a_sealer(bytes(32), kept).open("2026-11", "1-1", sealed)
    assert "Tệp khóa" in told.value.vi


def test_the_index_finds_a_number_again_without_showing_it() -> None:
    kept: dict[str, bytes] = {}
    found = a_sealer(kept=kept).index("7900000011")
    assert found == a_sealer(kept=kept).index("7900000011")
    assert found != a_sealer(kept=kept).index("7900000012")
    assert found != a_sealer(kept={}).index("7900000011")


def test_a_forgotten_key_is_loaded_anew() -> None:
    kept: dict[str, bytes] = {}
    sealer = a_sealer(kept=kept)
    sealer.index("7900000011")
    kept.clear()
    sealer.forget("index-1")
    sealer.index("7900000011")
    assert kept.keys() == {"index-1"}


# ---- binding


FIELDS = ("lan.nt", 1, None, b"\x00", "Người Mẫu", "\ud800")


def test_what_was_bound_holds_with_the_same_key_label_and_fields_alone() -> None:
    bound = Binder(MASTER_KEY).bind("account", *FIELDS)
    assert len(bound) == 64
    assert Binder(MASTER_KEY).holds(bound, "account", *FIELDS)
    assert not Binder(bytes(32)).holds(bound, "account", *FIELDS)
    assert not Binder(MASTER_KEY).holds(bound, "session", *FIELDS)
    assert not Binder(MASTER_KEY).holds(bound[:-1], "account", *FIELDS)


@each(
    ("one", "other"),
    [
        (("ab", "c"), ("a", "bc")),
        (("a", None), ("a", "")),
        (("a",), ("a", None)),
        ((1,), ("1",)),
        ((b"1",), ("1",)),
        ((b"1",), ("31",)),
        (('a","b',), ("a", "b")),
        (("é",), ("e\u0301",)),
        ((0,), (None,)),
        ((), ("",)),
    ],
)
def test_fields_keep_their_borders_and_types(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    binder = Binder(MASTER_KEY)
    assert binder.bind("x", *one) != binder.bind("x", *other)


@pytest.mark.parametrize("bound", [None, 1, b"", "", "é" * 64, "0" * 64])
def test_nothing_else_that_a_store_may_hold_holds(bound: object) -> None:
    assert not Binder(MASTER_KEY).holds(bound, "x", "a")
