"""One visit, several cards: XML1 joins their numbers, places and dates by `;` in the same order.

QĐ 4750/QĐ-BYT, table 1: MA_THE_BHYT, MA_DKBD, GT_THE_TU, GT_THE_DEN.
"""

from collections.abc import Iterable, Iterator

from verification.adapters.imports.refused import Refused
from verification.adapters.imports.tables import Row

_BETWEEN = ";"
_JOINED = ("ma_the", "ma_dkbd", "gt_the_tu", "gt_the_den")


def each_card(rows: Iterable[Row]) -> Iterator[Row]:
    """Return a row for each card; where their counts do not match, one that names them all."""
    for row in rows:
        if row.cells is None and _BETWEEN in row.named.get("ma_the", ""):
            yield from _apart(row)
        else:
            yield row


def _apart(row: Row) -> Iterator[Row]:
    parts = {name: _split(row.named[name]) for name in _JOINED if name in row.named}
    count = len(parts["ma_the"])
    if not any(parts["ma_the"]):  # it names nobody, and is counted and refused like any other
        yield row
        return
    for name, texts in parts.items():
        if name != "ma_the" and not any(texts):  # said of none of them
            parts[name] = [""] * count
    if any(len(texts) != count for texts in parts.values()):
        yield Row(row.at, row.named, tuple(row.named.values()), Refused("several_cards"))
        return
    for at in range(count):
        if parts["ma_the"][at]:
            yield Row(row.at, row.named | {name: texts[at] for name, texts in parts.items()})


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.removesuffix(_BETWEEN).split(_BETWEEN)]
