"""What docs/postgres.md tells the hospital's IT to write is what works."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.browser.running import wait_for
from tests.postgres_support import OWNER, PASSWORD, Cluster, newest
from tests.support import ROOT
from verification.operations.settings import read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

DOC = (ROOT / "docs" / "postgres.md").read_text(encoding="utf-8")
CARD = "DN4797900000011"  # of the invented cards
COUNTED = "SELECT count(*), max(hash) FROM log"


def blocks(kind: str) -> list[str]:
    """Return what stands in the blocks of a kind, in their order."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", DOC, re.MULTILINE | re.DOTALL)


def line(beginning: str, part: str = "") -> str:
    """Return the one command that begins so and has this part."""
    lines = [one for text in blocks("sh") for one in text.splitlines()]
    (found,) = [one for one in lines if one.startswith(beginning) and part in one]
    return found


def test_its_settings_are_a_house_and_its_addresses_need_no_more_than_stands_there(
    tmp_path: Path,
) -> None:
    (given,) = [text for text in blocks("ini") if text.startswith("KIOSK_DB")]
    pairs = dict(one.split("=", 1) for one in given.splitlines())
    passfile = tmp_path / "pgpass"
    passfile.touch(mode=0o600)
    (replica,) = re.findall(r"`KIOSK_DB_REPLICA=(.*?)`", DOC)
    settings = read_settings(
        pairs | {"PGPASSFILE": str(passfile), "KIOSK_DB_REPLICA": replica}, tmp_path
    )
    for address in (settings.postgres, settings.replica):
        assert address
        assert dict(address.parameters)["sslmode"] == "verify-full"
        assert dict(address.parameters)["sslrootcert"] == "/etc/kiosk/tls/ca.pem"


*SETTING_UP, RENAMING = blocks("sql")


