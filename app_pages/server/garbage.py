"""What Python goes through when it looks for what the runs of pages leave behind."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def looked_for_among_the_new() -> Iterator[None]:
    """Look, while the block runs, no more through what is loaded by now: libraries, pages, laws.

    Python goes through everything once a quarter of it is new. Beside all that stays this is late
    and takes long: runs of pages leave much before, and nobody is answered meanwhile.
    """
    gc.collect()
    gc.freeze()
    gc.collect()  # of the little that is left: the next quarter is one of that
    try:
        yield
    finally:
        gc.unfreeze()  # libraries in C complain of what is still there at the very end
