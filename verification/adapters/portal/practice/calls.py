"""The calls of the practice portal: a request in, a status and a reply out."""

import base64
import hashlib
import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from verification.adapters.portal.practice.door import Account, Door, Pass
from verification.adapters.portal.practice.faults import Fault, Faults
from verification.adapters.portal.practice.history import History
from verification.adapters.portal.practice.lookup import LookUp
from verification.adapters.portal.practice.register import people, register
from verification.basics.dates import VIETNAM, vi_date

Reply = Mapping[str, Any] | None
Fields = Mapping[str, str]
Look = Callable[[bytes], str | None]
_SIGNED = re.compile(rb"<CHUKYDONVI>\s*(?!</CHUKYDONVI>)\S")


class Call(StrEnum):
    """What is asked, by its address."""

    TOKEN = "/api/token/take"  # noqa: S105  # an address
    LOOK_UP = "/api/egw/KQNhanLichSuKCB2024"
    HISTORY = "/api/egw/Lskcb2025"
    CO_PAYMENT = "/api/TraCuuCCT/TraCuuTienMCCT"
    CHECK_IN = "/api/qd130/checkInKcbQd3176"

    @property
    def word(self) -> str:
        """Return its name alone."""
        return self.value.rpartition("/")[2]


@dataclass(frozen=True)
class Request:
    """What came in.

    Args:
        query: Of the address.
        headers: By name in small letters.
        body: Its fields, of a form or of JSON.
        is_json: Whether the body was JSON.
        address: Who asks.
    """

    query: Fields
    headers: Fields
    body: Fields
    is_json: bool
    address: str


@dataclass(frozen=True)
class Answer:
    """What goes out: a status, and a reply or nothing."""

    status: int
    reply: Reply

    @property
    def code(self) -> str:
        """Return the reply's own code, or the status where there is none."""
        found = {key.lower(): value for key, value in (self.reply or {}).items()}
        return str(found.get("maketqua", f"HTTP {self.status}"))


def request_of(query: str, headers: Fields, body: bytes, address: str) -> Request:
    """Read a request; what is no form and no JSON has no fields."""
    kind = headers.get("content-type", "")
    text = body.decode("utf-8", "replace")
    is_json = "json" in kind
    fields = _of_json(text) if is_json else _of_form(text)
    return Request(_of_form(query), headers, fields, is_json, address)


def _of_form(text: str) -> Fields:
    return {name: values[-1] for name, values in parse_qs(text, keep_blank_values=True).items()}


def _of_json(text: str) -> Fields:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


