"""The wrapped keys that a log keeps, and whether a master key opens them."""

from functools import partial

from verification.adapters.store.sql.db import Db
from verification.basics.errors import StoreError
from verification.log.sealing import INDEX_KEY, Sealer


def is_opened_by(db: Db, master_key: bytes) -> bool:
    """Tell whether a key opens what is wrapped; the key of the index stands for all others.

    Where that is gone, one of them that opens is enough: some may be damaged.
    """
    rows = db.rows("SELECT key_id FROM wrapped_key")
    keys = [key_id for (key_id,) in rows if isinstance(key_id, str)]  # some may be damaged
    opener = Sealer(master_key, partial(wrapped_key, db), never_save)
    asked = [INDEX_KEY] if INDEX_KEY in keys else keys
    return not rows or any(opener.has(key_id) for key_id in asked)


def misfit(name: str) -> StoreError:
    """Return what is said of a master key that does not open what is there."""
    return StoreError(
        f"Khóa không đi với cơ sở dữ liệu {name}: hãy đặt KIOSK_KEY_FILE là khóa của nó",
        f"The key does not fit the database {name}: let KIOSK_KEY_FILE name its own",
    )


def wrapped_key(db: Db, key_id: str) -> bytes | None:
    """Return a wrapped key, None where there is none."""
    query = "SELECT wrapped FROM wrapped_key WHERE key_id = ?"
    rows = db.rows(query, (key_id,))
    return rows[0][0] if rows else None


def never_save(key_id: str, _wrapped: bytes) -> None:
    """Refuse to keep a key: a reader makes none."""
    raise RuntimeError(key_id)
