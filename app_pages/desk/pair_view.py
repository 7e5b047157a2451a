"""Two values side by side, as the plain texts that the component draws."""

from app_pages.shell.language import View, Words
from verification.basics.marked import Pieces
from verification.card.side_by_side import Pair

_SOURCES = ("pair_shown", "pair_kept")


def drawn_pair(pair: Pair, words: Words, sources: tuple[str, str] = _SOURCES) -> View:
    """Return two values side by side, each as pieces of which some are marked.

    Args:
        pair: The values.
        words: The words of the page.
        sources: What the two sides are called.
    """
    by_card = pair.on_citizen_card and sources == _SOURCES
    left = "pair_citizen" if by_card else sources[0]
    sides = ((left, pair.shown), (sources[1], pair.kept))
    return {
        "label": words(f"pair_{pair.fact}"),
        "sides": [
            {"label": words(side), "pieces": _pieces(pieces, pair.fact, words)}
            for side, pieces in sides
        ],
    }


def _pieces(pieces: Pieces, fact: str, words: Words) -> list[View]:
    sex = fact == "gioi_tinh"
    return [
        {"text": words(f"sex_{p.text}") if sex else p.text, "differs": p.differs} for p in pieces
    ]
