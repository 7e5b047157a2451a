"""Which card counts: of all that the store has of a person, the one that answers for the visit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from verification.card import numbers, periods
from verification.card.facts import Card, Record, Status
from verification.card.ports import Cards
from verification.card.reasons import Finding, Reason
from verification.rules.law.tables import Law

# With these nobody may use a card, and each says so by a reason of its own.
UNUSABLE = {
    Status.TU_VONG: Reason.HOLDER_DECEASED,
    Status.THU_HOI: Reason.WITHDRAWN,
    Status.BAO_GIAM: Reason.REDUCED,
    Status.TAM_KHOA: Reason.LOCKED,
}
# Said of a number, not of one of its periods: no other card of the person is taken in its place.
_NEVER_PASSED_OVER = frozenset({Status.TU_VONG, Status.THU_HOI, Status.TAM_KHOA})


@dataclass(frozen=True)
class CountingCard:
    """The card that counts for what was presented.

    Args:
        record: Its record, None where the store has none that may be taken.
        notes: What must be said of the choice.
        replaced: True where it is another card than the one presented.
    """

    record: Record | None
    notes: tuple[Finding, ...] = ()
    replaced: bool = False

    def facts(self, presented: Card) -> Card:
        """Return the facts that count; the store's go before those presented."""
        if self.record is None:
            return presented
        # the QR of a replaced card says nothing of the card that replaced it
        return self.record.card if self.replaced else self.record.card.filled_from(presented)


def which_card(card: Card, cards: Cards, law: Law, on: date) -> CountingCard:
    """Find the card that counts; of each number the period that counts on the day stands for it.

    Args:
        card: The facts that were presented.
        cards: The card store.
        law: The tables.
        on: The visit date.
    """
    if card.ma_the and card.ma_so_bhxh:
        records = periods.on_the_day(cards.by_bhxh(card.ma_so_bhxh), on)
        return _of_person(card, records, cards, law, on)
    if card.ma_the:  # a number of the form before 2017 names no person
        record = _first(cards.by_card(card.ma_the), on)
    elif card.ma_so_bhxh:
        records = periods.on_the_day(cards.by_bhxh(card.ma_so_bhxh), on)
        record = _of_bare_number(card.ma_so_bhxh, records, law, on)
    else:
        return _by_citizen(card, cards, law, on)
    if record and record.the_moi:
        return _follow(record, cards, law, on)
    return CountingCard(record)


def best(records: Iterable[Record], law: Law, on: date) -> Record | None:
    """Pick the card of a person that counts on a day: usable, highest benefit, newest.

    Who is dead by one card is dead by all.
    """

    def rank(record: Record) -> tuple[bool, bool, Fraction, bool, date]:
        dead = record.trang_thai is Status.TU_VONG
        newest = (record.the_moi is None, record.card.gt_the_tu or date.min)
        return (dead, *_worth(record, law, on), *newest)

    return max(records, key=rank, default=None)


def _of_person(
    card: Card, records: Sequence[Record], cards: Cards, law: Law, on: date
) -> CountingCard:
    """Find a card among all that its holder has: one question to the store answers all."""
    record = next((r for r in records if r.card.ma_the == card.ma_the), None)
    if record is None:
        return CountingCard(None, _other_card(records, law, on))
    if record.the_moi:
        return _follow(record, cards, law, on)
    return _better(record, records, law, on) if len(records) > 1 else CountingCard(record)


def _of_bare_number(shown: str, records: Sequence[Record], law: Law, on: date) -> Record | None:
    """Return the card of a person that counts where the BHXH number alone was shown.

    A list may know a card by this number alone. What bars it is said of the number that was shown,
    and a row of a longer number lifts it as little as that of any other card.
    """
    chosen = best(records, law, on)
    dead = chosen is not None and chosen.trang_thai is Status.TU_VONG
    own = (r for r in records if r.number == shown and r.trang_thai in _NEVER_PASSED_OVER)
    return chosen if dead else next(own, chosen)


