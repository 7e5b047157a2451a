"""`python -m benchmarks.scale sizes` and `... writers`: what a check-in costs in a large store.

And `... migrate`: such a store of a file brought into PostgreSQL, killed twice on the way.

    sizes --visits 1000000,20000000 --cards 1000000,10000000 [--engine sqlite] [--minutes 60]
    writers --visits 10000 --cards 20000 [--seconds 20]
    migrate --visits 1000000 --cards 200000

The stores lie in `--folder`, which needs 3.2 GB a million visits, and are taken away in the end.
Of more visits than are built in so many minutes fewer are measured: the table says how many.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from benchmarks.scale.house import ENGINES, reachable
from benchmarks.scale.measuring import sizes, writers
from benchmarks.scale.plan import Plan


def _numbers(text: str) -> list[int]:
    return [int(one) for one in text.replace("_", "").split(",")]


def main() -> None:
    """Print the tables that were asked for."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    asked.add_argument("what", choices=("sizes", "writers", "migrate"))
    asked.add_argument("--engine", choices=[*ENGINES], default="sqlite")
    asked.add_argument("--visits", type=_numbers, default=[10_000])
    asked.add_argument("--cards", type=_numbers, default=[20_000])
    asked.add_argument("--check-ins", type=int, default=1_000)
    asked.add_argument("--seconds", type=float, default=20.0)
    asked.add_argument("--minutes", type=float, default=60.0, help="to build one store")
    asked.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    given = asked.parse_args()
    plans = [
        (reachable(given.engine, Plan(visits), given.minutes, given.folder), cards)
        for visits, cards in zip(given.visits, given.cards, strict=True)
    ]
    with ExitStack() as open_:
        for line in _lines(open_, given, plans):
            print(line, flush=True)


def _lines(
    open_: ExitStack, given: argparse.Namespace, plans: list[tuple[Plan, int]]
) -> Iterator[str]:
    if given.what == "migrate":
        # psycopg is there where PostgreSQL is measured
        from benchmarks.scale.migrating import migrations  # noqa: PLC0415

        return migrations(open_, plans, given.folder, _told)
    measure, more = (sizes, given.check_ins) if given.what == "sizes" else (writers, given.seconds)
    return measure(open_, given.engine, plans, given.folder, more, _told)


def _told(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
