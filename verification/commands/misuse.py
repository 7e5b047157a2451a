"""`replay`, `simulate`, `evaluate`, `import-visits`."""

import dataclasses
import os
import sys
from argparse import Namespace
from typing import Any

from verification.commands import output
from verification.flagging import flag_json
from verification.misuse import evaluate as evaluation
from verification.misuse.policy import MisusePolicy, load, shipped
from verification.misuse.replay import Comparison, Replayed, compare
from verification.misuse.replay import replay as replayed
from verification.misuse.simulate import Wanted, write
from verification.settings import read_settings
from verification.store.visits_import import import_visits as imported
from verification.wiring import logging_kiosk


def replay(args: Namespace) -> int:
    """Run recorded visits through the check-in code and print each row's flags."""
    facility = args.facility or read_settings(os.environ).facility
    live = shipped()
    shade = load(args.rules) if args.rules else None
    kept = []
    for row in replayed(args.visits, args.cards, facility, live):
        output.emit(args, _row_json(row, live), f"{row.row}: {row.verdict} {row.level} {row.score}")
        kept += [row] if shade else []
    if shade:
        other = replayed(args.visits, args.cards, facility, shade)
        _print_comparison([dataclasses.asdict(c) for c in compare(kept, other)])
    return 0


def _row_json(row: Replayed, policy: MisusePolicy) -> dict[str, Any]:
    return {
        "row": row.row,
        "verdict": row.verdict,
        "reason": row.reason,
        "score": row.score,
        "level": row.level,
        "flags": [flag_json(flag, policy) for flag in row.flags],
    }


def _print_comparison(lines: list[dict[str, Any]]) -> None:
    heading = tuple(field.name for field in dataclasses.fields(Comparison))
    table = [heading, *(tuple(str(line[name]) for name in heading) for line in lines)]
    sys.stderr.writelines("  ".join(f"{cell:>12}" for cell in line) + "\n" for line in table)


def simulate(args: Namespace) -> int:
    """Write invented visits, cards and labels."""
    wanted = Wanted(args.visits, args.days, args.prevalence, args.seed)
    report = write(args.out, wanted)
    output.emit(args, report, ", ".join(f"{k}={v}" for k, v in report.items()))
    return 0


def evaluate(args: Namespace) -> int:
    """Replay a labelled folder and print how right the flags are."""
    facility = args.facility or read_settings(os.environ).facility
    report = evaluation.evaluate(args.folder, facility, shipped())
    output.emit(args, report, "\n".join(f"{k}: {v}" for k, v in report.items()))
    return 0


def import_visits(args: Namespace) -> int:
    """Take visits of other facilities into the store."""
    settings = read_settings(os.environ)
    with logging_kiosk(settings) as kiosk:
        report = imported(
            kiosk.written, args.file, settings.db.parent, kiosk.facility, kiosk.clock()
        )
    words = dataclasses.asdict(report)
    output.emit(args, words, ", ".join(f"{k}={v}" for k, v in words.items() if v is not None))
    return 0
