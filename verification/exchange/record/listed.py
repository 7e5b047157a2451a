"""The check-in records of a day: how far each is, and taking them out as a file to be signed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from verification.basics.errors import RequestError
from verification.basics.texts import Text, Texts
from verification.exchange.record.building import Built, Unneeded, built
from verification.exchange.record.fields import Check, CheckIn, Flaw, tag_of, words_of, wrong_ones
from verification.kiosk import Kiosk
from verification.log.outbox import Waiting, record_item
from verification.log.visit import RecordWord, Visit
from verification.log.visit_events import Exported
from verification.log.writing import write_alone
from verification.rights import Actor, Right, needs

EXPORTED = "records"
"""What the log of accesses calls it."""
_TEXTS = Texts("verification.exchange.record")


class State(StrEnum):
    """How far the record of a visit is."""

    UNNEEDED = "khong_can"
    INCOMPLETE = "thieu"
    WRONG = "sai"
    UNSIGNED = "chua_ky"  # whole; the kiosk sends none, or was not asked to
    WAITING = "cho_gui"
    DEAD = "cho_nguoi"
    SENT = "da_gui"

    @property
    def words(self) -> Text:
        """Return it in words."""
        return _TEXTS(f"state.{self.value}")


@dataclass(frozen=True)
class Listed:
    """The record of a visit, and how far it is.

    Args:
        visit: The visit.
        state: How far.
        found: What is known of the record, or why there is none.
        flaws: What is wrong with it.
        item: What waits in the outbox, None for nothing.
    """

    visit: Visit
    state: State
    found: Built | Unneeded
    flaws: Sequence[Flaw] = ()
    item: Waiting | None = None

    @property
    def missing(self) -> Sequence[str]:
        """Return the fields that it lacks, in their order."""
        return () if isinstance(self.found, Unneeded) else self.found.missing

    @property
    def missing_words(self) -> Sequence[Text]:
        """Return what it lacks, in words."""
        check_in = None if isinstance(self.found, Unneeded) else self.found.check_in
        return [_missing_words(name, check_in) for name in self.missing]

    @property
    def why(self) -> Text | None:
        """Return why it needs none, None where it does."""
        return _TEXTS(f"none.{self.found.value}") if isinstance(self.found, Unneeded) else None


@dataclass(frozen=True)
class Taken:
    """Records that were taken out.

    Args:
        file: What was made of them.
        listed: Of each visit that was asked for, how its record is.
        records: How many are in the file.
    """

    file: bytes
    listed: Sequence[Listed]
    records: int


def _missing_words(name: str, check_in: CheckIn | None) -> Text:
    if name == "ngay_sinh" and check_in and check_in.ngay_sinh:
        return _TEXTS("missing.ngay_sinh", field=words_of(name))
    if name == "ma_dich_vu":
        return _TEXTS("missing.ma_dich_vu")
    return words_of(name)


@needs(Right.MANAGE)
def records_on(_actor: Actor, kiosk: Kiosk, day: date, check: Check) -> Sequence[Listed]:
    """Return the records of a day's visits, oldest first.

    Args:
        kiosk: The kiosk.
        day: The local day of the visits.
        check: Finds what is wrong with records.
    """
    return _listed(kiosk, _of_day(kiosk, day), check)


@needs(Right.CHANGE_HOUSE)
def take_records(
    actor: Actor,
    kiosk: Kiosk,
    visits: Sequence[str],
    check: Check,
    write: Callable[[Sequence[CheckIn]], bytes],
) -> Taken:
    """Take records out as one file, unsigned, those that lack something too; it is logged first.

    Args:
        actor: Who takes them.
        kiosk: The kiosk.
        visits: Their visits; what needs no record is left out.
        check: Finds what is wrong with records.
        write: Makes the file.

    Raises:
        RequestError: There is no such visit, or none of them needs a record.
    """
    known = []
    for visit_id in dict.fromkeys(visits):
        visit = kiosk.written.visit(visit_id)
        if visit is None:
            raise RequestError(f"Không có lượt {visit_id}", f"There is no visit {visit_id}")
        known.append(visit)
    return _taken(actor, kiosk, known, check, write)


@needs(Right.CHANGE_HOUSE)
def take_records_of(
    actor: Actor,
    kiosk: Kiosk,
    day: date,
    check: Check,
    write: Callable[[Sequence[CheckIn]], bytes],
) -> Taken:
    """Take the records of a day out, but those that the kiosk sent; as `take_records`.

    Args:
        actor: Who takes them.
        kiosk: The kiosk.
        day: The local day of the visits.
        check: Finds what is wrong with records.
        write: Makes the file.
    """
    return _taken(actor, kiosk, _of_day(kiosk, day), check, write, sent=False)


def _taken(
    actor: Actor,
    kiosk: Kiosk,
    visits: Sequence[Visit],
    check: Check,
    write: Callable[[Sequence[CheckIn]], bytes],
    *,
    sent: bool = True,
) -> Taken:
    listed = _listed(kiosk, visits, check)
    wanted = [one for one in listed if sent or one.state is not State.SENT]
    needed = [one for one in wanted if isinstance(one.found, Built)]
    if not needed:
        raise RequestError(
            "Không có lượt nào cần hồ sơ check-in", "No visit of these needs a check-in record"
        )
    records = [one.found.check_in for one in needed if isinstance(one.found, Built)]
    file = write([replace(one, stt=str(nth)) for nth, one in enumerate(records, 1)])
    persons = tuple(dict.fromkeys(one.visit.person_ref for one in needed))
    what = Exported(EXPORTED, form="xml", rows=len(records), persons=persons)
    write_alone(kiosk.written, actor, what)
    return Taken(file, listed, len(records))


def _of_day(kiosk: Kiosk, day: date) -> list[Visit]:
    return sorted(kiosk.written.visits_on(day, None), key=lambda visit: visit.happened_at)


def _listed(kiosk: Kiosk, visits: Sequence[Visit], check: Check) -> list[Listed]:
    found = [(visit, built(kiosk, visit)) for visit in visits]
    records = [one.check_in for _, one in found if isinstance(one, Built)]
    flaws = check([replace(one, stt=str(nth)) for nth, one in enumerate(records, 1)])
    by_record: dict[int, list[Flaw]] = {}
    for flaw in flaws:
        by_record.setdefault(flaw.nth or 0, []).append(flaw)
    listed, nth = [], 0
    for visit, one in found:
        nth += isinstance(one, Built)
        own = by_record.get(nth, ()) if isinstance(one, Built) else ()
        listed.append(_how_far(kiosk, visit, one, own))
    return listed


def _how_far(kiosk: Kiosk, visit: Visit, found: Built | Unneeded, flaws: Sequence[Flaw]) -> Listed:
    item = kiosk.written.exchanged.one(record_item(visit.visit_id))
    if isinstance(found, Unneeded):
        sent = visit.record is RecordWord.SENT
        return Listed(visit, State.SENT if sent else State.UNNEEDED, found, (), item)
    # what is missing is no second time wrong
    others = [flaw for flaw in flaws if flaw.name not in found.missing]
    state = _state(visit, found, others, item)
    if item and not kiosk.sends_records and state in {State.WAITING, State.DEAD}:
        state = State.UNSIGNED  # somebody signed once; nobody does now
    return Listed(visit, state, found, others, item)


def _state(visit: Visit, found: Built, flaws: Sequence[Flaw], item: Waiting | None) -> State:
    if visit.record is RecordWord.SENT and item is None:
        return State.SENT
    if found.missing:
        return State.INCOMPLETE
    if wrong_ones(flaws):
        return State.WRONG
    if item is None:
        return State.UNSIGNED
    return State.DEAD if item.is_dead else State.WAITING


def missing_tags(listed: Listed) -> str:
    """Return what a record lacks as codes, `3 MA_BN, 25 NGAY_YL`."""
    return ", ".join(map(tag_of, listed.missing))
