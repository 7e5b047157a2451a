"""What is changed of messages, records and what a hospital system told is found at its place."""

from __future__ import annotations

import shutil
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.log.portal_support import cancelled, presented, received, say
from tests.log.sending_support import (
    erased,
    handed,
    his_told,
    messages,
    refused,
    sent,
)
from tests.support import MASTER_KEY, Clock
from tests.tamper_support import tampering
from verification.adapters.store.heads import head_file
from verification.adapters.store.sqlite.log import SqliteLog
from verification.adapters.store.sqlite.proof.checks import prove
from verification.adapters.store.sqlite.proof.copying import copied
from verification.log.outbox import record_item
from verification.log.visit_events import Corrected, Presented

if TYPE_CHECKING:
    from pathlib import Path

WAITS, TOLD, SENT, DONE = "1-2", "1-5", "1-9", "1-14"
"""Two messages wait; something was told, and a record waits; a record was sent; undone."""
FIRST_TOLD, LAST_TOLD = "1-6", "1-7"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store of four visits; copy it, never write into it."""
    path = tmp_path_factory.mktemp("whole") / "kiosk.db"
    clock = Clock()
    with closing(SqliteLog(path, MASTER_KEY, clock)) as log:
        shown = Presented("bhyt_qr", "eligible", ("valid",), "vssid", ma_cskcb="79014")
        first = say(log, shown, content={"sha256": "0f"}).event_id  # its mark makes the key
        waits = received(log, first, None, handover=True)
        say(log, Corrected(waits, phong="p1"))
        told = received(log, presented(log), None)
        his_told(log, told, {"his": {"ma_benh": "E11", "so_ngay_thuoc": 30, "ma_bn": "BN-1"}})
        his_told(log, told, {"his": {"ket_thuc": "2026-11-30"}}, record=True)
        done = received(log, presented(log), None)
        his_told(log, done, {"his": {"ma_benh": "I10"}}, record=True)
        sent(log, record_item(done), "GD-1")
        refused(log, messages(waits, 1)[0], clock.forward(minutes=1))
        undone = handed(log, "q")
        cancelled(log, undone)
        gone = handed(log, "r")
        his_told(log, gone, {"his": {"ma_benh": "J18"}})
        erased(log, gone)
    assert [waits, told, done, undone] == [WAITS, TOLD, SENT, DONE]
    return path


@pytest.fixture
def store(whole: Path, tmp_path: Path) -> Path:
    """Return a copy of it."""
    for file in (whole, head_file(whole)):
        shutil.copy(file, tmp_path / file.name)
    return tmp_path / whole.name


def found(path: Path, *, key: bool = True) -> list[str]:
    """Return what is found, each as `event kind what`."""
    with copied(path, MASTER_KEY if key else None) as copy:
        findings = prove(copy).findings
    return sorted(f"{one.desk}-{one.seq} {one.kind} {one.what or ''}".strip() for one in findings)


def test_the_honest_store_is_sound_with_the_key_and_without(whole: Path) -> None:
    assert found(whole) == []
    assert found(whole, key=False) == []


MESSAGE, RECORD = f"handover:{WAITS}", f"record:{TOLD}"
OUTBOX = {
    f"DELETE FROM outbox WHERE item_id = '{MESSAGE}:2'": (f"{WAITS} projection outbox missing"),
    f"UPDATE outbox SET nth = 9 WHERE item_id = '{MESSAGE}:1'": f"{WAITS} projection outbox nth",
    f"UPDATE outbox SET event = '1-1' WHERE item_id = '{MESSAGE}:2'": (
        f"{WAITS} projection outbox event"
    ),
    f"UPDATE outbox SET due = NULL WHERE item_id = '{MESSAGE}:1'": (
        f"{WAITS} projection outbox due"
    ),
    f"UPDATE outbox SET attempts = 0 WHERE item_id = '{MESSAGE}:1'": (
        f"{WAITS} projection outbox attempts"
    ),
    f"DELETE FROM outbox WHERE item_id = '{RECORD}'": f"{TOLD} projection outbox missing",
    f"INSERT INTO outbox SELECT 'record:{SENT}', errand, '{SENT}', since, due, attempts, last_at,"
    f" last_error, NULL, event, nth FROM outbox WHERE item_id = '{RECORD}'": (
        f"{SENT} projection outbox extra"
    ),
    f"DELETE FROM outbox WHERE item_id = 'handover:{DONE}:2'": f"{DONE} projection outbox missing",
}
VISITS = {
    f"UPDATE visit SET handed = 1 WHERE visit_id = '{WAITS}'": f"{WAITS} projection visit handed",
    f"UPDATE visit SET handed = 0 WHERE visit_id = '{DONE}'": f"{DONE} projection visit handed",
    f"UPDATE visit SET his = NULL WHERE visit_id = '{TOLD}'": f"{TOLD} projection visit his",
    f"UPDATE visit SET his = '{LAST_TOLD} {FIRST_TOLD}' WHERE visit_id = '{TOLD}'": (
        f"{TOLD} projection visit his"
    ),
    f"UPDATE visit SET record = 'sent' WHERE visit_id = '{TOLD}'": (
        f"{TOLD} projection visit record"
    ),
    f"UPDATE visit SET record = NULL WHERE visit_id = '{SENT}'": f"{SENT} projection visit record",
    f"UPDATE visit SET record_code = 'GD-2' WHERE visit_id = '{SENT}'": (
        f"{SENT} projection visit record_code"
    ),
}
HISTORY = {
    f"UPDATE history SET ma_benh = 'O80' WHERE id = '{TOLD}'": "1-4 projection history ma_benh",
    f"UPDATE history SET so_ngay_thuoc = 0 WHERE id = '{TOLD}'": (
        "1-4 projection history so_ngay_thuoc"
    ),
    f"UPDATE history SET end_day = NULL WHERE id = '{TOLD}'": "1-4 projection history end_day",
    f"UPDATE history SET ma_benh = '' WHERE id = '{SENT}'": "1-8 projection history ma_benh",
}


@pytest.mark.parametrize("statement", [*OUTBOX, *VISITS])
def test_what_is_changed_of_messages_and_visits_is_found_without_the_key_too(
    store: Path, statement: str
) -> None:
    with tampering(store) as db:
        db.execute(statement)
    expected = [(OUTBOX | VISITS)[statement]]
    assert found(store) == expected
    assert found(store, key=False) == expected


@pytest.mark.parametrize("statement", HISTORY)
def test_what_is_changed_of_what_was_told_is_found_with_the_key(
    store: Path, statement: str
) -> None:
    with tampering(store) as db:
        db.execute(statement)
    assert found(store) == [HISTORY[statement]]
    assert found(store, key=False) == []


@pytest.mark.parametrize("event", [FIRST_TOLD, LAST_TOLD])
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM content WHERE event_id = ?",
        "UPDATE content SET sealed = x'00' WHERE event_id = ?",
    ],
)
def test_content_of_what_was_told_that_is_lost_is_told_as_that_alone(
    store: Path, statement: str, event: str
) -> None:
    with tampering(store) as db:
        db.execute(statement, (event,))
    (one,) = found(store)
    assert one.startswith(f"{event} content")


def test_an_errand_that_no_version_knows_is_found(store: Path) -> None:
    with tampering(store) as db:
        db.execute(
            "INSERT INTO outbox (item_id, errand, visit, since, attempts, nth)"
            " VALUES ('fax:1', 'fax', '1-2', '2026-11-22T01:12:00.000+00:00', 0, 0)"
        )
    assert found(store) == ["1-2 projection outbox extra"]
