"""A card that is added later and seems to be another person's is asked about, not taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.reception.test_desk import Desk
from tests.support import DESK, payload
from verification.log.content import visit_content
from verification.reception import checkin, corrections, no_card
from verification.reception.answer import Answer, Scan
from verification.reception.doubts import AnotherPerson
from verification.rules.law.verdict import Outcome

if TYPE_CHECKING:
    from verification.kiosk import Kiosk
    from verification.reception.screen import Screen

MAU, HOANG, DEAD = "DN4797900000011", "DT2040400000022", "HT3797900000264"
CHILD = "TE1010100000033"  # Lê Bé Mẫu, 15/11/2023


def received(kiosk: Kiosk, case: str, words: str) -> Answer:
    """Receive somebody without a card."""
    return checkin.receive(DESK, kiosk, no_card.present_without_card(DESK, kiosk, case, words))


@pytest.mark.parametrize(
    ("case", "words", "number"),
    [
        ("lost", "Nguyễn Thị Mẫu", MAU),
        ("lost", "NGUYEN THI MAU", MAU),
        ("lost", "Nguyễn Thị Mậu", MAU),
        ("emergency", "nguyễn thị mẫu, tai nạn", MAU),
        ("newborn", "Nguyễn Thị Mẫu, 08:15", MAU),  # the mother's
        ("newborn", "Con bà Nguyễn Thị Mẫu 8h15", MAU),
        ("newborn", "mẹ Nguyễn Thị Mẫu, sinh 05:10", MAU),
        ("child", "Lê Bé Mẫu", CHILD),
        ("donor", "Hoàng Giả Định", HOANG),
        ("lost", "Hoàng Giả Ðịnh", HOANG),
    ],
)
def test_the_card_of_whom_was_received_is_added(
    kiosk: Kiosk, case: str, words: str, number: str
) -> None:
    done = no_card.complete(DESK, kiosk, received(kiosk, case, words), number)
    assert done.verdict.card is not None
    assert done.verdict.card.ma_the == number


@pytest.mark.parametrize(
    ("case", "words", "number", "says"),
    [
        ("newborn", "Nguyễn Thị Mẫu, 08:15", HOANG, "Họ tên"),
        ("newborn", "Con bà Trần Thị Khác", MAU, "Họ tên"),
        ("newborn", "Nguyễn Thị Mẫu, 08:15", CHILD, "Họ tên"),
        ("newborn", "Nguyễn Thị Mẫu, 08:15", "DN4797999999999", "chưa biết là của ai"),
        ("lost", "Nguyễn Thị Mẫu", HOANG, "Họ tên"),
        ("lost", "Nguyễn Thị Mẫu", "DN4797999999999", "chưa biết là của ai"),
        ("emergency", "Nam khoảng 40 tuổi", MAU, "Họ tên"),
        ("child", "Nguyễn Thị Mẫu", MAU, "trẻ dưới 6 tuổi"),
        ("child", "Trần Văn Con", CHILD, "Họ tên"),
        ("lost", "???", MAU, "Họ tên"),
        ("donor", "Nguyễn Thị Mẫu", "0400000022", "Họ tên"),
        ("lost", "Nguyễn Thị Mẫu", "004085000022", "Họ tên"),
    ],
)
def test_a_card_of_another_person_is_asked_about(
    kiosk: Kiosk, case: str, words: str, number: str, says: str
) -> None:
    before = received(kiosk, case, words)
    with pytest.raises(AnotherPerson) as asked:
        no_card.complete(DESK, kiosk, before, number)
    assert says in asked.value.vi
    assert before.visit is not None
    assert kiosk.written.visit(before.visit.visit_id) == before.visit
    done = no_card.complete(DESK, kiosk, before, number, why="đã xem giấy khai sinh")
    assert done.visit is not None
    assert done.visit.corrected
    content = kiosk.written.content(done.visit.corrected[-1]) or {}
    assert content["ghi_chu"] == "đã xem giấy khai sinh"
    first = kiosk.written.content(done.visit.presented) or {}
    assert first["ban_ghi"]["ho_ten"] == words  # what was written down stays


def test_a_dead_holder_is_asked_about(kiosk: Kiosk) -> None:
    with pytest.raises(AnotherPerson, match="đã mất"):
        no_card.complete(DESK, kiosk, received(kiosk, "lost", "Đặng Cố Ví Dụ"), DEAD)


def test_somebody_who_was_here_today_is_asked_about(kiosk: Kiosk) -> None:
    checkin.check_in(DESK, kiosk, Scan((payload("same-old15"),)))
    with pytest.raises(AnotherPerson, match="hôm nay đã được tiếp nhận"):
        no_card.complete(DESK, kiosk, received(kiosk, "lost", "Nguyễn Thị Mẫu"), MAU)


def test_a_card_added_to_a_visit_that_had_one_is_compared_with_it(kiosk: Kiosk) -> None:
    answer = checkin.check_in(DESK, kiosk, Scan((payload("same-old15"),)))
    with pytest.raises(AnotherPerson) as asked:
        no_card.complete(DESK, kiosk, answer, HOANG)
    facts = [pair.fact for pair in asked.value.doubt.pairs]
    assert facts == ["ho_ten", "ngay_sinh", "gioi_tinh"]


def test_a_question_that_nobody_answers_leaves_no_trace_of_the_number(kiosk: Kiosk) -> None:
    answer = received(kiosk, "lost", "Nguyễn Thị Mẫu")
    with pytest.raises(AnotherPerson):
        no_card.complete(DESK, kiosk, answer, HOANG)
    theirs = checkin.check_in(DESK, kiosk, Scan((HOANG.encode(),)))
    assert theirs.already == theirs.others == ()


# ---- at the desk


@pytest.fixture
def asked(kiosk: Kiosk) -> Desk:
    """Return a desk that has received a newborn and was given another woman's number."""
    desk = Desk(kiosk)
    desk.key("F9")
    _choose(desk, "open", "no_card")
    desk.choose(1)
    desk.choose(1, "Nguyễn Thị Mẫu")
    desk.choose(1, "08:15")
    desk.key("F2")
    desk.key("F9")
    _choose(desk, "open", "correct")
    _choose(desk, "open", "so_the")
    desk.choose(1, HOANG)
    return desk


