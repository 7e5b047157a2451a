"""How the national portal is, in a few words for the strip of every page."""

from collections.abc import Mapping
from datetime import datetime

from app_pages.server.house import House
from verification.basics.dates import VIETNAM
from verification.basics.texts import Text, Texts
from verification.card.portal import PortalLight, PortalState

_TEXTS = Texts("app_pages.server")
# An outage is nobody's fault at the desk and is told calmly; the account is for somebody to mend.
_TONES: Mapping[PortalLight, str] = {
    PortalLight.WELL: "ok",
    PortalLight.SLOW: "warn",
    PortalLight.DOWN: "warn",
    PortalLight.REFUSES_US: "bad",
}


def portal_chip(house: House) -> tuple[str, Text]:
    """Return the tone and the words; asking costs nothing."""
    state = house.portal.state() if house.portal else PortalState(PortalLight.OFF)
    since = _written(state.since, house.kiosk.clock()) if state.since else "?"
    words = _TEXTS(f"portal.{state.light.value}", since=since)
    return _TONES.get(state.light, ""), words


def told(house: House) -> dict[str, str]:
    """Return the same for a page that draws it without being drawn anew."""
    tone, words = portal_chip(house)
    return {"tone": tone, "vi": words.vi, "en": words.en}


def _written(moment: datetime, now: datetime) -> str:
    local = moment.astimezone(VIETNAM)
    today = local.date() == now.astimezone(VIETNAM).date()
    return f"{local:%H:%M}" if today else f"{local:%H:%M %d/%m/%Y}"