class Lan:
    """The machines of the docs on this one: its names, folders and role in their place.

    Args:
        cluster: Stands for the PostgreSQL machine; its own superuser is called as the docs' role.
        folder: Holds what they have on their disks.
    """

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self.cluster = cluster
        self.folder = folder
        for name in ("wal", "khoa"):
            (folder / name).mkdir()
        self._open(folder, folder / "wal")
        cluster.passfile.write_text(f"*:*:*:*:{PASSWORD}\n", encoding="ascii")
        self._open(cluster.passfile)
        self.environ: Mapping[str, str] = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("KIOSK_", "PG"))},
            "PATH": f"{newest()}{os.pathsep}{os.environ['PATH']}",
            "PGPASSFILE": str(cluster.passfile),
            "PGPORT": str(cluster.port),
            "PGHOST": "127.0.0.1",  # the administrator's own, at that machine
            "PGUSER": OWNER,
        }

    def _open(self, *places: Path) -> None:
        """Let the unprivileged user of the cluster in."""
        for place in places if os.geteuid() == 0 else ():
            for parent in place.parents:
                parent.chmod(parent.stat().st_mode | 0o001)
            shutil.chown(place, "postgres", "postgres")

    def here(self, text: str) -> str:
        """Return what is written there as it is written here."""
        for there, here in {
            "kiosk": "bhyt",
            "db.benhvien.lan": "127.0.0.1",
            "localhost, 10.0.0.20": "127.0.0.1",
            "/mnt/sao-luu": str(self.folder),
            "/etc/postgresql/tls": str(self.folder / "tls"),
            "/etc/bhyt": str(self.folder),
            "/var/lib/bhyt": str(self.folder / "lib"),
            "/var/lib/postgresql/15": str(self.folder / "cum"),
        }.items():
            text = text.replace(there, here)
        return re.sub(r"10\.0\.0\.\d+", "127.0.0.1", text)

    def run(self, command: str) -> None:
        self.done(["/bin/sh", "-ec", self.here(command)])

    def sql(self, statements: str) -> None:
        words = ["--no-psqlrc", "--set=ON_ERROR_STOP=1"]
        self.done(["psql", *words, "--dbname=postgres", f"--command={statements}"])

    def all_of(self, statements: str) -> None:
        for statement in filter(str.strip, self.here(statements).split(";\n")):
            self.sql(statement)

    def kiosk(self, *words: str, **environ: str) -> str:
        own = {
            "KIOSK_DB": f"postgresql://bhyt@127.0.0.1:{self.cluster.port}/bhyt",
            "KIOSK_KEY_FILE": str(self.folder / "khoa/kiosk.key"),
            "KIOSK_HEAD_FILE": str(self.folder / "khoa/kiosk.head"),
            "KIOSK_FOLDER": str(self.folder / "may"),
        }
        return self.done([sys.executable, "-m", "verification", *words], own | environ)

    def done(self, words: list[str], environ: Mapping[str, str] | None = None) -> str:
        done = subprocess.run(
            words,
            cwd=ROOT,
            env={**self.environ, **(environ or {})},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return done.stdout

    def secured(self) -> None:
        """Give the server the settings, the certificate and the lines of the docs."""
        words = self.here(line("python3 -m verification certificate")).split()[2:-1]
        self.done([sys.executable, "-m", *words, str(self.folder / "tls")])
        for file in (self.folder / "tls").iterdir():
            self._open(file)
            file.chmod(0o600)
        (settings,) = [text for text in blocks("ini") if text.startswith("listen_addresses")]
        with (self.cluster.data / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write(self.here(settings))
        (ways,) = blocks("text")
        first = f"host all {OWNER} 127.0.0.1/32 scram-sha-256\n"
        (self.cluster.data / "pg_hba.conf").write_text(first + self.here(ways), encoding="utf-8")
        self.cluster.restart()

    @contextmanager
    def started(self, data: Path) -> Iterator[Cluster]:
        """Run another server on a folder of data."""
        other = Cluster()
        shutil.move(data, other.data)
        self._open(other.folder)
        for place in (other.data, *other.data.rglob("*")) if os.geteuid() == 0 else ():
            shutil.chown(place, "postgres", "postgres")
        other.data.chmod(0o700)
        other.start()
        try:
            yield other
        finally:
            other.__exit__()


@pytest.fixture(scope="module")
def lan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lan]:
    with Cluster() as cluster:
        lan = Lan(cluster, tmp_path_factory.mktemp("lan"))
        for text in SETTING_UP:
            lan.all_of(text)
        for role in ("bhyt", "bhyt_doc", "sao_luu"):
            lan.sql(f"ALTER ROLE {role} PASSWORD '{PASSWORD}'")
        lan.secured()
        yield lan


@pytest.mark.long
def test_every_command_of_the_docs_does_what_it_is_for(lan: Lan) -> None:
    lan.kiosk("setup", "--store")
    lan.kiosk("check-in", CARD)
    assert lan.cluster.run("SELECT count(*) FROM log", "bhyt") != [(0,)]
    lan.run(line("install -m 600"))
    lan.run(line("mkdir"))
    assert (lan.folder / "lib/heads").stat().st_mode & 0o777 == 0o700
    assert (lan.folder / "pgpass").stat().st_mode & 0o777 == 0o600

    lan.run(line("pg_dump"))
    lan.run(line("createdb"))
    lan.run(line("pg_restore"))
    before = lan.cluster.run(COUNTED, "bhyt")
    lan.all_of(RENAMING)
    assert lan.cluster.run(COUNTED, "bhyt") == before
    assert lan.kiosk("rebuild").startswith("Đã dựng lại")

    lan.run(line("pg_basebackup", "--pgdata=/mnt/sao-luu/nen"))
    lan.run(line("pg_verifybackup"))
    lan.kiosk("check-in", CARD)
    stands = lan.cluster.run(COUNTED, "bhyt")
    ((until,),) = lan.cluster.run("SELECT clock_timestamp()::text", "bhyt")
    lan.kiosk("check-in", CARD, "--again", "khám lại")
    assert lan.cluster.run(COUNTED, "bhyt") != stands
    lan.cluster.run("SELECT pg_switch_wal()", "postgres")

    (lan.folder / "cum").mkdir()
    lan.run(line("cp -a"))
    lan.run(line("touch"))
    (aims,) = [text for text in blocks("ini") if text.startswith("restore_command")]
    with (lan.folder / "cum/main/postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.write(re.sub("2026-[^']*", str(until), lan.here(aims)))
    with lan.started(lan.folder / "cum/main") as restored:
        wait_for(lambda: restored.run("SELECT pg_is_in_recovery()", "postgres") == [(False,)])
        assert restored.run(COUNTED, "bhyt") == stands

    lan.run(line("pg_basebackup", "--write-recovery-conf"))
    with lan.started(lan.folder / "cum/ban-sao") as replica:
        assert replica.run("SELECT pg_is_in_recovery()", "postgres") == [(True,)]
        now = lan.cluster.run(COUNTED, "bhyt")
        wait_for(lambda: replica.run(COUNTED, "bhyt") == now)
        address = f"postgresql://bhyt_doc@127.0.0.1:{replica.port}/bhyt"
        assert lan.kiosk("retention", KIOSK_DB_REPLICA=address)
