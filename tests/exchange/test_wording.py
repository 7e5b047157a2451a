"""Every cause and every code has words that a person understands."""

from __future__ import annotations

import pytest

from verification.card.portal import Cause, PortalOutcome
from verification.exchange.waiting import State
from verification.exchange.wording import error_words, state_words


@pytest.mark.parametrize("code", [*Cause, *(one for one in PortalOutcome if not one.settles)])
def test_a_cause_is_told_in_words_of_its_own(code: str) -> None:
    assert code not in error_words(code).vi


def test_a_code_of_the_portal_or_an_unknown_one_is_shown_as_it_is() -> None:
    assert error_words("999").vi == "Cổng trả mã 999"
    assert error_words("205").vi.startswith("Mã 205: ")
    assert error_words("la_lung").en == "The portal answered la_lung"
    assert state_words(State.DEAD).vi == "Chờ người gửi lại"
