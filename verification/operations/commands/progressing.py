"""Tells on standard error how far an import is."""

import time
from typing import TextIO

from verification.adapters.imports.progress import Progress

_EVERY = 10.0  # seconds, where nobody looks at a terminal


class Progressing:
    """Writes one line over the other on a terminal, elsewhere one every ten seconds.

    Args:
        out: Where to.
    """

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._last = time.monotonic()
        self._said = False

    def __call__(self, progress: Progress) -> None:
        """Tell it, if it is time to."""
        if progress.goes_on_at is not None and not self._said:
            at = progress.goes_on_at
            self._out.write(f"Tiếp tục từ dòng {at} / Goes on at row {at}\n")
        self._said = True
        if self._out.isatty():
            self._out.write(f"\r{_line(progress)}\x1b[K")
        elif time.monotonic() >= self._last + _EVERY:
            self._last = time.monotonic()
            self._out.write(f"{_line(progress)}\n")
        self._out.flush()


def _line(progress: Progress) -> str:
    total = f"/~{progress.total}" if progress.total is not None else ""
    rest = progress.rest_seconds
    left = (f", còn {rest:.0f} giây", f", {rest:.0f} s left") if rest is not None else ("", "")
    read, rate = f"{progress.read}{total}", f"{progress.rate:.0f}"
    return f"{read} dòng, {rate} dòng/giây{left[0]} / {read} rows, {rate} a second{left[1]}"
