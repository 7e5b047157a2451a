"""What the page draws of a look, of a wrong number and of one that nobody knows."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from app_pages.desk.component import SCRIPT
from app_pages.desk.page import handle
from app_pages.desk.typing_view import help_view
from app_pages.desk.view import screen_view
from tests.support import DESK, payload
from verification.reception import lookup
from verification.reception.screen import Screen
from verification.reception.typed import help_for

if TYPE_CHECKING:
    from app_pages.server.house import House


class Page:
    """One desk's page, and what its browser sends."""

    def __init__(self, house: House, lang: str = "vi") -> None:
        self.house = house
        self.screen = Screen(lang=lang)
        self._number = 0

    def send(self, **event: Any) -> dict[str, Any]:
        self._number += 1
        named = event | {"session": "s", "number": self._number}
        self.screen = handle(self.house, DESK, self.screen, named)
        recent = lookup.recent_visits(DESK, self.house.kiosk)
        return screen_view(self.house, self.screen, DESK, recent)

    def scan(self, raw: bytes, source: str = "camera", *, look: bool = False) -> dict[str, Any]:
        code = base64.b64encode(raw).decode()
        return self.send(kind="scan", source=source, payloads=[code], look=look)

    def type(self, text: str) -> dict[str, Any]:
        return self.scan(text.encode(), "typed")

    def press(self, key: str, **more: Any) -> dict[str, Any]:
        return self.send(kind="key", key=key, answer=self.screen.answer_id, **more)


@pytest.mark.parametrize("slug", ["patient-1", "patient-2", "patient-3", "number-15", "year-only"])
def test_a_look_has_neither_colour_nor_sound_of_somebody_received(house: House, slug: str) -> None:
    view = Page(house).scan(payload(slug), look=True)
    assert view["answer"]["tone"] == "look"
    assert view["answer"]["word"].startswith("TRA CỨU")
    assert view["mode"] == "receive"  # it has ended with the answer
    assert "F2" in [item["key"] for item in view["answer"]["keys"]]
    assert "F2" in [step["key"] for step in view["answer"]["todo"]]


def test_who_was_found_is_told_apart_by_address_too_and_who_is_received_is_not(
    house: House,
) -> None:
    page = Page(house)
    assert "12 Đường Mẫu" in page.scan(payload("number-15"), look=True)["answer"]["about"]
    assert "Đường" not in page.press("F2")["answer"]["about"]


def test_a_wrong_number_goes_to_the_box_with_place_and_offer(house: House) -> None:
    view = Page(house).type("DN4 79 79000O0201")
    retype = view["retype"]
    assert (retype["id"], retype["typed"]) == (view["answer"]["id"], "DN4 79 79000O0201")
    assert retype["wrong"] == [12, 13]
    assert retype["offer"] == {"say": "sửa thành 0", "text": "DN4797900000201", "whole": True}
    assert view["menu"] is None  # the same key never means two things


@pytest.mark.parametrize("slug", ["patient-1", "number-15", "foreign-1"])
def test_nothing_of_what_was_scanned_goes_to_the_box(house: House, slug: str) -> None:
    assert Page(house).scan(payload(slug))["retype"] is None


@pytest.mark.parametrize(
    ("typed", "text", "offer"),
    [
        ("DN4O", "Ký tự thứ 4 phải là chữ số, đang là O (có phải số 0?)", "sửa thành 0"),
        ("DN8", "Ký tự thứ 3 phải là 1-5, đang là 8", None),
        ("Nguyễn", "Enter: tìm theo họ tên", None),
        ("mau 1994", "Enter: tìm theo họ tên", None),
        ("Số thẻ: DN4", "còn thiếu 12 ký tự", None),
        ("7900000271", "Đủ số, nhấn Enter", None),
        ("", "", None),
    ],
)
def test_help_while_typing_says_one_thing(
    house: House, typed: str, text: str, offer: str | None
) -> None:
    found = help_view(help_for(house.kiosk, typed), "vi")
    assert found["text"] == text
    assert (found["offer"] and found["offer"]["say"]) == offer


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_question_of_a_name_is_chosen_by_enter_and_near_numbers_are_masked(
    house: House, lang: str
) -> None:
    menu = Page(house, lang).type("DN4797900000211")["menu"]
    assert menu["enter"] == len(menu["items"])
    assert menu["field"]["value"] == ""
    assert "7900000201" not in str(menu)
    assert all("•" in item["hint"] for item in menu["items"][:-1])


def test_f2_brings_what_is_written_in_the_field(house: House) -> None:
    page = Page(house)
    page.type("DN4797901234567")
    view = page.press("F2", value="Trần Văn Thử 1960")
    assert view["answer"]["name"] == "TRẦN VĂN THỬ"
    assert view["menu"] is None


def test_a_name_that_finds_nobody_stays_in_the_search(house: House) -> None:
    menu = Page(house).type("Tuyệt Nhiên Không")["menu"]
    assert menu["field"]["value"] == "Tuyệt Nhiên Không"
    assert [line["text"] for line in menu["lines"]] == ["Không tìm thấy ai"]


def test_the_scripts_name_nothing_twice() -> None:
    names = [
        line.split()[1].split("(")[0]
        for line in SCRIPT.text.splitlines()
        if line.startswith(("const ", "let ", "function "))
    ]
    assert len(names) == len(set(names))
