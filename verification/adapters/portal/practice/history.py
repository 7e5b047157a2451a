"""What the practice portal tells of the past: visits elsewhere, who looked, co-payment."""

import threading
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from verification.adapters.portal.practice.register import Data
from verification.basics.dates import VIETNAM, vi_date

_MINUTES = "%Y%m%d%H%M"
_FIRST_VISIT = 7001


class History:
    """The past of everybody, told from today.

    Args:
        data: What `people.toml` says.
    """

    def __init__(self, data: Data) -> None:
        self._data = data
        self._looked: dict[str, list[dict[str, str]]] = {}
        self._lock = threading.Lock()

    def visits(self, ma_so_bhxh: str, now: datetime) -> list[dict[str, Any]] | None:
        """Return the visits elsewhere, newest first; None where there is none, as the portal."""
        rows = [
            _visit(number, told, now)
            for number, told in enumerate(self._data["visits"], _FIRST_VISIT)
            if told["of"] == ma_so_bhxh
        ]
        return sorted(rows, key=lambda row: row["ngayVao"], reverse=True) or None

    def looked(self, ma_so_bhxh: str, user: str, code: str, now: datetime) -> list[dict[str, str]]:
        """Note that somebody looks, and return who looked today, newest first."""
        row = {"userKT": user, "thoiGianKT": _minute(now), "thongBao": "", "maLoi": code}
        with self._lock:
            rows = self._looked.setdefault(ma_so_bhxh, [])
            rows[:] = [one for one in rows if one["thoiGianKT"][:8] == row["thoiGianKT"][:8]]
            rows.append(row)
            ours = list(reversed(rows))
        others = self._data["looked_up"].get(ma_so_bhxh, ())
        morning = _minute(_at(now, 0, time(0, 10)))
        return [*ours, *({**row, "userKT": other, "thoiGianKT": morning} for other in others)]

    def paid(self, ma_so_bhxh: str, now: datetime) -> list[dict[str, Any]]:
        """Return the stays that count for the year's co-payment, by their last day, newest first.

        A day of last year is told as well: whose year it is says the date.
        """
        told = [row for row in self._data["paid"] if row["of"] == ma_so_bhxh]
        return [_paid(n, row, now) for n, row in enumerate(sorted(told, key=lambda r: r["ago"]), 1)]


def _at(now: datetime, ago: int, hour: time) -> datetime:
    """Return a time so many days ago, never after now."""
    local = now.astimezone(VIETNAM)
    return min(datetime.combine(local.date() - timedelta(days=ago), hour, VIETNAM), local)


def _minute(moment: datetime) -> str:
    return moment.astimezone(VIETNAM).strftime(_MINUTES)


def _visit(number: int, told: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    came = _at(now, told["ago"], time.fromisoformat(told["at"]))
    left = min(came + timedelta(days=told["stay"], hours=1), now) if "stay" in told else None
    return {
        "maHoSo": str(number),
        "maCSKCB": told["place"],
        "ngayVao": _minute(came),
        "ngayRa": _minute(left) if left else None,
        "tenBenh": told["disease"],
        "tinhTrang": told.get("state", "1"),
        "kqDieuTri": told.get("result", "2"),
        "lyDoVV": told["object_code"],
    }


def _paid(number: int, told: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    left = now.astimezone(VIETNAM).date() - timedelta(days=told["ago"])
    return {
        "Id": number,
        "maCskcb": told["place"],
        "ngayVao": vi_date(left - timedelta(days=told["stay"])),
        "ngayRa": vi_date(left),
        "maDoiTuongKCB": "1.11",
        "tBNCCTMCCT": told.get("exempt", 0),
        "tBNCCTLuyKe": told["total"],
        "ngayNhan": vi_date(left),
        **{f"duPhong{n}": None for n in range(1, 6)},
    }
