"""Tables from outside: CSV in UTF-8, or XLSX, with headings in our words or in Vietnamese."""

import csv
import tomllib
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib import resources
from pathlib import Path

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from verification.errors import ImportFileError
from verification.names import search_key

_DELIMITERS = ",;\t"


@dataclass(frozen=True)
class Table:
    """A table from outside.

    Args:
        heading: Column names, in our words where they are known.
        rows: One mapping of text a row; read once.
    """

    heading: Sequence[str]
    rows: Iterable[dict[str, str]]


@contextmanager
def read_table(path: Path) -> Iterator[Table]:
    """Open a CSV or XLSX file.

    Raises:
        ImportFileError: It cannot be read, or it is neither.
    """
    try:
        if path.suffix.lower() == ".xlsx":
            yield _xlsx(path)
        else:
            with path.open(encoding="utf-8-sig", newline="") as lines:
                yield _csv(lines)
    except UnicodeDecodeError as error:
        raise ImportFileError(
            f"Tệp {path.name} không phải UTF-8; hãy lưu lại dạng CSV UTF-8",
            f"{path.name} is not UTF-8; save it as CSV UTF-8",
        ) from error
    except (csv.Error, InvalidFileException, zipfile.BadZipFile, KeyError) as error:
        raise ImportFileError(
            f"Tệp {path.name} không phải bảng CSV hay XLSX", f"{path.name} is no CSV or XLSX table"
        ) from error
    except OSError as error:
        raise ImportFileError(
            f"Không mở được tệp {path.name}", f"Cannot open {path.name} ({error.strerror})"
        ) from error


def _csv(lines: Iterable[str]) -> Table:
    lines = iter(lines)
    first = next(lines, "")
    delimiter = max(_DELIMITERS, key=first.count)
    heading = _our_words(next(csv.reader([first], delimiter=delimiter), []))
    return Table(heading, _rows(heading, csv.reader(lines, delimiter=delimiter)))


def _xlsx(path: Path) -> Table:
    sheet = openpyxl.load_workbook(path, read_only=True, data_only=True).worksheets[0]
    cells = ([_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True))
    heading = _our_words(next(cells, []))
    return Table(heading, _rows(heading, cells))


def _rows(heading: Sequence[str], lines: Iterable[Sequence[str]]) -> Iterator[dict[str, str]]:
    for line in lines:
        if any(cell.strip() for cell in line):
            yield {name: cell.strip() for name, cell in zip(heading, line, strict=False)}


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def _our_words(heading: Sequence[str]) -> list[str]:
    return [_aliases().get(_plain(name), name.strip()) for name in heading]


def _plain(name: str) -> str:
    return search_key(name.replace("_", " "))


@lru_cache(maxsize=1)
def _aliases() -> dict[str, str]:
    source = resources.files("verification.rules").joinpath("headings.toml").read_bytes()
    known = tomllib.loads(source.decode())["heading"]
    return {_plain(alias): name for name, aliases in known.items() for alias in (name, *aliases)}
