"""A case with its evidence: what is seen, what is logged, what may leave the house."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.case_support import (
    AN,
    AUDITOR,
    BINH,
    CHI,
    RECEPTION,
    WHY,
    a_flag,
    arrive,
    now,
    only_case,
    silent,
)
from tests.support import MORNING, Clock, payload
from verification.basics.errors import Forbidden, RequestError
from verification.log.case import CaseOutcome, Proposed
from verification.log.events import EventKind, NewEvent
from verification.reception import checkin, corrections
from verification.reception.answer import Scan
from verification.review import case_file, cases, figures, four_eyes
from verification.review.labels import answer_words, flag_sentence, pair_words
from verification.rights import Actor, Role
from verification.rules.misuse.past_visit import PastVisit

if TYPE_CHECKING:
    from verification.kiosk import Kiosk
    from verification.review.evidence import CaseFile

BEGIN = MORNING - timedelta(days=1)


def logged(kiosk: Kiosk, kind: EventKind) -> list[dict[str, Any]]:
    """Return the codes of all events of a kind."""
    return [dict(event.codes) for event in kiosk.written.events([kind], BEGIN)]


def opened(kiosk: Kiosk) -> CaseFile:
    """Return the file of the one case."""
    return case_file.open_file(AN, kiosk, only_case(kiosk).number)


def approved_report(kiosk: Kiosk) -> str:
    """Let two people agree to a report; return the number of the case."""
    case = cases.take_next(AN, kiosk)
    assert case is not None
    proposal = four_eyes.propose(AN, kiosk, case.number, Proposed.REPORT).proposal
    assert proposal is not None
    four_eyes.approve(BINH, kiosk, case.number, proposal)
    return case.number


def test_the_name_on_the_qr_stands_beside_the_one_in_the_store(kiosk: Kiosk) -> None:
    answer = checkin.present(RECEPTION, kiosk, Scan((payload("case-other-name"),)))
    checkin.receive(RECEPTION, kiosk, answer)
    arrive(kiosk, "patient-1", a_flag("M08", visits=[]))
    newest, first = opened(kiosk).rows
    (differing,) = first.differences
    assert differing.fact == "ho_ten"
    assert any(piece.differs for piece in differing.shown)
    assert newest.differences == ()
    assert newest.rules == ("M08",)


def test_visits_elsewhere_are_evidence_too(kiosk: Kiosk) -> None:
    answer = arrive(kiosk, "patient-1")
    stay = PastVisit(
        int((MORNING - timedelta(days=3)).timestamp()), "79002", beside={"ket_thuc": "2026-11-21"}
    )
    person = answer.event.person_ref
    assert person is not None
    kiosk.written.write(lambda log: log.history.put(stay, person))
    here, elsewhere = opened(kiosk).rows
    assert (here.ma_cskcb, here.desk, elsewhere.ma_cskcb, elsewhere.desk) == (
        "79014",
        "1",
        "79002",
        "",
    )
    assert elsewhere.until is not None


def test_other_dates_on_the_qr_are_told(kiosk: Kiosk) -> None:
    answer = checkin.present(RECEPTION, kiosk, Scan((payload("case-other-dates"),)))
    checkin.receive(RECEPTION, kiosk, answer)
    arrive(kiosk, "patient-1")
    file = opened(kiosk)
    assert any("gt_the_den" in row.otherwise or "gt_the_tu" in row.otherwise for row in file.rows)
    assert file.changes


def test_what_the_desk_answered_stands_at_the_visit(kiosk: Kiosk) -> None:
    answer = arrive(kiosk, "patient-1")
    (flagged,) = kiosk.written.events([EventKind.FLAGGED], BEGIN)
    codes = {"of": flagged.event_id, "answer": "cap_cuu", "officer": "le-tan"}
    person = answer.event.person_ref
    answered = NewEvent("1", EventKind.FLAG_ANSWERED, None, codes, person)
    kiosk.written.write(lambda log: log.append(answered))
    (row,) = opened(kiosk).rows
    assert answer_words(kiosk, row.answer, "vi") == "Cấp cứu"


def test_a_flag_of_an_older_version_is_still_told(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1", a_flag("M08", numbers={"case": "several"}))
    assert flag_sentence(kiosk, only_case(kiosk).parts[0], "vi")


def test_the_whole_number_is_shown_on_demand_and_the_look_is_logged(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1")
    number = only_case(kiosk).number
    assert case_file.view_number(AN, kiosk, number, "giam-dinh") == "DN4797900000201"
    (look,) = logged(kiosk, EventKind.VIEWED)
    assert (look["officer"], look["case"], look["why"]) == ("an", number, "giam-dinh")
    manager = Actor("quan-tri", frozenset({Role.ADMINISTRATOR}), "1")
    with pytest.raises(Forbidden):
        case_file.view_number(manager, kiosk, number, "giam-dinh")


def test_a_look_at_a_case_leaves_a_proposal_standing(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1")
    case = cases.take_next(AN, kiosk)
    assert case is not None
    proposal = four_eyes.propose(AN, kiosk, case.number, Proposed.CONFIRMED, WHY).proposal
    assert proposal is not None
    case_file.view_number(BINH, kiosk, case.number, "giam-dinh")
    case_file.print_inside(BINH, kiosk, case.number)
    assert four_eyes.approve(BINH, kiosk, case.number, proposal).outcome is CaseOutcome.CONFIRMED


def test_no_report_leaves_the_house_without_a_second_person(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1")
    case = cases.take_next(AN, kiosk)
    assert case is not None
    with pytest.raises(RequestError, match="người thứ hai"):
        case_file.report(AN, kiosk, case.number)
    four_eyes.propose(AN, kiosk, case.number, Proposed.REPORT)
    with pytest.raises(RequestError, match="người thứ hai"):
        case_file.report(AN, kiosk, case.number)


def test_an_approved_report_is_issued_once_by_its_maker(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1")
    number = approved_report(kiosk)
    with pytest.raises(RequestError):
        case_file.report(BINH, kiosk, number)
    file = case_file.report(AN, kiosk, number)
    assert file.approved_by == "binh"
    with pytest.raises(RequestError):
        case_file.report(AN, kiosk, number)
    assert [codes["officer"] for codes in logged(kiosk, EventKind.CASE_REPORTED)] == ["an"]


def test_an_approval_that_was_not_used_within_days_is_void(kiosk: Kiosk, clock: Clock) -> None:
    arrive(kiosk, "patient-1")
    number = approved_report(kiosk)
    clock.forward(days=8)
    with pytest.raises(RequestError, match="người thứ hai"):
        case_file.report(AN, kiosk, number)
    assert case_file.print_inside(AN, kiosk, number).approved_by is None


@pytest.mark.parametrize(
    ("back", "issued"),
    [({"seconds": 2}, True), ({"minutes": 5}, True), ({"minutes": 6}, False), ({"days": 9}, False)],
)
def test_a_clock_set_back_makes_no_approval_younger(
    kiosk: Kiosk, clock: Clock, back: dict[str, float], *, issued: bool
) -> None:
    arrive(kiosk, "patient-1")
    number = approved_report(kiosk)
    clock.jump(**{unit: -by for unit, by in back.items()})
    if issued:
        assert case_file.report(AN, kiosk, number).approved_by
    else:
        with pytest.raises(RequestError, match="người thứ hai"):
            case_file.report(AN, kiosk, number)


def test_who_received_a_visit_neither_opens_nor_prints_nor_sees_the_number(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1", by=replace(CHI, desk="1"))
    number = only_case(kiosk).number
    for look in (
        lambda: case_file.open_file(CHI, kiosk, number),
        lambda: case_file.print_inside(CHI, kiosk, number),
        lambda: case_file.view_number(CHI, kiosk, number, "giam-dinh"),
    ):
        with pytest.raises(Forbidden, match="đã tiếp đón"):
            look()
    assert logged(kiosk, EventKind.EXPORTED) + logged(kiosk, EventKind.VIEWED) == []


def test_no_words_of_the_browser_reach_the_log_as_a_kind_of_list(kiosk: Kiosk) -> None:
    with pytest.raises(RequestError):
        figures.case_list(AN, kiosk, BEGIN, "Nguyễn Văn Mẫu")
    assert logged(kiosk, EventKind.EXPORTED) == []


def test_new_flags_void_an_approved_report(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1")
    number = approved_report(kiosk)
    arrive(kiosk, "patient-1", a_flag("M08"))
    with pytest.raises(RequestError):
        case_file.report(AN, kiosk, number)


def test_lists_and_prints_are_logged_and_need_the_right(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1")
    number = only_case(kiosk).number
    case_file.print_inside(AN, kiosk, number)
    found = figures.case_list(AN, kiosk, BEGIN, "csv")
    assert [case.number for case in found] == [number]
    assert [codes["what"] for codes in logged(kiosk, EventKind.EXPORTED)] == ["case", "case_list"]
    for use_case in (case_file.print_inside, case_file.report):
        with pytest.raises(Forbidden):
            use_case(RECEPTION, kiosk, number)


def test_outcomes_and_flags_are_counted_per_rule(kiosk: Kiosk) -> None:
    for slug, outcome in (("patient-1", CaseOutcome.VALUABLE), ("patient-2", CaseOutcome.FALSE)):
        arrive(kiosk, slug, a_flag("M02"), a_flag("M08"))
        case = cases.take_next(AN, kiosk)
        assert case is not None
        cases.close(AN, kiosk, case.number, outcome, WHY)
    assert figures.tallies(AN, kiosk, BEGIN)["M08"] == {
        CaseOutcome.CONFIRMED: 0,
        CaseOutcome.VALUABLE: 1,
        CaseOutcome.FALSE: 1,
    }
    counts = figures.flags_by_day(AN, kiosk, BEGIN)
    assert {rule: n for (_, rule), n in counts.items()} == {"M02": 2, "M08": 2}


def test_the_file_of_a_desk_shows_what_was_presented_there(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1", a_flag("M13"), desk=True)
    file = opened(kiosk)
    assert [row.desk for row in file.rows] == ["1"]
    assert file.card["ma_the"] == "DN4797900000201"


def test_the_file_of_a_desk_shows_all_that_its_flag_counts_with_the_officer(kiosk: Kiosk) -> None:
    tried = checkin.present(CHI, silent(kiosk), Scan((payload("patient-2"),)))
    visit = checkin.check_in(RECEPTION, silent(kiosk), Scan((payload("s2"),))).visit
    assert visit is not None
    counted = [tried.event.event_id, visit.visit_id]
    arrive(kiosk, "patient-1", a_flag("M13", visits=counted), desk=True)
    rows = opened(kiosk).rows
    assert {row.visit for row in rows} > set(counted)
    assert sorted(row.officer for row in rows) == ["chi", "le-tan", "le-tan"]


def test_a_case_goes_to_an_auditor_with_an_account_and_to_nobody_else(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1")
    case = cases.take_next(AN, kiosk)
    assert case is not None
    for other in ("khong-co", RECEPTION.officer):
        with pytest.raises(RequestError, match="Không có giám định viên"):
            cases.set_dates(AN, kiosk, case.number, due=kiosk.today(), diary=None, to=other)


def test_an_officer_of_the_same_name_elsewhere_is_the_same_officer(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1", by=replace(RECEPTION, officer="an"))
    with pytest.raises(Forbidden):
        cases.take(Actor("an", AUDITOR, "giam-dinh"), kiosk, only_case(kiosk).number)
    assert now(kiosk, only_case(kiosk).number).held_by is None


def test_birth_sex_and_the_citizen_card_beside_stand_side_by_side_too(kiosk: Kiosk) -> None:
    text = payload("patient-1").decode()
    other = text.replace("18/06/1987|2", "18/06/1978|1").encode()
    assert other != text.encode()
    citizen = "001178000001||Đặng Thị Thẳng Mậu|18061987|Nữ|201 Đường Mẫu|01012022".encode()
    answer = checkin.check_in(RECEPTION, kiosk, Scan((other, citizen)))
    assert answer.visit is not None
    arrive(kiosk, "patient-1")
    rows = opened(kiosk).rows
    row = next(r for r in rows if r.visit == answer.visit.visit_id)
    said = [(pair.fact, pair.on_citizen_card) for pair in row.differences]
    assert said == [
        ("ngay_sinh", False),
        ("gioi_tinh", False),
        ("ho_ten", True),
        ("so_cccd", True),
    ]
    number = next(pair for pair in row.differences if pair.fact == "so_cccd")
    shown = "".join(piece.text for piece in number.shown)
    assert shown == "••••••••0001"  # masked, and marked where it differs
    words = [pair_words(pair, "vi").text for pair in row.differences]
    assert words[0] == "ngày sinh: xuất trình 18/06/1978, dữ liệu thẻ 18/06/1987"
    assert words[1] == "giới tính: xuất trình nam, dữ liệu thẻ nữ"
    assert words[2].startswith("họ tên: trên CCCD Đặng Thị Thẳng Mậu")


def test_what_the_desk_corrected_stands_as_it_was_and_as_it_is(kiosk: Kiosk) -> None:
    answer = arrive(kiosk, "patient-1")
    assert answer.visit is not None
    visit = answer.visit.visit_id
    corrections.correct_field(RECEPTION, kiosk, visit, "ho_ten", "Trần Văn Khác")
    corrections.correct_field(RECEPTION, kiosk, visit, "ngay_sinh", "1950")
    row = next(r for r in opened(kiosk).rows if r.visit == visit)
    words = [pair_words(pair, "vi", corrected=True).text for pair in row.corrected]
    assert words == [
        "họ tên: đã sửa thành Trần Văn Khác, trước khi sửa Đặng Thị Thẳng Mẫu",
        "ngày sinh: đã sửa thành 1950, trước khi sửa 18/06/1987",
    ]


def test_a_name_that_only_is_spelled_otherwise_is_no_difference(kiosk: Kiosk) -> None:
    text = payload("patient-1").decode()
    name = "Đặng Thị Thẳng Mẫu".encode().hex()
    for spelled in ("ÐẶNG THỊ THẲNG MẪU", "Ä\x90áº·ng Thá»‹ Tháº³ng Máº«u", "§Æng ThÞ Th¼ng MÉu"):
        shown = text.replace(name, spelled.encode().hex()).encode()
        checkin.check_in(RECEPTION, kiosk, Scan((shown,)), again="thử")
    arrive(kiosk, "patient-1")
    assert all(row.differences == () for row in opened(kiosk).rows)
