"""Changes of a single operator in the rules, the log, the card and the officers: who notices?

`python -m benchmarks.mutants --count 200 --seed 1` changes copies of this checkout, never itself.
A change that the tests of its own module let pass meets nearly all others, and survives only
where they pass too.
"""

import argparse
import ast
import compileall
import importlib
import os
import random
import re
import shlex
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest
from cosmic_ray.ast import ast_nodes, get_ast_from_path
from cosmic_ray.mutating import use_mutation
from cosmic_ray.plugins import get_operator, operator_names
from cosmic_ray.work_item import MutationSpec

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
_PRELOADED = ("hypothesis", "argon2", "cryptography.hazmat.primitives.ciphers.aead", "sqlite_utils")
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


@dataclass(frozen=True)
class Answer:
    """What tests said; `told` is the line before and after the change, empty without one."""

    passed: bool
    late: bool
    told: str


def run(change: MutationSpec | None, tests: str, seconds: int) -> Answer:
    """Run tests in this worker's copy, with a change or as it is."""
    if change is None:
        return _asked(tests, seconds, "")
    operator = get_operator(change.operator_name)()
    with use_mutation(change.module_path, operator, change.occurrence) as (before, after):
        told = _lines(before, after or "")
        return _asked(tests, seconds, f"{change.module_path}:{change.start_pos[0]}: {told}")


def _lines(before: str, after: str) -> str:
    pairs = zip(before.splitlines(), after.splitlines(), strict=False)
    old, new = next((a, b) for a, b in pairs if a != b)
    return f"{old.strip()}  ->  {new.strip()}"


def _asked(tests: str, seconds: int, told: str) -> Answer:
    child = os.fork()  # has pytest and the libraries already, and none of our modules
    if not child:
        _tested(shlex.split(tests))
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return Answer(status == 0, late=False, told=told)
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return Answer(passed=False, late=True, told=told)


def _tested(tests: list[str]) -> NoReturn:
    code = 1
    try:
        os.setsid()
        for stream in (0, 1, 2):
            os.dup2(os.open(os.devnull, os.O_RDWR), stream)
        # nobody reads why a test failed: plain asserts start sooner
        code = int(pytest.main(["-x", "--assert=plain", "-p", "no:cacheprovider", *tests]))
    finally:
        os._exit(code)


def _own_copy(folder: str) -> None:
    os.nice(10)
    copy = Path(folder) / str(os.getpid())
    shutil.copytree(_ROOT, copy, ignore=_NOT_COPIED)
    compileall.compile_dir(copy, quiet=1)  # so that only a changed file is compiled anew
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.dont_write_bytecode = True
    for library in _PRELOADED:
        importlib.import_module(library)
    sys.path[:] = [entry for entry in sys.path if Path(entry).resolve() != _ROOT]
    for name in [name for name in sys.modules if name.split(".")[0] == "verification"]:
        del sys.modules[name]  # the copy's are meant, not the checkout's
    os.chdir(copy)


def ask(
    pool: ProcessPoolExecutor, changes: list[MutationSpec], tests: list[str], seconds: int
) -> list[Answer]:
    """Return what tests say of each change; they must pass while nothing is changed."""
    clean = sorted(set(tests))
    bare = pool.map(run, [None] * len(clean), clean, [seconds] * len(clean))
    told = pool.map(run, changes, tests, [seconds] * len(changes))
    for words, result in zip(clean, bare, strict=True):
        if not result.passed:
            pool.shutdown(wait=False, cancel_futures=True)
            raise SystemExit(f"These tests fail without a change: {words}")
    results = []
    for result in told:
        results.append(result)
        mark = "passed" if result.passed else "noticed"
        print(f"{len(results)}/{len(changes)} {mark} {result.told}", file=sys.stderr)
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
        left = [(c, r) for c, r in zip(changes, results, strict=True) if r.passed]
        if left and not wanted.near:
            again = ask(pool, [c for c, _ in left], [WIDER] * len(left), _WIDER_SECONDS)
            left = [pair for pair, result in zip(left, again, strict=True) if result.passed]
            results += again
    late = sum(result.late for result in results)
    print(f"{machine()}; seed {wanted.seed}, {(time.monotonic() - begun) / 60:.0f} minutes")
    for line in report(changes, [result.told for _, result in left], late):
        print(line)


if __name__ == "__main__":
    main()
