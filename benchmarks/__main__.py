"""`make bench`: prints the tables of `docs/benchmarks.md`. Arguments name parts: store, browser."""

import sys
from collections.abc import Callable, Iterator

from benchmarks import browser, entitlement, store

_PARTS: dict[str, Callable[[], Iterator[str]]] = {
    "store": store.measure,
    "entitlement": entitlement.measure,
    "browser": browser.measure,
}

for name in sys.argv[1:] or _PARTS:
    print(f"## {name}\n")
    for line in _PARTS[name]():
        print(line, flush=True)
    print()
