"""What a hospital system tells of a visit is taken once, whole, or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.exchange_support import receive
from tests.his_support import SYSTEM
from tests.log.contract.engines import kiosk_on
from tests.support import DESK, MASTER_KEY, MORNING, Clock, each
from verification.basics.dates import VIETNAM
from verification.basics.errors import Forbidden
from verification.card.memory import MemoryCards
from verification.exchange import his, his_fields, his_numbers
from verification.exchange.his import CONTENT, NotTold, Untold, his_of, tell
from verification.exchange.his_fields import NAMES, ToldByHis, read_told
from verification.log.events import EventKind
from verification.log.memory import MemoryLog
from verification.log.outbox import Errand
from verification.log.sending_events import Delivered, HisTold
from verification.log.visit import CancelReason, RecordWord, Visit
from verification.log.writing import write_alone
from verification.reception import corrections
from verification.rights import command_line

if TYPE_CHECKING:
    from verification.kiosk import Kiosk

LONG_AGO = MORNING - timedelta(days=900)
ADMISSION = {
    "ma_bn": "BN0001",
    "ma_lk": "LK-2026-0001",
    "ma_dich_vu": "02.1897",
    "ten_dich_vu": "Khám Nội",
    "ngay_yl": "2026-11-22T08:20",
    "ngay_vao": "2026-11-22T08:15",
}
DISCHARGE = {
    "ma_benh": "j06.9",
    "ma_benh_kt": "I10; E11.9",
    "so_ngay_thuoc": 7,
    "ngay_ra": "202611221100",
    "ket_thuc": "",
}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kiosk(clock: Clock) -> Kiosk:
    kiosk = kiosk_on(MemoryLog(MASTER_KEY, clock), MemoryCards(), clock)
    return replace(kiosk, sends_records=True)


def told(**values: Any) -> ToldByHis:
    """Return what values mean, which must be some."""
    found = read_told(values)
    assert isinstance(found, ToldByHis), found
    return found


def newest(kiosk: Kiosk, visit: Visit) -> Visit:
    """Return a visit as it is now."""
    found = kiosk.written.visit(visit.visit_id)
    assert found
    return found


def refused(kiosk: Kiosk, visit: str, **values: Any) -> NotTold:
    """Return why something is not taken, once nothing of it was."""
    before = list(kiosk.written.events([EventKind.HIS_TOLD], LONG_AGO))
    with pytest.raises(NotTold) as caught:
        tell(SYSTEM, kiosk, visit, told(**values))
    assert list(kiosk.written.events([EventKind.HIS_TOLD], LONG_AGO)) == before
    return caught.value


def test_what_is_told_by_and_by_adds_up_and_the_later_wins(kiosk: Kiosk) -> None:
    visit = receive(kiosk)
    first = tell(SYSTEM, kiosk, visit.visit_id, told(**ADMISSION))
    tell(SYSTEM, kiosk, visit.visit_id, told(**DISCHARGE))
    tell(SYSTEM, kiosk, visit.visit_id, told(so_ngay_thuoc=5))
    found = his_of(kiosk, newest(kiosk, visit))
    assert (found.ma_bn, found.ma_benh, found.ma_benh_kt) == ("BN0001", "J06.9", "I10;E11.9")
    assert (found.so_ngay_thuoc, found.ket_thuc) == (5, "")
    assert found.ngay_ra == datetime(2026, 11, 22, 11, 0, tzinfo=VIETNAM)
    codes = HisTold.of(first.codes)
    assert (codes.system, codes.fields) == ("thu", tuple(sorted(ADMISSION)))
    assert not any("BN0001" in str(value) for value in first.codes.values())


def test_the_same_again_adds_no_event_and_a_change_adds_one(kiosk: Kiosk) -> None:
    visit = receive(kiosk)
    first = tell(SYSTEM, kiosk, visit.visit_id, told(**ADMISSION))
    assert tell(SYSTEM, kiosk, visit.visit_id, told(**ADMISSION)) == first
    assert tell(SYSTEM, kiosk, visit.visit_id, told(ma_bn=" BN0001 ")) == first
    second = tell(SYSTEM, kiosk, visit.visit_id, told(ma_bn="BN0002"))
    assert second != first
    # back to what it was is a change too
    assert tell(SYSTEM, kiosk, visit.visit_id, told(**ADMISSION)) not in (first, second)
    assert len(newest(kiosk, visit).his) == 3


def test_the_hospitals_own_code_changes_nothing_of_the_desks(kiosk: Kiosk) -> None:
    visit = receive(kiosk)
    tell(SYSTEM, kiosk, visit.visit_id, told(ma_doituong_kcb="1.3"))
    after = newest(kiosk, visit)
    assert (after.ma_doituong_kcb, after.rate) == (visit.ma_doituong_kcb, visit.rate)
    assert his_of(kiosk, after).ma_doituong_kcb == "1.3"


def test_a_visit_that_is_not_there_undone_or_erased_takes_nothing(kiosk: Kiosk) -> None:
    assert refused(kiosk, "1-999", **ADMISSION).why is Untold.NO_VISIT
    undone = receive(kiosk)
    corrections.undo(DESK, kiosk, undone.visit_id, CancelReason.QUET_TRUNG)
    assert refused(kiosk, undone.visit_id, **ADMISSION).why is Untold.VISIT_CANCELLED
    erased = receive(kiosk)
    corrections.erase(command_line("1"), kiosk, erased.visit_id)
    assert refused(kiosk, erased.visit_id, **ADMISSION).why is Untold.CONTENT_ERASED


def test_one_number_of_the_hospital_stands_for_one_visit(kiosk: Kiosk) -> None:
    first, second = receive(kiosk), receive(kiosk)
    tell(SYSTEM, kiosk, first.visit_id, told(**ADMISSION))
    assert refused(kiosk, second.visit_id, ma_lk="LK-2026-0001").why is Untold.MA_LK_TAKEN
    # told wrongly and put right: it is free again
    tell(SYSTEM, kiosk, first.visit_id, told(ma_lk="LK-2026-0002"))
    tell(SYSTEM, kiosk, second.visit_id, told(ma_lk="LK-2026-0001"))
    assert refused(kiosk, first.visit_id, ma_lk="LK-2026-0001").why is Untold.MA_LK_TAKEN
    # the visit that was received by mistake keeps no number
    corrections.undo(DESK, kiosk, second.visit_id, CancelReason.QUET_TRUNG)
    tell(SYSTEM, kiosk, first.visit_id, told(ma_lk="LK-2026-0001"))


def test_a_program_that_changes_a_visit_without_end_is_stopped(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(his, "MOST_TOLD", 3)
    visit = receive(kiosk)
    for days in range(3):
        tell(SYSTEM, kiosk, visit.visit_id, told(so_ngay_thuoc=days))
    assert refused(kiosk, visit.visit_id, so_ngay_thuoc=7).why is Untold.TOLD_TOO_OFTEN
    tell(SYSTEM, kiosk, visit.visit_id, told(so_ngay_thuoc=2))  # what is known is no change


@pytest.mark.parametrize("hours", [-3, 0, 3])
def test_a_number_is_known_after_a_new_start_and_a_clock_that_was_set(
    kiosk: Kiosk, clock: Clock, hours: int
) -> None:
    first, second, third = (receive(kiosk) for _ in range(3))
    tell(SYSTEM, kiosk, first.visit_id, told(ma_lk="LK1"))
    clock.jump(hours=hours)
    tell(SYSTEM, kiosk, third.visit_id, told(ma_lk="LK2"))
    clock.jump(hours=4)
    for number in ("LK1", "LK2"):
        assert refused(kiosk, second.visit_id, ma_lk=number).why is Untold.MA_LK_TAKEN
    his_numbers._NUMBERS.clear()
    for number in ("LK1", "LK2"):
        assert refused(kiosk, second.visit_id, ma_lk=number).why is Untold.MA_LK_TAKEN


@pytest.mark.parametrize(
    ("values", "bad"),
    [
        ({"ma_loai_kcb": "99"}, ["ma_loai_kcb not_in_list"]),
        ({"ma_doituong_kcb": "1.99"}, ["ma_doituong_kcb not_in_list"]),
        ({"ngay_yl": "2026-11-29T08:00"}, ["ngay_yl ahead"]),
        ({"ngay_vao": "2026-11-22T08:00", "ngay_ra": "2026-11-22T07:59"}, ["ngay_ra before_begin"]),
        ({"ngay_ra": "2026-11-21T23:59"}, ["ngay_ra before_begin"]),
        (
            {"ngay_vao_noi_tru": "2026-11-22T10:00", "ngay_ra": "2026-11-22T09:00"},
            ["ngay_ra before_begin"],
        ),
        ({"ket_thuc": "2026-11-21"}, ["ket_thuc before_begin"]),
        (
            {"ngay_vao": "2026-11-20T08:00", "ngay_vao_noi_tru": "2026-11-21T08:00"}
            | {"ket_thuc": "2026-11-20"},
            ["ket_thuc before_begin"],
        ),
        ({"ket_thuc": "2036-11-22"}, ["ket_thuc ahead"]),
        ({"ten_thuoc": "Paracetamol"}, ["ten_thuoc name_alone"]),
        ({"ly_do_vnt": "Sốt cao"}, ["ly_do_vnt no_admission"]),
    ],
)
def test_what_contradicts_the_lists_the_day_or_itself_is_named(
    kiosk: Kiosk, values: dict[str, str], bad: list[str]
) -> None:
    visit = receive(kiosk)
    error = refused(kiosk, visit.visit_id, **values)
    assert [f"{one.name} {one.code}" for one in error.bad] == bad


def test_a_discharge_told_before_the_admission_that_it_contradicts_keeps_that_out(
    kiosk: Kiosk,
) -> None:
    visit = receive(kiosk)
    tell(SYSTEM, kiosk, visit.visit_id, told(ngay_ra="2026-11-22T09:00"))
    refused(kiosk, visit.visit_id, ngay_vao_noi_tru="2026-11-22T10:00")
    both = told(ngay_vao_noi_tru="2026-11-22T10:00", ngay_ra="2026-11-22T11:00")
    tell(SYSTEM, kiosk, visit.visit_id, both)


def test_a_visit_that_began_before_its_card_came_may_have_ended_before_too(kiosk: Kiosk) -> None:
    visit = receive(kiosk)
    before = told(ngay_vao="2026-11-20T23:00", ngay_ra="2026-11-21T08:00", ket_thuc="2026-11-21")
    assert tell(SYSTEM, kiosk, visit.visit_id, before)


def test_what_nobody_sees_makes_no_other_number(kiosk: Kiosk) -> None:
    assert told(ma_lk="LK\u200b-1\u202e").ma_lk == "LK-1"
    assert read_told({"ma_bn": "\u200b\u2060"}) == (his_fields.bad_field("ma_bn", "empty"),)


@each(
    ("name", "value", "code"),
    [
        ("ho_ten", "Mẫu", "unknown_field"),
        ("ma_bn", 7, "no_text"),
        ("ma_bn", "  ", "empty"),
        ("ma_bn", "B" * 101, "too_long"),
        ("ma_bn", "B\x00N", "no_character"),
        ("ma_bn", "B\ufffe", "no_character"),
        ("ngay_yl", "2026-11-22", "no_moment"),
        ("ngay_yl", "202613011200", "no_moment"),
        ("ngay_yl", "٢٠٢٦١١٢٢٠٨٠٠", "no_moment"),
        ("ngay_yl", "9999-12-31T23:59-14:00", "no_moment"),
        ("ngay_yl", "0001-01-01T00:00+14:00", "no_moment"),
        ("ma_benh", "cảm", "no_disease"),
        ("ma_benh_kt", ";", "empty"),
        ("so_ngay_thuoc", True, "no_number"),
        ("so_ngay_thuoc", "7", "no_number"),
        ("so_ngay_thuoc", -1, "out_of_range"),
        ("ket_thuc", "khoi", "no_end"),
        ("ket_thuc", "2026-11", "no_end"),
    ],
)
def test_a_value_that_is_none_of_its_field_is_named_and_not_repeated(
    name: str, value: Any, code: str
) -> None:
    found = read_told({"ma_lk": "LK1", name: value})
    assert isinstance(found, tuple)
    assert [(bad.name, bad.code) for bad in found] == [(name, code)]
    assert f"{value!r}" not in f"{found[0].why.vi!r}"


def test_what_the_log_holds_is_read_as_it_was_told(kiosk: Kiosk) -> None:
    whole = told(
        **ADMISSION,
        **DISCHARGE,
        ma_thuoc="40.1",
        ten_thuoc="Paracetamol",
        ma_vat_tu="N01",
        ten_vat_tu="Bơm tiêm",
        ngay_vao_noi_tru="2026-11-22T09:00:30+07:00",
        ly_do_vnt="Sốt cao",
        ma_ly_do_vnt="01",
        ma_loai_kcb="03",
        ma_doituong_kcb="1.1",
    )
    assert set(whole.given) == set(NAMES)
    assert read_told(whole.values()) == whole
    visit = receive(kiosk)
    event = tell(SYSTEM, kiosk, visit.visit_id, whole)
    assert kiosk.written.content(event.event_id) == {CONTENT: whole.values()}
    assert his_of(kiosk, newest(kiosk, visit)) == whole


def test_only_a_system_with_its_right_tells(kiosk: Kiosk) -> None:
    visit = receive(kiosk)
    nobody = replace(SYSTEM, roles=frozenset())
    with pytest.raises(Forbidden):
        tell(nobody, kiosk, visit.visit_id, told(**ADMISSION))


class TestRecord:
    """When a check-in record is to be sent."""

    @staticmethod
    def asked(kiosk: Kiosk, visit: Visit, **values: Any) -> bool:
        event = tell(SYSTEM, kiosk, visit.visit_id, told(**values))
        return HisTold.of(event.codes).record

    def test_it_is_asked_for_with_the_first_cost_item_and_not_before(self, kiosk: Kiosk) -> None:
        visit = receive(kiosk)
        assert not self.asked(kiosk, visit, ma_bn="BN1", ma_lk="LK1")
        assert self.asked(kiosk, visit, ma_dich_vu="02.1897", ngay_yl="2026-11-22T08:20")
        assert newest(kiosk, visit).record is RecordWord.WAITING
        assert kiosk.written.exchanged.count(Errand.RECORD) == 1
        # what may have been missing is tried at once, what is no part of it changes nothing
        assert self.asked(kiosk, visit, ten_dich_vu="Khám Nội")
        assert not self.asked(kiosk, visit, **DISCHARGE)

    def test_it_is_asked_for_again_with_the_first_item_of_a_stay_in_a_bed(
        self, kiosk: Kiosk
    ) -> None:
        visit = receive(kiosk)
        assert self.asked(kiosk, visit, **ADMISSION)
        self.sent(kiosk, visit)
        assert not self.asked(kiosk, visit, ma_dich_vu="03.1")
        assert not self.asked(kiosk, visit, ngay_vao_noi_tru="2026-11-22T09:00")
        assert self.asked(kiosk, visit, ma_dich_vu="04.1", ngay_yl="2026-11-22T09:10")
        self.sent(kiosk, visit)
        assert not self.asked(kiosk, visit, ma_dich_vu="05.1", ngay_yl="2026-11-22T09:20")

    def test_an_emergency_has_none_unless_the_hospital_says_it_is_none(self, kiosk: Kiosk) -> None:
        visit = receive(kiosk)
        assert not self.asked(kiosk, visit, **ADMISSION, ma_doituong_kcb="2")
        assert self.asked(kiosk, visit, ma_doituong_kcb="1.1")

    def test_a_house_that_signs_none_asks_for_none(self, kiosk: Kiosk) -> None:
        visit = receive(kiosk)
        assert not self.asked(replace(kiosk, sends_records=False), visit, **ADMISSION)

    @staticmethod
    def sent(kiosk: Kiosk, visit: Visit) -> None:
        item = f"record:{visit.visit_id}"
        write_alone(kiosk.written, DESK, Delivered("record", item, visit.visit_id, "portal", "GD1"))
        assert newest(kiosk, visit).record is RecordWord.SENT


def test_what_was_told_or_noted_by_a_clock_set_back_is_erased_too(
    kiosk: Kiosk, clock: Clock
) -> None:
    visit = receive(kiosk)
    clock.forward(days=-1)
    told_by = tell(SYSTEM, kiosk, visit.visit_id, told(ma_benh="J06.9"))
    noted = corrections.note(DESK, kiosk, visit.visit_id, "Hẹn chị Mẫu")
    corrections.erase(command_line("1"), kiosk, visit.visit_id)
    assert his_of(kiosk, newest(kiosk, visit)) == ToldByHis()
    assert [kiosk.written.content(one.event_id) for one in (told_by, noted)] == [None, None]
