"""Tables, indexes, triggers and pages: as migrations make them, and as SQLite can read them."""

from collections.abc import Iterator

from verification.adapters.store.sqlite import shape
from verification.adapters.store.sqlite.proof.copying import Copy
from verification.adapters.store.sqlite.rebuilding import is_sound
from verification.log.findings import Finding, Kind, of_house

KIND_OF = {
    "log": Kind.EDITED,
    "log_written": Kind.EDITED,
    "log_end": Kind.EDITED,
    "content": Kind.CONTENT,
    "wrapped_key": Kind.KEY,
    "person_index": Kind.PERSON_INDEX,
    "review_case": Kind.CASE,
    "case_event": Kind.CASE,
    "account": Kind.ACCOUNT,
    "session": Kind.SESSION,
    "api_key": Kind.API_KEY,
}
"""What is wrong where a table is; the others are projections."""


_REGISTER = {"log_written", "log_end"}  # with the key their own check tells that they are gone


def tables(copy: Copy) -> Iterator[Finding]:
    """Find what a stranger added or took away beside rows, and pages that cannot be read.

    A trigger can change what is written, an index what is found.
    """
    listed = copy.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    here = {name for (name,) in listed.fetchall()}
    for stray in shape.strays(copy.connection):
        made_again = stray.acts and stray.missing  # a guard, when the kiosk opens
        told = copy.sealer and stray.table in _REGISTER - here
        if not (made_again or told):
            yield of_house(kind_of(stray.table), stray.what)
    for table in shape.tables():
        if table in here and not is_sound(copy.connection, table):
            yield of_house(kind_of(table), f"{table} damaged")


def kind_of(table: str) -> Kind:
    """Return what is wrong where something is wrong with a table."""
    return KIND_OF.get(table, Kind.PROJECTION)
