"""The monthly sample of greens: what the rules do not point at is looked at too.

The lot of a visit is an HMAC of the month and its id under the house's key: two auditors see the
same visits, and who works at a desk cannot foretell which. The smallest lots are the sample. While
the month runs it may still change; once it is over it is written into the log and stands.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cache

from verification.basics.dates import VIETNAM
from verification.basics.errors import RequestError
from verification.basics.texts import read
from verification.kiosk import Kiosk
from verification.log.case import local_day
from verification.log.content import noted
from verification.log.events import Event, EventKind
from verification.log.finding import Wanted, place_of
from verification.log.ports import LogTransaction
from verification.log.sample_events import SampleDrawn, SampleJudged
from verification.log.unreadable import Content
from verification.log.visit import Visit
from verification.log.visit_events import Flagged
from verification.log.writing import write, write_alone
from verification.review.one_visit import visit_file
from verification.review.search import Row, shown
from verification.rights import Actor, Right, needs
from verification.rules.law.verdict import Outcome

IN_ORDER, NOT_IN_ORDER = "in_order", "not_in_order"
WHYS = ("nguoi_khac", "muc_huong", "du_lieu_the", "giay_to", "khac")
"""What is not in order, a code: another person, the rate, the card's data, papers, other."""
MONTHS = 12
_BATCH = 2_000
_OPENS_CASES = frozenset({"review", "urgent"})
_NOTHING = "0/1"
_LONGEST_MONTH = 31


@dataclass(frozen=True)
class Judgement:
    """What an auditor found."""

    outcome: str
    why: str
    by: str
    at: datetime
    words: str = ""

    @property
    def wrong(self) -> bool:
        """Tell whether it was not in order."""
        return self.outcome == NOT_IN_ORDER


@dataclass(frozen=True)
class Sample:
    """The sample of a month.

    Args:
        month: `2026-11`.
        greens: From how many visits it was drawn.
        drawn: Which, in the order of their lots.
        final: False while the month runs.
        rows: As a list shows them.
        judged: What was found, by visit.
    """

    month: str
    greens: int
    drawn: tuple[str, ...]
    final: bool
    rows: tuple[Row, ...] = ()
    judged: Mapping[str, Judgement] = field(default_factory=dict)

    @property
    def looked(self) -> int:
        """Count the visits of it that were looked at."""
        return sum(name in self.judged for name in self.drawn)

    @property
    def wrong(self) -> int:
        """Count those that were not in order."""
        return sum(self.judged[name].wrong for name in self.drawn if name in self.judged)


@dataclass(frozen=True)
class Tally:
    """What a sample has shown so far: `wrong` of `looked`, of `drawn` out of `greens`."""

    month: str
    greens: int
    drawn: int
    looked: int
    wrong: int


