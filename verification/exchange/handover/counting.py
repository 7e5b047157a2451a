"""The card of a visit as it counts by now: corrected by hand, else the portal's, else as kept."""

from dataclasses import replace
from typing import Any

from verification.card.facts import Card
from verification.card.portal_records import said_of_cards
from verification.log.content import card_from, visit_content
from verification.log.events import EventKind
from verification.log.observations import answer_of
from verification.log.ports import Log
from verification.log.unreadable import Content
from verification.log.visit import PortalWord, Visit


def card_of_visit(log: Log, visit: Visit) -> Card:
    """Return the card of a visit; of one whose content was erased nothing is known.

    Raises:
        ValueError: A date that was kept is none.
    """
    kept = visit_content(log, visit).get("ban_ghi")
    if not kept:
        return Card()
    known = card_from(kept)
    told = _of_the_portal(log, visit, known)
    return replace(told.filled_from(known), **_by_hand(log, visit)) if told else known


def _of_the_portal(log: Log, visit: Visit, known: Card) -> Card | None:
    """Return what the portal says of the card, None where it does not stand for it."""
    if visit.portal is not PortalWord.ANSWERED:
        return None
    events = log.exchanged.about(visit.presented)
    answered = [e for e in events if e.is_readable and e.kind is EventKind.PORTAL_ANSWERED]
    if not answered:
        return None
    newest = answered[-1]
    answer = answer_of(newest, log.content(newest.event_id), history=False)
    cards = [said.record.card for said in said_of_cards(answer)]
    running = [card for card in cards if card.holds_on(visit.day)]
    own = [card for card in running if card.ma_the in {None, known.ma_the}]
    return next(iter(own or running or cards), None)


def _by_hand(log: Log, visit: Visit) -> dict[str, Any]:
    """Return the facts that were corrected; a card that came later is a presentation of its own."""
    facts: dict[str, str] = {}
    for part in (log.content(event_id) or Content() for event_id in visit.corrected):
        facts |= part.get("ban_ghi", {}) if "sha256" not in part else {}
    return {name: value for name, value in vars(card_from(facts)).items() if value is not None}
