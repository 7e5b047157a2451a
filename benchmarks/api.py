"""`POST /api/check` as another program asks it, beside the bare look-up in the store.

A real server with a card file of 200,000 invented people gets 20 questions a second for a minute
over one connection that stays open, each a number that it has not been asked before. A question is
due at its own moment: its time counts from then, so that one that is late makes those behind it
late too. Each answer shows a person, so each is written into the log before it leaves.
"""

import http.client
import json
import os
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from benchmarks.figures import machine, percentile
from benchmarks.lookup import fill
from tests.browser.running import Server
from verification.adapters.store.sqlite.cards import SqliteCards
from verification.officers.systems import make_key
from verification.operations.settings import read_settings
from verification.operations.wiring import logging_kiosk
from verification.rights import SystemRole, command_line

CARDS = 200_000
SECONDS = 60
A_SECOND = 20
_SEED = 20_261_126
_FIRST = 40  # questions that open what a server opens once


def measure(cards: int = CARDS, seconds: int = SECONDS) -> Iterator[str]:
    """Yield the lines of the report."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        house = {"KIOSK_FACILITY": "79014", "KIOSK_DESK": "1", "KIOSK_KEY_BESIDE": "yes"}
        server = Server(folder, KIOSK_CAMERA="none", **house)
        with logging_kiosk(read_settings(server.environ)) as kiosk:
            held = frozenset({SystemRole.ASKS})
            key = make_key(command_line("1"), kiosk, "do-toc-do", held, 6_000).text
        fill(server.db.parent, cards)
        server.start()
        try:
            chance = random.Random(_SEED)
            numbers = [f"DN479{at:010d}" for at in chance.sample(range(cards), cards // 10)]
            load = os.getloadavg()[0]
            with closing(SqliteCards(server.db.parent)) as store:
                ours, bare, shown = _asked(server, key, store, numbers, seconds)
        finally:
            server.stop()
    yield f"{machine()}; load {load:.1f} before, {os.getloadavg()[0]:.1f} after; {cards} cards"
    yield ""
    yield "| what | count | p50 ms | p99 ms | max ms |"
    yield "|---|---|---|---|---|"
    yield _row(f"`POST /api/check`, {A_SECOND} a second ({shown} showed a person)", ours)
    yield _row("bare look-up by number in the store", bare)


def _asked(
    server: Server, key: str, store: SqliteCards, numbers: list[str], seconds: int
) -> tuple[list[float], list[float], int]:
    """Return the times of the questions and of the look-ups in ms, and how many showed somebody."""
    connection = http.client.HTTPConnection("localhost", server.port, timeout=30)
    with closing(connection):
        for number in numbers[:_FIRST]:
            _ask(connection, key, number)
        ours, bare, shown = [], [], 0
        begun = time.perf_counter() + 1
        for at, number in enumerate(numbers[_FIRST : _FIRST + seconds * A_SECOND]):
            due = begun + at / A_SECOND
            time.sleep(max(0.0, due - time.perf_counter()))
            shown += _ask(connection, key, number)
            ours.append((time.perf_counter() - due) * 1000)
            asked = time.perf_counter()
            store.by_card(number)
            bare.append((time.perf_counter() - asked) * 1000)
    return ours, bare, shown


def _ask(connection: http.client.HTTPConnection, key: str, number: str) -> bool:
    """Ask about a number; tell whether a person was shown."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection.request("POST", "/api/check", json.dumps({"text": number}), headers)
    answer = connection.getresponse()
    told = json.loads(answer.read())
    if answer.status != http.client.OK:
        raise RuntimeError(told)
    return bool(told["card"] and told["card"]["ho_ten"])


def _row(name: str, times: list[float]) -> str:
    figures = (percentile(times, 50), percentile(times, 99), max(times))
    return f"| {name} | {len(times)} | {' | '.join(f'{figure:.2f}' for figure in figures)} |"
