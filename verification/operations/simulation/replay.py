"""Runs recorded visits through the very check-in code, in a store of its own."""

import contextlib
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from verification.adapters.imports.importing import IMPORTABLE, import_file
from verification.adapters.imports.tables import read_table
from verification.adapters.store.copies import folder_of_copies
from verification.adapters.store.sqlite.log import SqliteLog
from verification.adapters.store.sqlite.opening import open_store
from verification.basics.dates import VIETNAM
from verification.basics.errors import ImportFileError
from verification.card.facts import Origin, Record
from verification.card.ports import Cards
from verification.kiosk import Kiosk
from verification.log.ports import Log, LogTransaction
from verification.log.visit import CachTrinh
from verification.reception import checkin
from verification.reception.answer import Scan
from verification.rights import Actor, desk_officer
from verification.rules.law import tables as law
from verification.rules.law.verdict import Rules
from verification.rules.misuse import engine
from verification.rules.misuse.facts import Flag, day_of
from verification.rules.misuse.moments import Moment, moment_of, tells_hours
from verification.rules.misuse.past_visit import REQUIRED, PastVisit, past_visit
from verification.rules.misuse.places import house, is_house, same_house
from verification.rules.misuse.policy import MisusePolicy

T = TypeVar("T")
_TOGETHER = 400  # rows of one commit
_DOUBLE_SCAN = 30 * 60
_Kinds = dict[tuple[str, str], set[int]]
_KEY = bytes(32)  # seals a store that is deleted at the end


@dataclass(frozen=True)
class Replayed:
    """What one row led to.

    Args:
        row: Its number, 1 for the first behind the heading.
        verdict: The answer; None for a row of another facility.
        reason: Its headline.
        flags: What the rules found.
        desk: Where; empty for a row of another facility.
        day: When, a local day counted from 1970.
        subject: The person's number as presented, to group rows by card.
        unknown: What the row does not tell, so that no rule rests on it: `hour`, `place`.
    """

    row: int
    verdict: str | None
    reason: str | None
    flags: tuple[Flag, ...]
    desk: str
    day: int
    subject: str
    unknown: tuple[str, ...] = ()

    @property
    def level(self) -> str:
        """Return the highest level."""
        return engine.level_of(self.flags).value

    @property
    def score(self) -> int:
        """Return the sum of the flags' parts."""
        return sum(flag.score for flag in self.flags)


class _Inside:
    """The log, seen from inside one long piece of work."""

    def __init__(self, log: SqliteLog, transaction: LogTransaction) -> None:
        self._log = log
        self._transaction = transaction

    def write(self, work: Callable[[LogTransaction], T]) -> T:
        return work(self._transaction)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # what a check-in does not use
        return getattr(self._log, name)


class OfTheDay:
    """The cards as the insurer would list them on the day of each row.

    Args:
        cards: The card store.
        clock: Returns the time of the row.
    """

    def __init__(self, cards: Cards, clock: Callable[[], datetime]) -> None:
        self._cards = cards
        self._clock = clock

    def by_card(self, ma_the: str) -> Sequence[Record]:
        """Return the records of a card number."""
        return self._listed(self._cards.by_card(ma_the))

    def by_bhxh(self, ma_so_bhxh: str) -> Sequence[Record]:
        """Return the records of a social-insurance number."""
        return self._listed(self._cards.by_bhxh(ma_so_bhxh))

    def by_citizen(self, so_cccd: str) -> Sequence[Record]:
        """Return the records of a citizen number."""
        return self._listed(self._cards.by_citizen(so_cccd))

    def _listed(self, records: Sequence[Record]) -> Sequence[Record]:
        day = self._clock().astimezone(VIETNAM).date()
        return [replace(record, as_of=day, origin=Origin.BHXH) for record in records]

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # what has no day
        return getattr(self._cards, name)


