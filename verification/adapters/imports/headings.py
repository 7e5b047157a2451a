"""The heading of a list from outside: where it stands, and their words turned into ours.

Lists come with titles and emblems above their heading, with a heading of several lines where one
word stands over several columns, and with a line of column numbers below it.
"""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from importlib import resources
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from verification.basics.errors import ImportFileError
from verification.basics.names import search_key

LOOKED_AT = 30  # lines among which a heading is looked for
HOURS = frozenset({"thoi_diem", "ngay_vao", "ngay_ra"})  # columns in which the hour counts
REST_OF_NAME = "ho_ten (tên)"  # the column right of `ho_ten` that goes on with the name

_TALL = 3  # lines of a heading, at most
_FEWEST = 2  # columns by which a heading is known again
_KINDS = (
    ("ma_the", "ho_ten"),
    ("thoi_diem", "ma_the", "ma_cskcb"),
    ("ma_cskcb", "ten"),
    ("ma_co_quan", "ten"),
    ("ma_so_bhxh", "ho_ten"),
    ("so_cccd", "ho_ten"),
)
_KEYS = frozenset({"ma_the", "ho_ten", "ma_cskcb", "ten", "ma_co_quan"})
_SIGN = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_NUMBERED = re.compile(r"^\s*\d{1,2}\s*[.)]\s*(?=\D)")
_DATE_FORM = re.compile(r"[DMYNT]{1,4}(?: [DMYNT]{1,4}){1,2}(?: HH?(?: [MS]{2}){0,2})?|[DMY]{8}")
_COLUMN_NUMBER = re.compile(
    r"[(\[]?\s*(?:\d{1,2}|[A-Z])\s*[)\]]?(?:\s*=[\dxX()+*/%\s-]+)?[)\]]?", re.ASCII
)
_LONG_NUMBER = re.compile(r"\d{3}")
_CARD = re.compile(r"[A-Z]{2}[1-5]\d{12}", re.ASCII)

Line = Sequence[str]


class Heading(NamedTuple):
    """Where a heading ends, and its columns.

    Args:
        at: The place of its last line among those that were looked at, from 0; rows follow.
        names: Of its columns, in our words where they are known.
    """

    at: int
    names: list[str]


Find = Callable[[Sequence[Line]], Heading]
"""Finds the heading among the first lines of a list."""


class _Words(NamedTuple):
    certain: Mapping[str, str]
    otherwise: Mapping[str, str]
    first: Mapping[str, Sequence[str]]
    beside: frozenset[str]
    neutral: frozenset[str]
    validity: frozenset[str]
    begins: frozenset[str]
    ends: frozenset[str]
    others: frozenset[str]


def find_heading(lines: Sequence[Line]) -> Heading:
    """Return the heading among the first lines of a list.

    It is what names the columns that a list cannot do without; where nothing does, it is the line
    that names most of ours, so that what is missing can be told.

    Args:
        lines: The first of a list, at most `LOOKED_AT`, blank ones too.
    """
    found = [_from(lines, at) for at in range(len(lines))]
    whole = [heading for heading in found if is_whole(heading.names)]
    best = max(whole or found, key=lambda heading: _known(heading.names), default=Heading(0, []))
    if whole and any(map(names_cards, lines[whole[0].at : best.at])):
        best = whole[0]
    return Heading(_below_numbers(lines, best.at), best.names)


def heading_of(path: Path, lines: Sequence[Line], find: Find = find_heading) -> Heading:
    """Return the heading among the first lines of a file.

    Raises:
        ImportFileError: It has one of our columns twice, or cards stand above it.
    """
    heading = find(lines)
    again = twice(heading.names)
    if again:
        names = ", ".join(again)
        raise ImportFileError(
            f"Tệp {path.name} có hơn một cột {names}; hãy giữ một cột; không có gì bị thay đổi",
            f"{path.name} has the column {names} more than once; keep one; nothing was changed",
        )
    if is_whole(heading.names) and any(map(names_cards, lines[: heading.at])):
        raise ImportFileError(
            f"Tệp {path.name} có thẻ nằm trên dòng tiêu đề; không có gì bị thay đổi",
            f"{path.name} has cards above its heading; nothing was changed",
        )
    return heading


