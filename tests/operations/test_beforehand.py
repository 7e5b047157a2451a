"""Whether a house may begin or go on over a PostgreSQL is asked of that before it is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.postgres_support import PASSWORD, Cluster
from verification.basics.errors import StoreBusy, StoreError
from verification.log.key_file import KeyFile, new_key
from verification.log.sealing import INDEX_KEY, Sealer
from verification.operations.beforehand import holds_log, is_emptied, is_used, opens
from verification.operations.beginning import begin, begun, refuse_lost
from verification.operations.keys import lies_beside, master_key
from verification.operations.settings import Settings, read_settings
from verification.operations.waiting import drawn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


TABLES = (
    "CREATE TABLE log (seq bigint)",
    "CREATE TABLE wrapped_key (key_id text PRIMARY KEY, wrapped bytea)",
)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with Cluster() as made:
        yield made


@pytest.fixture
def house(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return the settings of a house whose database is new and whose key is still to be made."""
    monkeypatch.setenv("PGPASSFILE", str(cluster.passfile))
    for name in ("khoa", "dau"):
        (tmp_path / name).mkdir()
    return read_settings(
        {
            "KIOSK_DB": cluster.database(),
            "KIOSK_KEY_FILE": "khoa/kiosk.key",
            "KIOSK_HEAD_FILE": "dau/kiosk.head",
            "KIOSK_FOLDER": "may-nay",
            "KIOSK_FACILITY": "01C34",
        },
        tmp_path,
    )


def run(house: Settings, statement: str, *values: object) -> None:
    assert house.postgres
    with psycopg.connect(house.postgres.url, password=PASSWORD) as connection:
        connection.execute(statement.encode(), values)


def made(house: Settings, key: bytes) -> None:
    """Give a house its tables, and a key of the index that this master key opens."""
    for statement in TABLES:
        run(house, statement)
    wrapped = Sealer(key, {}.get, lambda *_: None).new_wrapped_key(INDEX_KEY)
    run(house, "INSERT INTO wrapped_key VALUES (%s, %s)", INDEX_KEY, wrapped)


def test_a_new_database_holds_nothing_and_a_house_begins_in_it(house: Settings) -> None:
    assert [holds_log(house), is_used(house), is_emptied(house)] == [False] * 3
    refuse_lost(house)
    begin(house)
    assert house.beside("new").exists()
    assert not lies_beside(house)
    key = master_key(house, None)  # type: ignore[arg-type]  # no key is replaced here
    made(house, key)
    begun(house)
    assert not house.beside("new").exists()
    assert holds_log(house)
    assert is_used(house)
    begin(house)


def test_a_key_of_another_house_does_not_open_it(house: Settings) -> None:
    made(house, new_key())
    keeper = KeyFile(house.key_file)
    with pytest.raises(StoreError, match=r"không tạo khóa mới"):
        master_key(house, None)  # type: ignore[arg-type]
    assert not keeper.exists()
    keeper.make()
    assert not opens(house, keeper.read())
    with pytest.raises(StoreError, match=r"Khóa không đi với cơ sở dữ liệu 127\.0\.0\.1"):
        master_key(house, None)  # type: ignore[arg-type]


def test_an_empty_database_where_a_house_was_is_no_new_house(house: Settings) -> None:
    KeyFile(house.key_file).make()
    with pytest.raises(StoreError, match=r"chưa có nhật ký mà còn kiosk\.key.*KIOSK_NEW_HOUSE"):
        begin(house)
    house.head_file.write_text(f"1:3:{'a' * 64}\n", encoding="ascii")
    for look in (begin, refuse_lost):
        with pytest.raises(StoreError, match=r"chưa có nhật ký mà còn kiosk\.key, kiosk\.head"):
            look(house)
    made(house, KeyFile(house.key_file).read())
    assert is_emptied(house)  # heads were noted, and nothing of them is there
    with pytest.raises(StoreError, match=r"kiosk\.head"):
        begin(house)
    run(house, "INSERT INTO log VALUES (1)")
    begin(house)


def test_a_log_whose_heads_would_go_nowhere_is_not_written(house: Settings) -> None:
    folder = house.head_file.parent
    folder.rmdir()
    with pytest.raises(StoreError, match=r"KIOSK_HEAD_FILE.*mkdir") as told:
        begin(house)
    assert str(folder) in told.value.en
    assert not house.beside("new").exists()
    folder.touch()  # a file of its name is no folder either
    with pytest.raises(StoreError, match="KIOSK_HEAD_FILE"):
        begin(house)


def test_a_postgresql_that_is_away_is_told_and_its_place_is_not_shown_to_strangers(
    house: Settings, cluster: Cluster
) -> None:
    cluster.stop()
    try:
        with pytest.raises(StoreBusy, match=r"Không nối được máy chủ PostgreSQL 127\.0\.0\.1") as t:
            begin(house)
    finally:
        cluster.start()
    assert "Không nối được máy chủ PostgreSQL, chưa" in drawn(house, t.value)
    assert house.store not in drawn(house, t.value)
    begin(house)