class Replay:
    """A kiosk of its own in a folder of its own, whose clock is the row's.

    Args:
        folder: An empty folder.
        sources: Files of the card store by kind; none for no store.
        facility: This facility.
        policy: The rules.
        last: Day of the newest row.
        hours: False where no row tells an hour.
    """

    def __init__(  # what makes a kiosk
        self,
        folder: Path,
        sources: Mapping[str, Path],
        facility: str,
        policy: MisusePolicy,
        last: datetime,
        *,
        hours: bool = True,
    ) -> None:
        self.now = last
        self._hours = hours
        for kind, path in sources.items():
            import_file(folder, IMPORTABLE[kind], path, last)
        self._open = contextlib.ExitStack()
        store, self._log = self._open.enter_context(
            open_store(folder / "kiosk.db", _KEY, lambda: self.now)
        )
        rules = Rules(law.shipped())
        listed: Any = OfTheDay(store, lambda: self.now)
        own = house(facility)
        self._kiosk = Kiosk(
            listed, self._log, rules, own, lambda: self.now, misuse=policy, doubts=False
        )
        self._seen: dict[str, datetime] = {}

    def run(self, rows: Iterable[tuple[int, Mapping[str, str]]]) -> Iterator[Replayed]:
        """Yield what each row led to."""
        numbered = iter(rows)
        while batch := list(itertools.islice(numbered, _TOGETHER)):
            yield from self._log.write(lambda log, rows=batch: self._batch(log, rows))  # type: ignore[misc]  # bound at once

    def close(self) -> None:
        """Close the files."""
        self._open.close()

    def _batch(
        self, log: LogTransaction, rows: Sequence[tuple[int, Mapping[str, str]]]
    ) -> list[Replayed]:
        inside: Log = _Inside(self._log, log)
        kiosk = replace(self._kiosk, log=inside)
        return [self._row(log, kiosk, at, row) for at, row in rows]

    def _row(self, log: LogTransaction, kiosk: Kiosk, at: int, row: Mapping[str, str]) -> Replayed:
        try:
            visit = past_visit(row, hours=self._hours)
            self.now = self._clock(moment_of(row, hours=self._hours))
        except ValueError:  # every row gets its line
            return Replayed(at, None, "unreadable", (), "", 0, "")
        if not same_house(visit.ma_cskcb, kiosk.facility or ""):
            log.history.put(visit, _person(log, visit))
            day, unknown = day_of(visit.at), _unknown(visit)
            return Replayed(at, None, None, (), "", day, _subject(visit), unknown)
        actor = replace(_actor(visit.desk or "1"), officer=visit.officer or "quay-thu")
        scan = replace(scan_of(kiosk, row, visit), day_only=not visit.timed)
        answer = checkin.check_in(actor, kiosk, scan, self._again(visit))
        verdict = answer.verdict
        return Replayed(
            at,
            verdict.outcome.value,
            verdict.headline.reason.value,
            answer.flags,
            actor.desk,
            day_of(visit.at),
            _subject(visit),
            _unknown(visit),
        )

    def _clock(self, moment: Moment) -> datetime:
        """Return what the clock shows; a row that tells the day alone does not set it back."""
        if not moment.timed and moment.at <= self.now < moment.at + timedelta(days=1):
            return self.now
        return moment.at

    def _again(self, visit: PastVisit) -> str | None:
        """Say that a recorded second visit of a day is one, and no double scan."""
        number = visit.card.get("ma_the") or ""
        before, self._seen[number] = self._seen.get(number), self.now
        double = visit.timed and before and (self.now - before).total_seconds() < _DOUBLE_SCAN
        return None if before is None or double else "lượt đã ghi"


def _actor(desk: str) -> Actor:
    return desk_officer("".join(c if c.isalnum() or c in ".-_" else "_" for c in desk))


def _person(log: LogTransaction, visit: PastVisit) -> str:
    return log.person(visit.card.get("ma_so_bhxh"), [str(visit.card["ma_the"])])


def _unknown(visit: PastVisit) -> tuple[str, ...]:
    told = {"hour": visit.timed, "place": is_house(visit.ma_cskcb)}
    return tuple(name for name, known in told.items() if not known)


def _subject(visit: PastVisit) -> str:
    return str(visit.card.get("ma_so_bhxh") or visit.card["ma_the"])


def scan_of(kiosk: Kiosk, row: Mapping[str, str], visit: PastVisit) -> Scan:
    """Return what was presented: the QR of the card, of the citizen card, or a typed number."""
    try:
        how = CachTrinh(row.get("cach_trinh") or "vssid")
    except ValueError:
        how = CachTrinh.VSSID
    beside = dict(visit.beside)
    if visit.typed:
        if name := visit.card.get("ho_ten"):
            beside["ho_ten"] = name
        return Scan((_number(visit),), None, how, quet=False, beside=beside)
    if how is CachTrinh.CCCD:
        citizen = beside.get("so_cccd", "")
        known = [r.card.ma_so_bhxh for r in kiosk.cards.by_citizen(citizen)]
        if visit.card["ma_so_bhxh"] in known and visit.card.get("ngay_sinh"):
            return Scan((_citizen_qr(citizen, visit),), None, how, beside=beside)
        return Scan((_number(visit),), None, how, beside=beside)
    qr = _card_qr(visit) if visit.card.get("ho_ten") and visit.card.get("ngay_sinh") else None
    return Scan((qr or _number(visit),), None, how, quet=qr is not None, beside=beside)


