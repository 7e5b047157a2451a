"""Which of the periods of a card number counts on a day.

One number may have several, each known by its first day. `tu_vong`, `thu_hoi` and `tam_khoa` are
said of the number, `bao_giam` and `the_moi` of their period. Nothing here depends on the order in
which the records come.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from verification.card.facts import Origin, Record, Status

# Said of the number, not of a period; the first that stands counts.
OF_THE_NUMBER = (Status.TU_VONG, Status.THU_HOI, Status.TAM_KHOA)
OF_A_PERIOD = (Status.BAO_GIAM, Status.THE_MOI)


def on_the_day(records: Sequence[Record], on: date) -> Sequence[Record]:
    """Return one record a number: the period that counts, with the others beside it.

    Args:
        records: Of any numbers, in any order.
        on: The day.
    """
    if len(records) < 2:  # noqa: PLR2004  # nearly always: there is nothing to choose
        return records
    numbers: dict[str | None, list[Record]] = {}
    for record in records:
        numbers.setdefault(record.number, []).append(record)
    return [_counting(of_one, on) for of_one in numbers.values()]


def standing(records: Iterable[Record]) -> Status | None:
    """Return what is said of the number as such; only a newer, as trusted `hieu_luc` lifts it."""
    known = tuple(records)
    said = {record.trang_thai for record in known if _stands(record, known)}
    return next((status for status in OF_THE_NUMBER if status in said), None)


def candidates(records: Iterable[Record]) -> list[Record]:
    """Return the periods that may count: of two copies of one the trusted, of these the newest.

    A row without any date says nothing of periods where another row does.
    """
    known = list(records)
    best: dict[date | None, Record] = {}
    for record in [one for one in known if has_dates(one)] or known:
        begin = record.card.gt_the_tu
        if begin not in best or _copy_rank(record) > _copy_rank(best[begin]):
            best[begin] = record
    return list(best.values())


def beside(record: Record) -> Record | None:
    """Return the less trusted copy of the counting period, where it contradicts it.

    It does by another end, or by a status of the period that the trusted one does not give. Beside
    an answer of the portal the insurer's own list is such a copy too.
    """
    if not record.origin.trusted:
        return None
    dates = (record.card.gt_the_tu, record.card.gt_the_den)
    other = [
        one
        for one in record.others
        if _is_below(one, record) and one.card.gt_the_tu == dates[0] and has_dates(one)
    ]
    newest = max(other, key=_copy_rank, default=None)
    if newest is None:
        return None
    return newest if newest.card.gt_the_den != dates[1] or status_beside(record, newest) else None


def _is_below(other: Record, record: Record) -> bool:
    """Tell whether a trusted copy is believed against another one, of another maker."""
    is_list = other.origin is not Origin.PORTAL
    return not other.origin.trusted or (record.origin is Origin.PORTAL and is_list)


def status_beside(record: Record, other: Record) -> Status | None:
    """Return what another copy says of the period where the counting one says that it holds."""
    left = record.trang_thai is Status.HIEU_LUC and other.trang_thai in OF_A_PERIOD
    return other.trang_thai if left else None


def last_heard(record: Record) -> date:
    """Return when the number was last heard of in a copy that does not contradict the period."""
    if not record.others:
        return record.as_of
    other = beside(record)
    return max(one.as_of for one in record.known if one is not other)


def has_dates(record: Record) -> bool:
    """Tell whether it gives a first or a last day."""
    return record.card.gt_the_tu is not None or record.card.gt_the_den is not None


def ended(records: Iterable[Record], on: date) -> list[Record]:
    """Return the periods that are over on a day."""
    return [r for r in records if r.card.gt_the_den is not None and r.card.gt_the_den < on]


def later(records: Iterable[Record], on: date) -> list[Record]:
    """Return the periods that begin after a day."""
    return [r for r in records if r.card.gt_the_tu is not None and r.card.gt_the_tu > on]


def next_begin(records: Iterable[Record], behind: date) -> date | None:
    """Return the first day of the next known period behind a day."""
    begins = (record.card.gt_the_tu for record in candidates(records))
    return min((day for day in begins if day and day > behind), default=None)


def goes_on(records: Iterable[Record], end: date) -> bool:
    """Tell whether a known period that may be used runs on behind an end, without a gap."""
    for record in candidates(records):
        begin, until = record.card.gt_the_tu, record.card.gt_the_den
        follows = begin is not None and begin.toordinal() <= end.toordinal() + 1
        usable = record.trang_thai in {Status.HIEU_LUC, Status.THE_MOI}
        if follows and usable and (until is None or until > end):
            return True
    return False


def _counting(records: list[Record], on: date) -> Record:
    chosen = _of_the_day(candidates(records), on)
    others = sorted((r for r in records if r is not chosen), key=_shown_rank)
    status = standing(records)
    if status and chosen.trang_thai is not status:
        chosen = replace(chosen, trang_thai=status, the_moi=None)
    elif chosen.trang_thai in OF_THE_NUMBER and not status:
        chosen = replace(chosen, trang_thai=Status.HIEU_LUC)
    return replace(chosen, others=tuple(others))


def _of_the_day(known: list[Record], on: date) -> Record:
    holding = [record for record in known if record.card.holds_on(on)]
    if holding:
        return max(holding, key=_holding_rank)
    if begins := later(known, on):
        return min(begins, key=lambda r: (r.card.gt_the_tu or date.min, _negative(r)))
    return max(known, key=lambda r: (r.card.gt_the_den or date.max, r.heard, *_ties(r)))


def _holding_rank(record: Record) -> tuple[object, ...]:
    """Order overlapping periods: the newest copy, in it one not reported ended, then the latest."""
    usable = record.trang_thai is not Status.BAO_GIAM
    begin = record.card.gt_the_tu or date.min
    return (record.heard, usable, begin, record.origin.trusted, *_ties(record))


def _copy_rank(record: Record) -> tuple[object, ...]:
    return (record.origin.trusted, record.heard, *_ties(record))


def _ties(record: Record) -> tuple[str, str, str]:
    """Return what else differs, so that the order of equals never depends on that of a file."""
    end = record.card.gt_the_den.isoformat() if record.card.gt_the_den else ""
    return end, record.trang_thai.value, str(record.card)


def _negative(record: Record) -> tuple[int, int]:
    return -record.as_of.toordinal(), -record.copy


def _shown_rank(record: Record) -> tuple[object, ...]:
    return (record.card.gt_the_tu or date.min, not record.origin.trusted, *_ties(record))


def _stands(record: Record, known: tuple[Record, ...]) -> bool:
    if record.trang_thai not in OF_THE_NUMBER:
        return False
    return not any(
        other.trang_thai is Status.HIEU_LUC
        and other.origin.trusted >= record.origin.trusted
        and other.heard > record.heard
        for other in known
    )
