"""The verdict: may this card be used on this day, and why?

The outcome follows from the headline reason alone. Data of the store count over the QR's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from verification.basics import names
from verification.basics.dates import vi_date
from verification.card import numbers as number
from verification.card.facts import Card, Record, Status
from verification.card.ports import Cards
from verification.card.presented import QR_KINDS, Kind, Presented
from verification.card.reasons import Class, Finding, Reason, in_headline_order
from verification.rules.law.tables import Benefit, Law, is_temporary


class Outcome(StrEnum):
    """The three answers."""

    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"
    UNDETERMINED = "undetermined"


class Source(StrEnum):
    """Where the card's facts come from."""

    STORE = "store"
    QR = "qr"
    PORTAL = "portal"
    NONE = "none"


_ARMY_DIGIT = "5"  # QN, CA, CY: issued by their own insurers, often unknown to others
_OUTCOMES = {Class.BLOCKING: Outcome.NOT_ELIGIBLE, Class.UNKNOWN: Outcome.UNDETERMINED}
_STATUS_REASONS = {
    Status.TU_VONG: Reason.HOLDER_DECEASED,
    Status.THU_HOI: Reason.WITHDRAWN,
    Status.BAO_GIAM: Reason.REDUCED,
}


@dataclass(frozen=True)
class Verdict:
    """The answer to one presented text.

    Args:
        kind: What was presented.
        digest: SHA-256 of the presented bytes.
        on: The visit date that it holds for.
        reasons: All that hold, the headline first.
        card: The card's facts, None where nothing could be checked.
        shown: The facts as presented, before the store was asked.
        source: Where the facts come from.
        as_of: Day on which the store last heard of the card.
        benefit: What the benefit digit gives, None where the card is not valid or unknown.
    """

    kind: Kind
    digest: str
    on: date
    reasons: tuple[Finding, ...]
    card: Card | None = None
    shown: Card | None = None
    source: Source = Source.NONE
    as_of: date | None = None
    benefit: Benefit | None = None

    @property
    def headline(self) -> Finding:
        """Return the reason that decides."""
        return self.reasons[0]

    @property
    def outcome(self) -> Outcome:
        """Return the answer that the headline gives."""
        return _OUTCOMES.get(self.headline.cls, Outcome.ELIGIBLE)

    @property
    def rate(self) -> Fraction | None:
        """Return the base rate of the card on the right route."""
        return self.benefit.rate if self.benefit else None


@dataclass(frozen=True)
class Rules:
    """What a verdict depends on beside card and date.

    Args:
        law: The tables of the law.
        record_days: Age in days at which a copy of a card no longer counts.
    """

    law: Law
    record_days: int = 30


def judge(reading: Presented, cards: Cards, rules: Rules, on: date, today: date) -> Verdict:
    """Answer one presented text.

    Args:
        reading: The text, understood.
        cards: The card store.
        rules: Law and settings.
        on: The visit date, included in validity at both ends.
        today: The real day, from which the age of a copy is counted.
    """
    if reading.card is None:
        return Verdict(reading.kind, reading.digest, on, reading.findings)
    found = _find(reading.card, cards, rules.law, on)
    card = _merged(reading.card, found)
    findings = [*reading.findings, *found.notes, *_number_findings(card, rules.law, on)]
    if found.record:
        findings += _record_findings(found.record, rules, today)
        findings += _differences(reading, found)
    elif not found.notes:
        army = card.muc_huong == _ARMY_DIGIT
        findings.append(Finding(Reason.NOT_IN_STORE, {"case": "army"} if army else {}))
    findings += _validity_findings(card, on, unverified=found.record is None)
    return _concluded(reading, found, card, findings, rules.law, on)


def _concluded(  # the parts of one answer, put together here alone
    reading: Presented,
    found: "_Found",
    card: Card,
    findings: list[Finding],
    law: Law,
    on: date,
) -> Verdict:
    decided = any(f.cls in _OUTCOMES for f in findings)
    blocked = any(f.cls is Class.BLOCKING for f in findings)
    # a number that nobody vouches for gives no rate: it may be made up
    vouched = found.record is not None or (reading.kind in QR_KINDS and not found.notes)
    holds = vouched and not blocked and card.holds_on(on)
    benefit = law.benefit(card, on) if holds else None
    if not decided:
        findings = [*findings, Finding(Reason.VALID), *_ending(card, law, on)]
    if benefit and benefit.changed_by:
        params = {"printed": str(card.muc_huong), "now": benefit.digit}
        findings = [
            *findings,
            Finding(Reason.DIGIT_REMAPPED, params | {"source": benefit.changed_by}),
        ]
    return Verdict(
        kind=reading.kind,
        digest=reading.digest,
        on=on,
        reasons=in_headline_order(findings),
        card=card,
        shown=reading.card,
        source=_source(reading, found),
        as_of=found.record.as_of if found.record else None,
        benefit=benefit,
    )


def _source(reading: Presented, found: "_Found") -> Source:
    if found.record:
        return Source.STORE
    return Source.QR if reading.kind in QR_KINDS else Source.NONE


