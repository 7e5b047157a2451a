"""The head file stays short, belongs to its owner, and keeps what proves something."""

from __future__ import annotations

import stat
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support import MASTER_KEY, Clock
from tests.tamper_support import append, found, make_log
from verification.adapters.store.heads import (
    HeadFile,
    foreign_lines,
    head_file,
    noted_heads,
    thinned,
)
from verification.adapters.store.sqlite.log import SqliteLog
from verification.log.chain import Head

if TYPE_CHECKING:
    from pathlib import Path


def a_head(count: int, desk: str = "1", letter: str = "a") -> Head:
    return Head(desk, count, f"{count:063x}{letter}")


def heads(first: int, last: int, desk: str = "1", letter: str = "a") -> list[Head]:
    return [a_head(count, desk, letter) for count in range(first, last + 1)]


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.db"


def written(db: Path, noted: list[Head], longest: int = 10_000) -> None:
    with closing(HeadFile(head_file(db), longest)) as file:
        for head in noted:
            file.note([head])


def test_a_long_file_is_thinned_again_and_again(db: Path) -> None:
    written(db, heads(1, 3_000))
    assert head_file(db).stat().st_size <= 10_000
    kept = [head.count for head in noted_heads(db)["1"]]
    assert kept[-32:] == list(range(2_969, 3_001))
    assert kept[0] == 1
    assert kept == sorted(kept)
    assert 40 < len(kept) < 140
    assert stat.S_IMODE(head_file(db).stat().st_mode) == 0o600
    assert [path.name for path in db.parent.iterdir()] == ["kiosk.db.head"]


def test_the_proof_of_a_log_put_back_outlives_thinning() -> None:
    kept = thinned([*heads(1, 500), *heads(301, 900, letter="b"), *heads(800, 4_000, letter="c")])
    assert a_head(500) in kept
    assert a_head(900, letter="b") in kept
    assert kept[-1] == a_head(4_000, letter="c")
    assert thinned(kept)[-1] == kept[-1]
    assert {a_head(500), a_head(900, letter="b")} <= set(thinned(thinned(kept)))


def test_a_quiet_desk_keeps_its_heads(db: Path) -> None:
    written(db, [*heads(1, 3, "yen"), *heads(1, 3_000)])
    assert [head.count for head in noted_heads(db)["yen"]] == [1, 2, 3]


def test_very_many_desks_are_not_thinned_at_each_head(db: Path) -> None:
    with closing(HeadFile(head_file(db), 1_000)) as file:
        file.note([a_head(1, f"quay-{at}") for at in range(200)])
        before = head_file(db).stat().st_ino
        file.note([a_head(2)])
        assert head_file(db).stat().st_ino == before
    assert len(noted_heads(db)) == 201


def test_two_processes_that_note_heads_lose_none_by_thinning(db: Path) -> None:
    one, other = HeadFile(head_file(db), 2_000), HeadFile(head_file(db), 1_000_000)
    with closing(one), closing(other):
        other.note([a_head(1, "2")])
        for head in heads(1, 100):
            one.note([head])
        other.note([a_head(2, "2")])
    assert [head.count for head in noted_heads(db)["2"]] == [1, 2]


@pytest.mark.parametrize("torn", ["1", "1:", "1:20", "1:20:", f"1:20:{'a' * 63}"])
def test_a_torn_line_costs_no_head_that_follows(db: Path, torn: str) -> None:
    head_file(db).write_text(f"{a_head(19)}\n{torn}")
    assert foreign_lines(head_file(db)) == []
    written(db, [a_head(21)])
    assert [head.count for head in noted_heads(db)["1"]] == [19, 21]
    assert foreign_lines(head_file(db)) == []


@pytest.mark.parametrize("line", ["1:2:3:4", f"1:-2:{'a' * 64}", f"1:x:{'a' * 64}", "a:b", "::"])
def test_a_line_that_no_kiosk_wrote_is_told(db: Path, line: str) -> None:
    head_file(db).write_text(f"{a_head(1)}\n{line}\n{a_head(2)}\n")
    assert foreign_lines(head_file(db)) == ([] if line == "::" else [2])


def test_a_file_that_others_may_read_is_closed_to_them(db: Path) -> None:
    head_file(db).write_text("")
    head_file(db).chmod(0o644)
    written(db, [a_head(1)])
    assert stat.S_IMODE(head_file(db).stat().st_mode) == 0o600


def test_a_file_that_vanishes_while_the_log_is_open_is_begun_again(tmp_path: Path) -> None:
    db = make_log(tmp_path / "store")
    with closing(SqliteLog(db, MASTER_KEY, Clock())) as log:
        append(log, "1")
        head_file(db).unlink()
        append(log, "1")
    assert [head.count for head in noted_heads(db)["1"]] == [10]
    assert found(db) == []
