"""Honest explanations that the rules of a case look at, and how each turned out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.case_support import AN, a_flag, arrive, only_case
from verification.log.content import card_of
from verification.review.exceptions import considered
from verification.rules.misuse.exceptions import looked_at
from verification.rules.misuse.facts import Level
from verification.rules.misuse.past_visit import PastVisit
from verification.rules.misuse.policy import shipped

if TYPE_CHECKING:
    from tests.support import Clock
    from verification.kiosk import Kiosk

EVERY = tuple(series.name for series in shipped().series)


def elsewhere(kiosk: Kiosk, at: int, **beside: str) -> None:
    """Let the portal tell of a visit of the case's person."""
    case = only_case(kiosk)
    card = dict(card_of(kiosk.written, case))
    told = PastVisit(at, "79027", card=card, beside=beside)
    kiosk.written.write(lambda log: log.history.put(told, case.subject))


def test_what_the_codes_explain_is_counted_and_what_nothing_is_known_of_is_said(
    kiosk: Kiosk, clock: Clock
) -> None:
    arrive(kiosk, "patient-1", a_flag("M04"))
    day = int(clock().timestamp()) - 86_400
    elsewhere(kiosk, day, ma_benh="N18.5")
    elsewhere(kiosk, day - 86_400, ma_doituong_kcb="1.5")
    found = considered(AN, kiosk, only_case(kiosk))
    by_name = {one.text.en: one for one in found.turned}
    assert len(by_name) == len(EVERY)
    assert (by_name["kidney disease, dialysis"].flagged, found.flagged, found.untold) == (0, 1, 1)
    counts = {name: one.others for name, one in by_name.items() if one.others}
    assert counts == {"kidney disease, dialysis": 1, "appointment": 1}


def test_a_rule_without_exceptions_is_named(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1", a_flag("M10"), a_flag("M09"))
    found = considered(AN, kiosk, only_case(kiosk))
    assert (found.without, [one.rules for one in found.turned]) == (("M10",), [("M09",)])


def test_a_desk_has_no_visits_that_codes_explain(kiosk: Kiosk) -> None:
    arrive(kiosk, "patient-1", a_flag("M13"), desk=True)
    found = considered(AN, kiosk, only_case(kiosk))
    assert (found.flagged, [one.others for one in found.turned]) == (0, [0])


@pytest.mark.parametrize(
    ("rule", "series"),
    [
        ("M04", EVERY),
        ("M03", ("newborn", "referral")),
        ("M13", ("emergency",)),
        ("M10", ()),
        ("M99", ()),
    ],
)
def test_each_rule_looks_at_its_series_alone(rule: str, series: tuple[str, ...]) -> None:
    assert looked_at(rule, shipped()) == series


def test_every_series_has_a_name_and_each_level_a_scale_by_the_data() -> None:
    assert all(series.text.vi != series.name for series in shipped().series)
    scale = shipped().scale()
    assert list(scale) == [Level.INFO, Level.REVIEW, Level.URGENT]
    assert all(0 < least <= most for least, most in scale.values())
