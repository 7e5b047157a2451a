"""Each line of the server's own record, plain and JSON: no number of anybody survives in it."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from dataclasses import replace
from io import StringIO
from itertools import product
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app_pages.server.limits import LIMITS
from app_pages.server.record_lines import LONGEST, Form, cleaned, formatter
from app_pages.server.records import kept
from tests.support import ROOT, each
from verification.basics.errors import SettingsError, StoreError
from verification.operations.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MANY = replace(LIMITS.records, alike_a_minute=1e9, alike_at_once=100_000, shown_at_once=0)
NUMBERS = st.one_of(
    st.from_regex(r"0[0-9]{11}|[0-9]{10}|[0-9]{13}|[0-9]{8}|[0-9]{16,20}", fullmatch=True),
    st.from_regex(r"(GD|TE|DN|ht)[1-5][0-9]{12}", fullmatch=True),
)
BETWEEN = st.sampled_from(
    ["", "", " ", ".", "-", "_", "\u00a0", "\u2013", "/", ", ", "\u200b", "\n"]
)
_LAST = 4
SIZES = st.sampled_from([1, 2, 3, 4, 5])


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isdigit() else c for c in text)


def twice(text: str) -> str:
    return quote(quote(text))


def every_byte(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode())


CODES: list[Callable[[str], str]] = [
    *(str, full_width, quote, twice, every_byte, json.dumps),
    *(lambda text: repr(text.encode()), lambda text: repr(full_width(text).encode())),
    lambda text: repr(text.encode("utf-16-le")),
    lambda text: "".join(f"\\u{ord(c):04x}" for c in text),
    lambda text: str({"the": text, "ma": [text]}),
]
SAID = {"msg": "x", "name": "x", "levelno": logging.ERROR, "levelname": "ERROR"}
PLACES: list[Callable[[logging.Logger, str], None]] = [
    lambda log, text: log.warning(text),
    lambda log, text: log.warning("card %s refused", text),
    lambda log, text: log.warning("card %s%s refused", text[:7], text[7:]),
    lambda log, text: log.warning("%r", ValueError(text)),
    lambda log, text: log.handle(
        logging.makeLogRecord(SAID | {"msg": f"{text} %d", "args": (0, 1)})
    ),
    lambda log, text: log.warning("GET /a?so=%s&b=c", text),
    lambda log, text: log.warning("x", extra={"card": text, "more_of_it": {"a": [text]}}),
    lambda log, text: log.warning("x", extra={f"{text}_": 1}),
    lambda log, text: log.handle(logging.makeLogRecord(SAID | {"name": f"library.{text}"})),
    lambda log, text: _fails(log, ValueError(text)),
    lambda log, text: _fails(log, StoreError(text, text)),
    lambda log, text: log.warning("x", extra={"whole": int("9" + re.sub(r"\D", "", text))}),
]


def _fails(log: logging.Logger, error: Exception) -> None:
    try:
        raise error
    except (ValueError, StoreError):
        log.exception("it failed")


def decoded(text: str) -> str:
    """Return a text without its codes."""
    for _ in range(3):
        text = unquote(text)
    text = re.sub(r"\\+u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    text = re.sub(r"\\+[nrt]", " ", re.sub(r"\\+x00", "", text))
    as_bytes = re.compile(r"(?:\\+x[0-9a-f]{2})+")
    return as_bytes.sub(
        lambda found: bytes.fromhex(re.sub(r"\\+x", "", found[0])).decode("utf-8", "replace"), text
    )


_APART = re.compile(r"\d(?:(?:[^\w•]|_){0,3}\d)*")  # digits that are read as one number
_OURS = re.compile(
    r'^\d[\d-]+ [\d:,]+ |^{"time": "[^"]+", |, line \d+, in '
)  # no text of a library


def most_digits(line: str) -> int:
    """Return how many digits a line shows of what is read as one number, apart from its time."""
    found = _APART.findall(decoded(_OURS.sub("", line)))
    return max((sum(c.isdigit() for c in one) for one in found), default=0)


class _Kept:
    """A logger of a library, and the lines that were made of what it says."""

    def __init__(self, form: Form) -> None:
        self.out = StringIO()
        handler = logging.StreamHandler(self.out)
        handler.setFormatter(formatter(form))
        self.handler = handler

    def lines(self, say: Callable[[logging.Logger, str], None], text: str) -> str:
        self.out.seek(0)
        self.out.truncate()
        root = logging.getLogger()
        before, root.handlers = root.handlers, [self.handler]
        try:
            say(logging.getLogger("a.library"), text)
        finally:
            root.handlers = before
        return self.out.getvalue()


FORMS = {form: _Kept(form) for form in Form}


@example(number="00012345", between=", ", size=1, code=str, around="{}")
@example(number="08906093", between="\n", size=5, code=str, around="{}")
@example(number="4797900044", between=" ", size=4, code=str, around="{}")
@given(
    number=NUMBERS,
    between=BETWEEN,
    size=SIZES,
    code=st.sampled_from(CODES),
    around=st.sampled_from(["{}", "the {} thẻ", "({})", "<b>{}</b>", "so={};x", "x{}y", "•{}•"]),
)
@settings(max_examples=150)
def test_no_number_survives_in_any_line(
    number: str, between: str, size: int, code: Callable[[str], str], around: str
) -> None:
    parts = [number[at : at + size] for at in range(0, len(number), size)]
    written = around.format(code(between.join(parts)))
    for form, say in product(Form, PLACES):
        lines = FORMS[form].lines(say, written)
        assert lines
        for line in lines.splitlines():
            assert most_digits(line) <= _LAST, line
            assert form is Form.PLAIN or json.loads(line)["logger"]


@given(st.text(max_size=200))
def test_any_text_is_one_line_and_cleaning_it_again_changes_nothing(text: str) -> None:
    once = cleaned(text)
    assert once.splitlines() in ([], [once])
    assert cleaned(once) == once or "%" in text or "\\" in text or "?" in text


@each(
    ("said", "told"),
    [
        ("10.1.20.33:50123 - WebSocket", "10.1.20.33:50123 - WebSocket"),
        ("thẻ GD4797900000011 lỗi", "thẻ GD•••••••••0011 lỗi"),
        ("079094000011", "••••••••0011"),
        ("sinh 17041994", "sinh ••••••••"),
        ("079.094.000.011", "••••••••0011"),
        ("an.nguyen@benhvien.example gửi", "•••@••• gửi"),
        ("port 8501, 120 of 600", "port 8501, 120 of 600"),
        ("a%20b%3D1", "a%20b%3D1"),
    ],
)
def test_what_helps_stays_and_what_is_a_persons_goes(said: str, told: str) -> None:
    assert cleaned(said) == told


def test_a_json_line_has_time_level_logger_event_and_fields() -> None:
    def say(log: logging.Logger, text: str) -> None:
        log.warning("Đĩa %s", text, extra={"free": 12, "ok": True, "what": None, "at": text})

    told: dict[str, Any] = json.loads(FORMS[Form.JSON].lines(say, "đầy"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+07:00", told.pop("time"))
    assert told == {
        "level": "WARNING",
        "logger": "a.library",
        "event": "Đĩa đầy",
        "fields": {"free": 12, "ok": True, "what": None, "at": "đầy"},
    }
    failed = json.loads(FORMS[Form.JSON].lines(lambda log, _: _fails(log, ValueError("Mẫu")), ""))
    assert failed["error"]["kind"] == "ValueError"
    assert 'test_record_lines.py", line' in failed["error"]["where"][0]
    assert "Mẫu" not in json.dumps(failed, ensure_ascii=False)
    long = json.loads(FORMS[Form.JSON].lines(lambda log, _: log.error("x" * 50_000), ""))
    assert len(long["event"]) == LONGEST


def test_the_form_is_a_setting_and_the_file_has_it(tmp_path: Path) -> None:
    assert read_settings({}).log_form == "plain"
    assert read_settings({"KIOSK_LOG_FORMAT": "json"}).log_form == "json"
    with pytest.raises(SettingsError, match="KIOSK_LOG_FORMAT"):
        read_settings({"KIOSK_LOG_FORMAT": "xml"})
    with kept(tmp_path / "record", form=Form.JSON):
        logging.getLogger("a.library").error("thẻ GD4797900000011")
    assert json.loads((tmp_path / "record").read_text())["event"] == "thẻ GD•••••••••0011"


SCRIPT = """
import logging, resource, signal, sys
from dataclasses import replace
from pathlib import Path
from app_pages.server.limits import LIMITS
from app_pages.server.record_lines import Form
from app_pages.server.records import kept
much = dict(alike_a_minute=1e9, alike_at_once=1_000_000, shown_a_minute=1.0, shown_at_once=0)
limits = replace(LIMITS.records, **much, file_bytes=int(sys.argv[2]))
log = logging.getLogger("x")
with kept(Path(sys.argv[1]), limits, Form.JSON):
    print("began", flush=True)
    sys.stdin.readline()
    {work}
