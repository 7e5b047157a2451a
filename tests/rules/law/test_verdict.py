"""The verdict: may this card be used on this day, and why?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import TODAY, a_card, a_record, each
from verification.basics.dates import PartialDate
from verification.card.facts import Card, Origin, Record, Status
from verification.card.memory import MemoryCards
from verification.card.presented import Kind, Presented, read
from verification.card.reasons import Class, Reason
from verification.rules.law.tables import shipped
from verification.rules.law.verdict import Outcome, Rules, Source, Verdict, judge

RULES = Rules(shipped())
NUMBER = "DN4797900000011"


def qr(card: Card | None = None, **facts: object) -> Presented:
    """Return a card QR as read."""
    shown = replace(card or a_card(), **facts)  # type: ignore[arg-type]  # names of fields
    return Presented(Kind.BHYT_QR, "0" * 64, shown)


def typed(text: str) -> Presented:
    """Return a typed number as read."""
    return read(text.encode(), TODAY)


def ask(reading: Presented, *records: Record, on: date = TODAY, today: date = TODAY) -> Verdict:
    """Judge against a store of these records."""
    return judge(reading, MemoryCards(list(records)), RULES, on, today)


def codes(verdict: Verdict) -> list[str]:
    """Return the reasons' codes in their order."""
    return [finding.reason.value for finding in verdict.reasons]


# ---- one by one


def test_a_valid_card_of_the_store_is_eligible() -> None:
    verdict = ask(qr(), a_record())
    assert verdict.outcome is Outcome.ELIGIBLE
    assert codes(verdict) == ["valid"]
    assert (verdict.source, verdict.as_of) == (Source.STORE, TODAY)
    assert verdict.rate == Fraction(4, 5)
    assert verdict.card is not None
    assert verdict.card.so_cccd == "079194000011"


@pytest.mark.parametrize(
    ("reading", "code"),
    [
        (typed(""), "unreadable"),
        (typed("DN4797900000011|ab|"), "unreadable"),
        (typed("DN8797900000011"), "bad_number"),
        (typed("https://example.vn"), "not_a_card"),
    ],
)
def test_what_gives_no_card_is_undetermined_and_shows_nothing(
    reading: Presented, code: str
) -> None:
    verdict = ask(reading, a_record())
    assert (verdict.outcome, codes(verdict)) == (Outcome.UNDETERMINED, [code])
    assert (verdict.card, verdict.source, verdict.rate) == (None, Source.NONE, None)


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (a_record(Status.TU_VONG), "holder_deceased"),
        (a_record(Status.THU_HOI), "withdrawn"),
        (a_record(Status.BAO_GIAM), "reduced"),
        (a_record(Status.TAM_KHOA), "locked"),
        (a_record(gt_the_den=TODAY - timedelta(days=1), origin=Origin.BHXH), "expired"),
        (a_record(gt_the_tu=TODAY + timedelta(days=1)), "not_yet_valid"),
    ],
)
def test_what_blocks_is_not_eligible_and_has_no_rate(record: Record, code: str) -> None:
    verdict = ask(typed(NUMBER), record)
    assert (verdict.outcome, codes(verdict)) == (Outcome.NOT_ELIGIBLE, [code])
    assert verdict.rate is None


@pytest.mark.parametrize(
    ("shown", "code"),
    [
        ({"ho_ten": "Trần Văn Khác"}, "name_differs"),
        ({"ngay_sinh": PartialDate(1994, 3, 6)}, "birth_differs"),
        ({"ngay_sinh": PartialDate(1993)}, "birth_differs"),
        ({"gioi_tinh": "1"}, "sex_differs"),
    ],
)
def test_another_person_than_the_stores_is_undetermined(shown: dict[str, Any], code: str) -> None:
    verdict = ask(qr(**shown), a_record())
    assert (verdict.outcome, codes(verdict)) == (Outcome.UNDETERMINED, [code])


