"""A province on two PostgreSQLs of its own, started on loopback."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.postgres_support import Cluster
from verification.adapters.store.postgres.address import read_address
from verification.adapters.store.postgres.province.province import Province
from verification.adapters.store.postgres.province.shards import Shards

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = bytes(range(32))


@pytest.fixture(scope="module")
def clusters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Cluster]]:
    """Yield two clusters whose commits are on the disk when they are answered."""
    passfile = tmp_path_factory.mktemp("pass") / "pgpass"
    with ExitStack() as opened, pytest.MonkeyPatch.context() as patch:
        found = [opened.enter_context(Cluster(durable=True)) for _ in range(2)]
        passfile.touch(mode=0o600)
        passfile.write_text("".join(one.passfile.read_text() for one in found))
        patch.setitem(os.environ, "PGPASSFILE", str(passfile))
        yield found


@pytest.fixture
def addresses(clusters: list[Cluster]) -> list[str]:
    """Return an empty database of each cluster."""
    return [one.database() for one in clusters]


@pytest.fixture
def shards(addresses: list[str]) -> Iterator[Shards]:
    """Yield the two shards."""
    found = Shards([read_address("shards", one) for one in addresses], wait=0.5)
    yield found
    found.close()


@pytest.fixture
def province(shards: Shards) -> Province:
    """Return an empty province."""
    found = Province(shards)
    found.begin(KEY)
    return found
