"""Who was here today already: the same person on the same card, or somebody else with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from verification.basics.dates import VIETNAM, PartialDate, parse_partial
from verification.basics.names import Likeness, compare
from verification.card import citizen, numbers
from verification.card.side_by_side import Pair, pair
from verification.log.content import visit_content
from verification.log.ports import Contents
from verification.log.unreadable import Content
from verification.log.visit import Visit

_Content = Mapping[str, Any]
_Facts = Mapping[str, str]


@dataclass(frozen=True)
class HereToday:
    """Visits of one card on one day that were not cancelled, oldest first.

    Args:
        same: Of whoever is here now, as far as shown.
        others: Of somebody who showed another name, birth date, sex or citizen number.
        pairs: In what the first of these differs: as shown now, as shown then.
    """

    same: tuple[Visit, ...] = ()
    others: tuple[Visit, ...] = ()
    pairs: tuple[Pair, ...] = ()


def here_today(
    log: Contents, visits: Sequence[Visit], at: datetime, content: _Content
) -> HereToday:
    """Tell the visits of a card on a day apart by who came with it.

    Args:
        log: Reads content.
        visits: Of whom the card's numbers mean, oldest first.
        at: When it is presented now.
        content: What is sealed of the presentation now.
    """
    day = at.astimezone(VIETNAM).date()
    shown = _facts_shown(content, day)
    same: list[Visit] = []
    others: list[tuple[Visit, tuple[Pair, ...]]] = []
    for visit in visits:
        # as it was shown, or as the desk corrected it
        contents = (log.content(visit.presented) or Content(), visit_content(log, visit))
        differing = [_differing(shown, _facts_then(then, day)) for then in contents]
        if all(differing):
            others.append((visit, differing[0]))
        else:
            same.append(visit)
    pairs = others[0][1] if others else ()
    return HereToday(tuple(same), tuple(visit for visit, _ in others), pairs)


def is_one_person(now: _Content, then: _Content, day: date) -> bool:
    """Tell whether two presentations of one card are of the same person, as far as shown.

    Args:
        now: What is sealed of the one.
        then: Of the other.
        day: On which both were.
    """
    return not _differing(_facts_shown(now, day), _facts_then(then, day))


def _facts_shown(content: _Content, day: date) -> _Facts:
    """Return what was shown of a person: read or typed, not what the store alone knows."""
    read = content.get("cach_doc", {})
    kept = {n: v for n, v in content.get("ban_ghi", {}).items() if read.get(n) != "kho"}
    return _with_what_differed(kept, content, day)


def _differing(now: _Facts, then: _Facts) -> tuple[Pair, ...]:
    """Return in what two presentations of a card are of two people, as far as shown."""
    return tuple(
        pair(name, _as_read(name, now[name]), _as_read(name, then[name]), _places(name, now, then))
        for name, are_two in _ARE_TWO.items()
        if now.get(name) and then.get(name) and are_two(now[name], then[name])
    )


def _are_other_names(a: str, b: str) -> bool:
    return compare(a, b) is Likeness.OTHER


def _are_other_days(a: str, b: str) -> bool:
    return not parse_partial(a).agrees(parse_partial(b))


_ARE_TWO: Mapping[str, Callable[[str, str], bool]] = {
    "ho_ten": _are_other_names,
    "ngay_sinh": _are_other_days,
    "gioi_tinh": str.__ne__,
    "so_cccd": str.__ne__,
}


def _as_read(name: str, value: str) -> str:
    if name == "ngay_sinh":
        return parse_partial(value).vi
    return numbers.mask(value) or "" if name == "so_cccd" else value


def _places(name: str, now: _Facts, then: _Facts) -> tuple[int, ...]:
    return citizen.places(now[name], then[name]) if name == "so_cccd" else ()


def _facts_then(content: _Content, day: date) -> _Facts:
    """Return who was received: as shown, and where that says nothing as the record has it."""
    return _with_what_differed(content.get("ban_ghi", {}), content, day)


def _with_what_differed(kept: _Facts, content: _Content, day: date) -> _Facts:
    beside = content.get("kem", {})
    facts = {**kept, **content.get("trinh_ra", {})}
    if "ho_ten" in beside:
        facts["ho_ten"] = beside["ho_ten"]
    number = citizen.as_written(beside.get("so_cccd", ""))
    if number and not _may_be_a_parents(number, content.get("ban_ghi", {}), day):
        facts["so_cccd"] = number
    return facts


def _may_be_a_parents(number: str, holder: _Facts, day: date) -> bool:
    born = _born(holder)
    of_holder = citizen.birth_year(number)
    return born is not None and citizen.may_be_a_parents(of_holder, born.year, day.year)


def _born(facts: _Facts) -> PartialDate | None:
    return parse_partial(facts["ngay_sinh"]) if facts.get("ngay_sinh") else None
