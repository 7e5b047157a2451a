"""The record of a visit says what desk and hospital know of it, in the official forms, no more."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.his_support import SYSTEM
from tests.record_support import told
from tests.support import DESK, a_card, a_record, payload
from verification.adapters.hospital.xml0.checking import check_file, check_records
from verification.adapters.hospital.xml0.writing import written
from verification.basics.dates import PartialDate
from verification.card.facts import Origin, Status
from verification.card.memory import MemoryCards
from verification.exchange.his import tell
from verification.exchange.record.building import Built, Unneeded, built
from verification.exchange.record.fields import CheckIn, wrong_ones
from verification.exchange.record.listed import State, records_on, take_records
from verification.log.content import card_values
from verification.log.officer_events import ClockNoted
from verification.log.visit import CancelReason
from verification.log.visit_events import Presented, Received
from verification.log.writing import write, write_alone
from verification.reception import corrections, no_card
from verification.reception.answer import scan_of
from verification.reception.checkin import check_in, receive
from verification.rights import command_line
from verification.rules.law.tables import shipped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verification.card.facts import Card, Record
    from verification.exchange.record.fields import Flaw
    from verification.kiosk import Kiosk
    from verification.log.ports import LogTransaction
    from verification.log.visit import Visit

TEN = (
    *("number-15", "dash-fields", "case-child", "case-army", "case-police", "month-birth"),
    *("case-pension-75-4", "case-near-poor-3", "case-replaced-valid", "case-case-name"),
)
ADMIN = command_line("1")


def check(records: Sequence[CheckIn]) -> Sequence[Flaw]:
    return check_records(records, shipped())


def received(kiosk: Kiosk, slug: str) -> Visit:
    answer = check_in(DESK, kiosk, scan_of((payload(slug),), kiosk.today(), quet=True))
    visit = answer.visit or receive(DESK, kiosk, answer).visit
    assert visit
    return visit


def stored(kiosk: Kiosk, card: Card, code: str = "1.1", **more: str | None) -> Visit:
    """Receive somebody with a card as the log keeps one, whatever the card store knows."""

    def work(log: LogTransaction) -> str:
        ref = log.person(None, ())
        facts = {name: text for name, text in card_values(card).items() if text}
        content = {"ban_ghi": facts, "cach_doc": dict.fromkeys(facts, "quet")}
        shown = Presented("bhyt_qr", "eligible", ("valid",), cach_trinh="vssid")
        presented = write(log, DESK, shown, content=content, person_ref=ref).event_id
        what = Received(presented, "eligible", "valid", "vssid", ma_doituong_kcb=code, **more)  # type: ignore[arg-type]
        return write(log, DESK, what, person_ref=ref).event_id

    visit = kiosk.written.visit(kiosk.written.write(work))
    assert visit
    return visit


def record(kiosk: Kiosk, visit: Visit) -> Built:
    now = kiosk.written.visit(visit.visit_id)
    assert now
    found = built(kiosk, now)
    assert isinstance(found, Built), found
    return found


def with_cards(kiosk: Kiosk, *records: Record) -> Kiosk:
    return replace(kiosk, cards=MemoryCards(records))


def test_ten_visits_make_one_file_that_validates_and_three_broken_ones_name_the_field(
    kiosk: Kiosk,
) -> None:
    visits = [received(kiosk, slug) for slug in TEN]
    assert len({visit.visit_id for visit in visits}) == len(TEN)
    for nth, visit in enumerate(visits):
        more = {"ma_doituong_kcb": "1.12"} if visit.ma_doituong_kcb is None else {}
        tell(SYSTEM, kiosk, visit.visit_id, told(ma_lk=f"LK{nth}", ma_bn=f"BN{nth}", **more))
    taken = take_records(ADMIN, kiosk, [visit.visit_id for visit in visits], check, written)
    lacking = {one.visit.visit_id: one.missing for one in taken.listed if one.missing}
    assert not lacking
    checked = check_file(taken.file, shipped())
    assert (checked.records, wrong_ones(checked.flaws), checked.signed) == (10, [], False)
    broken = {
        b"<MA_BN>BN3</MA_BN>": (b"<MA_BN></MA_BN>", 4, "ma_bn"),
        b"<NGAY_YL>202611220820</NGAY_YL>": (b"<NGAY_YL>22/11/2026</NGAY_YL>", 1, "ngay_yl"),
        b"<TEN_DICH_VU>Kh\xc3\xa1m N\xe1\xbb\x99i</TEN_DICH_VU>": (
            b"<TEN_DICH_VU></TEN_DICH_VU>",
            1,
            "ten_dich_vu",
        ),
    }
    for right, (wrong, nth, name) in broken.items():
        assert right in taken.file
        flaws = wrong_ones(check_file(taken.file.replace(right, wrong, 1), shipped()).flaws)
        assert [(flaw.nth, flaw.name) for flaw in flaws] == [(nth, name)]


def test_what_is_known_stands_in_the_official_forms(kiosk: Kiosk) -> None:
    kiosk = with_cards(kiosk)
    visit = stored(kiosk, a_card(gt_the_den=date(2026, 12, 31)))
    tell(SYSTEM, kiosk, visit.visit_id, told())
    found = record(kiosk, visit)
    known = {name: text for name, text in asdict(found.check_in).items() if text}
    assert known == {
        "ma_lk": "LK-2026-0001",
        "stt": "1",
        "ma_bn": "BN0001",
        "ho_ten": "Nguyễn Thị Mẫu",
        "so_cccd": "079194000011",
        "ngay_sinh": "199403050000",
        "gioi_tinh": "2",
        "ma_the_bhyt": "DN4797900000011",
        "ma_dkbd": "79014",
        "gt_the_tu": "20260101",
        "gt_the_den": "20261231",
        "ma_doituong_kcb": "1.1",
        "ngay_vao": "202611220812",
        "ma_loai_kcb": "01",
        "ma_cskcb": "79014",
        "ma_dich_vu": "02.1896",
        "ten_dich_vu": "Khám Nội",
        "ngay_yl": "202611220820",
    }
    assert found.missing == ()


def test_what_nobody_told_is_named_and_stays_empty(kiosk: Kiosk) -> None:
    kiosk = with_cards(kiosk)
    visit = stored(kiosk, a_card(gioi_tinh=None))
    assert record(kiosk, visit).missing == ("ma_lk", "ma_bn", "gioi_tinh", "ma_dich_vu", "ngay_yl")
    tell(SYSTEM, kiosk, visit.visit_id, told(ngay_vao_noi_tru="2026-11-22T09:00"))
    assert record(kiosk, visit).missing == ("gioi_tinh", "ly_do_vnt", "ma_loai_kcb")
    (listed,) = records_on(ADMIN, kiosk, kiosk.today(), check)
    assert (listed.state, listed.flaws) == (State.INCOMPLETE, [])


@pytest.mark.parametrize(
    ("born", "written_as", "lacks"),
    [
        (PartialDate(1950), "195000000000", False),
        (PartialDate(1955, 7), "195500000000", False),
        (PartialDate(2026, 11, 1), "202611010000", True),  # of a newborn the hour belongs to it
        (PartialDate(2026, 10, 24), "202610240000", False),
    ],
)
def test_a_birth_is_written_as_far_as_it_is_known(
    kiosk: Kiosk, born: PartialDate, written_as: str, *, lacks: bool
) -> None:
    found = record(kiosk, stored(kiosk, a_card(ngay_sinh=born)))
    assert found.check_in.ngay_sinh == written_as
    assert ("ngay_sinh" in found.missing) is lacks


def test_what_the_desk_corrected_counts(kiosk: Kiosk) -> None:
    visit = stored(kiosk, a_card(ho_ten="Nguyễn Thị Mâu"))
    corrections.correct_field(DESK, kiosk, visit.visit_id, "ho_ten", "Nguyễn Thị Mẫu")
    assert record(kiosk, visit).check_in.ho_ten == "Nguyễn Thị Mẫu"


def test_what_the_hospital_system_says_of_the_visit_goes_before_the_desk(kiosk: Kiosk) -> None:
    visit = stored(kiosk, a_card())
    says = told(ma_doituong_kcb="1.3", ma_loai_kcb="03", ngay_vao="2026-11-22T08:00")
    tell(SYSTEM, kiosk, visit.visit_id, says)
    one = record(kiosk, visit).check_in
    assert (one.ma_doituong_kcb, one.ma_loai_kcb, one.ngay_vao) == ("1.3", "03", "202611220800")


@pytest.mark.parametrize("code", ["7", "7.2", "10"])
def test_drugs_by_appointment_are_a_kind_of_their_own(kiosk: Kiosk, code: str) -> None:
    assert record(kiosk, stored(kiosk, a_card(), code)).check_in.ma_loai_kcb == "07"


def test_a_card_that_takes_over_during_the_visit_stands_beside_the_first(kiosk: Kiosk) -> None:
    first = a_record(gt_the_den=date(2026, 11, 30))
    then = a_record(gt_the_tu=date(2026, 12, 1), gt_the_den=date(2027, 11, 30), ma_dkbd="79025")
    later = a_record(gt_the_tu=date(2027, 12, 1), gt_the_den=date(2028, 11, 30))
    kiosk = with_cards(kiosk, first, then, later)
    visit = stored(kiosk, first.card)
    tell(SYSTEM, kiosk, visit.visit_id, told())
    assert record(kiosk, visit).check_in.ma_the_bhyt == "DN4797900000011"
    clock = kiosk.clock
    clock.jump(days=12)  # type: ignore[attr-defined]
    tell(SYSTEM, kiosk, visit.visit_id, told(ngay_ra="2026-12-03T10:00"))
    one = record(kiosk, visit).check_in
    assert (one.ma_the_bhyt, one.ma_dkbd, one.gt_the_tu, one.gt_the_den) == (
        "DN4797900000011;DN4797900000011",
        "79014;79025",
        "20260101;20261201",
        "20261130;20271130",
    )
    assert not wrong_ones(check([one]))


def test_the_card_that_replaces_one_that_ended_is_the_second_one(kiosk: Kiosk) -> None:
    old = a_record(Status.THE_MOI, "GD4797900000011", gt_the_den=date(2026, 11, 22))
    new = a_record(ma_the="GD4797900000011", gt_the_tu=date(2026, 11, 23), ma_dkbd="79025")
    kiosk = with_cards(kiosk, old, new)
    visit = stored(kiosk, old.card)
    tell(SYSTEM, kiosk, visit.visit_id, told(ngay_yl="2026-11-23T07:00"))
    one = record(kiosk, visit).check_in
    assert (one.ma_the_bhyt, one.gt_the_den) == ("DN4797900000011;GD4797900000011", "20261122;")


def test_ten_digits_are_no_card_number_until_store_or_portal_know_the_card(kiosk: Kiosk) -> None:
    bare = a_card(ma_the=None, ma_so_bhxh="7900000011", gt_the_tu=None, ma_dkbd=None)
    nobody, known = with_cards(kiosk), with_cards(kiosk, a_record())
    visit = stored(kiosk, bare)
    assert "ma_the_bhyt" in record(nobody, visit).missing
    one = record(known, visit).check_in
    assert (one.ma_the_bhyt, one.gt_the_tu) == ("DN4797900000011", "20260101")


def test_several_cards_of_one_person_are_not_chosen_from(kiosk: Kiosk) -> None:
    bare = a_card(ma_the=None, ma_so_bhxh="7900000011", gt_the_tu=None)
    both = with_cards(kiosk, a_record(), a_record(ma_the="GD4797900000011"))
    assert "ma_the_bhyt" in record(both, stored(kiosk, bare)).missing


def test_a_temporary_number_is_registered_at_its_province_from_the_visit_on(kiosk: Kiosk) -> None:
    card = a_card(ma_the="TE1797900000042", ma_dkbd=None, gt_the_tu=None)
    kiosk = with_cards(kiosk)
    visit = stored(kiosk, card)
    tell(SYSTEM, kiosk, visit.visit_id, told(ngay_ra="2026-11-22T11:00"))
    one = record(kiosk, visit).check_in
    assert (one.ma_dkbd, one.gt_the_tu, one.gt_the_den) == ("79000", "20261122", "20261122")


@pytest.mark.parametrize(
    ("code", "portal_code", "end"),
    [
        ("QN", None, ""),
        ("CA", "002", ""),
        ("HC", "050", ""),
        ("QN", "000", "20271231"),
        ("DN", "050", "20271231"),
    ],
)
def test_of_army_and_police_an_end_from_paper_alone_stays_out(
    kiosk: Kiosk, code: str, portal_code: str | None, end: str
) -> None:
    card = a_card(ma_the=f"{code}5797900000013", gt_the_den=date(2027, 12, 31))
    kiosk = with_cards(kiosk)
    visit = stored(kiosk, card, portal="answered", portal_code=portal_code)
    one = record(kiosk, visit).check_in
    assert (one.gt_the_tu, one.gt_the_den) == ("20260101", end)


def test_an_end_that_the_insurers_list_gives_is_no_paper(kiosk: Kiosk) -> None:
    facts = {"ma_the": "HC4797900000013", "gt_the_den": date(2027, 12, 31)}
    known = with_cards(kiosk, a_record(origin=Origin.BHXH, **facts))
    visit = stored(kiosk, a_card(**facts))
    assert record(known, visit).check_in.gt_the_den == "20271231"


def test_place_and_end_are_the_portals_where_it_answered_after_the_scan(kiosk: Kiosk) -> None:
    says = {"gt_the_den": date(2026, 12, 31), "ma_dkbd": "79025"}
    portal = with_cards(kiosk, a_record(origin=Origin.PORTAL, **says))
    hospital = with_cards(kiosk, a_record(**says))
    visit = stored(kiosk, a_card(gioi_tinh=None))
    for known, place, end in ((portal, "79025", "20261231"), (hospital, "79014", "")):
        one = record(known, visit).check_in
        assert (one.ma_dkbd, one.gt_the_den, one.gioi_tinh) == (place, end, "2")


def test_a_time_of_a_wrong_clock_is_none(kiosk: Kiosk) -> None:
    visit = stored(kiosk, a_card())
    at = visit.happened_at.astimezone(UTC)
    write_alone(kiosk.written, ADMIN, ClockNoted(at, at + timedelta(minutes=5)))
    assert "ngay_vao" in record(kiosk, visit).missing
    tell(SYSTEM, kiosk, visit.visit_id, told(ngay_vao="2026-11-22T08:00"))
    assert record(kiosk, visit).check_in.ngay_vao == "202611220800"


def test_who_is_not_insured_needs_no_card(kiosk: Kiosk) -> None:
    visit = stored(kiosk, a_card(), "9")
    tell(SYSTEM, kiosk, visit.visit_id, told())
    found = record(kiosk, visit)
    assert (found.missing, found.check_in.ma_the_bhyt, found.check_in.gt_the_tu) == ((), "", "")


@pytest.mark.parametrize("number", ["12345", "079194", "abc"])
def test_a_citizen_number_of_another_form_stays_out(kiosk: Kiosk, number: str) -> None:
    assert record(kiosk, stored(kiosk, a_card(so_cccd=number))).check_in.so_cccd == ""


def test_a_patient_without_a_card_lacks_it_and_nothing_is_made_up(kiosk: Kiosk) -> None:
    answer = no_card.present_without_card(DESK, kiosk, "newborn", "Con bà Lê Thị Mẫu, 07:45")
    visit = receive(DESK, kiosk, answer).visit
    assert visit
    one = record(kiosk, visit)
    assert {"ngay_sinh", "gioi_tinh", "ma_the_bhyt"} <= {*one.missing}
    assert one.check_in.gt_the_tu == ""


def test_an_emergency_what_was_undone_and_what_was_erased_need_none(kiosk: Kiosk) -> None:
    emergency, undone, erased = (
        stored(kiosk, a_card(), "2"),
        *(stored(kiosk, a_card()) for _ in range(2)),
    )
    corrections.undo(DESK, kiosk, undone.visit_id, CancelReason.KHAC)
    corrections.erase(ADMIN, kiosk, erased.visit_id)
    found = [kiosk.written.visit(v.visit_id) for v in (emergency, undone, erased)]
    assert [built(kiosk, visit) for visit in found if visit] == [
        Unneeded.EMERGENCY,
        Unneeded.CANCELLED,
        Unneeded.ERASED,
    ]
    assert all(one.why for one in records_on(ADMIN, kiosk, kiosk.today(), check))


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ("079094000019||Nguyễn Văn Lính Mẫu|22121998|Nam|12 Đường Mẫu|01012022", "079094000019"),
        ("079094000019||Nguyễn Văn Linh Mẫu|22121998|Nam|12 Đường Mẫu|01012022", "079094000019"),
        ("079194000011||Nguyễn Thị Mẫu|05031994|Nữ|12 Đường Mẫu|01012022", ""),
        ("079094000019||Nguyễn Văn Lính Mẫu|22121989|Nam|12 Đường Mẫu|01012022", ""),
    ],
)
def test_the_number_of_a_citizen_card_shown_beside_is_the_patients_own_or_none(
    kiosk: Kiosk, card: str, expected: str
) -> None:
    shown = (b"QN5979700000259", card.encode())
    answer = check_in(DESK, kiosk, scan_of(shown, kiosk.today(), quet=True))
    visit = answer.visit or receive(DESK, kiosk, answer).visit
    assert visit
    assert record(kiosk, visit).check_in.so_cccd == expected
