"""Who was here today already: the same person on the same card, or somebody else with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from verification.basics.dates import VIETNAM, PartialDate, parse_partial
from verification.basics.names import Likeness, compare
from verification.card import citizen
from verification.log.content import visit_content
from verification.log.ports import LogTransaction
from verification.log.visit import Visit

_Content = Mapping[str, Any]
_Facts = Mapping[str, str]


@dataclass(frozen=True)
class HereToday:
    """Visits of one card on one day that were not cancelled, oldest first.

    Args:
        same: Of whoever is here now, as far as shown.
        others: Of somebody who showed another name, birth date, sex or citizen number.
    """

    same: tuple[Visit, ...] = ()
    others: tuple[Visit, ...] = ()


def here_today(
    log: LogTransaction, person: str | None, at: datetime, content: _Content
) -> HereToday:
    """Return the visits of a card on the day, told apart by who came with it.

    Args:
        log: The piece of work.
        person: Whom the card's numbers mean.
        at: When.
        content: What is sealed of the presentation now.
    """
    if person is None:
        return HereToday()
    day = at.astimezone(VIETNAM).date()
    shown = _facts_shown(content, day)
    same: list[Visit] = []
    others: list[Visit] = []
    for visit in log.visits_of(person, day):
        # as it was shown, or as the desk corrected it
        contents = (log.content(visit.presented) or {}, visit_content(log, visit))
        one = any(_may_be_one(shown, _facts_then(then, day)) for then in contents)
        (same if one else others).append(visit)
    return HereToday(tuple(same), tuple(others))


def _facts_shown(content: _Content, day: date) -> _Facts:
    """Return what was shown of a person: read or typed, not what the store alone knows."""
    read = content.get("cach_doc", {})
    kept = {n: v for n, v in content.get("ban_ghi", {}).items() if read.get(n) != "kho"}
    return _with_what_differed(kept, content, day)


def _may_be_one(now: _Facts, then: _Facts) -> bool:
    """Tell whether two presentations of a card may be of one person, as far as shown."""
    a, b = ({n: f.get(n) for n in ("ho_ten", "gioi_tinh", "so_cccd")} for f in (now, then))
    if a["ho_ten"] and b["ho_ten"] and compare(a["ho_ten"], b["ho_ten"]) is Likeness.OTHER:
        return False
    if any(a[n] and b[n] and a[n] != b[n] for n in ("gioi_tinh", "so_cccd")):
        return False
    born, born_then = _born(now), _born(then)
    return not (born and born_then) or born.agrees(born_then)


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
