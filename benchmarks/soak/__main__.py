"""`make soak`, or one campaign: `python -m benchmarks.soak payloads --count 1000 --seed 1`."""

import argparse
import sys

from benchmarks.figures import machine
from benchmarks.soak.campaigns import CAMPAIGNS
from benchmarks.soak.outcome import HEADING, SEED


def main() -> int:
    """Run the campaigns that are named, or all; tell whether something was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("campaigns", nargs="*", metavar="CAMPAIGN", help=", ".join(CAMPAIGNS))
    parser.add_argument("--count", type=int, help="how often; each has a count of its own")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--minutes", type=float, help="after which each begins nothing new")
    asked = parser.parse_args()
    if unknown := set(asked.campaigns) - set(CAMPAIGNS):
        parser.error(f"{', '.join(sorted(unknown))}: {', '.join(CAMPAIGNS)}")
    print(machine(), HEADING, sep="\n", flush=True)
    found = False
    for name in asked.campaigns or CAMPAIGNS:
        campaign, usual = CAMPAIGNS[name]
        for outcome in campaign(asked.count or usual, asked.seed, asked.minutes):
            print(outcome.row(), flush=True)
            for one in outcome.found:
                print(f"{name}: {one}", file=sys.stderr, flush=True)
            found = found or bool(outcome.found)
    return int(found)


if __name__ == "__main__":
    sys.exit(main())
