"""Signed words under one key of the house: cookies and the tokens of forms."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from starlette.responses import Response

_SESSION = "kiosk"
_FORM = "kiosk_form"
_KNOWN = "kiosk_known"
_DESK = "kiosk_desk"
_KEPT_SECONDS = 180 * 24 * 3600
_MOST_KNOWN = 12  # accounts that one browser is known to; more than one desk has officers


class Signer:
    """Signs, for one purpose each.

    Args:
        master: The master key; another one is derived from it, so that neither tells the other.
        https: True where browsers speak https: cookies then go no other way.
    """

    def __init__(self, master: bytes, *, https: bool = False) -> None:
        self._https = https
        self._key = HKDF(SHA256(), 32, salt=None, info=b"kiosk cookies and forms").derive(master)

    def mark(self, purpose: str, value: str) -> str:
        """Return the signature of a value for a purpose."""
        raw = hmac.new(self._key, f"{purpose}\n{value}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    def holds(self, purpose: str, value: str, mark: str) -> bool:
        """Tell whether a signature is the value's for this purpose."""
        return hmac.compare_digest(
            self.mark(purpose, value).encode(), mark.encode("utf-8", "replace")
        )

    def session(self, cookies: Mapping[str, str]) -> str | None:
        """Return the digest of the session that the cookies name, None where none is signed."""
        token, _, mark = cookies.get(self._name(_SESSION), "").partition(".")
        if not token or not self.holds("session", token, mark):
            return None
        return hashlib.sha256(token.encode()).hexdigest()

    def remember(self, answer: Response, token: str) -> None:
        """Put a session's token into the browser's cookie; the store decides when it ends."""
        self._set(answer, _SESSION, f"{token}.{self.mark('session', token)}")

    def known(self, cookies: Mapping[str, str], account: str) -> str:
        """Return the name of a browser on which an account signed in before, empty where not.

        Device cookies, as OWASP describes them: who guesses passwords elsewhere does not shut this
        browser out.
        """
        browser, *marks = cookies.get(self._name(_KNOWN), "").split(".")
        own = self.mark("known", f"{account} {browser}")
        found = [mark for mark in marks if hmac.compare_digest(mark.encode(), own.encode())]
        return browser if browser and found else ""

    def know(self, answer: Response, cookies: Mapping[str, str], account: str) -> None:
        """Let the browser be known to an account from now on."""
        browser, *marks = cookies.get(self._name(_KNOWN), "").split(".")
        browser = browser or secrets.token_urlsafe(16)
        own = self.mark("known", f"{account} {browser}")
        kept = [own, *(mark for mark in marks if mark != own)][:_MOST_KNOWN]
        self._set(answer, _KNOWN, ".".join([browser, *kept]), _KEPT_SECONDS)

    def desk(self, cookies: Mapping[str, str]) -> tuple[str, str]:
        """Return which desk a browser chose last, and the browser's own name; both may be empty.

        It opens nothing: it says what stands chosen at the next sign-in, and tells two browsers of
        one desk apart.
        """
        browser, _, rest = cookies.get(self._name(_DESK), "").partition(".")
        mark, _, desk = rest.partition(".")
        holds = bool(browser) and self.holds("desk", f"{browser} {desk}", mark)
        return (desk, browser) if holds else ("", "")

    def keep_desk(self, answer: Response, cookies: Mapping[str, str], desk: str) -> None:
        """Let the browser be at a desk from now on; its own name stays."""
        browser = self.desk(cookies)[1] or secrets.token_urlsafe(16)
        mark = self.mark("desk", f"{browser} {desk}")
        self._set(answer, _DESK, f"{browser}.{mark}.{desk}", _KEPT_SECONDS)

    def forget(self, answer: Response) -> None:
        """Take the session's cookie out of the browser."""
        answer.delete_cookie(
            self._name(_SESSION), secure=self._https, httponly=True, samesite="strict"
        )

    def form_of(self, cookies: Mapping[str, str]) -> str:
        """Return what ties a form to a browser without a session, empty where nothing does yet."""
        return cookies.get(self._name(_FORM), "")

    def remember_form(self, answer: Response) -> str:
        """Tie a form to a browser without a session; return what does."""
        value = secrets.token_urlsafe(16)
        self._set(answer, _FORM, value)
        return value

    def _name(self, base: str) -> str:
        return f"__Host-{base}" if self._https else base

    def _set(self, answer: Response, base: str, value: str, seconds: int | None = None) -> None:
        answer.set_cookie(
            self._name(base),
            value,
            max_age=seconds,
            path="/",
            secure=self._https,
            httponly=True,
            samesite="strict",
        )
