"""A route below `/api/`: its right, its methods, and what it takes."""

from collections.abc import Awaitable, Callable, Sequence

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app_pages.api.limits import API_LIMITS
from app_pages.api.problems import known
from app_pages.server.house import current
from app_pages.server.limits import LIMITS, Bodies, body_within
from verification.rights import Right, may

Answer = Callable[[Request, bytes], Awaitable[Response]]

_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_JSON = ("application/json",)
_bodies = Bodies(LIMITS.sizes)


def api_route(  # a route is all of this
    path: str,
    answer: Answer,
    right: Right | None,
    methods: Sequence[str] = ("POST",),
    limit: int = API_LIMITS.body_bytes,
    *,
    takes: Sequence[str] = _JSON,
) -> Route:
    """Return a route for systems of the hospital.

    Args:
        path: Below `/api/`.
        answer: Gets the request, whose `scope["actor"]` is the system, and its body. It tells by
            `access.shows` whom it shows; whatever it raises becomes a problem.
        right: What the key must have; None for any key that is taken.
        methods: HTTP's.
        limit: Bytes of the body.
        takes: Media types of the body.
    """

    async def guarded(request: Request) -> Response:
        actor = request.scope["actor"]
        if right is not None and not may(actor, right):
            await to_thread.run_sync(current().kiosk.note_refused, actor, path, right)
            return known("no_right")
        if request.method not in _WITH_BODY:
            return await answer(request, b"")
        if not _is_taken(request, takes):
            return known("no_json")
        if int(request.headers.get("content-length") or 0) > limit:
            return known("too_large")
        with _bodies.of(actor.officer) as takes_in:
            full = False

            def fits(count: int) -> bool:
                nonlocal full
                full = not takes_in(count)
                return not full

            body = await body_within(request, limit, fits)
            if body is None:
                return known("busy" if full else "too_large")
            return await answer(request, body)

    return Route(path, guarded, methods=list(methods), name=path)


def _is_taken(request: Request, takes: Sequence[str]) -> bool:
    """Tell whether a body is of a kind that is taken, as it stands and in UTF-8."""
    media, *params = request.headers.get("content-type", "").lower().split(";")
    charsets = [one.partition("=")[2].strip(' "') for one in params if "charset" in one]
    plain = request.headers.get("content-encoding", "identity").lower() == "identity"
    return media.strip() in takes and plain and all(name == "utf-8" for name in charsets)
