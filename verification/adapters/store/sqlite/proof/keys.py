"""Whether a wrapped key of a copy can be used."""

import sqlite3

from verification.basics.errors import StoreError
from verification.log.sealing import Sealer


def opens(sealer: Sealer, key_id: str) -> bool:
    """Tell whether the master key opens a wrapped key; one that is not there does not open."""
    try:
        sealer.check(key_id)
    except (StoreError, TypeError, ValueError, sqlite3.DatabaseError):
        return False
    return True
