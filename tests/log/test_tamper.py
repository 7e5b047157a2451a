"""Tamper evidence: what is done to a copy of the database is told by a head that left the machine.

Whoever holds the machine can drop the triggers and write every row, the heads beside it too; only
the head that left proves the truth (`docs/log.md`).
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import DESK, MASTER_KEY, Clock, make_demo_store, open_kiosk, payload
from verification.__main__ import main
from verification.adapters.store.heads import head_file
from verification.log import chain
from verification.reception import checkin
from verification.reception.answer import Scan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Row = dict[str, Any]
COLUMNS = (
    "desk, seq, recorded_at, happened_at, kind, codes, person_ref, content_digest, prev_hash, hash"
)
NAMES = COLUMNS.split(", ")


@pytest.fixture(scope="module")
def working(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with a day of check-ins; copy it, never write into it."""
    folder = tmp_path_factory.mktemp("working")
    make_demo_store(folder)
    (folder / "kiosk.db.key").write_text(MASTER_KEY.hex())
    clock = Clock()
    with open_kiosk(folder, clock) as (kiosk, _):
        for slug in ("patient-1", "patient-2", "patient-3", "citizen-11", "foreign-1"):
            checkin.check_in(DESK, kiosk, Scan((payload(slug),)))
            clock.forward(minutes=3)
    return folder


@pytest.fixture
def copy(working: Path, tmp_path: Path) -> Path:
    """Return a copy of the database without its triggers, as a thief has it."""
    path = tmp_path / "copy.db"
    shutil.copyfile(working / "kiosk.db", path)
    with closing(sqlite3.connect(path)) as db:
        for verb in ("UPDATE", "DELETE"):
            db.execute(f"DROP TRIGGER log_no_{verb}")
        db.commit()
    return path


def rows_of(path: Path) -> list[Row]:
    """Return the log of the desk in order."""
    with closing(sqlite3.connect(path)) as db:
        found = db.execute(f"SELECT {COLUMNS} FROM log WHERE desk = '1' ORDER BY seq").fetchall()
    return [dict(zip(NAMES, row, strict=True)) for row in found]


