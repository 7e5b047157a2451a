"""What a stranger changes in the log is named as what it is, where it is."""

from __future__ import annotations

import random
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support import MASTER_KEY, Clock
from tests.tamper_support import (
    DESKS,
    EACH,
    append,
    copy_of,
    forged,
    found,
    linked,
    make_log,
    proved,
    put,
    replace,
    rows_of,
    tampering,
)
from verification.adapters.store.heads import head_file
from verification.adapters.store.sqlite.log import SqliteLog
from verification.log.chain import row_hash

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

Found = list[tuple[str, int, str]]


@pytest.fixture(scope="module")
def working(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a sound log; copy it, never write into it."""
    return make_log(tmp_path_factory.mktemp("chains"))


@pytest.fixture
def db(working: Path, tmp_path: Path) -> Path:
    """Return a copy of it without heads, as nothing then helps but the file itself."""
    path = copy_of(working, tmp_path / "copy")
    head_file(path).unlink()
    return path


def go_on(db: Path, *desks: str) -> None:
    """Let the house open the log and work on."""
    with closing(SqliteLog(db, MASTER_KEY, Clock())) as log:
        for desk in desks or DESKS:
            append(log, desk)


def test_a_sound_log_is_sound_with_and_without_its_key(db: Path) -> None:
    assert found(db) == []
    assert found(db, key=None) == []
    keyed = {"desks", "order", "signed_end"}
    assert not keyed & set(proved(db).unchecked)
    assert {*keyed, "heads"} <= set(proved(db, key=None).unchecked)
    go_on(db)
    assert found(db) == []


# ---- rows of one desk; each: what is done, what is told with the key, and without it


def edit(at: int, column: str = "codes", value: object = '{"why":"khac"}') -> Callable[..., None]:
    def change(connection: sqlite3.Connection) -> None:
        query = f"UPDATE log SET {column} = ? WHERE desk = '1' AND seq = ?"
        connection.execute(query, (value, at))

    return change


def rehash(at: int) -> Callable[..., None]:
    def change(connection: sqlite3.Connection) -> None:
        rows = rows_of(connection)
        rows[at - 1]["codes"] = "{}"
        rows[at - 1]["hash"] = row_hash(rows[at - 1])
        replace(connection, "1", rows)

    return change


def relink(at: int) -> Callable[..., None]:
    def change(connection: sqlite3.Connection) -> None:
        rows = rows_of(connection)
        rows[at - 1]["codes"] = "{}"
        replace(connection, "1", linked(rows, at - 1))

    return change


def delete(*at: int, close: bool = False) -> Callable[..., None]:
    def change(connection: sqlite3.Connection) -> None:
        for seq in sorted(at):
            connection.execute("DELETE FROM log WHERE desk = '1' AND seq = ?", (seq,))
        left = rows_of(connection)
        for number, row in enumerate(left, 1) if close else ():
            query = "UPDATE log SET seq = ? WHERE desk = '1' AND seq = ?"
            connection.execute(query, (number, row["seq"]))

    return change


def insert(*at: int) -> Callable[..., None]:
    """Put events in, rightly linked to what stands before; the others move on."""

    def change(connection: sqlite3.Connection) -> None:
        rows = rows_of(connection)
        for seq in at:
            false = forged(rows[seq - 2] if seq > 1 else None)
            later = [{**row, "seq": row["seq"] + 1} for row in rows[seq - 1 :]]
            rows = [*rows[: seq - 1], {**false, "seq": seq}, *later]
        replace(connection, "1", rows)

    return change


def swap(*pairs: tuple[int, int]) -> Callable[..., None]:
    def change(connection: sqlite3.Connection) -> None:
        rows = rows_of(connection)
        for one, other in pairs:
            rows[one - 1]["seq"], rows[other - 1]["seq"] = other, one
            rows[one - 1], rows[other - 1] = rows[other - 1], rows[one - 1]
        replace(connection, "1", rows)

    return change


def stray(seq: int) -> Callable[..., None]:
    def change(connection: sqlite3.Connection) -> None:
        row = {**forged(None), "seq": seq, "prev_hash": "f" * 64}
        put(connection, row | {"hash": row_hash(row)})

    return change


def at(kind: str, *places: int) -> Found:
    return sorted(("1", place, kind) for place in places)


ROWS: dict[str, tuple[Callable[..., None], Found, Found]] = {
    **{f"edited {n}": (edit(n), at("edited", n), at("edited", n)) for n in (1, 4, EACH)},
    "two edited": (
        lambda c: (edit(2)(c), edit(6)(c)),
        at("edited", 2, 6),
        at("edited", 2, 6),
    ),
    "neighbours edited": (
        lambda c: (edit(4)(c), edit(5)(c)),
        at("edited", 4, 5),
        at("edited", 4, 5),
    ),
    "own link edited": (
        edit(4, "prev_hash", "a" * 64),
        at("edited", 4),
        at("edited", 4),
    ),
    "hash edited": (edit(4, "hash", "a" * 64), at("edited", 4), at("edited", 4)),
    "last hash edited": (edit(EACH, "hash", "a" * 64), at("edited", EACH), at("edited", EACH)),
    "number of the last edited": (
        edit(EACH, "seq", EACH + 3),
        at("edited", EACH + 3),
        at("edited", EACH + 3),
    ),
    "edited, own hash anew": (rehash(4), at("edited", 4), at("edited", 4)),
    "first edited, own hash anew": (rehash(1), at("edited", 1), at("edited", 1)),
    "last edited, own hash anew": (rehash(EACH), at("rewritten", EACH), []),
    **{f"linked anew from {n}": (relink(n), at("rewritten", n), []) for n in (1, 4, EACH)},
    **{
        f"deleted {n}": (delete(*n), at("deleted", *n), at("deleted", *n))
        for n in ((1,), (4,), (EACH - 1,), (1, 2), (3, 4, 5), (2, 5))
    },
    "deleted and closed": (delete(4, close=True), at("deleted", 4), at("deleted", 4)),
    "first deleted and closed": (delete(1, close=True), at("deleted", 1), at("deleted", 1)),
    "several deleted and closed": (
        delete(2, 5, close=True),
        at("deleted", 2, 5),
        at("deleted", 2, 5),
    ),
    "end cut": (delete(EACH - 1, EACH), at("cut", EACH - 1), []),
    "all cut": (delete(*range(1, EACH + 1)), at("cut", 1), []),
    **{
        f"inserted {n}": (insert(*n), at("inserted", *n), at("inserted", *n))
        for n in ((1,), (4,), (EACH,), (2, 6))
    },
    "appended": (insert(EACH + 1), at("inserted", EACH + 1), []),
    "several appended": (
        insert(EACH + 1, EACH + 2),
        at("inserted", EACH + 1, EACH + 2),
        [],
    ),
    "number 0": (stray(0), at("inserted", 0), at("inserted", 0)),
    "number below 0": (stray(-5), at("inserted", -5), at("inserted", -5)),
    "a number far off": (stray(1 << 40), at("inserted", 1 << 40), at("inserted", 1 << 40)),
    "the highest number": (
        stray((1 << 63) - 1),
        at("inserted", (1 << 63) - 1),
        at("inserted", (1 << 63) - 1),
    ),
    **{
        f"swapped {n}": (swap(n), at("swapped", *n), at("swapped", *n))
        for n in ((1, 2), (4, 5), (2, 7), (EACH - 1, EACH), (1, EACH))
    },
    "two pairs swapped": (
        swap((1, 3), (5, 6)),
        at("swapped", 1, 3, 5, 6),
        at("swapped", 1, 3, 5, 6),
    ),
    "deleted and edited": (
        lambda c: (delete(3)(c), edit(6)(c)),
        [*at("deleted", 3), *at("edited", 6)],
        [*at("deleted", 3), *at("edited", 6)],
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_change_of_rows_is_named_as_what_it_is(db: Path, name: str) -> None:
    change, with_key, without = ROWS[name]
    with tampering(db) as connection:
        change(connection)
    assert found(db) == with_key
    assert found(db, key=None) == without


@pytest.mark.parametrize("name", ROWS)
def test_what_was_changed_stays_found_when_the_house_works_on(db: Path, name: str) -> None:
    change, with_key, _ = ROWS[name]
    with tampering(db) as connection:
        change(connection)
    go_on(db)
    now = {(desk, place) for desk, place, _ in found(db)}
    # an end that was cut is a hole once the chain goes on behind it: each row of it is named
    assert {(desk, place) for desk, place, _ in with_key} <= now
    assert {desk for desk, _ in now} == {"1"}


# ---- more than one desk


def test_rows_moved_in_the_order_of_writing_are_swapped_also_across_desks(db: Path) -> None:
    with tampering(db) as connection:
        places = [("1", 3), ("3", 5)]
        query = "SELECT rowid FROM log WHERE desk = ? AND seq = ?"
        one, other = (connection.execute(query, place).fetchone()[0] for place in places)
        for old, new in ((one, -1), (other, one), (-1, other)):
            connection.execute("UPDATE log SET rowid = ? WHERE rowid = ?", (new, old))
    assert found(db) == [("1", 3, "swapped"), ("3", 5, "swapped")]
    assert found(db, key=None) == []
    go_on(db)
    assert found(db) == [("1", 3, "swapped"), ("3", 5, "swapped")]


@pytest.mark.parametrize("desk", ["9", "", "-", "Quầy ảo", " 1"])
def test_a_forged_desk_is_unknown(db: Path, desk: str) -> None:
    with tampering(db) as connection:
        first = forged(None, desk)
        put(connection, first)
        put(connection, forged(first, desk))
    assert found(db) == [(desk, 1, "unknown_desk")]
    assert found(db, key=None) == ([("-", 1, "unknown_desk")] if desk == "-" else [])
    go_on(db)
    assert found(db) == [(desk, 1, "unknown_desk")]


def test_rows_given_to_another_desk_are_cut_there_and_unknown_here(db: Path) -> None:
    with tampering(db) as connection:
        connection.execute("UPDATE log SET desk = '9' WHERE desk = '3'")
    assert ("3", 1, "cut") in found(db)
    assert ("9", 1, "unknown_desk") in found(db)


def test_a_desk_taken_out_whole_is_cut(db: Path) -> None:
    with tampering(db) as connection:
        connection.execute("DELETE FROM log WHERE desk = 'quay-2'")
    assert found(db) == [("quay-2", 1, "cut")]
    assert found(db, key=None) == []
    go_on(db)  # it goes on behind what was taken: none of its events is called as one before
    assert {kind for _, _, kind in found(db)} == {"deleted"}
    with tampering(db) as connection:
        assert [row["seq"] for row in rows_of(connection, "quay-2")] == [EACH + 1]


def test_a_row_without_a_desk_or_a_number_is_inserted(db: Path) -> None:
    with tampering(db) as connection:
        connection.execute("ALTER TABLE log RENAME TO old")
        connection.execute("CREATE TABLE log AS SELECT * FROM old")
        connection.execute("DROP TABLE old")
        connection.execute("INSERT INTO log (desk, seq, hash) VALUES (NULL, 'x', 1)")
        connection.execute("INSERT INTO log SELECT * FROM log WHERE desk = '1' AND seq = 3")
        connection.execute("UPDATE log SET codes = x'00' WHERE desk = '3' AND seq = 2")
    kinds = {(desk, kind) for desk, _, kind in found(db)}
    assert {("-", "inserted"), ("1", "inserted"), ("3", "edited")} <= kinds


# ---- the register itself


def sql(*statements: str) -> Callable[..., None]:
    def change(connection: sqlite3.Connection) -> None:
        for statement in statements:
            connection.execute(statement)

    return change


FORGED = "INSERT INTO log_written (n, desk, seq, mac) VALUES (25, '1', 9, 'aa')"
REGISTER: dict[str, tuple[Callable[..., None], Found]] = {
    "an entry taken out": (sql("DELETE FROM log_written WHERE n = 5"), [("-", 0, "deleted")]),
    "the last taken out": (sql("DELETE FROM log_written WHERE n = 24"), [("-", 0, "deleted")]),
    "all taken out": (sql("DELETE FROM log_written"), [("-", 0, "deleted")]),
    "an entry changed": (
        sql("UPDATE log_written SET mac = 'aa' WHERE n = 5"),
        [("-", 0, "edited")],
    ),
    "one put in": (sql(FORGED), [("-", 0, "inserted")]),
    "one put in for a row": (
        lambda c: (sql(FORGED)(c), insert(EACH + 1)(c)),
        [("-", 0, "inserted"), ("1", EACH + 1, "inserted")],
    ),
    "the end taken out": (sql("DELETE FROM log_end"), [("-", 0, "deleted")]),
    "the end changed": (sql("UPDATE log_end SET count = 3"), [("-", 0, "edited")]),
    "both taken out": (
        sql("DELETE FROM log_written", "DELETE FROM log_end"),
        [("-", 0, "deleted"), ("-", 0, "deleted")],
    ),
    "the tables dropped": (
        sql("DROP TABLE log_written", "DROP TABLE log_end"),
        [("-", 0, "deleted")],
    ),
    "cut with its entries": (
        lambda c: (
            delete(EACH)(c),
            sql("DELETE FROM log_written WHERE desk = '1' AND seq = 8")(c),
        ),
        [("-", 0, "deleted")],
    ),
    "the newest cut with its entries": (
        sql("DELETE FROM log WHERE rowid > 21", "DELETE FROM log_written WHERE n > 21"),
        [("-", 0, "cut")],
    ),
    "made to look never filled": (
        sql(
            "DROP TABLE log_written",
            "DROP TABLE log_end",
            "DELETE FROM _sqlite_migrations WHERE name LIKE 'm004%'",
            "PRAGMA user_version = 3",
        ),
        [("-", 0, "deleted")],
    ),
}


@pytest.mark.parametrize("name", REGISTER)
def test_a_change_of_the_register_is_found_and_never_healed(db: Path, name: str) -> None:
    change, with_key = REGISTER[name]
    with tampering(db) as connection:
        change(connection)
    assert found(db) == with_key
    go_on(db)
    go_on(db)
    assert found(db) != []


# ---- any tampering at all


CLASSES = ("edit", "rehash", "relink", "delete", "insert", "swap", "cut", "order", "desk")


def tampered(  # noqa: PLR0911  # a table of acts
    connection: sqlite3.Connection, kind: str, chance: random.Random
) -> str:
    at = chance.randint(1, EACH)
    other = chance.choice([n for n in range(1, EACH + 1) if n != at])
    match kind:
        case "edit":
            edit(at, chance.choice(["codes", "recorded_at", "kind"]), "x")(connection)
            return "edited"
        case "rehash":
            rehash(at)(connection)
            return "rewritten" if at == EACH else "edited"
        case "relink":
            relink(at)(connection)
            return "rewritten"
        case "delete":
            delete(at, close=chance.random() < 0.5)(connection)
            return "cut" if at == EACH else "deleted"
        case "insert":
            insert(chance.randint(1, EACH + 1))(connection)
            return "inserted"
        case "swap":
            swap((at, other))(connection)
            return "swapped"
        case "cut":
            delete(*range(at, EACH + 1))(connection)
            return "cut"
        case "order":
            connection.execute("UPDATE log SET rowid = 1000 WHERE desk = '1' AND seq = ?", (at,))
            return "swapped"
    put(connection, forged(None, f"gia-{at}"))
    return "unknown_desk"


@pytest.mark.parametrize("seed", range(27))
def test_no_tampering_goes_unseen(db: Path, seed: int) -> None:
    chance = random.Random(seed)
    kind = CLASSES[seed % len(CLASSES)]
    with tampering(db) as connection:
        expected = tampered(connection, kind, chance)
    assert {told for _, _, told in found(db)} == {expected}
    with tampering(db) as connection:
        for more in chance.choices(CLASSES[:2] + CLASSES[3:], k=seed % 3):
            if len(rows_of(connection)) == EACH:
                tampered(connection, more, chance)
    go_on(db)
    assert found(db) != []
