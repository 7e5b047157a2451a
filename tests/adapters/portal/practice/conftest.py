"""A practice portal on loopback, and somebody who asks it as the portal's papers say."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
import requests

from fixtures.tables import card_of
from tests.support import ROOT
from verification.adapters.portal.practice.calls import Call
from verification.adapters.portal.practice.register import people
from verification.adapters.portal.practice.server import Pace, Practice
from verification.basics.dates import VIETNAM, parse_partial

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.adapters.portal.practice.asked import Entry

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=VIETNAM)
OFFICER = {"hoTenCb": "Người Tra Cứu Mẫu", "cccdCb": "079194000299"}
_SECONDS = 20


class Asker:
    """Asks a practice portal; what it was told last stands in `told`."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        account = people()["account"]
        self.user = account["user"]
        self.md5 = hashlib.md5(account["password"].encode(), usedforsecurity=False).hexdigest()
        self.key: dict[str, str] = {}

    def post(
        self, call: Call | str, *, timeout: float = _SECONDS, **more: Any
    ) -> requests.Response:
        """Send a request."""
        return requests.post(f"{self.practice.url}{call}", timeout=timeout, **more)

    def take(self, **fields: str) -> dict[str, Any]:
        """Ask for a token, and keep it."""
        body = {"username": self.user, "password": self.md5} | fields
        told: dict[str, Any] = self.post(Call.TOKEN, data=body).json()
        self.key = told["APIKey"] or {}
        return told

    def query(self) -> dict[str, str]:
        """Return what stands in the address."""
        if not self.key:
            self.take()
        key = self.key
        names = {"token": key["access_token"], "id_token": key["id_token"]}
        return {**names, "username": self.user, "password": self.md5}

    def ask(
        self, number: str, call: Call = Call.LOOK_UP, *, as_json: bool = False, **fields: str
    ) -> requests.Response:
        """Look a card up by its number, with the facts of `cards.csv` unless given."""
        body = {"maThe": number, **facts(number), **OFFICER, **fields}
        sent: dict[str, Any] = {"json": body} if as_json else {"data": body}
        return self.post(call, params=self.query(), **sent)

    def code(self, number: str, **fields: str) -> str:
        """Look a card up and return the code."""
        return str(self.ask(number, **fields).json()["maKetQua"])

    def headers(self) -> dict[str, str]:
        """Return what the newer functions want in headers."""
        query = self.query()
        names = {"accessToken": "token", "tokenId": "id_token", "passwordHash": "password"}
        return {name: query[theirs] for name, theirs in names.items()}

    def co_payment(self, number: str, **fields: str) -> requests.Response:
        """Ask for the co-payment of the year."""
        body = {"username": self.user, "maThe": number, **facts(number), **fields}
        return self.post(Call.CO_PAYMENT, headers=self.headers(), json=body)

    def check_in(self, record: bytes, *, timeout: float = _SECONDS) -> requests.Response:
        """Send a check-in record."""
        body = {
            "username": self.user,
            "loaiHoSo": "0",
            "maTinh": "79",
            "maCSKCB": "79014",
            "fileHSBase64": base64.b64encode(record).decode(),
        }
        return self.post(Call.CHECK_IN, headers=self.headers(), data=body, timeout=timeout)


def facts(number: str) -> dict[str, str]:
    """Return name and birth date of a card of the tables, of anybody else invented ones."""
    try:
        row = card_of(number)
    except KeyError:
        return {"hoTen": "Nguyễn Văn Ví Dụ", "ngaySinh": "1990"}
    return {"hoTen": row["ho_ten"], "ngaySinh": parse_partial(row["ngay_sinh"]).vi}


@pytest.fixture
def entries() -> list[Entry]:
    """Return what the portal tells of its questions."""
    return []


@pytest.fixture
def practice(entries: list[Entry]) -> Iterator[Practice]:
    with Practice(
        ROOT / "fixtures", clock=lambda: NOW, pace=Pace(slow=0.05), tell=entries.append
    ) as made:
        yield made


@pytest.fixture
def asker(practice: Practice) -> Asker:
    return Asker(practice)
