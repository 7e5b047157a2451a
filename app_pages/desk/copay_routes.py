"""The route that tells a desk's page that its question for the year's co-payment has ended."""

import time

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app_pages.server.guarded import FRAMES, MAX_HINT_BYTES, guarded, refusal
from app_pages.server.house import current
from verification.basics.limiter import Limiter

_waiting = Limiter(time.monotonic, FRAMES)
_MOST_CHARS = 64


async def _copay(request: Request, _body: bytes) -> Response:
    """Answer once the question has ended, or after a while; nobody's data."""
    house, presented = current(), str(request.path_params["presented"])[:_MOST_CHARS]
    desk = request.scope["actor"].desk
    if not house.paying.knows(desk, presented):
        return refusal(404, "không có câu hỏi này")
    return JSONResponse({"ended": await house.paying.has_ended(desk, presented)})


def copay_routes() -> list[Route]:
    """Return the route."""
    answer = guarded(_copay, MAX_HINT_BYTES, limiter=_waiting)
    return [Route("/kiosk/copay/{presented}", answer, methods=["GET"])]