def our_words(heading: Line) -> list[str]:
    """Return the names of columns, in our words where they are known."""
    return _named(_paths([heading]))


def twice(names: Sequence[str]) -> list[str]:
    """Return which of our columns a heading has more than once."""
    ours = _ours()
    return [name for name in dict.fromkeys(names) if name in ours and names.count(name) > 1]


def is_ours(name: str) -> bool:
    """Tell whether a column's name is one of our words."""
    return name in _ours()


def is_whole(names: Sequence[str]) -> bool:
    """Tell whether a heading has the columns that one kind of list cannot do without."""
    return any(all(name in names for name in kind) for kind in _KINDS)


def is_heading(cells: Line, names: Sequence[str]) -> bool:
    """Tell whether a line is the heading once more, or a part of it, or its column numbers.

    Args:
        cells: The line.
        names: The heading, as `find_heading` returns it.
    """
    if is_numbers(cells):
        return True
    ours = _ours()
    again = our_words(cells)
    same = sum(a == b and a in ours for a, b in zip(again, names, strict=False))
    return same >= _FEWEST and 2 * same >= sum(map(bool, again))


def is_numbers(cells: Line) -> bool:
    """Tell whether a line is the numbers of columns: (1) (2) (3), or A B C 1 2."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(filled) <= _FEWEST or len({*filled}) < len(filled):
        return False
    return all(map(_COLUMN_NUMBER.fullmatch, filled))


def names_cards(line: Line) -> bool:
    """Tell whether a cell of a line is the number of a card and nothing else."""
    return any(_CARD.fullmatch(cell.replace(" ", "").upper()) for cell in line)


def _from(lines: Sequence[Line], at: int) -> Heading:
    """Return the heading that begins with a line."""
    tall = 1
    while tall < _TALL and at + tall < len(lines) and _goes_on(lines[at : at + tall + 1]):
        tall += 1
    paths = _paths(lines[at : at + tall])
    names = _named(paths)
    if at and tall == 1 and _is_of_others(lines[at - 1]):
        over = _paths(lines[at - 1 : at + 1])
        names = [_unless_others(n, p) for n, p in zip(names, over, strict=False)]
    return Heading(at + tall - 1, names)


def _is_of_others(line: Line) -> bool:
    """Tell whether a line has several words, and one is of columns that are somebody else's."""
    filled = [word for cell in line if (word := " ".join(cell.split()))]
    return len(filled) >= _FEWEST and any(plain(word) in _words().others for word in filled)


def _unless_others(name: str, path: Sequence[str]) -> str:
    """Return the name of a column, in their words where what stands above is somebody else's."""
    of_others = len(path) > 1 and plain(path[0]) in _words().others
    return " ".join(path) if of_others else name


def _goes_on(lines: Sequence[Line]) -> bool:
    """Tell whether the last of the lines belongs to the heading that the others begin."""
    *upper, lower = lines
    if not any(cell.strip() for cell in lower) or is_numbers(lower):
        return False
    if any(map(_LONG_NUMBER.search, lower)):
        return False
    before, paths = _named(_paths(upper)), _paths(lines)
    after, ours = _named(paths), _ours()
    new = 0
    for at, cell in enumerate(lower):
        was = before[at] if at < len(before) else ""
        if not cell.strip() or not plain(cell):
            continue
        if after[at] in ours:
            new += after[at] != was
        elif was in _KEYS:
            return False
    only_signs = all(not plain(cell) for cell in lower)
    return new > 0 or only_signs or _splits(upper[-1], lower)


def _splits(upper: Line, lower: Line) -> bool:
    """Tell whether a line only divides columns over which one word stands."""
    filled = [at for at, cell in enumerate(lower) if cell.strip()]
    under = [at for at in filled if at >= len(upper) or not upper[at].strip()]
    with_left = {*under, *(at - 1 for at in under)}
    return len(filled) >= _FEWEST and bool(under) and all(at in with_left for at in filled)


