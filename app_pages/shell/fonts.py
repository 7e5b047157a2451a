"""The letters of every page, with each Vietnamese diacritic, whatever the machine has installed.

They are those that the papers carry.
"""

from functools import cache
from importlib import resources

from starlette.routing import Route

from app_pages.shell.kept import Kept

FAMILY = "Kiosk Sans"
_WEIGHTS = {"DejaVuSans.ttf": "1 500", "DejaVuSans-Bold.ttf": "501 1000"}


@cache
def _files() -> dict[str, Kept]:
    """Return each font by its weights."""
    folder = resources.files("verification.adapters.papers").joinpath("fonts")
    return {
        weight: Kept(folder.joinpath(name).read_bytes(), ".ttf", "font/ttf")
        for name, weight in _WEIGHTS.items()
    }


@cache
def faces() -> str:
    """Return the style that makes the letters known; it holds in a page, not in a shadow root."""
    return "".join(
        f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};font-display:swap;'
        f'src:url("{file.path}") format("truetype")}}'
        for weight, file in _files().items()
    )


def font_routes() -> list[Route]:
    """Return the routes of the letters."""
    return [file.route() for file in _files().values()]


def font_paths() -> frozenset[str]:
    """Return their paths, for the gate: who is not signed in reads too."""
    return frozenset(file.path for file in _files().values())