@pytest.mark.parametrize(
    ("shown", "code"),
    [
        ({"ho_ten": "NGUYEN THI MAU"}, "name_differs_little"),
        ({"ho_ten": "Nguyễn Thị Mẩu"}, "name_differs_little"),
        ({"ma_dkbd": "79034"}, "facility_differs"),
        ({"gt_the_tu": date(2025, 1, 1)}, "validity_differs"),
    ],
)
def test_a_small_difference_warns_and_stays_eligible(shown: dict[str, Any], code: str) -> None:
    verdict = ask(qr(**shown), a_record())
    assert (verdict.outcome, codes(verdict)) == (Outcome.ELIGIBLE, [code, "valid"])
    assert verdict.card == a_card()


def test_the_stores_dates_decide_over_the_qrs() -> None:
    renewed = a_record(gt_the_den=date(2027, 12, 31))
    verdict = ask(qr(gt_the_den=date(2025, 12, 31)), renewed)
    assert (verdict.outcome, codes(verdict)) == (Outcome.ELIGIBLE, ["validity_differs", "valid"])
    ended = a_record(gt_the_den=date(2026, 6, 30), origin=Origin.BHXH)
    verdict = ask(qr(gt_the_den=date(2027, 12, 31)), ended)
    assert codes(verdict) == ["expired", "validity_differs"]
    assert verdict.outcome is Outcome.NOT_ELIGIBLE


def test_a_qr_without_an_end_does_not_differ_from_the_stores_end() -> None:
    assert codes(ask(qr(), a_record(gt_the_den=date(2039, 12, 31)))) == ["valid"]


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (a_record(ma_the="ZZ4797900000011"), "unknown_object_code"),
        (a_record(ma_the="DN4997900000011"), "unknown_province"),
        (a_record(ma_the="TS4797900000011"), "digit_mismatch"),
        (
            a_record(
                ma_the="TE1797900000011",
                ngay_sinh=PartialDate(2019, 10, 12),
                gt_the_den=date(2039, 12, 31),
            ),
            "child_past_72_months",
        ),
        (
            a_record(ma_the="TE1797900000011", ngay_sinh=PartialDate(2026, 1, 1), ma_dkbd="79000"),
            "temporary_number",
        ),
    ],
)
def test_an_odd_number_warns_and_stays_eligible(record: Record, code: str) -> None:
    verdict = ask(typed(record.card.ma_the or ""), record)
    assert (verdict.outcome, codes(verdict)) == (Outcome.ELIGIBLE, [code, "valid"])


END_BY_LAW = date(2026, 9, 30)


@each(
    ("birth", "end", "on", "expected"),
    [
        (PartialDate(2020, 10, 1), None, date(2026, 10, 31), ["valid"]),
        (PartialDate(2020, 10, 1), None, date(2026, 11, 1), ["child_past_72_months"]),
        (PartialDate(2020, 9, 30), None, date(2026, 9, 30), ["valid"]),
        (PartialDate(2020, 9, 30), None, date(2026, 10, 1), ["child_past_72_months"]),
        (PartialDate(2020, 1, 1), None, date(2026, 9, 30), ["valid"]),
        (PartialDate(2020, 12, 31), None, date(2026, 12, 31), ["valid"]),
        (PartialDate(2020, 12, 31), None, date(2027, 1, 1), ["child_past_72_months"]),
        (PartialDate(2020, 9), None, date(2026, 10, 1), ["child_past_72_months"]),
        (PartialDate(2020, 11), None, date(2026, 11, 30), ["valid"]),
        (PartialDate(2020), None, END_BY_LAW, ["valid"]),
        (PartialDate(2020), None, date(2026, 10, 1), ["child_past_72_months"]),
        (PartialDate(2020), None, date(2027, 1, 1), ["child_past_72_months"]),
        (PartialDate(2020), date(2030, 1, 1), date(2026, 12, 1), ["valid"]),
        (None, None, date(2026, 9, 30), ["child_past_72_months"]),
        (None, date(2030, 1, 1), date(2026, 9, 30), ["valid"]),
        (PartialDate(2016), None, date(2026, 9, 30), ["child_past_72_months"]),
    ],
)
def test_a_childs_card_without_an_end_is_sure_only_until_its_end_by_law(
    birth: PartialDate | None, end: date | None, on: date, expected: list[str]
) -> None:
    child = a_record(ma_the="TE1797900000011", ngay_sinh=birth, gt_the_den=end, as_of=on)
    verdict = ask(typed("TE1797900000011"), child, on=on, today=on)
    assert codes(verdict) == expected
    known = expected == ["valid"]
    assert verdict.outcome is (Outcome.ELIGIBLE if known else Outcome.UNDETERMINED)


