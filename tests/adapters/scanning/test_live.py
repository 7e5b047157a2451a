"""A live camera: one rescue step a frame in turn, within the desk's share."""

from __future__ import annotations

from itertools import count
from typing import Any

import cv2
import numpy as np
import pytest

from fixtures.hard import approach, empty_frame, hard_frame
from verification.adapters.scanning import live
from verification.adapters.scanning.live import Budget, LiveDecoder
from verification.adapters.scanning.reading import Reading
from verification.adapters.scanning.rescue.locator import Candidate, Changes, from_box

HARD = hard_frame("phone", 1, "blur", 1.1).picture  # no step reads it
GOOD = hard_frame("phone", 1, "roll", 20.0)


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note each rescue step instead of doing it."""
    names: list[str] = []

    def noted(name: str) -> Any:
        return lambda _gray, _candidate, _ends: names.append(name) or []

    monkeypatch.setattr(live, "LIVE_STEPS", {name: noted(name) for name in ("a", "b", "c")})
    return names


def decoder(budget: float = 200.0, a_frame: float = 0.125, cost: float = 0.0) -> LiveDecoder:
    """Return a decoder whose frames come and cost regularly, in seconds."""
    frames, steps = count(), count()
    return LiveDecoder(budget, clock=lambda: next(frames) * a_frame, cpu=lambda: next(steps) * cost)


def test_a_good_frame_is_read_at_once(tried: list[str]) -> None:
    assert decoder().read(GOOD.picture) == Reading((GOOD.payload,), "zxing")
    assert tried == []


def test_an_unread_frame_says_so_and_why(tried: list[str]) -> None:
    assert decoder().read(HARD) == Reading(unread=True, hint="too_soft")


def test_the_steps_take_turns_once_a_code_stays_where_it_was(tried: list[str]) -> None:
    desk = decoder()
    desk.read(HARD)
    assert tried == []
    for _ in range(7):
        desk.read(HARD)
    assert tried == ["a", "b", "c", "a", "b", "c", "a"]


def moved(by: int) -> Any:
    return np.roll(HARD, by, axis=1)


def test_what_moves_is_not_rescued_until_it_has_moved_for_a_while(tried: list[str]) -> None:
    desk = decoder()
    for at in range(live.MOVED_FRAMES):
        desk.read(moved(90 * at))
    assert tried == []
    desk.read(moved(90 * live.MOVED_FRAMES))
    desk.read(moved(0))
    assert tried == ["a"]
    desk.read(moved(3))  # a hand is never still
    assert tried == ["a", "b"]


def test_each_desk_has_its_own_turn(tried: list[str]) -> None:
    one, two = decoder(), decoder()
    for desk in (one, two, one, two, one):
        desk.read(HARD)
    assert tried == ["a", "a", "b"]


def test_a_bare_desk_is_never_rescued(tried: list[str]) -> None:
    desk = decoder()
    assert [desk.read(empty_frame(seed)) for seed in range(5)] == [Reading()] * 5
    assert tried == []


def test_rescues_stay_within_the_share(tried: list[str]) -> None:
    desk = decoder(budget=100.0, cost=0.05)  # 8 frames a second, a step of 50 ms
    for _ in range(81):
        desk.read(HARD)
    assert len(tried) == pytest.approx(100 * 10 / 50 + 2, abs=2)  # and the first second's store


def test_without_a_share_the_plain_frame_is_still_read(tried: list[str]) -> None:
    desk = decoder(budget=0.0)
    assert desk.read(HARD).unread
    assert desk.read(GOOD.picture).payloads == (GOOD.payload,)
    assert tried == []


def test_desks_share_what_rescues_may_cost_together(tried: list[str]) -> None:
    frames, steps = count(), count()
    clock, cpu = (lambda: next(frames) * 0.0), (lambda: next(steps) * 0.05)
    together = Budget(100.0)
    desks = [LiveDecoder(200.0, together=together, clock=clock, cpu=cpu) for _ in range(10)]
    readings = [[desk.read(HARD) for desk in desks] for _ in range(2)]
    assert len(tried) == 2  # 100 ms, a step of 50 ms each
    assert readings == [[Reading(unread=True, hint="too_soft")] * 10] * 2


def test_nothing_is_rescued_while_others_wait(tried: list[str]) -> None:
    desk = decoder()
    assert desk.read(HARD, rescue=False).unread
    assert desk.read(GOOD.picture, rescue=False).payloads == (GOOD.payload,)
    assert tried == []


def test_a_code_in_the_dark_is_looked_for_on_the_share_and_stays_unread_meanwhile(
    tried: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = from_box((0, 0, 200, 200))
    places, looks = [[place], [place], []], []

    def faint(*_: object) -> list[Candidate]:
        looks.append("look")
        return places[len(looks) - 1]

    monkeypatch.setattr(live, "faint_places", faint)
    desk, bare = decoder(), empty_frame(1)
    rescues = (False, True, False, True, True, False)
    seen = [desk.read(bare, rescue=rescue).unread for rescue in rescues]
    assert (seen, len(looks)) == ([False, True, True, True, False, False], 3)
    assert tried == ["a"]


def test_what_stood_in_the_dark_is_forgotten_once_a_code_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live, "LIVE_STEPS", {"none": lambda *_: []})
    monkeypatch.setattr(live, "faint_places", lambda *_: [from_box((0, 0, 200, 200))])
    desk = decoder()
    assert desk.read(empty_frame(1)).unread
    assert desk.read(GOOD.picture).payloads
    assert not desk.read(empty_frame(1), rescue=False).unread


def test_a_desk_that_was_bare_is_searched_again_only_once_it_changes_or_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    searched: list[int] = []
    monkeypatch.setattr(live, "faint_places", lambda gray, _seen: searched.append(0) or [])
    desk, grain = decoder(), np.random.default_rng(1)
    bare = empty_frame(1)

    def frames(count: int, picture: Any) -> int:
        searched.clear()
        for _ in range(count):
            noise = grain.normal(0, 2.5, picture.shape).round().astype(np.int8)
            desk.read(cv2.add(picture, noise, dtype=cv2.CV_8U))
        return len(searched)

    assert frames(live.BARE_FRAMES + 1, bare) == 1
    assert frames(1, bare) == 1  # after a while
    shadow = bare.copy()
    shadow[300:400, 500:600] //= 2
    assert frames(1, shadow) == 0  # something moves
    assert frames(2, shadow) == 1
    assert frames(1, bare) == 0
    assert frames(1, bare) == 1


def test_a_phone_on_its_way_out_is_not_rescued_and_the_next_one_is(tried: list[str]) -> None:
    desk = decoder(a_frame=0.1)
    desk.read(GOOD.picture)
    leaving = [desk.read(HARD).unread for _ in range(3)]
    assert (all(leaving), tried) == (True, [])
    desk.read(HARD)
    assert tried == ["a"]


def test_what_stood_in_the_dark_and_left_is_not_unread_any_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dark = hard_frame("phone", 1, "blur", 1.1).picture
    monkeypatch.setattr(live, "LIVE_STEPS", {"none": lambda *_: []})
    monkeypatch.setattr(Changes, "places", lambda *_: [])
    place = from_box((0, 0, 200, 200))
    monkeypatch.setattr(live, "faint_places", lambda gray, _: [place] if is_like(gray) else [])

    def is_like(gray: Any) -> bool:
        return bool(np.array_equal(gray, live.to_gray(dark)))

    desk, bare = decoder(), empty_frame(1)
    shown = [desk.read(frame).unread for frame in (bare, dark, dark, bare)]
    assert [*shown, desk.read(bare, rescue=False).unread] == [False, False, True, False, False]


def test_a_share_that_was_not_used_does_not_pile_up(tried: list[str]) -> None:
    times, steps = iter([600 + at / 100 for at in range(10)]), count()
    desk = LiveDecoder(100.0, clock=lambda: next(times), cpu=lambda: next(steps) * 0.05)
    for _ in range(10):
        desk.read(HARD)
    assert len(tried) in {2, 3}  # one second's share, not that of ten minutes


def test_a_posted_picture_is_read() -> None:
    _, data = cv2.imencode(".jpg", GOOD.picture)
    assert decoder().read_picture(data.tobytes()) == Reading((GOOD.payload,), "zxing")
    assert decoder().read_picture(b"no picture") is None


@pytest.mark.parametrize("frame", [None, np.zeros((0, 0), np.uint8), "text"])
def test_what_is_no_picture_gives_nothing(frame: object) -> None:
    assert decoder().read(frame) == Reading()


def test_a_card_that_comes_nearer_is_read_on_the_way() -> None:
    desk = decoder(a_frame=1 / 30)
    seen = [desk.read(frame.picture) for frame in approach("phone", 1)]
    first = next(at for at, reading in enumerate(seen) if reading.payloads)
    assert first < 16
    payload = next(approach("phone", 1)).payload
    assert {reading.payloads for reading in seen} == {(), (payload,)}
