"""A store on PostgreSQL is set by its address, its key, its heads; on a file nothing changes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT
from verification.basics.errors import RequestError, SettingsError
from verification.operations.backup_settings import Plan
from verification.operations.beforehand import file_of
from verification.operations.settings import read_settings, without_secrets

ADDRESS = "postgresql://kiosk@127.0.0.1:5432/kho"
GIVEN = {
    "KIOSK_DB": ADDRESS,
    "KIOSK_KEY_FILE": "khoa/kiosk.key",
    "KIOSK_HEAD_FILE": "dau/kiosk.head",
}


def refused(given: dict[str, str], root: Path = ROOT) -> SettingsError:
    with pytest.raises(SettingsError) as told:
        read_settings(given, root)
    return told.value


def test_a_store_on_postgresql_keeps_its_own_things_in_a_folder_of_the_server(
    tmp_path: Path,
) -> None:
    settings = read_settings(GIVEN, tmp_path)
    assert settings.postgres
    assert (settings.postgres.name, settings.replica) == ("127.0.0.1:5432/kho", None)
    assert settings.store == "127.0.0.1:5432/kho"
    assert settings.key_file == tmp_path / "khoa/kiosk.key"
    assert settings.head_file == tmp_path / "dau/kiosk.head"
    assert settings.folder == tmp_path / "data/postgres"
    assert settings.beside("answers") == tmp_path / "data/postgres/postgres.answers"
    assert settings.server_log == tmp_path / "data/postgres/postgres.server.log"
    more = GIVEN | {"KIOSK_FOLDER": "rieng", "KIOSK_DB_REPLICA": f"{ADDRESS}_doc"}
    settings = read_settings(more, tmp_path)
    assert settings.folder == tmp_path / "rieng"
    assert settings.replica
    assert settings.replica.name == "127.0.0.1:5432/kho_doc"
    assert not tmp_path.joinpath("rieng").exists()


def test_a_store_in_a_file_is_where_it_was() -> None:
    settings = read_settings({"KIOSK_DB": "/srv/kho/k.db"})
    assert (settings.postgres, settings.replica) == (None, None)
    assert (settings.folder, settings.store) == (Path("/srv/kho"), "/srv/kho/k.db")
    assert settings.head_file == Path("/srv/kho/k.db.head")
    assert settings.beside("server") == Path("/srv/kho/k.db.server")
    assert file_of(settings) == settings.db
    assert read_settings({"KIOSK_DB": "C:/kho/k.db"}).db.name == "k.db"


@pytest.mark.parametrize("missing", ["KIOSK_KEY_FILE", "KIOSK_HEAD_FILE"])
def test_key_and_heads_must_be_said_since_there_is_no_file_to_lie_beside(missing: str) -> None:
    for value in ("", "  "):
        told = refused(GIVEN | {missing: value})
        assert missing in told.vi
        assert missing in told.en
    ring = read_settings(GIVEN | {"KIOSK_KEY_FILE": "keyring:kiosk/master"})
    assert ring.key_ring == ("kiosk", "master")


@pytest.mark.parametrize("name", ["KIOSK_HEAD_FILE", "KIOSK_FOLDER", "KIOSK_DB_REPLICA"])
def test_what_is_for_postgresql_alone_is_refused_beside_a_file(name: str) -> None:
    assert name in refused({"KIOSK_DB": "data/kiosk.db", name: "x"}).vi


@pytest.mark.parametrize(
    "db", ["postgresql:/kiosk@db/kho", "mysql://kiosk@db/kho", " file:/srv/k.db", "sqlite:///k.db"]
)
def test_an_address_of_another_kind_does_not_begin_a_house_in_a_folder_of_its_name(db: str) -> None:
    assert "KIOSK_DB" in refused(GIVEN | {"KIOSK_DB": db}).vi


def test_a_password_is_nowhere_but_in_its_file_and_that_is_its_owners_alone(tmp_path: Path) -> None:
    told = refused(GIVEN | {"KIOSK_DB": "postgresql://kiosk:mat-khau@127.0.0.1/kho"})
    assert "mat-khau" not in str(told)
    told = refused(GIVEN | {"KIOSK_DB_REPLICA": "postgresql://doc:mat-khau@127.0.0.1/kho"})
    assert "KIOSK_DB_REPLICA" in told.vi
    assert "mat-khau" not in str(told)
    assert "PGPASSWORD" in refused(GIVEN | {"PGPASSWORD": "mat-khau"}).vi
    passfile = tmp_path / "pgpass"
    assert "PGPASSFILE" in refused(GIVEN | {"PGPASSFILE": str(passfile)}).vi
    passfile.touch(mode=0o600)
    assert read_settings(GIVEN | {"PGPASSFILE": str(passfile)}).postgres
    passfile.chmod(0o640)
    if os.name == "posix":
        assert "chmod 600" in refused(GIVEN | {"PGPASSFILE": str(passfile)}).vi


def test_the_kiosks_own_backup_is_refused_and_not_asked_for(tmp_path: Path) -> None:
    real = GIVEN | {"KIOSK_FACILITY": "01C34", "KIOSK_FOLDER": str(tmp_path)}
    assert read_settings(real).unsaid == ("head",)
    assert read_settings(real | {"KIOSK_BACKUP": "off"}).backup is None
    assert "KIOSK_BACKUP" in refused(real | {"KIOSK_BACKUP": "/mnt/sao-luu"}).vi
    (tmp_path / "postgres.answers").write_text("KIOSK_BACKUP=/mnt/sao-luu\n", encoding="utf-8")
    assert "KIOSK_BACKUP" in refused(real).vi
    on_file = read_settings({"KIOSK_FACILITY": "01C34", "KIOSK_BACKUP": "/mnt/sao-luu"})
    assert on_file.backup == Plan(Path("/mnt/sao-luu"))
    assert on_file.unsaid == ("head",)


def test_what_is_told_of_the_settings_names_the_host_and_no_account() -> None:
    told = without_secrets(read_settings(GIVEN | {"KIOSK_DB_REPLICA": ADDRESS}))
    assert told["postgres"] == told["replica"] == "127.0.0.1:5432/kho"
    assert "kiosk@" not in " ".join(told.values())


def test_what_is_done_to_a_file_alone_says_so_of_postgresql() -> None:
    with pytest.raises(RequestError, match=r"127\.0\.0\.1:5432/kho.*docs/postgres\.md") as told:
        file_of(read_settings(GIVEN))
    assert "SQLite" in told.value.en


_WITHOUT = """
import sys
from importlib.machinery import PathFinder
found = PathFinder.find_spec
def gone(name, *rest):
    return None if name.split(".")[0] in ("psycopg", "psycopg_pool") else found(name, *rest)
PathFinder.find_spec = gone
from verification.__main__ import main
raise SystemExit(main(sys.argv[1:]))
"""


def run_without_psycopg(environ: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("KIOSK_", "PG"))}
    return subprocess.run(
        [sys.executable, "-c", _WITHOUT, *words],
        cwd=ROOT,
        env=kept | environ,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_without_its_library_a_file_works_and_an_address_is_told_what_to_install(
    tmp_path: Path,
) -> None:
    on_file = run_without_psycopg({"KIOSK_DB": str(tmp_path / "k.db")}, "setup", "--store")
    assert on_file.returncode == 0, on_file.stderr
    done = run_without_psycopg(GIVEN, "setup", "--store")
    assert done.returncode == 1
    assert "setup --postgres" in done.stderr
    assert len(done.stderr.splitlines()) == 1
