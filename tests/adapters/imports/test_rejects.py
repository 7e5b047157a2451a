"""The files of what could not be taken: whole, safe to open, nobody else's, and not for ever."""

from __future__ import annotations

import csv
import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support import MORNING
from verification.adapters.imports import rejects as module
from verification.adapters.imports.refused import Refused
from verification.adapters.imports.rejects import Rejects, safe_name
from verification.adapters.imports.tables import Row
from verification.basics.texts import Text

HEADING = ["ma_the", "ho_ten"]
WHY = Text("thiếu ho_ten", "ho_ten is missing")
ROW = Row(7, {"ma_the": "DN4797900000501", "ho_ten": "Người Mẫu"})


def a_file(folder: Path, name: str = "the.csv", *, later: int = 0) -> Rejects:
    return Rejects(folder, Path(name), HEADING, MORNING + timedelta(seconds=later))


def rows(path: str | None) -> list[list[str]]:
    assert path is not None
    with open(path, encoding="utf-8-sig", newline="") as file:  # noqa: PTH123
        return list(csv.reader(file))


def test_a_refused_row_stands_with_its_place_its_reason_and_all_its_cells(tmp_path: Path) -> None:
    rejects = a_file(tmp_path)
    rejects.add(ROW, WHY)
    path, notes = rejects.close()
    assert rows(path) == [
        ["dong", "ly_do", "reason", "ma_the", "ho_ten"],
        ["7", "thiếu ho_ten", "ho_ten is missing", "DN4797900000501", "Người Mẫu"],
    ]
    assert (rejects.count, rejects.notes, notes) == (1, 0, None)


@pytest.mark.parametrize("cells", [("a",), ("a", "b", "c", "d"), (), ("a,b", 'x"y', "z\nw")])
def test_a_torn_row_stands_with_every_cell_that_it_has(
    tmp_path: Path, cells: tuple[str, ...]
) -> None:
    rejects = a_file(tmp_path)
    rejects.add(Row(7, {"ma_the": "a"}, cells, Refused("torn")), WHY)
    assert rows(rejects.close()[0])[1][3:] == list(cells)


def test_a_row_taken_without_a_cell_stands_in_a_file_of_its_own(tmp_path: Path) -> None:
    rejects = a_file(tmp_path)
    rejects.note(ROW, [Text("ma_kv “K9”: x", "ma_kv “K9”: y")])
    path, notes = rejects.close()
    assert path is None
    assert rows(notes)[1][:3] == [
        *("7", "ma_kv “K9”: x (dòng vẫn được nhận, trừ ô này)"),
        "ma_kv “K9”: y (the row was taken without this)",
    ]
    assert (rejects.count, rejects.notes) == (0, 1)


def test_no_file_is_made_where_nothing_was_refused(tmp_path: Path) -> None:
    assert a_file(tmp_path).close() == (None, None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("cell", ["=1+1", "+84", "-5", "@SUM(A1)", "\t=1", "x;=1+1", "＝1"])
def test_no_cell_is_a_formula_where_the_file_is_opened(tmp_path: Path, cell: str) -> None:
    rejects = a_file(tmp_path)
    rejects.add(ROW._replace(named={"ma_the": cell, "ho_ten": cell}), Text(cell, cell))
    _, vi, en, number, name = rows(rejects.close()[0])[1][:5]
    for written in (vi, en, number, name):
        assert "'" in written
        assert written.replace("'", "") == cell


def test_a_spreadsheet_takes_it_for_utf_8(tmp_path: Path) -> None:
    rejects = a_file(tmp_path)
    rejects.add(ROW, WHY)
    path, _ = rejects.close()
    assert path is not None
    assert Path(path).read_bytes().startswith("\ufeffdong".encode())


def test_only_its_owner_may_read_it_from_the_first_byte_on(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        rejects = a_file(tmp_path)
        rejects.add(ROW, WHY)
        (path,) = tmp_path.iterdir()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        rejects.close()
    finally:
        os.umask(before)


def test_two_imports_of_files_of_one_name_have_a_file_each(tmp_path: Path) -> None:
    first, second = a_file(tmp_path), a_file(tmp_path)
    first.add(ROW, WHY)
    second.add(ROW._replace(at=8), WHY)
    first.add(ROW._replace(at=9), WHY)
    (one, _), (other, _) = first.close(), second.close()
    assert [row[0] for row in rows(one)[1:]] == ["7", "9"]
    assert [row[0] for row in rows(other)[1:]] == ["8"]


def test_nothing_that_stands_there_already_is_written_over_or_followed(tmp_path: Path) -> None:
    name = f"rejects-{MORNING:%Y%m%d-%H%M%S}-the.csv"
    elsewhere = tmp_path / "elsewhere"
    (tmp_path / name).symlink_to(elsewhere)
    rejects = a_file(tmp_path)
    rejects.add(ROW, WHY)
    path, _ = rejects.close()
    assert path == str(tmp_path / name.replace(".csv", "-2.csv"))
    assert not elsewhere.exists()


def test_only_the_newest_files_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 3)
    other = tmp_path / "cards-1.db"
    other.touch()
    for n in range(6):
        rejects = a_file(tmp_path, later=n)
        rejects.add(ROW, WHY)
        rejects.note(ROW, [WHY])
        for path in rejects.close():
            assert path is not None
            os.utime(path, (n, n))
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert [name.split("-")[0] for name in kept] == ["cards", *["notes"] * 3, *["rejects"] * 3]
    assert f"rejects-{MORNING + timedelta(seconds=5):%Y%m%d-%H%M%S}-the.csv" in kept


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("the.csv", "the"),
        ("the thang 11.xlsx", "the_thang_11.xlsx"),
        ("thẻ tháng 11.csv", "thẻ_tháng_11"),
        ("..", "danh-sach"),
        (".csv", "danh-sach"),
        ("../../etc/passwd", "etc_passwd"),
        ("a\nb\x00c.csv", "a_b_c"),
        ("a:b?c*<d>|e.csv", "a_b_c_d_e"),
        ("\udcff\udcfe.csv", "danh-sach"),
        ("x" * 300 + ".csv", "x" * 60),
        ("=cmd.csv", "cmd"),
        ("-rf.csv", "rf"),
    ],
)
def test_whatever_a_source_is_called_its_file_has_a_name_that_any_system_takes(
    tmp_path: Path, name: str, safe: str
) -> None:
    assert safe_name(name) == safe
    rejects = Rejects(tmp_path, Path(safe), HEADING, MORNING)
    rejects.add(ROW, WHY)
    path, _ = rejects.close()
    assert path is not None
    assert Path(path).parent == tmp_path


@pytest.mark.parametrize("letter", ["ẫ", "語", "😀"])
def test_a_name_of_wide_letters_is_cut_to_what_a_disk_holds(tmp_path: Path, letter: str) -> None:
    rejects = Rejects(tmp_path, Path(f"{letter * 80}.csv"), HEADING, MORNING)
    rejects.add(ROW, WHY)
    path, _ = rejects.close()
    assert path is not None
    assert len(Path(path).name.encode()) <= 255
