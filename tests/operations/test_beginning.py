"""Where a house was, a lost `kiosk.db` is told and no new house is made; a first start goes on."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support import (
    FIXTURES,
    MASTER_KEY,
    MORNING,
    ROOT,
    Clock,
    make_demo_store,
    open_kiosk,
    payload,
)
from tests.tables import migrated
from verification.__main__ import main
from verification.adapters.imports.importing import IMPORTABLE, import_file
from verification.adapters.store.sqlite import schema
from verification.adapters.store.sqlite.log import SqliteLog
from verification.basics.errors import StoreError
from verification.log.key_file import KeyFile
from verification.officers import signin
from verification.operations import beginning
from verification.operations.settings import read_settings
from verification.operations.wiring import (
    checking_kiosk,
    logging_kiosk,
    open_log,
    prepare_store,
)
from verification.reception.answer import Scan
from verification.reception.checkin import check_in
from verification.rights import command_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from verification.operations.settings import Settings

LEFT = ["kiosk.db.key", "kiosk.db.head", "cards-1.db"]
COMMANDS = [
    ["setup", "--store"],
    ["serve"],
    ["check", "DN4797900000011"],
    ["check-in", "DN4797900000011"],
    ["entitlement", "DN4797900000011", "--on", "2026-11-22", "--facility", "79014"],
    ["undo", "1-2", "--why", "khac"],
    ["lookup", "--number", "7900000011"],
    ["import-cards", "FILE"],
    ["import-facilities", "FILE"],
    ["import-visits", "FILE"],
    ["accounts", "list"],
    ["accounts", "add", "ke.gian", "-", "--role", "administrator"],
    ["clock", "show"],
    ["verify-log"],
    ["keys", "show"],
    ["keys", "rotate"],
]


@pytest.fixture(autouse=True)
def _migrated() -> Iterator[None]:
    """Make new files by the migrations: first starts are what these tests are about."""
    with migrated():
        yield


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a house after a visit; copy it, never write into it."""
    folder = tmp_path_factory.mktemp("house")
    source = FIXTURES / "cards.csv"
    import_file(folder, IMPORTABLE["cards"], source, MORNING)
    (folder / "kiosk.db.key").write_text(MASTER_KEY.hex())
    with open_kiosk(folder, Clock()) as (kiosk, _):
        check_in(command_line("1"), kiosk, Scan((payload("patient-1"),)))
    return folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KIOSK_DB", str(tmp_path / "kiosk.db"))
    for name in ("FACILITY", "DESK", "KEY_FILE", "NEW_HOUSE"):
        monkeypatch.delenv(f"KIOSK_{name}", raising=False)
    return tmp_path


def settings_of(folder: Path, **environ: str) -> Settings:
    return read_settings({"KIOSK_DB": str(folder / "kiosk.db")} | environ)


def leave(house: Path, folder: Path, names: list[str]) -> None:
    for name in names:
        (folder / name).write_bytes((house / name).read_bytes())


def state_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def an_empty_file(folder: Path) -> None:
    (folder / "kiosk.db").touch()


def no_tables(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "kiosk.db")) as db:
        db.execute("PRAGMA journal_mode = WAL")


def another_table(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "kiosk.db")) as db:
        db.execute("CREATE TABLE other (id)")


def nothing(_folder: Path) -> None:
    """Leave no file."""


@pytest.mark.parametrize("lost", [nothing, an_empty_file, no_tables, another_table])
@pytest.mark.parametrize("left", [LEFT, LEFT[:1], LEFT[1:2], LEFT[2:], LEFT[1:]], ids=" ".join)
def test_a_lost_database_beside_what_is_left_of_a_house_is_no_new_house(
    house: Path, folder: Path, left: list[str], lost: Callable[[Path], None]
) -> None:
    leave(house, folder, left)
    lost(folder)
    before = state_of(folder)
    settings = settings_of(folder)
    for act in (
        lambda: open_log(settings),
        lambda: prepare_store(settings, ROOT / "fixtures"),
        lambda: logging_kiosk(settings).__enter__(),
        lambda: checking_kiosk(settings).__enter__(),
    ):
        with pytest.raises(StoreError) as refused:
            act()
        assert "kiosk.db" in refused.value.vi
        assert all(name in refused.value.vi for name in left)
        assert "sao lưu" in refused.value.vi
        assert ("NEW_HOUSE" in refused.value.vi) == (left == LEFT[:1])
    after = state_of(folder)
    for name in ("kiosk.db-shm", "kiosk.db-wal"):  # of a database that is looked at
        after.pop(name, None)
    assert after == before


