"""`make bench`: prints the tables of `docs/benchmarks.md`. Arguments name parts, such as store."""

import sys
from collections.abc import Callable, Iterator

from benchmarks import (
    bombs,
    browser,
    camera,
    decoder,
    entitlement,
    evaluation,
    lookup,
    misuse,
    store,
    strangers,
)

_PARTS: dict[str, Callable[[], Iterator[str]]] = {
    "store": store.measure,
    "lookup": lookup.measure,
    "entitlement": entitlement.measure,
    "decoder": decoder.measure,
    "camera": camera.measure,
    "browser": browser.measure,
    "misuse": misuse.measure,
    "evaluation": evaluation.measure,
    "strangers": strangers.measure,
    "bombs": bombs.measure,
}

for name in sys.argv[1:] or _PARTS:
    print(f"## {name}\n")
    for line in _PARTS[name]():
        print(line, flush=True)
    print()
