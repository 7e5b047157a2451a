"""The route by which a report leaves the house; the link of a page, opened once or again."""

import re
import time
from datetime import date

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app_pages.server.guarded import refusal, refusal_of, refused
from app_pages.server.house import House, current
from verification.adapters.papers.report_papers import FORMS, printed
from verification.basics.errors import KioskError
from verification.basics.limiter import Limiter, Window
from verification.exchange.reports.report import ReportKind
from verification.exchange.reports.taking import Asked, Taken, take_report
from verification.rights import Actor, Right

_DESK = re.compile(r"[A-Za-z0-9._-]{1,40}")
_asking = Limiter(time.monotonic, Window(20, 60.0))
_AT_ONCE = CapacityLimiter(1)  # a month of a large hospital takes long: one at a time


async def _report(request: Request) -> Response:
    """Answer with a report as a file; each kind of report names the right that it needs."""
    if no := await refused(request, Right.HELP, _asking, token=False):
        return no
    asked = _asked(request)
    if asked is None:
        return refusal(404, "không có báo cáo này")
    house, actor = current(), request.scope["actor"]
    try:
        taken = await to_thread.run_sync(_taken, house, actor, asked, limiter=_AT_ONCE)
    except KioskError as error:
        return refusal_of(error)
    name = f"bao-cao-{asked.kind.value}-{taken.report.period.last.isoformat()}.{asked.form}"
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-store",
    }
    return Response(taken.file, media_type=FORMS[asked.form], headers=headers)


def _taken(house: House, actor: Actor, asked: Asked) -> Taken:
    return take_report(actor, house.kiosk, asked, printed)


def _asked(request: Request) -> Asked | None:
    """Return which report an address names, None for one that there is not."""
    path, given = request.path_params, request.query_params
    desk = given.get("quay") or None
    if path["form"] not in FORMS or (desk and not _DESK.fullmatch(desk)):
        return None
    try:
        kind, on = ReportKind(path["kind"]), date.fromisoformat(given.get("ngay", ""))
    except ValueError:
        return None
    return Asked(kind, on, path["form"], desk)


def report_routes() -> list[Route]:
    """Return the route of the reports."""
    return [Route("/kiosk/bao-cao/{kind}.{form}", _report)]
