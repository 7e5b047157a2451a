"""The page "thử tình huống khác" run by Streamlit's own test runner, and the printable table."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

from app_pages.what_if.rules_print import rules_page
from tests.browser.running import PATIENCE
from verification.basics.texts import of_room
from verification.rights import Role
from verification.rules.law.tables import shipped
from verification.rules.law.visit_questions import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from app_pages.server.house import House
    from verification.rights import Actor


def draw() -> None:
    """Run the page alone; Streamlit's runner takes a function without imports of its own."""
    from app_pages.server import house  # noqa: PLC0415
    from app_pages.shell import who  # noqa: PLC0415
    from app_pages.what_if import page as entitlement  # noqa: PLC0415

    who.entered(house.current())
    entitlement.what_if_page()


@pytest.fixture
def page(house: House, enter: Callable[[House, Role], Actor]) -> AppTest:
    assert house.kiosk.facility
    enter(house, Role.AUDITOR)
    return AppTest.from_function(draw, default_timeout=PATIENCE).run()


def facility(page: AppTest, code: str, registered: str = "79014") -> AppTest:
    page.text_input[1].set_value(code)
    page.text_input[2].set_value(registered)
    return page.run()


def test_the_answer_changes_with_the_facility(page: AppTest) -> None:
    assert not page.exception
    assert facility(page, "79014").metric[0].value == "80 %"
    assert facility(page, "79021").metric[0].value == "100 %"
    assert facility(page, "79002").metric[0].value == "40 % – 80 %"


def test_an_unknown_facility_gets_a_sentence_and_no_rate(page: AppTest) -> None:
    ran = facility(page, "99999")
    assert ran.error[0].value
    assert not ran.metric


def test_a_wrong_card_gets_a_sentence_and_no_rate(page: AppTest) -> None:
    page.text_input[0].set_value("<script>")
    ran = page.run()
    assert ran.error[0].value
    assert not ran.metric


def test_the_date_decides_which_law_counts(page: AppTest) -> None:
    facility(page, "79034")
    for radio in page.radio[:6]:
        radio.set_value(False)
    page.radio[6].set_value("none")
    page.date_input[0].set_value(date(2026, 7, 1))
    ran = page.date_input[1].set_value(date(2026, 6, 30)).run()
    assert [metric.value for metric in ran.metric] == ["40 %", "0 %"]


def test_the_form_asks_what_the_table_of_questions_says(page: AppTest) -> None:
    words = of_room("verification.rules.law")
    asked = [words[f"input.{q.name}"].vi for q in QUESTIONS if q.what_if]
    assert [radio.label for radio in page.radio] == asked


def test_no_question_is_listed_twice(page: AppTest) -> None:
    asked = [warning.value for warning in facility(page, "79002").warning]
    once = asked[: len(asked) // 2]  # the other half is the other date's
    assert len(once) == len(set(once)) <= 2


def test_the_printed_table_has_every_rule_of_the_day_and_escapes_the_name() -> None:
    html = rules_page(shipped(), date(2026, 7, 1), "<b>Mẫu</b>")
    assert "&lt;b&gt;Mẫu" in html
    assert html.count("<tr>") > len(shipped().rows("entitlement_rules", date(2026, 7, 1))) + 4
    assert "2530000" in html
    assert "Nghị quyết 261/2025/QH15" in html  # CN and LH count as 2 from 2026
    assert "50 % mức của thẻ" in html
    assert "50 % mức của thẻ" not in rules_page(shipped(), date(2026, 6, 30), "")
    assert html.count("mức của dòng sau, hoặc mức của thẻ") == 1  # row 5b alone is doubted


@pytest.mark.parametrize(
    ("registered", "value"),
    [("79014", "80 %"), ("79021", "40 % – 80 %"), ("79000", "40 % – 80 %"), ("", "40 % – 80 %")],
)
def test_a_change_of_stay_counts_by_the_level_of_the_place_of_registration(
    page: AppTest, registered: str, value: str
) -> None:
    words = of_room("verification.rules.law")
    for radio in page.radio:
        if radio.label == words["input.stay_change"].vi:
            radio.set_value(True)
        elif radio.label != words["input.disease"].vi:
            radio.set_value(False)
        else:
            radio.set_value("none")
    assert facility(page, "79032", registered).metric[0].value == value
