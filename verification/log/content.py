"""Personal content: what is sealed with an event, and how it is read again."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

from verification.basics.dates import PartialDate, parse_partial
from verification.card.facts import Card
from verification.log.case import Case
from verification.log.ports import Contents, Log
from verification.log.unreadable import Cause, Content, Unreadable
from verification.log.visit import Visit
from verification.rules.law.verdict import Verdict

_COMPARED = ("ho_ten", "ngay_sinh", "gioi_tinh", "ma_dkbd", "gt_the_tu", "gt_the_den")
_DATES = ("gt_the_tu", "gt_the_den", "ngay_du_5_nam")
_OF_CITIZEN_CARD = ("so_cccd", "ho_ten", "ngay_sinh", "gioi_tinh")


def content_of(
    verdict: Verdict, *, quet: bool, beside: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return what is sealed of a presentation.

    The raw text is not kept; its SHA-256 is. `cach_doc` says of each field whether it was
    scanned (`quet`), typed (`go`) or stands so in the card store alone (`kho`). `trinh_ra` holds
    what was presented otherwise, `so_trinh` the number of a card that another one replaces, `kem`
    what was known beside the card, `can_cuoc` the citizen card that was shown with it.
    """
    kept: dict[str, Any] = {"kem": dict(beside)} if beside else {}
    if verdict.beside and verdict.beside.ho_ten:
        facts = card_values(verdict.beside)
        kept["can_cuoc"] = {name: facts[name] for name in _OF_CITIZEN_CARD if facts[name]}
    if verdict.card is None:
        return kept | {"sha256": verdict.digest}
    known = {name: text for name, text in card_values(verdict.card).items() if text is not None}
    shown = card_values(verdict.shown or Card())
    origin = "quet" if quet else "go"
    read = {name: origin if shown[name] == text else "kho" for name, text in known.items()}
    differing = card_values(_otherwise(verdict.shown or Card(), verdict.card))
    otherwise = {n: v for n in _COMPARED if (v := differing[n]) and v != known.get(n)}
    kept |= {"trinh_ra": otherwise} if otherwise else {}
    replaced = shown["ma_the"] not in {None, known.get("ma_the")}
    kept |= {"so_trinh": shown["ma_the"]} if replaced else {}
    return kept | {"sha256": verdict.digest, "ban_ghi": known, "cach_doc": read}


def _otherwise(shown: Card, known: Card) -> Card:
    """Return what was shown, without a birth date that only is less exact."""
    born, kept = shown.ngay_sinh, known.ngay_sinh
    agrees = born and kept and born.agrees(kept)
    return replace(shown, ngay_sinh=kept) if agrees else shown


def card_values(card: Card) -> dict[str, str | None]:
    """Return a card's facts as text, dates in ISO."""
    return {name: _text(value) for name, value in vars(card).items()}


def card_from(values: Mapping[str, str]) -> Card:
    """Return a card of the values that an event keeps; what is empty is not known.

    Raises:
        ValueError: A date is none.
    """
    facts: dict[str, Any] = {f.name: values[f.name] for f in fields(Card) if values.get(f.name)}
    if "ngay_sinh" in facts:
        facts["ngay_sinh"] = parse_partial(facts["ngay_sinh"])
    for name in _DATES:
        if name in facts:
            facts[name] = date.fromisoformat(facts[name])
    return Card(**facts)


def _text(value: PartialDate | date | str | None) -> str | None:
    if isinstance(value, PartialDate):
        return value.iso
    return value.isoformat() if isinstance(value, date) else value


def noted(text: str) -> dict[str, Any] | None:
    """Return the content of an event that carries a person's words, None for none."""
    return {"ghi_chu": text.strip()} if text.strip() else None


def visit_content(log: Contents, visit: Visit) -> Content:
    """Return the personal content of a visit as corrected since, empty where it was erased.

    What of it cannot be read is named in it; the rest stands.
    """
    if visit.unreadable:  # its row may name the content of another person
        return Content(unreadable=[Unreadable(visit.visit_id, Cause.BYTES)])
    found = [log.content(event_id) for event_id in (visit.presented, *visit.corrected)]
    parts = [part for part in found if part is not None]
    content = Content(unreadable=(one for part in parts for one in part.unreadable))
    for part in parts:
        for name, values in part.items():
            # a part is a mapping of fields, but for the digest of what was presented
            before = content.get(name)
            if isinstance(before, dict) and isinstance(values, dict):
                content[name] = {**before, **values}
            else:
                content[name] = values
    return content


def card_of(log: Log, case: Case) -> Content:
    """Return the record of the newest presentation of a case whose content is still there.

    Where there is none, what could not be read is named in it.
    """
    unread: list[Unreadable] = []
    for of in reversed(case.presented):
        content = log.content(of) or Content()
        if "ban_ghi" in content:
            return Content(content["ban_ghi"])
        unread += content.unreadable
    return Content(unreadable=unread)
