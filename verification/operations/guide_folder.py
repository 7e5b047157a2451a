"""The folder of short guides in further languages: files that the hospital writes.

What stands in such a file is shown to strangers as it is, so its size is bounded, and what could
turn a line around or hide a part of it is refused. A file that is not right is left out and told.
"""

import re
import threading
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

from verification.basics.errors import RequestError
from verification.basics.texts import LANGUAGES, Text, Texts
from verification.operations.settings import Settings
from verification.reception.guide.languages import Languages, ShortGuide

USUAL = "huong-dan"
"""Name of the folder beside the database."""
MOST_BYTES = 16_000
MOST_FILES = 20
MOST_LINES = 8
_LONGEST = {"name": 40, "title": 100, "hotline": 160, "checked_by": 100}
_LONGEST_LINE = 180
_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}", re.ASCII)
_DIRECTIONS = ("ltr", "rtl")
_KEYS = frozenset({"lang", "direction", "lines", "date", *_LONGEST})
_CONTROL = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_TEXTS = Texts("verification.operations")


class GuideFolder:
    """The folder as it stands now: a file that is put there is shown without a restart.

    Args:
        folder: `KIOSK_GUIDES`; may be away.
        asked_for: Whether the house named the folder, so that it is told where it is away.
    """

    def __init__(self, folder: Path, *, asked_for: bool = True) -> None:
        self._folder = folder
        self._asked_for = asked_for
        self._lock = threading.Lock()
        self._seen: object = ()
        self._languages = Languages()

    def read(self) -> Languages:
        """Return what is there; files are read anew where one of them changed."""
        with self._lock:
            files = self._files()
            seen = None if files is None else [(file.name, _mark(file)) for file in files]
            if seen != self._seen:
                self._seen, self._languages = seen, self._read(files)
            return self._languages

    def _files(self) -> Sequence[Path] | None:
        """Return the files, None where the folder is away."""
        try:
            return sorted(self._folder.glob("*.toml")) if self._folder.is_dir() else None
        except OSError:
            return None

    def _read(self, files: Sequence[Path] | None) -> Languages:
        if files is None:
            away = _TEXTS("guide_folder.away", folder=self._folder)
            return Languages(troubles=(away,) if self._asked_for else ())
        guides: dict[str, ShortGuide] = {}
        troubles: list[Text] = []
        for file in files[:MOST_FILES]:
            try:
                guides[file.stem] = short_guide_of(file.name, _bytes(file))
            except RequestError as error:
                troubles.append(Text(error.vi, error.en))
        if len(files) > MOST_FILES:
            left = len(files) - MOST_FILES
            troubles.append(_TEXTS("guide_folder.many", most=MOST_FILES, left=left))
        return Languages(guides, tuple(troubles))


def guide_folder(settings: Settings) -> GuideFolder:
    """Return the folder of an installation."""
    usual = settings.folder / USUAL
    return GuideFolder(settings.guides or usual, asked_for=settings.guides is not None)


def _mark(file: Path) -> tuple[int, int] | None:
    """Return what changes with a file's content; None where it cannot be looked at."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _bytes(file: Path) -> bytes:
    """Return the beginning of a file; what is no file, such as a pipe, is not opened."""
    try:
        if not file.is_file():
            raise _wrong(file.name, "unreadable")
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError:
        raise _wrong(file.name, "unreadable") from None


def short_guide_of(file: str, written: bytes) -> ShortGuide:
    """Return the guide that a file holds.

    Args:
        file: Its name.
        written: What stands in it.

    Raises:
        RequestError: It is not right; the sentence says what.
    """
    values = _table(file, written)
    lang = values.get("lang")
    if not isinstance(lang, str) or not _CODE.fullmatch(lang) or f"{lang}.toml" != file:
        raise _wrong(file, "lang")
    if lang in LANGUAGES:
        raise _wrong(file, "own")
    if values.get("direction", "ltr") not in _DIRECTIONS:
        raise _wrong(file, "direction")
    return ShortGuide(
        lang,
        _line(file, values, "name"),
        values.get("direction", "ltr"),
        _line(file, values, "title"),
        _lines(file, values.get("lines")),
        _line(file, values, "hotline", empty=True),
        _line(file, values, "checked_by", empty=True),
        _day(file, values.get("date")),
    )


def _wrong(file: str, what: str, **told: object) -> RequestError:
    why = _TEXTS(f"guide_folder.wrong.{what}", **told)
    said = _TEXTS("guide_folder.left_out", file=file, why=why)
    return RequestError(said.vi, said.en)


def _table(file: str, written: bytes) -> dict[str, Any]:
    if len(written) > MOST_BYTES:
        raise _wrong(file, "large", most=MOST_BYTES // 1000)
    try:
        values = tomllib.loads(written.decode("utf-8-sig").replace("\r\n", "\n"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        raise _wrong(file, "toml") from None
    if odd := sorted(set(values) - _KEYS):
        raise _wrong(file, "odd", key=odd[0][:20])
    return values


def _line(file: str, values: Mapping[str, Any], key: str, *, empty: bool = False) -> str:
    value = values.get(key, "" if empty else None)
    if not isinstance(value, str) or len(value) > _LONGEST[key] or not (_is_plain(value)):
        raise _wrong(file, "line", key=key, most=_LONGEST[key])
    line = " ".join(value.split())
    if not (line or empty):
        raise _wrong(file, "line", key=key, most=_LONGEST[key])
    return line


def _lines(file: str, given: object) -> tuple[str, ...]:
    lines: Sequence[object] = given if isinstance(given, list) else ()
    fit = [
        " ".join(line.split())
        for line in lines
        if isinstance(line, str) and line.strip() and len(line) <= _LONGEST_LINE and _is_plain(line)
    ]
    if not 0 < len(lines) <= MOST_LINES or len(fit) != len(lines):
        raise _wrong(file, "lines", most=MOST_LINES, longest=_LONGEST_LINE)
    return tuple(fit)


def _is_plain(text: str) -> bool:
    """Tell whether nothing in a text ends a line or turns it around; joiners of letters may be."""
    return not any(unicodedata.category(sign) in _CONTROL or sign in _TURNING for sign in text)


def _day(file: str, given: object) -> date:
    if isinstance(given, str):
        with suppress(ValueError):
            return datetime.strptime(given.strip(), "%d/%m/%Y").date()  # noqa: DTZ007  # a day alone
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    raise _wrong(file, "date")
