"""A process that is killed while it sends: the next one settles, each question answered once."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.portal_support import CARD, LOOK_UP, PASSWORD, Asked, Says, little_portal
from tests.support import DESK, ROOT, make_demo_store, payload
from verification.log.events import EventKind
from verification.log.portal_events import PortalAnswered
from verification.operations.settings import Settings, read_settings
from verification.operations.wiring import local_now, logging_kiosk
from verification.reception.answer import Scan
from verification.reception.checkin import check_in

if TYPE_CHECKING:
    from pathlib import Path

SENDS = """
import os, time
from verification.operations.exchange_worker import exchanging
from verification.operations.portal import portal_worker
from verification.operations.outboxes import outboxes
from verification.operations.settings import read_settings
from verification.operations.turns import turns_of
from verification.operations.wiring import logging_kiosk

settings = read_settings(os.environ)
with logging_kiosk(settings) as kiosk, portal_worker(settings, kiosk.clock) as portal:
    with exchanging(kiosk, turns_of(settings), outboxes(kiosk, settings, portal), 0.05):
        while kiosk.written.exchanged.count():
            time.sleep(0.02)
"""
PEOPLE = ("patient-1", "s2", "same-old15", "number-15")
KILLED_AT = (1, 4)  # look-ups that hang until their asker is dead
LONG = 60.0


def receive(settings: Settings) -> set[str]:
    """Receive people a minute ago, whom the portal was not asked about."""
    before = timedelta(minutes=1)
    with logging_kiosk(settings, lambda: local_now() - before) as kiosk:
        scans = [Scan((payload(slug),)) for slug in PEOPLE]
        visits = [check_in(DESK, kiosk, scan, again="x").visit for scan in scans]
        assert kiosk.written.exchanged.count() == len(PEOPLE)
    return {visit.visit_id for visit in visits if visit}


def answered(settings: Settings) -> Counter[str]:
    with logging_kiosk(settings) as kiosk:
        assert not kiosk.written.exchanged.count()
        since = local_now() - timedelta(days=1)
        events = kiosk.written.events((EventKind.PORTAL_ANSWERED,), since)
    return Counter(visit for event in events for visit in PortalAnswered.of(event.codes).visits)


def test_after_kill_9_in_the_midst_of_sending_each_question_is_answered_once(
    tmp_path: Path,
) -> None:
    make_demo_store(tmp_path, local_now())
    hangs, dead = threading.Semaphore(0), threading.Semaphore(0)
    looked_up: list[str] = []

    def look_up(asked: Asked) -> Says:
        looked_up.append(asked.words["maThe"])
        said = CARD | {name: asked.words[name] for name in ("maThe", "hoTen", "ngaySinh")}
        if len(looked_up) not in KILLED_AT:
            return Says(said)

        def hang(_: object) -> bool:
            hangs.release()
            return not dead.acquire(timeout=LONG)

        return Says(said, before=hang)

    with little_portal({LOOK_UP: look_up}) as portal:
        environ = {
            "KIOSK_DB": str(tmp_path / "kiosk.db"),
            "KIOSK_PORTAL_URL": portal.url,
            "KIOSK_PORTAL_USER": "79014_BV",
            "KIOSK_PORTAL_PASSWORD": PASSWORD,
            "KIOSK_PORTAL_OFFICER": "Người Mẫu|079194000099",
        }
        settings = read_settings(environ)
        visits = receive(settings)
        child = [sys.executable, "-c", SENDS]
        for _ in KILLED_AT:
            with subprocess.Popen(child, cwd=ROOT, env=os.environ | environ) as process:
                assert hangs.acquire(timeout=LONG)
                process.kill()
            dead.release()
        done = subprocess.run(child, cwd=ROOT, env=os.environ | environ, timeout=LONG, check=True)
        assert done.returncode == 0
    assert answered(settings) == dict.fromkeys(visits, 1)
    asked = Counter(looked_up)
    assert sum(asked.values()) == len(PEOPLE) + len(KILLED_AT)  # asked again, with one effect
