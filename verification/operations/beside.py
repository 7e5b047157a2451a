"""Work in a thread of its own, beside the server, for as long as a block runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

_LAST_SECONDS = 2.0  # an ending server waits no longer


@contextmanager
def beside(
    name: str, work: Callable[[Event], None], wake: Callable[[], object] = bool
) -> Iterator[None]:
    """Have work done until the block ends.

    Args:
        name: Of the thread.
        work: Is given what is set when it is to end, and returns soon after.
        wake: Called once that is set, for work that waits for something else too.
    """
    ended = Event()
    worker = Thread(target=work, args=(ended,), name=f"kiosk-{name}", daemon=True)
    worker.start()
    try:
        yield
    finally:
        ended.set()
        wake()
        worker.join(_LAST_SECONDS)
