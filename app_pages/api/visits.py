"""`/api/visits`: what a hospital system tells of a visit, fetches of one, and reconciles by."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from http import HTTPStatus
from typing import Any, TypeVar

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app_pages.api import access
from app_pages.api.bodies import body_as, fields_problem, query_of
from app_pages.api.guarded import api_route
from app_pages.api.problems import Refused, problem
from app_pages.server.house import current
from verification.basics.texts import Text
from verification.exchange.handover.facts import local_time
from verification.exchange.his import NotTold, Untold
from verification.exchange.his_fields import BadField, read_told
from verification.exchange.visits_told import Fetched, fetch, of_day
from verification.log.events import Event
from verification.log.visit import Visit
from verification.reception.told_by_his import tell
from verification.rights import Actor, Right

R = TypeVar("R")
_USUAL = 200
_LIST = "/api/visits"
_ONE = "/api/visits/{visit_id}"
_STATUS = {Untold.NO_VISIT: HTTPStatus.NOT_FOUND, Untold.CONTENT_ERASED: HTTPStatus.GONE}
"""Of what is not taken; anything else contradicts the visit as it is."""


async def done(work: Callable[[], R]) -> R:
    """Return what work comes to, beside the server's own.

    Raises:
        Refused: It cannot be done; why.
    """
    try:
        return await to_thread.run_sync(work)
    except NotTold as error:
        status = _STATUS.get(error.why, HTTPStatus.CONFLICT)
        if error.bad:
            raise Refused(fields_problem(_wrong(error.bad), "contradictory", status)) from error
        raise Refused(problem(status, error.why, error.vi, error.en)) from error


def visit_json(fetched: Fetched) -> dict[str, Any]:
    """Return a visit as it is now: as a message tells it, with what came back of it."""
    visit = fetched.visit
    return {
        **fetched.state,
        "nth": visit.handed,
        "his": fetched.told.values(),
        "record": visit.record,
        "record_code": visit.record_code,
    }


async def _tell(request: Request, body: bytes) -> Response:
    query_of(request, _ONE)
    told = read_told(body_as("Told", body))
    if isinstance(told, tuple):
        raise Refused(fields_problem(_wrong(told)))
    actor: Actor = request.scope["actor"]
    kiosk, visit_id = current().kiosk, str(request.path_params["visit_id"])

    def work() -> tuple[Event, Visit | None]:
        return tell(actor, kiosk, visit_id, told), kiosk.written.visit(visit_id)

    event, visit = await done(work)
    access.shows(request, result="taken", logged=True)
    record = visit.record if visit else None
    return JSONResponse({"event_id": event.event_id, "visit_id": visit_id, "record": record})


async def _fetch(request: Request, _body: bytes) -> Response:
    query_of(request, _ONE)
    actor: Actor = request.scope["actor"]
    kiosk, visit_id = current().kiosk, str(request.path_params["visit_id"])
    fetched = await done(lambda: fetch(actor, kiosk, visit_id))
    access.shows(request, presented=fetched.visit.presented, result="visit")
    return JSONResponse(visit_json(fetched))


async def _list(request: Request, _body: bytes) -> Response:
    asked = query_of(request, _LIST)
    actor: Actor = request.scope["actor"]
    kiosk, day = current().kiosk, date.fromisoformat(asked["on"])
    most = int(asked.get("limit", _USUAL))
    page = await done(lambda: of_day(actor, kiosk, day, asked.get("after"), most))
    rows = [_row(visit) for visit in page.visits]
    said = {"ngay": day.isoformat(), "count": page.count, "visits": rows, "next": page.following}
    return JSONResponse(said)


def _row(visit: Visit) -> dict[str, Any]:
    return {
        "visit_id": visit.visit_id,
        "so_thu_tu": visit.so_thu_tu,
        "ngay": visit.day.isoformat(),
        "thoi_diem": local_time(visit.happened_at),
        "quay": visit.desk,
        "huy": visit.cancelled,
        "nth": visit.handed,
        "record": visit.record,
    }


def _wrong(bad: Sequence[BadField]) -> Iterator[tuple[str, str, Text]]:
    return ((one.name, one.code, one.why) for one in bad)


def visit_routes() -> list[Route]:
    """Return the routes."""
    return [
        api_route(_LIST, _list, Right.READ_VISITS, ("GET",)),
        api_route(_ONE, _fetch, Right.READ_VISITS, ("GET",)),
        api_route(_ONE, _tell, Right.TELL_VISIT),
    ]
