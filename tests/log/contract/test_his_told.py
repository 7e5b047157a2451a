"""What a hospital system told of a visit, in the history of both engines."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.log.portal_support import cancelled, presented, received, say
from tests.log.sending_support import erased, his_told
from tests.support import MORNING
from verification.log.visit_events import ContentErased
from verification.rules.misuse.facts import day_of

if TYPE_CHECKING:
    from tests.log.contract.engines import AnyLog, Engine
    from verification.log.events import Event
    from verification.log.ports import Log
    from verification.rules.misuse.facts import Occasion

TODAY = day_of(int(MORNING.timestamp()))
ALL = {
    "ma_benh": "E11.9",
    "so_ngay_thuoc": 30,
    "ket_thuc": "",
    "ma_loai_kcb": "05",
    "ma_doituong_kcb": "1.5",
}
BED = {"ngay_vao_noi_tru": "2026-11-22T14:00+07:00"}
OUT = {"ngay_ra": "2026-11-26T10:00+07:00"}


def tell(log: Log, visit: str, **told: Any) -> Event:
    """Log that the hospital system told some fields of a visit."""
    return his_told(log, visit, {"his": told})


def visit(log: Log, person: str = "p", **more: Any) -> str:
    """Log that somebody was received; return the visit."""
    return received(log, presented(log, person), None, person, **more)


def history(log: Log, person: str = "p") -> list[Occasion]:
    """Return all visits of a person that are known."""
    return list(log.history.visits_of(person, 0, 10**10))


def test_what_was_told_stands_in_the_history_of_its_visit_alone(port: AnyLog) -> None:
    one, other = visit(port), visit(port, "q")
    (before,), others = history(port), history(port, "q")
    tell(port, one, **ALL)
    (found,) = history(port)
    assert found == replace(
        before, ma_benh="E11.9", so_ngay_thuoc=30, ma_loai_kcb="05", ma_doituong_kcb="1.5"
    )
    assert history(port, "q") == others
    assert (found.id, other) == (one, others[0].id)


def test_a_visit_of_which_nothing_was_told_has_no_diagnosis(port: AnyLog) -> None:
    visit(port)
    (found,) = history(port)
    assert (found.ma_benh, found.so_ngay_thuoc, found.end_day, found.outcome) == ("", 0, None, "")


def test_a_field_that_is_not_told_says_nothing_and_one_told_again_replaces(port: AnyLog) -> None:
    one = visit(port)
    tell(port, one, ma_benh="E11", so_ngay_thuoc=30)
    tell(port, one, ma_bn="BN-1", ma_lk="LK-1", ngay_vao="2026-11-22T08:00+07:00")
    tell(port, one, ket_thuc="chuyen_vien")
    (found,) = history(port)
    assert (found.ma_benh, found.so_ngay_thuoc, found.outcome) == ("E11", 30, "chuyen_vien")
    tell(port, one, ma_benh="I10", so_ngay_thuoc=0)
    tell(port, one, ket_thuc="")
    (found,) = history(port)
    assert (found.ma_benh, found.so_ngay_thuoc, found.outcome) == ("I10", 0, "")
    assert found.ma_bn is None


@pytest.mark.parametrize(
    ("told", "end", "outcome"),
    [
        ([{"ket_thuc": "2026-11-25"}], TODAY + 3, ""),
        ([{"ket_thuc": "2026-11-22"}], TODAY, ""),
        ([{"ket_thuc": "2026-11-21"}], None, ""),  # before it began: none
        ([{"ket_thuc": "tu_vong"}], None, "tu_vong"),
        ([BED | OUT | {"ket_thuc": "tu_vong"}], TODAY + 4, "tu_vong"),
        ([OUT], None, ""),  # an outpatient's end is no stay
        ([BED | OUT], TODAY + 4, ""),
        ([{"ma_loai_kcb": "03"}, OUT], TODAY + 4, ""),
        ([{"ma_loai_kcb": "05"} | OUT], None, ""),
        ([BED], None, ""),  # how long is not told
        ([BED | OUT, {"ma_loai_kcb": "01"}], None, ""),  # it was no stay after all
        ([BED | OUT, {"ma_benh": "I10"}], TODAY + 4, ""),
        ([{"ket_thuc": "2026-11-25"}, {"ket_thuc": "chuyen_vien"}], None, "chuyen_vien"),
        ([{"ket_thuc": "tu_vong"}, {"ket_thuc": "2026-11-25"}], TODAY + 3, ""),
    ],
)
def test_the_end_of_a_visit_is_told_as_the_rules_read_it(
    port: AnyLog, told: list[dict[str, Any]], end: int | None, outcome: str
) -> None:
    one = visit(port)
    for fields in told:
        tell(port, one, **fields)
    (found,) = history(port)
    assert (found.end_day, found.outcome) == (end, outcome)


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"his": None},
        {"his": "E11"},
        {"ma_benh": "E11"},
        {"his": {"ma_benh": 11, "so_ngay_thuoc": "30", "ket_thuc": 7, "ngay_ra": [], "là": "x"}},
        {"his": {"ma_benh": "", "so_ngay_thuoc": True, "ma_loai_kcb": None}},
        {"his": {"so_ngay_thuoc": -1, "ket_thuc": "mai", "ngay_vao_noi_tru": "x", "ngay_ra": "x"}},
        {"his": {"so_ngay_thuoc": 10**30}},
    ],
)
def test_what_no_version_told_so_says_nothing(port: AnyLog, content: dict[str, Any]) -> None:
    one = visit(port)
    before = history(port)
    his_told(port, one, content)
    assert history(port) == before


def test_what_is_told_of_a_visit_that_is_not_there_changes_nothing(port: AnyLog) -> None:
    visit(port)
    before = history(port)
    tell(port, "1-99", **ALL)
    tell(port, "kho-1", **ALL)
    assert history(port) == before


def test_an_undone_visit_is_in_no_history_whatever_was_told_of_it(port: AnyLog) -> None:
    first, second = visit(port), visit(port)
    tell(port, first, **ALL)
    cancelled(port, first)
    cancelled(port, second)
    tell(port, second, **ALL)
    assert history(port) == []


def test_two_visits_of_one_presentation_have_each_their_own(port: AnyLog) -> None:
    of = presented(port)
    one, two = (received(port, of, None, again=bool(at)) for at in range(2))
    tell(port, one, ma_benh="E11")
    tell(port, two, ma_benh="H25")
    assert {found.id: found.ma_benh for found in history(port)} == {one: "E11", two: "H25"}


def test_with_an_erased_visit_goes_what_was_told_of_it(port: AnyLog) -> None:
    one = visit(port)
    bare = history(port)
    event = tell(port, one, **ALL)
    port.write(lambda log: log.erase(event.event_id))
    say(port, ContentErased(one, (one, "1-1", event.event_id)))
    erased_ones = history(port)
    assert [(f.ma_benh, f.so_ngay_thuoc, f.ma_loai_kcb) for f in erased_ones] == [("", 0, "")]
    assert bare[0].id == erased_ones[0].id
    port.rebuild()
    assert history(port) == erased_ones


def test_a_rebuild_makes_the_same_history(port: AnyLog) -> None:
    of = presented(port)
    one, two = (received(port, of, None, again=bool(at)) for at in range(2))
    three, four = visit(port), visit(port)
    tell(port, one, **ALL | BED | OUT)
    tell(port, two, ma_benh="O80")
    tell(port, two, ma_benh="O82", so_ngay_thuoc=7)
    tell(port, three, **ALL)
    cancelled(port, three)
    tell(port, four, **ALL)
    erased(port, four)
    before = history(port)
    assert [found.ma_benh for found in before if found.id in {one, two}] == ["O82", "E11.9"]
    port.rebuild()
    assert history(port) == before


def test_content_that_cannot_be_read_tells_of_nothing(port: AnyLog, engine: Engine) -> None:
    one = visit(port)
    tell(port, one, ma_benh="E11", so_ngay_thuoc=30)
    broken = tell(port, one, ma_benh="I10").event_id
    engine.tamper(broken, replace(engine.kept(broken), sealed=b"no content"))
    port.rebuild()
    (found,) = history(port)
    assert (found.ma_benh, found.so_ngay_thuoc) == ("E11", 30)
