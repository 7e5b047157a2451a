"""What the person who aims is told, one cause at a time."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from fixtures.hard import Kind, hard_frame
from verification.adapters.scanning.gray import to_gray
from verification.adapters.scanning.rescue.hints import hint_of, sharpness
from verification.adapters.scanning.rescue.locator import Candidate, locate


def seen(kind: Kind, cause: str, level: float) -> tuple[object, ...]:
    """Return the hint for a hard frame."""
    gray = to_gray(hard_frame(kind, 1, cause, level).picture)
    assert gray is not None
    return (hint_of(gray, locate(gray)[0]),)


@pytest.mark.parametrize("kind", ["phone", "paper"])
@pytest.mark.parametrize(
    ("cause", "level", "hint"),
    [
        ("scale", 1.25, "too_small"),
        ("blur", 0.75, "blurred"),
        ("blur", 0.9, "too_soft"),
        ("blur", 1.1, "too_soft"),
        ("motion", 2.4, "blurred"),
        ("dim", 0.22, "too_dark"),
        ("dim", 0.14, "too_dark"),
        ("glare", 0.3, "glare"),
        ("glare", 0.38, "glare"),
    ],
)
def test_each_cause_has_its_hint(kind: Kind, cause: str, level: float, hint: str) -> None:
    assert seen(kind, cause, level) == (hint,)


@pytest.mark.parametrize("kind", ["phone", "paper"])
@pytest.mark.parametrize(("gain", "hint"), [(1.5, None), (2.0, None), (3.0, "overexposed")])
def test_too_much_light_everywhere_is_no_glare(kind: Kind, gain: float, hint: str | None) -> None:
    plain = cv2.GaussianBlur(hard_frame(kind, 3, "roll", 0.0).picture, (0, 0), 0.6)
    gray = to_gray(np.clip(plain * gain, 0, 255).astype(np.uint8))
    assert gray is not None
    assert hint_of(gray, locate(gray)[0]) == hint


def test_a_code_out_of_focus_and_far_away_is_not_sent_farther() -> None:
    frame = hard_frame("citizen", 1, "blur", 0.9)
    gray = to_gray(frame.picture)
    assert gray is not None
    far = np.asarray(cv2.resize(gray, None, fx=0.8, fy=0.8), np.uint8)
    assert hint_of(far, locate(far)[0]) in {"blurred", "too_small"}


@pytest.mark.parametrize(("cause", "level"), [("roll", 20.0), ("tilt", 20.0), ("finder", 0.08)])
def test_a_good_picture_has_no_hint(cause: str, level: float) -> None:
    assert seen("phone", cause, level) == (None,)


@pytest.mark.parametrize("side", ["left", "top", "right", "low"])
def test_a_code_over_the_border_is_cut_off(side: str) -> None:
    gray = to_gray(hard_frame("phone", 1, "roll", 20.0).picture)
    assert gray is not None
    quad = locate(gray)[0].quad
    (left, top), (right, low) = quad.min(axis=0).astype(int), quad.max(axis=0).astype(int)
    middle_x, middle_y = (left + right) // 2, (top + low) // 2
    cut = {
        "left": gray[:, middle_x:],
        "top": gray[middle_y:],
        "right": gray[:, :middle_x],
        "low": gray[:middle_y],
    }[side]
    cut = np.ascontiguousarray(cut)
    assert hint_of(cut, locate(cut)[0]) == "cut_off"


def test_the_sharper_of_two_pictures_is_sharper() -> None:
    def of(level: float) -> float:
        gray = to_gray(hard_frame("phone", 1, "blur", level).picture)
        assert gray is not None
        return sharpness(gray, locate(gray)[0])[0]

    assert of(0.3) > of(0.45) > of(0.6) > of(0.9)


def test_a_flat_block_is_too_dark_to_say_more() -> None:
    quad = np.array([[300, 200], [500, 200], [500, 400], [300, 400]], np.float32)
    assert hint_of(np.full((720, 1280), 20, np.uint8), Candidate(quad, 0.0)) == "too_dark"
