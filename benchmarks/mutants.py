"""Changes of a single operator in the rules, the log, the card and the officers: who notices?

`python -m benchmarks.mutants --count 200 --seed 1` changes copies of this checkout, never itself.
A change that the tests of its own module let pass meets nearly all others, and survives only
where they pass too.
"""

import argparse
import ast
import compileall
import os
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast_from_path
from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.plugins import get_operator, operator_names
from cosmic_ray.work_item import MutationSpec, TestOutcome, WorkerOutcome, WorkResult

from benchmarks.figures import machine
from benchmarks.mutant_targets import TARGETS, WIDER

_ROOT = Path(__file__).resolve().parents[1]
_NEAR_SECONDS, _WIDER_SECONDS = 240, 1_800
# What a hand mistypes. Others of the tool (`-` to `<<`, `==` to `is`) break or change nothing.
_ORDER = "(Eq|NotEq|Lt|LtE|Gt|GtE)"
_OPERATORS = re.compile(
    rf"core/(AddNot|Replace(And|Or|True|False|Break|Continue)With\w+|ReplaceUnaryOperator_Delete_\w+"
    rf"|ReplaceComparisonOperator_({_ORDER}_{_ORDER}|Is_IsNot|IsNot_Is)"
    r"|ReplaceBinaryOperator_(Add_Sub|Sub_Add|Mul_Div|Div_Mul|FloorDiv_Mul|Mod_FloorDiv|Pow_Mul"
    r"|BitOr_BitAnd|BitAnd_BitOr))"
)
_NOT_COPIED = shutil.ignore_patterns(".*", "data", "__pycache__")


def every_change(path: Path) -> list[list[MutationSpec]]:
    """Return all changes of a module, those of one place together."""
    tree, silent = get_ast_from_path(path), list(_silent(path))
    lines = path.read_text(encoding="utf-8").splitlines()
    places: dict[tuple[int, int], list[MutationSpec]] = defaultdict(list)
    for name in operator_names():
        if not _OPERATORS.fullmatch(name):
            continue
        operator = get_operator(name)()
        found = (span for node in ast_nodes(tree) for span in operator.mutation_positions(node))
        for at, (start, end) in enumerate(found):
            bare_star = lines[start[0] - 1].startswith(
                "*,", start[1]
            )  # of a signature: no operator
            if not bare_star and not any(first <= start < last for first, last in silent):
                places[start].append(MutationSpec(path, name, at, start, end))
    return [places[start] for start in sorted(places)]


def _silent(path: Path) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield where types and decorators stand: mypy reads them, no test does."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        marks = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        for mark in (*marks, *getattr(node, "decorator_list", ())):
            if mark is not None:
                yield (mark.lineno, mark.col_offset), (mark.end_lineno, mark.end_col_offset)


def sample(count: int, seed: int) -> list[MutationSpec]:
    """Choose changes, one a place: first one of each module, then wherever chance falls."""
    chance = random.Random(seed)
    first, rest = [], []
    for target in TARGETS:
        chosen = [chance.choice(place) for place in every_change(Path(target))]
        chance.shuffle(chosen)
        first += chosen[:1]
        rest += chosen[1:]
    return first + chance.sample(rest, min(max(count - len(first), 0), len(rest)))


def run(change: MutationSpec | None, tests: str, seconds: int) -> WorkResult:
    """Run tests in this worker's copy, with a change or as it is."""
    # nobody reads why a test failed: plain asserts start in half the time
    command = f"{sys.executable} -m pytest -x -q --assert=plain -p no:cacheprovider {tests}"
    result = mutate_and_test([change] if change else [], command, seconds)
    if result.worker_outcome is not WorkerOutcome.NORMAL:
        raise RuntimeError(result.output or f"nothing was changed: {change}")
    return result


def _own_copy(folder: str) -> None:
    os.nice(10)
    copy = Path(folder) / str(os.getpid())
    shutil.copytree(_ROOT, copy, ignore=_NOT_COPIED)
    compileall.compile_dir(copy, quiet=1)  # so that only a changed file is compiled anew
    os.chdir(copy)


def _passed(result: WorkResult) -> bool:
    return result.test_outcome is TestOutcome.SURVIVED


def _told(change: MutationSpec, result: WorkResult) -> str:
    lines = [ln for ln in (result.diff or "").splitlines() if not ln.startswith(("---", "+++"))]
    old, new = (" ".join(ln[1:].strip() for ln in lines if ln[:1] == sign) for sign in "-+")
    return f"{change.module_path}:{change.start_pos[0]}: {old}  ->  {new}"


def ask(
    pool: ProcessPoolExecutor, changes: list[MutationSpec], tests: list[str], seconds: int
) -> list[WorkResult]:
    """Return what tests say of each change; they must pass while nothing is changed."""
    clean = sorted(set(tests))
    bare = pool.map(run, [None] * len(clean), clean, [seconds] * len(clean))
    told = pool.map(run, changes, tests, [seconds] * len(changes))
    for words, result in zip(clean, bare, strict=True):
        if not _passed(result):
            pool.shutdown(wait=False, cancel_futures=True)
            raise SystemExit(f"These tests fail without a change: {words}\n{result.output}")
    results = []
    for change, result in zip(changes, told, strict=True):
        results.append(result)
        mark = "passed" if _passed(result) else "noticed"
        print(f"{len(results)}/{len(changes)} {mark} {_told(change, result)}", file=sys.stderr)
    return results


def report(changes: list[MutationSpec], left: list[str], late: int) -> Iterator[str]:
    """Yield the table, and each change that nothing noticed."""
    tried = Counter(str(change.module_path) for change in changes)
    lived = Counter(line.split(":")[0] for line in left)
    yield "| module | changes | noticed |"
    yield "|---|---|---|"
    for module, count in tried.items():
        yield f"| `{module}` | {count} | {count - lived[module]} |"
    noticed = len(changes) - len(left)
    yield f"| all | {len(changes)} | {noticed} ({noticed / len(changes):.1%}) |"
    yield f"{late} of these were noticed because the tests did not end"
    yield from left


def main() -> None:
    """Choose, try, and print."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.mutants", description=__doc__)
    options.add_argument("--count", type=int, default=200)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--near", action="store_true", help="only the tests of the module itself")
    wanted = options.parse_args()
    begun = time.monotonic()
    os.chdir(_ROOT)
    changes = sample(wanted.count, wanted.seed)
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(os.cpu_count(), initializer=_own_copy, initargs=(folder,)) as pool,
    ):
        tests = [TARGETS[str(change.module_path)] for change in changes]
        results = ask(pool, changes, tests, _NEAR_SECONDS)
        left = [(c, r) for c, r in zip(changes, results, strict=True) if _passed(r)]
        if left and not wanted.near:
            again = ask(pool, [c for c, _ in left], [WIDER] * len(left), _WIDER_SECONDS)
            left = [pair for pair, result in zip(left, again, strict=True) if _passed(result)]
            results += again
    late = sum(result.output == "timeout" for result in results)
    print(f"{machine()}; seed {wanted.seed}, {(time.monotonic() - begun) / 60:.0f} minutes")
    for line in report(changes, [_told(*pair) for pair in left], late):
        print(line)


if __name__ == "__main__":
    main()
