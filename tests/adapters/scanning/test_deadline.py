"""A deadline counts the CPU time of the thread, and a part of it ends no later than the whole."""

from __future__ import annotations

from verification.adapters.scanning.deadline import Deadline


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 5.0

    def __call__(self) -> float:
        return self.now


def test_it_is_over_when_the_time_is_used_up() -> None:
    clock = Clock()
    ends = Deadline(0.15, clock)
    clock.now = 5.1
    assert not ends.over
    clock.now = 5.15
    assert ends.over


def test_nothing_is_over_at_once() -> None:
    assert Deadline(0.0, Clock()).over


def test_a_part_ends_with_the_whole_whatever_its_own_clock_says() -> None:
    wall, cpu = Clock(), Clock()
    part = Deadline(9.0, cpu, Deadline(1.0, wall))
    assert not part.over
    wall.now += 1.0
    assert part.over


def test_a_part_ends_before_the_whole() -> None:
    wall, cpu = Clock(), Clock()
    whole = Deadline(9.0, wall)
    part = Deadline(1.0, cpu, whole)
    cpu.now += 1.0
    assert (part.over, whole.over) == (True, False)