@pytest.mark.parametrize("end", [date(2026, 11, 1), date(2039, 12, 31)])
def test_an_end_of_the_store_that_still_runs_wins_over_the_end_by_law(end: date) -> None:
    child = a_record(ma_the="TE1797900000011", ngay_sinh=PartialDate(2020, 9, 30), gt_the_den=end)
    verdict = ask(typed("TE1797900000011"), child, on=date(2026, 10, 1))
    assert codes(verdict)[:2] == ["child_past_72_months", "valid"]
    assert verdict.outcome is Outcome.ELIGIBLE


def test_an_end_on_the_childs_qr_alone_is_no_end() -> None:
    child = a_record(ma_the="TE1797900000011", ngay_sinh=PartialDate(2019, 1, 1))
    shown = qr(child.card, gt_the_den=date(2039, 12, 31))
    assert codes(ask(shown, child)) == ["child_past_72_months"]
    assert ask(shown, child).outcome is Outcome.UNDETERMINED


@pytest.mark.parametrize(
    ("on", "expected", "rate"),
    [
        (date(2025, 12, 31), ["valid"], Fraction(19, 20)),
        (date(2026, 1, 1), ["valid", "digit_remapped"], Fraction(1)),
    ],
)
def test_a_near_poor_card_printed_with_3_counts_as_2_from_2026(
    on: date, expected: list[str], rate: Fraction
) -> None:
    record = a_record(ma_the="CN3797900000011", gt_the_tu=date(2025, 1, 1))
    verdict = ask(typed("CN3797900000011"), record, on=on)
    assert (codes(verdict), verdict.rate) == (expected, rate)


@pytest.mark.parametrize(("left", "soon"), [(0, True), (30, True), (31, False)])
def test_the_last_thirty_days_are_told(left: int, soon: bool) -> None:
    record = a_record(gt_the_den=TODAY + timedelta(days=left))
    assert codes(ask(typed(NUMBER), record)) == ["valid", *(["ends_soon"] if soon else [])]


def test_a_legacy_number_is_undetermined() -> None:
    verdict = ask(typed("DN479AA00300077"))
    assert verdict.outcome is Outcome.UNDETERMINED
    assert codes(verdict) == ["legacy_number", "not_in_store"]


# ---- not in the store


def test_a_qr_that_the_store_does_not_know_is_shown_unverified() -> None:
    verdict = ask(qr())
    assert (verdict.outcome, codes(verdict)) == (Outcome.UNDETERMINED, ["not_in_store"])
    assert (verdict.source, verdict.as_of) == (Source.QR, None)
    assert verdict.card == a_card()
    assert verdict.rate == Fraction(4, 5)


def test_a_typed_number_that_the_store_does_not_know_has_no_source() -> None:
    verdict = ask(typed(NUMBER))
    assert (verdict.outcome, verdict.source) == (Outcome.UNDETERMINED, Source.NONE)


def test_an_unknown_qr_that_expired_by_its_own_date_is_expired() -> None:
    verdict = ask(qr(gt_the_den=date(2026, 6, 30)))
    assert (verdict.outcome, codes(verdict)) == (
        Outcome.NOT_ELIGIBLE,
        ["expired", "not_in_store"],
    )
    assert "dữ liệu thẻ không có" in verdict.headline.sentence.vi
    assert verdict.rate is None


# ---- dates


