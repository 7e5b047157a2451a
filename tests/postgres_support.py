"""A PostgreSQL of the tests: Debian's newest, on loopback, in a temporary folder, unprivileged.

One cluster a worker; each test gets a database of its own, copied from a template.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import closing, contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, LiteralString

import psycopg
from psycopg import sql

from verification.adapters.store.postgres.address import Address, read_address
from verification.adapters.store.postgres.schema import bring

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Self

INSTALLED = Path("/usr/lib/postgresql")
OWNER = "kiosk"
PASSWORD = "loopback-of-the-tests"  # of a cluster that lives as long as a test run
_UNPRIVILEGED = "postgres"
_QUICK = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
_LONGEST = 60.0


def newest() -> Path:
    """Return the folder of the newest PostgreSQL's programs.

    Raises:
        RuntimeError: There is none; nothing is skipped for that.
    """
    found = sorted(INSTALLED.glob("*/bin/initdb"), key=lambda at: int(at.parts[-3]))
    if not found:
        raise RuntimeError("no PostgreSQL under /usr/lib/postgresql: see `setup --tests`")
    return found[-1].parent


class Cluster:
    """One PostgreSQL; made by `with Cluster() as cluster`.

    Args:
        durable: Whether a commit is on the disk when it is answered, as in a hospital.
        settings: More lines of postgresql.conf.
        auth: How who connects proves who it is.
    """

    def __init__(
        self,
        *,
        durable: bool = False,
        settings: Mapping[str, str] | None = None,
        auth: str = "scram-sha-256",
    ) -> None:
        self._auth = auth
        self._programs = newest()
        self.folder = Path(tempfile.mkdtemp(prefix="kiosk-pg-"))
        self.port = _free_port()
        self._settings = {**({} if durable else _QUICK), **(settings or {})}
        self._process: subprocess.Popen[bytes] | None = None
        self._names = count(1)

    def __enter__(self) -> Self:
        """Make the cluster and start it."""
        self._prepare()
        given = (f"--auth={self._auth}", f"--pwfile={self.folder / 'password'}", "--no-sync")
        words = (f"--username={OWNER}", "--encoding=UTF8", "--locale=C", *given)
        with (self.folder / "initdb.log").open("wb") as told:
            command = self._command("initdb", f"--pgdata={self.data}", *words)
            subprocess.run(command, stdout=told, stderr=told, check=True)
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it and leave nothing."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _prepare(self) -> None:
        (self.folder / "password").write_text(PASSWORD, encoding="ascii")
        (self.folder / "pgpass").touch(mode=0o600)
        (self.folder / "pgpass").write_text(f"127.0.0.1:*:*:{OWNER}:{PASSWORD}\n", encoding="ascii")
        if os.geteuid() == 0:  # it refuses to run as root, and must come to its folder
            for path in (self.folder, self.folder / "password", self.folder / "pgpass"):
                shutil.chown(path, _UNPRIVILEGED, _UNPRIVILEGED)
            for above in self.folder.parents:  # the run's own folder is nobody else's
                mode = above.stat().st_mode
                if not mode & 0o001:
                    above.chmod(mode | 0o001)

    @contextmanager
    def standby(self) -> Iterator[Cluster]:
        """Yield a replica of it that follows by streaming."""
        replica = Cluster()
        replica._prepare()
        made = self._command(
            "pg_basebackup",
            *(f"--dbname=host=127.0.0.1 port={self.port} user={OWNER}", "--checkpoint=fast"),
            *(f"--pgdata={replica.data}", "--write-recovery-conf", "--wal-method=stream"),
        )
        environ = {**os.environ, "PGPASSFILE": str(replica.passfile)}
        with (replica.folder / "initdb.log").open("wb") as told:
            subprocess.run(made, stdout=told, stderr=told, check=True, env=environ)
        replica.start()
        try:
            yield replica
        finally:
            replica.__exit__()

    @property
    def data(self) -> Path:
        """Return the folder of its data."""
        return self.folder / "data"

    @property
    def passfile(self) -> Path:
        """Return the file that PGPASSFILE is to name."""
        return self.folder / "pgpass"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
        words = [f"-c{name}={value}" for name, value in (settings | self._settings).items()]
        command = self._command("postgres", f"-D{self.data}", f"-p{self.port}", *words)
        with (self.folder / "postgres.log").open("ab") as told:
            self._process = subprocess.Popen(command, stdout=told, stderr=told)
        end = time.monotonic() + _LONGEST
        while True:
            try:
                self.run("SELECT 1", "postgres")
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > end:
                    raise
                time.sleep(0.05)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it.

        Args:
            how: SIGINT as `pg_ctl stop` does, SIGQUIT at once: it recovers at the next start.
        """
        if self._process and self._process.poll() is None:
            self._process.send_signal(how)
            self._process.wait(_LONGEST)

    def restart(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it and start it again at the same port."""
        self.stop(how)
        self.start()

    def database(self, template: str = "template0") -> str:
        """Make a database of its own; return its address, without the password."""
        name = f"kiosk_{next(self._names)}"
        self.make(name, template)
        return self.url(name)

    def make(self, name: str, template: str = "template0") -> None:
        """Make a database of a name."""
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._on_postgres(made.format(sql.Identifier(name), sql.Identifier(template)))

    def drop(self, name: str) -> None:
        """Drop a database, whoever is connected to it."""
        self._on_postgres(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )

    def url(self, name: str) -> str:
        """Return the address of a database, without the password."""
        return f"postgresql://{OWNER}@127.0.0.1:{self.port}/{name}"

    def run(self, query: LiteralString, name: str) -> Sequence[tuple[object, ...]]:
        """Run one statement as the owner; return its rows."""
        with closing(self._connection(name)) as connection:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []

    def _on_postgres(self, statement: sql.Composed) -> None:
        with closing(self._connection("postgres")) as connection:
            connection.execute(statement)

    def _connection(self, name: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            self.url(name), password=PASSWORD, autocommit=True, connect_timeout=5
        )

    def _command(self, program: str, *words: str) -> list[str]:
        wrapper = ["setpriv", "--pdeathsig", "QUIT"]  # of a worker that was killed nothing stays
        if os.geteuid() == 0:
            wrapper += [f"--reuid={_UNPRIVILEGED}", f"--regid={_UNPRIVILEGED}", "--clear-groups"]
        return [*wrapper, "--", str(self._programs / program), *words]


_EMPTIED: list[str] = []
_SPOILT: set[str] = set()


@cache
def shared() -> Cluster:
    """Return the cluster of this process, begun at the first asking and gone with the process."""
    cluster = Cluster(auth="trust")  # to ask for a password costs each connection milliseconds
    cluster.__enter__()
    atexit.register(cluster.__exit__)
    os.environ["PGPASSFILE"] = str(cluster.passfile)
    return cluster


@contextmanager
def database(*, tables: bool = False) -> Iterator[str]:
    """Yield the address of a database of the shared cluster, empty or with the tables."""
    cluster = shared()
    if not tables:
        url = cluster.database()
    else:
        url = _EMPTIED.pop() if _EMPTIED else cluster.database(_migrated())
    try:
        yield url
    finally:
        name = url.rpartition("/")[2]
        if tables and url not in _SPOILT:
            cluster.run(_emptying(), name)
            # rows that come take the places of those that went: no order comes by itself
            cluster.run("VACUUM history, visit", name)
            _EMPTIED.append(url)
        else:
            cluster.drop(name)


def spoil(url: str) -> None:
    """Have a database used by nobody after this test: more than rows of it was changed."""
    _SPOILT.add(url)


@cache
def _emptying() -> LiteralString:
    """Return what empties all tables; the log only grows, but for who puts its triggers aside."""
    tables = shared().run(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'", _migrated()
    )
    gone = (f"DELETE FROM {name}" for (name,) in tables if name != "kiosk_migration")
    return "; ".join(("SET session_replication_role = replica", *gone))  # type: ignore[return-value]


@cache
def _migrated() -> str:
    cluster, name = shared(), "kiosk_migrated"
    cluster.make(name)
    with psycopg.connect(cluster.url(name), autocommit=True) as connection:
        bring(connection)
    return name


def migrated() -> Address:
    """Return the address of a database of its own that has the tables of this version."""
    return read_address("KIOSK_DB", shared().database(_migrated()))


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
