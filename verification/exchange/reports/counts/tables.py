"""The tables of a week and a month: each makes one of what was counted."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from verification.basics.texts import Text
from verification.exchange.difficulties import State, Trouble, category_text, state_text
from verification.exchange.reports.counts.figures import Figures
from verification.exchange.reports.counts.words import (
    TEXTS,
    code_text,
    guide_text,
    reason_text,
)
from verification.exchange.reports.report import Cell, Share, Table
from verification.log.visit import CachTrinh, PortalWord

Making = Callable[[Figures], Table]
Row = tuple[Cell, ...]


def table(
    key: str,
    columns: Iterable[str | Text],
    rows: Iterable[Row],
    charted: int | None = None,
    notes: Iterable[str] = (),
) -> Table:
    """Return a table by the names of its words."""
    head = tuple(TEXTS(f"col.{one}") if isinstance(one, str) else one for one in columns)
    said = tuple(TEXTS(f"note.{note}") for note in notes)
    return Table(key, TEXTS(f"table.{key}"), head, tuple(rows), charted, said)


def adoption_rows(whole: int, part: int) -> tuple[Row, Row, Row]:
    """Return how many there are, how many use the application, and how many do not, with shares."""
    rest = whole - part
    return (
        (TEXTS("row.received"), whole, Share(whole, whole)),
        (TEXTS("row.with_app"), part, Share(part, whole)),
        (TEXTS("row.without_app"), rest, Share(rest, whole)),
    )


def adoption(found: Figures) -> Table:
    """Return who used the applications, as the district's letter counts."""
    visits = found.visits
    first: Row = (
        TEXTS("row.first_vssid"),
        visits.first_vssid,
        Share(visits.first_vssid, visits.persons),
    )
    whole, users, others = adoption_rows(visits.persons, visits.with_app)
    rows = (whole, users, first, others)
    notes = ("persons", "first_vssid", "begin")
    return table("adoption", ("what", "persons", "share"), rows, 1, notes)


def ways(found: Figures) -> Table:
    """Return how the cards were presented."""
    visits = found.visits
    rows = [
        (
            TEXTS(f"way.{way.value}"),
            visits.ways[way],
            Share(visits.ways[way], visits.received),
            visits.persons_by_way[way],
            Share(visits.persons_by_way[way], visits.persons),
        )
        for way in CachTrinh
    ]
    total = (
        TEXTS("row.everybody"),
        visits.received,
        Share(visits.received, visits.received),
        visits.persons,
        Share(visits.persons, visits.persons),
    )
    columns = ("way", "visits", "share", "persons", "share")
    return table("ways", columns, (*rows, total), 1, ("ways",))


def helped(found: Figures) -> Table:
    """Return how often help to install was given."""
    given = found.helped
    counts = (("done", given.done), ("begun", given.begun), ("declined", given.declined))
    rows = [(TEXTS(f"row.{name}"), n, Share(n, given.offered)) for name, n in counts]
    total = (TEXTS("row.offered"), given.offered, Share(given.offered, given.offered))
    return table("help", ("what", "count", "share"), (*rows, total), 1, ("help",))


def guides(found: Figures) -> Table:
    """Return help by the guide that was open."""
    counted = Counter(found.helped.by_guide).most_common()
    rows = [(guide_text(k) if k else TEXTS("row.no_guide"), n) for k, n in counted]
    return table("guides", ("what", "count"), rows, 1)


def difficulties(found: Figures) -> Table:
    """Return the difficulties by kind and state."""
    by_kind: dict[str, list[Trouble]] = {}
    for trouble in found.troubles:
        by_kind.setdefault(trouble.category, []).append(trouble)
    ordered = sorted(by_kind.items(), key=lambda item: (-len(item[1]), item[0]))
    rows = [_troubles(category_text(kind), of) for kind, of in ordered]
    rows.append(_troubles(TEXTS("row.total"), list(found.troubles)))
    columns: list[str | Text] = ["category", "count", *map(state_text, State)]
    return table("difficulties", columns, rows, 1, ("difficulties",))


def _troubles(name: Text, found: list[Trouble]) -> Row:
    states = Counter(one.state for one in found)
    return (name, len(found), *(states[state] for state in State))


