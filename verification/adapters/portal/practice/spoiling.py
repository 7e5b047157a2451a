"""Replies as they leave: as JSON, or as the faults that are on make them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from verification.adapters.portal.practice.calls import Answer, Call, Reply
from verification.adapters.portal.practice.faults import Fault

_GATEWAY = (
    "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head>"
    "<body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>"
)
_RESTRICTED = "Có lỗi xảy ra trong quá trình tra cứu!"
_NEW_CODE = "977"
_JSON = "application/json; charset=utf-8"
_HTML = "text/html; charset=utf-8"
_LEAST = 30  # seconds that who asked too often is told to wait


@dataclass(frozen=True)
class Sent:
    """What is sent.

    Args:
        status: Of HTTP.
        body: The bytes.
        kind: Its content type.
        headers: More of them.
    """

    status: int
    body: bytes
    kind: str = _JSON
    headers: Mapping[str, str] | None = None


def turned_away(call: Call, on: frozenset[Fault]) -> Sent | None:
    """Return what is sent in place of an answer: nothing was done for it."""
    if Fault.HTTP_502 in on:
        return Sent(HTTPStatus.BAD_GATEWAY, _GATEWAY.encode(), _HTML)
    if Fault.HTTP_500 in on:
        return _json(HTTPStatus.INTERNAL_SERVER_ERROR, _failed(call, "Lỗi máy chủ."))
    if Fault.RATE_LIMIT in on and call is not Call.TOKEN:
        status = HTTPStatus.TOO_MANY_REQUESTS
        if call is Call.CO_PAYMENT:
            status = HTTPStatus.INTERNAL_SERVER_ERROR
        sent = _json(status, _failed(call, _RESTRICTED))
        return Sent(sent.status, sent.body, sent.kind, {"Retry-After": str(_LEAST)})
    return None


def sent(answer: Answer, on: frozenset[Fault]) -> Sent:
    """Return what is sent of an answer."""
    reply = answer.reply
    if Fault.EMPTY in on or reply is None:
        return Sent(answer.status, b"")
    if Fault.UNKNOWN_CODE in on:
        reply = _with_code(reply, _NEW_CODE)
    if Fault.WRONG_TYPE in on:
        reply = {name: _mistaken(value) for name, value in reply.items()}
    if Fault.UPPER_KEYS in on:
        reply = _upper(reply)
    whole = _json(answer.status, reply)
    if Fault.TRUNCATED in on:
        return Sent(whole.status, whole.body[: len(whole.body) // 2])
    return whole


def coded(answer: Answer, on: frozenset[Fault]) -> str:
    """Return the code that leaves, for the log."""
    return _NEW_CODE if Fault.UNKNOWN_CODE in on and answer.reply else answer.code


def _json(status: int, reply: Reply) -> Sent:
    return Sent(status, json.dumps(reply, ensure_ascii=False).encode())


def _failed(call: Call, words: str) -> dict[str, Any]:
    if call is Call.CO_PAYMENT:
        return {"MaKetQua": "500", "GhiChu": words, "DataCCT": None, "ThongTinSoThe": None}
    told = "thongDiep" if call is Call.CHECK_IN else "ghiChu"
    return {"maKetQua": "500", told: words}


def _with_code(reply: Mapping[str, Any], code: str) -> dict[str, Any]:
    """Return a reply of a code that no table has; a token that came with it is none."""
    return {
        name: code if name.lower() == "maketqua" else None if name == "APIKey" else value
        for name, value in reply.items()
    }


def _mistaken(value: object) -> object:
    """Return a value of another type than it ought to have."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return "; ".join(map(str, range(len(value))))
    return list(value.values()) if isinstance(value, dict) else value


def _upper(value: Any) -> Any:  # noqa: ANN401  # any JSON
    if isinstance(value, dict):
        return {name.upper(): _upper(one) for name, one in value.items()}
    return [_upper(one) for one in value] if isinstance(value, list) else value
