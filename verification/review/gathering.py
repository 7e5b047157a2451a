"""What the rules read of a presentation: itself, what was before it, and who is near."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import takewhile

from verification.card.reasons import Reason
from verification.kiosk import Kiosk
from verification.log import occasions
from verification.log.events import Event
from verification.log.ports import LogTransaction
from verification.log.visit_events import Presented
from verification.rules.misuse.facts import Facts, Occasion
from verification.rules.misuse.places import Site, house

_DAY = 86_400
_YEAR = 365 * _DAY
_DESK_SECONDS = 20 * 60


def gather(
    log: LogTransaction, kiosk: Kiosk, event: Event, subject: str, of: Occasion | None = None
) -> Facts | None:
    """Return what the rules of a subject read, None where there is nothing to read.

    Args:
        log: The piece of work.
        kiosk: The kiosk.
        event: The presentation.
        subject: `card` or `desk`.
        of: The visit that is looked at; None for the newest of the presentation.
    """
    now = of or log.history.occasion(event.event_id)
    if now is None or (subject == "desk" and not now.typed):
        return None
    presented = Presented.of(event.codes)
    reasons, compared = presented.reasons, presented.compared
    wrong = kiosk.wrong_times()

    def rightly_timed(one: Occasion) -> bool:
        at = datetime.fromtimestamp(one.at, UTC)
        noted = any(stretch.holds(at) for stretch in wrong)
        return one.reason != Reason.CLOCK_WRONG and not noted

    if subject == "desk":
        seen = log.history.at_desk(now.desk, now.at - _DESK_SECONDS, now.at)
        at_desk = tuple(one for one in seen if rightly_timed(one))
        stored = kiosk.cards.status().cards > 0
        return Facts(now, reasons, compared, desk=at_desk, stored=stored)
    until = now.at + 1 if now.timed else now.at + _DAY
    past: Sequence[Occasion] = ()
    if now.person_ref:
        visits = log.history.visits_of(now.person_ref, now.at - _YEAR, until)
        past = [v for v in visits if v.id != now.id and _counts(v, now) and rightly_timed(v)]
    shared: Sequence[Occasion] = ()
    if now.cccd:
        shown = log.history.with_citizen(now.cccd, now.at - _YEAR, until)
        others = (v for v in shown if v.person_ref != now.person_ref)
        shared = [v for v in others if _counts(v, now) and rightly_timed(v)]
    return Facts(
        now,
        reasons,
        compared,
        tuple(past),
        tuple(shared),
        sites=_sites(kiosk, now, past),
        evenings=tuple(v for v in _evenings(log, kiosk, now) if rightly_timed(v)),
    )


def _counts(visit: Occasion, now: Occasion) -> bool:
    """Tell whether a visit was before, where the hour of one of them may not be known."""
    return now.timed or visit.day <= now.day


def _sites(kiosk: Kiosk, now: Occasion, past: Sequence[Occasion]) -> dict[str, Site]:
    """Return what the store says of where the facilities of now and of the day before stand."""
    if not past or now.day - past[0].day > 1:  # newest first
        return {}
    own = house(now.ma_cskcb)
    near = {house(v.ma_cskcb) for v in takewhile(lambda v: now.day - v.day <= 1, past)}
    codes = near | {own} if near - {own} else set()  # here alone there is no way to go
    found = ((code, kiosk.cards.facility(code)) for code in codes)
    return {code: Site(f.ma_tinh, f.vi_do, f.kinh_do) for code, f in found if f}


def _evenings(log: LogTransaction, kiosk: Kiosk, now: Occasion) -> tuple[Occasion, ...]:
    """Return what the officer typed on evenings, where now is such a visit without a document."""
    ring = kiosk.misuse.rules.get("M18")
    alone = now.cccd is None and occasions.typed_on_an_evening(now)
    if ring is None or not now.officer or not alone:
        return ()
    since = now.at - int(ring.limits["days"]) * _DAY
    found = log.history.typed_on_evenings(now.officer, since, now.at)
    return tuple(visit for visit in found if visit.id != now.id)
