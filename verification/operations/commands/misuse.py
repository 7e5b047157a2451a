"""`replay`, `simulate`, `evaluate`, `import-visits`."""

import dataclasses
import os
import sys
from pathlib import Path
from typing import Any

import click

from verification.adapters.imports.visits import import_visits as imported
from verification.operations.commands import options, output
from verification.operations.commands.store import report_json
from verification.operations.settings import read_settings
from verification.operations.simulation import evaluate as evaluation
from verification.operations.simulation.replay import Comparison, Replayed, compare
from verification.operations.simulation.replay import replay as replayed
from verification.operations.simulation.simulate import Wanted, write
from verification.operations.wiring import logging_kiosk
from verification.review.flagging import flag_json
from verification.rules.misuse.policy import MisusePolicy, load, shipped

_takes_facility = click.option("--facility", metavar="CODE", help="this facility")


@options.command
@click.argument("visits", type=options.PATH, metavar="VISITS.csv")
@click.option("--cards", type=options.PATH, metavar="FILE", help="cards, else those beside")
@_takes_facility
@click.option("--rules", type=options.PATH, metavar="FILE", help="compare with these rules")
def replay(
    *,
    visits: Path,
    cards: Path | None,
    facility: str | None,
    rules: Path | None,
    emit: output.Emit,
) -> int:
    """Run recorded visits, print each row's flags."""
    facility = facility or read_settings(os.environ).facility
    live = shipped()
    shade = load(rules) if rules else None
    kept = []
    for row in replayed(visits, cards, facility, live):
        emit(_row_json(row, live), f"{row.row}: {row.verdict} {row.level} {row.score}")
        kept += [row] if shade else []
    if shade:
        other = replayed(visits, cards, facility, shade)
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
    } | ({"unknown": list(row.unknown)} if row.unknown else {})


def _print_comparison(lines: list[dict[str, Any]]) -> None:
    heading = tuple(field.name for field in dataclasses.fields(Comparison))
    table = [heading, *(tuple(str(line[name]) for name in heading) for line in lines)]
    sys.stderr.writelines("  ".join(f"{cell:>12}" for cell in line) + "\n" for line in table)


def per_cent(text: str) -> float:
    """Read `0.5` or `0.5%` as per cent; below 0.05 it is a share: 0.005 is 0.5 per cent too."""
    value = float(text.rstrip("% "))
    return value * 100 if value < 0.05 and "%" not in text else value  # noqa: PLR2004  # as said


@options.command
@click.option("--visits", type=int, required=True, metavar="N")
@click.option("--days", type=int, default=90, metavar="D")
@click.option("--prevalence", type=per_cent, default="0.5", metavar="P", help="% or share < 0.05")
@click.option("--seed", type=int, default=1, metavar="S")
@click.option("--out", type=options.PATH, required=True, metavar="DIR")
def simulate(
    *, visits: int, days: int, prevalence: float, seed: int, out: Path, emit: output.Emit
) -> int:
    """Write invented, labelled visits and their cards."""
    report = write(out, Wanted(visits, days, prevalence, seed))
    emit(report, ", ".join(f"{k}={v}" for k, v in report.items()))
    return 0


@options.command
@click.argument("folder", type=options.PATH, metavar="DIR", help="with labels.csv")
@_takes_facility
def evaluate(*, folder: Path, facility: str | None, emit: output.Emit) -> int:
    """Replay a labelled folder, say how right the flags are."""
    facility = facility or read_settings(os.environ).facility
    report = evaluation.evaluate(folder, facility, shipped())
    emit(report, "\n".join(f"{k}: {v}" for k, v in report.items()))
    return 0


@options.command
@options.takes_table
@click.option("--delta", is_flag=True, help="taken for what a list of visits is anyway")
@click.option("--preview", is_flag=True, help="change nothing, tell what would change")
def import_visits(*, file: Path, delta: bool, preview: bool, emit: output.Emit) -> int:  # noqa: ARG001  # no visit is removed or written twice
    """Take visits of other facilities into the store."""
    settings = read_settings(os.environ)
    folder = settings.folder
    with logging_kiosk(settings) as kiosk:
        log, now = kiosk.written, kiosk.clock()
        report = imported(log, file, folder, kiosk.facility, now, preview=preview)
    words = report_json(report)
    emit(words, ", ".join(f"{k}={v}" for k, v in words.items() if v is not None))
    return 0
