"""`python -m benchmarks.scale sizes` and `... writers`: what a check-in costs in a large store.

    sizes --visits 1000000,20000000 --cards 1000000,10000000 [--engine sqlite] [--minutes 60]
    writers --visits 10000 --cards 20000 [--seconds 20]

The stores lie in `--folder`, which needs 3.2 GB a million visits, and are taken away in the end.
Of more visits than are built in so many minutes fewer are measured: the table says how many.
"""

import argparse
import sys
import tempfile
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
    asked.add_argument("what", choices=("sizes", "writers"))
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
        lines = (
            sizes(open_, given.engine, plans, given.folder, given.check_ins, _told)
            if given.what == "sizes"
            else writers(open_, given.engine, plans, given.folder, given.seconds, _told)
        )
        for line in lines:
            print(line, flush=True)


def _told(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
