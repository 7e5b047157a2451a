"""A desk that checks patients in while something else happens; run as a process of its own.

Prints one JSON line a check-in (end by the monotonic clock, milliseconds, its number) until
standard input closes. Reader threads ask for cards all the while, as pages of other desks do.
"""

import json
import os
import random
import sys
import threading
import time

from verification.kiosk import Kiosk
from verification.operations.settings import read_settings
from verification.operations.wiring import logging_kiosk
from verification.reception import checkin
from verification.reception.answer import Scan
from verification.rights import desk_officer

_READERS = 3
_PAUSE = 0.05  # a desk with a queue is not faster


def main() -> None:
    """Check in until standard input closes."""
    seed, known = int(sys.argv[1]), int(sys.argv[2])
    ended = threading.Event()
    threading.Thread(target=_wait_for_the_end, args=(ended,), daemon=True).start()
    with logging_kiosk(read_settings(os.environ)) as kiosk:
        readers = [
            threading.Thread(target=_read, args=(kiosk, seed + at, known, ended))
            for at in range(_READERS)
        ]
        for reader in readers:
            reader.start()
        _check_in(kiosk, random.Random(seed), known, ended)
        for reader in readers:
            reader.join()


def _wait_for_the_end(ended: threading.Event) -> None:
    sys.stdin.read()
    ended.set()


def _check_in(kiosk: Kiosk, chance: random.Random, known: int, ended: threading.Event) -> None:
    actor = desk_officer("1")
    while not ended.is_set():
        number = f"DN479{chance.randrange(known):010d}"
        begun = time.monotonic()
        answer = checkin.check_in(actor, kiosk, Scan((number.encode(),)))
        took = (time.monotonic() - begun) * 1000
        visit = answer.visit.visit_id if answer.visit else None
        print(json.dumps([begun, took, visit]), flush=True)
        ended.wait(_PAUSE)


def _read(kiosk: Kiosk, seed: int, known: int, ended: threading.Event) -> None:
    chance, actor = random.Random(seed), desk_officer("1")
    while not ended.wait(_PAUSE):
        checkin.check(actor, kiosk, f"DN479{chance.randrange(known):010d}".encode())


if __name__ == "__main__":
    main()
