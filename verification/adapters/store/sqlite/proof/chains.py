"""The chain of each desk, against itself and against heads that were noted."""

from collections.abc import Iterator

from verification.adapters.store.sqlite.proof.copying import Copy
from verification.adapters.store.sqlite.reading import read_chains
from verification.log import chain
from verification.log.findings import Finding, Kind


def chains(copy: Copy) -> Iterator[Finding]:
    """Find what is wrong with the chains."""
    rows_of = read_chains(copy.connection)
    for desk in sorted({*rows_of, *(head.desk for head in copy.given), *copy.heads}):
        rows = rows_of.get(desk, [])
        given = [head for head in copy.given if head.desk == desk]
        for problem in chain.verify(rows, [*given, *copy.heads.get(desk, ())]):
            yield Finding(desk, problem.seq, Kind(problem.kind))
        if desk not in copy.heads and given:
            yield Finding(desk, len(rows), Kind.HEAD_MISSING)