def test_an_empty_log_put_into_the_place_of_one_that_had_heads_is_no_new_house(
    house: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else whoever writes the folder has a house without accounts, and it makes its first one."""
    leave(house, folder, LEFT)
    with closing(sqlite3.connect(folder / "kiosk.db", isolation_level=None)) as db:
        schema.make_log_tables(db)
    settings = settings_of(folder, KIOSK_NEW_HOUSE="yes")
    for act in (lambda: open_log(settings), lambda: checking_kiosk(settings).__enter__()):
        with pytest.raises(StoreError, match=r"kiosk\.db rỗng mà còn"):
            act()
    assert main(["keys", "rotate"]) == 1
    assert "khôi phục" in capsys.readouterr().err


@pytest.mark.parametrize("lost", [nothing, an_empty_file, no_tables, another_table])
def test_new_keys_for_a_lost_database_make_none(
    house: Path, folder: Path, lost: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    leave(house, folder, LEFT)
    lost(folder)
    assert main(["keys", "rotate", "--master"]) == 1
    assert "khôi phục" in capsys.readouterr().err
    assert not list(folder.glob("kiosk.db.key.*"))


def test_invented_cards_alone_are_no_house(folder: Path) -> None:
    make_demo_store(folder)
    settings = settings_of(folder)
    with checking_kiosk(settings) as kiosk:
        assert kiosk.cards.status().demo
    open_log(settings).close()


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_says_so_in_one_sentence(
    house: Path, folder: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    leave(house, folder, LEFT)
    (folder / "list.csv").write_text("ma_the\n")
    before = state_of(folder)
    assert main([str(folder / "list.csv") if word == "FILE" else word for word in words]) == 1
    (sentence,) = capsys.readouterr().err.splitlines()
    assert "kiosk.db mà còn kiosk.db.key" in sentence
    after = state_of(folder)
    after.pop("kiosk.db.server", None)  # the server's lock
    assert after == before


def test_a_log_written_ahead_without_its_database_is_not_thrown_away(folder: Path) -> None:
    (folder / "kiosk.db-wal").write_bytes(b"x" * 4152)
    for lost in (nothing, an_empty_file):
        lost(folder)
        with pytest.raises(StoreError, match=r"kiosk\.db-wal"):
            open_log(settings_of(folder, KIOSK_NEW_HOUSE="yes"))
    assert (folder / "kiosk.db-wal").stat().st_size == 4152


def test_a_house_at_work_and_a_new_one_open_as_before(house: Path, folder: Path) -> None:
    settings = settings_of(folder)
    with checking_kiosk(settings):  # nothing is there, and nothing is made
        assert not list(folder.iterdir())
    open_log(settings).close()
    assert not (folder / "kiosk.db.new").exists()
    assert (folder / "kiosk.db.key").exists()
    leave(house, folder, ["kiosk.db", *LEFT])
    open_log(settings).close()
    with checking_kiosk(settings) as kiosk:
        assert kiosk.cards.status().cards


def test_a_key_that_was_prepared_needs_a_word_for_the_first_start(folder: Path) -> None:
    key = folder / "other-disk" / "kiosk.key"
    key.parent.mkdir()
    key.write_text(MASTER_KEY.hex())
    key.chmod(0o600)
    data = folder / "data"
    environ = {"KIOSK_DB": str(data / "kiosk.db"), "KIOSK_KEY_FILE": str(key)}
    with pytest.raises(StoreError, match="KIOSK_NEW_HOUSE=yes"):  # the data's disk may be away
        open_log(read_settings(environ))
    assert not data.exists()
    open_log(read_settings(environ | {"KIOSK_NEW_HOUSE": "yes"})).close()
    open_log(read_settings(environ)).close()
    assert key.read_text() == MASTER_KEY.hex()


@pytest.mark.parametrize("left", [LEFT, LEFT[1:2], LEFT[2:]], ids=" ".join)
def test_no_word_makes_a_new_house_over_what_is_left_of_one(
    house: Path, folder: Path, left: list[str]
) -> None:
    leave(house, folder, left)
    (folder / "kiosk.db.new").touch()
    with pytest.raises(StoreError):
        open_log(settings_of(folder, KIOSK_NEW_HOUSE="yes"))


def test_the_first_import_of_a_new_house_makes_its_log_too(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = folder / "cards.csv"
    source.write_bytes((ROOT / "fixtures" / "cards.csv").read_bytes())
    assert main(["import-cards", str(source)]) == 0
    assert (folder / "kiosk.db").stat().st_size
    assert "Đã tạo khóa" in capsys.readouterr().err
    open_log(settings_of(folder)).close()
    assert capsys.readouterr().err == ""


def test_the_folder_of_a_new_house_is_its_own_accounts_alone(folder: Path) -> None:
    before = os.umask(0o022)
    try:
        db = folder / "data" / "kiosk.db"
        open_log(read_settings({"KIOSK_DB": str(db)})).close()
    finally:
        os.umask(before)
    assert db.parent.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in db.parent.iterdir()} == {0o600}


# ---- a first start that was killed


MOMENTS = {
    "after the mark": "wiring.master_key",
    "before the key is in its place": "key_file.os.link",
    "after the key": "wiring.opened_log",
    "after the empty file": "database.sqlite3.connect",
    "after the header": "schema.KIOSK.bring",
    "among the tables": "schema.make",
    "after the tables": "log.SqliteLog._check_key",
    "before the mark goes": "wiring.begun",
}
# One process begins for all of them and forks: it has no thread whose lock a child could wait for.
STARTS = """
import os, signal, sys
from unittest import mock
from verification.adapters.store.sqlite import database, log, schema
from verification.log import key_file
from verification.operations import wiring
from verification.operations.settings import read_settings

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

for folder, moment in zip(sys.argv[1::2], sys.argv[2::2]):
    child = os.fork()
    if not child:
        signal.alarm(60)
        room, _, name = moment.rpartition(".")
        with mock.patch.object(eval(room), name, die):
            with wiring.logging_kiosk(read_settings({"KIOSK_DB": folder + "/kiosk.db"})):
                os._exit(0)
    print(os.waitpid(child, 0)[1])
"""


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, int]]:
    """Return for each moment the folder of a first start that was killed then, and its status."""
    folders = {moment: tmp_path_factory.mktemp("begun") for moment in MOMENTS}
    words = [word for moment in MOMENTS for word in (str(folders[moment]), MOMENTS[moment])]
    command = [sys.executable, "-c", STARTS, *words]
    free = {k: v for k, v in os.environ.items() if not k.startswith("KIOSK_")}
    done = subprocess.run(
        command, cwd=ROOT, env=free, capture_output=True, text=True, check=False, timeout=240
    )
    statuses = [int(line) for line in done.stdout.split()]
    assert len(statuses) == len(MOMENTS), done.stderr
    return dict(zip(MOMENTS, zip(folders.values(), statuses, strict=True), strict=True))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no other process can be killed so")
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_first_start_that_was_killed_goes_on_with_the_next(
    killed: dict[str, tuple[Path, int]], moment: str
) -> None:
    folder, status = killed[moment]
    assert os.WTERMSIG(status) == signal.SIGKILL, "it was not killed there"
    settings = settings_of(folder)
    made = prepare_store(settings, ROOT / "fixtures")
    assert made["demo"] is True
    with logging_kiosk(settings) as kiosk:
        assert signin.first_code(kiosk)
    assert not (folder / "kiosk.db.new").exists()
    (folder / "kiosk.db").unlink()
    with pytest.raises(StoreError):  # from now on its loss is one
        open_log(settings)


def test_two_first_starts_at_once_make_one_house(folder: Path) -> None:
    settings = settings_of(folder)
    beginning.begin(settings)
    beginning.begin(settings)
    first = SqliteLog(settings.db, KeyFile(settings.key_file).make(), Clock())
    beginning.begun(settings)
    first.close()
    open_log(settings).close()
    beginning.begun(settings)