class Calls:
    """Answers what is asked; knows nothing of connections.

    Args:
        folder: Of the demo's cards.
        faults: What is wrong at the moment.
        clock: The time, with time zone.
        look: Says what is wrong with a check-in record; None for nothing.
    """

    def __init__(
        self,
        folder: Path,
        faults: Faults,
        clock: Callable[[], datetime],
        look: Look = lambda _: None,
    ) -> None:
        data = people()
        self._door = Door(Account(**data["account"]), faults, clock)
        self._register = register(folder, data)
        self._look_up = LookUp(self._register, data)
        self._history = History(data)
        self._look = look
        self._records: dict[str, str] = {}
        self._lock = threading.Lock()
        self._answers: Mapping[Call, Callable[[Request, frozenset[Fault]], Answer]] = {
            Call.LOOK_UP: self._looked_up,
            Call.HISTORY: self._told,
            Call.CO_PAYMENT: self._paid,
            Call.CHECK_IN: self._checked_in,
        }

    @property
    def cards(self) -> int:
        """Return how many cards the portal knows."""
        return len(self._register)

    @property
    def records(self) -> int:
        """Return how many different check-in records were taken."""
        return len(self._records)

    def now(self) -> datetime:
        """Return what the portal takes for the time."""
        return self._door.now()

    def answer(self, call: Call, request: Request, on: frozenset[Fault]) -> Answer:
        """Answer one request, with the faults that it meets."""
        if call is Call.TOKEN:
            return Answer(HTTPStatus.OK, self._door.take(request.body, request.address))
        if not self._door.lets_in(_pass_of(call, request), on):
            return _refused(call, on)
        return self._answers[call](request, on)

    def _looked_up(self, request: Request, _on: frozenset[Fault]) -> Answer:
        now = self._door.now()
        reply, whom = self._look_up.answer(request.body, now.astimezone(VIETNAM).date())
        if whom:
            user = request.query["username"]
            reply["dsLichSuKT2018"] = self._history.looked(whom, user, reply["maKetQua"], now)
        return Answer(HTTPStatus.OK, reply)

    def _told(self, request: Request, on: frozenset[Fault]) -> Answer:
        refused = self._look_up.refused(request.body, strictly_days=True)
        whom = None if refused else self._whose(request.body)
        visits = self._history.visits(whom, self._door.now()) if whom else None
        if Fault.NULL_HISTORY in on:
            visits = None
        reply = {"maKetQua": refused or "000", "ghiChu": None, "dsLichSuKCB2025": visits}
        return Answer(HTTPStatus.OK, reply)

    def _whose(self, asked: Fields) -> str | None:
        today = self._door.now().astimezone(VIETNAM).date()
        return self._look_up.answer(asked, today)[1]

    def _paid(self, request: Request, _on: frozenset[Fault]) -> Answer:
        asked, now = request.body, self._door.now()
        if not request.is_json or not all(asked.get(k) for k in ("maThe", "hoTen", "ngaySinh")):
            return Answer(HTTPStatus.OK, _co_payment("400", "Dữ liệu đầu vào không hợp lệ."))
        today = now.astimezone(VIETNAM).date()
        known = self._register.find(asked["maThe"], today)
        rows = self._history.paid(known.row["ma_so_bhxh"], now) if known else []
        upto = f"Dữ liệu tính đến 23:59 ngày {vi_date(today - timedelta(days=1))}."
        if known is None or not rows:
            return Answer(HTTPStatus.OK, _co_payment("204", f"Không có dữ liệu. {upto}"))
        whose = {
            "hoTen": known.row["ho_ten"],
            "ngaySinh": asked["ngaySinh"],
            "ngayKetThuc": None,
            "maBhxh": known.row["ma_so_bhxh"],
        }
        told = [{**row, "ngayTraCuu": vi_date(today), "maThe": asked["maThe"]} for row in rows]
        return Answer(HTTPStatus.OK, _co_payment("200", upto, told, whose))

    def _checked_in(self, request: Request, on: frozenset[Fault]) -> Answer:
        """Take a check-in record; the same one again is the one that was taken."""
        try:
            record = base64.b64decode(request.body.get("fileHSBase64", ""), validate=True)
        except ValueError:
            record = b""
        if not record:
            return Answer(HTTPStatus.OK, _receipt("205", "Không đọc được hồ sơ."))
        if Fault.UNSIGNED in on or not _SIGNED.search(record):
            return Answer(HTTPStatus.OK, _receipt("205", "Hồ sơ chưa được ký số (CHUKYDONVI)."))
        if wrong := self._look(record):
            return Answer(HTTPStatus.OK, _receipt("205", f"Hồ sơ sai: {wrong}."))
        now = self._door.now().astimezone(VIETNAM)
        with self._lock:
            key = hashlib.sha256(record).hexdigest()
            number = self._records.setdefault(key, f"LT{len(self._records) + 1:08}")
        return Answer(
            HTTPStatus.OK,
            _receipt("200", "Tiếp nhận thành công.", number, now.strftime("%Y%m%d%H%M%S")),
        )


def _refused(call: Call, on: frozenset[Fault]) -> Answer:
    """Refuse in each of the ways in which clients have met it."""
    if call in {Call.CO_PAYMENT, Call.CHECK_IN}:
        return Answer(HTTPStatus.UNAUTHORIZED, None)
    if Fault.TOKEN_ADDRESS in on:
        return Answer(HTTPStatus.FORBIDDEN, None)
    as_status = call is Call.LOOK_UP and Fault.ONCE_401 in on
    note = "Lỗi xác thực tài khoản."
    status = HTTPStatus.UNAUTHORIZED if as_status else HTTPStatus.OK
    return Answer(status, {"maKetQua": "401", "ghiChu": note})


def _pass_of(call: Call, request: Request) -> Pass:
    """Return what is shown: in the address, for the newer functions in headers."""
    if call in {Call.CO_PAYMENT, Call.CHECK_IN}:
        shown, user = request.headers, request.body.get("username", "")
        names = ("accesstoken", "tokenid", "passwordhash")
    else:
        shown, user = request.query, request.query.get("username", "")
        names = ("token", "id_token", "password")
    token, id_token, md5 = (shown.get(name, "") for name in names)
    return Pass(token, id_token, user, md5, request.address)


def _co_payment(
    code: str, note: str, rows: list[dict[str, Any]] | None = None, whose: Reply = None
) -> dict[str, Any]:
    return {"MaKetQua": code, "GhiChu": note, "DataCCT": rows, "ThongTinSoThe": whose}


def _receipt(code: str, words: str, number: str | None = None, at: str = "") -> dict[str, Any]:
    return {
        "maKetQua": code,
        "maGiaoDich": number,
        "thoiGianTiepNhan": at or None,
        "thongDiep": words,
    }
