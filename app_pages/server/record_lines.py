"""How a line of the server's own record is written: plain or as JSON, with every number masked.

All that came with a record goes through `cleaned`: its words with their arguments, its fields, the
names of its logger and files. Of an error there is what and where, not what was in it.
"""

import json
import logging
import re
import traceback
from datetime import datetime
from enum import StrEnum
from urllib.parse import unquote

from verification.basics.dates import VIETNAM
from verification.basics.errors import KioskError
from verification.card.numbers import mask_within

LONGEST = 8_000
"""Characters of a text that are written; a library may have a whole answer in one."""
LEFT_OUT = "more"
"""The attribute of a record that says how many of its kind were left out before it."""

_QUERY = re.compile(  # and what follows of a number that is parted by blanks
    r"(/[^\s?\"']*)\?[^\s\"']*(?:[^\w•\"']{1,3}[\d%\\][^\s\"']*)*"
)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_GAP = r"(?:[^\w•]|_){0,3}"
_MANY_DIGITS = re.compile(rf"\d(?:{_GAP}\d){{7,}}")
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_ADDRESS = re.compile(rf"(?<![\w.])(?:{_OCTET}\.){{3}}{_OCTET}(?![\w.]|:\d{{6}})", re.ASCII)
_PORT = re.compile(r":\d{1,5}(?!\d)", re.ASCII)
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+")
_BYTES = re.compile(r"(?:\\+x[0-9a-fA-F]{2})+")
_LETTER = re.compile(r"\\+u([0-9a-fA-F]{4})")
_BLANK = re.compile(r"\\+[abfnrtv]")
_SHOWN = frozenset({10, 12, 13})  # lengths of numbers of which the last four may stand there
_LAST = 4
_DEEPEST = 3  # times that a text is encoded once more
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {
    *("message", "asctime", "color_message", "taskName", LEFT_OUT)
}


class Form(StrEnum):
    """How a line is written."""

    PLAIN = "plain"
    JSON = "json"


class Plain(logging.Formatter):
    """A line of text; an error has further ones."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        left = getattr(record, LEFT_OUT, 0)
        told = cleaned(f"{record.levelname} {record.name}: {_said(record)}")
        told += f" (+{left})" if left else ""
        error = _error(record)
        below = [*_lines(error.get("where")), *_lines(_words(error)), *_lines(record.stack_info)]
        return "\n".join([f"{self.formatTime(record)} {told}", *below])


class Json(logging.Formatter):
    """A line that is one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.fromtimestamp(record.created, VIETNAM)
        told: dict[str, object] = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": cleaned(record.levelname),
            "logger": cleaned(record.name),
            "event": cleaned(_said(record)),
        }
        extra = {name: value for name, value in vars(record).items() if name not in _OWN}
        if extra:
            told["fields"] = {cleaned(str(name)): _field(value) for name, value in extra.items()}
        if error := _error(record):
            told["error"] = error | {"where": _lines(error.get("where"))}
        if record.stack_info:
            told["stack"] = _lines(record.stack_info)
        if left := getattr(record, LEFT_OUT, 0):
            told["left_out"] = left
        return json.dumps(told, ensure_ascii=False)


def formatter(form: Form) -> logging.Formatter:
    """Return what writes lines of a form."""
    return Json() if form is Form.JSON else Plain()


def cleaned(text: str) -> str:
    """Return a text in one line, without query strings, with its numbers and addresses masked."""
    veiled = _QUERY.sub(r"\1", _veiled(_QUERY.sub(r"\1", text)))
    return _UNSEEN.sub(" ", veiled)[:LONGEST]


def _veiled(text: str) -> str:
    """Return a text with its numbers masked; what is encoded in it only stays if it hides none."""
    found = decoded = text
    for _ in range(_DEEPEST + 1):
        masked = _masked(decoded)
        if masked != decoded:
            found = decoded = masked
        further = _decoded(decoded)
        if further == decoded:
            break
        decoded = further
    return found


def _masked(text: str) -> str:
    """Mask between network addresses, which are no numbers of a person."""
    parts, at = [], 0
    for address in _ADDRESS.finditer(text):
        port = _PORT.match(text, address.end())
        end = port.end() if port else address.end()
        parts += [_without_numbers(text[at : address.start()]), text[address.start() : end]]
        at = end
    return "".join([*parts, _without_numbers(text[at:])])


def _without_numbers(text: str) -> str:
    return mask_within(_MANY_DIGITS.sub(_hidden, _MAIL.sub("•••@•••", text)))


def _hidden(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0])
    shown = digits[-_LAST:] if len(digits) in _SHOWN else ""
    return "•" * (len(digits) - len(shown)) + shown


def _decoded(text: str) -> str:
    """Return a text with one layer of its codes taken off: of addresses, of Python, of JSON."""
    plain = _LETTER.sub(lambda found: chr(int(found[1], 16)), _BLANK.sub(" ", unquote(text)))
    return _BYTES.sub(_from_bytes, plain).replace("\0", "")  # of two bytes a letter


def _from_bytes(found: re.Match[str]) -> str:
    return bytes.fromhex(re.sub(r"\\+x", "", found[0])).decode("utf-8", "replace")


def _said(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001  # arguments that do not fit: the words alone are written
        return str(record.msg)


def _field(value: object) -> object:
    """Return the value of a field: a small number as it is, else as masked text."""
    if value is None or isinstance(value, bool):
        return value
    try:
        text = cleaned(str(value))
    except Exception:  # noqa: BLE001  # whatever a library put there
        return type(value).__name__
    return value if isinstance(value, int | float) and text == str(value) else text


def _error(record: logging.LogRecord) -> dict[str, str]:
    """Return kind and place of an error; an error of our own has a sentence for people."""
    if not (isinstance(record.exc_info, tuple) and record.exc_info[0]):
        return {}
    kind, error, where = record.exc_info
    found = {"kind": cleaned(kind.__name__), "where": "".join(traceback.format_tb(where))}
    return found | ({"said": cleaned(str(error))} if isinstance(error, KioskError) else {})


def _words(error: dict[str, str]) -> str:
    return ": ".join(error[part] for part in ("kind", "said") if part in error)


def _lines(text: str | None) -> list[str]:
    return [cleaned(line) for line in (text or "").splitlines()]
