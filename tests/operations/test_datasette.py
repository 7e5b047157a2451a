"""Datasette itself on a store that a kiosk writes: views, masked numbers, nothing else."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote

import pytest

from fixtures.old_store import BEGUN, opened
from tests.browser.running import free_port
from tests.support import ROOT, payload
from verification.adapters.store.sqlite.shape import tables
from verification.adapters.store.sqlite.views import VIEWS
from verification.reception.answer import Scan
from verification.reception.checkin import check_in
from verification.rights import command_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OLD = ROOT / "tests" / "data" / "store-2026-11-26-m012" / "store.zip"
METADATA = ROOT / "docs" / "datasette" / "metadata.json"
DAY = quote("24/11/2026", safe="")
STARTS_WITHIN = 60


@dataclass(frozen=True)
class Running:
    """A Datasette."""

    address: str
    folder: Path

    def get(self, path: str) -> tuple[int, str]:
        """Fetch a page."""
        try:
            with urllib.request.urlopen(f"{self.address}/{path}") as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def rows(self, path: str) -> list[dict[str, Any]]:
        """Fetch the rows of a view or a query."""
        status, text = self.get(f"kiosk/{path}")
        assert status == 200, text
        found: list[dict[str, Any]] = json.loads(text)
        return found


@pytest.fixture(scope="module")
def datasette(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Start it as the document says, on a store that nobody has open."""
    folder = tmp_path_factory.mktemp("datasette")
    shutil.unpack_archive(OLD, folder)
    for file in folder.iterdir():
        file.chmod(0o600)
    with opened(folder, lambda: BEGUN.replace(hour=18)):
        pass
    port = free_port()
    words = [
        *(sys.executable, "-m", "datasette", str(folder / "kiosk.db")),
        *("--plugins-dir", "docs/datasette/plugins", "--metadata", str(METADATA)),
        *("-h", "127.0.0.1", "-p", str(port)),
    ]
    kept = {k: v for k, v in os.environ.items() if not k.startswith("KIOSK_")}
    with (folder / "datasette.log").open("w") as log:
        process = subprocess.Popen(words, cwd=ROOT, env=kept, stdout=log, stderr=log)
    running = Running(f"http://127.0.0.1:{port}", folder)
    try:
        until = time.monotonic() + STARTS_WITHIN
        while not _answers(running):
            assert process.poll() is None, (folder / "datasette.log").read_text()
            assert time.monotonic() < until
            time.sleep(0.1)
        yield running
    finally:
        process.terminate()
        process.wait(30)


def _answers(running: Running) -> bool:
    try:
        return running.get("kiosk.json")[0] == 200
    except URLError:
        return False


def test_it_shows_each_view_and_masked_numbers_and_changes_no_byte(datasette: Running) -> None:
    file = datasette.folder / "kiosk.db"
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    assert len(datasette.rows("luot_tiep_nhan.json?_shape=array")) == 29
    for view in VIEWS:
        assert datasette.get(f"kiosk/{view}")[0] == 200
    today = datasette.rows(f"luot_cua_ngay.json?ngay={DAY}&_shape=array")
    assert [row["Số thẻ"] for row in today if row["Lượt"] == "1-59"] == ["DN479••••••0201"]
    queries = json.loads(METADATA.read_text(encoding="utf-8"))["databases"]["kiosk"]["queries"]
    with closing(sqlite3.connect(datasette.folder / "cards-1.db")) as cards:
        numbers = {number for (number,) in cards.execute("SELECT ma_the FROM card")}
    for name in queries:
        status, page = datasette.get(f"kiosk/{name}?ngay={DAY}&ten=lan.nt")
        assert status == 200
        assert not [number for number in numbers if number in page]
    assert hashlib.sha256(file.read_bytes()).hexdigest() == before
    beside = [file, *datasette.folder.glob("kiosk.db-*")]  # the log of changes and its index
    assert {path.stat().st_mode & 0o777 for path in beside} == {0o600}


@pytest.mark.long
def test_tables_other_queries_and_the_file_itself_stay_closed(datasette: Running) -> None:
    for table in [*tables(), "_sqlite_migrations"]:
        assert datasette.get(f"kiosk/{table}")[0] == 403, table
        assert datasette.get(f"kiosk/{table.upper()}.json")[0] in {403, 404}
    for closed in (
        "kiosk?sql=select+password+from+account",
        "kiosk/luot_tiep_nhan?_where=1",
        "kiosk.db",
        "-/permissions",
    ):
        assert datasette.get(closed)[0] == 403, closed
    shown = json.loads(datasette.get("kiosk.json")[1])
    assert [one["name"] for one in shown["views"]] == list(VIEWS)
    assert shown["tables"] == []


def test_the_kiosk_writes_while_it_is_read_and_what_it_wrote_is_shown(datasette: Running) -> None:
    def visits() -> int:
        return len(datasette.rows("luot_tiep_nhan.json?_shape=array"))

    before = visits()
    with opened(datasette.folder, lambda: BEGUN.replace(hour=19)) as kiosk:
        for nth in range(1, 4):
            scan = Scan((payload("patient-1"),))
            check_in(command_line("1"), kiosk, scan, again="khám thêm")
            assert visits() == before + nth
            kiosk.written.rebuild()  # type: ignore[attr-defined]  # of the engine, not of the port
    assert visits() == before + 3
    with closing(sqlite3.connect(datasette.folder / "kiosk.db")) as connection:
        (busy, left, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    assert (busy, left) == (0, 0)  # no reader holds an old state


def test_titles_and_queries_are_of_views_that_there_are() -> None:
    held = json.loads(METADATA.read_text(encoding="utf-8"))["databases"]["kiosk"]
    assert list(held["tables"]) == list(VIEWS)
    assert not {*held["queries"]} & {*VIEWS}
