"""A PostgreSQL on another machine is spoken to by TLS alone, and only where it is the right one."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.postgres_support import PASSWORD, Cluster
from verification.adapters.store.postgres.address import read_address
from verification.adapters.store.postgres.beforehand import holds_log
from verification.adapters.store.postgres.database import conninfo
from verification.basics.errors import StoreError
from verification.operations.commands.program import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOST = "db.benhvien.example"  # no loopback by its name: what is decided by that is decided here


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with Cluster() as made:
        yield made


@pytest.fixture
def at(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the address of a database on that host, which is found at this machine."""
    names = (HOST, "khac.benhvien.example")
    lines = "".join(f"{name}:{cluster.port}:*:kiosk:{PASSWORD}\n" for name in names)
    cluster.passfile.write_text(lines, encoding="ascii")
    monkeypatch.setenv("PGPASSFILE", str(cluster.passfile))
    monkeypatch.setenv("PGHOSTADDR", "127.0.0.1")
    monkeypatch.setenv("HOME", str(cluster.folder))  # nobody's own root.crt
    return cluster.database().replace("127.0.0.1", HOST)


def authority(folder: Path, *names: str) -> Path:
    """Make an authority and a certificate for these names; return its file."""
    words = [word for name in names for word in ("--name", name)]
    assert run(["certificate", *words, "--out", str(folder)]) == 0
    return folder / "ca.pem"


def reached(url: str) -> None:
    assert not holds_log(read_address("KIOSK_DB", url))


def told(url: str) -> str:
    with pytest.raises(StoreError) as found:
        reached(url)
    return found.value.vi


def test_only_a_server_with_the_right_certificate_is_spoken_to(
    cluster: Cluster, at: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ca, other = authority(tmp_path / "ca", HOST), authority(tmp_path / "other", HOST)
    assert "không có TLS" in told(f"{at}?sslrootcert={ca}")
    for name, made in (("server.crt", "cert.pem"), ("server.key", "key.pem")):
        shutil.copy(tmp_path / "ca" / made, cluster.data / name)
        if os.geteuid() == 0:
            shutil.chown(cluster.data / name, "postgres", "postgres")
        (cluster.data / name).chmod(0o600)
    cluster.run("ALTER SYSTEM SET ssl = on", "postgres")
    cluster.restart()
    reached(f"{at}?sslrootcert={ca}")
    address = read_address("KIOSK_DB", f"{at}?sslmode=verify-full&sslrootcert={ca}")
    with closing(psycopg.connect(conninfo(address))) as connection:
        asked = "SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        assert connection.execute(asked).fetchone() == (True, "TLSv1.3")
    another_name = at.replace(HOST, "khac.benhvien.example")
    assert "chứng thư không đúng máy" in told(f"{another_name}?sslrootcert={ca}")
    reached(f"{another_name}?sslmode=verify-ca&sslrootcert={ca}")
    for wrong in (f"?sslrootcert={other}", "", "?sslrootcert=/khong/co.pem"):
        assert "sslrootcert" in told(f"{at}{wrong}")
    capsys.readouterr()


def test_who_is_not_let_in_is_told_what_to_look_at(cluster: Cluster, at: str) -> None:
    near = at.replace(HOST, "127.0.0.1")
    assert "PGPASSFILE" in told(near)  # there is no line for this host
    wrong = "".join(f"{host}:*:*:*:sai\n" for host in ("127.0.0.1", HOST))
    cluster.passfile.write_text(wrong, encoding="ascii")
    assert "PGPASSFILE" in told(near)
    assert "PGPASSFILE" in told(near.replace("kiosk@", "khach@"))
    cluster.passfile.write_text(f"*:*:*:*:{PASSWORD}\n", encoding="ascii")
    assert "không có cơ sở dữ liệu" in told(f"{near}_khong_co")
    assert "Không nối được" in told(near.replace(f":{cluster.port}", ":1"))
    reached(near)
