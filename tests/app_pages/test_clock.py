"""A wrong clock on the pages: the chip of the desk, the strip's line, the administrator's form."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from streamlit.testing.v1 import AppTest

from app_pages.desk.page import event_input, handle
from app_pages.desk.view import screen_view
from tests.app_pages.desk.test_page import key_event, scan_event
from tests.browser.running import PATIENCE
from tests.support import DESK, ROOT
from verification.adapters.store.sqlite.log import SqliteLog
from verification.basics.errors import StoreError
from verification.log.events import EventKind
from verification.log.key_file import read_master_key
from verification.log.officer_events import SignedOut
from verification.log.writing import write_alone
from verification.reception import lookup
from verification.reception.screen import Screen
from verification.rights import Role

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from app_pages.server.house import House
    from verification.rights import Actor

    Enter = Callable[[House, Role], Actor]

MAIN = str(ROOT / "app_pages" / "main.py")


def record(house: House, **ahead: float) -> datetime:
    """Log an event as a clock did that stood so far ahead; return its moment."""
    at = house.kiosk.clock() + timedelta(**ahead)
    log = SqliteLog(house.settings.db, read_master_key(house.settings.key_file), lambda: at)
    try:
        write_alone(log, DESK, SignedOut())
    finally:
        log.close()
    return at


def drawn(house: House, screen: Screen) -> dict[str, Any]:
    return screen_view(house, screen, DESK, lookup.recent_visits(DESK, house.kiosk))


def chips(house: House, lang: str = "vi") -> list[str]:
    return [chip["text"] for chip in drawn(house, Screen(lang=lang))["strip"]["chips"]]


def run() -> AppTest:
    ran = AppTest.from_file(MAIN, default_timeout=PATIENCE).run()
    assert not ran.exception
    return ran


def test_the_chip_says_what_the_clock_shows_what_it_contradicts_and_the_way_out(
    house: House,
) -> None:
    assert not any("Đồng hồ" in chip for chip in chips(house))
    at = record(house, days=3)
    found = chips(house)[0]
    assert f"{house.kiosk.clock():%d/%m/%Y}" in found
    assert f"sự kiện mới nhất {at:%H:%M %d/%m/%Y}" in found
    assert "ghi nhận quãng sai" in found
    assert "note the wrong stretch" in chips(house, "en")[0]


@pytest.mark.parametrize("slug", ["patient-1", "patient-2"])
def test_the_desk_says_of_a_wrong_clock_nothing_of_today(house: House, slug: str) -> None:
    record(house, hours=3)
    view = drawn(house, handle(house, DESK, Screen(), scan_event(slug)))
    answer = view["answer"]
    assert (answer["tone"], answer["word"]) == ("wait", "ĐỒNG HỒ MÁY SAI")
    assert "tuổi" not in answer["about"]
    said = str({name: told for name, told in view.items() if name != "at_hand"})
    for claim in ("hết hạn", "còn lại", "đã đủ", "hôm nay", "còn giá trị"):
        assert claim not in said
    assert answer["facts"][0]["note"] == "đồng hồ sai, chưa biết còn hạn không"
    assert view["recent"] == []


def test_the_patient_is_received_by_one_key_and_a_second_time_is_no_new_visit(
    house: House,
) -> None:
    record(house, hours=3)
    screen = handle(house, DESK, Screen(), scan_event("patient-1"))
    for number in (2, 3):
        key = key_event("F2") | {"number": number, "answer": screen.answer_id}
        screen = handle(house, DESK, screen, key)
    assert len(drawn(house, screen)["recent"]) == 1


def test_a_scan_of_a_browser_is_not_dated_by_a_clock_that_is_wrong(house: House) -> None:
    earlier = (house.kiosk.clock() - timedelta(hours=2)).timestamp() * 1000
    event = scan_event("patient-1") | {"at": earlier}
    screen = handle(house, DESK, Screen(), event)
    assert screen.answer
    assert "backdated" in str(screen.answer.verdict.reasons)
    record(house, hours=3)
    screen = handle(house, DESK, Screen(), scan_event("patient-2") | {"at": earlier})
    assert screen.answer
    assert "backdated" not in str(screen.answer.verdict.reasons)


@pytest.mark.parametrize("apart", [-90_000, -3_600, -30, 0, 30, 3_600, 25_200, 90_000])
@pytest.mark.parametrize(("waited", "dated"), [(1, False), (19, False), (60, True), (7_200, True)])
def test_how_long_a_scan_waited_is_told_by_the_browsers_own_clock(
    house: House, apart: int, waited: int, *, dated: bool
) -> None:
    sent = (house.kiosk.clock().timestamp() + apart) * 1000
    event = scan_event("patient-1") | {"at": sent - waited * 1000, "sent": sent}
    given = event_input(house, event)
    assert given
    assert given.scan
    happened = given.scan.happened_at
    assert (happened is not None) is dated
    if happened:
        assert abs((house.kiosk.clock() - happened).total_seconds() - waited) < 5


def test_a_log_that_cannot_be_asked_for_its_times_is_told_by_the_desk(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise StoreError("đĩa hỏng", "the disk is broken")

    earlier = (house.kiosk.clock() - timedelta(hours=2)).timestamp() * 1000
    monkeypatch.setattr("verification.log.clock.doubt", refused)
    screen = handle(house, DESK, Screen(), scan_event("patient-1") | {"at": earlier})
    assert screen.answer is None
    assert screen.trouble
    assert screen.trouble.vi == "đĩa hỏng"
    assert screen.handled == {}  # the browser sends it again


def test_every_page_of_an_officer_carries_the_line(house: House, enter: Enter) -> None:
    enter(house, Role.ADMINISTRATOR)
    assert not run().warning
    record(house, days=3)
    (line,) = run().warning
    assert "Đồng hồ sai" in line.value


def test_an_administrator_notes_the_stretch_on_the_page(house: House, enter: Enter) -> None:
    enter(house, Role.ADMINISTRATOR)
    at = record(house, days=3)
    ran = run()
    assert f"{at:%d/%m/%Y %H:%M:%S}" in " ".join(caption.value for caption in ran.caption)
    press(ran)
    assert ran.error[0].value == "Hãy ghi lý do"
    next(f for f in ran.text_input if str(f.key).startswith("clock why")).set_value("đặt nhầm ngày")
    press(ran)
    assert not ran.error
    assert not ran.warning
    assert not any("Đồng hồ" in chip for chip in chips(house))
    (event,) = house.kiosk.written.events((EventKind.CLOCK_NOTED,), at - timedelta(days=30))
    assert event.officer == "mau.administrator"
    assert house.kiosk.written.content(event.event_id) == {"ghi_chu": "đặt nhầm ngày"}


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("22/11/2026 08:12", "", "Cần cả hai"),
        ("mai", "22/11/2026 08:12", "không phải thời điểm"),
        ("23/11/2026 08:12", "22/11/2026 08:12", "Cần cả hai"),
        ("22/11/2026 08:12", "2026-11-22 17:30", ""),
    ],
)
def test_a_time_is_written_as_people_write_it_or_refused_in_words(
    house: House, enter: Enter, first: str, last: str, said: str
) -> None:
    enter(house, Role.ADMINISTRATOR)
    ran = run()
    fields = {field.label: field for field in ran.text_input}
    fields["Từ (giờ sai mà máy đã ghi)"].set_value(first)
    fields["Đến"].set_value(last)
    next(f for f in ran.text_input if str(f.key).startswith("clock why")).set_value("x")
    press(ran)
    assert bool(ran.error) is bool(said)
    assert said in "".join(error.value for error in ran.error)


def press(ran: AppTest) -> None:
    """Press the form's button."""
    next(button for button in ran.button if button.label == "Ghi nhận").click()
    ran.run()
