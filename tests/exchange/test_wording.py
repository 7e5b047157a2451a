"""Every cause and every code has words that a person understands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.exchange_support import receive, waiting_kiosk
from tests.support import each
from verification.card.portal import Cause, PortalOutcome
from verification.exchange.closing import Unverified
from verification.exchange.waiting import State
from verification.exchange.wording import error_words, state_words, word_of
from verification.log.visit import PortalWord

if TYPE_CHECKING:
    from tests.support import Clock


@each("code", [*Cause, *(one for one in PortalOutcome if not one.settles)])
def test_a_cause_is_told_in_words_and_not_as_a_code(code: str) -> None:
    assert code not in error_words(code).vi


def test_a_code_of_the_portal_is_shown_with_its_words_and_an_unknown_one_alone() -> None:
    assert error_words("205").vi.startswith("Mã 205: ")
    assert error_words("998").vi == "Cổng trả mã 998"
    assert state_words(State.DEAD).vi == "Chờ người gửi lại"


@pytest.mark.parametrize("word", [None, *(word for word in PortalWord if word.is_open)])
def test_how_far_a_question_is_has_words(clock: Clock, word: PortalWord | None) -> None:
    visit = replace(receive(waiting_kiosk(clock)), portal=word)
    assert word_of(Unverified(visit, None)).vi
    refused = Unverified(replace(visit, portal_code="110"), None)
    assert ". Mã 110: " in word_of(refused).vi
    assert word_of(Unverified(replace(visit, portal_code="998"), None)).vi.endswith(
        ". Cổng trả mã 998"
    )
