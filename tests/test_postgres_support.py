"""The PostgreSQL of the tests runs as nobody of importance and leaves nothing behind."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.browser.running import wait_for
from tests.postgres_support import Cluster, newest
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORKER = """
import time
from tests.postgres_support import Cluster
with Cluster() as cluster:
    print(cluster._process.pid, flush=True)
    time.sleep(600)
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with Cluster() as made:
        yield made


def family(cluster: Cluster) -> list[psutil.Process]:
    assert cluster._process
    parent = psutil.Process(cluster._process.pid)
    return [parent, *parent.children(recursive=True)]


def effective_user(process: psutil.Process) -> int | None:
    """Return as whom a process runs, None where it ended meanwhile, as workers of PostgreSQL do."""
    try:
        return process.uids().effective
    except psutil.NoSuchProcess:
        return None


def holds_memory(process: psutil.Process) -> bool:
    """Tell whether shared memory of the system's is left that a process made."""
    lines = Path("/proc/sysvipc/shm").read_text(encoding="ascii").splitlines()
    maker = lines[0].split().index("cpid")
    return str(process.pid) in {line.split()[maker] for line in lines[1:]}


def test_it_is_the_newest_that_is_installed_and_root_runs_none_of_it(cluster: Cluster) -> None:
    ((version,),) = cluster.run("SHOW server_version", "postgres")
    assert str(version).startswith(f"{newest().parts[-2]}.")
    users = [user for one in family(cluster) if (user := effective_user(one)) is not None]
    assert len(users) > 1
    assert 0 not in users


def test_only_this_machine_reaches_it_and_none_without_the_password(cluster: Cluster) -> None:
    held = [one for one in psutil.net_connections() if one.laddr and one.laddr.port == cluster.port]
    assert {one.laddr.ip for one in held} == {"127.0.0.1"}
    assert cluster.passfile.stat().st_mode & 0o077 == 0
    ((form,),) = cluster.run("SHOW password_encryption", "postgres")
    lines = cluster.data.joinpath("pg_hba.conf").read_text(encoding="utf-8").splitlines()
    ways = {line.split()[-1] for line in lines if line.strip() and not line.startswith("#")}
    assert (form, ways) == ("scram-sha-256", {"scram-sha-256"})


def test_a_database_is_of_its_own_and_sorts_by_bytes(cluster: Cluster) -> None:
    one, other = (cluster.database().rpartition("/")[2] for _ in range(2))
    cluster.run("CREATE TABLE x (y text)", one)
    cluster.run("INSERT INTO x VALUES ('b'), ('Ă'), ('a'), ('B')", one)
    rows = cluster.run("SELECT y FROM x ORDER BY y", one)
    assert [row[0] for row in rows] == ["B", "a", "b", "Ă"]
    assert cluster.run("SELECT to_regclass('x')", other) == [(None,)]
    cluster.drop(one)
    cluster.restart(signal.SIGQUIT)
    assert cluster.run("SELECT to_regclass('x')", other) == [(None,)]


def test_it_leaves_nothing() -> None:
    with Cluster() as made:
        folder, running = made.folder, family(made)
    assert not folder.exists()
    assert not [one for one in running if one.is_running()]


def test_of_a_worker_that_is_killed_nothing_runs_on_and_no_memory_is_held() -> None:
    words = [sys.executable, "-c", _WORKER]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout
        postmaster = psutil.Process(int(worker.stdout.readline()))
        running = [postmaster, *postmaster.children(recursive=True)]
        assert holds_memory(postmaster)
        worker.kill()
    wait_for(lambda: not any(map(runs, running)))
    assert not holds_memory(postmaster)


def runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
