"""Once a hospital system told a diagnosis, the rules that read one (M06, M12) look at the visit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app_pages.review.visit_view import VisitView
from tests.case_support import AN
from tests.his_support import SYSTEM
from tests.support import DESK, payload
from verification.exchange.his import NotTold
from verification.exchange.his_fields import ToldByHis, read_told
from verification.log.events import EventKind
from verification.log.visit import CancelReason
from verification.log.visit_events import Flagged
from verification.reception import checkin, corrections
from verification.reception.answer import Scan
from verification.reception.told_by_his import tell
from verification.review import flagging
from verification.review.one_visit import visit_file
from verification.review.steps import Board
from verification.rights import command_line
from verification.rules.misuse import engine
from verification.rules.misuse.past_visit import past_visit

if TYPE_CHECKING:
    from tests.support import Clock
    from verification.adapters.store.sqlite.log import SqliteLog
    from verification.kiosk import Kiosk
    from verification.log.events import Event
    from verification.log.ports import LogTransaction
    from verification.log.visit import Visit

WOMAN, MAN = "patient-1", "s5"
DRUGS = {"ma_benh": "E11.9", "so_ngay_thuoc": 30, "ket_thuc": ""}


def arrived(kiosk: Kiosk, who: str = WOMAN) -> Visit:
    """Check a patient in, as any desk does: no diagnosis is known."""
    visit = checkin.check_in(DESK, kiosk, Scan((payload(who),)), again="tái khám").visit
    assert visit
    return visit


def told(kiosk: Kiosk, visit: Visit, **fields: Any) -> Event:
    """Let the hospital system tell something of a visit."""
    read = read_told(fields)
    assert isinstance(read, ToldByHis)
    return tell(SYSTEM, kiosk, visit.visit_id, read)


def flags(kiosk: Kiosk, *visits: Visit) -> list[tuple[str, str, str, str]]:
    """Return rule, state, case and visit of all that the rules said of diagnoses."""
    events = kiosk.written.events([EventKind.FLAGGED], visits[0].happened_at)
    return [
        (flag.rule, flag.state, flag.numbers.get("case", ""), flagged.visit or "")
        for flagged in (Flagged.of(event.codes) for event in events)
        for flag in flagged.flags
        if flag.rule in flagging.ON_DIAGNOSIS
    ]


def drugs_elsewhere(kiosk: Kiosk, clock: Clock, days: int = 60) -> None:
    """Let a list tell that the patient was given drugs at another house five days ago."""
    row = {
        "thoi_diem": clock.now.replace(tzinfo=None).isoformat(),
        "ma_the": "7900000201",
        "ma_cskcb": "79024",
        "ma_benh": "E11",
        "so_ngay_thuoc": str(days),
    }
    visit = past_visit(row)

    def work(log: LogTransaction) -> str:
        return log.history.put(visit, log.person("7900000201", []))

    kiosk.written.write(work)
    clock.forward(hours=5 * 24)


def test_drugs_of_the_last_visit_are_left_only_once_a_hospital_system_told_of_both(
    kiosk: Kiosk, clock: Clock
) -> None:
    first = arrived(kiosk)
    told(kiosk, first, **DRUGS)
    clock.forward(hours=10 * 24)
    second = arrived(kiosk)
    assert flags(kiosk, first) == []  # at the desk nobody knows today's diagnosis
    event = told(kiosk, second, ma_benh="E11.2")
    assert flags(kiosk, first) == [("M06", "hit", "here", second.visit_id)]
    flagged = kiosk.written.events([EventKind.FLAGGED], clock.now)[-1]
    assert Flagged.of(flagged.codes).answered == event.event_id
    assert (flagged.officer, flagged.person_ref) == (SYSTEM.officer, second.person_ref)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ({}, {"ma_benh": "E11"}),  # nothing was told of the first
        ({"ma_benh": "E11"}, {"ma_benh": "E11"}),  # no drugs
        ({"so_ngay_thuoc": 30}, {"ma_benh": "E11"}),  # for what is not told
        (DRUGS, {"ma_lk": "LK-2"}),  # no diagnosis today
        (DRUGS, {"ma_benh": "I10"}),  # another disease
        (DRUGS | {"so_ngay_thuoc": 12}, {"ma_benh": "E11"}),  # two days are left
        (DRUGS, {"ma_benh": "E11", "ma_loai_kcb": "07"}),  # comes for drugs by appointment
    ],
)
def test_without_one_of_these_the_rule_of_drugs_says_nothing(
    kiosk: Kiosk, clock: Clock, before: dict[str, Any], now: dict[str, Any]
) -> None:
    first = arrived(kiosk)
    if before:
        told(kiosk, first, **before)
    clock.forward(hours=10 * 24)
    told(kiosk, arrived(kiosk), **now)
    assert flags(kiosk, first) == []


def test_drugs_from_another_house_open_a_case_dated_from_when_it_was_told(
    kiosk: Kiosk, clock: Clock
) -> None:
    drugs_elsewhere(kiosk, clock)
    visit = arrived(kiosk)
    assert list(kiosk.written.cases.queue()) == []
    clock.forward(hours=9 * 24)  # a stay in a bed: it is told at discharge
    told(kiosk, visit, ma_benh="E11")
    assert flags(kiosk, visit) == [("M06", "hit", "elsewhere", visit.visit_id)]
    (case,) = kiosk.written.cases.queue()
    assert (case.presented, case.opened_at) == ((visit.presented,), clock.now)
    assert case.due is not None
    assert case.due > clock.now.date()


def test_an_obstetric_diagnosis_on_a_mans_card_is_flagged_once_it_is_told(kiosk: Kiosk) -> None:
    visit = arrived(kiosk, MAN)
    told(kiosk, visit, ma_lk="LK-1", ma_bn="BN-1")
    assert flags(kiosk, visit) == []
    told(kiosk, visit, ma_benh="O80")
    assert flags(kiosk, visit) == [("M12", "hit", "sex", visit.visit_id)]
    told(kiosk, visit, ma_benh="O80")  # the same again
    told(kiosk, visit, so_ngay_thuoc=3)
    assert len(flags(kiosk, visit)) == 1
    woman = arrived(kiosk)
    told(kiosk, woman, ma_benh="O80")
    assert len(flags(kiosk, visit)) == 1


def test_what_is_corrected_takes_the_flag_back_and_told_again_brings_it_back(kiosk: Kiosk) -> None:
    visit = arrived(kiosk, MAN)
    for code in ("O80", "K80", "O80"):
        told(kiosk, visit, ma_benh=code)
    assert [(rule, state) for rule, state, *_ in flags(kiosk, visit)] == [
        ("M12", "hit"),
        ("M12", "refuted"),
        ("M12", "hit"),
    ]


def test_drugs_that_are_told_late_flag_no_visit_that_was_meanwhile(
    kiosk: Kiosk, clock: Clock
) -> None:
    first = arrived(kiosk)
    clock.forward(hours=3 * 24)
    second = arrived(kiosk)
    told(kiosk, second, ma_benh="E11")
    told(kiosk, first, **DRUGS)
    assert flags(kiosk, first) == []
    clock.forward(hours=3 * 24)
    third = arrived(kiosk)
    told(kiosk, third, ma_benh="E11")
    assert flags(kiosk, first) == [("M06", "hit", "here", third.visit_id)]


def test_whom_a_hospital_system_told_dead_is_seen_at_the_next_check_in_until_it_is_corrected(
    kiosk: Kiosk, clock: Clock
) -> None:
    first = arrived(kiosk)
    told(kiosk, first, ket_thuc="tu_vong")
    clock.forward(hours=24)

    def here() -> list[tuple[str, str]]:
        scan = Scan((payload(WOMAN),))
        answer = checkin.check_in(DESK, kiosk, scan, again="khám lại")
        return [(flag.rule, flag.level) for flag in answer.flags if flag.rule == "M10"]

    assert here() == [("M10", "urgent")]
    told(kiosk, first, ket_thuc="")
    clock.forward(hours=24)
    assert here() == []


def test_an_undone_visits_drugs_are_left_to_nobody(kiosk: Kiosk, clock: Clock) -> None:
    first = arrived(kiosk)
    told(kiosk, first, **DRUGS)
    corrections.undo(DESK, kiosk, first.visit_id, CancelReason.NHAM_NGUOI)
    clock.forward(hours=24)
    second = arrived(kiosk)
    told(kiosk, second, ma_benh="E11")
    assert flags(kiosk, first) == []
    with pytest.raises(NotTold):
        told(kiosk, first, ma_benh="O80")


def test_of_two_visits_from_one_presentation_the_one_that_was_told_is_flagged(
    kiosk: Kiosk, clock: Clock
) -> None:
    answer = checkin.present(DESK, kiosk, Scan((payload(MAN),)))
    first = checkin.receive(DESK, kiosk, answer).visit
    clock.forward(minutes=1)
    second = checkin.receive(DESK, kiosk, answer, again="mắt").visit
    assert first
    assert second
    assert first.visit_id != second.visit_id
    told(kiosk, first, ma_benh="O80")
    assert flags(kiosk, first) == [("M12", "hit", "sex", first.visit_id)]
    told(kiosk, second, ma_benh="H25")
    assert len(flags(kiosk, first)) == 1


def test_a_rule_that_fails_loses_nothing_of_what_was_told(
    kiosk: Kiosk, log: SqliteLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = arrived(kiosk)

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(engine, "run", broken)
    event = told(kiosk, visit, ma_benh="O80")
    after = log.visit(visit.visit_id)
    assert after
    assert after.his == (event.event_id,)
    found = [Flagged.of(e.codes) for e in log.events([EventKind.FLAGGED], visit.happened_at)]
    assert [(flag.rule, flag.state) for one in found for flag in one.flags] == [("M00", "error")]


def test_what_was_told_stands_in_the_story_of_the_visit_with_what_the_rules_read(
    kiosk: Kiosk,
) -> None:
    visit = arrived(kiosk, MAN)
    told(kiosk, visit, ma_bn="BN-77", ma_lk="LK-77", **DRUGS | {"ket_thuc": "chuyen_vien"})
    told(kiosk, visit, ma_benh="O80")
    told(kiosk, visit, ma_benh="K80", ket_thuc="2026-11-25")
    assert EventKind.HIS_TOLD in [e.kind for e in visit_file(AN, kiosk, visit.visit_id).story]
    drawn = str(VisitView(AN, kiosk, Board("vi", "visits")).opened_visit(visit.visit_id))
    assert "HIS thu: báo mã bệnh E11.9, số ngày thuốc 30, kết thúc chuyển viện, mã" in drawn
    assert "HIS thu: báo mã bệnh K80, kết thúc 25/11/2026" in drawn
    assert "cờ M12 không còn đúng: Cổng BHXH hoặc HIS cho biết khác" in drawn
    assert "BN-77" not in drawn


def test_erasing_a_visit_erases_what_was_told_of_it(
    kiosk: Kiosk, log: SqliteLog, clock: Clock
) -> None:
    visit = arrived(kiosk)
    event = told(kiosk, visit, ma_bn="BN-77", **DRUGS)
    corrections.erase(command_line("quan-tri"), kiosk, visit.visit_id)
    assert log.content(event.event_id) is None
    assert visit.person_ref
    (left,) = log.history.visits_of(visit.person_ref, 0, 10**10)
    assert (left.ma_benh, left.so_ngay_thuoc) == ("", 0)
    clock.forward(hours=24)
    told(kiosk, arrived(kiosk), ma_benh="E11")
    assert flags(kiosk, visit) == []
    with pytest.raises(NotTold):
        told(kiosk, visit, ma_benh="O80")
