"""The sealed content against its digests in the log, and the wrapped keys that open it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from verification.adapters.store.account_rows import ACCOUNTS_KEY
from verification.adapters.store.sqlite.database import each
from verification.adapters.store.sqlite.proof.copying import Copy
from verification.adapters.store.sqlite.proof.events import erased_events
from verification.adapters.store.sqlite.proof.keys import opens
from verification.basics.errors import StoreError
from verification.log import chain
from verification.log.findings import Finding, Kind, at_event, of_house
from verification.log.sealing import INDEX_KEY, Sealer

_DIGESTS = "SELECT desk || '-' || seq, content_digest, substr(recorded_at, 1, 7) FROM log"
_CONTENTS = "SELECT event_id, salt, key_id, sealed FROM content NOT INDEXED"
_KEYS = "SELECT key_id FROM wrapped_key NOT INDEXED"


@dataclass
class _Keys:
    """The wrapped keys: each opens or does not, and is told once, at the first event concerned."""

    sealer: Sealer | None
    held: frozenset[str]
    bad: dict[str, str] = field(default_factory=dict)

    def fails(self, key_id: str, event_id: str, month: str) -> bool:
        """Tell whether a content's key is at fault; one that no event can have named is not."""
        if self.sealer is None or key_id in self.bad:
            return key_id in self.bad
        named = key_id in self.held or key_id.startswith(month)
        if named and not opens(self.sealer, key_id):
            self.bad[key_id] = event_id
        return key_id in self.bad


def contents(copy: Copy) -> Iterator[Finding]:
    """Find what is wrong with the content; without the key, which rows are missing or too many."""
    if copy.sealer is None:
        copy.left_out.add("content")
    rows = {row[0]: row[1:] for row in each(copy.connection, _DIGESTS)}
    erased = erased_events(copy.connection)
    held = frozenset(str(key_id) for (key_id,) in each(copy.connection, _KEYS))
    keys, seen = _Keys(copy.sealer, held), set()
    for event_id, salt, key_id, sealed in each(copy.connection, _CONTENTS):
        digest, month = rows.get(event_id, (None, ""))
        if event_id in seen or digest is None or event_id in erased:
            put_back = " put back" if event_id in erased else " extra"
            yield at_event(str(event_id), Kind.CONTENT, f"content{put_back}")
        elif keys.fails(str(key_id), event_id, month):
            pass  # told once, below
        elif copy.sealer and not _holds(copy.sealer, (event_id, salt, key_id, sealed), digest):
            yield at_event(event_id, Kind.CONTENT, "content changed")
        seen.add(event_id)
    for event_id, (digest, _) in rows.items():
        if digest is not None and event_id not in seen and event_id not in erased:
            yield at_event(event_id, Kind.CONTENT, "content missing")
    yield from _of_keys(copy, keys, any_event=bool(rows))


def _of_keys(copy: Copy, keys: _Keys, *, any_event: bool) -> Iterator[Finding]:
    for key_id, event_id in keys.bad.items():
        yield at_event(event_id, Kind.KEY, f"wrapped_key {key_id}")
    if copy.sealer is None:
        return
    for key_id in keys.held - keys.bad.keys():
        if not opens(copy.sealer, key_id):
            yield of_house(Kind.KEY, f"wrapped_key {key_id}")
    needed = {"person_index": INDEX_KEY, "account": ACCOUNTS_KEY}
    for table, key_id in needed.items():
        used = copy.connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()
        if any_event and used and key_id not in keys.held:
            yield of_house(Kind.KEY, f"wrapped_key {key_id}")


def _holds(sealer: Sealer, row: tuple[str, bytes, str, bytes], digest: str) -> bool:
    """Tell whether a row opens for its event and is what the event's digest says."""
    event_id, salt, key_id, sealed = row
    try:
        plain = sealer.open(key_id, event_id, sealed)
        return chain.content_digest(salt, plain) == digest
    except (StoreError, TypeError, ValueError):
        return False
