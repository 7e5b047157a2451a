"""The tab of reports: figures when asked for, three files, each logged, and nobody else's."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from starlette.requests import Request
from streamlit.testing.v1 import AppTest

from app_pages.help import report_routes
from app_pages.help.report_view import report_html
from app_pages.server import house as houses
from tests.browser.running import PATIENCE
from verification.basics.texts import Text
from verification.exchange.reports.making import making
from verification.exchange.reports.report import ReportKind, Sheet, Table
from verification.log.events import EventKind
from verification.log.visit import CachTrinh
from verification.reception.answer import Scan
from verification.reception.checkin import check_in
from verification.rights import Actor, Role, command_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from app_pages.server.house import House

OFFICER = command_line("1")


def draw() -> None:
    """Run the page alone; Streamlit's runner takes a function without imports of its own."""
    from app_pages.help.page import help_page  # noqa: PLC0415
    from app_pages.server import house  # noqa: PLC0415
    from app_pages.shell import who  # noqa: PLC0415

    who.entered(house.current())
    help_page()


@pytest.fixture
def here(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """Return the house that the page and the routes work in, with one visit by VssID."""
    monkeypatch.setattr(houses, "_open", [house])
    number = b"DN4797900000011"
    check_in(OFFICER, house.kiosk, Scan((number,), cach_trinh=CachTrinh.VSSID))
    return house


def get(actor: Actor, name: str, query: str) -> Response:
    """Return what the route answers an officer."""
    kind, _, form = name.partition(".")
    scope = {
        "type": "http",
        "method": "GET",
        "path": f"/kiosk/bao-cao/{name}",
        "query_string": query.encode(),
        "headers": [],
        "path_params": {"kind": kind, "form": form},
        "actor": actor,
    }
    return asyncio.run(report_routes._report(Request(scope)))


def test_who_may_report_sees_figures_when_asked_and_three_files(
    here: House, enter: Callable[[House, Role], Actor]
) -> None:
    for role in (Role.AUDITOR, Role.ADMINISTRATOR):
        enter(here, role)
        ran = AppTest.from_function(draw, default_timeout=PATIENCE).run()
        assert not ran.exception, ran.exception
        assert "Báo cáo tháng" not in " ".join(html.body for html in ran.get("html"))
        ran.selectbox(key="report_kind").set_value(ReportKind.MONTH_SYT)
        next(b for b in ran.button if b.label == "Xem số liệu").click().run()
        assert not ran.exception, ran.exception
        said = " ".join(html.body for html in ran.get("html"))
        assert "Báo cáo tháng" in said
        assert "Đã tiếp nhận 1 người" in said
        links = [one.proto.url for one in ran.get("link_button") if "month-syt" in one.proto.url]
        day = here.kiosk.today().isoformat()
        forms = ("csv", "xlsx", "pdf")
        assert links == [f"/kiosk/bao-cao/month-syt.{form}?ngay={day}" for form in forms]


def test_a_receptionist_has_no_such_tab(here: House, enter: Callable[[House, Role], Actor]) -> None:
    enter(here, Role.RECEPTIONIST)
    ran = AppTest.from_function(draw, default_timeout=PATIENCE).run()
    assert not ran.exception, ran.exception
    assert "Báo cáo" not in [tab.label for tab in ran.tabs]
    assert not [b for b in ran.button if b.label == "Xem số liệu"]


def test_the_route_gives_a_file_and_logs_it_and_logs_who_was_refused(here: House) -> None:
    today = here.kiosk.today()
    auditor = Actor("giam.dinh", frozenset({Role.AUDITOR}), "1")
    given = get(auditor, "week.pdf", f"ngay={today}")
    assert (given.status_code, bytes(given.body)[:4]) == (200, b"%PDF")
    assert given.headers["cache-control"] == "no-store"
    assert given.headers["content-disposition"].startswith('attachment; filename="bao-cao-week-')
    clerk = Actor("le.tan", frozenset({Role.RECEPTIONIST}), "1")
    assert get(clerk, "month-bhxh.csv", f"ngay={today}").status_code == 403
    for name, query in (
        ("week.doc", f"ngay={today}"),
        ("year.pdf", f"ngay={today}"),
        ("week.pdf", "ngay=hom-nay"),
        ("week.pdf", "ngay=2999-01-01"),
        *((f"{kind.value}.csv", "ngay=0001-01-01") for kind in ReportKind),
        ("difficulties.csv", f"ngay={today}&quay=%00%0a"),
        ("week.pdf", f"ngay={today}&quay=1"),
        ("week.pdf", f"ngay={today}&quay={'1' * 99}"),
    ):
        assert get(auditor, name, query).status_code == 404, (name, query)
    since = here.kiosk.clock().replace(hour=0, minute=0)
    taken = here.kiosk.written.events((EventKind.EXPORTED,), since)
    assert [(e.codes["what"], e.officer) for e in taken] == [("report_week", "giam.dinh")]
    refused = here.kiosk.written.events((EventKind.RIGHT_REFUSED,), since)
    assert [(e.officer, e.codes["right"]) for e in refused] == [("le.tan", "report")]


def test_what_stands_in_a_report_is_text_and_never_markup(here: House) -> None:
    report = making(ReportKind.WEEK)(OFFICER, here.kiosk, here.kiosk.today(), None)
    evil = Text("<script>x</script>", "<b>")
    table = Table("x", evil, (evil, evil), ((evil, 3), ("<i>", 4)), 1, (evil,))
    shown = report_html(replace(report, title=evil, sheets=(Sheet(evil, (table,)),)), "vi", "-")
    assert "<script>" not in shown
    assert "<i>" not in shown
    assert shown.count("width:") >= 2
