"""What the cameras of desks see: a bare desk, a phone that comes, one that is held up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from cv2.typing import MatLike

from benchmarks.load.law import LAW, Law
from benchmarks.soak.day_people import Person
from fixtures.clip import FRAMES_PER_SECOND, Phone, bare_desk, jpeg, phone_with, scene

SIZE = (1280, 720)  # what camera.js asks the camera for, and sends at most
_QUALITY = 85  # of a frame of camera.js, `toBlob`
_CLIP_QUALITY = 80
_PATTERN = 2  # of each code: to find the best takes longer than all the rest
_AWAY = (0.85, 0.6, 0.4, 0.21)  # where a phone that comes is; nearer a rescue can read it
_SHAKEN = (0, 8, 16, 8, 0, -8, -16, -8)  # pixels of a hand that is never still: the page posts on


@dataclass
class Film:
    """Draws the frames.

    Args:
        seed: Of the desk and of how phones are held.
    """

    seed: int = 1

    @cached_property
    def _rng(self) -> np.random.Generator:
        return np.random.default_rng(self.seed)

    @cached_property
    def _desk(self) -> MatLike:
        return bare_desk(SIZE, self._rng)

    @cached_property
    def bare(self) -> bytes:
        """Return the frame of a desk with nobody's phone before it."""
        return jpeg(self._desk, _QUALITY)

    def coming(self, person: Person) -> Sequence[bytes]:
        """Return the frames of a phone that comes: smeared, not to be read."""
        phone = self._phone(person)
        return [jpeg(scene(self._desk, phone, away), _QUALITY) for away in _AWAY]

    def held(self, person: Person) -> bytes:
        """Return the frame of a phone that is held up."""
        return jpeg(self._noisy(scene(self._desk, self._phone(person), 0.0)), _QUALITY)

    def clip(self, people: Sequence[Person], law: Law = LAW) -> Iterator[bytes]:
        """Yield the frames of a clip in which each is there once in each period."""
        total, there = (
            round(seconds * FRAMES_PER_SECOND) for seconds in (law.period_seconds, law.view_seconds)
        )
        moves = round(law.move_seconds * FRAMES_PER_SECOND)
        bare = jpeg(self._desk, _CLIP_QUALITY)
        for person in people:
            phone = self._phone(person)
            ways = [(step / (moves + 1)) ** 2 for step in range(moves, 0, -1)]
            coming = [jpeg(scene(self._desk, phone, away), _CLIP_QUALITY) for away in ways]
            still = [
                jpeg(self._noisy(scene(self._desk, phone, 0.0, shaken)), _CLIP_QUALITY)
                for shaken in _SHAKEN
            ]
            before = (total - there) // 2
            yield from [bare] * before
            yield from coming
            yield from (still[at // 2 % len(still)] for at in range(there - 2 * moves))
            yield from reversed(coming)
            yield from [bare] * (total - there - before)

    def _phone(self, person: Person) -> Phone:
        return phone_with(person.text.encode(), self._rng, _PATTERN)

    def _noisy(self, image: MatLike) -> MatLike:
        return cv2.add(image, self._noise, dtype=cv2.CV_8U)

    @cached_property
    def _noise(self) -> MatLike:
        grey = self._rng.normal(0, 2.5, (*SIZE[::-1], 1)).round().astype(np.int8)
        return np.repeat(grey, 3, axis=2)
