"""The tab "danh sách thẻ": a list is previewed, imported, told of, taken back; others may not."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from streamlit.testing.v1 import AppTest

from app_pages.admin.history import rejects_asked, rejects_file
from app_pages.server import house as houses
from tests.list_support import BAD, FIRST, LIFTS, ROW, Here, handed_in, imported
from tests.support import ROOT
from verification.basics.errors import Forbidden
from verification.basics.texts import Text
from verification.card.facts import Origin, Status
from verification.log.events import EventKind
from verification.officers import card_lists
from verification.operations.lists.asked import Asked
from verification.operations.lists.lists import Lists, Running
from verification.operations.lists.shelf import Rows
from verification.operations.lists.watching import Left, Watch
from verification.operations.wiring import undo_import
from verification.rights import Actor, Role, desk_officer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from app_pages.server.house import House

MAIN = str(ROOT / "app_pages" / "main.py")
NUMBER = "DN4797900000501"


@pytest.fixture
def at_work(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Return the house with its lists read in this process."""
    with Lists(house.settings, house.kiosk.clock, Here) as lists:
        found = replace(house, lists=lists)
        monkeypatch.setattr(houses, "_open", [found])
        yield found


@pytest.fixture
def admin(at_work: House, enter: Callable[[House, Role], Actor]) -> Actor:
    return enter(at_work, Role.ADMINISTRATOR)


def run() -> AppTest:
    ran = AppTest.from_file(MAIN, default_timeout=120).run()
    assert not ran.exception, ran.exception
    return ran


def press(page: AppTest, key: str, lists: Lists) -> AppTest:
    """Press a button, wait for what it began, and draw the page again."""
    page.button(key=key).click().run()
    lists.wait(60)
    page.run()
    assert not page.exception, page.exception
    return page


def tables(page: AppTest) -> str:
    """Return what the tab says below the strip, which names the officer, without its markup."""
    drawn = (one.proto.body for one in page.get("html"))
    return re.sub(r"<[^>]*>", " ", " ".join(one for one in drawn if "kiosk-who" not in one))


def said(page: AppTest, kind: str) -> str:
    return " ".join(one.value for one in page.get(kind))


def status(house: House) -> Status:
    (record,) = house.kiosk.cards.by_card(NUMBER)
    return record.trang_thai


def test_a_lifted_status_stands_first_in_red_and_is_imported_only_by_a_key(
    at_work: House, admin: Actor
) -> None:
    imported(at_work.lists, FIRST)
    handed_in(at_work.lists, LIFTS, BAD, ROW.format("").replace("0501", "0777"))
    page = press(run(), "list_look", at_work.lists)
    assert "Sẽ gỡ 1 trạng thái xấu" in said(page, "error")
    drawn = " ".join(one.proto.body for one in page.get("html"))
    red = re.findall(r"<tr><td[^>]*#b3261e[^>]*>(DN479••••••0501).*?(thu hồi).*?</tr>", drawn)
    assert red == [("DN479••••••0501", "thu hồi")]
    assert NUMBER not in drawn
    assert "tháng 13 không có" in drawn
    assert "DN479••••••0502" in tables(page)  # a refused row, with its reason
    assert status(at_work) is Status.THU_HOI
    page = press(page, "list_import", at_work.lists)
    assert status(at_work) is Status.HIEU_LUC
    assert "Đã nhập xong: đọc 3" in said(page, "success")
    newest = card_lists.imports(admin, at_work.kiosk)[0]
    assert (newest.officer, newest.counts["lifted"]) == (admin.officer, 1)
    assert admin.officer in tables(page)


def test_what_is_given_up_is_gone_and_nothing_is_changed(at_work: House, admin: Actor) -> None:
    handed_in(at_work.lists, FIRST)
    page = press(run(), "list_look", at_work.lists)
    page = press(page, "list_give_up", at_work.lists)
    assert at_work.lists.shelf.all() == []
    assert not at_work.kiosk.cards.by_card(NUMBER)
    assert "Không có danh sách nào chờ" in said(page, "caption")


def test_beyond_a_share_it_is_imported_only_by_who_types_that(at_work: House, admin: Actor) -> None:
    many = [ROW.format("hieu_luc").replace("0501", f"{at:04}") for at in range(600, 610)]
    imported(at_work.lists, FIRST, *many)
    handed_in(at_work.lists, FIRST)
    page = run()
    page.radio(key=next(r.key for r in page.radio if r.key and "list_way" in r.key)).set_value(
        "replace"
    ).run()
    assert "sẽ bị bỏ khỏi dữ liệu thẻ" in said(page, "warning")
    page = press(page, "list_look", at_work.lists)
    assert page.button(key="list_import").disabled
    beyond = next(t for t in page.text_input if t.key and "list_beyond" in t.key)
    beyond.set_value("nhập").run()
    assert page.button(key="list_import").disabled
    next(t for t in page.text_input if t.key and "list_beyond" in t.key).set_value("Vẫn nhập").run()
    press(page, "list_import", at_work.lists)
    assert at_work.kiosk.cards.status().cards == 1


