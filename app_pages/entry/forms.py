"""The forms in front of the kiosk, drawn by the server: no script, their look inside them."""

import base64
import hashlib
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse

from app_pages.entry.openings import PAGE_PATHS
from app_pages.entry.where import desk_choice
from app_pages.server import listening
from app_pages.server.house import House, current
from app_pages.shell.fonts import faces
from verification.basics.errors import KioskError
from verification.basics.texts import Text, Texts
from verification.log.account import Account

_FOLDER = Path(__file__).parent
_ASK = (
    '<label><span>PIN hoặc mật khẩu<small lang="en">PIN or password</small></span>'
    '<input name="mat_khau" type="password" maxlength="200" required autofocus></label>'
)
_AGAIN = "2"  # seconds
_DEFAULT_CONTACT = "người quản trị kiosk của cơ sở"
_DEMO = Texts("app_pages.shell")("demo").vi


def came_from(path: str) -> str:
    """Return the page of this server to come back to; anything else is the start page."""
    return path if path in PAGE_PATHS else "/"


def wants_demo(house: House, asked: HTTPConnection) -> bool:
    """Tell whether "vào thử" is offered: the invented store, on this machine alone."""
    return house.kiosk.cards.status().demo and listening.is_here(house.settings, asked)


class Forms:
    """The forms for one request.

    Args:
        asked: The request.
        back: The page to come back to.
        said: What went wrong with the last try.
        status: Of the answer.
    """

    def __init__(
        self, asked: HTTPConnection, back: str, said: Text | None = None, status: int = 401
    ) -> None:
        self._house = current()
        self._asked = asked
        self._back = came_from(back)
        self._said = said
        self._status = status

    def sign_in(self, desk: str = "") -> HTMLResponse:
        """Return the form that opens a session.

        Args:
            desk: The one that was chosen before, where the last try went wrong.
        """
        answer, tie = self._tied()
        desks = desk_choice(self._house, self._asked, desk)
        hidden = {"hidden": self._hidden("thu", tie), "desks": desks}
        trying = Template(_file("try_out.html")).substitute(hidden)
        demo = wants_demo(self._house, self._asked)
        fields = {
            "hidden": self._hidden("vao", tie),
            "try_out": trying if demo else "",
            "desks": desks,
            "facility": escape(self._facility()),
            "contact": escape(self._house.settings.contact or _DEFAULT_CONTACT),
        }
        return self._filled(answer, "sign_in.html", "Đăng nhập", fields)

    def locked(self, digest: str, officer: Account, *, changing: bool = False) -> HTMLResponse:
        """Return the form that unlocks a session, changes its officer or ends it."""
        fields = {
            "officer": escape(officer.name),
            "secret": "" if officer.demo else _ASK,
            "hidden": self._hidden("mo-khoa", digest),
            "hidden_change": self._hidden("doi", digest),
            "hidden_out": self._hidden("ra", digest),
            "changing": " open" if changing else "",
        }
        return self._filled(self._empty(), "locked.html", "Đang khóa", fields)

    def away(self) -> HTMLResponse:
        """Return what is shown while the store cannot be asked; it asks again by itself."""
        answer = self._empty()
        answer.headers["refresh"] = _AGAIN
        return self._filled(answer, "away.html", "Chờ một chút", {})

    def first(self, code: str, name: str = "", ho_ten: str = "") -> HTMLResponse:
        """Return the form that makes the first administrator.

        Args:
            code: Of the link.
            name: What was typed before, of the account; the next hand goes to the password then.
            ho_ten: Likewise, of the officer.
        """
        answer, tie = self._tied()
        typed = {"code": escape(code), "name": escape(name), "ho_ten": escape(ho_ten)}
        focus = {"new": "" if name else " autofocus", "again": " autofocus" if name else ""}
        fields = {"hidden": self._hidden("moi", tie), **typed, **focus}
        return self._filled(answer, "first.html", "Quản trị viên đầu tiên", fields)

    def _facility(self) -> str:
        """Return the facility's name, as the board at its door says it."""
        kiosk = self._house.kiosk
        with suppress(KioskError):  # the desk says what is wrong with the store
            known = kiosk.cards.facility(kiosk.facility) if kiosk.facility else None
            return known.ten if known else ""
        return ""

    def _tied(self) -> tuple[HTMLResponse, str]:
        answer, signer = self._empty(), self._house.signer
        return answer, signer.form_of(self._asked.cookies) or signer.remember_form(answer)

    def _empty(self) -> HTMLResponse:
        return HTMLResponse("", self._status, _headers())

    def _hidden(self, purpose: str, tie: str) -> str:
        mark = self._house.signer.mark(purpose, tie)
        values = {"dau": mark, "ve": self._back}
        return "".join(
            f'<input type="hidden" name="{name}" value="{escape(value)}">'
            for name, value in values.items()
        )

    def _filled(
        self, answer: HTMLResponse, name: str, title: str, fields: Mapping[str, str]
    ) -> HTMLResponse:
        said = (
            f"{escape(self._said.vi)}<small>{escape(self._said.en)}</small>" if self._said else ""
        )
        body = Template(_file(name)).substitute(
            {"said": f'<p role="alert">{said}</p>' if said else "", **fields}
        )
        demo = wants_demo(self._house, self._asked)
        above = f'<header class="demo">{_DEMO}</header>' if demo else ""
        page = Template(_file("frame.html")).substitute(
            title=title, css=_look(), demo=above, body=body
        )
        answer.body = page.encode()
        answer.headers["content-length"] = str(len(answer.body))
        return answer


@cache
def _headers() -> Mapping[str, str]:
    look = base64.b64encode(hashlib.sha256(_look().encode()).digest()).decode()
    return {
        "cache-control": "no-store",
        # without it the browser sends `Origin: null` with the form
        "referrer-policy": "same-origin",
        "content-security-policy": (
            f"default-src 'none'; style-src 'sha256-{look}'; font-src 'self'; img-src data:; "
            "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        ),
    }


@cache
def _look() -> str:
    return faces() + _file("login.css")


@cache
def _file(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")
