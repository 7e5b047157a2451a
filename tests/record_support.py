"""What tests of check-in records share: a signer as hospitals have one, and what a HIS tells."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING, Any

from verification.exchange.his_fields import ToldByHis, read_told

if TYPE_CHECKING:
    from pathlib import Path

ADMISSION = {
    "ma_bn": "BN0001",
    "ma_lk": "LK-2026-0001",
    "ma_dich_vu": "02.1896",
    "ten_dich_vu": "Khám Nội",
    "ngay_yl": "2026-11-22T08:20",
}
SIGNS = "data.replace(b'<CHUKYDONVI></CHUKYDONVI>', b'<CHUKYDONVI>bWF1</CHUKYDONVI>')"


def told(**changes: Any) -> ToldByHis:
    """Return what a hospital system tells after the first cost item, with changes."""
    values = {**ADMISSION, **changes}
    found = read_told({name: value for name, value in values.items() if value is not None})
    assert isinstance(found, ToldByHis), found
    return found


def signer(folder: Path, makes: str = SIGNS, before: str = "") -> str:
    """Return a setting whose program writes what an expression makes of `data`."""
    program = folder / "ky.py"
    lines = ["import os, sys, time", "data = sys.stdin.buffer.read()", before]
    lines += [f"sys.stdout.buffer.write({makes})"]
    program.write_text("\n".join(lines), encoding="utf-8")
    return shlex.join([sys.executable, "-S", str(program)])
