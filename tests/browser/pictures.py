"""The pictures of README and docs, from the screenshots of the browser tests.

    KIOSK_BROWSER_TESTS=required python -m pytest tests/browser
    python -m tests.browser.pictures

Each is drawn with few colours, so that it stays small; one whose test did not run stays as it is.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
SHOTS, DOCS = ROOT / "data" / "screenshots", ROOT / "docs"
MADE_FROM = {
    "reception": "green",
    "reception-red": "red",
    "reception-amber": "amber",
    "reception-question": "fund-open",
    "today-list": "today-list",
    "case": "case",
    "xem-truoc": "xem-truoc",
    "khach": "khach-card-wide",
    "finder": "finder",
    "guide-window": "guide-window",
    "guide-window-desk": "guide-window-desk",
    "shift": "shift",
    "guide-phone": "guide-phone",
    "guide-tab": "guide-tab",
    "difficulties": "difficulties",
    "person": "person",
    "disk-full": "disk-full",
    "key-missing": "key-missing",
    "two-servers": "two-servers",
    "handover": "handover",
    "handover-form": "handover-form",
    "handover-by-hand": "handover-by-hand",
    **{
        f"portal-{name}": f"portal-{name}" for name in ("before", "after", "race", "late", "outage")
    },
}
"""Each picture of `docs/`, and the screenshot that it is made from."""
PRINTED = {f"report-month-{page}" for page in range(1, 5)}
"""Pages of papers in `docs/`, which `python -m fixtures.month` draws without a browser."""
_COLOURS = 128


def made(shots: Path = SHOTS, docs: Path = DOCS) -> list[str]:
    """Write every picture whose screenshot is there; return their names."""
    found = [name for name, shot in MADE_FROM.items() if (shots / f"{shot}.png").exists()]
    for name in found:
        with Image.open(shots / f"{MADE_FROM[name]}.png") as shot:
            few = shot.convert("RGB").quantize(_COLOURS, Image.Quantize.MAXCOVERAGE)
            few.save(docs / f"{name}.png", optimize=True)
    return found


if __name__ == "__main__":
    sys.stdout.write(" ".join(made()) + "\n")
