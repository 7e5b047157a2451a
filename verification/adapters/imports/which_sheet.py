"""Which sheets of a workbook are the list: one, or several of one heading; never one of several."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from verification.adapters.imports.headings import (
    LOOKED_AT,
    find_heading,
    heading_of,
    is_ours,
    is_whole,
    names_cards,
)
from verification.basics.errors import ImportFileError

_BELOW = 5  # lines that are looked at beside those among which the heading stands
_NAMED = 3  # sheets that a sentence names

Cells = Sequence[str]


class Begun(NamedTuple):
    """How a sheet begins.

    Args:
        place: Which of the workbook's sheets it is, from 0.
        name: As its tab says.
        hidden: Whether who opens the workbook does not see it.
        names: The columns of its heading, in our words where they are known.
        above: How many rows stand above the first one below the heading.
        filled: Whether anything is written below the heading.
        lines: Its first lines.
    """

    place: int
    name: str
    hidden: bool
    names: list[str]
    above: int
    filled: bool
    lines: list[Cells]


def begun(place: int, name: str, lines: Iterable[tuple[int, Cells]], *, hidden: bool) -> Begun:
    """Look at the first lines of a sheet.

    Args:
        place: Which of the workbook's sheets it is, from 0.
        name: As its tab says.
        lines: Those of the sheet with their numbers, blank ones too.
        hidden: Whether who opens the workbook does not see it.
    """
    looked: list[Cells] = []
    rows: list[int] = []  # how many rows were read with each
    before = 0
    for read, (at, cells) in enumerate(lines, 1):
        if not any(map(str.strip, cells)):
            continue
        if looked and at > before + 1 and looked[-1]:
            looked.append(())  # what stands apart belongs to no heading
            rows.append(read - 1)
        looked.append(cells)
        rows.append(read)
        before = at
        if len(looked) >= LOOKED_AT + _BELOW:
            break
    heading = find_heading(looked[:LOOKED_AT])
    names = heading.names
    while names and not names[-1]:  # as wide as the widest row
        names.pop()
    above = rows[heading.at] if rows else 0
    filled = any(looked[heading.at + 1 :])
    return Begun(place, name, hidden, names, above, filled, looked)


def chosen(path: Path, sheets: Sequence[Begun]) -> list[Begun]:
    """Return the sheets that are the list, in their order.

    Sheets of one heading are one list, such as those of a school's classes. A hidden sheet is none:
    nobody who looked at the workbook saw it.

    Raises:
        ImportFileError: It is not certain which they are.
        ValueError: There is no sheet.
    """
    seen = [sheet for sheet in sheets if not sheet.hidden]
    whole = [sheet for sheet in seen if is_whole(sheet.names)]
    filled = [sheet for sheet in whole if sheet.filled]
    if not whole and any(is_whole(sheet.names) for sheet in sheets):
        raise _refused(path, "danh sách nằm ở trang tính ẩn", "its list is on a hidden sheet")
    if not whole:
        best = max(seen, key=lambda sheet: sum(map(is_ours, sheet.names)), default=None)
        if best is None:
            raise ValueError("sheets")
        return [best]
    stray = [s.name for s in seen if s not in whole and any(map(names_cards, s.lines))]
    if stray:
        raise _refused(
            path,
            f"trang tính {_list(stray)} có thẻ nhưng không có dòng tiêu đề",
            f"the sheet {_list(stray)} has cards and no heading",
        )
    if any(sheet.names != filled[0].names for sheet in filled):
        names = _list([sheet.name for sheet in filled])
        raise _refused(
            path,
            f"các trang tính {names} có tiêu đề khác nhau; hãy để mỗi danh sách một tệp",
            f"the sheets {names} have different headings; keep a list in a file of its own",
        )
    lists = filled or whole[:1]
    for sheet in lists:
        heading_of(path, sheet.lines[:LOOKED_AT])
    return lists


def _refused(path: Path, vi: str, en: str) -> ImportFileError:
    return ImportFileError(
        f"Tệp {path.name}: {vi}; không có gì bị thay đổi", f"{path.name}: {en}; nothing was changed"
    )


def _list(names: Sequence[str]) -> str:
    more = "…" if len(names) > _NAMED else ""
    return ", ".join(f"“{name}”" for name in names[:_NAMED]) + more
