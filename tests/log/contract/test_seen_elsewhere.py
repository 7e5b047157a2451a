"""What the portal tells of visits elsewhere, in the history of both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.log.portal_support import answered, cancelled, presented, received, say
from tests.support import DESK, MORNING, payload
from verification.basics.dates import VIETNAM, PartialDate
from verification.card.facts import Card
from verification.card.portal import PortalAnswer, PortalOutcome, SeenVisit
from verification.log.observations import observed
from verification.log.portal_events import PortalKept
from verification.log.visit import CancelReason
from verification.log.visit_events import ContentErased
from verification.reception import checkin
from verification.reception import corrections as visits
from verification.reception.answer import Scan
from verification.reception.portal_answers import note
from verification.rights import Actor, Role
from verification.rules.misuse.facts import day_of
from verification.rules.misuse.past_visit import PastVisit

if TYPE_CHECKING:
    from tests.log.contract.engines import AnyLog, Engine
    from tests.support import Clock
    from verification.kiosk import Kiosk
    from verification.log.ports import Log
    from verification.rules.misuse.facts import Occasion

MANAGER = Actor("chi", frozenset(Role), "1")
NUMBER = "DN4797900000201"
TODAY = day_of(int(MORNING.timestamp()))
CARD = Card(ma_the=NUMBER, ho_ten="Người Mẫu", ngay_sinh=PartialDate(1955, 7), gioi_tinh="1")
OUT = SeenVisit(
    "HS-1", "01028", MORNING - timedelta(days=9), MORNING - timedelta(days=9), ten_benh="I10 - x"
)


def ago(days: int, hour: int = 9) -> datetime:
    """Return a moment some days ago."""
    return (MORNING - timedelta(days=days)).replace(hour=hour, minute=0)


def told(*visits: SeenVisit, card: Card | None = CARD, **more: Any) -> dict[str, Any]:
    """Return the content of an answer that tells of some visits."""
    answer = PortalAnswer(PortalOutcome.ANSWERED, MORNING, code="000", card=card, visits=visits)
    return observed(replace(answer, **more))


def tell(log: Log, *visits: SeenVisit, of: str | None = None, person: str = "p") -> str:
    """Log an answer that tells of some visits; return the event."""
    content = told(*visits)
    return answered(log, of or presented(log, person), person=person, content=content).event_id


def history(log: Log, person: str = "p") -> list[Occasion]:
    """Return all visits of a person that are known."""
    return list(log.history.visits_of(person, 0, 10**10))


def test_what_the_portal_tells_of_visits_elsewhere_joins_the_history(port: AnyLog) -> None:
    tell(port, OUT)
    (found,) = history(port)
    assert (found.ma_cskcb, found.day, found.received) == ("01028", TODAY - 9, True)
    assert (found.desk, found.officer, found.typed, found.reason) == ("", "", False, "")
    assert (found.sex, found.born, found.ma_benh) == ("1", 1955, "I10")
    assert (found.code, found.gt_the_tu, found.gt_the_den) == ("", None, None)
    assert (found.end_day, found.outcome, found.timed) == (None, "", True)
    assert not any(text in str(found) for text in (NUMBER, "HS-1", "7900000201"))


def test_the_same_visit_told_again_is_one_row_brought_up_to_date(
    port: AnyLog, clock: Clock
) -> None:
    stay = SeenVisit("HS-7", "01028", ago(5))
    tell(port, stay)
    (lying,) = history(port)
    assert lying.end_day == TODAY + 1  # so long it is known to last
    clock.forward(days=3)
    tell(port, replace(stay, ngay_ra=ago(1), ten_benh="J18"))
    (ended,) = history(port)
    assert (ended.id, ended.end_day, ended.ma_benh) == (lying.id, TODAY - 1, "J18")


def test_without_a_number_of_the_portal_place_and_time_tell_one_visit_from_another(
    port: AnyLog,
) -> None:
    bare = replace(OUT, ma_ho_so="")
    tell(port, bare, replace(bare, ma_cskcb="04021"), replace(bare, ngay_vao=ago(3), ngay_ra=None))
    tell(port, bare)
    assert len(history(port)) == 3


def test_our_own_visits_are_not_taken_from_the_portal(port: AnyLog) -> None:
    tell(port, replace(OUT, ma_cskcb="79014"), replace(OUT, ma_cskcb=" 79014 "))
    assert history(port) == []


@pytest.mark.parametrize("facility", [None, ""])
def test_where_our_own_facility_is_not_known_nothing_is_taken(
    port: AnyLog, facility: str | None
) -> None:
    tell(port, OUT, of=presented(port, facility=facility))
    assert history(port) == []


@pytest.mark.parametrize(
    "row",
    [
        replace(OUT, ngay_vao=None),
        replace(OUT, ma_cskcb=""),
        replace(OUT, ma_cskcb="không rõ"),
        replace(OUT, ngay_vao=datetime(1, 1, 1, tzinfo=VIETNAM)),
        replace(OUT, ngay_vao=datetime(9999, 12, 31, 23, tzinfo=VIETNAM)),
        replace(OUT, ngay_vao=MORNING + timedelta(days=2)),
    ],
)
def test_a_row_that_cannot_be_read_is_left_out_and_hides_no_other(
    port: AnyLog, row: SeenVisit
) -> None:
    tell(port, row, replace(OUT, ma_ho_so="HS-2", ngay_vao=ago(2), ngay_ra=ago(2)))
    assert [one.day for one in history(port)] == [TODAY - 2]


def test_an_hour_that_is_not_told_stays_unknown(port: AnyLog) -> None:
    day = replace(OUT, timed=False)
    lost = replace(OUT, ma_ho_so="HS-2", ngay_vao=ago(3, 0))
    tell(port, day, lost)
    assert [(one.timed, one.hour) for one in history(port)] == [(False, 0), (False, 0)]


@pytest.mark.parametrize(
    ("row", "end", "outcome"),
    [
        (SeenVisit("1", "01028", ago(9), ago(4)), TODAY - 4, ""),
        (SeenVisit("1", "01028", ago(9), ago(9, 17)), None, ""),
        (SeenVisit("1", "01028", ago(9), ago(4), tinh_trang="2"), TODAY - 4, "chuyen_vien"),
        (SeenVisit("1", "01028", ago(9), ago(4), ket_qua="5"), TODAY - 4, "tu_vong"),
        (SeenVisit("1", "01028", ago(9), ket_qua="5"), None, "tu_vong"),
        (SeenVisit("1", "01028", ago(9)), TODAY + 1, ""),
        (SeenVisit("1", "01028", ago(9), tinh_trang="1"), None, ""),  # it ended, when is not told
        (SeenVisit("1", "01028", ago(0, 7)), None, ""),  # of today: perhaps no stay
        (SeenVisit("1", "01028", ago(9), ago(12)), None, ""),  # ended before it began
    ],
)
def test_the_end_of_a_visit_is_told_as_the_rules_read_it(
    port: AnyLog, row: SeenVisit, end: int | None, outcome: str
) -> None:
    tell(port, row)
    (found,) = history(port)
    assert (found.end_day, found.outcome) == (end, outcome)


def test_visits_on_the_number_that_was_looked_up_once_more_are_taken_too(port: AnyLog) -> None:
    then = PortalAnswer(PortalOutcome.ANSWERED, MORNING, code="000", visits=(OUT,))
    answered(port, presented(port), content=told(card=None, visits=None, then=then))
    assert [one.ma_cskcb for one in history(port)] == ["01028"]


def test_a_childs_number_is_known_of_all_visits_and_another_number_of_none(port: AnyLog) -> None:
    child = Card(ma_the="TE1797900000201", ngay_sinh=PartialDate(2026, 10))
    answered(port, presented(port), content=told(OUT, card=child))
    assert [(one.code, one.born) for one in history(port)] == [("TE1", 2026)]


def test_an_answer_about_nobody_known_adds_nothing(port: AnyLog) -> None:
    answered(port, presented(port), person=None, content=told(OUT))
    answered(port, "1-99", content=told(OUT))
    answered(port, presented(port), content=None)
    assert history(port) == []


def test_a_visit_that_a_list_told_too_is_one_unless_the_portal_knows_how_it_ended(
    port: AnyLog,
) -> None:
    at = int(ago(9).timestamp())
    listed = PastVisit(at, "01028", card={"ma_the": NUMBER}, beside={"ma_benh": "I10"})
    port.write(lambda log: log.history.put(listed, "p"))
    plain = SeenVisit("HS-9", "1028", ago(9), ago(9), timed=False)  # a table lost the zero
    tell(port, plain)
    assert [one.id[:3] for one in history(port)] == ["ls-"]
    tell(port, replace(plain, ket_qua="5"))
    assert sorted(one.outcome for one in history(port)) == ["", "tu_vong"]


# ---- made again, and erased


def test_a_rebuild_makes_the_same_rows_and_keeps_what_lists_told(
    port: AnyLog, clock: Clock
) -> None:
    other = PastVisit(int(ago(30).timestamp()), "04021", card={"ma_the": NUMBER})
    port.write(lambda log: log.history.put(other, "p"))
    stay = SeenVisit("HS-7", "01028", ago(5))
    tell(port, stay, OUT)
    clock.forward(days=1)
    tell(port, replace(stay, ngay_ra=ago(1)))
    before = history(port)
    assert len(before) == 3
    port.rebuild()
    assert history(port) == before


def test_with_an_erased_answer_goes_what_no_other_answer_tells(port: AnyLog, clock: Clock) -> None:
    stay, only = SeenVisit("HS-7", "01028", ago(5)), replace(OUT, ma_ho_so="HS-8")
    tell(port, stay)
    before = history(port)
    clock.forward(days=1)
    second = tell(port, replace(stay, ngay_ra=ago(2)), only)
    tell(port, OUT, person="another")
    assert len(history(port)) == 2

    port.write(lambda log: log.erase(second))
    say(port, ContentErased("1-9", (second,)))
    assert history(port) == before  # as the first answer told it
    assert len(history(port, "another")) == 1
    port.rebuild()
    assert history(port) == before


def test_content_that_cannot_be_read_tells_of_nothing(
    port: AnyLog, engine: Engine, clock: Clock
) -> None:
    tell(port, OUT)
    before = history(port)
    clock.forward(hours=1)
    broken = tell(port, replace(OUT, ma_ho_so="HS-2", ngay_vao=ago(2)))
    assert len(history(port)) == 2
    engine.tamper(broken, replace(engine.kept(broken), sealed=b"no content"))
    port.rebuild()
    assert history(port) == before


def test_undoing_a_visit_leaves_what_the_portal_told_of_the_person(port: AnyLog) -> None:
    of = presented(port)
    visit = received(port, of)
    tell(port, OUT, of=of)
    cancelled(port, visit)
    assert [one.ma_cskcb for one in history(port)] == ["01028"]


def test_erasing_a_visit_erases_what_the_portal_said_and_what_the_desk_wrote_to_it(
    kiosk: Kiosk, port: AnyLog
) -> None:
    answer = checkin.check_in(DESK, kiosk, Scan((payload("patient-1"),)))
    of, person, visit = answer.event.event_id, answer.event.person_ref, answer.visit
    assert visit is not None
    number = answer.verdict.card.ma_the if answer.verdict.card else None
    assert (number, person) != (None, None)
    told_of = answered(port, of, (visit.visit_id,), person=person, content=told(OUT))
    kept = PortalKept(visit.visit_id, told_of.event_id, "giay_to")
    reason = say(port, kept, person, {"ghi_chu": "đã xem giấy tờ"})
    noted = visits.note(DESK, kiosk, visit.visit_id, "hẹn chị Mẫu lấy kết quả")
    undone = visits.undo(DESK, kiosk, visit.visit_id, CancelReason.KHAC, "chị Mẫu đổi ý")
    assert [one.event_id for one in port.exchanged.answers([str(number)], 9)] == [told_of.event_id]
    visits.erase(MANAGER, kiosk, visit.visit_id)
    for _ in range(2):
        assert list(port.exchanged.answers([str(number)], 9)) == []
        held = [port.content(one.event_id) for one in (told_of, reason, noted, undone)]
        assert held == [None] * 4
        assert history(port, str(person)) == []
        assert list(port.unreadable()) == []
        port.rebuild()


def test_an_answer_that_comes_after_the_erasure_is_written_without_the_person(
    kiosk: Kiosk, port: AnyLog
) -> None:
    answer = checkin.check_in(DESK, kiosk, Scan((payload("patient-1"),)))
    assert answer.visit is not None
    visits.erase(MANAGER, kiosk, answer.visit.visit_id)
    late = PortalAnswer(PortalOutcome.ANSWERED, MORNING, code="000", card=CARD, visits=(OUT,))
    event = note(kiosk, answer.event, late, "desk")
    assert event.codes["code"] == "000"
    assert not port.content(event.event_id)
    assert [one.ma_cskcb for one in history(port, str(answer.event.person_ref))] == ["79014"]
