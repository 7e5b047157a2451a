"""What a row of a list says nothing of: it stays as it was known before the list."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from verification.card.facts import Status

Row = Mapping[str, object]
_Newest = Callable[[Iterable[Row]], Row | None]
DATES = ("gt_the_tu", "gt_the_den")
STATUS = ("trang_thai", "the_moi")
OF_PERIOD = frozenset({Status.BAO_GIAM.value, Status.THE_MOI.value})


def keep(taken: dict[str, object], silent: Sequence[str], known: Sequence[Row]) -> None:
    """Fill in what a row says nothing of: of its own period all, of another what is the person's.

    Args:
        taken: The row, filled in place.
        silent: The columns that it says nothing of.
        known: What was stored of its number before.
    """

    def newest(rows: Iterable[Row]) -> Row | None:
        return max(rows, key=lambda row: _rank(row, taken), default=None)

    last = newest(known)
    if last is None:
        return
    if "gt_the_tu" in silent:
        taken["gt_the_tu"] = _begin(taken, newest, known, last, dated="gt_the_den" not in silent)
    own = newest(row for row in known if row["gt_the_tu"] == taken["gt_the_tu"])
    for name in silent:
        if name not in {*DATES, *STATUS}:
            taken[name] = (own or last)[name]
    if "gt_the_den" in silent:
        over = own or newest(row for row in known if _goes_on(row, taken["gt_the_tu"]))
        taken["gt_the_den"] = over["gt_the_den"] if over else None
    if "trang_thai" in silent:
        bad = own or newest(row for row in known if _same_for_all_we_know(row, taken))
        if bad and bad["trang_thai"] in OF_PERIOD:
            taken["trang_thai"], taken["the_moi"] = bad["trang_thai"], bad["the_moi"]


def _rank(row: Row, taken: Row) -> tuple[object, ...]:
    alike = row["trusted"] == taken["trusted"]
    return str(row["gt_the_tu"] or ""), alike, str(row["as_of"]), int(str(row["copy"]))


def _begin(taken: Row, newest: _Newest, known: Sequence[Row], last: Row, *, dated: bool) -> object:
    """Return the first day of the period that a row without one speaks of.

    Without any date it is the newest known; with an end the one of that end, else the newest that
    had begun by then: another end does not make it another period.
    """
    if not dated:
        return last["gt_the_tu"]
    end = str(taken["gt_the_den"])
    same = newest(row for row in known if row["gt_the_den"] == taken["gt_the_den"])
    found = same or newest(row for row in known if str(row["gt_the_tu"] or "") <= end)
    return found["gt_the_tu"] if found else None


def _goes_on(row: Row, begin: object) -> bool:
    """Tell whether a known period had not ended before one that begins then."""
    return row["gt_the_den"] is None or str(row["gt_the_den"]) >= str(begin or "")


def _same_for_all_we_know(row: Row, taken: Row) -> bool:
    """Tell whether a bad period is the one of a row that begins no later and reaches into it.

    A period that begins later is another one: the person was registered anew.
    """
    if row["trang_thai"] not in OF_PERIOD:
        return False
    begin, first = taken["gt_the_tu"], row["gt_the_tu"]
    no_later = begin is None or first is None or str(begin) <= str(first)
    until, end = row["gt_the_den"], taken["gt_the_den"]
    before_it = end is not None and first is not None and str(end) < str(first)
    behind_it = begin is not None and until is not None and str(begin) > str(until)
    return no_later and not before_it and not behind_it


def contradict(a: Row, b: Row, columns: Sequence[str]) -> bool:
    """Tell whether two rows say different things of one column."""
    pairs = ((a[name], b[name]) for name in columns)
    return any(x is not None and y is not None and x != y for x, y in pairs)


def both(
    a: dict[str, object], b: Mapping[str, object], columns: Sequence[str]
) -> dict[str, object]:
    """Return one row of two that contradict each other, with the worse status."""
    both = a | {
        name: max((a[name], b[name]), key=lambda value: (value is not None, str(value)))
        for name in columns
    }
    worse = max(a, b, key=lambda row: (row["trang_thai"] in OF_PERIOD, str(row["trang_thai"])))
    return both | {name: worse[name] for name in STATUS}
