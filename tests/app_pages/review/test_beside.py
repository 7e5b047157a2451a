"""The tabs beside the cases: the search over all visits and the sample, as plain texts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from app_pages.review.page import handle, view
from tests.case_support import AN, BINH, CHI, RECEPTION, arrive, employ, silent
from tests.support import payload
from verification.basics.dates import vi_date
from verification.reception.answer import Scan
from verification.reception.checkin import check_in
from verification.review.sample import months
from verification.review.steps import Board

if TYPE_CHECKING:
    from app_pages.server.house import House
    from verification.rights import Actor


class Auditor:
    """Plays the browser of one auditor."""

    def __init__(self, house: House, actor: Actor) -> None:
        self.house, self.actor, self.board, self.count = house, actor, Board(), 0

    def does(self, act: str, **more: Any) -> dict[str, Any]:
        """Do something; return what then stands on the screen."""
        self.count += 1
        event = {"session": "s", "number": self.count, "act": act} | more
        self.board = handle(self.house, self.actor, self.board, event)
        return self.sees()

    def sees(self) -> dict[str, Any]:
        """Return what stands on the screen."""
        seen = view(self.house, self.actor, self.board)
        json.dumps(seen)  # the browser gets it so
        return seen

    def finds(self, text: str, **more: str) -> dict[str, Any]:
        """Look for something; return the tab of the search."""
        found: dict[str, Any] = self.does("find", value=text, **more)["search"]
        return found


@pytest.fixture
def an(house: House) -> Auditor:
    """Return an auditor, after a visit with a case and one that no rule points at."""
    arrive(house.kiosk, "patient-2")
    green(house, RECEPTION)
    return Auditor(house, AN)


def green(house: House, by: Actor) -> None:
    """Receive `patient-1` with no rule that points at the visit."""
    employ(house.kiosk, AN, BINH, CHI, RECEPTION)
    check_in(by, silent(house.kiosk), Scan((payload("patient-1"),)), again="khac")


def test_the_box_finds_says_how_it_was_understood_and_how_far_it_looked(an: Auditor) -> None:
    assert an.does("tab", value="search")["search"]["choose"].startswith("Tìm trong mọi lượt")
    found = an.finds("DN479…0201")
    today = vi_date(an.house.kiosk.today())
    assert found["understood"].startswith("Số DN479…0201 · ")
    assert found["understood"].endswith(f" – {today}")
    (row,) = found["rows"]
    assert row["when"].startswith(f"{today} ")
    assert "DN 4 79 ••• ••• 0201 · Quầy 1 · le-tan" in row["about"]
    assert found["seen"] == ["Đã xem hết: 2 lượt, thấy 1"]
    assert "79000002" not in json.dumps(an.sees(), ensure_ascii=False)


def test_an_opened_visit_shows_facts_evidence_and_story(an: Auditor) -> None:
    (row,) = an.finds("0201")["rows"]
    seen = an.does("visit", value=row["visit"], tab="search")["search"]["visit"]
    facts = {fact["label"]: fact["text"] for fact in seen["facts"]}
    assert facts["Kết quả"] == "đủ điều kiện"
    assert facts["Lý do"] == "còn giá trị"
    assert facts["Cờ"] == "không có"
    assert facts["Số thẻ (che)"] == "DN 4 79 ••• ••• 0201"
    assert (len(seen["rows"]), len(seen["timeline"]["points"])) == (1, 1)
    assert seen["timeline"]["points"][0]["red"]
    assert [line.split(": ")[1] for line in seen["panels"][0]["lines"]] == [
        "trình thẻ",
        "tiếp nhận",
    ]


def test_an_account_may_be_meant_as_a_name(an: Auditor) -> None:
    found = an.finds("le-tan")
    assert (len(found["rows"]), found["as_name"]) == (2, "Tìm như họ tên")
    found = an.does("find", value="an", as_name=True)["search"]
    assert found["understood"].startswith("Họ tên")
    assert found["none"] == "Không thấy lượt nào."


def test_days_of_the_text_narrow_that_search_alone(an: Auditor) -> None:
    assert an.finds("hôm qua")["rows"] == []
    form = an.sees()["search"]["form"]
    assert (form["first"], form["last"]) == ("", "")
    assert len(an.finds("", first="01/01/2026", last="hôm nay")["rows"]) == 2
    assert an.sees()["search"]["form"]["first"] == "01/01/2026"


def test_what_is_nothing_is_refused_and_what_was_found_stays(an: Auditor) -> None:
    an.finds("0201")
    for text, first in (("", ""), ("DN4790", ""), ("0201", "2026-11-01")):
        an.does("find", value=text, first=first)
        assert an.board.bad
        assert len(an.sees()["search"]["rows"]) == 1


def test_a_case_that_was_found_opens_among_the_cases(an: Auditor) -> None:
    number = an.house.kiosk.written.cases.queue()[0].number
    found = an.finds(number)
    assert [one["number"] for one in found["cases"]] == [number]
    assert f"HS {number}" in found["rows"][0]["mark"]
    seen = an.does("select", value=number)
    assert (seen["search"], seen["case"]["number"]) == (None, number)


def test_who_received_the_patient_sees_the_line_and_why_no_more(an: Auditor) -> None:
    green(an.house, CHI)
    chi = Auditor(an.house, CHI)
    rows = chi.finds("0201")["rows"]
    assert {row["who"] for row in rows} == {"bạn đã tiếp đón"}
    seen = chi.does("visit", value=rows[0]["visit"], tab="search")
    assert chi.board.bad
    assert seen["search"]["visit"] is None


def test_a_visit_that_the_auditor_receives_later_closes_itself(an: Auditor) -> None:
    chi = Auditor(an.house, CHI)
    (row,) = chi.finds("0201")["rows"]
    chi.does("visit", value=row["visit"], tab="search")
    green(an.house, CHI)
    seen = chi.sees()["search"]["visit"]
    assert (seen["barred"], "facts" in seen) == (True, False)


def test_a_sample_is_judged_by_key_and_form_and_says_its_base(an: Auditor) -> None:
    seen = an.does("sample")["sample"]
    assert seen["lines"][0] == "1 lượt, rút từ 1 lượt xanh không mở hồ sơ nào"
    assert seen["lines"][1] == "Đã xem 0 của 1: chưa nói được gì"
    (row,) = seen["rows"]
    assert row["state"] == "chưa xem"
    visit = row["visit"]
    seen = an.does("visit", value=visit, tab="sample")["sample"]
    assert [b["key"] for b in seen["visit"]["buttons"]] == ["Y", "W"]
    seen = an.does("in_order", visit=visit)
    assert seen["sample"]["rows"][0]["state"] == "Đúng"
    form = an.does("wrong", visit=visit)["menu"]
    assert form["acts"]["submit"] == "judge"
    seen = an.does("judge", visit=visit, fields={"why": "muc_huong", "words": "thiếu giấy"})
    assert seen["menu"] is None
    assert seen["sample"]["lines"][1] == "Đã xem 1 của 1 · trong mẫu: 1 của 1 không đúng"
    assert (
        "Mức hưởng hoặc mã đối tượng sai: thiếu giấy" in seen["sample"]["visit"]["judged"]["text"]
    )


def test_the_form_of_what_is_wrong_can_be_left(an: Auditor) -> None:
    (row,) = an.does("sample")["sample"]["rows"]
    an.does("visit", value=row["visit"], tab="sample")
    an.does("wrong", visit=row["visit"])
    assert an.does("cancel_judge")["menu"] is None
    assert an.sees()["sample"]["rows"][0]["state"] == "chưa xem"


def test_other_months_are_chosen_from_a_list(an: Auditor) -> None:
    before = months(an.house.kiosk.today())[1]
    seen = an.does("sample", value=before)["sample"]
    assert (seen["rows"], seen["none"]) == ([], "Tháng này không có lượt xanh nào.")
    assert [one["value"] for one in seen["months"] if one["on"]] == [before]
    an.does("sample", value="1999-01")
    assert an.board.bad


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_tab_draws_in_both_languages(an: Auditor, lang: str) -> None:
    an.board = Board(lang=lang)
    (row,) = an.finds("0201")["rows"]
    an.does("visit", value=row["visit"], tab="search")
    an.does("sample")
    an.does("visit", value=row["visit"], tab="sample")
    assert an.sees()["sample"]["visit"]["facts"]


def test_the_closed_list_says_when_by_whom_and_with_what(house: House) -> None:
    arrive(house.kiosk, "patient-1")
    an = Auditor(house, AN)
    an.does("next")
    number = an.sees()["case"]["number"]
    an.does("false", case=number)
    an.does("submit", case=number, fields={"reason": "dung_nguoi", "why": ""})
    (row,) = an.does("filter", value="closed")["queue"]["rows"]
    assert f"{vi_date(house.kiosk.today())} an" in row["about"]
    outcomes = an.sees()["queue"]["outcomes"]
    assert [one["id"] for one in outcomes] == ["", "confirmed", "valuable", "false"]
    assert an.does("outcome", value="confirmed")["queue"]["rows"] == []
    assert an.does("outcome", value="false")["queue"]["rows"]
    assert an.does("filter", value="all")["queue"]["outcomes"] == []
