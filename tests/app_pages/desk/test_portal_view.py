"""What the desk's page draws of the portal: the line, the band of a race, the list, the strip."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from app_pages.desk.page import handle
from app_pages.desk.view import screen_view
from app_pages.server.asking import Asking
from app_pages.server.portal_chip import portal_chip
from tests.app_pages.desk.test_page import scan_event
from tests.app_pages.server.test_asking import Held
from tests.support import DESK
from verification.card.portal import (
    Cause,
    PortalAnswer,
    PortalLight,
    PortalOutcome,
    PortalState,
)
from verification.reception import today_list
from verification.reception.screen import Screen
from verification.reception.today_list import TodayList

if TYPE_CHECKING:
    from app_pages.server.house import House

REJECTED, UNKNOWN, ANSWERED = (
    PortalOutcome.REJECTED,
    PortalOutcome.UNKNOWN_CODE,
    PortalOutcome.ANSWERED,
)


class Page:
    """A desk's page in a house that asks the portal."""

    def __init__(self, house: House) -> None:
        self.portal = Held()
        kiosk = replace(house.kiosk, asks_portal=True)
        asking = Asking(kiosk, self.portal)
        self.house = replace(house, kiosk=kiosk, asking=asking, portal=self.portal)
        self.screen = Screen()
        self._number = 0

    def scan(self, slug: str) -> dict[str, Any]:
        self._number += 1
        self.screen = handle(self.house, DESK, self.screen, scan_event(slug, self._number))
        assert self.screen.answer is not None
        self.house.asking.ask(self.screen.answer)
        return self.view()

    def told(self, outcome: PortalOutcome, code: str | None, note: str = "") -> dict[str, Any]:
        """Have the portal answer, and the page hear of it."""
        shown = self.screen.answer
        assert shown is not None
        now, cause = self.house.kiosk.clock(), None if code else Cause.TIMEOUT
        answer = PortalAnswer(outcome, now, 900, code, note, cause, card=shown.verdict.card)
        self.portal.futures[-1].set_result(answer)
        assert self.view()["answer"]["portal"]["waits"] == shown.presented  # not taken in yet
        self._number += 1
        event = {"session": "s", "number": self._number, "kind": "portal"}
        event |= {"id": shown.presented, "answer": self.screen.answer_id or ""}
        self.screen = handle(self.house, DESK, self.screen, event)
        return self.view()

    def view(self) -> dict[str, Any]:
        glance = today_list.at_a_glance(DESK, self.house.kiosk)
        return screen_view(self.house, self.screen, DESK, [], glance=glance)

    def line(self) -> str:
        portal = self.view()["answer"]["portal"]
        return f"{portal['text']} {portal['more']}".strip()


@pytest.fixture
def page(house: House) -> Page:
    return Page(house)


def test_the_local_answer_says_what_it_rests_on_while_the_portal_is_asked(page: Page) -> None:
    portal = page.scan("patient-1")["answer"]["portal"]
    assert portal["tone"] == "asking"
    assert portal["text"] == "Theo dữ liệu thẻ hôm nay · Đang hỏi Cổng BHXH…"
    assert portal["waits"]
    assert page.scan("patient-3")["answer"]["portal"]["text"].startswith("Theo mã QR")


def test_the_line_tells_code_words_and_time_and_what_stood_there_before(page: Page) -> None:
    before = page.scan("patient-3")["answer"]
    after = page.told(ANSWERED, "000")["answer"]
    assert (before["tone"], after["tone"]) == ("wait", "ok")
    assert after["id"] != before["id"]
    assert after["portal"]["tone"] == "ok"
    assert after["portal"]["waits"] is None
    assert ": 000 · Thông tin thẻ chính xác" in page.line()
    assert page.line().endswith("trước đó: CHƯA XÁC ĐỊNH ĐƯỢC")


def test_a_race_is_a_red_band_with_two_answers_and_a_row_to_verify(page: Page) -> None:
    page.scan("patient-1")
    view = page.told(REJECTED, "110")
    answer = view["answer"]
    assert answer["tone"] == "no"
    assert answer["word"] == "ĐÃ TIẾP NHẬN · CỔNG BÁO: THẺ ĐÃ THU HỒI"
    assert answer["note"]["choices"] == ["Hủy lượt này", "Giữ lượt, ghi lý do"]
    assert [menu["id"].partition(":")[0] for menu in answer["note"]["opens"]] == [
        "undo_why",
        "keep",
    ]
    assert view["waiting"]["verify"] == "Cần xác minh (1)"
    assert [(row["tone"], row["right"]) for row in view["recent"]] == [("no", "Cổng: thu hồi")]
    page.screen = replace(page.screen, today=TodayList(page.house.kiosk.today()))
    (row,) = page.view()["today"]["rows"]
    assert (row["verify"], row["verdict"]) == (True, "cần xác minh")
    assert row["state"] == "Cổng báo: Thẻ đã thu hồi (110)"