@pytest.mark.parametrize(
    ("on", "outcome"),
    [
        (date(2025, 12, 31), Outcome.NOT_ELIGIBLE),
        (date(2026, 1, 1), Outcome.ELIGIBLE),
        (date(2026, 12, 31), Outcome.ELIGIBLE),
        (date(2027, 1, 1), Outcome.UNDETERMINED),
    ],
)
def test_both_ends_of_validity_are_included(on: date, outcome: Outcome) -> None:
    record = a_record(gt_the_den=date(2026, 12, 31))
    assert ask(typed(NUMBER), record, on=on).outcome is outcome


def test_the_days_past_and_the_days_to_wait_are_counted() -> None:
    ended = a_record(gt_the_den=date(2026, 11, 21), origin=Origin.BHXH)
    expired = ask(typed(NUMBER), ended).headline
    assert "21/11/2026 (1 ngày trước)" in expired.sentence.vi
    early = ask(typed(NUMBER), a_record(gt_the_tu=date(2026, 11, 24))).headline
    assert "24/11/2026 (còn 2 ngày)" in early.sentence.vi


@each(("age", "old"), [(0, False), (30, False), (31, True)])
@each("on", [TODAY, date(2026, 1, 1), date(2027, 6, 30)])
def test_the_age_of_a_copy_counts_from_today_whatever_the_visit_date(
    age: int, old: bool, on: date
) -> None:
    record = a_record(as_of=TODAY - timedelta(days=age))
    verdict = ask(typed(NUMBER), record, on=on)
    assert codes(verdict) == (["record_too_old"] if old else ["valid"])
    assert verdict.outcome is (Outcome.UNDETERMINED if old else Outcome.ELIGIBLE)


def test_an_old_copy_of_a_withdrawn_card_is_still_withdrawn() -> None:
    record = a_record(Status.THU_HOI, as_of=date(2026, 1, 1))
    verdict = ask(typed(NUMBER), record)
    assert codes(verdict) == ["withdrawn", "record_too_old"]
    assert verdict.outcome is Outcome.NOT_ELIGIBLE


@pytest.mark.parametrize(
    ("shown", "agree"),
    [
        (PartialDate(1994), True),
        (PartialDate(1994, 3), True),
        (PartialDate(1994, 4), False),
        (PartialDate(1995), False),
    ],
)
def test_a_birth_known_to_the_year_agrees_at_the_year(shown: PartialDate, agree: bool) -> None:
    assert ("birth_differs" in codes(ask(qr(ngay_sinh=shown), a_record()))) is not agree
    turned = a_record(ngay_sinh=shown)
    assert ("birth_differs" in codes(ask(qr(), turned))) is not agree


# ---- replaced cards

OLD, NEW, NEWER = "DN4797900000011", "HT3797900000011", "CB2797900000011"


def replaced(number: str, by: str, **facts: Any) -> Record:
    """Return a record that another number replaces."""
    return a_record(Status.THE_MOI, by, ma_the=number, **facts)


ENDED: dict[str, Any] = {"gt_the_den": date(2026, 6, 30)}


def test_an_ended_card_leads_to_its_new_one() -> None:
    verdict = ask(qr(**ENDED), replaced(OLD, NEW, **ENDED), a_record(ma_the=NEW))
    assert (verdict.outcome, codes(verdict)) == (Outcome.ELIGIBLE, ["card_replaced", "valid"])
    assert verdict.card is not None
    assert verdict.card.ma_the == NEW


def test_a_chain_of_new_cards_is_followed_to_its_end() -> None:
    store = (
        replaced(OLD, NEW, **ENDED),
        replaced(NEW, NEWER, **ENDED),
        a_record(ma_the=NEWER),
    )
    verdict = ask(typed(OLD), *store)
    assert verdict.card is not None
    assert verdict.card.ma_the == NEWER
    assert verdict.outcome is Outcome.ELIGIBLE


def test_a_new_card_may_be_named_by_its_ten_digits() -> None:
    verdict = ask(typed(OLD), replaced(OLD, "7900000011", **ENDED), a_record(ma_the=NEW))
    assert verdict.card is not None
    assert verdict.card.ma_the == NEW


