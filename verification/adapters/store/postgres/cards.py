"""The card store on PostgreSQL: the set of tables that counts, for all servers."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from threading import Lock
from typing import Any, NamedTuple

from psycopg import errors

from verification.adapters.store.postgres.address import Address
from verification.adapters.store.postgres.card_names import PartsInArrays
from verification.adapters.store.postgres.card_sets import IN_USE, CardSet
from verification.adapters.store.postgres.database import Readers
from verification.adapters.store.sql.card_sources import CountedSources
from verification.adapters.store.sql.cards import CardQueries
from verification.adapters.store.sqlite.card_schema import CARDS
from verification.basics.errors import StoreBusy, StoreDamaged, StoreError
from verification.basics.texts import Text
from verification.card.ports import CardsStatus, CardsVersion, Source
from verification.log.watch import UNWATCHED, Watch

_LOOK_SECONDS = 0.25  # so late a server may answer by the cards before an import of another
_AWAY_SECONDS = 1.0
_MOST_KEPT = 1_000  # answers; facilities are asked for by what a card says
_TABLES = len(CARDS.migrations)


class _Seen(NamedTuple):
    """What was found when it was looked which set counts."""

    which: CardSet | None
    until: float
    kept: dict[tuple[object, ...], list[tuple[Any, ...]]]
    bad: CardSet | None = None
    trouble: Text | None = None


class PgCards(CardQueries):
    """The `Cards` port on the set of tables in use; where there is none it is an empty store.

    What cannot be asked because the database is not there raises, as its log does: nobody is
    unknown for that. A set that cannot be read is an empty store, and `status` says why.

    Args:
        readers: Connections to the database, or to a replica.
        bring: Brings the set to the tables of this version, where it is older.
        invented: False for a real house: a set of invented people is an empty store to it.
        watch: Told how long a look-up takes.
    """

    names = PartsInArrays()
    order = " ORDER BY ma_the, period, trusted"

    def __init__(
        self,
        readers: Readers,
        bring: Callable[[], None] | None = None,
        *,
        invented: bool = True,
        watch: Watch = UNWATCHED,
    ) -> None:
        super().__init__(watch)
        self._readers = readers
        self._bring = bring
        self._invented = invented
        self._sources = CountedSources()
        self._turn = Lock()
        self._seen: _Seen | None = None
        self._away = (0.0, Text("", ""))

    @property
    def trouble(self) -> Text | None:
        """Return why the set cannot be read, None for a sound one."""
        return self._seen.trouble if self._seen else None

    @property
    def refuses(self) -> bool:
        """Tell whether the set holds a row that was refused."""
        which = self._look().which
        return which is not None and which.refuses

    def rows(
        self, query: str, values: Sequence[object], *, keep: bool = False
    ) -> list[tuple[Any, ...]]:
        """Return the rows of a query; none of a set that cannot be read.

        Raises:
            StoreError: The database cannot be reached.
        """
        if not all(map(_can_be_stored, values)):
            return []
        for last in (False, True):
            seen = self._look(anew=last)
            if seen.which is None:
                return []
            asked = (query, *values) if keep else None
            if asked and (found := seen.kept.get(asked)) is not None:
                return found
            try:
                rows = self._asked(_of(query, seen.which.schema), values)
            except StoreDamaged as error:
                if last or not _is_gone(error):  # else it was dropped since it was looked at
                    self.damaged(error)
                    return []
                continue
            if asked and len(seen.kept) < _MOST_KEPT:
                seen.kept[asked] = rows
            return rows
        return []

    def status(self) -> CardsStatus:
        """Return the state of the store; that it cannot be reached is a trouble of it."""
        try:
            return super().status()
        except StoreError as error:
            return CardsStatus(0, None, demo=False, trouble=Text(error.vi, error.en))

    def version(self) -> CardsVersion | None:
        """Return name and digest of the card file that the set in use was made of."""
        try:
            which = self._look().which
        except StoreError:
            return None
        return CardsVersion(which.name, which.digest) if which else None

    def sources(self) -> Sequence[Source]:
        """Return what the store holds by who made the lists; counted once a set."""
        try:
            which = self._look().which
            return self._sources.of((which.number,) if which else (), self.rows)
        except (ValueError, TypeError) as error:
            self.damaged(error)
        except StoreError:
            pass
        return ()

    def damaged(self, error: Exception) -> None:  # noqa: ARG002  # its words may show a person
        """Answer as an empty store until the set is another one."""
        bad = self._seen.which if self._seen else None
        name = bad.name if bad else ""
        told = Text(
            f"Dữ liệu thẻ {name} trong cơ sở dữ liệu hỏng; hãy nhập lại danh sách thẻ",
            f"The cards {name} in the database are damaged; import the cards again",
        )
        self._seen = _Seen(None, time.monotonic() + _LOOK_SECONDS, {}, bad, told)

    def _look(self, *, anew: bool = False) -> _Seen:
        """Return which set counts, looked for anew every now and then."""
        seen = self._seen
        if seen and not anew and time.monotonic() < seen.until:
            return seen
        with self._turn:
            if self._seen is not seen and self._seen:  # another thread has looked meanwhile
                return self._seen
            first, which = self._seen is None, self._in_use()
            if which and which.tables < _TABLES and first and self._bring:
                self._bring()
                which = self._in_use()
            self._seen = self._found(seen, which)
            return self._seen

    def _found(self, before: _Seen | None, which: CardSet | None) -> _Seen:
        until = time.monotonic() + _LOOK_SECONDS
        if which and which.demo and not self._invented:
            return _Seen(None, until, {})
        if which and which.tables != _TABLES:
            return _Seen(None, until, {}, which, _of_another_version(which))
        if before and before.bad and before.bad == which:
            return before._replace(until=until)
        same = before and before.which == which
        return _Seen(which, until, before.kept if same and before else {})

    def _asked(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Ask the database; who was told a moment ago that it is away is told so at once."""
        until, told = self._away
        if time.monotonic() < until:
            raise StoreBusy(told.vi, told.en)
        try:
            return self._readers.rows(query, values)
        except StoreBusy as error:  # it was waited for: a page asks several things
            self._away = time.monotonic() + _AWAY_SECONDS, Text(error.vi, error.en)
            raise

    def _in_use(self) -> CardSet | None:
        try:
            rows = self._asked(IN_USE)
        except StoreDamaged as error:
            if _is_gone(error):  # no import was ever taken over
                return None
            raise
        return CardSet(*rows[0]) if rows else None


