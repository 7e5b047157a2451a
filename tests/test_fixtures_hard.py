"""The hard frames are the same for everyone who draws them, and as hard as they say."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures.hard import KINDS, LEVELS, SIZE, Kind, approach, empty_frame, hard_frame, hard_frames
from tests.support import share
from verification.adapters.scanning.engines import read_only, zxing
from verification.adapters.scanning.gray import to_gray


def read(kind: Kind, cause: str, level: float) -> bool:
    """Tell whether the plain frame of a cause is read."""
    frame = hard_frame(kind, 1, cause, level)
    gray = to_gray(frame.picture)
    assert gray is not None
    return [one.payload for one in read_only(zxing(gray))] == [frame.payload]


FEW = {cause: levels[-1:] for cause, levels in LEVELS.items()}


@pytest.mark.parametrize("levels", share([FEW, LEVELS], FEW), ids=["worst", "all"])
@pytest.mark.parametrize("kind", share(KINDS, "phone"))
def test_there_is_one_frame_of_each_cause_and_level(
    kind: Kind, levels: dict[str, tuple[float, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fixtures.hard.LEVELS", levels)
    frames = list(hard_frames(kind, 1))
    assert len({frame.name for frame in frames}) == len(frames)
    assert len(frames) == sum(map(len, levels.values()))
    for frame in frames:
        assert frame.picture.shape == (SIZE[1], SIZE[0], 3)
        assert frame.picture.dtype == np.uint8
        assert frame.payload


@pytest.mark.long
@pytest.mark.parametrize("cause", LEVELS)
def test_a_seed_fixes_every_pixel(cause: str) -> None:
    level = LEVELS[cause][1]
    one, two = (hard_frame("phone", 4, cause, level) for _ in range(2))
    assert np.array_equal(one.picture, two.picture)
    assert one.payload == two.payload
    assert not np.array_equal(one.picture, hard_frame("phone", 5, cause, level).picture)


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cause", LEVELS)
def test_without_its_damage_each_frame_is_read(kind: Kind, cause: str) -> None:
    easy = {"scale": 4.0, "dim": 1.0}.get(cause, 0.0)
    assert read(kind, cause, easy)


@pytest.mark.parametrize("cause", ["scale", "blur", "motion", "noise", "dim", "glare", "mixed"])
def test_the_worst_level_is_beyond_the_plain_reader(cause: str) -> None:
    assert not read("phone", cause, LEVELS[cause][-1])


def test_a_citizen_card_says_its_name_in_vietnamese() -> None:
    assert not hard_frame("citizen", 1, "roll", 0.0).payload.isascii()


def test_a_bare_desk_shows_no_code() -> None:
    gray = to_gray(empty_frame(1))
    assert gray is not None
    assert zxing(gray) == []


@pytest.mark.long
def test_what_comes_nearer_is_read_at_the_end_and_not_at_the_beginning() -> None:
    frames = list(approach("citizen", 2))
    first, last = (to_gray(frame.picture) for frame in (frames[0], frames[-1]))
    assert first is not None
    assert last is not None
    assert read_only(zxing(first)) == []
    assert [one.payload for one in zxing(last)] == [frames[0].payload]