@pytest.mark.parametrize(
    ("new", "rate"), [("HT3797900000011", Fraction(19, 20)), ("CB2797900000011", Fraction(1))]
)
def test_while_the_old_card_holds_the_higher_benefit_is_used(new: str, rate: Fraction) -> None:
    verdict = ask(typed(OLD), replaced(OLD, new), a_record(ma_the=new))
    assert verdict.rate == rate
    assert codes(verdict)[0] == "card_replaced"


def test_while_the_old_card_holds_and_gives_more_it_is_used() -> None:
    verdict = ask(typed(NEWER), replaced(NEWER, OLD), a_record(ma_the=OLD))
    assert verdict.card is not None
    assert verdict.card.ma_the == NEWER
    assert verdict.headline.params["case"] == "old"


@pytest.mark.parametrize("ring", [(OLD,), (OLD, NEW), (OLD, NEW, NEWER)])
@pytest.mark.parametrize("facts", [{}, ENDED])
def test_a_circle_of_new_cards_ends(ring: tuple[str, ...], facts: dict[str, Any]) -> None:
    store = [
        replaced(number, ring[(at + 1) % len(ring)], **facts) for at, number in enumerate(ring)
    ]
    verdict = ask(typed(OLD), *store)
    usable = not facts
    assert verdict.outcome is (Outcome.ELIGIBLE if usable else Outcome.UNDETERMINED)


def test_a_new_card_that_the_store_lacks_is_undetermined() -> None:
    verdict = ask(typed(OLD), replaced(OLD, NEW, **ENDED))
    assert (verdict.outcome, codes(verdict)) == (Outcome.UNDETERMINED, ["not_in_store"])
    assert "HT379••••••0011" in verdict.headline.sentence.vi
    assert NEW not in verdict.headline.sentence.vi


def test_a_withdrawn_new_card_is_withdrawn() -> None:
    withdrawn = a_record(Status.THU_HOI, ma_the=NEW)
    verdict = ask(typed(OLD), replaced(OLD, NEW, **ENDED), withdrawn)
    assert verdict.outcome is Outcome.NOT_ELIGIBLE
    assert verdict.headline.reason is Reason.WITHDRAWN


# ---- which card of a person


def test_of_two_valid_cards_the_higher_benefit_counts() -> None:
    merit = a_record(ma_the=NEWER)
    for number in ("7900000011", "079194000011"):
        verdict = ask(typed(number), a_record(), merit)
        assert verdict.card is not None
        assert verdict.card.ma_the == NEWER


# ---- properties

DAYS = st.dates(date(2019, 1, 1), date(2040, 1, 1))
NUMBERS = ["DN4797900000011", "CN3797900000011", "TE1797900000011", "ZZ4997900000011"]
RECORDS = st.builds(
    lambda number, status, start, length, as_of, birth, name: Record(
        a_card(
            ma_the=number,
            gt_the_tu=start,
            gt_the_den=None if length is None or start is None else start + timedelta(days=length),
            ngay_sinh=birth,
            ho_ten=name,
        ),
        status,
        "HT3797900000011" if status is Status.THE_MOI else None,
        as_of,
    ),
    st.sampled_from(NUMBERS),
    st.sampled_from(Status),
    st.none() | DAYS,
    st.none() | st.integers(0, 900),
    st.dates(date(2026, 1, 1), TODAY),
    st.none() | st.builds(PartialDate, st.integers(1940, 2026)),
    st.sampled_from(["Nguyễn Thị Mẫu", "NGUYEN THI MAU", "Trần Văn Khác"]),
)
READINGS = st.sampled_from(
    [qr(), qr(ma_the=None), typed("7900000011"), typed("079194000011"), *map(typed, NUMBERS)]
)


