"""`make bench-load`: many desks at a real server on this machine, and nowhere else."""

import argparse
import sys

from benchmarks.load.house import on_loopback
from benchmarks.load.law import LAW
from benchmarks.load.run import load
from benchmarks.load.told import faults, words


def main() -> int:
    """Measure; tell whether something was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--desks", type=int, default=LAW.desks)
    parser.add_argument("--minutes", type=float, default=LAW.minutes)
    parser.add_argument("--no-browser", action="store_true", help="no Chromium among the desks")
    parser.add_argument(
        "--db", help="postgresql:// of an empty database of this machine; a file without it"
    )
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if asked.db and not on_loopback(asked.db):
        parser.error(f"{asked.db}: only on this machine")
    came = load(
        asked.desks, asked.minutes, browser=not asked.no_browser, db=asked.db, seed=asked.seed
    )
    print(*words(came), sep="\n", flush=True)
    found = list(faults(came))
    for one in found:
        print(f"found: {one}", file=sys.stderr, flush=True)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