def _choose(desk: Desk, act: str, value: str) -> Screen:
    assert desk.screen.menu is not None
    items = desk.screen.menu.items
    at = next(n for n, item in enumerate(items, 1) if (item.act, item.value) == (act, value))
    return desk.choose(at)


def test_the_desk_asks_with_both_names_side_by_side(asked: Desk) -> None:
    menu = asked.screen.menu
    assert menu is not None
    assert menu.id == "another"
    (pair,) = menu.pairs
    assert "".join(piece.text for piece in pair.shown) == "Hoàng Giả Định"
    assert "".join(piece.text for piece in pair.kept) == "Nguyễn Thị Mẫu, 08:15"
    assert asked.screen.answer is not None
    assert asked.screen.answer.verdict.card is not None
    assert asked.screen.answer.verdict.card.ma_the is None


def test_without_a_reason_the_question_stays(asked: Desk) -> None:
    screen = asked.choose(1, "  ")
    assert screen.menu is not None
    assert screen.menu.id == "another"
    assert screen.toast is not None


def test_with_a_reason_the_card_is_added(asked: Desk) -> None:
    screen = asked.choose(1, "con nuôi, đã xem giấy tờ")
    assert screen.menu is None
    assert screen.answer is not None
    assert screen.answer.verdict.outcome is Outcome.ELIGIBLE
    assert screen.answer.visit is not None
    kept = visit_content(asked.kiosk.written, screen.answer.visit)
    assert kept["ghi_chu"] == "con nuôi, đã xem giấy tờ"


def test_the_number_is_dropped_by_the_second_choice(asked: Desk) -> None:
    screen = asked.choose(2)
    assert screen.menu is None
    assert screen.answer is not None
    assert screen.answer.verdict.outcome is Outcome.UNDETERMINED
    assert screen.answer.visit is not None
    assert screen.answer.visit.corrected == ()


def test_another_scan_takes_the_question_off(asked: Desk) -> None:
    assert asked.scan("patient-1").menu is None


# ---- corrections


@pytest.mark.parametrize(
    ("name", "typed", "fact"),
    [
        ("ho_ten", "Trần Văn Khác", "ho_ten"),
        ("ho_ten", "Nguyễn Thị Mậu", "ho_ten"),
        ("ngay_sinh", "06/03/1994", "ngay_sinh"),
    ],
)
def test_a_corrected_person_is_shown_as_it_was_and_as_it_is(
    kiosk: Kiosk, name: str, typed: str, fact: str
) -> None:
    desk = Desk(kiosk)
    desk.scan("same-old15")
    desk.key("F9")
    _choose(desk, "open", "correct")
    _choose(desk, "open", name)
    desk.choose(1, typed)
    assert desk.screen.answer is not None
    (pair,) = desk.screen.answer.corrected
    assert pair.fact == fact
    assert "".join(piece.text for piece in pair.shown) == typed
    assert any(piece.differs for piece in (*pair.shown, *pair.kept))
    visit = desk.screen.answer.visit
    assert visit is not None
    first = kiosk.written.content(visit.presented) or {}
    assert first["ban_ghi"]["ho_ten"] == "Nguyễn Thị Mẫu"


def test_a_visit_is_known_by_what_was_shown_and_by_what_was_corrected(kiosk: Kiosk) -> None:
    answer = checkin.check_in(DESK, kiosk, Scan((payload("same-old15"),)))
    assert answer.visit is not None
    corrections.correct_field(DESK, kiosk, answer.visit.visit_id, "ho_ten", "Trần Thị Khác")
    again = checkin.check_in(DESK, kiosk, Scan((payload("same-old15"),)))
    assert again.visit is not None
    assert again.visit.visit_id == answer.visit.visit_id
    text = payload("same-old15").decode()
    named = text.replace("Nguyễn Thị Mẫu".encode().hex(), "Trần Thị Khác".encode().hex())
    other = checkin.check_in(DESK, kiosk, Scan((named.encode(),)))
    assert other.visit is not None
    assert other.visit.visit_id == answer.visit.visit_id