def write_rows(path: Path, rows: list[Row]) -> None:
    """Put these rows in the place of the log."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("DELETE FROM log")
        marks = ",".join("?" * len(NAMES))
        values = [tuple(row[name] for name in NAMES) for row in rows]
        db.executemany(f"INSERT INTO log ({COLUMNS}) VALUES ({marks})", values)
        db.commit()


def forged(rows: list[Row]) -> list[Row]:
    """Return rows with places, links and hashes made anew: a whole chain that is sound."""
    made: list[Row] = []
    for row in rows:
        fresh = {**row, "seq": len(made) + 1}
        fresh["prev_hash"] = made[-1]["hash"] if made else chain.START
        fresh["hash"] = chain.row_hash(fresh)
        made.append(fresh)
    return made


def head_of(path: Path) -> str:
    """Return the head as it left the machine at the end of the shift."""
    rows = rows_of(path)
    return str(chain.Head("1", len(rows), rows[-1]["hash"]))


def verified(
    capsys: pytest.CaptureFixture[str], path: Path, *heads: str
) -> tuple[int, list[str], Row]:
    """Return status and kinds of problem that `verify-log` finds."""
    given = [word for head in heads for word in ("--head", head)]
    status = main(["verify-log", "--copy", str(path), *given, "--json"])
    answer = json.loads(capsys.readouterr().out.splitlines()[0])
    return status, [problem["kind"] for problem in answer["problems"]], answer


def of_chain(kinds: list[str]) -> list[str]:
    """Return the kinds without what stands beside the log and does not follow from it."""
    return [kind for kind in kinds if kind not in {"content", "projection", "case"}]


def edited(rows: list[Row]) -> list[Row]:
    """Make a red card green, hash untouched."""
    rows[2]["codes"] = rows[2]["codes"].replace("not_eligible", "eligible") + " "
    return rows


def edited_with_its_hash(rows: list[Row]) -> list[Row]:
    """Change a row and make its own hash anew."""
    rows[2]["happened_at"] = "2026-11-21T01:12:00.000+00:00"
    rows[2]["hash"] = chain.row_hash(rows[2])
    return rows


def swapped(rows: list[Row]) -> list[Row]:
    """Let two events change places."""
    rows[3]["seq"], rows[5]["seq"] = rows[5]["seq"], rows[3]["seq"]
    return rows


def inserted(rows: list[Row]) -> list[Row]:
    """Put a visit in that never was; the rest moves on."""
    fake = {**rows[2], "codes": "{}"}
    after = [{**row, "seq": row["seq"] + 1} for row in rows[4:]]
    return [*rows[:4], {**fake, "seq": 5, "prev_hash": rows[3]["hash"]}, *after]


def deleted(rows: list[Row]) -> list[Row]:
    """Take a visit out."""
    return [row for row in rows if row["seq"] != 4]


def deleted_and_renumbered(rows: list[Row]) -> list[Row]:
    """Take a visit out and close the gap."""
    kept = deleted(rows)
    return [{**row, "seq": at} for at, row in enumerate(kept, 1)]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (edited, "edited"),
        (edited_with_its_hash, "edited"),
        (swapped, "swapped"),
        (inserted, "inserted"),
        (deleted, "deleted"),
        (deleted_and_renumbered, "deleted"),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_a_changed_copy_is_told_with_the_kind_of_change(
    copy: Path,
    change: Callable[[list[Row]], list[Row]],
    kind: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    head = head_of(copy)
    write_rows(copy, change(rows_of(copy)))
    status, kinds, _ = verified(capsys, copy, head)
    assert status == 3
    assert kind in kinds


def test_a_cut_tail_is_told_by_the_head_alone(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = head_of(copy)
    write_rows(copy, rows_of(copy)[:-2])
    beside = verified(capsys, copy)[1]
    assert of_chain(beside) == []
    assert beside  # what stands beside the log is still that of the old one
    status, kinds, _ = verified(capsys, copy, head)
    assert (status, "cut" in kinds) == (3, True)


def test_a_whole_chain_written_anew_is_told_by_the_head_alone(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head, rows = head_of(copy), rows_of(copy)
    write_rows(copy, forged([*rows[:3], *rows[4:], rows[3]]))
    beside = verified(capsys, copy)[1]
    assert of_chain(beside) == []
    assert beside  # what stands beside the log is still that of the old one
    status, kinds, _ = verified(capsys, copy, head)
    assert (status, "rewritten" in kinds) == (3, True)


def test_a_longer_forgery_is_told_at_the_place_of_the_head(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head, rows = head_of(copy), rows_of(copy)
    write_rows(copy, forged([rows[0], *rows]))
    assert "rewritten" in verified(capsys, copy, head)[1]


def test_a_forged_head_beside_the_copy_does_not_help(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head, rows = head_of(copy), rows_of(copy)
    write_rows(copy, forged(rows[:3] + rows[4:]))
    head_file(copy).write_text(head_of(copy) + "\n", encoding="utf-8")
    beside = verified(capsys, copy)[1]
    assert of_chain(beside) == []
    assert beside  # what stands beside the log is still that of the old one
    status, kinds, _ = verified(capsys, copy, head)
    assert (status, "cut" in kinds or "rewritten" in kinds) == (3, True)


def test_a_changed_head_beside_an_honest_log_is_told(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    count = len(rows_of(copy))
    head_file(copy).write_text(f"1:{count}:{'a' * 64}\n", encoding="utf-8")
    status, kinds, _ = verified(capsys, copy)
    assert (status, kinds) == (3, ["rewritten"])


def continued(working: Path, folder: Path) -> str:
    """Let the log go on in a folder of its own and return the head that leaves it."""
    for name in ("cards-1.db", "kiosk.db.key", "kiosk.db"):
        shutil.copyfile(working / name, folder / name)
    clock = Clock()
    clock.forward(hours=9)
    with open_kiosk(folder, clock) as (kiosk, _):
        checkin.check_in(DESK, kiosk, Scan((payload("s10"),)))
    return head_of(folder / "kiosk.db")


def test_an_older_copy_put_in_the_place_of_the_log_is_cut(
    working: Path, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, kinds, _ = verified(capsys, copy, continued(working, copy.parent))
    assert (status, "cut" in kinds) == (3, True)


def test_a_copy_that_went_on_by_itself_is_not_the_log(
    working: Path, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = rows_of(copy)
    write_rows(copy, forged([*rows, *rows[:3]]))  # sound, its first part true
    assert of_chain(verified(capsys, copy, head_of(working / "kiosk.db"))[1]) == ["head_missing"]
    status, kinds, _ = verified(capsys, copy, continued(working, copy.parent))
    assert (status, "rewritten" in kinds) == (3, True)


def test_an_honest_copy_with_an_older_head_is_sound(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = rows_of(copy)
    older = str(chain.Head("1", 3, rows[2]["hash"]))
    head_file(copy).write_text(f"{older}\n", encoding="utf-8")
    assert verified(capsys, copy, older, head_of(copy))[:2] == (0, [])


def test_flags_stand_in_the_same_chain(working: Path) -> None:
    assert "flagged" in {row["kind"] for row in rows_of(working / "kiosk.db")}
