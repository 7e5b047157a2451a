"""The chain of each desk: against itself, its register, and heads that were noted."""

from collections.abc import Iterator

from verification.adapters.store.heads import foreign_lines
from verification.adapters.store.sqlite.proof.copying import Copy
from verification.adapters.store.sqlite.proof.ledger import Ledger, read_ledger
from verification.adapters.store.sqlite.proof.notes import notes
from verification.adapters.store.sqlite.proof.rows import DeskRows
from verification.log import chain
from verification.log.findings import HOUSE, Finding, Kind, of_house

HEADS_LEFT_OUT = "heads"
"""Stands in `unchecked` where a desk has no head, noted or given, to be compared with."""


BY_HEAD = "head"
"""What is told by a noted or given head alone; anybody may have written that into the file."""


def chains(copy: Copy) -> Iterator[Finding]:
    """Find what is wrong with the chains."""
    ledger = read_ledger(copy)
    excused = {head for note in notes(copy) for head in note.over}
    yield from (of_house(Kind.INSERTED, f"log row {at}") for at in copy.log.misplaced)
    if copy.log.torn:
        yield of_house(Kind.EDITED, "log unreadable")
    for desk in _desks(copy, ledger):
        found = copy.log.of(desk)
        problems = _rows(copy, ledger, desk, found)
        yield from (Finding(desk, one.seq, Kind(one.kind)) for one in problems)
        told = [one for one in _heads(copy, desk, found, excused) if one not in problems]
        yield from (Finding(desk, one.seq, Kind(one.kind), BY_HEAD) for one in told)
        yield from _missing_head(copy, desk, found)
    if ledger:
        yield from [*ledger.findings, *ledger.disorder()]


def head_lines(copy: Copy) -> Iterator[Finding]:
    """Find lines of the head file that nobody's kiosk wrote."""
    return (of_house(Kind.EDITED, f"head line {at}") for at in foreign_lines(copy.head_file))


def keys(copy: Copy) -> Iterator[Finding]:
    """Find that the key given is not the store's."""
    if copy.wrong_key:
        yield of_house(Kind.KEY)


def _desks(copy: Copy, ledger: Ledger | None) -> list[str]:
    registered = ledger.entries if ledger else {}
    return sorted({*copy.log.counts, *registered, *copy.heads, *(h.desk for h in copy.given)})


def _rows(copy: Copy, ledger: Ledger | None, desk: str, found: DeskRows) -> list[chain.Problem]:
    """Return what is wrong with the rows; what the register knows is not guessed from links."""
    if ledger and copy.binder:
        known = ledger.compare(desk, found.rows, found.places, copy.binder)
        if known:
            return known
    nobodys = [chain.Problem(1, "unknown_desk")] if desk == HOUSE and found.rows else []
    return nobodys + chain.verify(found.rows)


def _heads(copy: Copy, desk: str, found: DeskRows, excused: set[str]) -> list[chain.Problem]:
    given = [head for head in copy.given if head.desk == desk]
    counted = [head for head in [*given, *copy.heads.get(desk, ())] if str(head) not in excused]
    return chain.against_heads(found.rows, counted)


def _missing_head(copy: Copy, desk: str, found: DeskRows) -> Iterator[Finding]:
    """Yield that no head lies beside the log where one was asked for; else it is left out."""
    if desk in copy.heads:
        return
    if any(head.desk == desk for head in copy.given):
        yield Finding(desk, len(found.rows), Kind.HEAD_MISSING)
    elif found.rows:
        copy.left_out.add(HEADS_LEFT_OUT)
