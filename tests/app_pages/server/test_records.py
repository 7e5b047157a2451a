"""What the server writes about itself: bounded, private, and nothing of what was asked."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app_pages.server.limits import LIMITS
from app_pages.server.record_lines import Form
from app_pages.server.records import kept, living
from tests.support import DESK, open_kiosk, payload
from verification.basics.errors import SettingsError, StoreError
from verification.operations.settings import read_settings
from verification.reception.answer import Scan
from verification.reception.checkin import check_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support import Clock

SMALL = replace(LIMITS.records, file_bytes=2_000, files=3)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.server.log"


@pytest.fixture
def library() -> Iterator[logging.Logger]:
    """Return a logger as Streamlit makes its own: with a way out that nobody else sees."""
    made = logging.getLogger("a.library")
    made.addHandler(logging.StreamHandler())
    made.propagate = False
    yield made
    made.handlers.clear()


def written(file: Path) -> list[str]:
    return [re.sub(r"^\S+ \S+ ", "", line) for line in file.read_text().splitlines()]


def test_what_is_said_a_thousand_times_is_counted(file: Path, library: logging.Logger) -> None:
    with kept(file):
        for number in range(1000):
            library.warning("a connection %d went wrong", number)
        library.warning("something else")
    lines = written(file)
    assert len(lines) == LIMITS.records.alike_at_once + 1
    assert lines[-1] == "WARNING a.library: something else"


def test_the_next_line_that_fits_tells_how_many_were_left_out(
    file: Path, library: logging.Logger
) -> None:
    with kept(file, replace(SMALL, alike_a_minute=60_000.0)):
        for _ in range(30):
            library.warning("the same")
        while "(+" not in file.read_text():
            library.warning("the same")
    assert re.search(r"the same \(\+\d+\)$", file.read_text(), re.MULTILINE)


def test_the_file_is_replaced_when_it_is_full_and_is_its_owners_alone(
    file: Path, library: logging.Logger
) -> None:
    file.touch(0o644)
    with kept(file, replace(SMALL, alike_a_minute=1e9, alike_at_once=10_000)):
        for _ in range(500):
            library.warning("a line of some length that is said again and again")
    made = sorted(file.parent.iterdir())
    assert [one.name for one in made] == [file.name, f"{file.name}.1", f"{file.name}.2"]
    assert all(one.stat().st_size <= SMALL.file_bytes for one in made)
    assert {one.stat().st_mode & 0o777 for one in made} == {0o600}


def test_the_console_gets_no_more_than_so_many_of_all_kinds(
    file: Path, library: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    with kept(file, replace(SMALL, shown_at_once=10, file_bytes=1_000_000)):
        for number in range(300):
            library.warning(f"kind {number}")  # each is a sentence of its own
    assert len(written(file)) == 300
    assert 10 <= len(capsys.readouterr().err.splitlines()) <= 12


def test_a_logger_that_is_made_later_has_no_way_out_of_its_own(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with kept(file):
        late = logging.getLogger("a.late.library")
        late.addHandler(logging.StreamHandler())
        late.propagate = False
        late.warning("once")
    assert written(file) == ["WARNING a.late.library: once"]
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_there_is_no_line_a_request(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    silenced = logging.getLogger("uvicorn.access")
    monkeypatch.setattr(silenced, "handlers", [])  # as Streamlit has it
    monkeypatch.setattr(silenced, "propagate", False)
    with kept(file):
        silenced.warning("GET /")
        assert not silenced.hasHandlers()
    assert written(file) == []


@pytest.mark.parametrize(
    ("said", "kept_of_it"),
    [
        ('1.2.3.4:5 - "WebSocket /_stcore/stream?ten=Nguyen&so=079" [accepted]', "/_stcore/stream"),
        ("GET /a?b=c /d?e HTTP/1.1", "GET /a /d HTTP/1.1"),
        ("one\nline\r\x1b[31m\u2028", "one line  [31m "),
    ],
)
def test_no_query_string_and_no_line_of_a_strangers_making_gets_in(
    file: Path, library: logging.Logger, said: str, kept_of_it: str
) -> None:
    with kept(file):
        library.error("%s", said)
    (line,) = written(file)
    assert kept_of_it in line
    for secret in ("Nguyen", "079", "b=c", "?e"):
        assert secret not in line


def test_an_error_is_told_by_place_and_kind_without_what_was_in_it(
    file: Path, library: logging.Logger
) -> None:
    def fail(error: Exception) -> None:
        try:
            raise error
        except (ValueError, StoreError):
            library.exception("it failed")

    with kept(file):
        fail(ValueError("Nguyễn Thị Mẫu"))
        fail(StoreError("Đĩa đầy", "The disk is full"))
    text = file.read_text()
    assert "Mẫu" not in text
    assert 'test_records.py", line' in text
    assert "\nValueError\n" in text
    assert "StoreError: Đĩa đầy / The disk is full" in text


def test_a_full_disk_stops_nobody(library: logging.Logger, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.symlink_to("/dev/full")
    with kept(full):
        library.warning("it cannot be written")


def test_a_file_that_cannot_be_made_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="KIOSK_SERVER_LOG"), kept(tmp_path / "no" / "file"):
        pass


def test_the_loggers_are_given_back(file: Path, library: logging.Logger) -> None:
    root, own = logging.root.handlers[:], library.handlers[:]
    with kept(file):
        assert library.handlers == []
    assert (logging.root.handlers, library.handlers, library.propagate) == (root, own, False)
    assert logging.getLoggerClass() is logging.Logger


def test_what_the_store_mends_by_itself_is_one_line_each_without_anybody_in_it(
    file: Path, store_folder: Path, clock: Clock
) -> None:
    with (
        kept(file, form=Form.JSON),
        living(read_settings({"KIOSK_DB": str(store_folder / "kiosk.db")})),
        open_kiosk(store_folder, clock) as (kiosk, log),
    ):
        check_in(DESK, kiosk, Scan((payload("patient-1"),), "s:1"))
        (store_folder / "kiosk.db-wal").unlink()
        log.keep()
        log.keep()
        log.rebuild()
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [line["event"] for line in lines if line["logger"] == "kiosk.store"] == [
        "kiosk.db: files beside it were lost in use; folded into it and begun anew",
        "kiosk.db: projections made again from the chain, visits: 1",
    ]
