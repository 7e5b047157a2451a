"""The back of a slip: who finds the guide there, which one, and whose office."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.support import DESK, payload
from verification.basics.dates import PartialDate
from verification.basics.texts import read
from verification.card.facts import Card
from verification.kiosk import Slips
from verification.log.visit import CachTrinh
from verification.reception import checkin, corrections
from verification.reception.answer import Answer, Scan
from verification.reception.guide.guide import short_guide
from verification.reception.slips.back import back_of
from verification.reception.slips.slip import slip_of

if TYPE_CHECKING:
    from verification.kiosk import Kiosk

TYPED = Scan((b"DN4797900000201",), cach_trinh=CachTrinh.GO, quet=False)


def typed(kiosk: Kiosk) -> Answer:
    return checkin.present(DESK, kiosk, TYPED)


def aged(answer: Answer, born: PartialDate | None, ma_the: str = "DN4797900000201") -> Answer:
    """Return an answer to a card of another birth date, nobody else shown."""
    card = replace(answer.verdict.card or Card(), ngay_sinh=born, ma_the=ma_the)
    return replace(answer, verdict=replace(answer.verdict, card=card, shown=None))


def test_who_came_with_the_number_alone_finds_the_guide_on_the_back(kiosk: Kiosk) -> None:
    back = slip_of(kiosk, typed(kiosk)).back
    assert back
    assert back.title.vi == "VssID: thẻ BHYT trên điện thoại"
    assert back.lines == short_guide()
    here, hotline, office = (line.vi for line in back.foot)
    assert "quầy tiếp đón" in here
    assert "1900\u00a09068" in hotline
    assert office == "Cơ quan BHXH: 079 · BHXH Mẫu Thành phố Hồ Chí Minh"


@pytest.mark.parametrize("how", CachTrinh)
def test_who_has_the_card_on_a_phone_needs_no_guide(kiosk: Kiosk, how: CachTrinh) -> None:
    answer = typed(kiosk)
    assert answer.visit
    shown = replace(answer, visit=replace(answer.visit, cach_trinh=how))
    has_it = how in {CachTrinh.VSSID, CachTrinh.VNEID}
    assert (back_of(kiosk, shown) is None) is has_it


def test_a_presentation_that_the_desk_corrected_counts_as_corrected(kiosk: Kiosk) -> None:
    answer = checkin.present(DESK, kiosk, Scan((payload("patient-1"),)))
    assert back_of(kiosk, answer) is None
    assert answer.visit
    corrections.correct_presentation(DESK, kiosk, answer.visit.visit_id, CachTrinh.GIAY)
    now = replace(answer, visit=kiosk.written.visit(answer.visit.visit_id))
    assert back_of(kiosk, now)


def test_who_was_not_received_finds_it_too_by_how_they_came(kiosk: Kiosk) -> None:
    red = Scan((b"DN4797900000202",), cach_trinh=CachTrinh.GO, quet=False)
    answer = checkin.present(DESK, kiosk, red)
    assert answer.visit is None
    assert back_of(kiosk, answer)
    by_phone = checkin.present(DESK, kiosk, Scan((payload("patient-2"),)))
    assert by_phone.visit is None
    assert back_of(kiosk, by_phone) is None


@pytest.mark.parametrize(
    ("born", "child"),
    [
        (PartialDate(2012, 11, 23), True),  # 14 tomorrow
        (PartialDate(2012, 11, 22), False),  # 14 today
        (PartialDate(2012, 12), True),
        (PartialDate(2012, 10), False),
        (PartialDate(2012), True),  # may be a child
        (PartialDate(2011), False),
        (PartialDate(2020, 2, 29), True),
    ],
)
def test_a_child_gets_the_parents_branch(kiosk: Kiosk, born: PartialDate, child: bool) -> None:
    back = back_of(kiosk, aged(typed(kiosk), born))
    assert back
    assert back.lines == short_guide(child=child)
    assert ("cha mẹ" in back.title.vi) is child


def test_of_a_card_without_a_birth_date_the_object_code_tells_the_child(kiosk: Kiosk) -> None:
    child = back_of(kiosk, aged(typed(kiosk), None, "TE1797900000201"))
    adult = back_of(kiosk, aged(typed(kiosk), None))
    assert child
    assert adult
    assert (child.lines, adult.lines) == (short_guide(child=True), short_guide())


def test_a_house_may_leave_it_off_and_name_no_hotline(kiosk: Kiosk) -> None:
    off = replace(kiosk, slips=Slips(back=False))
    assert slip_of(off, typed(off)).back is None
    quiet = replace(kiosk, slips=Slips(hotline=None))
    back = back_of(quiet, typed(kiosk))
    assert back
    assert not any("Tổng đài" in line.vi for line in back.foot)


def test_an_office_that_nobody_knows_is_not_made_up(kiosk: Kiosk) -> None:
    back = back_of(kiosk, aged(typed(kiosk), None, "DN4487900000201"))
    assert back
    assert not any("Cơ quan BHXH" in line.vi for line in back.foot)


def test_the_back_names_nobody(kiosk: Kiosk) -> None:
    answer = typed(kiosk)
    told = repr(back_of(kiosk, answer))
    card = answer.verdict.card
    assert card
    assert card.ho_ten
    for secret in (card.ho_ten, card.ma_the, card.so_cccd, card.ma_so_bhxh):
        assert not secret or secret not in told


def test_the_ways_of_presenting_are_ways_that_there_are() -> None:
    forms = read("verification.reception.slips", "back.toml")["forms"]
    assert {CachTrinh(form) for form in forms} == {CachTrinh.GIAY, CachTrinh.GO, CachTrinh.CCCD}
