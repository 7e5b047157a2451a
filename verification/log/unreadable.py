"""What cannot be read of the store, and why: one damaged row is one line, never a whole page."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from verification.basics.dates import parse_partial
from verification.basics.errors import KeyLost, StoreError
from verification.basics.texts import Text, Texts
from verification.log import chain
from verification.log.sealing import SALT_BYTES, Sealer

_TEXTS = Texts()
_FACTS = frozenset({"ban_ghi", "trinh_ra", "kem", "can_cuoc", "cach_doc"})  # parts that hold facts
_READ_AS: Mapping[str, Callable[[str], object]] = {
    "ngay_sinh": parse_partial,
    "gt_the_tu": date.fromisoformat,
    "gt_the_den": date.fromisoformat,
    "ngay_du_5_nam": date.fromisoformat,
}
_TOLD = frozenset({"ban_ghi", "trinh_ra", "can_cuoc"})  # facts of a card, dates in one form


class Cause(StrEnum):
    """Why a row cannot be read."""

    DELETED = "deleted"  # its content is gone, and no event erased it
    CHANGED = "changed"  # it is not what was sealed for this event
    KEY = "key"  # sealed with a key that is not there or does not open
    BYTES = "bytes"  # its bytes, its text or its fields are none that any version wrote


@dataclass(frozen=True, order=True)
class Unreadable:
    """A row that cannot be read.

    Args:
        row: Id of the event; of another table its name, a colon and the key.
        cause: Why.
    """

    row: str
    cause: Cause

    @property
    def why(self) -> Text:
        """Return its cause in words."""
        return _TEXTS(f"unreadable_{self.cause.value}")

    @property
    def line(self) -> Text:
        """Return the one line that stands in its place."""
        return _TEXTS("unreadable_row", row=self.row, cause=self.why)


class Content(dict[str, Any]):
    """Personal content as far as it can be read.

    Args:
        held: What can be read.
        unreadable: What cannot: whoever shows content shows this too.
    """

    def __init__(
        self, held: Mapping[str, Any] | None = None, unreadable: Iterable[Unreadable] = ()
    ) -> None:
        super().__init__(held or {})
        self.unreadable = tuple(dict.fromkeys(unreadable))

    def __bool__(self) -> bool:
        """Tell whether there is something to show: what cannot be read is not nothing."""
        return bool(len(self) or self.unreadable)


@dataclass(frozen=True)
class KeptContent:
    """What an engine keeps of an event's content; of a damaged row anything may stand here."""

    salt: Any
    key_id: Any
    sealed: Any


def opened(
    sealer: Sealer,
    event_id: str,
    digest: str | None,
    kept: KeptContent | None,
    erased: Callable[[], bool],
) -> Content | None:
    """Return the content of an event, None where it has none or was erased.

    Args:
        sealer: Opens it.
        event_id: The event.
        digest: Of the content, as the log holds it; None where the event has no content.
        kept: What is kept of it, None for nothing.
        erased: Tells whether an event erased it.
    """
    if kept is None:
        gone = digest is not None and not erased()
        return not_read(event_id, Cause.DELETED) if gone else None
    found = _opened(sealer, event_id, digest, kept)
    return not_read(event_id, found) if isinstance(found, Cause) else Content(found)


def not_read(event_id: str, cause: Cause) -> Content:
    """Return what stands for content that cannot be read."""
    return Content(unreadable=[Unreadable(event_id, cause)])


def _opened(
    sealer: Sealer, event_id: str, digest: str | None, kept: KeptContent
) -> dict[str, Any] | Cause:
    if not (
        isinstance(kept.salt, bytes)
        and len(kept.salt) == SALT_BYTES
        and isinstance(kept.key_id, str)
        and isinstance(kept.sealed, bytes)
    ):
        return Cause.BYTES
    try:
        plain = sealer.open(kept.key_id, event_id, kept.sealed)
    except KeyLost:
        return Cause.KEY
    except StoreError:
        return Cause.CHANGED
    if digest is None or chain.content_digest(kept.salt, plain) != digest:
        return Cause.CHANGED
    try:
        return _well_formed(json.loads(plain))
    except (ValueError, TypeError, RecursionError):
        return Cause.BYTES


def _well_formed(content: object) -> dict[str, Any]:
    """Return content whose parts are what its readers take them for.

    Raises:
        ValueError: It is none that any version wrote.
        TypeError: Likewise.
    """
    if not isinstance(content, dict):
        raise TypeError(type(content))
    for part in _FACTS & content.keys():
        facts = content[part]
        if not isinstance(facts, dict) or not all(isinstance(one, str) for one in facts.values()):
            raise TypeError(part)
        for name in _READ_AS.keys() & facts.keys() if part in _TOLD else ():
            _READ_AS[name](facts[name])
    for part in content.keys() - _FACTS:
        if not isinstance(content[part], str | int | dict | list):
            raise TypeError(part)
    return content


class Noticed:
    """What was met that cannot be read since the start, each row once; it costs nothing to ask."""

    MOST = 1_000

    def __init__(self) -> None:
        self._met: dict[str, Cause] = {}

    def note(self, row: str, cause: Cause | None) -> None:
        """Note why a row cannot be read, or that it can be by now."""
        if cause is None:
            self._met.pop(row, None)
        elif row in self._met or len(self._met) < self.MOST:
            self._met[row] = cause

    def content(self, event_id: str, found: Content | None) -> Content | None:
        """Note what was read of an event's content, and return it."""
        unread = found.unreadable if found is not None else ()
        if unread or self._met:
            self.note(event_id, unread[0].cause if unread else None)
        return found

    def all(self) -> tuple[Unreadable, ...]:
        """Return all of them, in order of their names."""
        return tuple(sorted(Unreadable(row, cause) for row, cause in dict(self._met).items()))
