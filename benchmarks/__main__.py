"""`make bench`: prints the tables of `docs/benchmarks.md`.

Arguments name parts, such as store; a number behind imports says how many rows.
"""

import sys
from collections.abc import Callable, Iterator

from benchmarks import (
    api,
    bombs,
    browser,
    camera,
    decoder,
    entitlement,
    evaluation,
    finder,
    imports,
    lookup,
    misuse,
    outbox,
    portal,
    province,
    restore,
    store,
    strangers,
    watching,
)

_PARTS: dict[str, Callable[..., Iterator[str]]] = {
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
    "imports": imports.measure,
    "outbox": outbox.measure,
    "portal": portal.measure,
    "api": api.measure,
    "finder": finder.measure,
    "restore": restore.measure,
    "province": province.measure,
    "watching": watching.measure,
}

counts = [int(word) for word in sys.argv[1:] if word.isdigit()]
for name in [word for word in sys.argv[1:] if not word.isdigit()] or _PARTS:
    print(f"## {name}\n")
    for line in _PARTS[name](*counts):
        print(line, flush=True)
    print()