@dataclass(frozen=True)
class _Found:
    record: Record | None
    notes: list[Finding] = field(default_factory=list)
    replaced: bool = False


def _find(card: Card, cards: Cards, law: Law, on: date) -> _Found:
    if card.ma_the and card.ma_so_bhxh:
        return _of_person(card, cards.by_bhxh(card.ma_so_bhxh), cards, law, on)
    if card.ma_the:  # a number of the form before 2017 names no person
        record = cards.by_card(card.ma_the)
    elif card.ma_so_bhxh:
        record = best(cards.by_bhxh(card.ma_so_bhxh), law, on)
    else:
        return _by_citizen(card, cards, law, on)
    if record and record.the_moi:
        return _follow(record, cards, law, on)
    return _Found(record)


def _of_person(card: Card, records: Sequence[Record], cards: Cards, law: Law, on: date) -> _Found:
    """Find a card among all that its holder has: one question to the store answers all."""
    record = next((r for r in records if r.card.ma_the == card.ma_the), None)
    if record is None:
        return _Found(None, _other_card(records, law, on))
    if record.the_moi:
        return _follow(record, cards, law, on)
    return _better(record, records, law, on) if len(records) > 1 else _Found(record)


def _by_citizen(card: Card, cards: Cards, law: Law, on: date) -> _Found:
    records = cards.by_citizen(card.so_cccd or "")
    people = {record.card.ma_so_bhxh for record in records}
    if len(people) > 1:  # such as a child entered under a parent's number
        params = {"case": "several_people", "count": str(len(people))}
        return _Found(None, [Finding(Reason.NOT_IN_STORE, params)])
    record = best(records, law, on)
    return _follow(record, cards, law, on) if record and record.the_moi else _Found(record)


def _other_card(records: Sequence[Record], law: Law, on: date) -> list[Finding]:
    """Name the card that the store has of the person whose number was presented wrongly."""
    other = best(records, law, on)
    if other is None:
        return []
    shown = number.mask(other.card.ma_the or other.card.ma_so_bhxh) or ""
    return [Finding(Reason.NOT_IN_STORE, {"case": "other_card", "number": shown})]


def _better(shown: Record, records: Sequence[Record], law: Law, on: date) -> _Found:
    """Take another card of the same person where it gives more (NĐ 188/2025 Đ21).

    A withdrawn card and a dead holder are never passed over.
    """
    chosen = best(records, law, on)
    passed_over = shown.trang_thai not in {Status.THU_HOI, Status.TU_VONG}
    if chosen is None or not passed_over or not _gives_more(chosen, shown, law, on):
        return _Found(shown)
    # registered elsewhere, the higher digit may pay less at this facility
    elsewhere = chosen.card.ma_dkbd != shown.card.ma_dkbd
    if elsewhere and _worth(shown, law, on)[0]:
        return _Found(shown)
    params = {"case": "better", "number": number.mask(chosen.card.ma_the) or ""}
    return _Found(chosen, [Finding(Reason.CARD_REPLACED, params)], replaced=True)


def _gives_more(other: Record, shown: Record, law: Law, on: date) -> bool:
    return _worth(other, law, on) > _worth(shown, law, on)


def _worth(record: Record, law: Law, on: date) -> tuple[bool, Fraction]:
    benefit = law.benefit(record.card, on)
    usable = record.trang_thai not in _STATUS_REASONS and record.card.holds_on(on)
    return usable, benefit.rate if benefit else Fraction(0)


def _follow(old: Record, cards: Cards, law: Law, on: date) -> _Found:
    """Go from a replaced card to the one that replaces it (portal codes 003 and 004)."""
    line, seen = [old], {old.card.ma_the}
    while (wanted := line[-1].the_moi) and wanted not in seen:
        seen.add(wanted)
        following = _by_number(wanted, cards, law, on)
        if following is None:
            break
        line.append(following)
    newest = line[-1]
    shown = {"number": number.mask(newest.the_moi or newest.card.ma_the) or ""}
    chosen = best([r for r in line if not r.the_moi or r.card.holds_on(on)], law, on)
    if chosen is None:
        return _Found(None, [Finding(Reason.NOT_IN_STORE, {"case": "new_card", **shown})])
    if chosen is old:
        return _Found(old, [Finding(Reason.CARD_REPLACED, {"case": "old", **shown})])
    return _Found(chosen, [Finding(Reason.CARD_REPLACED, shown)], replaced=True)


def _by_number(wanted: str, cards: Cards, law: Law, on: date) -> Record | None:
    if number.kind_of(wanted) is number.NumberKind.BHXH10:
        return best([r for r in cards.by_bhxh(wanted) if not r.the_moi], law, on)
    return cards.by_card(wanted)


def best(records: Iterable[Record], law: Law, on: date) -> Record | None:
    """Pick the card of a person that counts on a day: usable, highest benefit, newest."""

    def rank(record: Record) -> tuple[bool, Fraction, bool, date]:
        newest = (record.the_moi is None, record.card.gt_the_tu or date.min)
        return (*_worth(record, law, on), *newest)

    return max(records, key=rank, default=None)


