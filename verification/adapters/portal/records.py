"""Sends signed check-in records to the national portal (`checkInKcbQd3176`).

At least once: where an answer is lost the record is sent again. No source says what the portal does
with a repeat; the guide has a visit sent more than once anyway (after the first item, and again
after the first of a stay in a bed), known by its `MA_LK`.
"""

import base64
import re
import threading
from collections.abc import Callable
from time import sleep
from typing import Protocol

from verification.adapters.portal.account import PortalAccount
from verification.adapters.portal.codes import code_of, meaning
from verification.adapters.portal.limits import LIMITS, Limits
from verification.adapters.portal.reading import read_fields, status_failure
from verification.adapters.portal.token import Token, TokenKeeper
from verification.adapters.portal.transport import Failed, Reply, Transport
from verification.adapters.portal.transport import Sent as Request
from verification.card.portal import Cause, PortalOutcome
from verification.exchange.sending import Sent

CALL = "/api/qd130/checkInKcbQd3176"
PORTAL = "portal"
_KIND = "0"  # `loaiHoSo` of a check-in record
_GOOD = "200"
_UNAUTHORISED = frozenset({401, 403})
_DENIED = frozenset({"401", "403"})
_WRONG = "205"
_REFUSED, _UNKNOWN = "record_refused", "record_code"
_FINE = range(200, 300)
_MOST_NAME = 200
_TIME = re.compile(r"[0-9]{8,14}")  # yyyyMMddHHmmss


class Pacing(Protocol):
    """The pace and the fortune of the account, which look-ups and records share."""

    def pause(self) -> float:
        """Return the seconds until one more may be sent; where it may be now it is counted."""

    def is_shut(self) -> bool:
        """Tell whether the portal just failed so often that nobody asks it."""


class RecordLine:
    """One line to the portal for records; it shares the token with the look-ups.

    Args:
        account: Of the facility.
        keeper: Of its token.
        seconds: Of a clock that nobody sets.
        pacing: How often the account may send.
        limits: How long is waited.
    """

    def __init__(
        self,
        account: PortalAccount,
        keeper: TokenKeeper,
        seconds: Callable[[], float],
        pacing: Pacing,
        limits: Limits = LIMITS,
    ) -> None:
        self._account = account
        self._keeper = keeper
        self._seconds = seconds
        self._pacing = pacing
        self._limits = limits
        self._transport = Transport(account, seconds, limits)
        self._turn = threading.Lock()

    def send(self, record: bytes, ma_cskcb: str) -> Sent:
        """Send a signed record, and return how that ended.

        Args:
            record: The file, signed.
            ma_cskcb: The facility that it is of.
        """
        with self._turn:
            begun = self._seconds()
            until = begun + self._limits.seconds.begin
            while (pause := self._pacing.pause()) > 0 and self._seconds() < until:
                sleep(min(pause, 1.0))
            if self._pacing.is_shut():
                return Sent(ok=False, to=PORTAL, cause=Cause.BREAKER)
            sent = self._sent(record, ma_cskcb, self._seconds() + self._limits.seconds.answer)
            ms = round((self._seconds() - begun) * 1000)
            return Sent(sent.ok, PORTAL, sent.receipt, sent.cause, sent.detail, ms, at=sent.at)

    def abort(self) -> None:
        """End what is under way, from another thread."""
        self._transport.abort()

    def _sent(self, record: bytes, ma_cskcb: str, until: float) -> Sent:
        token = self._keeper.token(self._transport, until)
        if isinstance(token, Failed):
            return _failed(token)
        found = self._transport.send(self._request(token, record, ma_cskcb), until)
        if _is_unauthorised(found):
            token = self._keeper.token(self._transport, until, worn=token)
            if isinstance(token, Failed):
                return _failed(token)
            found = self._transport.send(self._request(token, record, ma_cskcb), until)
        if isinstance(found, Failed):
            return _failed(found)
        if _is_unauthorised(found):
            return _failed(Failed(Cause.RIGHT, f"HTTP {found.status}"))
        return _read(found)

    def _request(self, token: Token, record: bytes, ma_cskcb: str) -> Request:
        account = self._account
        return Request(
            CALL,
            form={
                "username": account.user,
                "loaiHoSo": _KIND,
                "maTinh": ma_cskcb[:2],
                "maCSKCB": ma_cskcb,
                "fileHSBase64": base64.b64encode(record).decode(),
            },
            headers={
                "accessToken": token.access,
                "tokenId": token.id_token,
                "passwordHash": account.password_md5,
            },
        )


def _is_unauthorised(found: Reply | Failed) -> bool:
    if isinstance(found, Failed):
        return False
    if found.status in _UNAUTHORISED:
        return True
    fields = read_fields(found.body) if found.status in _FINE else None
    return fields is not None and code_of(fields) in _DENIED


def _read(found: Reply) -> Sent:
    fields = read_fields(found.body)
    code = code_of(fields) if fields else None
    if fields is None or code is None:
        failed = status_failure(found.status) or Failed(Cause.NOT_READABLE, f"HTTP {found.status}")
        return _failed(failed)
    if code == _GOOD:
        number = fields.text("magiaodich", most=_MOST_NAME)
        if number is None:  # nothing shows that it was taken: it is sent again
            return _failed(Failed(Cause.NOT_READABLE, "maGiaoDich"))
        at = fields.text("thoigiantiepnhan") or ""
        known = at if _TIME.fullmatch(at) else None  # it stands in the log unsealed: no free text
        return Sent(ok=True, to=PORTAL, receipt=number, at=known)
    outcome, cause = meaning(code)
    if outcome is PortalOutcome.SILENT:  # the portal itself failed
        return _failed(Failed(cause or Cause.PORTAL_ERROR, code))
    if failure := status_failure(found.status):
        return _failed(failure)
    refused = _REFUSED if code == _WRONG else _UNKNOWN
    return Sent(ok=False, to=PORTAL, cause=refused, detail=code)


def _failed(failed: Failed) -> Sent:
    return Sent(ok=False, to=PORTAL, cause=failed.cause.value, detail=failed.detail)
