"""The routes of the forms in front of the kiosk: sign in, unlock, change the officer, leave."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from anyio import CapacityLimiter, to_thread
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app_pages.entry.forms import Forms, came_from, wants_demo
from app_pages.entry.where import chosen_desk, remembered_desk, session_desk
from app_pages.server.house import House, current
from app_pages.server.limits import body_within
from verification.basics.errors import KioskError, SignInError
from verification.basics.limiter import Bucket, Limiter
from verification.basics.texts import Text, Texts
from verification.log.account import Place, Signed
from verification.officers import signin
from verification.rights import Role

_MOST_BYTES = 4_000
_MOST_FIELDS = 10
_LONGEST_NAME = 100
_HASHING = CapacityLimiter(2)  # a hash is slow on purpose; two at a time leave room for the desk
# By browser, so that nobody behind the same address uses up another's; a new browser is free to
# make up, so an address has a pace of its own beside it. Who has a session, or signed in from this
# browser before, is not counted there.
_tries = Limiter(time.monotonic, Bucket(1.0, burst=20))
_crowd = Limiter(time.monotonic, Bucket(5.0, burst=60))
_TEXTS = Texts("app_pages.entry")


@dataclass(frozen=True)
class Sent:
    """A form that was sent.

    Args:
        house: The open kiosk.
        digest: Session of the browser, None where it has none.
        fields: What was filled in.
        place: Where from.
        here: True where "vào thử" is offered.
    """

    house: House
    digest: str | None
    fields: Mapping[str, str]
    place: Place
    here: bool

    def __getitem__(self, name: str) -> str:
        """Return a field, empty where it was not sent."""
        return self.fields.get(name, "")


def _enter(sent: Sent) -> Signed:
    signed = signin.sign_in(sent.house.kiosk, sent["ten"], sent["mat_khau"], sent.place)
    _leave(sent)
    return signed


def _try_out(sent: Sent) -> Signed:
    if not sent.here:
        raise SignInError("Ở đây không vào thử được", "There is no trying out here")
    role = sent["vai"] if sent["vai"] in {*Role} else Role.RECEPTIONIST
    signed = signin.try_out(sent.house.kiosk, Role(role), sent.place)
    _leave(sent)
    return signed


def _make_first(sent: Sent) -> Signed:
    if sent["mat_khau"] != sent["lai"]:
        unlike = _TEXTS("unlike")
        raise SignInError(unlike.vi, unlike.en)
    kiosk, place = sent.house.kiosk, sent.place
    typed = sent["ma"], sent["ten"], sent["mat_khau"]
    signed = signin.make_first(kiosk, *typed, place, sent["ho_ten"][:_LONGEST_NAME])
    _leave(sent)  # whoever was signed in at this browser
    return signed


def _unlock(sent: Sent) -> None:
    digest = sent.digest or ""
    signin.unlock(sent.house.kiosk, digest, sent["mat_khau"], sent.place)
    sent.house.screens.recall(digest)


def _change(sent: Sent) -> Signed:
    digest = sent.digest or ""
    kiosk = sent.house.kiosk
    signed = signin.change_officer(kiosk, digest, sent["ten"], sent["mat_khau"], sent.place)
    sent.house.screens.drop(digest)
    return signed


def _leave(sent: Sent) -> None:
    if sent.digest:
        signin.sign_out(sent.house.kiosk, sent.digest)
        sent.house.screens.drop(sent.digest)


_ACTS: Mapping[str, Callable[[Sent], Signed | None]] = {
    "vao": _enter,
    "thu": _try_out,
    "moi": _make_first,
    "mo-khoa": _unlock,
    "doi": _change,
    "ra": _leave,
}
_AT_DESK = frozenset({"vao", "thu"})
_BY_PASSWORD = frozenset({"vao", "moi"})
_OF_SESSION = frozenset({"mo-khoa", "doi", "ra"})


async def form_for(
    asked: HTTPConnection,
    back: str,
    said: Text | None = None,
    status: int = 401,
    *,
    changing: bool = False,
    desk: str = "",
) -> Response:
    """Return the form that a request without a live session gets."""
    house = current()
    digest = house.signer.session(asked.cookies)
    officer = None
    if digest:
        officer = await to_thread.run_sync(signin.locked_officer, house.kiosk, digest)
    forms = Forms(asked, back, said, status)
    if digest is None or officer is None:
        return forms.sign_in(desk)
    return forms.locked(digest, officer, changing=changing)


async def _posted(act: str, request: Request) -> Response:
    sent = await _sent(act, request)
    said, status = _refused(request, act, sent), 403
    if said is None and sent is not None:
        try:
            signed = await to_thread.run_sync(_ACTS[act], sent, limiter=_HASHING)
            return _entered(act, request, sent, signed)
        except KioskError as error:
            said, status = Text(error.vi, error.en), 401
    if act == "moi" and sent:
        typed = (sent[name][:_LONGEST_NAME] for name in ("ma", "ten", "ho_ten"))
        return Forms(request, "/", said, status).first(*typed)
    back, desk = (sent["ve"], sent["quay"]) if sent else ("/", "")
    return await form_for(request, back, said, status, changing=act == "doi", desk=desk)


def _refused(request: Request, act: str, sent: Sent | None) -> Text | None:
    signer, of_session = current().signer, bool(sent and act in _OF_SESSION)
    tie = (sent.digest or "") if sent and of_session else signer.form_of(request.cookies)
    if not (sent and tie and signer.holds(act, tie, sent["dau"])):
        return _TEXTS("old_form")  # costs nothing, so it is not counted either
    if not sent.place.desk:
        return _TEXTS("choose_desk")
    address = request.client.host if request.client else ""
    known = of_session or bool(sent.place.source)
    allowed = _tries.allows(f"{address} {tie[:64]}") and (known or _crowd.allows(address))
    return None if allowed else _TEXTS("too_often")


async def _sent(act: str, request: Request) -> Sent | None:
    """Return what the form sent, None where it is larger than any form of ours."""
    body = await body_within(request, _MOST_BYTES)
    if body is None or body.count(b"&") > _MOST_FIELDS:
        return None
    parsed = parse_qs(body.decode("utf-8", "replace"))
    house = current()
    fields = {name: values[0] for name, values in parsed.items()}
    address = request.client.host if request.client else ""
    known = house.signer.known(request.cookies, _account_in(fields))
    digest = house.signer.session(request.cookies)
    if act in _OF_SESSION:
        desk = await to_thread.run_sync(session_desk, house, digest or "")
    else:
        desk = chosen_desk(house, request, fields.get("quay", "") if act in _AT_DESK else None)
    place = Place(desk, address, known)
    return Sent(house, digest, fields, place, wants_demo(house, request))


def _account_in(fields: Mapping[str, str]) -> str:
    return fields.get("ten", "").strip().lower()


def _entered(act: str, request: Request, sent: Sent, signed: Signed | None) -> Response:
    back = came_from(sent["ve"]) if act in {"vao", "thu", "mo-khoa"} else "/"
    answer = RedirectResponse(back, 303, {"cache-control": "no-store"})
    if signed:
        sent.house.signer.remember(answer, signed.token)
        if act in _BY_PASSWORD:
            sent.house.signer.know(answer, request.cookies, signed.session.officer)
        if desk := remembered_desk(sent.house, request, signed.session.desk):
            sent.house.signer.keep_desk(answer, request.cookies, desk)
    elif act == "ra":
        sent.house.signer.forget(answer)
    return answer


async def _first(request: Request) -> Response:
    refused = await to_thread.run_sync(signin.first_refusal, current().kiosk)
    forms = Forms(request, "/", Text(refused.vi, refused.en) if refused else None, status=200)
    return forms.first(request.query_params.get("ma", "")[:100])


def login_routes() -> list[Route]:
    """Return the routes of the forms; they are served without a session."""
    posts = [Route(f"/dang-nhap/{act}", _posting(act), methods=["POST"]) for act in _ACTS]
    return [Route("/dang-nhap/moi", _first), *posts]


def form_paths() -> frozenset[tuple[str, str]]:
    """Return method and path of each of these routes, for the gate."""
    return frozenset(
        (method, route.path) for route in login_routes() for method in route.methods or ()
    )


def _posting(act: str) -> Callable[[Request], Awaitable[Response]]:
    async def posted(request: Request) -> Response:
        return await _posted(act, request)

    return posted
