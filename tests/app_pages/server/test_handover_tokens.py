"""A visit is opened in the hospital system by a token: once, soon, and by no guess."""

from __future__ import annotations

import pytest

from app_pages.server.handover_tokens import SECONDS, HandoverTokens
from tests.support import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(clock: Clock) -> HandoverTokens:
    return HandoverTokens(clock.steady)


def test_a_token_stands_for_its_visit_once(tokens: HandoverTokens) -> None:
    first, second = tokens.give("visit-1"), tokens.give("visit-2")
    assert tokens.redeem(second) == "visit-2"
    assert tokens.redeem(first) == "visit-1"
    assert tokens.redeem(first) is None


def test_a_token_is_good_for_ten_minutes(tokens: HandoverTokens, clock: Clock) -> None:
    early, late = tokens.give("visit-1"), tokens.give("visit-1")
    clock.forward(seconds=SECONDS - 1)
    assert tokens.redeem(early) == "visit-1"
    clock.forward(seconds=1)
    assert tokens.redeem(late) is None


def test_a_token_says_nothing_of_its_visit_and_fits_an_address(tokens: HandoverTokens) -> None:
    given = {tokens.give("visit-1") for _ in range(50)}
    assert len(given) == 50
    assert all(len(one) == 32 and set(one) <= set(ALPHABET) for one in given)


def test_a_guess_is_none_and_what_is_kept_is_bounded(tokens: HandoverTokens) -> None:
    first = tokens.give("visit-1")
    for _ in range(1_000):
        last = tokens.give("visit-2")
    assert tokens.redeem(first) is None
    assert tokens.redeem("") is None
    assert tokens.redeem("\ud800") is None
    assert tokens.redeem(last) == "visit-2"


ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
