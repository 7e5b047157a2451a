"""How long content is kept: whole years, never less than the law's least."""

from __future__ import annotations

import pytest

from tests.support import each
from verification.basics.errors import SettingsError
from verification.log.terms import Terms, given_terms, usual_terms
from verification.operations.keeping_settings import read_keeping
from verification.operations.settings import read_settings, without_secrets


def test_a_house_that_sets_nothing_has_the_usual_terms() -> None:
    assert read_keeping({}) == usual_terms() == Terms(10, 2, 5)
    assert read_settings({}).keeping == Terms(10, 2, 5)
    assert without_secrets(read_settings({}))["keeping"] == "visits 10, portal 2, access 5"


def test_a_longer_term_counts() -> None:
    given = {"KIOSK_KEEP_VISITS": " 15 ", "KIOSK_KEEP_PORTAL": "1", "KIOSK_KEEP_ACCESS": "100"}
    assert read_keeping(given) == Terms(15, 1, 100)


@each("what", ["visits", "portal", "access"])
@each("given", ["0", "-1", "9999", "10.5", "x", "٣٠", "101", "1e2"])
def test_what_is_no_term_or_below_the_least_is_one_sentence(what: str, given: str) -> None:
    name = f"KIOSK_KEEP_{what.upper()}"
    with pytest.raises(SettingsError, match=f"{name} phải là số năm nguyên, từ "):
        read_keeping({name: given})


def test_the_least_is_taken_and_one_less_is_not() -> None:
    for what, least in given_terms()["least"].items():
        name = f"KIOSK_KEEP_{what.upper()}"
        assert getattr(read_keeping({name: str(least)}), what) == least
        with pytest.raises(SettingsError):
            read_keeping({name: str(least - 1)})
