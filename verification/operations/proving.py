"""A store as it is proved, of whatever engine: copied, looked at alone, thrown away."""

import os
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from verification.adapters.store.sqlite.proof.copying import Copy, copied
from verification.log.chain import Head
from verification.operations.beginning import refuse_lost
from verification.operations.database_settings import address_of
from verification.operations.settings import Settings


def own_copy(
    settings: Settings, master: bytes | None, given: Sequence[Head] = ()
) -> AbstractContextManager[Copy]:
    """Copy the store of an installation.

    Args:
        settings: Of the installation.
        master: The master key, None where it is not there, `NO_KEY` where its file holds none.
        given: Heads that whoever asks kept elsewhere.

    Raises:
        StoreError: There is none, or it cannot be read.
    """
    if settings.postgres is None:
        if not settings.db.exists():  # looking at one that is there lays files beside it
            refuse_lost(settings)
        return copied(settings.db, master, given)
    # a house with a file needs no psycopg
    from verification.adapters.store.postgres import proving  # noqa: PLC0415

    return proving.copied(settings.postgres, settings.db, settings.head_file, master, given)


def postgres_copy(
    url: str, master: bytes | None, given: Sequence[Head] = ()
) -> AbstractContextManager[Copy]:
    """Copy the store on a PostgreSQL that need not be this installation's.

    Raises:
        SettingsError: That is no address.
        StoreError: It cannot be reached, or holds no log.
    """
    address = address_of(url, os.environ, setting="--copy")
    nothing = Path("none")  # beside it lie neither cards nor heads
    from verification.adapters.store.postgres import proving  # noqa: PLC0415

    return proving.copied(address, nothing, nothing, master, given, elsewhere=True)