"""
MANY_LINES = "for n in range(150): log.error('line %d of %s', n, sys.argv[3])"
FOR_EVER = "while True: log.error('a line that is written until the end')"
DISK_FULL = """
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    for n in range(50): log.error('before %d', n)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    for n in range(5): log.error('after %d', n)
"""


def writes(file: Path, work: str, most: int, name: str = "a") -> subprocess.Popen[str]:
    """Return a process that has begun to write and waits for a line."""
    program = [sys.executable, "-c", SCRIPT.format(work=work), str(file), str(most), name]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started = subprocess.Popen(program, cwd=ROOT, **pipes)
    assert started.stdout
    assert started.stdout.readline() == "began\n"
    return started


def lines_of(folder: Path) -> list[str]:
    return [line for file in folder.iterdir() for line in file.read_text().splitlines() if line]


def events(lines: list[str]) -> list[str]:
    """Return what whole lines say."""
    told = []
    for line in lines:
        try:
            told.append(json.loads(line)["event"])
        except ValueError:
            continue
    return told


def test_two_processes_write_whole_lines_into_one_record(tmp_path: Path) -> None:
    both = [writes(tmp_path / "record", MANY_LINES, 6_000, name) for name in ("a", "b")]
    for one in both:
        assert one.stdin
        one.stdin.write("\n")
        one.stdin.flush()
    assert [one.communicate()[0] and one.returncode for one in both] == ["", ""]
    assert [one.returncode for one in both] == [0, 0]
    lines = lines_of(tmp_path)
    assert len(lines) == len(events(lines)) > 100


def test_a_kill_in_the_middle_leaves_a_record_that_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "record"
    for _ in range(1):
        killed = writes(file, FOR_EVER, 2_000)
        assert killed.stdin
        killed.stdin.write("\n")
        killed.stdin.flush()
        while not (tmp_path / "record.4").exists():
            assert killed.poll() is None
        killed.kill()
        killed.communicate()
        (tmp_path / "record.1").unlink(missing_ok=True)  # as between two steps of putting aside
        (tmp_path / "record.4").unlink(missing_ok=True)
        file.write_text('{"time": "2026-11-27T02', encoding="utf-8")  # torn
        with kept(file, MANY, Form.JSON):
            logging.getLogger("x").error("goes on")
        assert events(file.read_text().splitlines()) == ["goes on"]


def test_a_disk_that_was_full_tears_no_line_that_comes_after(tmp_path: Path) -> None:
    full = writes(tmp_path / "record", DISK_FULL.strip(), 1_000_000)
    full.communicate("\n")
    assert full.returncode == 0
    told = events(lines_of(tmp_path))
    assert told[-5:] == [f"after {n}" for n in range(5)]
    assert told[0] == "before 0"
    assert len(lines_of(tmp_path)) - len(told) <= 1  # the one that the disk had no room for


def test_a_full_record_that_cannot_be_put_aside_begins_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("logging.handlers.os.rename", refused)
    with kept(tmp_path / "record", replace(MANY, file_bytes=2_000), Form.JSON):
        for number in range(200):
            logging.getLogger("x").error("line %d", number)
    told = events(lines_of(tmp_path))
    assert (tmp_path / "record").stat().st_size < 2_000
    assert told[-1] == "line 199"