def test_of_who_is_not_received_the_line_says_what_to_do_and_only_what_changed(page: Page) -> None:
    page.scan("unlisted-expired")  # by its QR
    page.told(REJECTED, "010")
    assert page.line().endswith(
        "010 · Thẻ hết giá trị sử dụng → Hỏi thẻ gia hạn; không có thì thu phí"
    )


def test_a_code_in_no_table_shows_itself_and_the_portals_own_note(page: Page) -> None:
    page.scan("patient-1")
    answer = page.told(UNKNOWN, "987", "Liên hệ cơ quan BHXH")["answer"]
    assert answer["tone"] == "wait"
    assert answer["word"] == "ĐÃ TIẾP NHẬN · CỔNG BÁO: MÃ 987"
    assert [row["right"] for row in page.view()["recent"]] == ["Cổng: mã lạ 987"]
    assert "987" in page.line()
    assert "Liên hệ cơ quan BHXH" in page.line()


def test_no_answer_is_told_calmly_once_and_the_page_goes_on_following(page: Page) -> None:
    page.scan("patient-1")
    answer = page.told(PortalOutcome.SILENT, None)["answer"]
    assert (answer["tone"], answer["portal"]["tone"]) == ("ok", "calm")
    assert "Chưa có trả lời của Cổng BHXH" in page.line()
    assert "vẫn tiếp nhận (NĐ 188/2025 Đ38 k2), hàng chờ tự hỏi lại" in page.line()
    assert "Cổng" not in str(answer["note"])
    assert answer["portal"]["slow"]
    assert answer["portal"]["waits"]


def test_who_is_not_received_is_in_no_queue_and_nothing_was_changed_by_a_silent_portal(
    page: Page,
) -> None:
    page.scan("case-child-past-72")
    page.told(PortalOutcome.SILENT, None)
    assert page.line().endswith("theo dữ liệu thẻ; tiếp nhận (F2) rồi hàng chờ tự hỏi lại")


def test_a_visit_long_without_an_answer_is_one_to_verify(page: Page) -> None:
    page.scan("patient-1")
    (visit,) = page.house.kiosk.written.visits_on(page.house.kiosk.today(), DESK.desk)
    now = page.house.kiosk.clock()
    assert not today_list.is_to_verify(visit, now)
    assert today_list.is_to_verify(visit, now + today_list.LONG_UNHEARD + timedelta(minutes=1))


def test_where_nobody_is_asked_the_page_has_no_line(house: House) -> None:
    screen = handle(house, DESK, Screen(), scan_event("patient-1"))
    view = screen_view(house, screen, DESK, [])
    assert view["answer"]["portal"] is None
    assert view["strip"]["portal"]["vi"] == "Cổng BHXH: chưa kết nối"


@pytest.mark.parametrize(
    ("light", "tone", "words"),
    [
        (PortalLight.WELL, "ok", "Cổng BHXH: kết nối"),
        (PortalLight.DOWN, "warn", "Cổng BHXH: mất kết nối từ "),
        (PortalLight.SLOW, "warn", "Cổng BHXH: chậm từ "),
        (PortalLight.REFUSES_US, "bad", "Cổng BHXH: tài khoản bị từ chối từ "),
        (PortalLight.UNTRIED, "", "Cổng BHXH: chưa hỏi lần nào"),
    ],
)
def test_the_strip_says_how_the_portal_is_and_since_when(
    page: Page, monkeypatch: pytest.MonkeyPatch, light: PortalLight, tone: str, words: str
) -> None:
    now = page.house.kiosk.clock()
    monkeypatch.setattr(page.portal, "state", lambda: PortalState(light, now))
    told, text = portal_chip(page.house)
    assert told == tone
    assert text.vi.startswith(words)
    assert text.vi.endswith(f"{now:%H:%M}") == words.endswith(" từ ")
    monkeypatch.setattr(page.portal, "state", lambda: PortalState(light, now - timedelta(days=1)))
    assert (f"{now - timedelta(days=1):%d/%m/%Y}" in portal_chip(page.house)[1].vi) == (
        words.endswith(" từ ")
    )


def test_a_row_that_is_opened_is_judged_with_what_the_portal_has_said(page: Page) -> None:
    page.scan("patient-1")
    first = page.screen.answer
    assert first is not None
    now = page.house.kiosk.clock()
    page.scan("patient-2")
    told = PortalAnswer(REJECTED, now, 900, "110", card=first.verdict.card)
    page.portal.futures[0].set_result(told)
    event = {"session": "s", "number": 99, "kind": "today", "id": "open", "value": first.presented}
    page.screen = handle(page.house, DESK, page.screen, event)
    answer = page.view()["answer"]
    assert answer["word"] == "ĐÃ TIẾP NHẬN · CỔNG BÁO: THẺ ĐÃ THU HỒI"
    assert answer["portal"]["waits"] is None
    assert "110" in page.line()
