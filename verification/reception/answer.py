"""What was presented at a desk, and the answer that it led to."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from verification.basics.dates import VIETNAM
from verification.basics.rates import rate_text
from verification.card.facts import Facility
from verification.card.presented import QR_KINDS, Kind, Together, read_all
from verification.card.side_by_side import Pair
from verification.kiosk import Kiosk
from verification.log.events import Event
from verification.log.occasions import MOST_VISITS
from verification.log.visit import CachTrinh, PortalWord, Visit
from verification.log.visit_events import Presented
from verification.reception.judging import is_doubted
from verification.rules.law.entitlement import Alternative, Entitlement, decide
from verification.rules.law.papers import REAPPOINTMENT
from verification.rules.law.verdict import Source, Verdict
from verification.rules.law.visit_inputs import (
    NOTHING_SAID,
    Said,
    in_unfinished_stay,
    inputs_for,
    is_blocked,
)
from verification.rules.misuse.facts import Flag

REVISED = "~"  # between the name of a presentation and how often its answer was changed
_USUAL = {Kind.BHYT_QR: CachTrinh.VSSID, Kind.CCCD_QR: CachTrinh.CCCD}


@dataclass(frozen=True)
class Scan:
    """One presentation at a desk, and what it shows.

    Args:
        payloads: Exact bytes; several where one picture shows several codes.
        scan_id: Name of the scan, the same when it is resent; None where nobody resends.
        cach_trinh: How it was presented.
        quet: True when the fields were scanned, False when a hand typed them.
        happened_at: When, if not now.
        day_only: True where only the day is known, not the hour.
        beside: What is known beside the card, by the names of a visits file, such as `so_cccd` of
            the document shown.
    """

    payloads: tuple[bytes, ...]
    scan_id: str | None = None
    cach_trinh: CachTrinh = CachTrinh.VSSID
    quet: bool = True
    happened_at: datetime | None = None
    beside: Mapping[str, str] = field(default_factory=dict)
    day_only: bool = False
    # what was read, by text and day; a scan made from this one by `replace` takes it along
    _read: dict[tuple[object, date], Together] = field(
        default_factory=dict, repr=False, compare=False
    )

    def at(self, now: datetime) -> datetime:
        """Return when it was presented."""
        return self.happened_at or now

    def shows(self, day: date) -> Together:
        """Return what it shows; it is read once for each day that it is judged for.

        Args:
            day: The visit date; nobody is born after it.
        """
        key = (self.payloads, day)
        if key not in self._read:
            self._read[key] = read_all(self.payloads, day)
        return self._read[key]


@dataclass(frozen=True)
class Answer:
    """What a presentation led to.

    Args:
        verdict: The answer, `already_today` and `backdated` included.
        event: The `presented` event.
        visit: The visit it made or found, None while nothing is received.
        already: Visits of this person today that were there before.
        others: Visits of today on this card, of somebody who showed another person.
        apart: In what the first of these differs: as shown now, as shown then.
        said: What staff and patient said of the visit.
        asked: How many questions were answered.
        chosen: The other row that the desk took, with a reason.
        entitlement: What the visit is entitled to; None where there is no card.
        resent: True when this scan had been answered before.
        flags: What the misuse rules found; they change nothing else.
        flagged: The event that keeps the flags of the card.
        flag_answer: What the desk answered to the flags' question.
        corrected: What was corrected by hand: as it was, as it is now.
        reopened: True where it was opened from a day's list; nobody is received by that.
        heard: The event of the national portal's answer that it has taken in, None for none.
        revision: How often the portal's answer has changed it while it was on the screen.
        before: The answer as it was before the portal's answer changed it; None where none did.
    """

    verdict: Verdict
    event: Event
    visit: Visit | None
    already: tuple[Visit, ...] = ()
    others: tuple[Visit, ...] = ()
    apart: tuple[Pair, ...] = ()
    resent: bool = False
    said: Said = NOTHING_SAID
    asked: int = 0
    chosen: Alternative | None = None
    entitlement: Entitlement | None = None
    flags: tuple[Flag, ...] = ()
    flagged: str | None = None
    flag_answer: str | None = None
    corrected: tuple[Pair, ...] = ()
    reopened: bool = False
    heard: str | None = None
    revision: int = 0
    before: "Answer | None" = None

    @property
    def looked(self) -> bool:
        """Tell whether somebody only looked: nobody is received by this presentation."""
        return Presented.of(self.event.codes).lookup

    @property
    def shown_as(self) -> str:
        """Return its name on the screen: changed, it is another one for the keys."""
        return f"{self.event.event_id}{REVISED}{self.revision}" if self.revision else self.presented

    @property
    def presented(self) -> str:
        """Return the name of what was presented; it stays whatever the portal answers."""
        return self.event.event_id


def is_unanswered(answer: Answer) -> bool:
    """Tell whether the portal has not answered of a visit yet: what is handed on says so."""
    visit = answer.visit
    return visit is not None and visit.cancelled is None and visit.portal is PortalWord.WAITING


def entitled(kiosk: Kiosk, answer: Answer, said: Said) -> Answer:
    """Return the answer with the entitlement that follows from what was said of the visit."""
    place = kiosk.cards.facility(kiosk.facility) if kiosk.facility else None
    used = _used(kiosk, answer, said)
    verdict, found = entitlement_of(kiosk, answer.verdict, said, place, used)
    found = found if verdict.card else answer.entitlement
    return replace(answer, verdict=verdict, said=said, entitlement=found)


def entitlement_of(
    kiosk: Kiosk, verdict: Verdict, said: Said, place: Facility | None, used: date | None = None
) -> tuple[Verdict, Entitlement | None]:
    """Return what a visit is entitled to, None where nothing may be told, and the verdict then.

    Args:
        kiosk: The kiosk.
        verdict: The answer to the card.
        said: What staff and patient said of the visit.
        place: Where it is, None where the store does not know.
        used: Day of another visit at which the re-appointment slip was used.
    """
    law, before = kiosk.rules.law, verdict
    verdict = in_unfinished_stay(verdict, said.admitted, law)
    if verdict.card is None:
        return before, None
    if is_doubted(verdict) and not verdict.card.holds_on(verdict.on):
        return verdict, None
    unverified = verdict.benefit is None and verdict.source is Source.NONE
    if unverified and not said.vouched:  # nobody says that such a card exists
        return verdict, None
    registered_at = verdict.card.ma_dkbd
    inputs = inputs_for(
        verdict.card,
        place,
        verdict.on,
        said,
        home=kiosk.cards.facility(registered_at) if registered_at else None,
        law=law,
        blocked=is_blocked(verdict),
        doubtful=verdict.doubtful,
        reappointment_used=used,
    )
    return verdict, decide(inputs, law)


def entitlement_codes(answer: Answer) -> dict[str, Any]:
    """Return the codes of an event that say what a visit is entitled to."""
    found, chosen = answer.entitlement, answer.chosen
    rate = found.rate if found and found.ladder else answer.verdict.rate
    code = found.ma_doituong_kcb if found else None
    if chosen:
        rate, code = chosen.rate, chosen.ma_doituong_kcb
    codes = {"rate": rate_text(rate)} if rate is not None else {}
    codes |= {"ma_doituong_kcb": code} if code else {}
    return codes | _reappointment(answer)


def _reappointment(answer: Answer) -> dict[str, Any]:
    """Return the re-appointment slip that is used, where the rate reads it and it is due."""
    due, papers = answer.said.reappointment_due, answer.entitlement and answer.entitlement.papers
    used = any(p.input == REAPPOINTMENT and p.counts is not False for p in papers or ())
    return {"reappointment": due.isoformat()} if due and used else {}


def _used(kiosk: Kiosk, answer: Answer, said: Said) -> date | None:
    """Return the day of another visit of this person that used the re-appointment slip."""
    due, person = said.reappointment_due, answer.event.person_ref
    if due is None or person is None:
        return None
    own = answer.visit.visit_id if answer.visit else None
    before = kiosk.written.cases.visits_of(person, due, MOST_VISITS)
    used = (v for v in before if v.reappointment == due and not v.cancelled and v.visit_id != own)
    return min((visit.day for visit in used), default=None)


def scan_of(
    payloads: tuple[bytes, ...],
    on: date,
    *,
    quet: bool | None = None,
    cach_trinh: CachTrinh | None = None,
    happened_at: datetime | None = None,
) -> Scan:
    """Return a scan with what its payloads say of how it was presented.

    Args:
        payloads: Exact bytes.
        on: The visit date, if it was not presented earlier.
        quet: Whether they were scanned; None where only the text can tell: a QR was.
        cach_trinh: How it was presented, where the desk said so.
        happened_at: When, if not now.
    """
    scan = Scan(payloads, happened_at=happened_at)
    kinds = scan.shows(happened_at.astimezone(VIETNAM).date() if happened_at else on).kinds
    usual = next((how for kind, how in _USUAL.items() if kind in kinds), CachTrinh.GO)
    scanned = bool(kinds & QR_KINDS) if quet is None else quet
    return replace(scan, cach_trinh=cach_trinh or usual, quet=scanned)
