"""A large store, built in bulk: processes make the rows of some desks each, one writes them."""

import marshal
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain as joined
from multiprocessing.connection import Connection
from operator import itemgetter
from typing import Any

from benchmarks.scale.engine import Engine, Loader, Row
from benchmarks.scale.pattern import Pattern, pattern
from benchmarks.scale.plan import Plan
from benchmarks.scale.rows import Maker, indexed
from verification.log.sealing import INDEX_KEY, Sealer

_BLOCK = 10_000  # visits that are made, sent and written together


def build(
    engine: Engine, plan: Plan, workers: int = 2, told: Callable[[int], None] = lambda _: None
) -> None:
    """Fill an empty store with the visits of a plan.

    What goes wrong in a process that makes rows ends the build.

    Args:
        engine: Whose store.
        plan: Who came when.
        workers: Processes that make rows, beside the one that writes.
        told: Is told how many visits are written.
    """
    usual = pattern()
    with engine.loading() as loader:
        sealer = _with_all_keys(loader, plan)
        with _working(engine, plan, usual, sealer, workers) as pipes:
            for begin in range(0, plan.visits, _BLOCK):
                _write(loader, [_received(pipe) for pipe in pipes])
                told(min(begin + _BLOCK, plan.visits))
        loader.put("person_index", _index(plan, sealer))


def _with_all_keys(loader: Loader, plan: Plan) -> Sealer:
    """Make the keys of all months, so that whoever seals finds them."""
    days = range(0, plan.visits, plan.daily)
    for name in sorted({f"{plan.when(at):%Y-%m}" for at in days} | {INDEX_KEY}):
        loader.sealer.has(name)
    return loader.sealer


@contextmanager
def _working(
    engine: Engine, plan: Plan, usual: Pattern, sealer: Sealer, workers: int
) -> Iterator[Sequence[Connection]]:
    """Begin the processes; each sends its part of each block."""
    fork = multiprocessing.get_context("fork")
    ends = [fork.Pipe(duplex=False) for _ in range(workers)]
    work = partial(_make, engine, plan, usual, sealer, workers)
    running = [
        fork.Process(target=work, args=(at, send), daemon=True) for at, (_, send) in enumerate(ends)
    ]
    for process, (_, send) in zip(running, ends, strict=True):
        process.start()
        send.close()
    yield [receive for receive, _ in ends]
    for process in running:
        process.join()


def _make(  # what is made, and which part of it
    engine: Engine,
    plan: Plan,
    usual: Pattern,
    sealer: Sealer,
    workers: int,
    own: int,
    out: Connection,
) -> None:
    maker = Maker(plan, usual, sealer)
    for begin in range(0, plan.visits, _BLOCK):
        ats = range(begin, min(begin + _BLOCK, plan.visits))
        made = [(at, maker.visit(at)) for at in ats if plan.desk(at) % workers == own]
        for _, one in made[:1]:
            maker.check(one)
        rows = [(at, *one, _entries(engine, plan, sealer, at, one.log)) for at, one in made]
        out.send_bytes(marshal.dumps(rows))  # to ourselves; half the work of pickle


def _received(pipe: Connection) -> Sequence[Any]:
    rows: Sequence[Any] = marshal.loads(pipe.recv_bytes())  # noqa: S302  # from our own process
    return rows


def _entries(engine: Engine, plan: Plan, sealer: Sealer, at: int, log: Sequence[Row]) -> list[Row]:
    first = plan.place(at)
    return [engine.entry(sealer.binder, first + nth, row) for nth, row in enumerate(log)]


def _write(loader: Loader, parts: Sequence[Sequence[Any]]) -> None:
    """Write one block in the order in which it happened."""
    block = sorted(joined.from_iterable(parts), key=itemgetter(0))
    _, log, content, scan, visit, history, entries = zip(*block, strict=True)
    loader.put("log", joined.from_iterable(log))
    loader.put("log_written", joined.from_iterable(entries))
    for table, rows in {"content": content, "scan": scan, "visit": visit}.items():
        loader.put(table, rows)
    loader.put("history", history)


def _index(plan: Plan, sealer: Sealer) -> list[Row]:
    """Return what the index keeps of all people, sorted: put in at chance it would take hours."""
    people = {plan.person(at) for at in range(min(plan.visits, 4 * plan.people))}
    return sorted(row for person in people for row in indexed(person, sealer))