def size(greens: int) -> int:
    """Return how many of so many are drawn."""
    return min(greens, max(_terms()["at_least"], -(-greens * _terms()["percent"] // 100)))


def months(today: date) -> list[str]:
    """Return the months whose sample can be seen, the running one first."""
    every = (today.year * 12 + today.month - 1 - n for n in range(MONTHS))
    return [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in every]


@needs(Right.REVIEW)
def of_month(actor: Actor, kiosk: Kiosk, month: str) -> Sample:
    """Return the sample of a month; who is shown is logged, and a finished month's is kept.

    Raises:
        RequestError: It is none of the last months.
    """
    today = kiosk.today()
    if month not in months(today):
        raise RequestError("Không có mẫu của tháng này", "There is no sample of this month")
    # a clock that ran ahead would end a month too early
    running = month == months(today)[0] or kiosk.doubt() is not None
    kept = _kept(kiosk.written.events([EventKind.SAMPLE_DRAWN], _begin(month)), month)
    if kept is None:
        kept = _drawn(kiosk, month)
        kept = kept if running else kiosk.written.write(_keeps(actor, kept))
    visits = [visit for name in kept.visits if (visit := kiosk.written.visit(name))]
    rows = shown(actor, kiosk, visits, "sample")
    return Sample(month, kept.greens, kept.visits, not running, rows, _judged(kiosk, month))


@needs(Right.REVIEW)
def judge(
    actor: Actor, kiosk: Kiosk, sample: Sample, visit_id: str, why: str = "", words: str = ""
) -> Sample:
    """Note what was found at a visit of a sample, and return the sample with it.

    Args:
        actor: Who looked.
        kiosk: The kiosk.
        sample: That was on the screen.
        visit_id: The visit.
        why: What is not in order, one of `WHYS`; empty where it is in order.
        words: More about it.

    Raises:
        RequestError: The visit is not in the sample, or it is not said what is wrong.
        Forbidden: The auditor received this patient.
    """
    if visit_id not in sample.drawn:
        raise RequestError("Lượt này không ở trong mẫu", "This visit is not in the sample")
    if why and why not in WHYS:
        raise RequestError("Hãy chọn lý do", "Choose what is not in order")
    if why == "khac" and not words.strip():
        raise RequestError("Hãy ghi điều không đúng", "Write what is not in order")
    visit = visit_file(actor, kiosk, visit_id).visit
    outcome = NOT_IN_ORDER if why else IN_ORDER
    done = SampleJudged(visit_id, sample.month, outcome, why or None)
    person = visit.person_ref or None
    write_alone(kiosk.written, actor, done, person_ref=person, content=noted(words))
    return replace(sample, judged=_judged(kiosk, sample.month))


@needs(Right.REVIEW)
def tallies(_actor: Actor, kiosk: Kiosk) -> Sequence[Tally]:
    """Return what the samples of the finished months have shown, the newest first."""
    every = months(kiosk.today())
    drawn = kiosk.written.events([EventKind.SAMPLE_DRAWN], _begin(every[-1]))
    found = [kept for month in every if (kept := _kept(drawn, month))]
    return [_tally(kept, _judged(kiosk, kept.month)) for kept in found]


def _tally(kept: SampleDrawn, judged: Mapping[str, Judgement]) -> Tally:
    done = [judged[name] for name in kept.visits if name in judged]
    wrong = sum(one.wrong for one in done)
    return Tally(kept.month, kept.greens, len(kept.visits), len(done), wrong)


def _kept(events: Iterable[Event], month: str) -> SampleDrawn | None:
    """Return the sample of a month as it was drawn first."""
    drawn = (SampleDrawn.of(event.codes) for event in events if event.is_readable)
    return next((one for one in drawn if one.month == month), None)


def _keeps(actor: Actor, drawn: SampleDrawn) -> Callable[[LogTransaction], SampleDrawn]:
    def work(log: LogTransaction) -> SampleDrawn:
        events = log.events([EventKind.SAMPLE_DRAWN], _begin(drawn.month))
        if kept := _kept(events, drawn.month):  # another auditor was faster
            return kept
        write(log, actor, drawn)
        return drawn

    return work


def _drawn(kiosk: Kiosk, month: str) -> SampleDrawn:
    greens = [visit.visit_id for visit in _greens(kiosk, month)]
    by_lot = sorted(greens, key=lambda name: kiosk.written.visits.lot(month, name))
    return SampleDrawn(month, len(greens), tuple(by_lot[: size(len(greens))]))


def _greens(kiosk: Kiosk, month: str) -> Iterator[Visit]:
    """Yield the visits that came through and that no rule opened a case about."""
    begin = _begin(month)
    flagged = _flagged(kiosk.written.events([EventKind.FLAGGED], begin - timedelta(days=1)))
    last = (begin + timedelta(days=_LONGEST_MONTH)).replace(day=1) - timedelta(days=1)
    wanted = Wanted(local_day(begin), local_day(last))
    while batch := kiosk.written.visits.newest(wanted, _BATCH):
        wanted = replace(wanted, before=place_of(batch[-1]))
        yield from (one for one in batch if _is_green(one) and not _names(one) & flagged)


def _is_green(visit: Visit) -> bool:
    passed = visit.verdict == Outcome.ELIGIBLE and visit.rate != _NOTHING
    return passed and visit.cancelled is None and not visit.unreadable


def _names(visit: Visit) -> set[str]:
    return {visit.visit_id, visit.presented}


def _flagged(events: Iterable[Event]) -> set[str]:
    found = [Flagged.of(event.codes) for event in events if event.is_readable]
    hits = (one for one in found if any(f.hit and f.level in _OPENS_CASES for f in one.flags))
    return {name for one in hits for name in (one.presented, one.visit) if name}


def _judged(kiosk: Kiosk, month: str) -> dict[str, Judgement]:
    """Return what was found last at each visit of a month's sample."""
    found: dict[str, Judgement] = {}
    for event in kiosk.written.events([EventKind.SAMPLE_JUDGED], _begin(month)):
        if event.is_readable and (done := SampleJudged.of(event.codes)).month == month:
            words = (kiosk.written.content(event.event_id) or Content()).get("ghi_chu", "")
            told = (done.outcome, done.why or "", event.officer, event.recorded_at, words)
            found[done.visit] = Judgement(*told)
    return found


def _begin(month: str) -> datetime:
    return datetime.combine(date.fromisoformat(f"{month}-01"), time(), VIETNAM)


@cache
def _terms() -> Mapping[str, int]:
    terms: Mapping[str, int] = read("verification.review", "sample.toml")["sample"]
    return terms