@given(READINGS, st.lists(RECORDS, max_size=3), DAYS)
def test_the_outcome_follows_the_headline_and_validity_is_never_passed_over(
    reading: Presented, records: list[Record], on: date
) -> None:
    verdict = ask(reading, *records, on=on)
    order = [finding.place for finding in verdict.reasons]
    assert order == sorted(order)
    assert (
        verdict.outcome
        is {
            Class.BLOCKING: Outcome.NOT_ELIGIBLE,
            Class.UNKNOWN: Outcome.UNDETERMINED,
            Class.WARNING: Outcome.ELIGIBLE,
            Class.INFO: Outcome.ELIGIBLE,
        }[verdict.headline.cls]
    )
    assert len({f.reason for f in verdict.reasons}) == len(verdict.reasons)
    if verdict.outcome is Outcome.ELIGIBLE:
        assert verdict.card is not None
        assert verdict.card.holds_on(on)
        assert verdict.source is Source.STORE
        assert Reason.VALID in {f.reason for f in verdict.reasons}
    if verdict.card and not verdict.card.holds_on(on):
        assert verdict.outcome is not Outcome.ELIGIBLE
        assert verdict.rate is None
    for finding in verdict.reasons:
        assert finding.sentence.vi


def test_a_citizen_number_of_two_people_names_nobody() -> None:
    mother = a_record(ma_the="DN4797900005511")
    child = a_record(ma_the="TE1797900005522")
    verdict = ask(typed("079194000011"), mother, child)
    assert codes(verdict) == ["not_in_store"]
    assert verdict.outcome is Outcome.UNDETERMINED
    assert verdict.rate is None
    assert "2 người" in verdict.headline.sentence.vi


def test_a_made_up_number_of_a_known_person_gives_no_rate_and_names_the_real_card() -> None:
    verdict = ask(typed("CC1797900000011"), a_record())
    assert codes(verdict) == ["not_in_store"]
    assert verdict.rate is None
    assert "DN479" in verdict.headline.sentence.vi


def test_a_typed_number_that_no_store_knows_gives_no_rate() -> None:
    assert ask(typed("CC1797900000011")).rate is None


def test_the_better_of_a_persons_two_cards_is_used_and_said() -> None:
    worker = a_record()
    poor = a_record(ma_the="HN2797900000011")
    verdict = ask(typed("DN4797900000011"), worker, poor)
    assert verdict.card is not None
    assert verdict.card.ma_the == "HN2797900000011"
    assert verdict.rate == 1
    assert verdict.headline.reason is Reason.CARD_REPLACED


@pytest.mark.parametrize("elsewhere", ["01001", "95001"])
def test_a_better_card_registered_elsewhere_does_not_replace_one_that_holds(elsewhere: str) -> None:
    poor = a_record(ma_the="HN2797900000011", ma_dkbd=elsewhere)
    verdict = ask(typed("DN4797900000011"), a_record(), poor)
    assert verdict.card is not None
    assert verdict.card.ma_the == "DN4797900000011"
    ended = a_record(gt_the_den=TODAY - timedelta(days=1))
    assert ask(typed("DN4797900000011"), ended, poor).outcome is Outcome.ELIGIBLE


def test_the_qr_of_a_replaced_card_is_not_compared_with_the_card_that_replaced_it() -> None:
    old = replace(a_record(), the_moi="GD4797900000011")
    new = a_record(ma_the="GD4797900000011", ma_dkbd="79034")
    assert codes(ask(qr(), old, new)) == ["card_replaced", "valid"]


def test_an_expired_card_gives_way_to_the_persons_valid_one() -> None:
    old = a_record(gt_the_den=date(2025, 6, 30))
    new = a_record(ma_the="GD4797900000011")
    verdict = ask(typed("DN4797900000011"), old, new)
    assert verdict.outcome is Outcome.ELIGIBLE
    assert verdict.card is not None
    assert verdict.card.ma_the == "GD4797900000011"


@pytest.mark.parametrize("status", [Status.THU_HOI, Status.TU_VONG])
def test_a_withdrawn_card_or_a_dead_holder_is_never_passed_over(status: Status) -> None:
    other = a_record(ma_the="GD4797900000011")
    verdict = ask(typed("DN4797900000011"), a_record(status), other)
    assert verdict.outcome is Outcome.NOT_ELIGIBLE


def test_an_army_card_that_the_store_does_not_know_asks_for_the_paper_card() -> None:
    verdict = ask(qr(a_card(ma_the="QN5970100000099")))
    assert "thẻ giấy" in verdict.headline.sentence.vi
