"""The watched folder: what loses nothing is imported once, all else waits or is named."""

from __future__ import annotations

import os
import shutil
import stat
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests import list_support as support
from tests.browser.running import wait_for
from tests.list_support import HEADING, ROW, imported
from verification.adapters.store.sqlite.cards import SqliteCards
from verification.card.facts import Origin, Status
from verification.log.events import EventKind
from verification.operations.lists import watching as module
from verification.operations.lists.lists import CUT_OFF, STOPPED, Lists
from verification.operations.lists.shelf import State
from verification.operations.lists.watching import Watch, Watcher, watching
from verification.operations.wiring import local_now, open_log

if TYPE_CHECKING:
    from pathlib import Path

    from verification.operations.settings import Settings

FIRST, LIFTS = HEADING + support.FIRST, HEADING + support.LIFTS
XML = (
    "<TONG_HOP><MA_BN>1</MA_BN><HO_TEN>Người Mẫu</HO_TEN><NGAY_SINH>1990-01-02</NGAY_SINH>"
    "<GIOI_TINH>1</GIOI_TINH><MA_THE_BHYT>DN47979000006{at:02}</MA_THE_BHYT>"
    "<MA_DKBD>79014</MA_DKBD><GT_THE_TU>2026-01-01</GT_THE_TU><GT_THE_DEN>2026-12-31</GT_THE_DEN>"
    "<NGAY_VAO>2026-11-20</NGAY_VAO></TONG_HOP>"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a watched folder with a place for each maker of lists."""
    for origin in Origin:
        (tmp_path / "to-import" / origin.value).mkdir(parents=True)
    return tmp_path / "to-import"


def watching_over(folder: Path, lists: Lists) -> Watcher:
    def demo() -> bool:
        with closing(SqliteCards(folder.parent / "data")) as cards:
            return cards.status().demo

    return Watcher(folder, lists, local_now, Watch(folder), demo)


@pytest.fixture
def watcher(folder: Path, lists: Lists) -> Watcher:
    return watching_over(folder, lists)


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def looks(watcher: Watcher, times: int = 2) -> None:
    for _ in range(times):
        watcher.look()


def status_of(settings: Settings, number: str) -> Status | None:
    with closing(SqliteCards(settings.db.parent)) as cards:
        found = cards.by_card(number)
        return found[0].trang_thai if found else None


def imports_by(settings: Settings, officer: str) -> int:
    with closing(open_log(settings)) as log:
        found = log.events((EventKind.CARDS_IMPORTED,), local_now().replace(year=2020))
    return sum(event.officer == officer for event in found)


def real(lists: Lists) -> None:
    """Import a first list by hand: what takes the place of the invented cards is a person's."""
    imported(lists, ROW.format("hieu_luc").replace("0501", "0599"))


def test_a_list_that_loses_nothing_is_imported_by_itself_and_moves_to_done(
    watcher: Watcher, folder: Path, settings: Settings, lists: Lists
) -> None:
    real(lists)
    put(folder / "hospital", "the.csv", FIRST)
    watcher.look()
    assert status_of(settings, "DN4797900000501") is None  # it may still grow
    watcher.look()
    assert status_of(settings, "DN4797900000501") is Status.THU_HOI
    assert imports_by(settings, "thu-muc") == 1
    done = folder / "hospital" / "done" / "the.csv"
    assert stat.S_IMODE(done.stat().st_mode) == 0o600
    assert stat.S_IMODE(done.parent.stat().st_mode) == 0o700
    assert not (folder / "hospital" / "the.csv").exists()
    assert (watcher.watch.trouble, watcher.watch.left) == (None, ())


def test_a_list_that_lifts_a_bad_status_waits_for_an_administrator(
    watcher: Watcher, folder: Path, settings: Settings, lists: Lists
) -> None:
    real(lists)
    put(folder / "hospital", "mot.csv", FIRST)
    looks(watcher)
    put(folder / "hospital", "hai.csv", LIFTS)
    looks(watcher, 4)
    assert status_of(settings, "DN4797900000501") is Status.THU_HOI
    (left,) = watcher.watch.left
    assert left.name == "hospital/hai.csv"
    assert "1 trạng thái xấu" in left.why.vi
    given = next(one for one in lists.shelf.all() if one.state is State.WAITS)
    lists.bring_in(given.number, "an.nt")  # somebody has looked at it
    lists.wait()
    assert status_of(settings, "DN4797900000501") is Status.HIEU_LUC
    looks(watcher)
    assert watcher.watch.left == ()
    assert (folder / "hospital" / "done" / "hai.csv").exists()


def test_the_first_list_takes_the_place_of_invented_cards_only_by_a_person(
    watcher: Watcher, folder: Path, settings: Settings
) -> None:
    put(folder / "hospital", "the.csv", FIRST)
    looks(watcher, 3)
    (left,) = watcher.watch.left
    assert "thẻ mẫu" in left.why.vi
    assert status_of(settings, "DN4797900000011") is Status.HIEU_LUC


def test_one_file_is_imported_once_whatever_it_is_called_and_whoever_restarts(
    watcher: Watcher, folder: Path, settings: Settings, lists: Lists
) -> None:
    real(lists)
    put(folder / "hospital", "the.csv", FIRST)
    looks(watcher)
    put(folder / "company", "ten-khac.csv", FIRST)
    looks(watcher, 3)
    again = watching_over(folder, lists)
    put(folder / "hospital", "the.csv", FIRST)
    looks(again, 3)
    assert imports_by(settings, "thu-muc") == 1
    assert sorted(p.name for p in (folder / "company" / "done").iterdir()) == ["ten-khac.csv"]
    assert len(list((folder / "hospital" / "done").iterdir())) == 2


def test_a_list_that_is_mostly_refused_waits_though_no_number_of_it_was_known(
    watcher: Watcher, folder: Path, settings: Settings, lists: Lists
) -> None:
    real(lists)
    rows = [support.BAD.replace("0502", f"{at:04}") for at in range(700, 703)]
    path = put(folder / "hospital", "the.csv", FIRST + "".join(rows))
    for _ in range(3):
        watcher.look()
    assert status_of(settings, "DN4797900000501") is None
    assert path.exists()
    (waiting,) = [one for one in lists.shelf.all() if one.watched]
    assert waiting.said
    assert waiting.said.vi == "3 trong 4 dòng bị từ chối"


@pytest.mark.parametrize(
    ("name", "day"), [("the-2026-11-20.csv", "2026-11-20"), ("the-20112026.csv", None)]
)
def test_the_insurers_list_takes_its_day_from_its_name_or_waits(
    watcher: Watcher, folder: Path, settings: Settings, lists: Lists, name: str, day: str | None
) -> None:
    real(lists)
    put(folder / "bhxh", name, FIRST)
    looks(watcher, 3)
    with closing(SqliteCards(settings.db.parent)) as cards:
        found = cards.by_card("DN4797900000501")
    if day:
        assert (found[0].origin, found[0].as_of.isoformat()) == (Origin.BHXH, day)
    else:
        assert found == []
        assert "cần ngày" in watcher.watch.left[0].why.vi


@pytest.mark.parametrize(
    "name",
    ["the.csv.part", ".the.csv", "~$the.xlsx", "the.csv.tmp", "the.crdownload", "Thumbs.db"],
)
def test_what_somebody_is_still_writing_is_left_alone(
    watcher: Watcher, folder: Path, lists: Lists, name: str
) -> None:
    path = put(folder / "hospital", name, FIRST)
    looks(watcher, 3)
    assert path.exists()
    assert lists.shelf.all() == []


def test_a_file_that_grows_is_waited_for(watcher: Watcher, folder: Path, lists: Lists) -> None:
    path = put(folder / "hospital", "the.csv", HEADING)
    for _ in range(3):
        watcher.look()
        with path.open("a", encoding="utf-8") as file:
            file.write(ROW.format("thu_hoi"))
    assert lists.shelf.all() == []
    (folder / "hospital" / "trong.csv").touch()  # begun, and empty so far
    looks(watcher, 3)
    assert [given.name for given in lists.shelf.all()] == ["the.csv"]


def test_links_pipes_and_folders_are_no_lists(
    watcher: Watcher, folder: Path, lists: Lists, tmp_path: Path
) -> None:
    secret = put(tmp_path, "secret.csv", FIRST)
    (folder / "hospital" / "link.csv").symlink_to(secret)
    (folder / "hospital" / "folder.csv").mkdir()
    os.mkfifo(folder / "hospital" / "pipe.csv")
    looks(watcher, 3)
    assert lists.shelf.all() == []
    assert secret.exists()


def test_a_list_that_cannot_be_taken_is_named_with_its_reason_and_others_go_on(
    watcher: Watcher, folder: Path, settings: Settings, lists: Lists
) -> None:
    real(lists)
    put(folder / "hospital", "a.csv", "khong,phai\n1,2\n")
    put(folder / "hospital", "b.csv", FIRST)
    looks(watcher, 3)
    (left,) = watcher.watch.left
    assert left.name == "hospital/a.csv"
    assert "ma_the" in left.why.vi
    assert status_of(settings, "DN4797900000501") is Status.THU_HOI


def test_a_folder_that_is_away_is_a_sentence_and_comes_back(
    watcher: Watcher, folder: Path, settings: Settings, lists: Lists
) -> None:
    real(lists)
    shutil.move(folder, folder.with_name("away"))
    looks(watcher)
    assert watcher.watch.trouble
    assert "Không đọc được thư mục" in watcher.watch.trouble.vi
    shutil.move(folder.with_name("away"), folder)
    put(folder / "hospital", "the.csv", FIRST)
    looks(watcher)
    assert watcher.watch.trouble is None
    assert status_of(settings, "DN4797900000501") is Status.THU_HOI


def test_where_nothing_can_be_moved_the_file_stays_and_is_not_taken_again(
    watcher: Watcher, folder: Path, settings: Settings, lists: Lists,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    real(lists)
    monkeypatch.setattr(module, "put_away", lambda *_: False)  # a folder that is read-only
    put(folder / "hospital", "the.csv", FIRST)
    looks(watcher, 4)
    assert imports_by(settings, "thu-muc") == 1
    (left,) = watcher.watch.left
    assert "đã xong" in left.why.vi
    again = watching_over(folder, lists)
    looks(again, 3)
    assert imports_by(settings, "thu-muc") == 1
    assert "trước đó" in again.watch.left[0].why.vi


def test_many_files_of_xml1_are_one_import(
    watcher: Watcher, folder: Path, settings: Settings, lists: Lists
) -> None:
    real(lists)
    for at in range(5):
        put(folder / "xml1", f"ho-so-{at}.xml", XML.format(at=at))
    looks(watcher)
    assert imports_by(settings, "thu-muc") == 1
    assert all(status_of(settings, f"DN47979000006{at:02}") for at in range(5))
    assert len(list((folder / "xml1" / "done").iterdir())) == 5
    put(folder / "xml1", "lai.xml", XML.format(at=0))
    looks(watcher, 3)
    assert imports_by(settings, "thu-muc") == 1


def test_while_an_administrator_reads_a_list_the_folder_waits(
    watcher: Watcher, folder: Path, settings: Settings, lists: Lists,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    real(lists)
    put(folder / "hospital", "the.csv", FIRST)
    with monkeypatch.context() as busy:
        busy.setattr(Lists, "running", property(lambda _: object()))
        busy.setattr(lists, "_work", object())
        looks(watcher, 3)
    assert status_of(settings, "DN4797900000501") is None
    lists._work = None
    looks(watcher)
    assert status_of(settings, "DN4797900000501") is Status.THU_HOI


def test_what_the_servers_end_cut_off_goes_on_by_itself_and_what_somebody_stopped_waits(
    watcher: Watcher, folder: Path, settings: Settings, lists: Lists
) -> None:
    real(lists)
    put(folder / "hospital", "the.csv", FIRST)
    looks(watcher)
    (given,) = [one for one in lists.shelf.all() if one.watched]
    for said, times in ((STOPPED, 1), (CUT_OFF, 2)):
        lists.shelf.note(given, state=State.WAITS, said=said)
        lists.shelf.file_of(given).write_text(FIRST, encoding="utf-8")
        looks(watcher)
        assert imports_by(settings, "thu-muc") == times


def test_a_thread_looks_until_the_server_ends(folder: Path, lists: Lists) -> None:
    with watching(folder, lists, local_now, bool, every=0.01) as watch:
        wait_for(lambda: watch.looked is not None)
    with watching(None, lists, local_now, bool) as none:
        assert none.folder is None
