"""A day at the desks: who was shown a card and not received, and everybody of the day as a list.

Both are read from the log each time, so they are the same after a reload, a lock or a restart and
for whoever sits at the desk.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from verification.basics.dates import VIETNAM
from verification.basics.errors import RequestError
from verification.basics.names import search_key
from verification.kiosk import Kiosk
from verification.log.content import visit_content
from verification.log.events import Event, EventKind
from verification.log.ports import LogTransaction
from verification.log.unreadable import Content
from verification.log.visit import PortalWord, Visit
from verification.log.visit_events import Cancelled, Presented, PutAside
from verification.log.writing import write
from verification.reception.here_today import here_today, is_one_person
from verification.rights import Actor, Right, needs
from verification.rules.law.verdict import Outcome

PAGE = 12  # rows: what stands on a small screen at once
_MOST_OF_A_PERSON = 30  # visits of one day
LONG_UNHEARD = timedelta(minutes=30)
"""After so long without an answer of the portal a visit is one to verify."""
_AGAINST = frozenset({PortalWord.REJECTED, PortalWord.UNKNOWN_CODE})
_NUMBERS = ("ma_the", "ma_so_bhxh", "so_cccd")


class AsideReason(StrEnum):
    """Why somebody is no longer waited for."""

    BENH_NHAN_VE = "benh_nhan_ve"
    QUET_NHAM = "quet_nham"


class State(StrEnum):
    """What became of whoever was shown a card."""

    WAITING = "waiting"
    RECEIVED = "received"
    TO_VERIFY = "to_verify"  # received, and whether the card holds is still to be found out
    CONTRADICTED = "contradicted"  # received, and the national portal speaks against the card
    UNHEARD = "unheard"  # received, and the portal has not answered for long
    UNDONE = "undone"
    LEFT = "left"  # put aside: the patient went home
    MISTAKEN = "mistaken"  # put aside: scanned by mistake


VERIFIED_FIRST = frozenset({State.CONTRADICTED, State.UNHEARD})
"""What somebody has to look at before the day is over."""
_ASIDE: Mapping[str, State] = {
    AsideReason.BENH_NHAN_VE: State.LEFT,
    AsideReason.QUET_NHAM: State.MISTAKEN,
}


@dataclass(frozen=True)
class TodayList:
    """The open list of a desk.

    Args:
        day: Which day.
        all_desks: False for this desk's people alone.
        search: A name or its beginnings, or the last digits of a number; empty for everybody.
        page: From 1.
    """

    day: date
    all_desks: bool = False
    search: str = ""
    page: int = 1


@dataclass(frozen=True)
class Row:
    """One line.

    Args:
        id: The visit's; of who was not received that of the presentation.
        at: When the card was shown.
        desk: Where.
        state: What became of it.
        verdict: The answer.
        reason: Its headline.
        rate: Of a visit, where it was one value.
        content: Personal content; empty where it was erased.
        visit: The visit, None where nobody was received.
        person: Who; means nothing outside the log.
    """

    id: str
    at: datetime
    desk: str
    state: State
    verdict: str
    reason: str
    rate: str | None
    content: Content
    visit: Visit | None = None
    person: str = ""


@dataclass(frozen=True)
class Listed:
    """One page of a day.

    Args:
        rows: Who is not received yet first, then the others, each newest first.
        page: Which page this is, from 1.
        pages: How many there are.
        found: How many rows are on all pages.
        states: How many rows of the day are in each state, whatever was searched for.
        verdicts: How many of those received got each answer.
    """

    rows: tuple[Row, ...]
    page: int
    pages: int
    found: int
    states: Mapping[State, int]
    verdicts: Mapping[str, int]


@dataclass(frozen=True)
class _Shown:
    """Somebody who was shown a card and not received by that; the newest line of one person."""

    event: Event
    content: Content
    state: State


@dataclass(frozen=True)
class Glance:
    """What a desk always has in sight: who waits, and who came last; newest first.

    Args:
        waiting: Who was shown a card and not received.
        verify: How many of today's visits are to be verified.
        recent: The last visits.
    """

    waiting: tuple[Row, ...] = field(default=())
    verify: int = 0
    recent: tuple[Row, ...] = field(default=())


@needs(Right.RECEIVE)
def at_a_glance(
    actor: Actor, kiosk: Kiosk, read: Sequence[tuple[Visit, Content]] = (), most: int = 10
) -> Glance:
    """Return who waits at this desk today and its last visits of today.

    Args:
        actor: Whose desk.
        kiosk: The kiosk.
        read: Visits whose content was unsealed for this look already.
        most: So many visits at most.
    """
    today, now = kiosk.today(), kiosk.clock()
    visits = kiosk.written.visits_on(today, actor.desk, most)
    known = {visit.visit_id: (visit, content) for visit, content in read}

    def content_of(visit: Visit) -> Content:
        before, content = known.get(visit.visit_id, (None, None))
        if content is None or before != visit:  # corrected or undone since
            return visit_content(kiosk.written, visit)
        return content

    recent = tuple(of_visit(visit, content_of(visit)) for visit in visits)
    unconfirmed = kiosk.written.unconfirmed(today, actor.desk)
    verify = sum(is_to_verify(visit, now) for visit in unconfirmed)
    return Glance(waiting(actor, kiosk), verify, recent)


@needs(Right.RECEIVE)
def waiting(actor: Actor, kiosk: Kiosk) -> tuple[Row, ...]:
    """Return who was shown a card at this desk today and not received, newest first."""
    shown = _unreceived(kiosk, kiosk.today(), actor.desk)
    return tuple(_of_shown(one) for one in shown if one.state is State.WAITING)


@needs(Right.RECEIVE)
def listed(actor: Actor, kiosk: Kiosk, wanted: TodayList) -> Listed:
    """Return a page of a day's list."""
    desk = None if wanted.all_desks else actor.desk
    visits = kiosk.written.visits_on(wanted.day, desk)
    shown = list(_unreceived(kiosk, wanted.day, desk))
    now = kiosk.clock()
    states = Counter(_state(visit, now) for visit in visits) + Counter(one.state for one in shown)
    live = (visit.verdict for visit in visits if visit.cancelled is None)
    rows, found = _page(kiosk, wanted, shown, visits)
    pages = max(1, -(-found // PAGE))
    return Listed(rows, min(wanted.page, pages), pages, found, states, Counter(live))


@needs(Right.RECEIVE)
def put_aside(actor: Actor, kiosk: Kiosk, event_id: str, why: AsideReason) -> Event:
    """Note that somebody who was not received is no longer waited for.

    Raises:
        RequestError: There is nobody of that name who waits.
    """

    def work(log: LogTransaction) -> Event:
        shown = log.event(event_id)
        known = shown and shown.kind is EventKind.PRESENTED and shown.person_ref
        if shown is None or not known or log.cases.received_from(event_id):
            raise RequestError(
                "Bệnh nhân này không còn chờ tiếp nhận", "This patient does not wait any more"
            )
        return write(log, actor, PutAside(event_id, why), person_ref=shown.person_ref)

    return kiosk.written.write(work)


def is_to_verify(visit: Visit, now: datetime) -> bool:
    """Tell whether somebody has to look at a visit: the portal is against it, or long silent."""
    return _state(visit, now) in VERIFIED_FIRST


# ---- who was not received


def _unreceived(kiosk: Kiosk, day: date, desk: str | None) -> Iterator[_Shown]:
    """Yield the newest line of each person who was shown and not received, newest first."""
    since = datetime.combine(day, time(), VIETNAM)
    found = [e for e in kiosk.written.unreceived(since, desk) if _counts(e, day)]
    if not found:
        return
    decided = _decided(kiosk, since)
    told: dict[tuple[str, str], list[_Shown]] = {}
    for event in found:
        one = _shown(kiosk, event, decided.aside.get(event.event_id))
        of_person = told.setdefault((event.desk, event.person_ref or ""), [])
        again = any(is_one_person(n.content, one.content, day) for n in of_person)
        if again or _is_settled(kiosk, one, day, decided):
            continue
        of_person.append(one)
        yield one


def _counts(event: Event, day: date) -> bool:
    """Tell whether somebody stood there on that day and was to be received."""
    if event.happened_at.astimezone(VIETNAM).date() != day or not event.is_readable:
        return False
    return not Presented.of(event.codes).lookup


@dataclass(frozen=True)
class _Decided:
    """What was decided at the desks since the day began: by presentation, by undone visit."""

    aside: Mapping[str, str]
    undone: Mapping[str, Event]

    def after(self, visit: Visit, event: Event) -> bool:
        """Tell whether a visit was undone at the desk of a presentation, and after that."""
        undo = self.undone.get(visit.visit_id)
        return undo is not None and undo.desk == event.desk and undo.seq > event.seq


def _decided(kiosk: Kiosk, since: datetime) -> _Decided:
    kinds = [EventKind.PUT_ASIDE, EventKind.CANCELLED]
    events = [event for event in kiosk.written.events(kinds, since) if event.is_readable]
    aside = (PutAside.of(e.codes) for e in events if e.kind is EventKind.PUT_ASIDE)
    undone = {Cancelled.of(e.codes).visit: e for e in events if e.kind is EventKind.CANCELLED}
    return _Decided({one.presented: one.why for one in aside}, undone)


def _shown(kiosk: Kiosk, event: Event, why: str | None) -> _Shown:
    content = kiosk.written.content(event.event_id) or Content()
    return _Shown(event, content, _ASIDE.get(why, State.LEFT) if why else State.WAITING)


def _is_settled(kiosk: Kiosk, one: _Shown, day: date, decided: _Decided) -> bool:
    """Tell whether the same person was received that day, at any desk.

    A visit that was undone is no reception; undone at this desk, whatever of that person was shown
    here before is decided on too.
    """
    event, log = one.event, kiosk.written
    visits = log.cases.visits_of(event.person_ref or "", day, _MOST_OF_A_PERSON)
    of_day = (visit for visit in visits if visit.day == day)
    ended = [visit for visit in of_day if not visit.cancelled or decided.after(visit, event)]
    at, content = event.happened_at, one.content
    return any(here_today(log, [visit], at, content).same for visit in ended)


# ---- rows


def _page(
    kiosk: Kiosk, wanted: TodayList, shown: Sequence[_Shown], visits: Sequence[Visit]
) -> tuple[tuple[Row, ...], int]:
    """Return the rows of a page and how many there are; only what is told is unsealed."""
    order = _in_order(shown, visits, kiosk.clock())
    if wanted.search.strip():
        rows = [row for one in order if _is_meant(row := _row(kiosk, one), wanted.search)]
        begin = _begin(wanted.page, len(rows))
        return tuple(rows[begin : begin + PAGE]), len(rows)
    begin = _begin(wanted.page, len(order))
    return tuple(_row(kiosk, one) for one in order[begin : begin + PAGE]), len(order)


def _begin(page: int, found: int) -> int:
    return PAGE * (min(max(page, 1), max(1, -(-found // PAGE))) - 1)


def _in_order(
    shown: Iterable[_Shown], visits: Iterable[Visit], now: datetime
) -> list[_Shown | Visit]:
    """Return who waits first, then whom the portal is against or long silent of, then the rest."""

    def key(one: _Shown | Visit) -> tuple[int, datetime]:
        if isinstance(one, Visit):
            return int(is_to_verify(one, now)), one.happened_at
        return 2 * (one.state is State.WAITING), one.event.happened_at

    return sorted([*shown, *visits], key=key, reverse=True)


def _row(kiosk: Kiosk, one: _Shown | Visit) -> Row:
    if isinstance(one, Visit):
        return of_visit(one, visit_content(kiosk.written, one), kiosk.clock())
    return _of_shown(one)


def of_visit(visit: Visit, content: Content, now: datetime | None = None) -> Row:
    """Return the row of a visit and its content; without a time nobody is long unheard."""
    return Row(
        visit.visit_id,
        visit.happened_at,
        visit.desk,
        _state(visit, now or visit.happened_at),
        visit.verdict,
        visit.reason,
        visit.rate,
        content,
        visit,
        visit.person_ref,
    )


def _of_shown(one: _Shown) -> Row:
    shown, event = Presented.of(one.event.codes), one.event
    reason = shown.reasons[0] if shown.reasons else ""
    person = event.person_ref or ""
    told = (one.state, shown.verdict, reason, None, one.content, None, person)
    return Row(event.event_id, event.happened_at, event.desk, *told)


def _state(visit: Visit, now: datetime) -> State:
    if visit.cancelled:
        return State.UNDONE
    if visit.portal in _AGAINST:
        return State.CONTRADICTED
    if visit.portal is PortalWord.WAITING and now - visit.happened_at > LONG_UNHEARD:
        return State.UNHEARD
    return State.TO_VERIFY if visit.verdict == Outcome.UNDETERMINED else State.RECEIVED


def _is_meant(row: Row, search: str) -> bool:
    """Tell whether a row is looked for: by beginnings of its name's words, or by last digits."""
    facts = row.content.get("ban_ghi", {})
    digits = "".join(char for char in search if char.isdigit())
    if digits and digits == "".join(search.split()):
        return any(str(facts.get(name, "")).endswith(digits) for name in _NUMBERS)
    words = search_key(str(facts.get("ho_ten", ""))).split()
    asked = search_key(search).split()
    return all(any(word.startswith(one) for word in words) for one in asked)