def _number(visit: PastVisit) -> bytes:
    return str(visit.card["ma_the"]).encode()


def _card_qr(visit: PastVisit) -> bytes:
    """Write the old form of the card's QR; what a row does not know is a dash."""
    card = visit.card
    parts = [str(card["ma_the"]), str(card["ho_ten"]).encode().hex(), _printed(card["ngay_sinh"])]
    parts += [card["gioi_tinh"] or "-", "-", "-"]
    parts += [_printed(card["gt_the_tu"]), _printed(card["gt_the_den"]), *"----", "-", "-", "$"]
    return "|".join(parts).encode()


def _citizen_qr(number: str, visit: PastVisit) -> bytes:
    card = visit.card
    born = _printed(card["ngay_sinh"]).replace("/", "")
    sex = {"1": "Nam", "2": "Nữ"}.get(card["gioi_tinh"] or "", "Nam")
    return "|".join([number, "", str(card["ho_ten"]), born, sex, "-", ""]).encode()


def _printed(iso: str | None) -> str:
    return "/".join(reversed(iso.split("-"))) if iso else "-"


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a visits file; a torn one says nothing, but has its place.

    Raises:
        ImportFileError: It cannot be read, or a column is missing.
    """
    with read_table(path) as table:
        missing = [name for name in REQUIRED if name not in table.heading]
        if missing:
            names = ", ".join(missing)
            raise ImportFileError(
                f"Tệp {path.name} thiếu cột {names}", f"{path.name} lacks the column {names}"
            )
        return [{} if row.why else row.named for row in table.rows]


def _moments(rows: Iterable[Mapping[str, str]]) -> Iterator[datetime]:
    for row in rows:
        with contextlib.suppress(ValueError, OverflowError):
            yield moment_of(row).at


def _beside(visits: Path, cards: Path | None) -> dict[str, Path]:
    """Return the files of the card store: those given, or those that lie beside the visits."""
    own = {kind: visits.with_name(f"{kind}.csv") for kind in ("cards", "facilities")}
    own |= {"cards": cards} if cards else {}
    return {kind: path for kind, path in own.items() if path == cards or path.exists()}


def replay(
    visits: Path, cards: Path | None, facility: str | None, policy: MisusePolicy
) -> Iterator[Replayed]:
    """Yield what each recorded visit leads to.

    Args:
        visits: The visits file.
        cards: The card file; the `cards.csv` beside the visits if None, and if that is not there
            no card is known. A `facilities.csv` beside them says where facilities stand.
        facility: This facility; that of the first row if None.
        policy: The rules.

    Raises:
        ImportFileError: A file or a row cannot be read.
    """
    rows = rows_of(visits)
    if not rows:
        return
    last = next(_moments(reversed(rows)), None)
    if last is None:
        raise ImportFileError("Không dòng nào có thời điểm", "No row has a time")
    with folder_of_copies("kiosk-replay-") as folder:
        own = Replay(
            folder,
            _beside(visits, cards),
            facility or next(row["ma_cskcb"] for row in rows if row),
            policy,
            last,
            hours=tells_hours(rows),
        )
        with contextlib.closing(own):
            yield from own.run(enumerate(rows, 1))


@dataclass(frozen=True)
class Comparison:
    """How often a rule hits with the live data and with the data in the shade.

    Hits are counted by level too, because `review` and `urgent` alone open cases, and so are
    the rows on which the rule failed: no hit by mistake is not the same as no hit.
    """

    rule: str
    live: int
    shade: int
    only_live: int
    only_shade: int
    live_review: int
    shade_review: int
    live_urgent: int
    shade_urgent: int
    live_error: int
    shade_error: int


def compare(live: Iterable[Replayed], shade: Iterable[Replayed]) -> list[Comparison]:
    """Return rule by rule what changed thresholds change."""
    before, after = _kinds(live), _kinds(shade)
    return [_comparison(rule, before, after) for rule in sorted({r for r, _ in (*before, *after)})]


def _comparison(rule: str, before: _Kinds, after: _Kinds) -> Comparison:
    live, shade = before[rule, "hit"], after[rule, "hit"]
    kinds = ("review", "urgent", "error")
    more = [len(rows[rule, kind]) for kind in kinds for rows in (before, after)]
    return Comparison(rule, len(live), len(shade), len(live - shade), len(shade - live), *more)


def _kinds(rows: Iterable[Replayed]) -> _Kinds:
    """Return the rows of each rule by state, and by level."""
    found: _Kinds = defaultdict(set)
    for row in rows:
        for flag in row.flags:
            for kind in (flag.state, flag.level.value):
                found[flag.rule, kind].add(row.row)
    return found
