"""Somebody in few words for a message that strangers may see: initials, else a masked number."""

from collections.abc import Mapping
from typing import Any

from verification.basics import names
from verification.card import numbers
from verification.card.facts import Card
from verification.kiosk import Kiosk

NOBODY = "…"
"""Stands where nothing names anybody."""
_NUMBERS = ("ma_the", "ma_so_bhxh", "so_cccd")


def of_card(card: Card | None) -> str:
    """Return whom a card names, `…` where nothing does."""
    return _named({name: getattr(card, name, None) for name in ("ho_ten", *_NUMBERS)})


def of_event(kiosk: Kiosk, event_id: str) -> str:
    """Return whom what was shown names, `…` where it cannot be read."""
    content = kiosk.written.content(event_id)
    return _named(content.get("ban_ghi", {}) if content else {})


def _named(facts: Mapping[str, Any]) -> str:
    if name := facts.get("ho_ten"):
        return names.initials(name)
    number = next(filter(None, map(facts.get, _NUMBERS)), None)
    return numbers.spaced(numbers.mask(number) or "") if number else NOBODY
