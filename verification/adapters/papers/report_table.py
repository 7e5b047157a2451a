"""How wide the columns of a printed table are, and how its words are laid in lines."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Width = Callable[[str], float]
_PAD = 1.2  # millimetres on either side of what stands in a cell
_MOST_OF_A_WORD = 0.5  # of the table: what is wider is no word, and is cut


@dataclass(frozen=True)
class Fitted:
    """The columns of a table that fits.

    Args:
        widths: Of the columns.
        size: Of the letters.
    """

    widths: tuple[float, ...]
    size: float


def fitted(
    cells: Sequence[Sequence[str]], room: float, sizes: Sequence[float], width: Width
) -> Fitted:
    """Return columns in which no word is cut, the letters as large as that allows.

    Args:
        cells: Heading and rows, as they are read.
        room: How wide the table may be.
        sizes: Of letters, the largest first; the last one is taken where nothing fits.
        width: Of a text in letters of one point.
    """
    columns = list(zip(*cells, strict=True))
    words = [max(max(map(width, text.split() or [""])) for text in column) for column in columns]
    most = room * _MOST_OF_A_WORD
    lines = [max(map(width, column)) for column in columns]
    for size in sizes:
        least = [min(word * size + 2 * _PAD, most) for word in words]
        if sum(least) <= room or size == sizes[-1]:
            wished = [line * size + 2 * _PAD for line in lines]
            return Fitted(tuple(_shared(least, wished, room)), size)
    raise ValueError(sizes)


def _shared(least: list[float], wished: list[float], room: float) -> list[float]:
    """Share the room out: each column its longest word, then as much as it wishes, evenly."""
    if (needed := sum(least)) > room:
        return _cut_to(least, room)
    left, more = room - needed, sum(wished) - needed
    if more <= left:  # the first column, which names the row, takes what nobody wishes
        return [wished[0] + left - more, *wished[1:]]
    return [a + (b - a) * left / more for a, b in zip(least, wished, strict=True)]


def _cut_to(least: list[float], room: float) -> list[float]:
    """Take from the widest columns alone: one endless word does not cut those of the others."""
    found, left = list(least), room
    for place, at in enumerate(sorted(range(len(least)), key=least.__getitem__)):
        found[at] = min(least[at], left / (len(least) - place))
        left -= found[at]
    return found


def laid(text: str, room: float, width: Width) -> list[str]:
    """Return the lines of a text; a word is cut only where it is wider than the column.

    Args:
        text: What stands in the cell.
        room: How wide the column is.
        width: Of a text in the letters it is written in.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split():
            whole = f"{line} {word}" if line else word
            if width(whole) <= room - 2 * _PAD + 0.01:  # what was fitted is not cut by rounding
                line = whole
                continue
            lines += [line] if line else []
            *full, line = _cut(word, room - 2 * _PAD + 0.01, width)
            lines += full
        lines.append(line)
    return lines


def _cut(word: str, room: float, width: Width) -> list[str]:
    pieces = [""]
    for char in word:
        if pieces[-1] and width(pieces[-1] + char) > room:
            pieces.append("")
        pieces[-1] += char
    return pieces