def _by_citizen(card: Card, cards: Cards, law: Law, on: date) -> CountingCard:
    records = periods.on_the_day(cards.by_citizen(card.so_cccd or ""), on)
    people = {record.card.ma_so_bhxh for record in records}
    if len(people) > 1:  # such as a child entered under a parent's number
        params = {"case": "several_people", "count": str(len(people))}
        return CountingCard(None, (Finding(Reason.NOT_IN_STORE, params),))
    record = best(records, law, on)
    return _follow(record, cards, law, on) if record and record.the_moi else CountingCard(record)


def _other_card(records: Sequence[Record], law: Law, on: date) -> tuple[Finding, ...]:
    """Name the card that the store has of the person whose number was presented wrongly."""
    other = best(records, law, on)
    if other is None:
        return ()
    shown = numbers.mask(other.card.ma_the or other.card.ma_so_bhxh) or ""
    return (Finding(Reason.NOT_IN_STORE, {"case": "other_card", "number": shown}),)


def _better(shown: Record, records: Sequence[Record], law: Law, on: date) -> CountingCard:
    """Take another card of the same person where it gives more (NĐ 188/2025 Đ21).

    A withdrawn or locked card and a dead holder are never passed over.
    """
    chosen = best(records, law, on)
    if chosen and chosen.trang_thai is Status.TU_VONG:
        return CountingCard(chosen)
    passed_over = shown.trang_thai not in _NEVER_PASSED_OVER
    if chosen is None or not passed_over or not _gives_more(chosen, shown, law, on):
        return CountingCard(shown)
    # registered elsewhere, the higher digit may pay less at this facility
    elsewhere = chosen.card.ma_dkbd != shown.card.ma_dkbd
    if elsewhere and _worth(shown, law, on)[0]:
        return CountingCard(shown)
    params = {"case": "better", "number": numbers.mask(chosen.card.ma_the) or ""}
    return CountingCard(chosen, (Finding(Reason.CARD_REPLACED, params),), replaced=True)


def _gives_more(other: Record, shown: Record, law: Law, on: date) -> bool:
    return _worth(other, law, on) > _worth(shown, law, on)


def _worth(record: Record, law: Law, on: date) -> tuple[bool, Fraction]:
    benefit = law.benefit(record.card, on)
    usable = record.trang_thai not in UNUSABLE and record.card.holds_on(on)
    return usable, benefit.rate if benefit else Fraction(0)


def _follow(old: Record, cards: Cards, law: Law, on: date) -> CountingCard:
    """Go from a replaced card to the one that replaces it (portal codes 003 and 004)."""
    line, seen = [old], {old.card.ma_the}
    while (wanted := line[-1].the_moi) and wanted not in seen:
        seen.add(wanted)
        following = _by_number(wanted, cards, law, on)
        if following is None:
            break
        line.append(following)
    newest = line[-1]
    shown = {"number": numbers.mask(newest.the_moi or newest.card.ma_the) or ""}
    usable = [r for r in line if not r.the_moi or r.card.holds_on(on)]
    chosen = _barred(line[1:], on) or best(usable, law, on)
    if chosen is None:
        return CountingCard(None, (Finding(Reason.NOT_IN_STORE, {"case": "new_card", **shown}),))
    if chosen is old:
        return CountingCard(old, (Finding(Reason.CARD_REPLACED, {"case": "old", **shown}),))
    return CountingCard(chosen, (Finding(Reason.CARD_REPLACED, shown),), replaced=True)


def _barred(following: Sequence[Record], on: date) -> Record | None:
    """Return the card that replaces another and bars its holder, once it has begun."""
    barred = [record for record in following if record.trang_thai in _NEVER_PASSED_OVER]
    begun = ((record, record.card.gt_the_tu or on) for record in barred)
    dead = (r for r in barred if r.trang_thai is Status.TU_VONG)
    return next(dead, None) or next((r for r, day in begun if day <= on), None)


def _by_number(wanted: str, cards: Cards, law: Law, on: date) -> Record | None:
    if numbers.kind_of(wanted) is numbers.NumberKind.BHXH10:
        found = periods.on_the_day(cards.by_bhxh(wanted), on)
        return best([r for r in found if not r.the_moi], law, on)
    return _first(cards.by_card(wanted), on)


def _first(records: Sequence[Record], on: date) -> Record | None:
    return next(iter(periods.on_the_day(records, on)), None)
