"""Sends the heads of the log off the machine while the server runs.

Only a head that has left the machine proves that nobody wrote the whole log anew.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from verification.adapters.store.sqlite.heads import head_file, noted_heads

EVERY_SECONDS = 60.0
_TIMEOUT_SECONDS = 10.0
_LAST_SECONDS = 2.0  # an ending server waits no longer for it; the heads lie in their file
_log = logging.getLogger(__name__)


def send_heads(db: Path, sink: str) -> list[str]:
    """Send the newest head of each desk to the sink.

    Args:
        db: The database.
        sink: A file to append to, or a web address to post to; nothing personal is in a head.

    Raises:
        OSError: The sink cannot be reached.
    """
    lines = [str(heads[-1]) for _, heads in sorted(noted_heads(db).items())]
    text = "".join(f"{line}\n" for line in lines)
    if sink.startswith(("http://", "https://")):
        requests.post(sink, data=text, timeout=_TIMEOUT_SECONDS).raise_for_status()
    else:
        with Path(sink).open("a", encoding="utf-8") as file:
            file.write(text)
    return lines


@contextmanager
def sending(db: Path, sink: str | None, every: float = EVERY_SECONDS) -> Iterator[None]:
    """Send changed heads once a minute while the server runs, and once more when it ends."""
    if sink is None:
        yield
        return
    ended = threading.Event()
    worker = threading.Thread(target=_send_until, args=(db, sink, every, ended), daemon=True)
    worker.start()
    try:
        yield
    finally:
        ended.set()
        worker.join(_LAST_SECONDS)


def _send_until(db: Path, sink: str, every: float, ended: threading.Event) -> None:
    sent, failing = -1, ""
    last = False
    while not last:
        last = ended.wait(every)
        try:
            size = head_file(db).stat().st_size
            if size != sent:
                send_heads(db, sink)
                sent = size
        except OSError as error:  # tried again in a minute; the desk must not wait for it
            failing = _told(failing, type(error).__name__)
        else:
            failing = _told(failing, "")


def _told(before: str, now: str) -> str:
    """Say what has changed about the sink, once; return how it is now."""
    if now and now != before:
        _log.warning("head sink: %s", now)
    elif before and not now:
        _log.warning("head sink: reached again")
    return now
