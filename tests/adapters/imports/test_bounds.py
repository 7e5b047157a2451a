"""A file for import that would cost too much is one sentence, before it costs it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import openpyxl
import pytest
from openpyxl.xml import DEFUSEDXML

from tests.adapters.imports import heavy
from tests.support import ROOT
from verification.adapters.imports.tables import read_table
from verification.basics.errors import ImportFileError

if TYPE_CHECKING:
    from pathlib import Path

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="devices, pipes, limits of the system")
# Read in processes of their own, which are weighed, where the system tells their weight.
WEIGHED = (
    "one row of three million cells.xlsx",
    "one cell of 50 MB.xlsx",
    "a row that does not end.csv",
)
UNWEIGHED = [name for name in heavy.HEAVY if name not in WEIGHED or sys.platform != "linux"]
ROWS = {"ma_the": "DN4797900000501", "ho_ten": "Nguyễn Thị Một"}


def refused(path: Path) -> str:
    """Return the sentence of a file that is read to its end."""
    with pytest.raises(ImportFileError) as told, read_table(path) as table:
        for _ in table.rows:
            pass
    assert path.name in told.value.vi
    assert path.name in told.value.en
    return told.value.vi


@pytest.mark.parametrize("name", UNWEIGHED)
def test_a_file_that_costs_much_is_one_sentence(name: str, tmp_path: Path) -> None:
    said, made = heavy.HEAVY[name]
    path = tmp_path / name
    path.write_bytes(made())
    assert said in refused(path)


def test_a_workbook_by_hand_is_read_so_that_what_is_refused_is_refused_for_its_weight(
    tmp_path: Path,
) -> None:
    path = tmp_path / "the.xlsx"
    for whole in (heavy.book(), heavy.book(before='<dimension ref="A1:XFD1048576"/>')):
        path.write_bytes(whole)
        with read_table(path) as table:
            assert [row.named for row in table.rows] == [ROWS]


def test_xml_of_a_workbook_is_read_by_what_knows_no_entities() -> None:
    assert DEFUSEDXML


@LINUX
@pytest.mark.parametrize("name", ["/dev/zero", "/dev/null", "/proc/self/mem", "/"])
def test_what_is_no_file_is_one_sentence(name: str, tmp_path: Path) -> None:
    path = tmp_path / "the.csv"
    path.symlink_to(name)
    assert "Tệp the.csv" in refused(path) or "Không mở được tệp the.csv" in refused(path)


@LINUX
@pytest.mark.parametrize("name", ["the.csv", "the.xlsx"])
def test_a_pipe_is_not_waited_for(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    os.mkfifo(path)
    assert "không phải tệp thường" in refused(path)


def test_a_file_longer_than_is_taken_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "the.csv"
    with path.open("wb") as file:
        file.truncate(2_000_000_001)  # a hole: nothing of it is on the disk
    assert "quá lớn" in refused(path)


_PEAK = """
import sys
from pathlib import Path
from verification.adapters.imports.tables import read_table
from verification.basics.errors import ImportFileError
try:
    with read_table(Path(sys.argv[1])) as table:
        print(sum(1 for _ in table.rows))
except ImportFileError as error:
    print(error.vi, sys.argv[1].rpartition('/')[2] in error.en)
said = Path('/proc/self/status').read_text()
print(int(said.partition('VmHWM:')[2].split()[0]) // 1024)
"""


def peak(path: Path) -> tuple[str, int]:
    """Return what a process of its own says of a file, and the megabytes that it took."""
    ran = subprocess.run(
        [sys.executable, "-c", _PEAK, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    said, megabytes = ran.stdout.splitlines()
    return said, int(megabytes)


@LINUX
@pytest.mark.parametrize("name", WEIGHED)
def test_no_file_takes_half_a_gigabyte(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    expected, made = heavy.HEAVY[name]
    path.write_bytes(made())
    said, megabytes = peak(path)
    assert expected in said
    assert name in said
    assert said.endswith(" True"), "the English sentence names the file, too"
    assert megabytes < 500


@LINUX
def test_a_large_list_is_no_bomb(tmp_path: Path) -> None:
    path = tmp_path / "the.csv"
    row = "DN479790{:07d},Nguyễn Thị Một,1990,1,31/12/2026\n"
    with path.open("w", encoding="utf-8") as file:
        file.write(heavy.HEADING)
        file.writelines(row.format(at) for at in range(200_000))
    said, megabytes = peak(path)
    assert (said, megabytes < 200) == ("200000", True)


@LINUX
def test_a_large_workbook_is_no_bomb(tmp_path: Path) -> None:
    path = tmp_path / "the.xlsx"
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("the")
    sheet.append(heavy.HEADING.strip().split(","))
    for at in range(10_000):
        sheet.append([f"DN479790{at:07d}", f"Nguyễn Thị {at}", "1990", 1, "31/12/2026"])
    book.save(path)
    said, megabytes = peak(path)
    assert (said, megabytes < 300) == ("10000", True)
