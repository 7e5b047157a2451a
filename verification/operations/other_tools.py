"""The key of a database that another tool reads, where the kiosk's settings say it lies."""

import os
from contextlib import suppress
from pathlib import Path

from verification.basics.errors import KioskError
from verification.operations.database_settings import ON_POSTGRES
from verification.operations.keys import kept
from verification.operations.settings import read_settings


def key_for_reading(database: Path) -> bytes | None:
    """Return the master key of a database, None where it may not be read; none is ever made."""
    with suppress(KioskError):
        environ = {name: said for name, said in os.environ.items() if name not in ON_POSTGRES}
        return kept(read_settings({**environ, "KIOSK_DB": str(database)})).read()
    return None
