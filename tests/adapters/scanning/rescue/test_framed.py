"""A code is cut out along its own light modules, or its dark ones, and given a margin."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures.filed import drawn
from fixtures.grounds import beside, on_page
from tests.support import payload
from verification.adapters.scanning.deadline import Deadline
from verification.adapters.scanning.rescue.framed import by_frame

LONG = Deadline(86_400.0)  # that no busy machine uses up, nor the tests before
SAID = payload("patient-1")


@pytest.mark.parametrize("pitch", [2, 3, 5, 8, 11])
@pytest.mark.parametrize("ground", [0, 40])
def test_a_code_on_a_dark_page_is_read_at_any_size(pitch: int, ground: int) -> None:
    page = on_page(drawn(SAID, pitch, 0), ground, page=(1100, 1000))
    assert by_frame(page, LONG) == [SAID]


def test_a_light_code_on_a_light_page_is_read() -> None:
    assert by_frame(on_page(255 - drawn(SAID, 6, 0), 230), LONG) == [SAID]


def test_codes_apart_from_each_other_are_all_read() -> None:
    both = SAID, payload("s5")
    one, other = (drawn(each, 6, 0) for each in both)
    assert set(by_frame(beside(one, other, 60, 0), LONG)) == set(both)


def test_a_page_of_nothing_or_of_one_plain_square_gives_nothing() -> None:
    page = np.zeros((400, 400), np.uint8)
    assert by_frame(page, LONG) == []
    page[100:300, 100:300] = 255
    assert by_frame(page, LONG) == []


def test_nothing_is_looked_at_when_the_time_is_up() -> None:
    assert by_frame(on_page(drawn(SAID, 6, 0), 0), Deadline(0.0)) == []
