"""What the log in memory holds, and how an event changes it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from verification.log import his_facts, occasions
from verification.log.account import Account, Session
from verification.log.api_keys import ApiKey
from verification.log.case import Case
from verification.log.case_events import case_event
from verification.log.case_folding import advance_case, begin_case
from verification.log.chained import event_in, utc
from verification.log.events import Event, EventKind
from verification.log.forgetting_events import ERASURES, Forgotten, erased_by
from verification.log.outbox import Waiting, changes
from verification.log.portal_events import PortalAnswered
from verification.log.projections import Projection, followers
from verification.log.sealing import Sealer
from verification.log.seen_elsewhere import seen_elsewhere
from verification.log.unreadable import Cause, Content, KeptContent, not_read, opened
from verification.log.visit import DoiChieu, Visit, visits_after
from verification.log.visit_events import (
    Cancelled,
    Completed,
    ContentErased,
    IdChecked,
    Presented,
    Received,
)
from verification.rules.misuse.facts import Occasion

Reader = Callable[[], Mapping[str, Any] | None]  # of an event's personal content


@dataclass(frozen=True)
class Past:
    """An occasion of the history, and what the history keeps of it beside.

    Args:
        occasion: As the rules read it.
        event_id: The presentation that began it, empty for a visit elsewhere.
        cancelled: True once the visit was undone.
    """

    occasion: Occasion
    event_id: str = ""
    cancelled: bool = False


@dataclass
class State:
    """All that the log holds; the values in the tables never change, so a copy is shallow."""

    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    content: dict[str, KeptContent] = field(default_factory=dict)
    keys: dict[str, bytes] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    api_keys: dict[str, ApiKey] = field(default_factory=dict)
    scans: dict[str, str] = field(default_factory=dict)
    visits: dict[str, Visit] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)  # the highest of each day
    cases: dict[str, Case] = field(default_factory=dict)
    history: dict[str, Past] = field(default_factory=dict)
    outbox: dict[str, Waiting] = field(default_factory=dict)
    leases: dict[str, datetime] = field(default_factory=dict)
    portal: dict[str, str] = field(default_factory=dict)  # how questions ended: event, person

    def copy(self) -> "State":
        """Return a copy whose tables change apart from these."""
        return State(**{f.name: dict(getattr(self, f.name)) for f in fields(self)})

    def event(self, event_id: str) -> Event | None:
        """Return one event."""
        row = self.rows.get(event_id)
        return event_in(row) if row else None

    def events(
        self, kinds: Sequence[EventKind], since: datetime, until: datetime | None = None
    ) -> list[Event]:
        """Return the events of some kinds recorded since a moment, in the order of writing."""
        first, end = utc(since), utc(until) if until else None
        rows = (r for r in self.rows.values() if r["kind"] in kinds and r["recorded_at"] >= first)
        return [event_in(row) for row in rows if end is None or row["recorded_at"] < end]

    def known(self, keys: Sequence[str]) -> Mapping[str, str]:
        """Return the references of those keys that are in the index of persons."""
        return {key: self.people[key] for key in keys if key in self.people}

    def add(self, new: Iterable[tuple[str, str]]) -> None:
        """Put keys into the index of persons."""
        for key, ref in new:
            self.people.setdefault(key, ref)


def content_of(state: State, sealer: Sealer, event_id: str) -> Content | None:
    """Return the content of an event, None where it has none or was erased."""
    row = state.rows.get(event_id)
    if row is None:
        return not_read(event_id, Cause.BYTES) if event_id in state.content else None

    def erased() -> bool:
        events = (event_in(one) for one in state.rows.values() if one["kind"] in ERASURES)
        return any(event_id in erased_by(e) for e in events if e.is_readable)

    return opened(sealer, event_id, row["content_digest"], state.content.get(event_id), erased)


# ---- the projections


def project(state: State, sealer: Sealer, event: Event, content: Reader) -> None:
    """Add an event to the projections that follow its kind."""
    for projection in followers(event.kind):
        PROJECTORS[projection](state, sealer, event, content)


def forget_projections(state: State) -> None:
    """Delete what comes from the log; what came from elsewhere stays."""
    log_alone = (state.scans, state.visits, state.numbers, state.cases, state.outbox, state.portal)
    for table in log_alone:
        table.clear()
    state.history = {key: past for key, past in state.history.items() if not past.event_id}


def _add_scan(state: State, _: Sealer, event: Event, _content: Reader) -> None:
    if scan_id := Presented.of(event.codes).scan:
        state.scans[scan_id] = event.event_id


def _add_visit(state: State, _: Sealer, event: Event, _content: Reader) -> None:
    for visit in visits_after(event, state.visits.get):
        state.visits[visit.visit_id] = _numbered(state, visit, event)


def _numbered(state: State, visit: Visit, event: Event) -> Visit:
    """Note the number of a visit that begins; one that somebody made stand twice is the first's."""
    if event.kind is not EventKind.RECEIVED or visit.so_thu_tu is None or visit.ngay_so is None:
        return visit
    day = visit.ngay_so.isoformat()
    if visit.so_thu_tu <= state.numbers.get(day, 0):
        return replace(visit, so_thu_tu=None, ngay_so=None)
    state.numbers[day] = visit.so_thu_tu
    return visit


def _add_case(state: State, _: Sealer, event: Event, _content: Reader) -> None:
    number = case_event(event).case
    case = state.cases.get(number)
    state.cases[number] = advance_case(case, event) if case else begin_case(event)


def _add_to_outbox(state: State, _: Sealer, event: Event, _content: Reader) -> None:
    for change in changes(event, state.outbox.get, state.visits.get):
        state.leases.pop(change.item_id, None)
        if change.now is None:
            state.outbox.pop(change.item_id, None)
        else:
            state.outbox[change.item_id] = change.now


