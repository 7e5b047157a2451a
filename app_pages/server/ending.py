"""A server that is told to end does so, whatever still runs.

What is being answered may end, the store is folded and closed; that takes a second or two. Where
something hangs, the process ends itself: nothing acknowledged is lost, since nobody is answered
before the commit, and the locks of a process end with it. Then its exit status is 1, and where each
thread stood is told. Windows has no such watch.
"""

import faulthandler
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_SIGNS = frozenset({signal.SIGTERM, signal.SIGINT})
_AFTERWARDS = 2.0  # seconds, once the store is closed and nothing is left to lose


@contextmanager
def ending_within(seconds: float) -> Iterator[None]:
    """Watch for the sign to end: that many seconds later nothing runs any more.

    The system itself notes the sign, so that it counts from then on even while the main thread is
    busy, and the end needs no Python.
    """
    if os.name != "posix" or threading.current_thread() is not threading.main_thread():
        yield
        return
    signed = threading.Event()
    ours, systems = socket.socketpair()
    systems.settimeout(0)
    before = signal.set_wakeup_fd(systems.fileno(), warn_on_full_buffer=False)
    threading.Thread(
        target=_end_after_sign, args=(ours, seconds, signed), name="kiosk-ending", daemon=True
    ).start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        systems.close()
        if signed.is_set():
            faulthandler.dump_traceback_later(min(_AFTERWARDS, seconds), exit=True)


def _end_after_sign(told: socket.socket, seconds: float, signed: threading.Event) -> None:
    with told:
        while signs := told.recv(64):
            if _SIGNS.intersection(signs):
                signed.set()
                faulthandler.dump_traceback_later(seconds, exit=True)
                return
