"""A visit is what its events add up to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from verification.log.events import Event, EventKind
from verification.log.visit import (
    CachTrinh,
    CancelReason,
    DoiChieu,
    NguoiTrinh,
    Visit,
    advance,
    begin,
    visits_after,
)

EVENING = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)  # half past midnight in Vietnam


def event(kind: EventKind, seq: int = 3, **codes: Any) -> Event:
    """Return an event of desk 1 about the visit 1-2."""
    return Event("1", seq, EVENING, kind, EVENING, {"visit": "1-2"} | codes, "someone")


def a_visit() -> Visit:
    """Return a visit just begun."""
    return begin(
        event(
            EventKind.RECEIVED,
            2,
            of="1-1",
            verdict="eligible",
            reason="valid",
            rate="4/5",
            officer="quay-thu",
            cach_trinh="vssid",
        )
    )


def test_received_begins_a_visit_of_the_local_day() -> None:
    visit = a_visit()
    assert (visit.visit_id, visit.presented, visit.rate) == ("1-2", "1-1", "4/5")
    assert visit.day == date(2026, 11, 23)
    assert (visit.doi_chieu, visit.nguoi_trinh) == (DoiChieu.CHUA, NguoiTrinh.BAN_THAN)
    assert visit.cancelled is None


def test_a_visit_belongs_to_the_person_of_its_event_and_a_completion_may_name_another() -> None:
    visit = a_visit()
    assert visit.person_ref == "someone"
    completed = event(EventKind.COMPLETED, verdict="eligible", reason="valid")
    other = advance(visit, replace(completed, person_ref="other"))
    assert (other.person_ref, other.corrected) == ("other", ("1-3",))
    nobody = advance(visit, replace(completed, person_ref=None))
    assert nobody.person_ref == ""


@pytest.mark.parametrize("why", CancelReason)
def test_cancelled_keeps_the_reason(why: CancelReason) -> None:
    assert advance(a_visit(), event(EventKind.CANCELLED, why=why.value)).cancelled is why


@pytest.mark.parametrize("with_what", DoiChieu)
def test_the_comparison_of_the_photo_is_kept(with_what: DoiChieu) -> None:
    after = advance(a_visit(), event(EventKind.ID_CHECKED, doi_chieu=with_what.value))
    assert after.doi_chieu is with_what


def test_how_and_by_whom_can_be_corrected() -> None:
    visit = advance(a_visit(), event(EventKind.CORRECTED, cach_trinh="giay"))
    visit = advance(visit, event(EventKind.CORRECTED, nguoi_trinh="cha_me"))
    assert (visit.cach_trinh, visit.nguoi_trinh) == (CachTrinh.GIAY, NguoiTrinh.CHA_ME)
    assert visit.corrected == ()


def test_corrections_of_fields_are_kept_in_their_order() -> None:
    visit = advance(a_visit(), event(EventKind.CORRECTED, 3, field="ho_ten"))
    visit = advance(visit, event(EventKind.CORRECTED, 4, field="ho_ten"))
    assert visit.corrected == ("1-3", "1-4")


@pytest.mark.parametrize(
    "kind", [EventKind.NOTED, EventKind.VIEWED, EventKind.CONTENT_ERASED, EventKind.PRESENTED]
)
def test_other_events_change_nothing(kind: EventKind) -> None:
    assert advance(a_visit(), event(kind)) == a_visit()


def test_what_the_desk_was_told_changes_rate_and_code_and_may_take_them_away() -> None:
    after = advance(a_visit(), event(EventKind.TOLD, of="1-1", rate="1/1", ma_doituong_kcb="9"))
    assert (after.rate, after.ma_doituong_kcb) == ("1/1", "9")
    unknown = advance(after, event(EventKind.TOLD, of="1-1", told={}))
    assert (unknown.rate, unknown.ma_doituong_kcb) == (None, None)


def test_an_event_begins_or_changes_the_visit_that_it_names() -> None:
    before = a_visit()
    begun = event(EventKind.RECEIVED, 2, of="1-1", verdict="eligible", reason="valid")
    begun = replace(begun, codes={**begun.codes, "cach_trinh": "vssid", "officer": "quay-thu"})
    assert list(visits_after(begun, {}.get)) == [replace(before, rate=None)]
    undone = event(EventKind.CANCELLED, why="khac")
    known = visits_after(undone, {"1-2": before}.get)
    assert list(known) == [replace(before, cancelled=CancelReason.KHAC)]
    assert not list(visits_after(undone, {}.get))
    other = replace(undone, kind=EventKind.TOLD, codes={"of": "1-1"})
    assert not list(visits_after(other, {}.get))


def test_the_event_kinds_of_the_contract_are_there() -> None:
    named = {"presented", "received", "corrected", "id_checked", "cancelled", "content_erased"}
    assert named <= {kind.value for kind in EventKind}


def received(**codes: Any) -> Visit:
    """Return the visit that such a `received` event begins."""
    of = {"of": "1-1", "verdict": "eligible", "reason": "valid", "cach_trinh": "vssid"}
    return begin(event(EventKind.RECEIVED, 2, **of | codes))


def test_the_number_is_of_the_local_day_of_recording() -> None:
    visit = received(so_thu_tu=27)
    assert (visit.so_thu_tu, visit.ngay_so) == (27, date(2026, 11, 23))


def test_a_log_from_before_has_no_number() -> None:
    assert (received().so_thu_tu, received().ngay_so) == (None, None)


@pytest.mark.parametrize("said", ["2", -1, 0, 1_000_000, True, None])
def test_a_number_that_is_none_is_no_number(said: object) -> None:
    assert (received(so_thu_tu=said).so_thu_tu, received(so_thu_tu=said).ngay_so) == (None, None)


def test_a_room_is_chosen_and_changed_by_corrections() -> None:
    visit = advance(received(), event(EventKind.CORRECTED, 4, phong="P12"))
    assert visit.phong == "P12"
    assert advance(visit, event(EventKind.CORRECTED, 5, phong="P3")).phong == "P3"
    assert visit.corrected == ()  # no content of its own
