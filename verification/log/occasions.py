"""What an event or a visit elsewhere becomes in the history: an occasion that names nobody."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from verification.card.portal import PortalOutcome
from verification.log.events import Event
from verification.log.portal_events import PortalAnswered
from verification.log.sealing import Sealer
from verification.log.visit_events import Presented
from verification.rules.misuse.facts import Occasion
from verification.rules.misuse.past_visit import PastVisit, is_typed
from verification.rules.misuse.places import house

_ELSEWHERE = "ls-"
_SEEN = "ct-"
_MARK_CHARS = 24  # 96 bits: no two numbers of a country meet
MOST_VISITS = 160  # a yearly count is told from 100; three sessions a week are 156
MOST_SHARED = 50
MOST_AT_DESK = 200
MOST_EVENINGS = 200
_EVENING = 16
_GOOD = "eligible"
Mark = Callable[[str], str]


def marks_of(sealer: Sealer) -> Mark:
    """Return what makes the marks of identifying values."""
    return lambda value: sealer.index(value)[:_MARK_CHARS]


def elsewhere(visit: PastVisit, person_ref: str, mark: Mark) -> Occasion:
    """Return a visit that was not received here; desk and officer are of that house, not ours.

    Args:
        visit: As a list of visits told it.
        person_ref: Whose.
        mark: Returns the mark of an identifying value.
    """
    bare = replace(visit, desk="", officer="", typed=False)
    return _occasion(elsewhere_id(visit, mark), bare, person_ref, mark)


def elsewhere_id(visit: PastVisit, mark: Mark) -> str:
    """Return the name of a visit that was not received here: the same when it is told again."""
    return f"{_ELSEWHERE}{mark(visit.key)}"


def seen_id(which: str, mark: Mark) -> str:
    """Return the name of a visit that the portal told of: the same when it is told again."""
    return f"{_SEEN}{mark(which)}"


def is_elsewhere(occasion: Occasion) -> bool:
    """Tell whether a visit was told by a list or by the portal, and not received here."""
    return occasion.id.startswith((_ELSEWHERE, _SEEN))


def is_seen(id_: str) -> bool:
    """Tell whether a visit is known because the portal told of it."""
    return id_.startswith(_SEEN)


def once(visits: Sequence[Occasion]) -> list[Occasion]:
    """Return visits without those that the portal tells of and a list told too, with no more."""
    if not any(is_seen(one.id) for one in visits):
        return list(visits)
    by_day: dict[tuple[str, int], list[Occasion]] = {}
    for one in (one for one in visits if one.id.startswith(_ELSEWHERE)):
        by_day.setdefault((house(one.ma_cskcb), one.day), []).append(one)
    return [
        one
        for one in visits
        if not is_seen(one.id)
        or not any(_says_it(other, one) for other in by_day.get((house(one.ma_cskcb), one.day), ()))
    ]


def _says_it(listed: Occasion, seen: Occasion) -> bool:
    """Tell whether a list told of the same visit, and all that the portal tells of it."""
    same = listed.at == seen.at or not (listed.timed and seen.timed)
    ended = seen.end_day in {None, listed.end_day} and seen.outcome in {"", listed.outcome}
    return same and ended


def presented(event: Event, content: Mapping[str, Any], mark: Mark) -> Occasion:
    """Return what a `presented` event begins; nobody is received yet.

    Args:
        event: The event.
        content: Its personal content, empty where it was erased.
        mark: Returns the mark of an identifying value.
    """
    shown = Presented.of(event.codes)
    visit = PastVisit(
        at=int(event.happened_at.timestamp()),
        ma_cskcb=shown.ma_cskcb or "",
        desk=event.desk,
        officer=event.officer,
        typed=shown.cach_doc == "go" or is_typed(shown.cach_trinh),
        card=_as_presented(content),
        beside=content.get("kem", {}),
        timed=not shown.day_only,
    )
    return replace(
        _occasion(event.event_id, visit, event.person_ref, mark),
        received=False,
        reason=next(iter(shown.reasons), ""),
        shown=mark(content["sha256"]) if content.get("sha256") else None,
    )


def cleared(event: Event) -> tuple[str, str] | None:
    """Return of which presentation the national portal says that the card is good, and the reason.

    What the rules read of it is then that: nobody was told of a bad card who has a good one. What
    speaks against a card later makes nobody one who was told.

    Args:
        event: The `portal_answered` event.
    """
    told = PortalAnswered.of(event.codes)
    good = told.outcome == PortalOutcome.ANSWERED and told.verdict == _GOOD and told.reasons
    return (told.presented, told.reasons[0]) if good else None


def _as_presented(content: Mapping[str, Any]) -> Mapping[str, str]:
    """Return a card's facts as presented; of age and sex the record's, where there is one."""
    kept: Mapping[str, str] = content.get("ban_ghi", {})
    person = {name: kept[name] for name in ("ngay_sinh", "gioi_tinh") if name in kept}
    return {**kept, **content.get("trinh_ra", {}), **person}


def typed_on_an_evening(visit: Occasion) -> bool:
    """Tell whether a visit was typed and received after 16:00, and was not erased."""
    typed = visit.typed and visit.received and visit.hour >= _EVENING
    return typed and visit.shown is not None


def erased(occasion: Occasion, doi_chieu: str | None) -> Occasion:
    """Return it without what came from the content, as a rebuild without that makes it.

    Args:
        occasion: As it was.
        doi_chieu: What the desk said later of the photo; what came with the card is content.
    """
    return Occasion(
        id=occasion.id,
        at=occasion.at,
        person_ref=occasion.person_ref,
        ma_cskcb=occasion.ma_cskcb,
        desk=occasion.desk,
        officer=occasion.officer,
        typed=occasion.typed,
        received=occasion.received,
        reason=occasion.reason,
        doi_chieu=doi_chieu,
        timed=occasion.timed,
    )


def _occasion(id_: str, visit: PastVisit, person_ref: str | None, mark: Mark) -> Occasion:
    card, beside, code = visit.card, visit.beside, visit.card.get("ma_the") or ""
    end = beside.get("ket_thuc") or ""
    stays = end[:4].isdigit()
    return Occasion(
        id=id_,
        at=visit.at,
        person_ref=person_ref,
        ma_cskcb=visit.ma_cskcb,
        desk=visit.desk,
        officer=visit.officer,
        typed=visit.typed,
        cccd=mark(beside["so_cccd"]) if beside.get("so_cccd") else None,
        ma_bn=mark(beside["ma_bn"]) if beside.get("ma_bn") else None,
        code=code[:3] if code[:2].isalpha() else "",
        gt_the_tu=_begin(card),
        gt_the_den=card.get("gt_the_den"),
        sex=card.get("gioi_tinh"),
        born=_born(card),
        doi_chieu=beside.get("doi_chieu"),
        ma_doituong_kcb=beside.get("ma_doituong_kcb") or "",
        ma_loai_kcb=beside.get("ma_loai_kcb") or "",
        ma_benh=beside.get("ma_benh") or "",
        so_ngay_thuoc=int(beside.get("so_ngay_thuoc") or 0),
        end_day=visit.end_day(end) if stays else None,
        outcome="" if stays else end,
        timed=visit.timed,
    )


def _begin(card: Mapping[str, str | None]) -> str | None:
    """Return the first day of a card; of one that begins in the year of birth that year alone.

    A child's first card begins on its birthday, and the history stands unsealed.
    """
    begin = card.get("gt_the_tu")
    return begin[:4] if begin and begin[:4] == str(_born(card)) else begin


def _born(card: Mapping[str, str | None]) -> int | None:
    return int((card.get("ngay_sinh") or "0")[:4]) or None
