"""A day's visits reach the example receiver, whatever fails meanwhile: both lists are equal."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from tests.serving import serving
from tests.support import DESK, ROOT, make_demo_store, payload, share
from verification.exchange.handover.message import state_of
from verification.log.outbox import handover_item
from verification.log.visit import CachTrinh, CancelReason, DoiChieu, NguoiTrinh
from verification.operations.settings import read_settings
from verification.operations.wiring import local_now, logging_kiosk
from verification.reception import corrections
from verification.reception.answer import Scan
from verification.reception.checkin import check_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from verification.kiosk import Kiosk

SENDS = """
import os, pathlib, time
from dataclasses import replace
from datetime import timedelta
from verification.operations.exchange_worker import exchanging
from verification.operations.outboxes import outboxes
from verification.operations.settings import read_settings
from verification.operations.wiring import logging_kiosk

settings = read_settings(os.environ)
over = pathlib.Path(os.environ["DAY_IS_OVER"])
with logging_kiosk(settings) as kiosk:
    [outbox] = outboxes(kiosk, settings, None)
    paces = {n: replace(p, first=0.02, cap=0.1, brake=0.01, often=10**6)
             for n, p in outbox.again.paces.items()}
    outbox = replace(outbox, again=replace(outbox.again, paces=paces))
    with exchanging(kiosk, turns_of(settings), [outbox], 0.02):
        while not over.exists() or kiosk.written.exchanged.count():
            time.sleep(0.02)
