"""Which engine keeps the log: a file, or a PostgreSQL that several servers share."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from verification.adapters.store.sqlite.log import SqliteLog
from verification.adapters.store.sqlite.looked_at import LoggedTimes
from verification.log.watch import UNWATCHED, Watch

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from verification.adapters.store.postgres.log import PostgresLog
    from verification.adapters.store.postgres.looked_at import PostgresTimes
    from verification.operations.settings import Settings

    AnyLog: TypeAlias = SqliteLog | PostgresLog


def opened_log(
    settings: Settings, key: bytes, clock: Callable[[], datetime], watch: Watch = UNWATCHED
) -> AnyLog:
    """Open the log of an installation.

    Args:
        settings: Of the installation.
        key: The master key.
        clock: Returns the present time.
        watch: Told how the writing goes.

    Raises:
        StoreError: It cannot be opened.
    """
    if settings.postgres is None:
        return SqliteLog(settings.db, key, clock, watch)
    # a house with a file needs no psycopg
    from verification.adapters.store.postgres.log import PostgresLog  # noqa: PLC0415

    held = (settings.head_file, settings.replica, watch)
    return PostgresLog(settings.postgres, key, clock, *held)


def logged_times(settings: Settings) -> LoggedTimes | PostgresTimes:
    """Open what tells when something was logged, without a key."""
    if settings.postgres is None:
        return LoggedTimes(settings.db)
    from verification.adapters.store.postgres.looked_at import PostgresTimes  # noqa: PLC0415

    return PostgresTimes(settings.postgres)
