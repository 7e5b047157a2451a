"""The house's list of rooms or specialties: a small table that somebody keeps in a spreadsheet."""

import csv
import re
from pathlib import Path

from verification.basics.errors import SettingsError
from verification.kiosk import Room

MOST = 99
_LONGEST = 60
_CODE = re.compile(r"[A-Za-z0-9._-]{1,12}", re.ASCII)
_HEADING = ["ma", "ten"]


def read_rooms(path: Path) -> tuple[Room, ...]:
    """Read the rooms, in the order of the file: CSV of `ma,ten`, with comma or semicolon.

    Raises:
        SettingsError: It cannot be read, or a line is wrong; the sentence says which.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise _wrong(path, 1) from None
    delimiter = ";" if lines and ";" in lines[0] else ","
    rows = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=delimiter)]
    rooms: list[Room] = []
    if not rows or [cell.lower() for cell in rows[0]] != _HEADING:
        raise _wrong(path, 1)
    for number, row in enumerate(rows[1:], 2):
        if not any(row):
            continue
        if not _is_room(row) or row[0] in {room.code for room in rooms}:
            raise _wrong(path, number)
        rooms.append(Room(*row))
    if not 0 < len(rooms) <= MOST:
        raise _wrong(path, len(rows))
    return tuple(rooms)


def _is_room(row: list[str]) -> bool:
    if len(row) != len(_HEADING) or not _CODE.fullmatch(row[0]):
        return False
    return 0 < len(row[1]) <= _LONGEST and row[1].isprintable()


def _wrong(path: Path, line: int) -> SettingsError:
    return SettingsError(
        f"Thiết lập KIOSK_ROOMS: {path.name}, dòng {line} không đúng; dòng đầu là ma,ten, rồi "
        f"mỗi dòng một phòng (tối đa {MOST}), mã không trùng, ví dụ: P12,Nội tổng quát",
        f"Setting KIOSK_ROOMS: {path.name}, line {line} is not right; the first line is ma,ten, "
        f"then a room a line ({MOST} at most), each code once, such as: P12,Nội tổng quát",
    )
