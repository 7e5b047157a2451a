"""Imports: built beside, swapped when whole, rejects with their reasons."""

from __future__ import annotations

import csv
import os
import signal
import stat
import subprocess
import sys
import time
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from filelock import FileLock

from tests.support import FIXTURES, MORNING, ROOT
from verification.adapters.imports.importing import (
    IMPORTABLE,
    How,
    ImportReport,
    import_file,
    load_demo,
)
from verification.adapters.imports.tables import read_table
from verification.adapters.store.sqlite import card_file, card_folder
from verification.adapters.store.sqlite.card_folder import newest_file
from verification.adapters.store.sqlite.cards import SqliteCards
from verification.basics.errors import ImportFileError, StoreBusy
from verification.operations.settings import read_settings
from verification.operations.wiring import open_log
from verification.rules.misuse.past_visit import past_visit

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping
    from datetime import date

HEADING = "ma_the,ho_ten,ngay_sinh,gioi_tinh,trang_thai"
FIRST = "DN4797900000501,Người Thứ Nhất,1990-01-01,1,hieu_luc"
SECOND = "DN4797900000502,Người Thứ Hai,02/1991,2,"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder for card files."""
    made = tmp_path / "cards"
    made.mkdir()
    return made


@pytest.fixture
def take(folder: Path, tmp_path: Path) -> Callable[..., ImportReport]:
    """Return a function that imports text as a CSV file."""

    def taken(text: str | bytes, kind: str = "cards", *, replace: bool = False) -> ImportReport:
        source = tmp_path / "source.csv"
        source.write_bytes(text.encode() if isinstance(text, str) else text)
        return import_file(
            folder, IMPORTABLE[kind], source, MORNING, How(replace=replace, remove_any=True)
        )

    return taken


def lines(*rows: str) -> str:
    """Return a file of these rows under the heading."""
    return "\n".join([HEADING, *rows, ""])


def counts(report: ImportReport) -> tuple[int, ...]:
    """Return read, added, changed, same, removed and rejected."""
    return (
        report.read,
        report.added,
        report.changed,
        report.same,
        report.removed,
        report.rejected,
    )


def held(folder: Path) -> dict[str, str | None]:
    """Return name by number of what the store holds of the five hundreds."""
    cards = SqliteCards(folder)
    found = {n: cards.by_card(n) for n in (f"DN4797900000{i}" for i in range(501, 510))}
    cards.close()
    return {number: records[0].card.ho_ten for number, records in found.items() if records}


def test_new_rows_are_added(take: Callable[..., ImportReport], folder: Path) -> None:
    assert counts(take(lines(FIRST, SECOND))) == (2, 2, 0, 0, 0, 0)
    assert held(folder) == {
        "DN4797900000501": "Người Thứ Nhất",
        "DN4797900000502": "Người Thứ Hai",
    }


def test_a_second_import_tells_changed_from_same(take: Callable[..., ImportReport]) -> None:
    take(lines(FIRST, SECOND))
    report = take(lines(FIRST, SECOND.replace("Thứ Hai", "Đổi Tên")))
    assert counts(report) == (2, 0, 1, 1, 0, 0)


def test_only_replace_removes(take: Callable[..., ImportReport], folder: Path) -> None:
    take(lines(FIRST, SECOND))
    assert counts(take(lines(FIRST))) == (1, 0, 0, 1, 0, 0)
    assert len(held(folder)) == 2
    assert counts(take(lines(FIRST), replace=True)) == (1, 0, 0, 1, 1, 0)
    assert held(folder).keys() == {"DN4797900000501"}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(lines(FIRST).encode("utf-8-sig"), id="BOM"),
        pytest.param(lines(FIRST).replace(",", ";"), id="semicolons"),
        pytest.param(lines(FIRST).replace(",", "\t"), id="tabs"),
        pytest.param(lines(FIRST).replace("\n", "\r\n"), id="CR LF"),
        pytest.param(lines("", FIRST, ",,,,"), id="empty rows"),
        pytest.param(lines(FIRST.replace("DN47979", "dn 4 79 79")), id="spaced number"),
        pytest.param(
            "Số thẻ BHYT;Họ và tên;Ngày sinh;Giới tính\n"
            "DN4797900000501;Người Thứ Nhất;01/01/1990;Nam\n",
            id="Vietnamese headings",
        ),
        pytest.param(
            "MÃ THẺ,HO TEN,Ghi chú,ngày sinh\nDN4797900000501,Người Thứ Nhất,x,1990\n",
            id="other case, a column more",
        ),
        pytest.param('ma_the,ho_ten\n"DN4797900000501","Người Thứ\n Nhất"\n', id="quoted"),
    ],
)
def test_csv_as_offices_write_it_is_read(
    take: Callable[..., ImportReport], folder: Path, text: str | bytes
) -> None:
    assert take(text).added == 1
    assert held(folder) == {"DN4797900000501": "Người Thứ Nhất"}


def test_an_xlsx_file_is_read(folder: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Mã thẻ", "Họ tên", "Ngày sinh", "Giới tính", "Giá trị từ"])
    sheet.append(["DN4797900000501", "Người Thứ Nhất", MORNING.replace(tzinfo=None), 1, None])
    sheet.append(["DN4797900000502", "Người Thứ Hai", 1955, "Nữ", "01/01/2026"])
    sheet.append([])
    path = tmp_path / "source.xlsx"
    book.save(path)
    book.close()
    assert counts(import_file(folder, IMPORTABLE["cards"], path, MORNING)) == (2, 2, 0, 0, 0, 0)
    cards = SqliteCards(folder)
    born = [cards.by_card(f"DN479790000050{i}")[0] for i in (1, 2)]
    cards.close()
    assert [r.card.ngay_sinh.iso for r in born if r.card.ngay_sinh] == ["2026-11-22", "1955"]


def test_an_xlsx_file_of_visits_keeps_the_hour_and_a_day_alone_has_none(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    at = MORNING.replace(tzinfo=None)
    for row in (
        ["thoi_diem", "ma_the", "ma_cskcb"],
        [at, "DN4797900000501", 79014],
        [at.date(), "DN4797900000501", 1005],
        [at.replace(hour=0, minute=0, second=0, microsecond=0), "DN4797900000501", "01005"],
    ):
        book.worksheets[0].append(row)
    path = tmp_path / "visits.xlsx"
    book.save(path)
    book.close()
    with read_table(path) as table:
        read = [past_visit(row.named) for row in table.rows]
    assert [(v.timed, v.ma_cskcb) for v in read] == [
        (True, "79014"),
        (False, "01005"),
        (False, "01005"),
    ]
    assert read[0].at == int(MORNING.timestamp())


@pytest.mark.parametrize("read", [0, 1, 9])
def test_an_xlsx_file_is_closed_however_much_of_it_was_read(tmp_path: Path, read: int) -> None:
    book = openpyxl.Workbook()
    for row in (["Mã thẻ", "Họ tên"], *([f"DN479790000050{i}", "Tên"] for i in range(3))):
        book.worksheets[0].append(row)
    path = tmp_path / "source.xlsx"
    book.save(path)
    book.close()
    with read_table(path) as table:
        assert len(list(islice(table.rows, read))) == min(read, 3)
    held = (os.path.realpath(fd) for fd in Path("/proc/self/fd").iterdir())
    assert str(path) not in held


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("DN8797900000503,Tên,,,", "ma_the"),
        ("DN479,Tên,,,", "ma_the"),
        (",Tên,,,", "ma_the"),
        ("DN4797900000503,,,,", "ho_ten"),
        ("DN4797900000503,Tên,30/02/1990,,", "ngay_sinh"),
        ("DN4797900000503,Tên,05/00/1990,,", "ngay_sinh"),
        ("DN4797900000503,Tên,,,het_han", "trang_thai"),
        ("DN4797900000503,Tên,,,the_moi", "the_moi"),
        ("DN4797900000503,Tên,,,hieu_luc:DN4797900000504", "the_moi"),
        ("DN4797900000503,Tên,,,the_moi:xyz", "số thẻ mới"),
        (FIRST, "lặp lại"),
    ],
)
def test_a_bad_row_is_rejected_with_its_reason_and_the_rest_is_taken(
    take: Callable[..., ImportReport], folder: Path, row: str, why: str
) -> None:
    report = take(lines(FIRST, row, SECOND))
    assert counts(report) == (3, 2, 0, 0, 0, 1)
    assert report.rejects_file is not None
    with open(report.rejects_file, encoding="utf-8-sig", newline="") as file:  # noqa: PTH123
        (reject,) = csv.DictReader(file)
    assert reject["dong"] == "3"
    assert why in reject["ly_do"]
    assert reject["ma_the"] == row.split(",", maxsplit=1)[0]
    assert stat.S_IMODE(os.stat(report.rejects_file).st_mode) == 0o600  # noqa: PTH116
    assert held(folder).keys() == {"DN4797900000501", "DN4797900000502"}


@pytest.mark.parametrize(
    ("columns", "row", "why"),
    [
        ("ma_so_bhxh", "7900000999", "ma_so_bhxh"),
        ("ma_so_bhxh", "79", "ma_so_bhxh"),
        ("ma_dkbd", "7901", "ma_dkbd"),
        ("gt_the_tu,gt_the_den", "2026-02-01,2026-01-31", "gt_the_tu"),
        ("gt_the_tu", "2026", "gt_the_tu"),
    ],
)
def test_each_column_that_a_card_is_known_by_is_checked(
    take: Callable[..., ImportReport], columns: str, row: str, why: str
) -> None:
    report = take(f"ma_the,ho_ten,{columns}\nDN4797900000501,Tên,{row}\n")
    assert report.rejected == 1
    assert report.rejects_file is not None
    with open(report.rejects_file, encoding="utf-8") as file:  # noqa: PTH123
        assert why in file.read()


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("so_cccd", "12345"),
        ("ma_kv", "K4"),
        ("ngay_du_5_nam", "x"),
        ("gioi_tinh", "x"),
        ("dia_chi", "#N/A"),
    ],
)
def test_a_card_is_taken_without_a_side_cell_that_cannot_be_read_and_the_report_says_so(
    take: Callable[..., ImportReport], folder: Path, column: str, cell: str
) -> None:
    report = take(f"ma_the,ho_ten,{column}\nDN4797900000501,Tên,{cell}\n")
    assert (report.added, report.rejected, report.noted) == (1, 0, 1)
    assert report.notes_file is not None
    assert column in Path(report.notes_file).read_text(encoding="utf-8-sig").splitlines()[1]
    assert held(folder) == {"DN4797900000501": "Tên"}


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("Nguyễn Thị Mẫu\u200b", "Nguyễn Thị Mẫu"),
        ("\ufeffNguyễn\u200e Thị\u202c Mẫu", "Nguyễn Thị Mẫu"),
        ("Nguyễn\u2060 Th\u00adị Mẫu", "Nguyễn Thị Mẫu"),
        ("Nguyá»\x85n Thá»\x8b Máº«u", "Nguyễn Thị Mẫu"),
        ("Nguyễn\x07 Thị Mẫu", "Nguyễn\ufffd Thị Mẫu"),
        ("Nguy\x85n Th\x8b M\x90u", "Nguy\ufffdn Th\ufffd M\ufffdu"),
        ("Nguyễn Thị\ue001 Mẫu", "Nguyễn Thị\ue001 Mẫu"),
    ],
)
def test_a_card_is_taken_whose_name_holds_what_nobody_sees(
    take: Callable[..., ImportReport], folder: Path, cell: str, kept: str
) -> None:
    assert counts(take(f"ma_the,ho_ten\nDN4797900000501,{cell}\n"))[1] == 1
    assert held(folder)["DN4797900000501"] == kept


@pytest.mark.parametrize("cell", ["", " ", "-", "\u200b", "\u2060\ufeff"])
def test_a_card_without_a_name_is_refused(
    take: Callable[..., ImportReport], folder: Path, cell: str
) -> None:
    take(f"ma_the,ho_ten\nDN4797900000501,{cell}\n")
    assert held(folder) == {}


@pytest.mark.parametrize(
    ("kind", "row", "rejected"),
    [
        ("facilities", "79777,Nơi Mẫu,79,co_ban,lt50,huyen,1,10.5,106.5", 0),
        ("facilities", "7977,Nơi Mẫu,79,co_ban,lt50,huyen,1,10.5,106.5", 1),
        ("facilities", "79777,Nơi Mẫu,79,cao,lt50,huyen,1,10.5,106.5", 1),
        ("facilities", "79777,Nơi Mẫu,79,co_ban,lt50,huyen,2,10.5,106.5", 1),
        ("facilities", "79777,Nơi Mẫu,79,co_ban,lt50,huyen,1,100,106.5", 1),
        ("facilities", "79777,Nơi Mẫu,79,co_ban,lt50,huyen,1,nan,106.5", 1),
        ("facilities", "79777,,79,co_ban,lt50,huyen,1,,", 1),
        ("offices", "07921,BHXH Mẫu,79,", 0),
        ("offices", "abc,BHXH Mẫu,79,", 1),
    ],
)
def test_facilities_and_offices_are_checked_too(
    take: Callable[..., ImportReport], kind: str, row: str, rejected: int
) -> None:
    heading = ",".join(IMPORTABLE[kind].columns)
    report = take(f"{heading}\n{row}\n", kind)
    assert (report.added, report.rejected) == (1 - rejected, rejected)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"so,ten\n1,2\n"),
        ("a.csv", b""),
        ("a.csv", b"ma_the,ho_ten\nDN4797900000503,\xff\xfe\n"),
        ("a.csv", b"ma_the,ho_ten\nDN8,x\nDN4797900000503,\xff\xfe\n"),
        ("a.xlsx", b"no zip"),
        ("a.xlsx", b"PK\x03\x04" + b"\0" * 100),
        ("missing.csv", None),
        ("missing.xlsx", None),
    ],
)
def test_a_file_that_cannot_be_taken_changes_nothing(
    take: Callable[..., ImportReport],
    folder: Path,
    tmp_path: Path,
    name: str,
    content: bytes | None,
) -> None:
    take(lines(FIRST))
    before = newest_file(folder)
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ImportFileError) as told:
        import_file(folder, IMPORTABLE["cards"], path, MORNING)
    assert name in told.value.vi
    assert newest_file(folder) == before
    assert held(folder).keys() == {"DN4797900000501"}


def test_a_folder_is_no_file(folder: Path) -> None:
    with pytest.raises(ImportFileError):
        import_file(folder, IMPORTABLE["cards"], folder, MORNING)


def test_the_first_real_import_drops_the_demo_data(store_folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "real.csv"
    source.write_text(lines(FIRST), encoding="utf-8")
    import_file(store_folder, IMPORTABLE["cards"], source, MORNING)
    cards = SqliteCards(store_folder)
    status = cards.status()
    assert (status.cards, status.demo) == (1, False)
    assert cards.facility("01C34") is None
    cards.close()


def test_real_facilities_drop_the_demo_cards_too(store_folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "real.csv"
    source.write_text("ma_cskcb,ten\n79777,Nơi Thật\n", encoding="utf-8")
    import_file(store_folder, IMPORTABLE["facilities"], source, MORNING)
    cards = SqliteCards(store_folder)
    assert (cards.status().cards, cards.status().demo) == (0, False)
    assert cards.facility("79777") is not None
    cards.close()


def test_a_card_file_and_the_one_before_are_left_and_only_their_owner_reads_them(
    take: Callable[..., ImportReport], folder: Path
) -> None:
    for row in (FIRST, SECOND, FIRST):
        take(lines(row))
    files = sorted(path for path in folder.iterdir() if path.name.startswith("cards-"))
    assert [path.name for path in files] == ["cards-2.before", "cards-3.db"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_a_draft_is_its_owners_from_its_first_byte(
    take: Callable[..., ImportReport], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: set[int] = set()
    tables = card_file.make_card_tables

    def looked(connection: sqlite3.Connection) -> bool:
        done = tables(connection)  # its journal lies beside it here
        seen.update(stat.S_IMODE(path.stat().st_mode) for path in folder.glob("cards-*.d*"))
        return done

    monkeypatch.setattr(card_file, "make_card_tables", looked)
    before = os.umask(0)
    try:
        for row in (FIRST, SECOND):  # from nothing, and from a file that is there
            take(lines(row))
    finally:
        os.umask(before)
    assert seen == {0o600}


def test_the_demo_can_be_loaded_again(folder: Path) -> None:
    sources = {"cards": FIXTURES / "cards.csv"}
    for _ in range(2):
        load_demo(folder, sources, MORNING)
    cards = SqliteCards(folder)
    assert (cards.status().cards, cards.status().demo) == (88, True)
    cards.close()


def test_a_second_import_at_once_is_refused_in_words(
    take: Callable[..., ImportReport], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(card_folder, "BUSY_SECONDS", 0.1)
    with FileLock(folder / "cards.lock"), pytest.raises(StoreBusy):
        take(lines(FIRST))
    assert take(lines(FIRST)).added == 1


def test_an_import_killed_in_the_middle_leaves_the_old_store_whole(
    take: Callable[..., ImportReport], folder: Path, tmp_path: Path
) -> None:
    open_log(read_settings({"KIOSK_DB": str(folder / "kiosk.db")})).close()
    take(lines(FIRST, SECOND))
    before = newest_file(folder)
    assert before is not None
    whole = before.read_bytes()
    long = tmp_path / "long.csv"
    rows = (f"DN479790{at:07d},Người Thứ {at},1990,1,\n" for at in range(100_000))
    long.write_text(f"{HEADING}\n{''.join(rows)}", encoding="utf-8")
    command = [sys.executable, "-m", "verification", "import-cards", str(long), "--replace"]
    environ = os.environ | {"KIOSK_DB": str(folder / "kiosk.db")}
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE) as importer:
        draft = folder / "cards-2.draft"
        deadline = time.monotonic() + 60
        # the cache of SQLite spills when batches are written: the draft grows
        while not (draft.exists() and draft.stat().st_size > len(whole)):
            assert time.monotonic() < deadline
            assert importer.poll() is None
            time.sleep(0.02)
        importer.send_signal(signal.SIGKILL)
    assert newest_file(folder) == before
    assert before.read_bytes() == whole
    assert held(folder).keys() == {"DN4797900000501", "DN4797900000502"}
    assert take(lines(FIRST)).same == 1


@pytest.mark.parametrize("kind", ["facilities", "offices"])
def test_a_torn_row_of_any_list_is_refused_and_removes_nothing(
    folder: Path, tmp_path: Path, kind: str
) -> None:
    heading = {"facilities": "ma_cskcb,ten,ma_tinh", "offices": "ma_co_quan,ten,ma_tinh"}[kind]
    one, two, three, four = (f"7901{at},Tên,79" for at in range(1, 5))

    def listed(*rows: str, replace: bool = False) -> tuple[int, ...]:
        source = tmp_path / "source.csv"
        source.write_text("\n".join([heading, *rows, ""]), encoding="utf-8")
        how = How(replace=replace, remove_any=True, reject_any=True)
        return counts(import_file(folder, IMPORTABLE[kind], source, MORNING, how))

    assert listed(one, two, three, four) == (4, 4, 0, 0, 0, 0)
    for torn in (f"{one},", "79011", one.replace("Tên", "Tê,n"), one.replace("Tên", '"Tên')):
        assert listed(torn, two, three, four, replace=True) == (4, 0, 0, 3, 0, 1)
    swallowed = (one.replace("Tên", '"Tên'), two, three.replace("Tên", 'Tên"'), four)
    assert listed(*swallowed, replace=True) == (2, 0, 0, 1, 0, 1)
    assert listed(one, two, three, four) == (4, 0, 0, 4, 0, 0)


def test_a_list_that_is_written_to_while_it_is_read_changes_nothing(
    folder: Path, tmp_path: Path
) -> None:
    source = tmp_path / "growing.csv"
    source.write_text(lines(FIRST), encoding="utf-8")
    kind = IMPORTABLE["cards"]

    def grows(row: Mapping[str, str], today: date) -> dict[str, object]:
        with source.open("a", encoding="utf-8") as file:
            file.write(f"{SECOND}\n")
        return kind.parse(row, today)

    with pytest.raises(ImportFileError, match="trong khi nhập"):
        import_file(folder, replace(kind, parse=grows), source, MORNING)
    assert newest_file(folder) is None