def answers(found: Figures) -> Table:
    """Return the answers of the visits with their headline reasons."""
    whole = found.visits.received
    rows = [
        (code_text("answer", verdict), reason_text(reason), n, Share(n, whole))
        for (verdict, reason), n in found.visits.answers.most_common()
    ]
    columns = ("answer", "reason", "visits", "share")
    return table("answers", columns, rows, 2, ("answers",))


def unreceived(found: Figures) -> Table:
    """Return who presented a card and was not received."""
    by_reason: dict[str, Counter[str]] = {}
    for (reason, aside), n in found.happened.unreceived.items():
        by_reason.setdefault(reason, Counter())[aside] += n
    ordered = sorted(by_reason.items(), key=lambda item: (-item[1].total(), item[0]))
    rows: list[Row] = [(reason_text(reason), *_asides(n)) for reason, n in ordered]
    total = sum((asides for _, asides in ordered), Counter[str]())
    rows.append((TEXTS("row.total"), *_asides(total)))
    rows += [(TEXTS("row.nobody"), found.happened.nobody, None, None, None)]
    rows += [(TEXTS("row.looked"), found.happened.looked, None, None, None)]
    columns = ("reason", "count", "left", "mistaken", "unsaid")
    return table("unreceived", columns, rows, None, ("unreceived",))


def _asides(found: Counter[str]) -> tuple[int, int, int, int]:
    whole, left, mistaken = found.total(), found["benh_nhan_ve"], found["quet_nham"]
    return whole, left, mistaken, whole - left - mistaken


def undone(found: Figures) -> Table:
    """Return the visits that were undone."""
    counted = found.visits.undone
    rows = [(code_text("undone", why), n) for why, n in counted.most_common()]
    return table("undone", ("why", "visits"), (*rows, (TEXTS("row.total"), counted.total())), 1)


def portal(found: Figures) -> Table:
    """Return how far the portal confirmed the visits, and its outages."""
    visits, happened = found.visits, found.happened
    words = ("", *PortalWord)
    rows: list[Row] = [
        (TEXTS(f"row.portal.{word or 'none'}"), n, Share(n, visits.received))
        for word in words
        if (n := visits.portal[word])
    ]
    still = sum(visits.portal[word] for word in PortalWord if word.is_open)
    rows += [
        (TEXTS("row.unconfirmed"), still, Share(still, visits.received)),
        (TEXTS("row.failed"), happened.failed, None),
        (TEXTS("row.failed_hours"), happened.failed_hours, None),
    ]
    return table("portal", ("portal", "count", "share"), rows, None, ("hours",))


def compared(found: Figures) -> Table:
    """Return the main counts beside those of the month before."""
    rows = [_compared(name, found) for name in _MAIN]
    notes = () if found.over else ("uneven",)
    return table("compared", ("what", "now", "before", "more"), rows, None, notes)


def _compared(name: str, found: Figures) -> Row:
    count = _MAIN[name]
    now, before = count(found), count(found.before) if found.before else None
    return TEXTS(f"row.{name}"), now, before, None if before is None else now - before


_MAIN: Mapping[str, Callable[[Figures], int]] = {
    "visits": lambda found: found.visits.received,
    "received": lambda found: found.visits.persons,
    "with_app": lambda found: found.visits.with_app,
    "vssid_visits": lambda found: found.visits.ways[CachTrinh.VSSID],
    "first_vssid": lambda found: found.visits.first_vssid,
    "undone": lambda found: found.visits.undone.total(),
    "done": lambda found: found.helped.done,
    "difficulties": lambda found: len(found.troubles),
}


def data(found: Figures) -> Table:
    """Return what is not sure of the counts, every line also where it is nothing."""
    visits, happened = found.visits, found.happened
    counts = {
        "no_card": visits.no_card,
        "erased": visits.erased,
        "wrong_clock": visits.wrong_clock,
        "later": visits.later,
        "unreadable": visits.unreadable,
        "rows": happened.unreadable,
    }
    rows = [(TEXTS(f"row.{name}"), n) for name, n in counts.items()]
    return table("data", ("what", "count"), rows)