def _add_to_portal(state: State, _: Sealer, event: Event, _content: Reader) -> None:
    state.portal[event.event_id] = event.person_ref or ""


def _add_past(state: State, sealer: Sealer, event: Event, content: Reader) -> None:
    codes = event.codes
    match event.kind:
        case EventKind.PRESENTED if Presented.of(codes).reasons:
            begun = occasions.presented(event, content() or {}, occasions.marks_of(sealer))
            state.history[event.event_id] = Past(begun, event.event_id)
        case EventKind.RECEIVED:
            _receive(state, event)
        case EventKind.CANCELLED:
            _change(state, Cancelled.of(codes).visit, lambda past: replace(past, cancelled=True))
        case EventKind.ID_CHECKED:
            checked = IdChecked.of(codes)
            _set(state, checked.visit, doi_chieu=checked.doi_chieu)
        case EventKind.COMPLETED:
            _set(state, Completed.of(codes).visit, person_ref=event.person_ref or "")
        case EventKind.CONTENT_ERASED:
            erased = ContentErased.of(codes)
            _erase(state, erased.visit)
            _forget_seen(state, sealer, erased.erased)
        case EventKind.FORGOTTEN:
            gone = Forgotten.of(codes).erased
            _erase_begun(state, frozenset(gone))
            _forget_seen(state, sealer, gone)
        case EventKind.HIS_TOLD:
            _add_told(state, event, content)
        case EventKind.PORTAL_ANSWERED:
            _clear(state, event)
            _add_seen(state, sealer, event, content)


def _add_told(state: State, event: Event, content: Reader) -> None:
    """Take what a hospital system told of a visit into its occasion."""
    visit = his_facts.visit_of(event)
    if past := state.history.get(visit):
        told = his_facts.facts_told(content(), past.occasion.at, past.occasion.ma_loai_kcb)
        _set(state, visit, **told)


def _clear(state: State, event: Event) -> None:
    """Take it from an occasion that a card was bad which is good."""
    of, reason = occasions.cleared(event) or ("", "")
    for key in [key for key, past in state.history.items() if of and past.event_id == of]:
        _set(state, key, reason=reason)


def _receive(state: State, event: Event) -> None:
    """Make the occasion a visit; a second visit from one presentation is one of its own."""
    received = Received.of(event.codes)
    of = received.presented
    begun = (past for past in state.history.values() if past.event_id == of)
    visits = [past for past in begun if past.occasion.received]
    if visits and received.again:
        state.history[event.event_id] = Past(replace(visits[0].occasion, id=event.event_id), of)
    elif waiting := state.history.get(of):
        visit = replace(waiting.occasion, id=event.event_id, received=True, officer=event.officer)
        state.history = {  # in its old place: of two of one moment the later one is newer
            event.event_id if key == of else key: Past(visit, of) if key == of else past
            for key, past in state.history.items()
        }


def _erase(state: State, visit_id: str) -> None:
    """Empty what came from the content; its other visits too."""
    if visit := state.history.get(visit_id):
        _erase_begun(state, frozenset({visit.event_id}))


def _erase_begun(state: State, presented: frozenset[str]) -> None:
    """Empty what came from the content of presentations; what an answer told is no such."""
    begun = [key for key, past in state.history.items() if past.event_id in presented]
    for key in begun:
        if not occasions.is_seen(key):
            compared = state.visits[key].doi_chieu if key in state.visits else DoiChieu.CHUA
            said = None if compared is DoiChieu.CHUA else compared.value
            _empty(state, key, said)


def _empty(state: State, key: str, doi_chieu: str | None) -> None:
    _change(state, key, lambda p: replace(p, occasion=occasions.erased(p.occasion, doi_chieu)))


def _add_seen(state: State, sealer: Sealer, event: Event, content: Reader) -> None:
    presented = state.event(PortalAnswered.of(event.codes).presented)
    for one in seen_elsewhere(event, presented, content(), occasions.marks_of(sealer)):
        state.history.pop(one.id, None)
        state.history[one.id] = Past(one, event.event_id)


def _forget_seen(state: State, sealer: Sealer, erased: Sequence[str]) -> None:
    """Take out what erased answers told last; what others say of these persons is there again."""
    seen = {key: past for key, past in state.history.items() if occasions.is_seen(key)}
    people = {past.occasion.person_ref for past in seen.values() if past.event_id in erased}
    for key, past in seen.items():
        if past.occasion.person_ref in people:
            del state.history[key]
    for event_id, person_ref in state.portal.items() if people else ():
        event = state.event(event_id)
        if person_ref in people and event and event.kind is EventKind.PORTAL_ANSWERED:
            found = content_of(state, sealer, event_id)
            read = None if found is None or found.unreadable else found
            _add_seen(state, sealer, event, lambda read=read: read)  # type: ignore[misc]


def _set(state: State, key: str, **facts: Any) -> None:  # noqa: ANN401  # fields of an occasion
    _change(state, key, lambda past: replace(past, occasion=replace(past.occasion, **facts)))


def _change(state: State, key: str, change: Callable[[Past], Past]) -> None:
    if past := state.history.get(key):
        state.history[key] = change(past)


PROJECTORS: Mapping[Projection, Callable[[State, Sealer, Event, Reader], None]] = {
    Projection.SCANS: _add_scan,
    Projection.VISITS: _add_visit,
    Projection.CASES: _add_case,
    Projection.HISTORY: _add_past,
    Projection.OUTBOX: _add_to_outbox,
    Projection.PORTAL: _add_to_portal,
}