def _merged(presented: Card, found: _Found) -> Card:
    if found.record is None:
        return presented
    # the QR of a replaced card says nothing of the card that replaced it
    return found.record.card if found.replaced else found.record.card.filled_from(presented)


def _number_findings(card: Card, law: Law, on: date) -> list[Finding]:
    if card.ma_the is None or number.kind_of(card.ma_the) is number.NumberKind.LEGACY:
        return []
    findings = []
    code = law.object_code(card.ma_the[:2], on)
    if code is None:
        findings.append(Finding(Reason.UNKNOWN_OBJECT_CODE, {"found": card.ma_the[:2]}))
    elif card.muc_huong not in {code["muc_huong"], *code["thay_cho"].split()}:
        params = {"found": card.ma_the[2], "code": card.ma_the[:2], "usual": code["muc_huong"]}
        findings.append(Finding(Reason.DIGIT_MISMATCH, params))
    if law.province(card.ma_the[3:5], on) is None:
        findings.append(Finding(Reason.UNKNOWN_PROVINCE, {"found": card.ma_the[3:5]}))
    end = law.child_card_end(card, on)
    if end and end < on:
        findings.append(Finding(Reason.CHILD_PAST_72_MONTHS, {"date": vi_date(end)}))
    if is_temporary(card):
        findings.append(Finding(Reason.TEMPORARY_NUMBER))
    return findings


def _record_findings(record: Record, rules: Rules, today: date) -> list[Finding]:
    findings = []
    if reason := _STATUS_REASONS.get(record.trang_thai):
        findings.append(Finding(reason))
    if (today - record.as_of).days > rules.record_days:
        params = {"date": vi_date(record.as_of), "days": str(rules.record_days)}
        findings.append(Finding(Reason.RECORD_TOO_OLD, params))
    return findings


def _validity_findings(card: Card, on: date, *, unverified: bool) -> list[Finding]:
    if card.gt_the_den and on > card.gt_the_den:
        params = {"date": vi_date(card.gt_the_den), "days": str((on - card.gt_the_den).days)}
        return [Finding(Reason.EXPIRED, params | ({"case": "qr"} if unverified else {}))]
    if card.gt_the_tu and on < card.gt_the_tu:
        days = (card.gt_the_tu - on).days
        params = {"date": vi_date(card.gt_the_tu), "days": str(days)}
        return [Finding(Reason.NOT_YET_VALID, params)]
    return []


def _ending(card: Card, law: Law, on: date) -> list[Finding]:
    if card.gt_the_den is None:
        return []
    left = (card.gt_the_den - on).days
    if left > int(law.parameter("ends_soon_days", on)):
        return []
    return [Finding(Reason.ENDS_SOON, {"days": str(left), "date": vi_date(card.gt_the_den)})]


def _differences(reading: Presented, found: _Found) -> Sequence[Finding]:
    shown, record = reading.card, found.record
    if shown is None or record is None:
        return []
    findings = _person_differences(shown, record.card)
    if reading.kind is Kind.BHYT_QR and not found.replaced:
        findings += _card_differences(shown, record.card)
    return findings


def _person_differences(shown: Card, stored: Card) -> list[Finding]:
    findings = []
    if shown.ho_ten and stored.ho_ten and not names.same(shown.ho_ten, stored.ho_ten):
        little = names.differ_little(shown.ho_ten, stored.ho_ten)
        reason = Reason.NAME_DIFFERS_LITTLE if little else Reason.NAME_DIFFERS
        findings.append(Finding(reason, {"store": stored.ho_ten}))
    if shown.ngay_sinh and stored.ngay_sinh and not shown.ngay_sinh.agrees(stored.ngay_sinh):
        findings.append(Finding(Reason.BIRTH_DIFFERS, {"store": stored.ngay_sinh.vi}))
    if shown.gioi_tinh and stored.gioi_tinh and shown.gioi_tinh != stored.gioi_tinh:
        findings.append(Finding(Reason.SEX_DIFFERS))
    return findings


def _card_differences(shown: Card, stored: Card) -> list[Finding]:
    findings = []
    if shown.ma_dkbd and stored.ma_dkbd and shown.ma_dkbd != stored.ma_dkbd:
        params = {"qr": shown.ma_dkbd, "store": stored.ma_dkbd}
        findings.append(Finding(Reason.FACILITY_DIFFERS, params))
    pairs = ((shown.gt_the_tu, stored.gt_the_tu), (shown.gt_the_den, stored.gt_the_den))
    if any(a and b and a != b for a, b in pairs):
        params = {"qr": validity_text(shown), "store": validity_text(stored)}
        findings.append(Finding(Reason.VALIDITY_DIFFERS, params))
    return findings


def validity_text(card: Card) -> str:
    """Write validity as the page shows it, `01/01/2026 – 31/12/2026`."""
    begin, end = (vi_date(d) if d else "…" for d in (card.gt_the_tu, card.gt_the_den))
    return f"{begin} – {end}"
