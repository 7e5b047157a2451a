"""The card look-up, `KQNhanLichSuKCB2024`: a question in, a code and the facts out."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from verification.adapters.portal.practice.register import Data, Known, Register, Row
from verification.basics import names
from verification.basics.dates import PartialDate, parse_partial
from verification.card import numbers
from verification.card.numbers import NumberKind

Fields = Mapping[str, str]
_KINDS = {NumberKind.CARD15, NumberKind.BHXH10, NumberKind.CCCD12}
_SEXES = {"1": "Nam", "2": "Nữ"}
_SILENT_ON_FACTS = frozenset({"060", "061", "100", "101", "205", "500"})
_FIELDS = (
    *("maThe", "hoTen", "ngaySinh", "gioiTinh", "diaChi", "maDKBD", "cqBHXH", "gtTheTu"),
    *("gtTheDen", "maKV", "ngayDu5Nam", "maSoBHXH", "maTheCu", "maTheMoi", "gtTheTuMoi"),
    *("gtTheDenMoi", "maDKBDMoi", "tenDKBDMoi", "dsLichSuKCB2018", "dsLichSuKT2018"),
)


class LookUp:
    """Answers questions about cards.

    Args:
        register: Whom the portal knows.
        data: What `people.toml` says.
    """

    def __init__(self, register: Register, data: Data) -> None:
        self._register = register
        self._data = data

    def answer(self, asked: Fields, today: date) -> tuple[dict[str, Any], str | None]:
        """Return a reply, and the BHXH number of whom it tells something."""
        if refused := self.refused(asked):
            return self._reply(refused), None
        number = numbers.compact(asked["maThe"])
        if numbers.kind_of(number) not in _KINDS:
            return self._reply("051"), None
        known = self._register.find(number, today)
        if known is None:
            return self._reply(self._register.wrong_in(number)), None
        code = _differs(known.row, asked) or self._code(known, today)
        reply = self._reply(code, known)
        return reply, reply["maSoBHXH"]

    def refused(self, asked: Fields, *, strictly_days: bool = False) -> str | None:
        """Return the code of a question that is not answered for its own sake.

        Args:
            asked: The fields of the body.
            strictly_days: True where a month and its year are no birth date.
        """
        birth = _birth(asked.get("ngaySinh", ""))
        if not (asked.get("maThe", "").strip() and asked.get("hoTen", "").strip() and birth):
            return "205"
        if strictly_days and birth.month and not birth.day:
            return "205"
        officers = self._data["officers"]
        name = officers.get(asked.get("cccdCb", "").strip())
        if name is None:
            return "054"
        return None if names.same(name, asked.get("hoTenCb", "")) else "055"

    def _code(self, known: Known, today: date) -> str:
        if known.code:
            return known.code
        if known.new:
            return "003" if known.ended_on(today) else "004"
        return "010" if known.ended_on(today) else "000"

    def _reply(self, code: str, known: Known | None = None) -> dict[str, Any]:
        reply: dict[str, Any] = {"maKetQua": code, "ghiChu": self._data["notes"].get(code)}
        reply |= dict.fromkeys(_FIELDS)
        if known is None or code in _SILENT_ON_FACTS:
            return reply
        row = known.row
        words = known.note if known.note and code == known.code else reply["ghiChu"]
        reply |= _facts(row) | (self._new(known) if known.new else {})
        return reply | {"ghiChu": f"{words} {_told(row)}"}

    def _new(self, known: Known) -> dict[str, Any]:
        found = self._register.find(known.new, date.max)
        row = found.row if found else known.row
        return {
            "maTheMoi": known.new,
            "gtTheTuMoi": _day(known.new_from or row["gt_the_tu"]),
            "gtTheDenMoi": _day(known.new_to or row["gt_the_den"]),
            "maDKBDMoi": row["ma_dkbd"],
        }


def _birth(text: str) -> PartialDate | None:
    """Read a birth date as the newer functions do: bare digits are a year or nothing."""
    written = text.strip()
    if not written or ("/" not in written and len(written) != len("yyyy")):
        return None
    try:
        return parse_partial(written)
    except ValueError:
        return None


def _differs(row: Row, asked: Fields) -> str:
    """Return the code of a name or a birth date that is not the card's."""
    ours, theirs = names.fold(row["ho_ten"]), names.fold(asked["hoTen"])
    if ours != theirs:
        first = [names.search_key(name)[:1] for name in (row["ho_ten"], asked["hoTen"])]
        return "061" if first[0] == first[1] else "060"
    birth = _birth(asked["ngaySinh"])
    agrees = birth is not None and birth.agrees(parse_partial(row["ngay_sinh"]))
    return "" if agrees else "070"


def _facts(row: Row) -> dict[str, Any]:
    return {
        "maThe": row["ma_the"],
        "hoTen": row["ho_ten"],
        "ngaySinh": _day(row["ngay_sinh"]),
        "gioiTinh": _SEXES[row["gioi_tinh"]],
        "diaChi": row["dia_chi"],
        "maDKBD": row["ma_dkbd"],
        "cqBHXH": f"Bảo hiểm xã hội mẫu {row['ma_the'][3:5]}",
        "gtTheTu": _day(row["gt_the_tu"]),
        "gtTheDen": _day(row["gt_the_den"]),
        "maKV": row["ma_kv"],
        "ngayDu5Nam": _day(row["ngay_du_5_nam"]),
        "maSoBHXH": row["ma_so_bhxh"],
    }


def _told(row: Row) -> str:
    """Write what `ghiChu` says of the card, in words."""
    facts = _facts(row)
    until = f"đến {facts['gtTheDen']}" if facts["gtTheDen"] else "chưa có hạn cuối"
    return (
        f"Họ tên: {facts['hoTen']}, ngày sinh: {facts['ngaySinh']}, giới tính: "
        f"{facts['gioiTinh']}, nơi ĐK KCB ban đầu: {facts['maDKBD']}, giá trị từ "
        f"{facts['gtTheTu']} {until}."
    )


def _day(iso: str) -> str | None:
    return parse_partial(iso).vi if iso else None
