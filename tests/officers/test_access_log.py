"""The access page's rows, and what is taken out of them."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from tests.support import DESK, a_password, officer_account, payload
from verification.adapters.papers.sheets import as_csv, as_xlsx
from verification.basics.errors import RequestError, SignInError
from verification.basics.texts import of_room
from verification.log.account import Place
from verification.log.events import EventKind, NewEvent
from verification.officers import signin
from verification.officers.access_log import KINDS, access, export_access
from verification.reception import checkin, lookup
from verification.reception.answer import Scan
from verification.rights import Actor, Role

if TYPE_CHECKING:
    from tests.support import Clock
    from verification.kiosk import Kiosk

CHI = Actor("chi.lt", frozenset({Role.ADMINISTRATOR}), "1")
HERE = Place("2", "10.0.0.7")


@pytest.fixture
def busy(kiosk: Kiosk, quick_hashes: None) -> Kiosk:
    """Return a kiosk where somebody signed in, somebody failed, and a person was looked at."""
    officer_account(kiosk, "an.nt", Role.RECEPTIONIST)
    for name in ("an.nt", "go-nham-mat-khau"):
        with pytest.raises(SignInError):
            signin.sign_in(kiosk, name, "khong-phai", HERE)
    signin.sign_in(kiosk, "an.nt", a_password("an.nt"), HERE)
    shown = checkin.check_in(DESK, kiosk, Scan((payload("number-15"),)))
    lookup.viewed(DESK, kiosk, shown.event, "number", "khieu_nai")
    return kiosk


def test_who_what_where_and_why_newest_first(busy: Kiosk) -> None:
    rows = access(CHI, busy, busy.clock() - timedelta(hours=1))
    told = [(r.officer, r.kind.value, r.what, r.desk, r.address, r.why) for r in rows]
    assert told == [
        ("quay-thu", "viewed", "number", "1", "", "khieu_nai"),
        ("an.nt", "signed_in", "password", "2", "10.0.0.7", ""),
        ("", "sign_in_failed", "password", "2", "10.0.0.7", ""),
        ("an.nt", "sign_in_failed", "password", "2", "10.0.0.7", ""),
        ("dong-lenh", "account_changed", "created receptionist", "1", "", ""),
    ]
    assert rows[0].about.startswith("1-")
    assert "go-nham" not in str(rows)


def test_a_look_up_and_a_search_are_looks_at_persons(busy: Kiosk, clock: Clock) -> None:
    since = clock.forward(minutes=1)
    checkin.present(DESK, busy, Scan((payload("number-15"),)), lookup=True)
    checkin.present(DESK, busy, Scan((payload("number-15"),)))
    lookup.find(DESK, busy, payload("number-15").decode())
    told = [(row.kind.value, row.what, row.officer) for row in access(CHI, busy, since)]
    assert told == [("viewed", "search", "quay-thu"), ("presented", "lookup", "quay-thu")]


def test_every_look_says_at_whom_and_at_what(busy: Kiosk, clock: Clock) -> None:
    since = clock.forward(minutes=1)
    shown = checkin.present(DESK, busy, Scan((payload("number-15"),)), lookup=True)
    lookup.find(DESK, busy, payload("number-15").decode())
    search, looked = access(CHI, busy, since)
    assert looked.about == shown.event.event_id
    assert search.person == looked.person == shown.event.person_ref
    codes = {"case": "2026-0001", "officer": "an.nt"}
    told = NewEvent("1", EventKind.CASE_REPORTED, None, codes, "p1")
    busy.written.write(lambda log: log.append(told))
    newest = access(CHI, busy, since)[0]
    assert (newest.kind, newest.about, newest.person) == (told.kind, "2026-0001", "p1")


def test_the_page_names_every_kind() -> None:
    assert {f"kind_{kind.value}" for kind in KINDS} <= set(of_room("app_pages.admin"))


def test_only_since_the_moment_asked_for(busy: Kiosk, clock: Clock) -> None:
    since = clock.forward(hours=1)
    assert access(CHI, busy, since) == []


def test_a_look_needs_a_reason_that_is_a_code(busy: Kiosk) -> None:
    shown = checkin.check_in(DESK, busy, Scan((payload("number-15"),)))
    for why in ("", "bà Mẫu nhờ", "X" * 10, "a" * 25):
        with pytest.raises(RequestError):
            lookup.viewed(DESK, busy, shown.event, "number", why)


def test_taking_the_list_out_is_logged_and_shows_in_the_next(busy: Kiosk) -> None:
    since = busy.clock() - timedelta(hours=1)
    heading, *rows = export_access(CHI, busy, since, "csv")
    assert heading[:3] == ("at", "officer", "kind")
    assert len(rows) == 5
    assert rows[0][0] == "2026-11-22 08:12:00"
    newest = access(CHI, busy, since)[0]
    assert (newest.officer, newest.kind, newest.what) == (
        "chi.lt",
        EventKind.EXPORTED,
        "access csv",
    )


def test_both_files_hold_the_same_text(busy: Kiosk) -> None:
    rows = export_access(CHI, busy, busy.clock() - timedelta(hours=1), "xlsx")
    sheet = load_workbook(io.BytesIO(as_xlsx(rows))).active
    assert sheet is not None
    cells = [tuple(cell or "" for cell in row) for row in sheet.iter_rows(values_only=True)]
    assert cells == [tuple(row) for row in rows]
    assert (
        as_csv(rows).decode("utf-8-sig").splitlines()[0]
        == "at,officer,kind,what,about,person,desk,address,why"
    )


def test_no_cell_runs_as_a_formula() -> None:
    bad = ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "=\x00cmd", "plain"]
    sheet = load_workbook(io.BytesIO(as_xlsx([bad]))).active
    assert sheet is not None
    (cells,) = sheet.iter_rows()
    assert {cell.data_type for cell in cells} == {"s"}
    assert [str(cell.value)[0] for cell in cells] == ["'"] * 7 + ["p"]
    assert as_csv([bad]).decode("utf-8-sig").startswith("'=1+1,'+1,'-1,'@x,")
