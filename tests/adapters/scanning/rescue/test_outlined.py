"""Codes that are tilted, bent or lit badly are read by the outlines of their finders."""

from __future__ import annotations

import time

import numpy as np
import pytest

from fixtures.hard import Kind, empty_frame, hard_frame
from verification.adapters.scanning.deadline import Deadline
from verification.adapters.scanning.engines import read_only, zxing
from verification.adapters.scanning.gray import Gray, to_gray
from verification.adapters.scanning.rescue.outlined import by_outlines, by_outlines_live

LONG = Deadline(86_400.0)  # that no busy machine uses up, nor the tests before


def shown(kind: Kind, seed: int, cause: str, level: float) -> tuple[Gray, bytes]:
    frame = hard_frame(kind, seed, cause, level)
    gray = to_gray(frame.picture)
    assert gray is not None
    return gray, frame.payload


def loose_finders(count: int, seed: int) -> Gray:
    """Return a drawn frame full of finders that belong to no code."""
    rng = np.random.default_rng(seed)
    frame = np.full((720, 1280), 200, np.uint8)
    frame[:] = frame + rng.integers(0, 20, frame.shape).astype(np.uint8)
    for at in range(count):
        x, y, module = 30 + 240 * (at % 5), 20 + 130 * (at // 5), int(rng.integers(5, 13))
        for inset, gray in ((0, 20), (1, 230), (2, 20)):
            piece = np.s_[y + inset * module : y + (7 - inset) * module,
                          x + inset * module : x + (7 - inset) * module]  # fmt: skip
            frame[piece] = gray
    return frame


@pytest.mark.parametrize(
    ("kind", "cause", "level"), [("phone", "steep", 62.0), ("phone", "shine", 0.12)]
)
def test_what_zxing_cannot_read_is_read_in_a_live_frame(
    kind: Kind, cause: str, level: float
) -> None:
    gray, payload = shown(kind, 1, cause, level)
    assert read_only(zxing(gray)) == []
    assert by_outlines_live(gray, LONG) == [payload]


def test_a_single_picture_is_looked_at_in_every_size() -> None:
    gray, payload = shown("citizen", 1, "steep", 73.0)
    assert by_outlines_live(gray, LONG) == []
    assert by_outlines(gray, LONG) == [payload]


@pytest.mark.parametrize("seed", range(2))
def test_a_frame_full_of_loose_finders_is_left_in_time(seed: int) -> None:
    gray = loose_finders(25, seed)
    begun = time.thread_time()
    assert by_outlines_live(gray, Deadline(0.15)) == []
    assert time.thread_time() - begun < 0.4  # 0.19 measured; without the caps 2.6


def test_a_bare_desk_has_nothing_to_read() -> None:
    gray = to_gray(empty_frame(1))
    assert gray is not None
    assert by_outlines_live(gray, LONG) == []


def test_when_the_time_is_over_nothing_is_tried() -> None:
    gray, _ = shown("phone", 1, "steep", 62.0)
    assert by_outlines(gray, Deadline(0.0)) == []
