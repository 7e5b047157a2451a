"""The finder's tab, and what its box is answered with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from streamlit.testing.v1 import AppTest

from app_pages.help import finder_tab
from app_pages.help.finder_view import mark_of, numbers_view, persons_view, places_view
from tests.browser.running import PATIENCE
from tests.support import DESK
from verification.card.facts import Card
from verification.reception.places.finding import find_places
from verification.reception.whose import whose
from verification.rights import Actor, Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from app_pages.server.house import House

CARD, BHXH, CITIZEN = "DN4797900000011", "7900000011", "079194000011"


def draw() -> None:
    """Run the page alone; Streamlit's runner takes a function without imports of its own."""
    from app_pages.help.page import help_page  # noqa: PLC0415
    from app_pages.server import house  # noqa: PLC0415
    from app_pages.shell import who  # noqa: PLC0415

    who.entered(house.current())
    help_page()


def test_the_page_has_the_tab_for_every_role(
    house: House, enter: Callable[[House, Role], Actor]
) -> None:
    for role in Role:
        enter(house, role)
        ran = AppTest.from_function(draw, default_timeout=PATIENCE).run()
        assert not ran.exception
        assert "Tra cứu" in [tab.label for tab in ran.tabs]


def test_who_may_not_see_persons_is_told_so_by_the_box(house: House) -> None:
    view = finder_tab.view_of(house, Actor("qt.qt", frozenset({Role.ADMINISTRATOR}), "1"))
    assert view["may_look"] is False
    assert "không có quyền xem người bệnh" in view["texts"]["person_barred"]
    assert finder_tab.view_of(house, DESK)["may_look"] is True


def test_every_word_of_the_script_is_handed_to_it(house: House) -> None:
    said = set(re.findall(r"view\.texts\.(\w+)", finder_tab.SCRIPT.text))
    said |= set(
        re.findall(r'"(enter|number_barred|person_barred|busy|away)"', finder_tab.SCRIPT.text)
    )
    assert said == set(finder_tab.view_of(house, DESK)["texts"])


def test_what_was_typed_is_sent_in_a_body_and_never_in_an_address() -> None:
    script = finder_tab.SCRIPT.text
    assert set(re.findall(r"post\((\S+),", script)) <= {
        '"/kiosk/tra-cuu"',
        '"/kiosk/tra-cuu/nguoi"',
        '"/kiosk/tra-cuu/so"',
        "path",
    }
    assert "innerHTML" not in script
    assert "sessionStorage" not in script.partition("One box")[2]


def test_a_line_says_its_kind_code_name_and_whether_it_ended(house: House) -> None:
    view = places_view(find_places(DESK, house.kiosk, "hà giang"), "vi")
    row = view["rows"][0]
    assert (row["kind"], row["code"], row["name"]) == ("Mã tỉnh", "02", "Hà Giang")
    assert row["off"].endswith("nay là: Tuyên Quang (08)")
    assert places_view(find_places(DESK, house.kiosk, "hà giang"), "en")["rows"][0]["kind"] == (
        "Province"
    )


def test_how_many_more_there_are_is_told_and_nothing_found_has_a_hint(house: House) -> None:
    many = places_view(find_places(DESK, house.kiosk, "1"), "vi")
    assert re.fullmatch(r"Hiện 20 dòng, còn \d+ dòng nữa: .+", many["said"])
    none = places_view(find_places(DESK, house.kiosk, "zzzz"), "vi")
    assert (none["rows"], none["said"][:25]) == ([], "Không có nơi hay mã nào n")


def test_a_person_is_shown_masked_and_marked_by_nothing_that_says_a_number(house: House) -> None:
    view = persons_view(house.kiosk, whose(DESK, house.kiosk, CARD), "vi")
    (person,) = view["people"]
    assert person["name"] == "Nguyễn Thị Mẫu · 05/03/1994"
    assert [one["text"] for one in person["numbers"]] == [
        "••• ••• 0011",
        "DN 4 79 ••• ••• 0011",
        "•••• •••• 0011",
    ]
    assert not any(number in str(view) for number in (CARD, BHXH, CITIZEN, BHXH[:6]))
    assert view["said"] == ["Số BHXH là 10 ký tự cuối của số thẻ: ••• ••• 0011"]


def test_whole_numbers_can_be_copied_and_the_bhxh_number_stands_first(house: House) -> None:
    card = Card(CARD, BHXH, CITIZEN)
    assert house.kiosk.facility
    assert [one["copied"] for one in numbers_view(card, "vi", whole=True)] == [BHXH, CARD, CITIZEN]
    assert mark_of(card) != mark_of(Card(CARD, BHXH))


def test_nobody_found_and_an_old_number_are_told_in_words(house: House) -> None:
    for text, start in (
        ("Không Có Ai", "Dữ liệu thẻ của cơ sở"),
        ("DN479AB00000011", "Số thẻ mẫu"),
    ):
        view = persons_view(house.kiosk, whose(DESK, house.kiosk, text), "vi")
        assert view["people"] == []
        assert view["said"][0].startswith(start)
