"""Erasing what the house holds of a person, but for what another law has it keep.

NĐ 356/2025/NĐ-CP Đ5: a request to erase is answered within 20 days, and is refused as far as
another law orders the keeping; of visits that is the record of the examination (TT 53/2017,
an inference, chưa đối chiếu).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from verification.basics.errors import RequestError
from verification.basics.texts import Text, Texts
from verification.exchange.difficulties import written
from verification.kiosk import Kiosk
from verification.log.events import Event, EventKind
from verification.log.forgetting import forget
from verification.log.forgetting_events import Forgets, WhyForgotten
from verification.log.ports import LogTransaction
from verification.log.terms import given_terms
from verification.log.visit import Visit
from verification.reception.person.held import FOREVER, Found, Held
from verification.rights import Actor, Right, needs

_TEXTS = Texts("verification.reception.person")
_LOOKED_BACK = timedelta(hours=1)  # what was written meanwhile, on a clock that is a little wrong
_NAMES = ("visit", "presented", "of", "difficulty")
_OF_NO_VISIT = (EventKind.VIEWED, EventKind.EXPORTED, EventKind.FORGOTTEN)
_OF_A_PERSON = tuple(kind for kind in EventKind if kind not in _OF_NO_VISIT)
_PIECE = 20  # so few at once that a desk that writes meanwhile waits for some tens of ms


@dataclass(frozen=True)
class Plan:
    """What would be erased of a person, and what not.

    Args:
        person: Whose.
        erased: Events whose content goes, with the visits and presentations that it was of.
        contents: How many of them hold content now.
        visits: Visits that go.
        kept: Visits that are kept because law orders it, the newest last.
        years: How long the house keeps them.
        kept_until: When the newest of these may go.
        all_of_it: True where nothing is left: the number finds nobody then.
        open_cases: Cases that have to be closed before.
    """

    person: Held
    erased: tuple[str, ...]
    contents: int
    visits: tuple[Visit, ...]
    kept: tuple[Visit, ...]
    years: int
    kept_until: date | None
    all_of_it: bool
    open_cases: tuple[str, ...]


@needs(Right.CHANGE_HOUSE)
def plan(_actor: Actor, kiosk: Kiosk, found: Found, *, visits_too: bool = False) -> Plan | None:
    """Return what an erasure would do, None where the log knows nobody; nothing is changed.

    Args:
        kiosk: The kiosk.
        found: The person, as found by a number.
        visits_too: True to erase also the visits that law has the house keep.

    Raises:
        RequestError: The number means several people.
    """
    person = found.one()
    return _plan(kiosk, person, visits_too=visits_too) if person else None


@needs(Right.CHANGE_HOUSE)
def erase_person(
    actor: Actor, kiosk: Kiosk, seen: Plan, why: str, rest: Callable[[], object] = bool
) -> tuple[Event, ...]:
    """Erase what a plan says, in pieces between which desks write; the chain still verifies.

    Args:
        actor: Who does it.
        kiosk: The kiosk.
        seen: What was shown before.
        why: Who asked, kept as content.
        rest: Called behind each piece.

    Returns:
        The events that say so.

    Raises:
        RequestError: No reason, an open case, nothing to erase, or more was written meanwhile;
            of what was erased before that nothing comes back, the next call goes on.
    """
    if not (words := written(why)):
        raise RequestError("Hãy ghi lý do: ai yêu cầu, ngày nào", "Write why: who asked, and when")
    if seen.open_cases:
        numbers = ", ".join(seen.open_cases)
        raise RequestError(
            f"Còn hồ sơ giám định đang mở: {numbers}. Đóng hồ sơ rồi mới xóa được",
            f"A case is still open: {numbers}. Close it first",
        )
    if not seen.contents and not seen.all_of_it:
        raise RequestError(
            "Không có gì xóa được: phần còn lại luật buộc giữ",
            "Nothing can be erased: the law orders the rest to be kept",
        )

    _refuse_what_came_since(kiosk, seen)
    pieces, began = _pieces(seen), kiosk.clock()
    made: list[Event] = []
    for at, some in enumerate(pieces):
        ends = at == len(pieces) - 1
        note = words if at == 0 else ""
        made += kiosk.written.write(partial(_erase, actor, seen, some, note, (began, ends)))
        rest()
    return tuple(made)


def _erase(  # a piece, who, of whom, and what is said of it
    actor: Actor,
    seen: Plan,
    some: Sequence[str],
    note: str,
    when: tuple[datetime, bool],
    log: LogTransaction,
) -> tuple[Event, ...]:
    """Erase a piece; the last one takes the person out of the index with it."""
    began, ends = when
    if note or ends:
        _refuse(log.events(_OF_A_PERSON, began - _LOOKED_BACK), seen)
    why, what, ref = WhyForgotten.ASKED, Forgets.PERSON, seen.person.ref
    made = forget(log, actor, some, why, what, person_ref=ref, note=note)
    for one in seen.person.refs if ends and seen.all_of_it else ():
        log.forget_person(one)
    return made


def _pieces(seen: Plan) -> list[list[str]]:
    """Return what goes in pieces that a desk can wait for: each presentation with all of its own.

    Killed between two, whole presentations are gone and whole ones are left, and the number still
    finds the person: the next call goes on.
    """
    began = {visit.visit_id: visit.presented for visit in seen.person.visits}
    for event in seen.person.events:
        about = next((event.codes[name] for name in _NAMES if name in event.codes), None)
        if about and event.event_id not in began:
            began[event.event_id] = str(about)
    groups: dict[str, list[str]] = {}
    for name in seen.erased:
        groups.setdefault(_root(name, began), []).append(name)
    pieces: list[list[str]] = [[]]
    for group in groups.values():
        if len(pieces[-1]) + len(group) > _PIECE and pieces[-1]:
            pieces.append([])
        pieces[-1] += group
    return pieces


def _root(name: str, began: Mapping[str, str]) -> str:
    """Return the presentation that an event goes back to; of a circle, which none makes, itself."""
    met = {name}
    while (name := began.get(name, name)) not in met:
        met.add(name)
    return name


def kept_words(planned: Plan) -> Text:
    """Return which visits are kept, why, and until when."""
    until = f"{planned.kept_until:%d/%m/%Y}" if planned.kept_until else "–"
    least = given_terms()["least"]["visits"]
    told = {"count": len(planned.kept), "years": planned.years, "least": least, "until": until}
    return _TEXTS("left.kept", **told)


def done_words(planned: Plan, *, preview: bool) -> Text:
    """Return what went, or would, and of whom: a citizen number may find somebody else."""
    number = planned.person.masked or "–"
    told = {"contents": planned.contents, "visits": len(planned.visits), "number": number}
    return _TEXTS("done.preview" if preview else "done.erased", **told)


def _plan(kiosk: Kiosk, person: Held, *, visits_too: bool) -> Plan:
    today, years = kiosk.today(), kiosk.terms.visits
    kept = [] if visits_too else [v for v in person.visits if _is_kept(v, today, years)]
    ids = {visit.visit_id for visit in kept}
    gone = tuple(visit for visit in person.visits if visit.visit_id not in ids)
    of_kept = _of_visits(person, kept)
    erased = [
        event.event_id
        for event in person.events
        if event.event_id not in of_kept and _is_erased(event, person, kept=bool(kept))
    ]
    contents = [name for name in erased if name in person.contents]
    named = [name for visit in gone for name in (visit.visit_id, visit.presented)]
    erased += [name for name in named if name not in of_kept]
    newest = max((visit.day for visit in kept), default=None)
    return Plan(
        person,
        tuple(dict.fromkeys(erased)),
        len(contents),
        gone,
        tuple(kept),
        years,
        _years_after(newest, years) if newest else None,
        all_of_it=not kept,
        open_cases=tuple(case.number for case in person.cases if case.is_open),
    )


def _is_kept(visit: Visit, today: date, years: int) -> bool:
    """Tell whether law has a visit kept: an undone one was no examination."""
    return visit.cancelled is None and _years_after(visit.day, years) > today


def _years_after(day: date, years: int) -> date:
    year = day.year + years
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return date(year, 3, 1)


def _of_visits(person: Held, visits: Iterable[Visit]) -> set[str]:
    """Return the events that the record of visits is made of, what the portal said included."""
    names = {v.visit_id for v in visits}
    presented = {v.presented for v in visits}
    found = names | presented | {one for v in visits for one in (*v.corrected, *v.his)}
    for event in person.events:
        about = {event.codes.get(name) for name in _NAMES}
        if about & found:
            found.add(event.event_id)
    return found


def _is_erased(event: Event, person: Held, *, kept: bool) -> bool:
    """Tell whether content goes; what auditors wrote of a person whose visits are kept stays."""
    if event.event_id not in person.contents or event.kind is EventKind.FORGOTTEN:
        return False
    return not (kept and event.kind.value.startswith("case_"))


def _refuse_what_came_since(kiosk: Kiosk, seen: Plan) -> None:
    """Look before the desks have to wait: the last time may be years ago."""
    last = max((event.recorded_at for event in seen.person.events), default=kiosk.clock())
    since, happened = last - _LOOKED_BACK, kiosk.written.visits.happened
    for ref in seen.person.refs:
        _refuse(happened(ref, _OF_A_PERSON, since, FOREVER), seen)


def _refuse(later: Iterable[Event], seen: Plan) -> None:
    """Refuse to erase what was not shown: somebody was received since, or something written."""
    known = {event.event_id for event in seen.person.events}
    if any(e.person_ref in seen.person.refs and e.event_id not in known for e in later):
        raise RequestError(
            "Vừa có việc mới của người này: hãy xem lại rồi mới xóa",
            "Something new was written of this person: look again before erasing",
        )
