"""Shift+F7 with what the national portal told: visits elsewhere, and who looked the card up."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.reception.test_before import elsewhere
from tests.reception.test_desk import GREEN, RED
from tests.reception.test_portal_desk import Desk
from verification.basics.dates import VIETNAM
from verification.card.portal import LookedUp, PortalAnswer, PortalOutcome, SeenVisit
from verification.reception import portal_answers

if TYPE_CHECKING:
    from verification.kiosk import Kiosk
    from verification.reception.menus import Line

ELSEWHERE = "79001"


@pytest.fixture
def desk(kiosk: Kiosk) -> Desk:
    return Desk(kiosk)


def ago(desk: Desk, days: int, hour: int = 8) -> datetime:
    local = desk.kiosk.clock().astimezone(VIETNAM) - timedelta(days=days)
    return local.replace(hour=hour, minute=12, second=0, microsecond=0)


def tell(
    desk: Desk, visits: tuple[SeenVisit, ...] | None, looks: tuple[LookedUp, ...] = ()
) -> None:
    """The portal answered about whoever is on the screen."""
    answer = desk.screen.answer
    assert answer is not None
    told = PortalAnswer(
        PortalOutcome.ANSWERED,
        desk.kiosk.clock(),
        800,
        "000",
        card=answer.verdict.card,
        visits=visits,
        looked_up=looks,
    )
    portal_answers.note(desk.kiosk, answer.event, told, "desk")


def before(desk: Desk) -> tuple[Line, ...]:
    menu = desk.key("Shift+F7").menu
    assert menu is not None
    return menu.lines


def told(line: Line, *words: str) -> bool:
    return all(word in line.text.vi for word in words)


def test_a_portal_that_gave_no_history_is_not_one_that_knows_of_no_visit(desk: Desk) -> None:
    desk.scan(GREEN)
    untold, nothing = before(desk)
    assert told(untold, "Cổng chưa đưa lịch sử khám")
    assert told(nothing, "Chưa thấy lượt nào")
    tell(desk, None)
    assert before(desk)[0] == untold
    desk.scan(RED)
    desk.scan(GREEN)
    tell(desk, ())
    assert told(before(desk)[0], "Cổng không ghi lượt khám nào", "theo Cổng, lúc 0")


def test_visits_that_the_portal_told_say_where_when_what_and_how_they_ended(desk: Desk) -> None:
    desk.scan(GREEN)
    tell(
        desk,
        (
            SeenVisit("1", ELSEWHERE, ago(desk, 2), ten_benh="Viêm phổi"),
            SeenVisit("2", ELSEWHERE, ago(desk, 9), ago(desk, 6), tinh_trang="2"),
            SeenVisit("3", "99999", ago(desk, 20), ago(desk, 20, 9), ly_do_vv="1.3"),
            SeenVisit("4", ELSEWHERE, None, ten_benh="Đau lưng"),
            SeenVisit("5", ELSEWHERE, ago(desk, 30), ket_qua="5"),
            SeenVisit("6", ELSEWHERE, ago(desk, 0), ten_benh="Khám mắt"),
        ),
    )
    begun, in_bed, sent_on, far, died, undated = before(desk)
    place = desk.kiosk.cards.facility(ELSEWHERE)
    assert place is not None
    assert told(begun, "Khám mắt", "chưa kết thúc")
    assert begun.tone == "plain"
    assert told(in_bed, place.ten, "Viêm phổi", "CHƯA RA VIỆN", "theo Cổng, lúc")
    assert in_bed.tone == "wait"
    assert told(sent_on, "chuyển viện", f"– {ago(desk, 6):%d/%m/%Y}")
    assert told(far, "99999", "1.3 có phiếu chuyển")
    assert told(died, "TỬ VONG")
    assert told(undated, "Không rõ ngày", "Đau lưng")


def test_no_visit_is_told_twice_whoever_knows_of_it(desk: Desk) -> None:
    desk.scan(GREEN)  # received here today
    elsewhere(desk, 3, ma_loai_kcb="07", ma_benh="E11", so_ngay_thuoc="30")
    ours = str(desk.kiosk.facility)
    tell(
        desk,
        (
            SeenVisit("1", ours, ago(desk, 0), ten_benh="Khám mắt"),
            SeenVisit("2", ELSEWHERE, ago(desk, 3), ago(desk, 3, 9), ten_benh="Đái tháo đường"),
            SeenVisit("2", ELSEWHERE, ago(desk, 3), ago(desk, 3, 9), ten_benh="Đái tháo đường"),
            SeenVisit("3", ours, ago(desk, 50), ten_benh="Trước khi có kiosk"),
        ),
    )
    both, early = before(desk)
    assert told(both, "Đái tháo đường", "07 nhận thuốc", "thuốc 30 ngày", "và theo Cổng")
    assert told(early, "Trước khi có kiosk")
    desk.scan(RED)
    desk.scan(GREEN)
    tell(desk, (SeenVisit("9", ELSEWHERE, ago(desk, 90)),))  # the portal tells less this time
    lines = [line for line in before(desk) if "Tại đây" not in line.text.vi]
    assert len([line for line in lines if f"{ago(desk, 3):%d/%m/%Y}" in line.text.vi]) == 1


def test_who_else_looked_the_card_up_today_is_told_and_our_own_account_never(desk: Desk) -> None:
    ours = f"{desk.kiosk.facility}_BV"
    desk.scan(GREEN)
    looks = (
        LookedUp(ours, ago(desk, 0, 7), own=True),
        LookedUp(f"{desk.kiosk.facility}_PK2", ago(desk, 0, 7)),
        LookedUp(f"{ELSEWHERE}_BV", ago(desk, 0, 6)),
        LookedUp("TINH_79", ago(desk, 0, 5)),
        LookedUp(f"{ELSEWHERE}_BV", ago(desk, 1, 6)),
        LookedUp(f"{ELSEWHERE}_BV", None),
    )
    tell(desk, (), looks)
    first, second, none, _nobody = before(desk)
    place = desk.kiosk.cards.facility(ELSEWHERE)
    assert place is not None
    assert told(first, "06:12", place.ten)
    assert told(second, "05:12", "TINH_79")
    assert "Cổng không ghi" in none.text.vi


def test_of_another_person_the_portal_tells_nothing_here(desk: Desk) -> None:
    desk.scan(GREEN)
    tell(desk, (SeenVisit("1", ELSEWHERE, ago(desk, 2), ten_benh="Viêm phổi"),))
    desk.scan(RED)
    assert not any("Viêm phổi" in line.text.vi for line in before(desk))


def test_a_house_that_asks_no_portal_says_nothing_of_it(kiosk: Kiosk) -> None:
    desk = Desk(kiosk)
    desk.kiosk = replace(desk.kiosk, asks_portal=False)
    desk.scan(GREEN)
    assert len(before(desk)) == 1
