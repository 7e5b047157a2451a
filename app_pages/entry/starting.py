"""What the console says once the server listens: where to look, and what to try first."""

from app_pages.server import listening
from app_pages.server.house import House
from verification.basics.texts import Texts
from verification.operations.unsaid import unsaid

TRIED = ("patient-1", "patient-2", "patient-3", "patient-4")
"""Pictures of `fixtures/qr/` for the first looks: green, red, amber, and one that asks."""
_TEXTS = Texts("app_pages.entry")


def first_words(house: House) -> str:
    """Return the lines that stand last on the console of a server that has just started."""
    lines = [_line("start.open", url=listening.url(house.settings))]
    if house.kiosk.cards.status().demo and listening.is_local():
        lines.append(_line("start.try"))
        lines += [f"  fixtures/qr/{name}.png  {_line(f'start.{name}')}" for name in TRIED]
    lines += [f"{text.vi} / {text.en}" for text in unsaid(house.settings)]
    return "\n".join(["", *lines, ""])


def _line(key: str, **values: str) -> str:
    text = _TEXTS(key, **values)
    return f"{text.vi} / {text.en}"
