"""The desk tells difficulties and counts help: F9, Alt+3."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.stepped_support import SteppedDesk
from verification.exchange.difficulties import EVER, told_between
from verification.exchange.helping import helped_between
from verification.exchange.moving import with_words
from verification.reception.troubles import menu

if TYPE_CHECKING:
    from verification.exchange.moving import WithWords
    from verification.kiosk import Kiosk
    from verification.reception.screen import Screen

NUMBERS = {"dien_thoai": 1, "vssid": 2, "ma_qr": 3, "cong": 4, "khac": 5}  # as released
HELPED, UNHELPED = 6, 13


@pytest.fixture
def desk(kiosk: Kiosk) -> SteppedDesk:
    return SteppedDesk(kiosk)


def opened(desk: SteppedDesk) -> Screen:
    desk.give("key", key="F9", answer_id=desk.screen.answer_id)
    return chosen(desk, 3)


def chosen(desk: SteppedDesk, index: int, text: str = "") -> Screen:
    open_ = desk.screen.menu
    assert open_
    return desk.give("choice", menu_id=open_.id, index=index, text=text)


def toast(screen: Screen) -> str:
    assert screen.toast
    return screen.toast.text.vi


def kept(kiosk: Kiosk) -> WithWords:
    [told] = told_between(kiosk.written, EVER)
    return with_words(kiosk.written, told)


def test_entries_keep_their_numbers_and_new_kinds_come_after_them() -> None:
    items = menu(None).items
    assert {item.value: at for at, item in enumerate(items, 1) if item.value in NUMBERS} == NUMBERS
    assert items[HELPED - 1].act == "helped"
    assert items[UNHELPED - 1].act == "unhelped"
    assert len(items) == UNHELPED


def test_who_is_on_the_screen_comes_along_masked_and_the_toast_says_so(
    desk: SteppedDesk, kiosk: Kiosk
) -> None:
    answer = desk.scan("patient-3")
    open_ = opened(desk).menu
    assert open_
    assert "không có trong dữ liệu thẻ" in open_.lines[0].text.vi
    told = toast(chosen(desk, 2, "quên mật khẩu, thẻ DN4797900000011"))
    assert "“VssID không mở được, quên mật khẩu”, kèm người trên màn hình: " in told
    assert "TRƯƠNG N. L. M." in told
    assert told.endswith("Số trong ghi chú đã được che")
    found = kept(kiosk)
    assert found.trouble.presented == answer.presented
    assert (found.trouble.verdict, found.trouble.reason) == ("undetermined", "not_in_store")
    assert found.note == "quên mật khẩu, thẻ DN479••••••0011"
    card = answer.verdict.card
    assert card
    assert card.ma_so_bhxh
    assert found.number == f"••••••{card.ma_so_bhxh[-4:]}"
    assert desk.screen.menu is None
    assert desk.screen.answer is not None


def test_a_difficulty_is_about_whoever_was_there_when_its_menu_was_opened(
    desk: SteppedDesk, kiosk: Kiosk
) -> None:
    first = desk.scan("patient-3")
    open_ = opened(desk).menu
    second = desk.scan("patient-1")
    assert desk.screen.menu == open_
    assert second.presented != first.presented
    chosen(desk, 3)
    assert kept(kiosk).trouble.presented == first.presented


def test_with_nobody_on_the_screen_only_the_kind_and_the_note_are_kept(
    desk: SteppedDesk, kiosk: Kiosk
) -> None:
    open_ = opened(desk).menu
    assert open_
    assert "Không có bệnh nhân" in open_.lines[0].text.vi
    assert toast(chosen(desk, 4)).endswith("không kèm bệnh nhân")
    found = kept(kiosk)
    assert (found.trouble.presented, found.note, found.number) == (None, "", "")
    assert not found.gone


def test_who_cannot_be_named_comes_along_all_the_same(desk: SteppedDesk, kiosk: Kiosk) -> None:
    desk.scan("foreign-text")
    opened(desk)
    assert toast(chosen(desk, 3)).endswith("kèm người trên màn hình: chưa rõ là ai")
    assert kept(kiosk).trouble.reason == "not_a_card"


def test_another_difficulty_without_words_asks_for_them_and_keeps_the_menu(
    desk: SteppedDesk, kiosk: Kiosk
) -> None:
    open_ = opened(desk).menu
    screen = chosen(desk, 5)
    assert "hãy ghi rõ" in toast(screen)
    assert screen.menu == open_
    assert told_between(kiosk.written, EVER) == []


def test_help_is_counted_and_the_last_count_can_be_taken_back(
    desk: SteppedDesk, kiosk: Kiosk
) -> None:
    opened(desk)
    assert "lượt thứ 1 của bạn hôm nay" in toast(chosen(desk, HELPED))
    opened(desk)
    told = toast(chosen(desk, HELPED))
    assert "lượt thứ 2" in told
    assert told.endswith(f"F9, Alt+3, Alt+0, Alt+{UNHELPED - 9}")
    opened(desk)
    assert "còn 1 lượt" in toast(chosen(desk, UNHELPED))
    assert helped_between(kiosk.written, EVER).done == 1
    opened(desk)
    chosen(desk, UNHELPED)
    opened(desk)
    assert "chưa ghi lượt giúp cài nào" in toast(chosen(desk, UNHELPED))
    assert helped_between(kiosk.written, EVER).done == 0
