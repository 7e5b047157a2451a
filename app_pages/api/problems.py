"""Why something is not answered: RFC 9457 problem details, each with a reason code."""

import logging
import math
from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import JSONResponse, Response

from verification.basics.errors import Forbidden, KioskError, StoreError
from verification.basics.texts import Text, read

_log = logging.getLogger(__name__)
_MEDIA = "application/problem+json"
_LATER = {"retry-after": "5"}
_CHALLENGE = {"www-authenticate": 'Bearer realm="kiosk"'}


def _catalogue() -> Mapping[str, tuple[int, Text]]:
    found = read(__package__, "texts.toml")["problem"]
    return {code: (int(entry["status"]), Text.of(entry).checked()) for code, entry in found.items()}


CATALOGUE = _catalogue()
"""Status and words of each reason code that is not of one route alone."""


class Refused(Exception):
    """What a route's answer raises in place of an answer; its response says why.

    Args:
        response: A problem.
    """

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


def problem(
    status: int,
    code: str,
    vi: str,
    en: str,
    headers: Mapping[str, str] | None = None,
    **more: object,
) -> Response:
    """Return problem details.

    Args:
        status: HTTP's.
        code: The reason code.
        vi: One sentence in Vietnamese, with nothing in it that was sent.
        en: The same in English.
        headers: More headers.
        more: More members, such as `field`: the name of the field that is wrong.
    """
    said = {
        "type": f"urn:kiosk:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": vi,
        "detail_en": en,
        "reason": code,
    }
    challenge = _CHALLENGE if status == HTTPStatus.UNAUTHORIZED else {}
    sent = {"cache-control": "no-store", **challenge, **(headers or {})}
    answer = JSONResponse(more | said, status, sent, _MEDIA)
    answer.reason = code  # type: ignore[attr-defined]  # for the log of access
    return answer


def known(code: str, headers: Mapping[str, str] | None = None, **more: object) -> Response:
    """Return the problem of a code of the catalogue."""
    status, text = CATALOGUE[code]
    return problem(status, code, text.vi, text.en, headers, **more)


def wait(code: str, seconds: float) -> Response:
    """Return a problem that is over after some seconds."""
    return known(code, {"retry-after": str(max(1, math.ceil(seconds)))})


def reason_of(answer: Response) -> str:
    """Return the reason code of a problem, the status of any other answer."""
    return str(getattr(answer, "reason", answer.status_code))


def of_error(error: Exception) -> Response:
    """Return the problem that an error is; its sentence may repeat what was sent, so it stays here.

    What a system is to be told in other words its route raises as `Refused`.
    """
    if isinstance(error, Refused):
        return error.response
    if isinstance(error, Forbidden):
        return known("no_right")
    if isinstance(error, StoreError):
        _log.warning("the store could not be used: %s", type(error).__name__)
        return known("store", _LATER)
    if isinstance(error, KioskError):
        return known("refused")
    _log.error("an answer failed", exc_info=error)
    return known("broken")
