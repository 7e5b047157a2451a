"""What the national portal tells of a person's visits elsewhere, as the rules of misuse read it.

The portal names no kind of a visit, and a disease in words; what it does not tell stays unknown.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from importlib import resources
from typing import Any

from verification.basics.dates import VIETNAM
from verification.basics.refused import Refused
from verification.card.facts import Card
from verification.card.portal import PortalAnswer, SeenVisit
from verification.log import occasions
from verification.log.events import Event
from verification.log.observations import answer_of
from verification.log.occasions import Mark
from verification.log.unreadable import Content
from verification.log.visit_events import Presented
from verification.rules.misuse.facts import Occasion, day_of
from verification.rules.misuse.moments import moment_of, tells_hours
from verification.rules.misuse.past_visit import PastVisit
from verification.rules.misuse.places import house, is_house, same_house

_CHILDS = "TE"
_REASON = re.compile(r"\d{1,2}(\.\d{1,2})?")
_ICD = r"[A-Z]\d{2}(?:\.\d{1,2})?"
_DISEASE = re.compile(rf"^({_ICD})(?=$|[\s:;,.\-])|[(\[]({_ICD})[)\]]", re.ASCII)
Row = Mapping[str, str]


def seen_elsewhere(
    event: Event, presented: Event | None, content: Mapping[str, Any] | None, mark: Mark
) -> list[Occasion]:
    """Return the visits elsewhere that an answer tells of, each once.

    Args:
        event: The answer.
        presented: The event that presented the card; it says which facility is ours.
        content: Of the answer; None where it was erased.
        mark: Returns the mark of an identifying value.
    """
    shown = Presented.of(presented.codes) if presented and presented.is_readable else None
    if content is None or not event.person_ref or shown is None or not shown.ma_cskcb:
        return []
    answer = answer_of(event, Content(content))
    told = _told(answer)
    hours = tells_hours(_row(one) for one in told)
    found: dict[str, Occasion] = {}
    for one in reversed(told):  # of one told twice the first, which is the newest
        if not is_house(one.ma_cskcb) or same_house(one.ma_cskcb, shown.ma_cskcb):
            continue
        if occasion := _occasion(one, event, answer.card, mark, hours=hours):
            found[occasion.id] = occasion
    return list(found.values())


def _told(answer: PortalAnswer) -> list[SeenVisit]:
    """Return what is told of the number, and of the one that was looked up once more."""
    more = _told(answer.then) if answer.then else []
    return [one for one in answer.visits or () if one.ngay_vao] + more


def _occasion(
    one: SeenVisit, event: Event, card: Card | None, mark: Mark, *, hours: bool
) -> Occasion | None:
    """Return a visit as the rules read it, None where it was at no time that can be."""
    try:
        moment = moment_of(_row(one), hours=hours)
    except Refused:
        return None
    at, told_on = int(moment.at.timestamp()), int(event.happened_at.timestamp())
    if day_of(at) > day_of(told_on):
        return None
    visit = PastVisit(
        at, house(one.ma_cskcb), card=_card(card), beside=_beside(one), timed=moment.timed
    )
    made = occasions.elsewhere(visit, event.person_ref or "", mark)
    which = f"{event.person_ref}|{visit.ma_cskcb}|{one.ma_ho_so.strip() or at}"
    end = _last_day(one, day_of(at), day_of(told_on))
    return replace(made, id=occasions.seen_id(which, mark), end_day=end)


def _row(one: SeenVisit) -> Row:
    at = _local(one.ngay_vao)
    day_alone = not one.timed
    written = "" if at is None else at.date().isoformat() if day_alone else at.isoformat()
    return {"thoi_diem": written, "ma_doituong_kcb": one.ly_do_vv}


def _local(at: datetime | None) -> datetime | None:
    if at is None or at.tzinfo:
        return at
    return at.replace(tzinfo=VIETNAM)


def _last_day(one: SeenVisit, began: int, told_on: int) -> int | None:
    """Return the last day in a bed; of an open stay the day after it was told, for so long it is.

    A visit that began on the day on which it is told may be no stay at all.
    """
    end = _local(one.ngay_ra)
    if end is not None:
        last = day_of(int(end.timestamp()))
        return last if last > began else None
    return told_on + 1 if one.is_open and began < told_on else None


def _card(card: Card | None) -> dict[str, str | None]:
    """Return what of the card's facts held then too: the dates of that day are not known."""
    if card is None:
        return {}
    born = card.ngay_sinh.iso if card.ngay_sinh else None
    number = card.ma_the or ""
    of_child = number if number.startswith(_CHILDS) else None
    return {"ma_the": of_child, "gioi_tinh": card.gioi_tinh, "ngay_sinh": born}


def _beside(one: SeenVisit) -> dict[str, str]:
    outcome = "tu_vong" if one.died else "chuyen_vien" if one.sent_on else ""
    reason = one.ly_do_vv.strip()
    return {
        "ket_thuc": outcome,
        "ma_benh": disease(one.ten_benh),
        "ma_doituong_kcb": reason if _REASON.fullmatch(reason) else "",
    }


def disease(words: str) -> str:
    """Return the code of a disease told in words: the one that stands in them, else of its group.

    Only of groups that explain many visits; of any other nothing is guessed.
    """
    if found := _DISEASE.search(words.strip()):
        return str(found[1] or found[2])
    plain = " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", words).lower()))
    return next((code for told, code in _groups() if f" {told} " in f" {plain} "), "")


@lru_cache(maxsize=1)
def _groups() -> list[tuple[str, str]]:
    source = resources.files("verification.log").joinpath("diseases.toml").read_text("utf-8")
    groups = tomllib.loads(source)["group"]
    return [(told, code) for code, words in groups.items() for told in words]
