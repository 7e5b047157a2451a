"""A rate of 0 % is not "come in": who is received, what is asked first, and what an answer does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import DESK, payload
from verification.basics.dates import VIETNAM
from verification.reception import checkin, questions
from verification.reception.answer import Answer, Scan, scan_of
from verification.reception.checkin import Receives
from verification.reception.desk import step
from verification.reception.fund import Fund, fund_of, is_green, is_open
from verification.reception.said import ask_again, tell
from verification.reception.screen import Input, Screen
from verification.rules.law.entitlement import Alternative, Entitlement
from verification.rules.law.verdict import Outcome
from verification.rules.misuse.facts import Flag, Level

if TYPE_CHECKING:
    from tests.support import Clock
    from verification.kiosk import Kiosk

CENTRAL, PROVINCE, CITY, EYE, NEW, STATION, HERE = (
    "79001",  # advanced, once central
    "79002",  # advanced, once of the province
    "79034",  # basic, once of the province
    "79033",  # basic, 50 to 70 points
    "79004",  # advanced, no former tier
    "79021",  # pays 100 %
    "79014",
)
JUNE = datetime(2026, 6, 30, 8, tzinfo=VIETNAM)
JULY = datetime(2026, 7, 1, 8, tzinfo=VIETNAM)
GREEN, RED, AMBER = "patient-1", "case-expired", "patient-3"
SELF: dict[str, Any] = dict.fromkeys(
    ("emergency", "referral", "reappointment", "stay_change", "inpatient"), False
)
NOTHING_ELSE = {"disease": "none", "special": False}


def at(kiosk: Kiosk, facility: str) -> Kiosk:
    return replace(kiosk, facility=facility)


def shown(kiosk: Kiosk, slug: str = GREEN, when: datetime | None = None) -> Answer:
    made = scan_of((payload(slug),), kiosk.today(), happened_at=when)
    return checkin.present(DESK, kiosk, made)


def none_paid(kiosk: Kiosk) -> Answer:
    """Return the answer of whoever came to a once central hospital by himself."""
    return tell(DESK, at(kiosk, CENTRAL), shown(at(kiosk, CENTRAL)), SELF | NOTHING_ELSE)


# ---- what the fund does


@pytest.mark.parametrize(
    ("low", "high", "fund"),
    [
        (Fraction(4, 5), Fraction(4, 5), Fund.PAYS),
        (Fraction(8, 25), Fraction(4, 5), Fund.PAYS),
        (Fraction(1, 1000), Fraction(1), Fund.PAYS),
        (Fraction(0), Fraction(0), Fund.NOTHING),
        (Fraction(0), Fraction(1), Fund.OPEN),
        (Fraction(0), Fraction(8, 25), Fund.OPEN),
        (Fraction(0), Fraction(2, 5), Fund.OPEN),
        (None, None, Fund.PAYS),  # not told: nothing is claimed, 0 % neither
    ],
)
def test_the_range_says_whether_the_fund_pays(
    kiosk: Kiosk, low: Fraction | None, high: Fraction | None, fund: Fund
) -> None:
    answer = shown(kiosk)
    rate = low if low == high else None
    found = replace(
        answer, entitlement=Entitlement(rate=rate, rate_low=low, rate_high=high), visit=None
    )
    assert fund_of(found) is fund
    assert is_green(found) is (fund is Fund.PAYS)
    assert is_open(found) is (fund is Fund.OPEN)
    assert Receives.GREEN_ALONE.takes(found) is (fund is Fund.PAYS)
    assert Receives.ANY_CARD.takes(found)
    assert not Receives.NOBODY.takes(found)


@pytest.mark.parametrize(
    ("rate", "fund"),
    [(Fraction(0), Fund.NOTHING), (Fraction(4, 5), Fund.PAYS), (None, Fund.PAYS)],
)
def test_a_code_that_the_desk_chose_counts_for_the_fund_too(
    kiosk: Kiosk, rate: Fraction | None, fund: Fund
) -> None:
    chosen = replace(none_paid(kiosk), chosen=Alternative("1.5", rate))
    assert fund_of(chosen) is fund


def test_without_an_entitlement_nothing_is_claimed(kiosk: Kiosk) -> None:
    assert fund_of(replace(shown(kiosk), entitlement=None)) is Fund.PAYS


@pytest.mark.parametrize("slug", [RED, AMBER])
def test_a_card_that_is_not_good_is_neither_green_nor_asked_about(kiosk: Kiosk, slug: str) -> None:
    answer = shown(at(kiosk, CENTRAL), slug)
    assert answer.verdict.outcome is not Outcome.ELIGIBLE
    assert not is_green(answer)
    assert not is_open(answer)
    assert answer.visit is None


# ---- who is received


@pytest.mark.parametrize(
    ("facility", "when", "received"),
    [
        (HERE, None, True),
        (HERE, JUNE, True),
        (STATION, None, True),
        (PROVINCE, None, True),  # 40 to 80 %
        (PROVINCE, JULY, True),
        (PROVINCE, JUNE, False),  # 0 to 80 %
        (CITY, None, True),
        (CITY, JUNE, False),
        (EYE, None, True),
        (EYE, JUNE, False),
        (CENTRAL, None, False),
        (CENTRAL, JUNE, False),
        (CENTRAL, JULY, False),
        (NEW, None, True),  # no rate can be told: no 0 is claimed
        ("79999", None, True),  # a facility that the store does not know
    ],
)
def test_who_is_received_by_being_scanned_follows_from_what_the_fund_may_pay(
    kiosk: Kiosk, facility: str, when: datetime | None, received: bool
) -> None:
    answer = shown(at(kiosk, facility), when=when)
    assert answer.verdict.outcome is Outcome.ELIGIBLE
    assert (answer.visit is not None) is received
    assert is_open(answer) is not received


def test_the_command_presents_and_receives_whatever_the_fund_pays(kiosk: Kiosk) -> None:
    there = at(kiosk, CENTRAL)
    answer = checkin.check_in(DESK, there, Scan((payload(GREEN),)))
    assert answer.visit is not None
    assert answer.visit.verdict == "eligible"


def test_a_visit_that_the_fund_does_not_pay_is_received_by_one_key(kiosk: Kiosk) -> None:
    answer = none_paid(kiosk)
    assert (answer.visit, fund_of(answer)) == (None, Fund.NOTHING)
    received = checkin.receive(DESK, at(kiosk, CENTRAL), answer)
    assert received.visit is not None
    assert (received.visit.verdict, received.visit.rate) == ("eligible", "0/1")
    assert received.visit.ma_doituong_kcb == "3.1"


def test_the_same_scan_sent_again_receives_nobody_either(kiosk: Kiosk) -> None:
    there = at(kiosk, CENTRAL)
    twice = [checkin.present(DESK, there, Scan((payload(GREEN),), scan_id="s:1")) for _ in range(2)]
    assert [answer.visit for answer in twice] == [None, None]
    assert twice[0].event.event_id == twice[1].event.event_id


# ---- what an answer does


@pytest.mark.parametrize(
    ("said", "code", "rate"),
    [
        ({"emergency": True}, "2", "4/5"),
        ({"referral": True}, "1.3", "4/5"),
        ({"referral": False, "reappointment": True, "stay_change": False}, "1.5", "4/5"),
        (SELF | {"inpatient": True} | NOTHING_ELSE, "3.1", "8/25"),
        (SELF | {"disease": "I"}, "1.17", "4/5"),
        (SELF | {"inpatient": True, "disease": "none", "special": True}, "3.6", "4/5"),
        ({"newborn": True, "referral": False, "reappointment": False}, "1.7", "1/1"),
    ],
)
def test_the_answer_that_makes_the_fund_pay_receives(
    kiosk: Kiosk, said: dict[str, Any], code: str, rate: str
) -> None:
    there = at(kiosk, CENTRAL)
    answer = tell(DESK, there, shown(there), said)
    assert is_green(answer)
    assert answer.visit is not None
    assert (answer.visit.ma_doituong_kcb, answer.visit.rate) == (code, rate)


@pytest.mark.parametrize(
    "said",
    [
        SELF | NOTHING_ELSE,
        SELF | {"disease": "II"},
        SELF | {"disease": "none", "special": True},
        SELF,  # still open: the disease
        {"emergency": False},
        {"inpatient": False},
    ],
)
def test_an_answer_that_leaves_nothing_or_open_receives_nobody(
    kiosk: Kiosk, said: dict[str, Any]
) -> None:
    there = at(kiosk, CENTRAL)
    answer = tell(DESK, there, shown(there), said)
    assert not is_green(answer)
    assert answer.visit is None


def test_a_look_up_is_received_by_no_answer(kiosk: Kiosk) -> None:
    there = at(kiosk, CENTRAL)
    looked = checkin.present(DESK, there, Scan((payload(GREEN),)), lookup=True)
    assert tell(DESK, there, looked, {"emergency": True}).visit is None


def test_who_was_here_today_is_not_received_a_second_time_by_an_answer(kiosk: Kiosk) -> None:
    there = at(kiosk, CENTRAL)
    first = tell(DESK, there, shown(there), {"emergency": True})
    again = shown(there)
    assert (len(again.already), is_open(again)) == (1, True)
    told = tell(DESK, there, again, {"emergency": True})
    assert told.visit is not None
    assert first.visit is not None
    assert told.visit.visit_id == first.visit.visit_id


def test_asked_again_from_the_start_it_is_open_again_and_stays_received(kiosk: Kiosk) -> None:
    there = at(kiosk, CENTRAL)
    answer = tell(DESK, there, shown(there), {"emergency": True})
    again = ask_again(DESK, there, answer)
    assert is_open(again)
    assert again.visit is not None
    assert again.visit.rate is None


def test_an_answer_before_it_was_received_by_key_is_kept_with_the_visit(kiosk: Kiosk) -> None:
    there = at(kiosk, CENTRAL)
    received = checkin.receive(DESK, there, shown(there))
    assert received.visit is not None
    assert received.visit.rate is None
    told = tell(DESK, there, received, SELF | NOTHING_ELSE)
    assert told.visit is not None
    assert (told.visit.visit_id, told.visit.rate) == (received.visit.visit_id, "0/1")


# ---- at the desk, by key


def pressed(kiosk: Kiosk, *given: str | int, lookup: bool = False) -> Screen:
    """Return the screen after a scan and what follows: keys by name, answers by number."""
    scan = scan_of((payload(GREEN),), kiosk.today())
    screen = step(DESK, kiosk, Screen(lookup=lookup), Input("s", 1, "scan", scan=scan))
    for number, what in enumerate(given, 2):
        here: dict[str, Any] = {"answer_id": screen.answer_id, "menu_id": screen.answer_id or ""}
        if isinstance(what, int):
            made = Input("s", number, "choice", index=what, **here)
        else:
            made = Input("s", number, "key", key=what, **here)
        screen = step(DESK, kiosk, screen, made)
    return screen


@pytest.mark.parametrize(
    ("given", "received", "fund"),
    [
        ((), False, Fund.OPEN),
        (("F2",), True, Fund.OPEN),
        ((3,), True, Fund.PAYS),  # an emergency
        ((4,), False, Fund.OPEN),  # a referral slip, whose day is asked next
        ((5,), False, Fund.OPEN),  # a re-appointment likewise
        ((1,), False, Fund.OPEN),  # by himself, outpatient: the disease decides
        ((1, 1), False, Fund.NOTHING),
        ((1, 1, "F2"), True, Fund.NOTHING),
        ((1, 2), True, Fund.PAYS),  # a disease of appendix I
        ((1, 3), False, Fund.NOTHING),
        ((2, 1), True, Fund.PAYS),  # 32 %
        ((6,), False, Fund.OPEN),  # a change of stay gives nothing at the advanced level
        ((6, 2), True, Fund.PAYS),
    ],
)
def test_one_key_more_receives_at_the_most(
    kiosk: Kiosk, given: tuple[str | int, ...], received: bool, fund: Fund
) -> None:
    answer = pressed(at(kiosk, CENTRAL), *given).answer
    assert answer is not None
    assert (answer.visit is not None, fund_of(answer)) == (received, fund)


def test_being_received_by_an_answer_is_said(kiosk: Kiosk) -> None:
    toast = pressed(at(kiosk, CENTRAL), 3).toast
    assert toast is not None
    assert toast.text.vi == "Đã tiếp nhận"
    assert pressed(at(kiosk, CENTRAL), 1).toast is None


def test_the_desk_asks_on_while_it_is_open_whether_the_fund_pays(kiosk: Kiosk) -> None:
    answer = replace(shown(at(kiosk, CENTRAL)), asked=2)
    assert questions.desk_question(answer) is not None
    half = replace(shown(at(kiosk, PROVINCE)), asked=2)  # 40 to 80 %
    assert questions.desk_question(half) is None


def test_who_lives_in_a_difficult_area_is_not_asked_whether_it_is_so(kiosk: Kiosk) -> None:
    there = at(kiosk, CENTRAL)
    answer = shown(there)
    card = answer.verdict.card
    assert card is not None
    verdict = replace(answer.verdict, card=replace(card, ma_kv="K2"))
    asked = tell(DESK, there, replace(answer, verdict=verdict), SELF)
    question = questions.desk_question(asked)
    assert question is not None
    said = [dict(choice) for _, choice in question.choices]
    assert said == [{"disease": "none"}, {"disease": "I"}, {"disease": "II"}]
    assert fund_of(tell(DESK, there, asked, said[0])) is Fund.NOTHING


def test_a_flag_waits_for_the_question_that_decides_who_is_received(kiosk: Kiosk) -> None:
    there = at(kiosk, CENTRAL)
    answer = shown(there)
    flag = Flag("M01", 1, Level.REVIEW, 30, "hit", {"case": "many", "count": 5})
    flagged = replace(answer, flags=(flag,), flagged=answer.event.event_id)
    assert questions.asks_first(flagged)
    assert questions.flag_question(there, flagged) is None
    received = replace(flagged, visit=checkin.receive(DESK, there, answer).visit)
    assert not questions.asks_first(received)
    assert questions.flag_question(there, received) is not None


def test_a_scan_of_june_that_waited_is_judged_by_the_law_of_june(
    kiosk: Kiosk, clock: Clock
) -> None:
    answer = shown(at(kiosk, EYE), when=JUNE)
    assert answer.verdict.on == date(2026, 6, 30)
    told = tell(DESK, at(kiosk, EYE), answer, SELF | NOTHING_ELSE)
    assert (fund_of(told), told.visit) == (Fund.NOTHING, None)
    assert clock().date() > told.verdict.on
