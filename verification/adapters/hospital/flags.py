"""Asks a province about a visit of this house: which rules hold, over the visits of all houses."""

import json
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from verification.basics.errors import RequestError
from verification.exchange.handover.signing import Secrets, signed

_SECONDS = (5.0, 15.0)
_MOST_BYTES = 100_000
_LONGEST = 20


@dataclass(frozen=True)
class Flagged:
    """A rule that holds.

    Args:
        rule: Which, as docs/misuse.md has them.
        version: Of its thresholds.
        level: How much it matters.
        count: What it counted.
    """

    rule: str
    version: int
    level: str
    count: int


@dataclass(frozen=True)
class Province:
    """Where this house hands over to.

    Args:
        address: That of the messages; it may hold a secret.
        secrets: What this house signs by.
        ca: A file of authorities to believe, None for the machine's.
    """

    address: str = field(repr=False)
    secrets: Secrets = field(repr=False)
    ca: Path | None = None

    def flags(self, visit: str, day: date, second: int) -> list[Flagged] | None:
        """Return the flags of a visit, None where the province does not know it.

        Args:
            visit: A visit of this house.
            day: Its day.
            second: Now, seconds since 1970.

        Raises:
            RequestError: There is no answer of a province.
        """
        body = json.dumps({"visit_id": visit, "ngay": day.isoformat()}).encode()
        headers = signed(f"flags:{visit}", second, body, self.secrets)
        status, answer = self._posted(body, headers)
        if status == HTTPStatus.NOT_FOUND:
            return None
        if status != HTTPStatus.OK:
            raise _no_answer(f"HTTP {status}")
        try:
            return [_flagged(**one) for one in json.loads(answer)["flags"]]
        except (ValueError, LookupError, TypeError, RecursionError):
            raise _no_answer("JSON") from None

    def _posted(self, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        parts = urlsplit(self.address)
        to = parts._replace(path=f"{parts.path.rpartition('/')[0]}/flags").geturl()
        with requests.Session() as line:
            line.trust_env = False  # no proxy of the environment
            try:
                answer = line.post(
                    to,
                    body,
                    headers=headers,
                    timeout=_SECONDS,
                    verify=str(self.ca) if self.ca else True,
                    allow_redirects=False,
                    stream=True,
                )
                return answer.status_code, next(answer.iter_content(_MOST_BYTES), b"")
            except (requests.RequestException, OSError) as error:
                raise _no_answer(type(error).__name__) from None


def _flagged(*, rule: Any, version: Any, level: Any, count: Any) -> Flagged:  # noqa: ANN401
    words = all(isinstance(one, str) and len(one) <= _LONGEST for one in (rule, level))
    if not words or type(version) is not int or type(count) is not int:
        raise ValueError("flag")
    return Flagged(rule, version, level, count)


def _no_answer(why: str) -> RequestError:
    return RequestError(
        f"Không hỏi được cờ của tỉnh ({why}): xem KIOSK_HANDOVER_TO, nơi đó phải chạy "
        "province receive",
        f"The province gives no flags ({why}): see KIOSK_HANDOVER_TO; it must run province receive",
    )
