"""Periods against what is presented: who says that a card ended, and who only does not know.

Each line is one store, one presented text and one day. Copies are named by who made them and when:
`b 11-20` is the insurer's list of that day, `h` the hospital's own.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

import pytest

from tests.support import TODAY, a_card, a_record, each
from verification.card.facts import Card, Origin, Record, Refusal, Status
from verification.card.memory import MemoryCards
from verification.card.presented import Kind, Presented, read
from verification.rules.law.tables import shipped
from verification.rules.law.verdict import Outcome, Rules, Verdict, judge

RULES = Rules(shipped(), record_days=400)  # the age of a copy has tests of its own
NUMBER = "DN4797900000011"
ORIGINS = {"h": Origin.HOSPITAL, "b": Origin.BHXH, "c": Origin.COMPANY, "x": Origin.XML1}
GREEN, AMBER, RED = Outcome.ELIGIBLE, Outcome.UNDETERMINED, Outcome.NOT_ELIGIBLE


def day(text: str) -> date | None:
    """Read `12-31` of 2026, or a whole date; `-` is none."""
    if text == "-":
        return None
    return date.fromisoformat(text if len(text) > 5 else f"2026-{text}")


def copy_of(text: str) -> Record:
    """Read `h 12-20 01-01..12-31 bao_giam`: origin, day of the copy, period, status."""
    origin, as_of, period, status = [*text.split(), "hieu_luc"][:4]
    begin, end = period.split("..")
    return a_record(
        Status(status),
        as_of=day(as_of) or TODAY,
        origin=ORIGINS[origin],
        gt_the_tu=day(begin),
        gt_the_den=day(end),
    )


def presented(text: str) -> Presented:
    """Read `01-01..12-31`, a card QR with this validity; empty is a typed number."""
    if not text:
        return read(NUMBER.encode(), TODAY)
    begin, end = (day(one) for one in text.split(".."))
    return Presented(Kind.BHYT_QR, "0" * 64, a_card(gt_the_tu=begin, gt_the_den=end))


def asked(
    store: str, shown: str, on: str, refused: tuple[Refusal, ...] = ()
) -> tuple[Verdict, list[str]]:
    """Judge, with the rows of the store in every order: the answer is always the same."""
    the_day = day(on) or TODAY
    records = [copy_of(text) for text in store.split("; ") if text]
    answers = [
        judge(presented(shown), MemoryCards(order, refused=refused), RULES, the_day, the_day)
        for order in permutations(records)
    ]
    said = [[finding.reason.value for finding in answer.reasons] for answer in answers]
    assert all(codes == said[0] for codes in said)
    assert len({answer.card for answer in answers}) == 1
    return answers[0], said[0]


HOLDS, DIFFERS = ["valid"], ["validity_differs", "valid"]
UNSURE, ENDED = ["renewal_unknown", "validity_differs"], ["expired", "validity_differs"]
OLD = "2025-01-01..2025-12-31"
YEAR, YEAR_B = "h 12-20 01-01..12-31", "b 12-20 01-01..12-31"
NEXT = "h 12-20 2027-01-01..2027-12-31"
TABLE = [
    # ---- the turn of the year: every pensioner's card ends on 31/12, the store is of 20/12
    (YEAR, "", "12-31", GREEN, ["valid", "ends_soon"]),
    (YEAR, "", "2027-01-02", AMBER, ["renewal_unknown"]),
    (YEAR_B, "", "2027-01-02", AMBER, ["renewal_unknown"]),
    (YEAR, "01-01..-", "2027-01-02", AMBER, ["renewal_unknown"]),
    (YEAR_B, "01-01..-", "2027-01-02", AMBER, ["renewal_unknown"]),
    (YEAR_B, "2027-01-01..2027-12-31", "2027-01-02", AMBER, ["renewal_unknown"]),
    (YEAR_B, "2027-01-01..-", "2027-01-02", AMBER, ["renewal_unknown"]),
    (f"{YEAR}; {NEXT}", "", "2027-01-02", GREEN, HOLDS),
    (f"{YEAR}; {NEXT}", "", "12-31", GREEN, HOLDS),  # it goes on: nothing ends soon
    (f"{YEAR}; {NEXT}", "2027-01-01..2027-12-31", "12-31", GREEN, DIFFERS),
    ("c 12-20 01-01..12-31", "", "2027-01-02", AMBER, ["renewal_unknown"]),
    ("x 12-20 01-01..12-31", "", "2027-01-02", AMBER, ["renewal_unknown"]),
    # ---- who says that it ended
    ("h 11-20 01-01..06-30", "", "11-22", AMBER, ["renewal_unknown"]),
    ("b 11-20 01-01..06-30", "", "11-22", RED, ["expired"]),
    ("b 06-30 01-01..06-30", "", "11-22", AMBER, ["renewal_unknown"]),  # of its last day
    ("b 07-01 01-01..06-30", "", "11-22", RED, ["expired"]),  # of the day after
    ("h 11-20 01-01..06-30", "01-01..06-30", "11-22", RED, ["expired"]),  # the QR itself
    ("h 11-20 -..06-30", "-..06-30", "11-22", RED, ["expired"]),
    ("", "01-01..06-30", "11-22", RED, ["expired", "not_in_store"]),
    ("", "01-01..-", "11-22", AMBER, ["not_in_store"]),
    ("h 11-20 01-01..06-30; b 11-21 01-01..06-30", "", "11-22", RED, ["expired"]),
    # an insurer's list younger than the end, which knows an older period only
    (f"h 11-20 01-01..06-30; b 11-21 {OLD}", "", "11-22", RED, ["expired"]),
    (f"h 11-20 01-01..06-30; b 06-01 {OLD}", "", "11-22", AMBER, ["renewal_unknown"]),
    # ---- an altered end
    ("b 11-21 01-01..06-30", "01-01..2027-12-31", "11-22", RED, ENDED),
    ("b 11-21 01-01..06-30", "01-01..-", "11-22", RED, ["expired"]),
    ("b 11-21 01-01..06-30", "08-01..2027-07-31", "11-22", RED, ENDED),
    ("b 07-15 01-01..06-30", "08-01..2027-07-31", "11-22", AMBER, ["renewal_unknown"]),
    ("b 08-01 01-01..06-30", "08-01..2027-07-31", "11-22", AMBER, ["renewal_unknown"]),
    ("b 11-21 01-01..06-30", "-..2027-07-31", "11-22", AMBER, UNSURE),
    ("h 11-21 01-01..06-30", "01-01..2027-12-31", "11-22", AMBER, UNSURE),
    # ---- an end that only the card gives: a list that is silent of it contradicts nothing
    ("b 11-21 01-01..-", "01-01..06-30", "11-22", GREEN, DIFFERS),  # still listed after that end
    ("b 07-01 01-01..-", "01-01..06-30", "11-22", GREEN, DIFFERS),
    ("b 06-30 01-01..-", "01-01..06-30", "11-22", RED, ["expired"]),
    ("h 11-21 01-01..-", "01-01..06-30", "11-22", RED, ["expired"]),
    ("c 11-21 01-01..-", "01-01..11-21", "11-22", RED, ["expired"]),
    ("h 11-21 01-01..-", "-..06-30", "11-22", RED, ["expired"]),
    ("h 11-21 2025-01-01..-", "01-01..06-30", "11-22", RED, ["expired"]),
    ("h 11-21 01-01..-; b 11-20 01-01..-", "01-01..06-30", "11-22", GREEN, DIFFERS),
    ("h 11-21 01-01..-", "01-01..11-22", "11-22", GREEN, HOLDS),
    ("h 11-21 01-01..-", OLD, "11-22", GREEN, DIFFERS),
    ("b 06-30 01-01..-", OLD, "11-22", GREEN, DIFFERS),
    # ---- the store knows more than an old QR
    ("h 11-20 01-01..12-31", OLD, "11-22", GREEN, DIFFERS),
    (f"h 11-20 {OLD}; h 11-20 01-01..-", OLD, "11-22", GREEN, DIFFERS),
    ("h 11-20 01-01..06-30", OLD, "11-22", AMBER, UNSURE),
    # ---- periods that begin later
    (NEXT, "01-01..12-31", "12-26", AMBER, ["validity_differs"]),
    (NEXT, "01-01..-", "12-26", AMBER, ["validity_differs"]),
    ("b 12-20 2027-01-01..2027-12-31", "01-01..12-31", "12-26", AMBER, ["validity_differs"]),
    (NEXT, "", "12-26", RED, ["not_yet_valid"]),
    (NEXT, "2027-01-01..2027-12-31", "12-26", RED, ["not_yet_valid"]),
    (NEXT, "01-01..06-30", "12-26", RED, ENDED),
    (f"h 12-20 01-01..11-30; {NEXT}", "", "12-26", RED, ["not_yet_valid"]),
    (f"h 12-20 01-01..11-30; {NEXT}", "01-01..12-31", "12-26", AMBER, UNSURE),
    (f"b 12-20 01-01..11-30; {NEXT}", "01-01..12-31", "12-26", RED, ENDED),
    (f"b 11-30 01-01..11-30; {NEXT}", "12-01..12-31", "12-26", AMBER, ["renewal_unknown"]),
    ("", "2027-01-01..2027-12-31", "12-26", RED, ["not_yet_valid", "not_in_store"]),
    (YEAR, "2027-01-01..2027-12-31", "12-26", GREEN, ["validity_differs", "valid", "ends_soon"]),
    # ---- several periods, overlapping ones, two copies of one
    ("h 11-20 2025-01-01..2025-12-31; h 11-20 01-01..12-31", "", "11-22", GREEN, HOLDS),
    ("h 11-20 01-01..12-31 bao_giam; h 11-20 06-01..2027-05-31", "", "11-22", GREEN, HOLDS),
    ("h 11-20 01-01..05-31 bao_giam; h 11-20 06-01..2027-05-31", "", "11-22", GREEN, HOLDS),
    ("h 11-20 01-01..12-31; h 11-21 06-01..2027-05-31 bao_giam", "", "11-22", RED, ["reduced"]),
    ("h 11-20 01-01..05-31 thu_hoi; h 11-20 06-01..2027-05-31", "", "11-22", RED, ["withdrawn"]),
    ("h 11-20 01-01..05-31 tam_khoa; h 11-20 06-01..-", "06-01..-", "11-22", RED, ["locked"]),
    ("h 11-20 01-01..05-31 tu_vong; h 11-21 06-01..-", "", "11-22", GREEN, HOLDS),  # lifted since
    ("b 11-10 01-01..12-31; h 11-20 01-01..2027-12-31", "", "11-22", GREEN, DIFFERS),
    ("b 11-10 01-01..06-30; h 11-20 01-01..2027-12-31", "", "11-22", RED, ENDED),
    ("b 11-10 01-01..12-31; h 11-20 01-01..12-31", "", "11-22", GREEN, HOLDS),
    # ---- another list's status of a period that the insurer's list says holds: shown, never merged
    ("b 11-10 01-01..12-31; h 11-20 01-01..12-31 bao_giam", "", "11-22", GREEN, DIFFERS),
    ("b 11-10 01-01..12-31; c 11-20 01-01..12-31 bao_giam", "", "11-22", GREEN, DIFFERS),
    ("b 11-10 01-01..-; h 11-20 01-01..- bao_giam", "01-01..-", "11-22", GREEN, DIFFERS),
    ("b 11-10 01-01..12-31; h 11-20 01-01..06-30 bao_giam", "", "11-22", GREEN, DIFFERS),
    ("b 11-10 01-01..12-31 bao_giam; h 11-20 01-01..12-31", "", "11-22", RED, ["reduced"]),
    ("b 11-10 01-01..12-31; h 11-20 2025-01-01..2025-12-31 bao_giam", "", "11-22", GREEN, HOLDS),
    # a copy that contradicts does not make what it contradicts younger
    ("b 2025-09-10 01-01..12-31; h 11-20 01-01..12-31 bao_giam", "", "11-22", AMBER,
     ["record_too_old", "validity_differs"]),
    ("b 2025-09-10 01-01..12-31; h 11-20 01-01..12-31", "", "11-22", GREEN, HOLDS),
    ("b 11-10 01-01..06-30; h 11-20 07-01..2027-06-30", "", "11-22", GREEN, HOLDS),
    # ---- no dates at all, or half of them
    ("h 11-20 -..-", "", "11-22", GREEN, HOLDS),
    ("h 11-20 -..-", "01-01..06-30", "11-22", RED, ["expired"]),
    ("h 11-20 -..06-30; h 11-21 -..-", "", "11-22", AMBER, ["renewal_unknown"]),
    ("h 11-20 -..12-31", "", "11-22", GREEN, HOLDS),
]  # fmt: skip


@each(("store", "shown", "on", "outcome", "codes"), TABLE)
def test_what_is_known_and_what_is_shown_give_one_answer(
    store: str, shown: str, on: str, outcome: Outcome, codes: list[str]
) -> None:
    verdict, said = asked(store, shown, on)
    assert (verdict.outcome, said) == (outcome, codes)


@each(("store", "shown", "on", "outcome", "codes"), TABLE)
def test_a_card_that_is_over_for_sure_has_no_rate_and_no_other_answer_says_it_is_over(
    store: str, shown: str, on: str, outcome: Outcome, codes: list[str]
) -> None:
    verdict, _ = asked(store, shown, on)
    the_day = day(on) or TODAY
    assert verdict.card is not None
    if outcome is RED:
        assert verdict.rate is None
    if outcome is GREEN:
        assert verdict.card.holds_on(the_day)
    assert "ngày trước" not in verdict.headline.sentence.vi or "expired" in codes
    assert len(verdict.periods) == len([text for text in store.split("; ") if text])


@pytest.mark.parametrize(
    ("store", "shown", "on", "dates"),
    [
        (YEAR_B, "2027-01-01..2027-12-31", "2027-01-02", ("2027-01-01", "2027-12-31")),
        (NEXT, "01-01..12-31", "12-26", ("01-01", "12-31")),
        (YEAR, "01-01..-", "2027-01-02", ("01-01", "12-31")),
        ("b 11-21 01-01..06-30", "01-01..2027-12-31", "11-22", ("01-01", "06-30")),
        (f"{YEAR}; {NEXT}", "", "2027-01-02", ("2027-01-01", "2027-12-31")),
        ("h 11-20 01-01..12-31", "2025-01-01..2025-12-31", "11-22", ("01-01", "12-31")),
    ],
)
def test_validity_is_one_period_never_two_halves(
    store: str, shown: str, on: str, dates: tuple[str, str]
) -> None:
    verdict, _ = asked(store, shown, on)
    assert verdict.card is not None
    assert (verdict.card.gt_the_tu, verdict.card.gt_the_den) == tuple(map(day, dates))


def test_a_renewal_that_only_the_qr_tells_says_both_periods() -> None:
    verdict, _ = asked(YEAR_B, "2027-01-01..2027-12-31", "2027-01-02")
    assert "01/01/2027 – 31/12/2027" in verdict.headline.sentence.vi
    assert "31/12/2026 (bản ngày 20/12/2026)" in verdict.headline.sentence.vi
    assert verdict.doubtful
    assert verdict.rate is not None


def test_a_period_begun_later_says_which() -> None:
    verdict, _ = asked(NEXT, "01-01..12-31", "12-26")
    assert "01/01/2027 – 31/12/2027" in verdict.headline.sentence.vi
    assert not verdict.doubtful


@each(
    ("number", "as_of", "origin", "outcome", "codes"),
    [
        (NUMBER, "11-21", "h", AMBER, ["refused_row"]),
        (NUMBER, "11-20", "h", AMBER, ["refused_row"]),  # of the same copy
        (NUMBER, "11-19", "h", GREEN, HOLDS),  # an older file
        (NUMBER, "11-19", "b", AMBER, ["refused_row"]),  # a better one
        ("7900000011", "11-21", "h", AMBER, ["refused_row"]),  # only the BHXH number was read
        ("079194000011", "11-21", "h", AMBER, ["refused_row"]),  # only the citizen number
        ("CB2797900000011", "11-21", "h", GREEN, HOLDS),  # another number of the person
        ("7900000012", "11-21", "h", GREEN, HOLDS),
    ],
)
@each("shown", ["", "01-01..-"])
def test_a_number_whose_newest_row_was_refused_is_not_yesterdays_green(
    number: str, as_of: str, origin: str, outcome: Outcome, codes: list[str], shown: str
) -> None:
    refusal = Refusal(number, day(as_of) or TODAY, ORIGINS[origin])
    verdict, said = asked("h 11-20 01-01..-", shown, "11-22", (refusal,))
    assert (verdict.outcome, said) == (outcome, codes)


def test_a_refused_row_of_a_number_that_the_store_does_not_have_says_so() -> None:
    _, said = asked("", "01-01..-", "11-22", (Refusal(NUMBER, TODAY),))
    assert said == ["refused_row", "not_in_store"]


@pytest.mark.parametrize("status", ["tu_vong", "thu_hoi", "tam_khoa", "bao_giam"])
def test_a_refused_row_makes_no_blocked_card_amber(status: str) -> None:
    verdict, said = asked(f"h 11-20 01-01..- {status}", "", "11-22", (Refusal(NUMBER, TODAY),))
    assert (verdict.outcome, said[1]) == (RED, "refused_row")


@pytest.mark.parametrize(
    ("store", "old"),
    [
        ("h 09-01 01-01..-", True),
        ("h 09-01 01-01..12-31; h 11-20 2027-01-01..2027-12-31", False),  # heard of since
        ("b 09-01 01-01..12-31; h 11-20 01-01..12-31", False),  # and confirmed
        ("b 09-01 01-01..12-31; h 11-20 01-01..2027-12-31", True),  # and contradicted
    ],
)
def test_a_number_is_as_old_as_its_newest_copy_that_does_not_contradict(
    store: str, old: bool
) -> None:
    records = [copy_of(text) for text in store.split("; ")]
    verdict = judge(presented(""), MemoryCards(records), Rules(shipped()), TODAY, TODAY)
    assert ("record_too_old" in [f.reason.value for f in verdict.reasons]) is old


def test_the_card_that_replaced_another_is_judged_by_its_own_periods() -> None:
    new = "HT3797900000011"
    ended = {"gt_the_tu": date(2025, 1, 1), "gt_the_den": date(2025, 12, 31)}
    old = a_record(Status.THE_MOI, new, gt_the_den=date(2026, 6, 30))
    store = [old, a_record(ma_the=new, **ended), a_record(ma_the=new)]
    verdict = judge(presented("01-01..06-30"), MemoryCards(store), RULES, TODAY, TODAY)
    assert verdict.outcome is GREEN
    assert verdict.card == Card(**vars(a_card(ma_the=new)))
    assert len(verdict.periods) == 2


@pytest.mark.parametrize("ahead", [1, 30, 400])
def test_not_yet_valid_counts_the_days(ahead: int) -> None:
    begin = TODAY + timedelta(days=ahead)
    record = a_record(gt_the_tu=begin, origin=Origin.BHXH)
    verdict = judge(presented(""), MemoryCards([record]), RULES, TODAY, TODAY)
    assert f"còn {ahead} ngày" in verdict.headline.sentence.vi
