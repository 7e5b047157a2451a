"""The tab "finder" of the page "trợ giúp"."""

from app_pages.server.house import House
from verification.rights import Actor


def draw(house: House, actor: Actor) -> None:
    """Draw the tab."""
