# ruff: noqa: INP001
"""What Datasette may show of `kiosk.db`: its views and nothing else, and masked card numbers.

Started from the kiosk's checkout, see `docs/hospital-system.md`, section 8.
"""

import sqlite3
from pathlib import Path
from typing import Any

from datasette import hookimpl

from verification.adapters.store.sqlite.masked import offer
from verification.adapters.store.sqlite.views import VIEWS
from verification.operations.other_tools import key_for_reading

# what would show more than the views: tables, any SQL, the file itself
_NEVER = frozenset({"execute-sql", "view-database-download", "debug-menu", "permissions-debug"})


@hookimpl
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Any) -> None:  # noqa: ANN401  # comes without types
    """Give each connection the function `so_the_che`."""
    known = datasette.databases.get(database)
    path = known.path if known else None
    offer(conn, key_for_reading(Path(path)) if path else None)


@hookimpl(trylast=True)
def permission_allowed(action: str, resource: Any) -> bool | None:  # noqa: ANN401  # likewise
    """Open the views alone, whatever the database is called and whoever asks."""
    if action in _NEVER:
        return False
    if action == "view-table":
        return resource[1] in VIEWS
    return None