@contextmanager
def open_shared(
    address: Address,
    bring: Callable[[], None] | None = None,
    *,
    invented: bool = True,
    watch: Watch = UNWATCHED,
) -> Iterator[PgCards]:
    """Open the card store of a database, and close it.

    Args:
        address: Of the database.
        bring: Brings a set of an earlier version to the tables of this one.
        invented: False for a real house, which takes no invented cards.
        watch: Told how the look-ups go.
    """
    with closing(Readers(address)) as readers:
        yield PgCards(readers, bring, invented=invented, watch=watch)


@lru_cache(maxsize=512)
def _of(query: str, schema: str) -> str:
    return query.replace("{at}", f"{schema}.")


def _is_gone(error: StoreError) -> bool:
    return isinstance(error.__cause__, errors.UndefinedTable)


def _can_be_stored(value: object) -> bool:
    """Tell whether a text may stand in the tables at all: PostgreSQL refuses to compare others."""
    if not isinstance(value, str):
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in value


def _of_another_version(which: CardSet) -> Text:
    if which.tables > _TABLES:
        return Text(
            f"Dữ liệu thẻ {which.name} là của bản kiosk mới hơn; hãy cập nhật kiosk",
            f"The cards {which.name} are of a newer version; update the kiosk",
        )
    return Text(
        f"Dữ liệu thẻ {which.name} là của bản kiosk trước, hãy khởi động lại kiosk",
        f"The cards {which.name} are of an earlier version, restart the kiosk",
    )
