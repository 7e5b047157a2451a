"""What the known periods and the presented one together say of a day: holds, ended, not begun.

`expired` is said only by the card itself or by a trusted copy that is younger than the end (and
than the start of what was presented); any other known end that has passed is a renewal not known.
A known period that begins later contradicts nothing that is presented and holds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from verification.basics.dates import vi_date
from verification.card import periods
from verification.card.facts import Card, Origin, Record
from verification.card.presented import Kind, Presented
from verification.card.reasons import Finding, Reason
from verification.rules.law.which_card import CountingCard


@dataclass(frozen=True)
class Validity:
    """What is said of the period of a visit.

    Args:
        dated: Whose two dates count; None where those of the facts that count do.
        findings: What speaks against it, or must be said of it.
        unverified: True where these dates are those presented, which nobody has confirmed.
    """

    dated: Card | None = None
    findings: tuple[Finding, ...] = ()
    unverified: bool = False


_NOTHING = Validity()  # nearly always


def of_the_day(reading: Presented, counting: CountingCard, card: Card, on: date) -> Validity:
    """Say whether the card holds on a day.

    Args:
        reading: What was presented.
        counting: The card that counts.
        card: The facts that count, the store's filled from those presented.
        on: The visit date.
    """
    shown = _shown(reading, counting)
    record = counting.record
    if record is None or not periods.has_dates(record):
        return Validity(findings=tuple(_by_itself(card, on, unknown=record is None)))
    if record.card.holds_on(on):
        if shown is None and not record.others:
            return _NOTHING
        if shown and _ended_by_itself(shown, record, on):
            return Validity(shown, (_expired(shown, on),))
        return Validity(findings=tuple(_differs(shown, record.card, record, on)))
    return _not_held(_Case(record, shown, on))


def validity_text(card: Card) -> str:
    """Write validity as the page shows it, `01/01/2026 – 31/12/2026`."""
    begin, end = (vi_date(d) if d else "…" for d in (card.gt_the_tu, card.gt_the_den))
    return f"{begin} – {end}"


class _Case:
    """A number none of whose known periods holds on the day, and what was presented of it."""

    def __init__(self, record: Record, shown: Card | None, on: date) -> None:
        known = periods.candidates(record.known)
        self.record, self.shown, self.on = record, shown, on
        self.ended = _last_ended(periods.ended(known, on))
        self.begins = min(
            periods.later(known, on), key=lambda r: r.card.gt_the_tu or on, default=None
        )

    def end_is_sure(self) -> bool:
        """Tell whether a trusted copy younger than the last known end says that it ended."""
        if self.ended is None or (self.shown and self.shown.gt_the_tu is None):
            return False
        ends = [self.ended.card.gt_the_den, self.shown.gt_the_tu if self.shown else None]
        newer_than = max(day for day in ends if day is not None)
        own = periods.ended(self.record.known, self.on)
        return any(r.origin.trusted and r.as_of > newer_than for r in own)

    def shown_ended(self) -> date | None:
        """Return the end that the card itself gives, unless the store knows a later period."""
        end = self.shown.gt_the_den if self.shown else None
        if end is None or end >= self.on:
            return None
        known = self.ended.card.gt_the_den if self.ended else None
        return end if known is None or end >= known else None

    def shown_begins(self) -> date | None:
        """Return the first day that the card itself gives, where it lies ahead."""
        begin = self.shown.gt_the_tu if self.shown else None
        return begin if begin and begin > self.on else None

    def shown_holds(self) -> Card | None:
        """Return what was presented where it is a period of its own that holds on the day."""
        shown, known = self.shown, self.ended
        if shown is None or not shown.holds_on(self.on):
            return None
        if shown.gt_the_den is not None or known is None:
            return shown
        # a card that prints no end says nothing beyond the known period that it belongs to
        end = known.card.gt_the_den
        return shown if shown.gt_the_tu and end and shown.gt_the_tu > end else None


def _not_held(case: _Case) -> Validity:
    """Say why no known period holds, and whether what was presented may hold all the same."""
    held = (case.ended or case.record).card
    differs = tuple(_differs(case.shown, held, case.record, case.on))
    if case.ended and case.end_is_sure():
        return Validity(held, (_expired(held, case.on), *differs))
    if case.shown and case.shown_ended():
        return Validity(case.shown, (_expired(case.shown, case.on), *differs))
    if begin := case.shown_begins():
        return Validity(case.shown, (_not_begun(begin, case.on), *differs))
    holds = case.shown_holds()
    if case.ended and (holds or not case.begins):
        return _renewal(case.ended, holds, differs)
    if holds and case.begins:
        params = {"case": "later", "qr": validity_text(holds)}
        params |= {"store": validity_text(case.begins.card)}
        return Validity(holds, (Finding(Reason.VALIDITY_DIFFERS, params),), unverified=True)
    begin = case.begins.card.gt_the_tu if case.begins else None
    return Validity(findings=(*((_not_begun(begin, case.on),) if begin else ()), *differs))


def _shown(reading: Presented, counting: CountingCard) -> Card | None:
    """Return the presented card where it states a period of the card that counts."""
    card = reading.card
    dated = card is not None and (card.gt_the_tu or card.gt_the_den)
    return card if reading.kind is Kind.BHYT_QR and dated and not counting.replaced else None


def _ended_by_itself(shown: Card, record: Record, on: date) -> bool:
    """Tell whether the card gives the known period the end that its record does not give.

    An end that nobody stated is no statement against the card's own; only a trusted copy younger
    than that end, which still has the period, is.
    """
    end, begin = shown.gt_the_den, record.card.gt_the_tu
    if end is None or end >= on or record.card.gt_the_den is not None:
        return False
    if begin and shown.gt_the_tu and shown.gt_the_tu < begin:
        return False
    holding = [r for r in record.known if r.card.holds_on(on)]
    return not any(r.origin.trusted and r.as_of > end for r in holding)


def _by_itself(card: Card, on: date, *, unknown: bool) -> Iterator[Finding]:
    """Yield what a card says of itself that no known period speaks of."""
    if card.gt_the_den and on > card.gt_the_den:
        yield _expired(card, on, {"case": "qr"} if unknown else {})
    elif card.gt_the_tu and on < card.gt_the_tu:
        yield _not_begun(card.gt_the_tu, on)


def _last_ended(ended: list[Record]) -> Record | None:
    return max(ended, key=lambda r: (r.card.gt_the_den or date.min, r.heard), default=None)


def _expired(card: Card, on: date, more: dict[str, str] | None = None) -> Finding:
    end = card.gt_the_den or on
    params = {"date": vi_date(end), "days": str((on - end).days)}
    return Finding(Reason.EXPIRED, params | (more or {}))


def _not_begun(begin: date, on: date) -> Finding:
    params = {"date": vi_date(begin), "days": str((begin - on).days)}
    return Finding(Reason.NOT_YET_VALID, params)


def _renewal(ended: Record, holds: Card | None, differs: tuple[Finding, ...]) -> Validity:
    """Say that a known end has passed and nobody who knows says whether it was renewed."""
    end = ended.card.gt_the_den or ended.as_of
    params = {"date": vi_date(end), "as_of": vi_date(ended.as_of)}
    if holds is None:
        return Validity(ended.card, (Finding(Reason.RENEWAL_UNKNOWN, params), *differs))
    found = [Finding(Reason.RENEWAL_UNKNOWN, params | {"case": "qr", "qr": validity_text(holds)})]
    if holds.gt_the_tu is None or holds.gt_the_tu <= end:  # no period of its own: it contradicts
        both = {"qr": validity_text(holds), "store": validity_text(ended.card)}
        case = "portal_open" if ended.origin is Origin.PORTAL else "open"
        found.append(Finding(Reason.VALIDITY_DIFFERS, {"case": case, **both}))
    return Validity(holds, tuple(found), unverified=True)


def _differs(shown: Card | None, held: Card, record: Record, on: date) -> Iterator[Finding]:
    """Yield that the card, or another copy, gives the known period other dates."""
    whose = "portal_" if record.origin is Origin.PORTAL else ""
    if shown and _dates_differ(shown, held, on):
        params = {"qr": validity_text(shown), "store": validity_text(held)}
        params |= {"case": "portal"} if whose else {}
        yield Finding(Reason.VALIDITY_DIFFERS, params)
    elif (other := periods.beside(record)) is not None:
        status = periods.status_beside(record, other)
        case = f"{whose}{status.value if status else 'copies'}"
        params = {"case": case, "as_of": vi_date(other.as_of)}
        params["store"] = validity_text(record.card)
        yield Finding(Reason.VALIDITY_DIFFERS, params | {"other": validity_text(other.card)})


def _dates_differ(shown: Card, held: Card, on: date) -> bool:
    pairs = ((shown.gt_the_tu, held.gt_the_tu), (shown.gt_the_den, held.gt_the_den))
    over = shown.gt_the_den and shown.gt_the_den < on and held.holds_on(on)
    return bool(over) or any(a and b and a != b for a, b in pairs)
