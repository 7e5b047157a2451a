"""Little servers of the tests, each in a thread of its own that ends whatever happens."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from socketserver import BaseServer

_NAMED = "(serve_forever)"  # as Python names a thread that runs it
_TO_END = 10.0


@contextmanager
def serving(server: BaseServer) -> Iterator[None]:
    """Serve while the block runs, however that ends.

    A server that is closed and not told to end asks its closed socket without a pause: thirteen of
    them made every later test of their worker three times as slow, and failed none.
    """
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


def left_behind() -> list[str]:
    """Return the servers of this process that still serve, once each had time to end."""
    until = time.monotonic() + _TO_END
    while (left := _serve()) and time.monotonic() < until:
        time.sleep(0.02)
    return left


def _serve() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.endswith(_NAMED)]