def _paths(lines: Sequence[Line]) -> list[tuple[str, ...]]:
    """Return what stands in and over each column, from above.

    A word stands over the columns to its right too where they have words only below it.
    """
    width = max(map(len, lines), default=0)
    columns = [
        [" ".join(line[at].split()) if at < len(line) else "" for line in lines]
        for at in range(width)
    ]
    over = [""] * len(lines)  # the word of each line that stands over the column
    paths = []
    for column in columns:
        for at in range(len(lines)):
            under = any(column[at + 1 :]) and not any(column[: at + 1])
            over[at] = over[at] if under else column[at]
        paths.append(tuple(word for word, _ in groupby(filter(None, over))))
    return paths


def _named(paths: Sequence[Sequence[str]]) -> list[str]:
    words = _words()
    names = [_certain(path) or "" for path in paths]
    keys = [plain(" ".join(path)) for path in paths]
    taken = {*names}
    for at, key in enumerate(keys):
        name = words.otherwise.get(key, "")
        if not names[at] and name and name not in taken:
            names[at] = name
    for name, ranked in words.first.items():
        places = [keys.index(key) for key in ranked if key in keys]
        if name not in taken and places:
            names[places[0]] = name
    return _whole_name([n or " ".join(p) for n, p in zip(names, paths, strict=True)])


def _whole_name(names: list[str]) -> list[str]:
    """Let a name in two columns, family name first, be one."""
    if "ho_ten" not in names and names.count("ho_dem") == 1:
        at = names.index("ho_dem")
        if names[at + 1 : at + 2] == ["ten"]:
            names[at : at + 2] = ["ho_ten", REST_OF_NAME]
    return names


def _certain(path: Sequence[str]) -> str | None:
    """Return our word for what stands in and over a column; None where that is not certain."""
    words = _words()
    if not path:
        return None
    *above, leaf = path
    known = words.certain.get(plain(" ".join(path)))
    if known or not above:
        return known
    if not plain(leaf):
        return _certain(above)
    keys, key = [plain(word) for word in above], plain(leaf)
    about = words.neutral | words.validity
    if not all(word in about for word in keys):
        return None
    if key in words.begins:
        return "gt_the_tu"
    if key in words.ends:
        return "gt_the_den"
    return words.certain.get(key) or words.otherwise.get(key)


def _known(names: Iterable[str]) -> int:
    return len(_ours() & {*names})


def _below_numbers(lines: Sequence[Line], at: int) -> int:
    return at + 1 if at + 1 < len(lines) and is_numbers(lines[at + 1]) else at


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """Return the letters and digits of a column's name, without what stands beside it."""
    name = unicodedata.normalize("NFKC", name).translate(_LOOKS)
    name = _SIGN.sub(_unless_beside, _NUMBERED.sub("", name))
    return _joined(name)


def _unless_beside(sign: re.Match[str]) -> str:
    inside = search_key("".join(c if c.isalnum() else " " for c in sign[1]))
    joined = inside.replace(" ", "")
    beside = not joined or joined.isdigit() or _DATE_FORM.fullmatch(inside)
    return " " if beside or joined in _words().beside else sign[0]


def _joined(name: str) -> str:
    return "".join(c for c in search_key(name) if c.isalnum())


_LOOKS = str.maketrans("ÐƉ&", "ĐĐ ")


@lru_cache(maxsize=1)
def _ours() -> frozenset[str]:
    words = _words()
    return frozenset(words.certain.values()) | {REST_OF_NAME}


@lru_cache(maxsize=1)
def _words() -> _Words:
    source = resources.files("verification.adapters.imports").joinpath("headings.toml").read_bytes()
    known = tomllib.loads(source.decode())
    above = known["above"]
    return _Words(
        _by_alias({name: (name, *aliases) for name, aliases in known["heading"].items()}),
        _by_alias(known["else"]),
        {name: [_joined(alias) for alias in aliases] for name, aliases in known["first"].items()},
        _set(known["beside"]["words"]),
        _set(above["neutral"]),
        _set(above["validity"]),
        _set(above["begins"]),
        _set(above["ends"]),
        _set(above["others"]),
    )


def _by_alias(known: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {_joined(alias): name for name, aliases in known.items() for alias in aliases}


def _set(words: Iterable[str]) -> frozenset[str]:
    return frozenset(map(_joined, words))