def test_the_last_import_is_undone_once_somebody_has_read_what_that_means(
    at_work: House, admin: Actor
) -> None:
    imported(at_work.lists, FIRST)
    imported(at_work.lists, LIFTS)
    page = press(run(), "undo_ask", at_work.lists)
    assert "an.nt" in said(page, "warning")
    page = press(page, "undo_no", at_work.lists)
    assert status(at_work) is Status.HIEU_LUC
    page = press(page, "undo_ask", at_work.lists)
    page = press(page, "undo_yes", at_work.lists)
    assert status(at_work) is Status.THU_HOI
    newest = card_lists.imports(admin, at_work.kiosk)[0]
    assert (newest.why, newest.officer) == ("undo", admin.officer)
    assert not [b for b in page.button if b.key == "undo_ask"]  # only one import can be


def test_a_key_is_meant_for_the_preview_that_was_on_the_screen(
    at_work: House, admin: Actor
) -> None:
    """Two administrators look at one list: the first must not import what the second looked at."""
    given = handed_in(at_work.lists, FIRST)
    page = press(run(), "list_look", at_work.lists)
    at_work.lists.preview(given.number, Asked(origin=Origin.COMPANY), "khac.nt")
    at_work.lists.wait(60)
    page.button(key="list_import").click().run()
    assert "Người khác vừa xem trước" in said(page, "error")
    assert not at_work.kiosk.cards.by_card(NUMBER)
    press(page, "list_import", at_work.lists)  # now it is seen what it does
    assert at_work.kiosk.cards.by_card(NUMBER)


def test_what_was_typed_to_go_beyond_a_share_is_not_kept_for_another_preview(
    at_work: House, admin: Actor
) -> None:
    many = [ROW.format("").replace("0501", f"{at:04}") for at in range(600, 610)]
    imported(at_work.lists, FIRST, *many)
    given = handed_in(at_work.lists, FIRST)

    def look() -> None:
        at_work.lists.preview(given.number, Asked(replace=True), "khac.nt")
        at_work.lists.wait(60)

    look()
    page = run()
    next(t for t in page.text_input if t.key and "list_beyond" in t.key).set_value("vẫn nhập").run()
    assert not page.button(key="list_import").disabled
    look()
    page.run()
    assert page.button(key="list_import").disabled


def test_an_undo_is_of_the_import_that_was_asked_about(at_work: House, admin: Actor) -> None:
    imported(at_work.lists, FIRST)
    page = press(run(), "undo_ask", at_work.lists)
    imported(at_work.lists, LIFTS)  # by somebody else, meanwhile
    page = press(page, "undo_yes", at_work.lists)
    assert status(at_work) is Status.HIEU_LUC
    page = press(page, "undo_ask", at_work.lists)
    undo_import(at_work.settings, officer="khac.nt")
    page.button(key="undo_yes").click().run()
    assert "Chưa hoàn tác gì" in said(page, "info")
    assert status(at_work) is Status.THU_HOI
    assert [one.why for one in card_lists.imports(admin, at_work.kiosk)].count("undo") == 1


def test_names_are_not_shown_who_imports_lists_need_not_see_patients(
    at_work: House, admin: Actor
) -> None:
    imported(at_work.lists, FIRST)
    shifted = "Nguyễn Văn Lệch,DN4797900000777,1990-01-02,1,2026-01-01,2026-12-31,\n"
    quoted = BAD.replace("1990-13-02", "Trần ”: Thị Lệch")
    spaced = ROW.format("").replace("DN4797900000501", "DN 47979 00000 509 x")
    handed_in(at_work.lists, FIRST.replace("Người Mẫu", "Lê Lộ"), shifted, quoted, spaced)
    drawn = tables(press(run(), "list_look", at_work.lists))
    assert "họ tên • " in drawn
    assert "họ tên khác" in drawn
    for part in ("Lộ", "Mẫu", "Văn", "Lệch", "Thị", "Trần", "Người", "00000777", "00000 509"):
        assert part not in drawn


def test_refused_rows_of_a_waiting_list_are_deleted_and_the_list_still_waits(
    at_work: House, admin: Actor
) -> None:
    waiting = handed_in(at_work.lists, FIRST, BAD)
    page = press(run(), "list_look", at_work.lists)
    drop = next(b for b in page.button if b.label == "Xóa")
    drop.click().run()
    shelf = at_work.lists.shelf
    assert [given.number for given in shelf.all()] == [waiting.number]
    assert shelf.rows_of(waiting) is None
    done = imported(at_work.lists, LIFTS, BAD)
    at_work.lists.drop_rows(done, Rows.REJECTS)
    assert shelf.one(done.number) is None  # nothing is left of it


