"""Looking for visits over all of them, and what an auditor sees of one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.case_support import AN, CHI, RECEPTION, arrive, employ, only_case, silent
from tests.support import payload
from verification.basics.errors import Forbidden, RequestError
from verification.log.events import EventKind
from verification.log.visit import CancelReason
from verification.log.visit_events import Viewed
from verification.reception import corrections
from verification.reception.answer import Scan
from verification.reception.checkin import check_in
from verification.review import search as searching
from verification.review.one_visit import open_visit, visit_file
from verification.review.search import Found, go_on, search

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import Clock
    from verification.kiosk import Kiosk
    from verification.log.visit import Visit
    from verification.rights import Actor

NAME = "Đặng Thị Thẳng Mẫu"  # of patient-1


def received(kiosk: Kiosk, slug: str, by: Actor = RECEPTION) -> Visit:
    """Receive somebody whom no rule points at."""
    employ(kiosk, AN, CHI, RECEPTION)
    visit = check_in(by, silent(kiosk), Scan((payload(slug),)), again="khac").visit
    assert visit
    return visit


def ids(found: Found) -> list[str]:
    return [row.visit.visit_id for row in found.rows]


def looks(kiosk: Kiosk) -> list[Viewed]:
    """Return the looks that were logged."""
    events = kiosk.written.events([EventKind.VIEWED], kiosk.clock() - timedelta(days=9))
    return [Viewed.of(event.codes) for event in events]


def test_a_visit_without_any_flag_is_found_by_whole_and_by_masked_number(kiosk: Kiosk) -> None:
    visit = received(kiosk, "patient-1")
    received(kiosk, "patient-2")
    whole = "DN4797900000201"
    for text in (whole, "7900000201", "DN479…0201", "…0201", "0201", "DN 4 79 ••• ••• 0201"):
        assert ids(search(AN, kiosk, text)) == [visit.visit_id], text
    assert not ids(search(AN, kiosk, "CH479…0201"))
    row = search(AN, kiosk, whole).rows[0]
    assert (row.number, row.cases, row.barred) == ("DN479••••••0201", (), False)


def test_a_name_is_found_by_some_of_its_words_in_any_order(kiosk: Kiosk) -> None:
    visit = received(kiosk, "patient-1")
    received(kiosk, "patient-2")
    record = (kiosk.written.content(visit.presented) or {})["ban_ghi"]
    words = record["ho_ten"].split()
    assert ids(search(AN, kiosk, f"{words[-1]} {words[0]}".lower())) == [visit.visit_id]
    assert ids(search(AN, kiosk, f"{words[-1]} {record['ngay_sinh'][:4]}")) == [visit.visit_id]
    assert not ids(search(AN, kiosk, f"{words[-1]} 1901"))
    assert not ids(search(AN, kiosk, "khôngaicả"))


def test_days_and_officers_narrow_it_and_nothing_else_asks_for_all(
    kiosk: Kiosk, clock: Clock
) -> None:
    first = received(kiosk, "patient-1")
    clock.forward(days=1)
    second = received(kiosk, "patient-2", CHI)
    assert ids(search(AN, kiosk, "hôm nay")) == [second.visit_id]
    assert ids(search(AN, kiosk, "hôm qua")) == [first.visit_id]
    assert ids(search(AN, kiosk, "chi")) == [second.visit_id]
    assert ids(search(AN, kiosk, "le-tan hôm qua")) == [first.visit_id]
    assert not ids(search(AN, kiosk, "chi", as_name=True))
    yesterday = kiosk.today() - timedelta(days=1)
    assert ids(search(AN, kiosk, "", yesterday, kiosk.today())) == [second.visit_id, first.visit_id]
    with pytest.raises(RequestError):
        search(AN, kiosk, "", kiosk.today(), yesterday)


def test_a_case_number_gives_the_case_and_its_visits(kiosk: Kiosk) -> None:
    visit = arrive(kiosk, "patient-1").visit
    assert visit
    received(kiosk, "patient-2")
    number = only_case(kiosk).number
    found = search(AN, kiosk, f"HS {number}")
    assert ([case.number for case in found.cases], ids(found)) == ([number], [visit.visit_id])
    assert search(AN, kiosk, "DN4797900000201").cases[0].number == number
    with pytest.raises(RequestError):
        search(AN, kiosk, "2026-9999")


def test_a_look_is_bounded_says_how_far_it_came_and_goes_on(
    kiosk: Kiosk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "LOOKED_AT_ONCE", 2)
    monkeypatch.setattr(searching, "_BATCH", 2)
    made = []
    for _ in range(5):
        made.append(received(kiosk, "patient-1"))
        clock.forward(days=1)
    found = search(AN, kiosk, "khôngaicả")
    assert (found.looked, found.rows, found.reached) == (2, (), made[3].day)
    assert found.place is not None
    found = go_on(AN, kiosk, go_on(AN, kiosk, found))
    assert (found.looked, found.place) == (5, None)


def test_hits_beyond_a_page_come_with_the_next(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST_ROWS", 2)
    made = [received(kiosk, "patient-1").visit_id for _ in range(3)]
    found = search(AN, kiosk, "0201")
    assert (ids(found), found.place is None) == (made[:0:-1], False)
    found = go_on(AN, kiosk, found)
    assert (ids(found), found.place) == (made[::-1], None)


def test_who_was_shown_is_logged_and_never_what_was_written(kiosk: Kiosk) -> None:
    visit = received(kiosk, "patient-1")
    search(AN, kiosk, "DN4797900000201")
    search(AN, kiosk, "khôngaicả")
    open_visit(AN, kiosk, visit.visit_id)
    visit_file(AN, kiosk, visit.visit_id)
    told = [(look.what, look.why, look.rows, look.persons) for look in looks(kiosk)]
    assert told == [
        ("search", "giam-dinh", 1, (visit.person_ref,)),
        ("search", "giam-dinh", 0, ()),
        ("visit", "giam-dinh", None, None),
    ]
    assert looks(kiosk)[-1].presented == visit.presented


def test_an_open_visit_shows_what_happened_and_what_was_answered(kiosk: Kiosk) -> None:
    visit = received(kiosk, "patient-1")
    corrections.undo(RECEPTION, kiosk, visit.visit_id, CancelReason.QUET_TRUNG)
    found = open_visit(AN, kiosk, visit.visit_id)
    assert [event.kind.value for event in found.story] == ["presented", "received", "cancelled"]
    assert found.reasons[0] == "valid"
    assert [row.visit for row in found.file.rows] == [visit.visit_id]
    assert (found.file.case.parts, found.file.rows[0].cancelled) == ((), True)


def test_the_flags_of_a_visit_are_part_of_its_evidence(kiosk: Kiosk) -> None:
    visit = arrive(kiosk, "patient-1").visit
    assert visit
    found = visit_file(AN, kiosk, visit.visit_id)
    assert [part.rule for part in found.file.case.parts] == ["M02"]
    assert found.file.case.score == 35


def test_who_received_the_patient_sees_a_masked_line_and_no_evidence(kiosk: Kiosk) -> None:
    visit = received(kiosk, "patient-1")
    other = received(kiosk, "patient-1", CHI)
    rows = search(CHI, kiosk, "0201").rows
    assert [(row.barred, row.name, row.number) for row in rows] == [
        (True, "", "DN479••••••0201")
    ] * 2
    for one in (visit, other):
        with pytest.raises(Forbidden):
            open_visit(CHI, kiosk, one.visit_id)
    assert [row.barred for row in search(AN, kiosk, "0201").rows] == [False, False]


def test_erased_content_is_counted_and_found_by_number_alone(kiosk: Kiosk) -> None:
    visit = received(kiosk, "patient-1")
    corrections.erase(CHI, kiosk, visit.visit_id)
    found = search(AN, kiosk, "khôngaicả")
    assert (found.looked, found.unread) == (1, 1)
    row = search(AN, kiosk, "DN4797900000201").rows[0]
    assert (row.erased, row.number, row.name) == (True, "", "")


def test_no_name_stands_in_the_store(kiosk: Kiosk, tmp_path: Path) -> None:
    received(kiosk, "patient-1")
    search(AN, kiosk, "mẫu đặng")
    for path in tmp_path.rglob("kiosk.db"):
        with closing(sqlite3.connect(path)) as connection:
            dump = "\n".join(connection.iterdump()).casefold()
        assert "mẫu đặng" not in dump
        assert "7900000201" not in dump


def test_no_such_visit_is_refused(kiosk: Kiosk) -> None:
    with pytest.raises(RequestError):
        open_visit(AN, kiosk, "1-99")