"""
PEOPLE = ("patient-1", "s2", "same-old15", "number-15")
SECRET = "mot-khoa-ky-du-dai-24-byte"
LONG = 60.0
FAULTS = ("none", "none", "500", "503", "reset", "lost", "cut", "twice", "late", "kill", "fall")


@dataclass
class Between:
    """Stands between the kiosk and the receiver, and spoils what a die says.

    Args:
        receiver: Runs now.
        chance: The die.
        hangs: Released when a request hangs until its sender is dead.
        dead: Awaited by it.
        sent: All that was sent, to be sent once more when nobody expects it.
        most: So many kills of each side, which take long.
        seen: The faults that were.
        order: What the kiosk sent: visit and number.
    """

    receiver: Receiver
    chance: Random
    hangs: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    dead: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    sent: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    most: int = 2
    seen: Counter[str] = field(default_factory=Counter)
    deck: list[str] = field(default_factory=list)
    order: list[tuple[str, int]] = field(default_factory=list)

    def all_again(self) -> None:
        """Send all once more, in whatever order."""
        for headers, body in self.chance.sample(self.sent, len(self.sent)):
            self.receiver.take(headers, body)

    def _drawn(self) -> str:
        """Return the next fault: all come before one comes again."""
        if not self.deck:
            self.deck = self.chance.sample(FAULTS, len(FAULTS))
        drawn = self.deck.pop()
        return "lost" if drawn in {"kill", "fall"} and self.seen[drawn] >= self.most else drawn

    def answer(self, asked: BaseHTTPRequestHandler) -> None:
        headers = {name: text for name, text in asked.headers.items() if name != "Host"}
        body = asked.rfile.read(int(asked.headers["Content-Length"]))
        told = json.loads(body)
        self.order.append((told["visit"]["visit_id"], told["nth"]))
        fault = self._drawn()
        self.seen[fault] += 1
        match fault:
            case "500" | "503":
                asked.send_response(int(fault))
                asked.send_header("Retry-After", "0")
                asked.end_headers()
                return
            case "reset":
                return
            case "kill":  # its sender, before or after the receiver has it
                if self.chance.random() < 0.5:
                    self.receiver.take(headers, body)
                self.hangs.release()
                self.dead.acquire(timeout=LONG)
                return
            case "fall":
                self.receiver.fall()
            case "late" if self.sent:
                self.receiver.take(*self.chance.choice(self.sent))
            case "twice":
                self.receiver.take(headers, body)
        status = self.receiver.take(headers, body)
        self.sent.append((headers, body))
        if fault == "cut":
            asked.wfile.write(f"HTTP/1.1 {status} X\r\nContent-Length: 9\r\n\r\nx".encode())
        elif fault != "lost":
            asked.send_response(status)
            asked.end_headers()


class Receiver:
    """The example of `docs/`, as a process that is killed and begins again."""

    def __init__(self, db: Path) -> None:
        self.db = db
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._lock = threading.Lock()
        self._process = self._begun()

    def _begun(self) -> subprocess.Popen[bytes]:
        words = [sys.executable, str(ROOT / "docs/examples/receiver.py"), str(self.port)]
        environ = {**os.environ, "KIOSK_HANDOVER_SECRET": SECRET}
        process = subprocess.Popen([*words, str(self.db)], env=environ, stderr=subprocess.DEVNULL)
        pause = threading.Event()
        for _ in range(int(LONG / 0.02)):
            with socket.socket() as line:
                if line.connect_ex(("127.0.0.1", self.port)) == 0:
                    return process
            pause.wait(0.02)
        raise AssertionError("the receiver does not listen")

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """Hand a request on; a bad gateway where nobody answers."""
        with self._lock:
            line = HTTPConnection("127.0.0.1", self.port, timeout=LONG)
            with closing(line):
                try:
                    line.request("POST", "/", body, headers)
                    return line.getresponse().status
                except (OSError, HTTPException):
                    return 502

    def fall(self) -> None:
        """Be killed, and begin again."""
        with self._lock:
            self.end()
            self._process = self._begun()

    def end(self) -> None:
        self._process.kill()
        self._process.wait()

    def kept(self) -> tuple[dict[str, tuple[int, dict[str, Any]]], set[str]]:
        """Return what it has: each visit with the number of its newest message, and all names."""
        with closing(sqlite3.connect(self.db)) as db:
            rows = db.execute("SELECT visit_id, nth, told FROM visit").fetchall()
            names = {name for [name] in db.execute("SELECT id FROM message")}
        return {visit: (nth, json.loads(told)) for visit, nth, told in rows}, names


@contextmanager
def between(db: Path, chance: Random) -> Iterator[tuple[Between, str]]:
    receiver = Receiver(db)
    spoils = Between(receiver, chance)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            spoils.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    try:
        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server, serving(server):
            yield spoils, f"http://127.0.0.1:{server.server_port}/kiosk"
    finally:
        receiver.end()


def a_day(kiosk: Kiosk, chance: Random, visits: int) -> list[str]:
    """Receive people, correct some of them and undo some."""
    made: list[str] = []
    for number in range(visits):
        scan = Scan((payload(chance.choice(PEOPLE)),))
        visit = check_in(DESK, kiosk, scan, again=str(number)).visit
        assert visit
        made.append(visit.visit_id)
        of = chance.choice(made)
        found = kiosk.written.visit(of)
        assert found
        match chance.randrange(7):
            case 0 if not found.cancelled:
                corrections.undo(DESK, kiosk, of, chance.choice([*CancelReason]), "riêng")
            case 1:
                corrections.compare_id(DESK, kiosk, of, chance.choice([*DoiChieu]))
            case 2:
                corrections.correct_presentation(DESK, kiosk, of, chance.choice([*CachTrinh]))
            case 3:
                corrections.correct_presenter(DESK, kiosk, of, chance.choice([*NguoiTrinh]))
            case 4:
                corrections.correct_field(DESK, kiosk, of, "ho_ten", f"Sửa Mẫu {number}")
            case 5:
                corrections.note(DESK, kiosk, of, "riêng")
    return made


@contextmanager
def sending(environ: dict[str, str], spoils: Between) -> Iterator[None]:
    """Run the sender, killed and begun again whenever a request hangs, until all is sent."""
    failed: list[int] = []

    def run() -> None:
        while True:
            words = [sys.executable, "-c", SENDS]
            with subprocess.Popen(words, cwd=ROOT, env=os.environ | environ) as process:
                while process.poll() is None:
                    if spoils.hangs.acquire(timeout=0.02):
                        process.kill()
                        process.wait()
                        spoils.dead.release()
                        break
                else:
                    failed.append(process.returncode)
                    return

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield
    thread.join(LONG * 5)
    assert failed == [0]


@pytest.mark.long
@pytest.mark.parametrize("visits", share([16, 200, 500], 16))
def test_after_a_day_of_faults_and_kills_the_receiver_has_exactly_the_kiosks_list(
    tmp_path: Path, visits: int
) -> None:
    make_demo_store(tmp_path, local_now())
    over = tmp_path / "over"
    with between(tmp_path / "received.db", Random(visits)) as (spoils, address):
        spoils.most = 2 + visits // 50
        environ = {
            "KIOSK_DB": str(tmp_path / "kiosk.db"),
            "KIOSK_HANDOVER_TO": address,
            "KIOSK_HANDOVER_SECRET": SECRET,
            "DAY_IS_OVER": str(over),
        }
        with logging_kiosk(read_settings(environ)) as kiosk:
            with sending(environ, spoils):
                made = a_day(kiosk, Random(visits + 1), visits)
                over.touch()
            assert not kiosk.written.exchanged.count()
            spoils.all_again()
            kept, names = spoils.receiver.kept()
            has = {visit: kiosk.written.visit(visit) for visit in made}
            assert kept.keys() == has.keys()
            for visit_id, visit in has.items():
                assert visit
                nth, told = kept[visit_id]
                assert nth == told["nth"] == visit.handed
                state = json.loads(json.dumps(state_of(kiosk, visit)))
                assert {name: told[name] for name in state} == state
            handed = {v.visit_id: v.handed for v in has.values() if v}
    every = {handover_item(v, nth) for v, most in handed.items() for nth in range(1, most + 1)}
    assert names == every
    assert spoils.seen.keys() == set(FAULTS)
    for visit_id, most in handed.items():  # each may come again, and none before the one before
        sent = [nth for visit, nth in spoils.order if visit == visit_id]
        assert sent == sorted(sent)
        assert set(sent) == set(range(1, most + 1))
    assert any(told["visit"]["cancelled"] for _, told in kept.values())
