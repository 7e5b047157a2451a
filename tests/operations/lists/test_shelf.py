"""Lists that were handed in: private, whole or not there, and gone in time."""

from __future__ import annotations

import hashlib
import shutil
import stat
from collections import namedtuple
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.support import each
from verification.basics.errors import KioskError
from verification.basics.texts import Text
from verification.card.facts import Origin
from verification.operations.lists.asked import Asked
from verification.operations.lists.shelf import Given, Rows, Shelf, State, plain_name

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import Clock

LIST = "ma_the,ho_ten\nDN4797900000077,Người Mẫu\n".encode()


@pytest.fixture
def shelf(tmp_path: Path, clock: Clock) -> Shelf:
    return Shelf(tmp_path / "lists", clock)


def handed_in(shelf: Shelf, name: str = "the.csv", data: bytes = LIST) -> Given:
    with shelf.receiving(name, "an.nt") as (coming, whole):
        coming.write(data)
        return whole()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_list_is_kept_as_it_came_and_private(shelf: Shelf) -> None:
    given = handed_in(shelf)
    file = shelf.file_of(given)
    assert file.read_bytes() == LIST
    assert given.digest == hashlib.sha256(LIST).hexdigest()
    assert [mode(p) for p in (shelf.folder, file.parent, file, file.parent / "about.json")] == [
        0o700,
        0o700,
        0o600,
        0o600,
    ]
    assert [*shelf.all()] == [given]


def test_half_a_list_is_on_the_shelf_for_nobody_and_does_not_stay(shelf: Shelf) -> None:
    def broken() -> None:
        with shelf.receiving("the.csv", "an.nt") as (coming, _):
            coming.write(LIST)
            assert mode(coming.path) == 0o600
            assert shelf.all() == []
            raise OSError

    with pytest.raises(OSError, match=r"^$"):
        broken()
    assert list(shelf.folder.iterdir()) == []


def test_what_a_killed_server_left_half_goes_at_the_next_start(shelf: Shelf) -> None:
    given = handed_in(shelf)
    (shelf.folder / "0123456789abcdef.part").mkdir()
    (shelf.folder / "0123456789abcdef").mkdir()  # it was killed before it was told what it is
    shelf.tidy(begins=True)
    assert [one.name for one in shelf.folder.iterdir()] == [given.number]


def test_a_list_that_nobody_decided_on_goes_after_a_week(shelf: Shelf, clock: Clock) -> None:
    handed_in(shelf)
    clock.forward(days=6)
    shelf.tidy()
    assert len(shelf.all()) == 1
    clock.forward(days=2)
    shelf.tidy()
    assert list(shelf.folder.iterdir()) == []


def test_what_is_known_of_a_list_comes_back(shelf: Shelf) -> None:
    asked = Asked("cards", Origin.BHXH, date(2026, 11, 20))
    with shelf.receiving("the.csv", "thu-muc", asked, "/x/the.csv") as (coming, whole):
        coming.write(LIST)
        given = whole()
    given = shelf.note(given, said=Text("a", "b"), refused=3, state=State.IMPORTED)
    assert shelf.one(given.number) == given


def test_refused_rows_lie_with_their_list_and_outlive_its_file(
    shelf: Shelf, tmp_path: Path
) -> None:
    given = handed_in(shelf)
    rejects = tmp_path / "rejects-the.csv.csv"
    rejects.write_text("dong,ly_do\n", encoding="utf-8")
    rejects.chmod(0o644)
    shelf.take_rows(given, Rows.REJECTS, rejects)
    shelf.drop_file(given)
    kept = shelf.rows_of(given)
    assert kept
    assert mode(kept) == 0o600
    assert not rejects.exists()
    assert not shelf.file_of(given).exists()
    shelf.take_rows(given, Rows.REJECTS, None)  # read again, nothing was refused
    assert shelf.rows_of(given) is None
    shelf.drop(given)
    assert list(shelf.folder.iterdir()) == []


def test_a_full_disk_takes_no_list_and_leaves_room_for_the_desks(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024  # as shutil's own
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**12, 10**12, 400_000_000))
    with pytest.raises(KioskError, match="không đủ chỗ"):
        handed_in(shelf)
    assert list(shelf.folder.iterdir()) == []


@each(
    ("sent", "kept"),
    [
        ("danh sách thẻ.xlsx", "danh sách thẻ.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\an\\the.csv", "the.csv"),
        ("..", "danh-sach"),
        ("", "danh-sach"),
        (".ssh", "ssh"),
        ("a\x00b\n\u202ec.csv", "abc.csv"),
        ('<img src="x" onerror=1>.csv', "img src= x onerror=1.csv"),
        ("about.json", "ds-about.json"),
        ("rejects.csv", "ds-rejects.csv"),
        ("con:stream", "con stream"),
        (f"{'x' * 300}.xlsx", f"{'x' * 115}.xlsx"),
        (f"a.{'x' * 300}", f"a.{'x' * 118}"),
        (f"{'ệ' * 300}.csv", f"{'ệ' * 38}.csv"),
        (f"{'🙂' * 300}", "🙂" * 30),
    ],
)
def test_a_name_is_one_of_a_file_here_whatever_its_sender_calls_it(sent: str, kept: str) -> None:
    assert plain_name(sent) == kept


@pytest.mark.parametrize("number", ["", "..", "../lists", "0" * 15, "0" * 17, "0123456789ABCDEF"])
def test_what_is_no_number_of_a_list_finds_none(shelf: Shelf, number: str) -> None:
    handed_in(shelf)
    assert shelf.one(number) is None
