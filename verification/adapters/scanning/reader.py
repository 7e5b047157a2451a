"""Read files that somebody sent: a program of its own, which `readers.py` starts and ends.

It lives from file to file, so that a file costs no start. A file that does not end ends it: by who
asked, and without them by a watch of its own, so that nothing is left where the server was killed.

Standard input: for each file its length in eight bytes, and the file. Standard output: lines of
JSON; the first says that it is ready, then for each file one says that it is here, one answers.
"""

import base64
import faulthandler
import json
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import IO

from verification.adapters.scanning.limits import MEMORY, SECONDS, be_modest
from verification.adapters.scanning.reading import Reading
from verification.adapters.scanning.upload import read_upload
from verification.basics.errors import PictureError

LENGTH = 8  # bytes that say how long a file is
_GRACE = 1.0  # seconds in which who asked ends it first
TAKEN: dict[str, object] = {"taken": True}
HEAVY: dict[str, object] = {"heavy": True}


def main() -> None:
    """Answer for each file on standard input until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends this
    be_modest(MEMORY)
    files: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_receive, args=(sys.stdin.buffer, files), daemon=True).start()
    _say({"ready": True})
    with Path(os.devnull).open("w", encoding="ascii") as nowhere:
        while True:
            data = files.get()
            # a thread of C, which needs nothing of what is stuck
            faulthandler.dump_traceback_later(SECONDS + _GRACE, exit=True, file=nowhere)
            _say(TAKEN)
            _say(_answer(data))
            faulthandler.cancel_dump_traceback_later()


def _receive(source: IO[bytes], files: SimpleQueue[bytes]) -> None:
    """Take files until nobody is there to send any: this process is then no longer needed."""
    while len(head := source.read(LENGTH)) == LENGTH:
        files.put(source.read(int.from_bytes(head)))
    os._exit(0)


def _answer(data: bytes) -> dict[str, object]:
    try:
        return _told(read_upload(data))
    except PictureError as error:
        return {"error": [error.vi, error.en]}
    except Exception:  # noqa: BLE001  # a torn file breaks a library in any way; memory is one
        return HEAVY


def _told(reading: Reading) -> dict[str, object]:
    payloads = [base64.b64encode(payload).decode() for payload in reading.payloads]
    return asdict(reading) | {
        "payloads": payloads,
        "notes": [[said.vi, said.en] for said in reading.notes],
    }


def _say(answer: dict[str, object]) -> None:
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
