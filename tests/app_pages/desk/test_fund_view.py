"""The band of a good card for which the fund pays nothing, or perhaps nothing; today's list."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from app_pages.desk.page import handle
from app_pages.desk.view import screen_view
from tests.support import DESK, payload
from verification.basics.dates import VIETNAM
from verification.reception import lookup
from verification.reception.screen import Screen

if TYPE_CHECKING:
    from app_pages.server.house import House

CENTRAL, PROVINCE, CITY, EYE, NEW = "79001", "79002", "79034", "79033", "79004"
NOTHING, OPEN = "THẺ ĐÚNG, LƯỢT NÀY QUỸ KHÔNG TRẢ", "CẦN HỎI"
GREEN = "ĐỦ ĐIỀU KIỆN HƯỞNG BHYT"
JUNE = datetime(2026, 6, 30, 8, tzinfo=VIETNAM)


def there(house: House, facility: str, now: datetime | None = None) -> House:
    kiosk = replace(house.kiosk, facility=facility)
    if now:  # a day before the demo cards' own: a time that is given, not the machine's
        kiosk = replace(kiosk, clock=lambda: now, doubts=False)
    return replace(house, kiosk=kiosk)


class Desk:
    """One screen, and what happens to it."""

    def __init__(self, house: House, *, lang: str = "vi", lookup_mode: bool = False) -> None:
        self.house = house
        self.screen = Screen(lang=lang, lookup=lookup_mode)
        self._number = 0

    def scan(self, slug: str = "patient-1") -> Desk:
        raw = base64.b64encode(payload(slug)).decode()
        return self._event(kind="scan", source="camera", payloads=[raw])

    def choose(self, index: int) -> Desk:
        return self._event(kind="choice", of="note", id=self.screen.answer_id, index=index)

    def press(self, key: str) -> Desk:
        return self._event(kind="key", key=key, answer=self.screen.answer_id)

    def _event(self, **event: Any) -> Desk:
        self._number += 1
        named = event | {"session": "s", "number": self._number}
        self.screen = handle(self.house, DESK, self.screen, named)
        return self

    @property
    def view(self) -> dict[str, Any]:
        recent = lookup.recent_visits(DESK, self.house.kiosk)
        return screen_view(self.house, self.screen, DESK, recent)

    @property
    def answer(self) -> dict[str, Any]:
        found: dict[str, Any] = self.view["answer"]
        return found


def keys(answer: dict[str, Any]) -> list[str]:
    return [item["key"] for item in answer["keys"]]


def todo(answer: dict[str, Any]) -> str:
    return " | ".join(step["text"] for step in answer["todo"])


@pytest.mark.parametrize(
    ("facility", "now", "high"),
    [(CENTRAL, None, "80"), (PROVINCE, JUNE, "80"), (CITY, JUNE, "80"), (EYE, JUNE, "80")],
)
def test_a_question_between_nothing_and_something_is_in_the_band(
    house: House, facility: str, now: datetime | None, high: str
) -> None:
    answer = Desk(there(house, facility, now)).scan().answer
    assert (answer["tone"], answer["sign"], answer["word"]) == ("wait", "?", OPEN)
    assert f"0\u00a0% hay đến {high}\u00a0%" in answer["sentence"]
    assert answer["note"]["in_band"]
    assert len(answer["note"]["choices"]) == 6
    assert "F2" in keys(answer)
    assert "phòng khám" not in todo(answer)
    assert answer["state"] == {"text": "CHƯA TIẾP NHẬN", "done": False}


@pytest.mark.parametrize(
    ("facility", "now"), [("79014", None), (PROVINCE, None), (CITY, None), (EYE, None), (NEW, None)]
)
def test_where_no_way_gives_nothing_the_band_stays_green(
    house: House, facility: str, now: datetime | None
) -> None:
    answer = Desk(there(house, facility, now)).scan().answer
    assert (answer["tone"], answer["word"]) == ("ok", GREEN)
    assert not (answer["note"] or {}).get("in_band")
    assert "Mời vào phòng khám" in todo(answer)


@pytest.mark.parametrize("slug", ["case-expired", "patient-3", "foreign-1", "case-withdrawn"])
def test_what_is_not_good_keeps_its_own_band(house: House, slug: str) -> None:
    here, central = (Desk(there(house, code)).scan(slug).answer for code in ("79014", CENTRAL))
    assert (here["tone"], here["word"]) == (central["tone"], central["word"])
    assert central["word"] not in {NOTHING, OPEN}


def test_the_answers_go_from_open_to_nothing_and_one_key_receives(house: House) -> None:
    desk = Desk(there(house, CENTRAL)).scan().choose(1).choose(1)
    answer = desk.answer
    assert (answer["tone"], answer["sign"], answer["word"]) == ("wait", "0 %", NOTHING)
    assert "trước 2025 là tuyến trung ương" in answer["sentence"]
    assert answer["note"] is None
    assert "tự trả toàn bộ" in todo(answer)
    assert "phòng khám" not in todo(answer)
    assert desk.view["recent"] == []
    received = desk.press("F2").answer
    assert (received["tone"], received["word"]) == ("wait", NOTHING)
    assert received["state"]["text"].startswith("ĐÃ TIẾP NHẬN")
    assert "phòng khám" not in todo(received)
    assert "F2" not in keys(received)
    (row,) = desk.view["recent"]
    assert (row["tone"], row["right"]) == ("wait", "0 %")


@pytest.mark.parametrize(("given", "rate"), [((3,), "80 %"), ((4,), "80 %"), ((2, 1), "32 %")])
def test_an_answer_that_gives_something_turns_it_green_and_receives(
    house: House, given: tuple[int, ...], rate: str
) -> None:
    desk = Desk(there(house, CENTRAL)).scan()
    for index in given:
        desk.choose(index)
    answer = desk.answer
    assert (answer["tone"], answer["word"]) == ("ok", GREEN)
    assert answer["state"]["text"].startswith("ĐÃ TIẾP NHẬN")
    (row,) = desk.view["recent"]
    assert (row["tone"], row["right"]) == ("ok", rate)


def test_received_while_it_is_open_it_stays_asked_and_the_list_says_so(house: House) -> None:
    desk = Desk(there(house, CENTRAL)).scan().press("F2")
    assert (desk.answer["tone"], desk.answer["word"]) == ("wait", OPEN)
    assert desk.answer["note"]["in_band"]
    (row,) = desk.view["recent"]
    assert (row["tone"], row["right"]) == ("info", "chưa rõ mức")
    desk.choose(1).choose(1)
    (row,) = desk.view["recent"]
    assert (row["tone"], row["right"]) == ("wait", "0 %")


def test_the_same_card_again_says_when_and_that_it_is_open(house: House) -> None:
    answer = Desk(there(house, CENTRAL)).scan().choose(1).choose(1).press("F2").scan().answer
    assert (answer["tone"], answer["word"]) == ("wait", OPEN)
    assert answer["sentence"].startswith("Đã tiếp nhận")
    assert "chưa rõ" in answer["sentence"]
    assert {"key": "F2", "text": "Lượt mới"} in answer["keys"]


def test_no_step_promises_to_receive_whom_an_answer_receives_no_more(house: House) -> None:
    desk = Desk(there(house, CENTRAL)).scan()
    assert "thì tự tiếp nhận" in todo(desk.answer)
    received = desk.press("F2").answer
    again = desk.scan().answer
    for answer in (received, again):
        assert answer["word"] == OPEN
        assert "để biết quỹ trả bao nhiêu" in todo(answer)
        assert "tự tiếp nhận" not in todo(answer)
        assert answer["note"]["in_band"]


def test_a_look_up_is_not_green_either_and_asks_nothing(house: House) -> None:
    answer = Desk(there(house, CENTRAL), lookup_mode=True).scan().answer
    assert (answer["tone"], answer["word"]) == ("wait", f"TRA CỨU · {OPEN}")
    assert answer["note"] is None
    assert todo(answer) == "Chỉ tra cứu, chưa tiếp nhận"


def test_what_else_must_be_said_of_the_card_stands_before_it(house: House) -> None:
    warned = Desk(there(house, CENTRAL)).scan("case-unknown-code").answer
    here = Desk(there(house, "79014")).scan("case-unknown-code").answer
    assert here["tone"] == "ok"
    assert (warned["tone"], warned["word"]) == ("wait", OPEN)
    assert warned["sentence"].startswith(here["sentence"])


def test_it_is_said_in_english_too(house: House) -> None:
    desk = Desk(there(house, CENTRAL), lang="en").scan()
    assert (desk.answer["word"], desk.answer["note"]["choices"][2]) == ("ASK FIRST", "Emergency")
    done = desk.choose(1).choose(1).answer
    assert done["word"] == "CARD GOOD, THE FUND PAYS NOTHING THIS TIME"
    assert "advanced level" in done["sentence"]
    assert "their own to pay" in todo(done)


def test_all_of_it_is_plain_json(house: House) -> None:
    desk = Desk(there(house, CENTRAL)).scan()
    assert json.loads(json.dumps(desk.view)) == desk.view
    desk.choose(1).choose(1)
    assert json.loads(json.dumps(desk.view)) == desk.view
