"""The evidence of a case: visits here and elsewhere, lone presentations, what changed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from verification.basics.dates import VIETNAM, parse_partial
from verification.basics.names import same
from verification.card import citizen, numbers, periods
from verification.card.facts import Record
from verification.card.side_by_side import Pair, pair
from verification.kiosk import Kiosk
from verification.log.case import Case, local_day
from verification.log.content import card_of, visit_content
from verification.log.events import EventKind
from verification.log.unreadable import Cause, Content, Unreadable
from verification.log.visit import Visit
from verification.log.visit_events import FlagAnswered, Flagged, Presented
from verification.review.conflict import LOOKS_BACK, MOST_VISITS
from verification.rules.misuse.facts import Occasion

_FEW = 2
_EPOCH = date(1970, 1, 1)
_FACTS = ("gt_the_tu", "gt_the_den", "ma_dkbd", "ma_the")
_PERSON = ("ho_ten", "ngay_sinh", "gioi_tinh")


@dataclass(frozen=True)
class EvidenceRow:
    """One piece of evidence: a visit here or elsewhere, or a presentation without a visit.

    Args:
        visit: Id of the visit, or of the presentation where nobody was received.
        at: When.
        ma_cskcb: Where.
        desk: Of this facility; empty elsewhere.
        officer: Who received; empty elsewhere.
        how: `cach_trinh`, or `cong` for what the portal told.
        typed: True when a hand typed the number.
        name: The name as presented.
        doi_chieu: With what the photo was compared.
        answer: What the desk answered to the flag.
        rules: Rules whose hits rest on it and on at most one other visit: a rule that counts many
            visits marks none of them.
        until: Last day of an inpatient stay.
        cancelled: True when it was undone.
        facts: The card then: validity, registration, number.
        otherwise: Facts that were presented otherwise than the store holds: presented, stored.
        differences: What of the person was presented otherwise than the store holds, side by side.
        corrected: What of the person the desk corrected later: as it is now, as it was.
        number: The number that was shown or typed, masked; empty where the log holds none.
        unreadable: What of its content cannot be read.
    """

    visit: str
    at: datetime
    ma_cskcb: str
    desk: str = ""
    officer: str = ""
    how: str = "cong"
    typed: bool = False
    name: str = ""
    doi_chieu: str = ""
    answer: str = ""
    rules: tuple[str, ...] = ()
    until: date | None = None
    cancelled: bool = False
    facts: Mapping[str, str] = field(default_factory=dict)
    otherwise: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    differences: tuple[Pair, ...] = ()
    corrected: tuple[Pair, ...] = ()
    number: str = ""
    unreadable: tuple[Unreadable, ...] = ()


@dataclass(frozen=True)
class Change:
    """A fact of the card that was another one at an earlier visit."""

    at: datetime
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class CaseFile:
    """A case with its evidence.

    Args:
        case: The case.
        card: Numbers of the card as last presented, whole; what of it cannot be read.
        rows: Evidence, newest first.
        changes: Facts of the card that changed between visits, newest first.
        others: The person's other cards.
        approved_by: Second person of a report that leaves the house.
    """

    case: Case
    card: Content
    rows: tuple[EvidenceRow, ...] = ()
    changes: tuple[Change, ...] = ()
    others: tuple[Record, ...] = ()
    approved_by: str | None = None


def evidence_of(kiosk: Kiosk, case: Case) -> CaseFile:
    """Return a case with its evidence; who may see it is asked before."""
    card = card_of(kiosk.written, case)
    rows = sorted((*_here(kiosk, case), *elsewhere(kiosk, case)), key=lambda r: r.at, reverse=True)
    bhxh = card.get("ma_so_bhxh")
    known = kiosk.cards.by_bhxh(bhxh) if bhxh else ()
    each = periods.on_the_day(known, kiosk.today())
    others = tuple(r for r in each if r.card.ma_the != card.get("ma_the"))
    return CaseFile(case, card, tuple(rows), tuple(_changes(rows)), others)


def elsewhere(kiosk: Kiosk, case: Case) -> Sequence[EvidenceRow]:
    """Return what is known of visits at other facilities."""
    if case.person_ref is None:
        return ()
    since, until = case.opened_at - LOOKS_BACK, kiosk.clock() + timedelta(days=1)
    known = kiosk.written.history.visits_of(
        case.person_ref, int(since.timestamp()), int(until.timestamp())
    )
    return [_elsewhere_row(case, one) for one in known if one.ma_cskcb != kiosk.facility]


def _elsewhere_row(case: Case, one: Occasion) -> EvidenceRow:
    dates = {"gt_the_tu": one.gt_the_tu, "gt_the_den": one.gt_the_den}
    return EvidenceRow(
        visit=one.id,
        at=datetime.fromtimestamp(one.at, VIETNAM),
        ma_cskcb=one.ma_cskcb,
        rules=_rules(case, one.id),
        until=_EPOCH + timedelta(days=one.end_day) if one.end_day is not None else None,
        facts={name: day for name, day in dates.items() if day and len(day) == len("2026-01-01")},
    )


def _here(kiosk: Kiosk, case: Case) -> list[EvidenceRow]:
    log, since = kiosk.written, local_day(case.opened_at) - LOOKS_BACK
    if case.person_ref:
        visits, named = log.cases.visits_of(case.person_ref, since, MOST_VISITS), case.presented
    else:  # a desk: all that its flags count, flagged itself or not
        named = tuple(dict.fromkeys((*case.presented, *case.visits)))
        visits = [visit for name in case.visits if (visit := log.visit(name))]
    answers = _answers(kiosk, case)
    rows = [_visit_row(kiosk, case, visit, answers) for visit in visits]
    seen = {name for visit in visits for name in (visit.presented, visit.visit_id)}
    lone = [of for of in named if of not in seen]
    return rows + [row for of in lone if (row := _lone_row(kiosk, case, of, answers))]


def _visit_row(kiosk: Kiosk, case: Case, visit: Visit, answers: Mapping[str, str]) -> EvidenceRow:
    row = _row(kiosk, case, visit.presented, visit_content(kiosk.written, visit), visit.visit_id)
    return replace(
        row,
        at=visit.happened_at,
        desk=visit.desk,
        officer=visit.officer,
        how=visit.cach_trinh.value,
        doi_chieu=visit.doi_chieu.value,
        corrected=_corrected(kiosk, visit),
        answer=answers.get(visit.presented, ""),
        cancelled=visit.cancelled is not None,
    )


def _lone_row(kiosk: Kiosk, case: Case, of: str, answers: Mapping[str, str]) -> EvidenceRow | None:
    event = kiosk.written.cases.event(of)
    if event is not None and not event.is_readable:
        unread = (Unreadable(of, Cause.BYTES),)
        where = kiosk.facility or ""
        return EvidenceRow(of, case.opened_at, where, rules=_rules(case, of), unreadable=unread)
    if event is None or event.kind is not EventKind.PRESENTED:
        return None
    row = _row(kiosk, case, of, kiosk.written.content(of) or Content(), of)
    return replace(
        row,
        at=event.happened_at,
        desk=event.desk,
        officer=event.officer,
        how=Presented.of(event.codes).cach_trinh,
        answer=answers.get(of, ""),
    )


def _row(kiosk: Kiosk, case: Case, of: str, content: Content, visit: str) -> EvidenceRow:
    kept = content.get("ban_ghi", {})
    presented = content.get("trinh_ra", {})
    shown = {**kept, **presented}
    read = content.get("cach_doc", {})
    return EvidenceRow(
        visit=visit,
        at=case.opened_at,
        ma_cskcb=kiosk.facility or "",
        typed="go" in read.values(),
        name=shown.get("ho_ten", "") if _presented(content, "ho_ten") else "",
        rules=_rules(case, visit, of),
        facts={name: shown[name] for name in _FACTS if name in shown},
        otherwise={n: (presented[n], kept.get(n, "–")) for n in _FACTS if n in presented},
        differences=tuple(_differences(content)),
        number=_masked(kept),
        unreadable=content.unreadable,
    )


def _masked(kept: Mapping[str, str]) -> str:
    named = (kept.get(name) for name in ("ma_the", "ma_so_bhxh", "so_cccd"))
    return numbers.mask(next(filter(None, named), None)) or ""


def _differences(content: Mapping[str, Any]) -> Iterator[Pair]:
    """Yield what of the person was presented otherwise, on the card and on the citizen card."""
    kept, presented = content.get("ban_ghi", {}), content.get("trinh_ra", {})
    yield from _pairs(presented, kept)
    citizens = content.get("can_cuoc", {})
    for found in _pairs(citizens, kept):
        yield replace(found, on_citizen_card=True)
    beside = content.get("kem", {})
    if beside.get("ho_ten") and not same(beside["ho_ten"], kept.get("ho_ten", "")):
        yield pair("ho_ten", beside["ho_ten"], kept.get("ho_ten", "–"))
    number, known = citizen.as_written(beside.get("so_cccd", "")), kept.get("so_cccd")
    if number and known and number != known:
        masked = (numbers.mask(number) or "", numbers.mask(known) or "")
        yield pair("so_cccd", *masked, citizen.places(number, known))


def _corrected(kiosk: Kiosk, visit: Visit) -> tuple[Pair, ...]:
    before = (kiosk.written.content(visit.presented) or Content()).get("ban_ghi", {})
    return tuple(_pairs(visit_content(kiosk.written, visit).get("ban_ghi", {}), before))


def _pairs(shown: Mapping[str, str], kept: Mapping[str, str]) -> Iterator[Pair]:
    """Yield the facts of a person that two sources have otherwise."""
    for name in _PERSON:
        one, other = shown.get(name), kept.get(name)
        if one and other and not _ALIKE.get(name, str.__eq__)(one, other):
            yield pair(name, _as_read(name, one), _as_read(name, other))


def _may_be_one_day(one: str, other: str) -> bool:
    return parse_partial(one).agrees(parse_partial(other))


_ALIKE: Mapping[str, Callable[[str, str], bool]] = {"ho_ten": same, "ngay_sinh": _may_be_one_day}


def _as_read(name: str, value: str) -> str:
    return parse_partial(value).vi if name == "ngay_sinh" else value


def _rules(case: Case, visit: str, of: str = "") -> tuple[str, ...]:
    hits = [part for part in case.parts if part.hit]
    named = [p for p in hits if visit in p.visits and len(p.visits) <= _FEW]
    own = [p for p in hits if p.of == of and p not in named]
    return tuple(part.rule for part in (*named, *own))


def _presented(content: Mapping[str, Any], name: str) -> bool:
    return name in content.get("trinh_ra", {}) or content.get("cach_doc", {}).get(name) != "kho"


def _answers(kiosk: Kiosk, case: Case) -> Mapping[str, str]:
    """Return the desk's answers by the presentation that they are about."""
    log = kiosk.written
    events = log.events([EventKind.FLAG_ANSWERED], case.opened_at - timedelta(days=1))
    answers: dict[str, str] = {}
    for event in events:
        if event.is_readable and event.person_ref == case.person_ref:
            answered = FlagAnswered.of(event.codes)
            flagged = log.cases.event(answered.flagged or "")
            raised = flagged and flagged.kind is EventKind.FLAGGED and Flagged.of(flagged.codes)
            answers[raised.presented if raised else ""] = answered.answer
    return answers


def _changes(rows: Sequence[EvidenceRow]) -> list[Change]:
    oldest_first = [row for row in reversed(rows) if row.facts]
    last: dict[str, str] = {}
    changes: list[Change] = []
    for row in oldest_first:
        for name, value in _comparable(row.facts).items():
            if name in last and last[name] != value:
                changes.append(Change(row.at, name, last[name], value))
            last[name] = value
    return changes[::-1]


def _comparable(facts: Mapping[str, str]) -> dict[str, str]:
    """Return facts with the benefit digit instead of the number, which stays masked."""
    ma_the = facts.get("ma_the")
    others = {name: value for name, value in facts.items() if name != "ma_the"}
    return others | ({"muc_huong": ma_the[2]} if ma_the else {})