def test_a_page_that_is_opened_anew_shows_the_list_that_is_being_read(
    at_work: House, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    older, _ = handed_in(at_work.lists, FIRST), handed_in(at_work.lists, LIFTS)
    now = Running(older.number, preview=True, progress=None)
    monkeypatch.setattr(Lists, "running", property(lambda _: now))
    page = run()
    assert "Đang đọc thử" in said(page, "info")
    assert [b for b in page.button if b.key == "list_stop"]


def test_the_state_is_told_by_source_and_an_old_one_is_amber(at_work: House, admin: Actor) -> None:
    imported(at_work.lists, FIRST, BAD)
    drawn = tables(run())
    assert "danh sách của cơ sở" in drawn
    assert "⚠" not in drawn
    given = handed_in(at_work.lists, ROW.format("").replace("0501", "0888"))
    days = at_work.settings.record_days + 1
    asked = Asked(origin=Origin.COMPANY, as_of=at_work.kiosk.today() - timedelta(days=days))
    at_work.lists.preview(given.number, asked, "an.nt")
    at_work.lists.wait(60)
    at_work.lists.bring_in(given.number, "an.nt")
    at_work.lists.wait(60)
    drawn = tables(run())
    assert f"⚠ {days} ngày" in drawn
    assert "danh sách đơn vị" in drawn


def test_refused_rows_leave_by_a_ticket_alone_and_that_is_logged(
    at_work: House, admin: Actor
) -> None:
    given = imported(at_work.lists, FIRST, BAD)
    page = run()
    assert "Dòng bị từ chối" in said(page, "subheader")
    path = rejects_file(at_work, admin, f"{given.number} rejects")
    assert path
    assert "Người Khác" in path.read_text(encoding="utf-8-sig")
    since = at_work.kiosk.clock() - timedelta(days=1)
    (event,) = at_work.kiosk.written.events((EventKind.EXPORTED,), since)
    assert (event.officer, event.codes["what"], event.codes["rows"]) == (
        admin.officer,
        "rejects",
        1,
    )
    assert rejects_asked("x rejects") != rejects_asked("x notes")
    assert rejects_file(at_work, admin, f"{given.number} about.json") is None
    assert rejects_file(at_work, admin, "../../kiosk.db rejects") is None
    at_work.lists.drop(given.number)
    assert rejects_file(at_work, admin, f"{given.number} rejects") is None


def test_nobody_but_an_administrator_sees_or_takes_any_of_it(
    at_work: House, enter: Callable[[House, Role], Actor]
) -> None:
    for acted in (card_lists.imports, card_lists.sources, card_lists.undoable):
        with pytest.raises(Forbidden):
            acted(desk_officer("1"), at_work.kiosk)
    with pytest.raises(Forbidden):
        card_lists.note_rejects_taken(desk_officer("1"), at_work.kiosk, 1)


def test_how_the_watched_folder_goes_is_told(
    at_work: House, admin: Actor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    watch = Watch(tmp_path, at_work.kiosk.clock(), Text("Ổ mạng không có", "The disk is away"))
    watch.left = (Left("bhxh/<b>the</b>.csv", Text("cần ngày", "needs a day")),)
    monkeypatch.setattr(houses, "_open", [replace(at_work, watch=watch)])
    page = run()
    assert "Ổ mạng không có" in said(page, "warning")
    drawn: list[Any] = [one.proto.body for one in page.get("html")]
    assert any("bhxh/&lt;b&gt;the&lt;/b&gt;.csv" in body for body in drawn)


def test_a_name_of_a_file_is_shown_as_it_is(at_work: House, admin: Actor) -> None:
    handed_in(at_work.lists, FIRST, name="[b](c) $d$ _e_.csv")
    page = press(press(run(), "list_look", at_work.lists), "list_import", at_work.lists)
    assert r" · \[b\](c) \$d\$ \_e\_.csv · " in said(page, "success")
    with at_work.lists.shelf.receiving("[x](y).csv", "an.nt") as (coming, whole):
        coming.write(b"a,b\n1,2\n")
        whole()
    assert r"\[x\](y).csv" in said(press(run(), "list_look", at_work.lists), "warning")


def test_a_list_that_cannot_be_read_says_why_and_may_be_tried_as_another(
    at_work: House, admin: Actor
) -> None:
    with at_work.lists.shelf.receiving("co-so.csv", "an.nt") as (coming, whole):
        coming.write("ma_cskcb,ten,ma_tinh,cap\n79099,Trạm Mẫu,79,ban_dau\n".encode())
        given = whole()
    page = press(run(), "list_look", at_work.lists)
    assert r"thiếu cột ma\_the" in said(page, "warning")
    page.radio(key=f"list_kind {given.number}").set_value("facilities").run()
    page = press(page, "list_look", at_work.lists)
    assert "Đọc **1** dòng" in said(page, "markdown")
