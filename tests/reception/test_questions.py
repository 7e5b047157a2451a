"""What the desk is told after the scan: questions, another code, no card, a card added later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support import DESK, TODAY, a_card, each, payload
from verification.basics.errors import RequestError
from verification.card.reasons import Reason
from verification.log.content import visit_content
from verification.reception import checkin, no_card, questions
from verification.reception.answer import Answer, Scan, scan_of
from verification.reception.said import (
    answer_from,
    ask_again,
    choose_alternative,
    parse_cost,
    tell,
)
from verification.rules.law.verdict import Outcome

if TYPE_CHECKING:
    from verification.kiosk import Kiosk
    from verification.log.visit import Visit


@pytest.fixture
def away(kiosk: Kiosk) -> Kiosk:
    """Return the kiosk of an advanced, formerly provincial hospital: the rate depends on much."""
    codes = [f"{at:02d}{serial:03d}" for at in (1, 31, 48, 79, 92) for serial in range(200)]
    found = next(
        f
        for code in codes
        if (f := kiosk.cards.facility(code)) and (f.cap, f.hang_cu) == ("chuyen_sau", "tinh")
    )
    return replace(kiosk, facility=found.ma_cskcb)


def shown(kiosk: Kiosk, slug: str = "patient-1") -> Answer:
    return checkin.present(DESK, kiosk, Scan((payload(slug),)))


def kept(answer: Answer) -> Visit:
    assert answer.visit is not None
    return answer.visit


def test_at_the_registered_facility_nothing_is_asked(kiosk: Kiosk) -> None:
    found = shown(kiosk).entitlement
    assert found is not None
    assert (found.ma_doituong_kcb, str(found.rate), found.ask) == ("1.1", "4/5", ())


def test_elsewhere_a_range_and_a_question_are_shown_until_it_is_answered(away: Kiosk) -> None:
    answer = shown(away)
    found = answer.entitlement
    assert found is not None
    assert found.rate is None
    assert found.rate_low is not None
    assert found.rate_high is not None
    assert found.rate_low < found.rate_high
    assert 1 <= len(found.ask) <= 2
    assert kept(answer).rate is None
    told = tell(DESK, away, answer, {"emergency": True})
    assert told.entitlement is not None
    assert (told.entitlement.ma_doituong_kcb, str(told.entitlement.rate)) == ("2", "4/5")
    assert (kept(told).ma_doituong_kcb, kept(told).rate) == ("2", "4/5")


@pytest.mark.parametrize("at", [0, 1])
def test_two_keys_at_the_most_decide_the_rate(away: Kiosk, at: int) -> None:
    answer = shown(away)
    for _ in range(2):
        found = answer.entitlement
        if found is None or not found.ask:
            break
        question = questions.desk_question(answer)
        assert question is not None
        answer = tell(DESK, away, answer, question.choices[at][1])
    assert answer.entitlement is not None
    assert answer.entitlement.rate is not None


def test_answers_that_cannot_hold_together_are_refused(away: Kiosk) -> None:
    answer = tell(DESK, away, shown(away), {"newborn": True})
    with pytest.raises(RequestError, match="sơ sinh"):
        tell(DESK, away, answer, {"donor": True})


def test_another_code_needs_a_reason_and_is_kept_as_an_event(away: Kiosk) -> None:
    answer = shown(away)
    for name in ("referral", "reappointment"):
        answer = tell(DESK, away, answer, {name: True})
    answer = tell(DESK, away, answer, {"emergency": False})
    assert answer.entitlement is not None
    other = answer.entitlement.alternatives[0]
    with pytest.raises(RequestError):
        choose_alternative(DESK, away, answer, other, " ")
    chosen = choose_alternative(DESK, away, answer, other, "phiếu chuyển đã dùng")
    assert kept(chosen).ma_doituong_kcb == other.ma_doituong_kcb


@pytest.mark.parametrize("case", no_card.NO_CARD_CASES)
def test_a_patient_without_a_card_is_undetermined_with_the_laws_next_step(
    kiosk: Kiosk, case: str
) -> None:
    answer = no_card.present_without_card(DESK, kiosk, case, "Con bà Mẫu, 05:10")
    assert answer.verdict.outcome is Outcome.UNDETERMINED
    assert answer.verdict.headline.reason is Reason.NO_CARD
    assert answer.verdict.headline.next
    assert checkin.receive(DESK, kiosk, answer).visit is not None


def test_a_patient_without_a_name_is_not_presented(kiosk: Kiosk) -> None:
    with pytest.raises(RequestError):
        no_card.present_without_card(DESK, kiosk, "lost", "  ")


def test_a_resent_presentation_without_a_card_is_the_same_event(kiosk: Kiosk) -> None:
    first, second = (
        no_card.present_without_card(DESK, kiosk, "lost", "Mẫu Thị Mất", "s:1") for _ in range(2)
    )
    assert first.event.event_id == second.event.event_id


def test_the_card_is_added_later_and_the_visit_is_then_that_persons(kiosk: Kiosk) -> None:
    answer = no_card.present_without_card(DESK, kiosk, "lost", "Nguyễn Thị Mẫu")
    received = checkin.receive(DESK, kiosk, answer)
    visit = kept(received)
    completed = no_card.complete(DESK, kiosk, received, "DN4 79 790 000 0011")
    assert completed.verdict.outcome is Outcome.ELIGIBLE
    done = kept(completed)
    assert (done.verdict, done.reason) == ("eligible", "valid")
    assert (done.rate, done.ma_doituong_kcb) == ("4/5", "1.1")
    again = checkin.present(DESK, kiosk, Scan((payload("same-old15"),)))
    assert [v.visit_id for v in again.already] == [visit.visit_id]
    now = kiosk.written.visit(visit.visit_id)
    assert now is not None
    assert visit_content(kiosk.written, now)["ban_ghi"]["ma_the"] == "DN4797900000011"


def test_a_wrong_number_is_not_added(kiosk: Kiosk) -> None:
    answer = no_card.present_without_card(DESK, kiosk, "lost", "Nguyễn Thị Mẫu")
    received = checkin.receive(DESK, kiosk, answer)
    with pytest.raises(RequestError, match="thứ 3"):
        no_card.complete(DESK, kiosk, received, "DN8797900000011")
    with pytest.raises(RequestError, match="F2"):
        no_card.complete(DESK, kiosk, answer, "DN4797900000011")


def test_a_card_that_expired_during_the_stay_still_counts_for_15_days(kiosk: Kiosk) -> None:
    answer = shown(kiosk)
    card = a_card(gt_the_tu=date(2026, 1, 1), gt_the_den=date(2026, 11, 20))
    expired = replace(answer, verdict=replace(answer.verdict, card=card))
    told = tell(DESK, kiosk, expired, {"admitted": date(2026, 11, 10)})
    assert told.entitlement is not None
    assert told.entitlement.rate is not None
    assert told.entitlement.rate > 0
    late = replace(expired, verdict=replace(expired.verdict, on=date(2026, 12, 6)))
    after = tell(DESK, kiosk, late, {"admitted": date(2026, 11, 10)})
    assert after.entitlement is not None
    assert after.entitlement.rate == 0
    assert late.verdict.on > TODAY


@pytest.mark.parametrize("days", [1, 30, 400])
def test_an_admission_after_the_visit_is_refused_and_changes_nothing(
    kiosk: Kiosk, days: int
) -> None:
    answer = shown(kiosk)
    with pytest.raises(RequestError, match="nhập viện sau ngày khám"):
        tell(DESK, kiosk, answer, {"admitted": answer.verdict.on + timedelta(days=days)})
    told = tell(DESK, kiosk, answer, {"admitted": answer.verdict.on})
    assert told.said.admitted == answer.verdict.on


@each(
    ("text", "dong"),
    [
        ("350.000", 350_000),
        ("379 500 đ", 379_500),
        ("379,499", 379_499),
        ("1.250.000 VNĐ", 1_250_000),
        ("350000đ", 350_000),
        ("400k", 400_000),
        ("350 nghìn", 350_000),
        ("2 triệu", 2_000_000),
        ("1,5 triệu", 1_500_000),
        ("1.5tr", 1_500_000),
        ("350.000 đồng.", 350_000),
        ("0", 0),
    ],
)
def test_a_cost_is_read_as_a_hand_writes_it(text: str, dong: int) -> None:
    assert parse_cost(text) == dong


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("admitted", "10/11/2026", date(2026, 11, 10)),
        ("first_visit_cost", "350.000", 350_000),
        ("copay_exempt", "10/11/2026", True),
        ("drug_pickup", "", True),
        ("newborn", "", True),
    ],
)
def test_an_entry_of_the_menu_says_what_was_written_or_that_it_is_so(
    name: str, text: str, says: object
) -> None:
    assert answer_from(name, text) == says


@pytest.mark.parametrize(
    ("name", "words"), [("admitted", "nhập viện"), ("first_visit_cost", "tiền")]
)
def test_an_entry_that_needs_a_text_refuses_another_in_a_sentence(name: str, words: str) -> None:
    with pytest.raises(RequestError, match=words):
        answer_from(name, "nhiều")


@each(
    "text",
    [
        "",
        "nhiều",
        "9" * 20,
        "500",  # thousands are meant, or a key slipped: 500 đ would be paid in full
        "-350.000",
        "350.00",
        "1.250.00",
        "3 500.000",
        "1.500k",
        "350.000-400.000",
        "350000 đ 2 lần",
        "1tr5",
        "12/11/2026",
        "7900000011x",
        "٣٥٠٠٠٠",
    ],
)
def test_what_is_no_cost_or_may_be_two_is_refused(text: str) -> None:
    with pytest.raises(RequestError):
        parse_cost(text)


def test_a_made_up_number_shows_no_rate_of_its_own(kiosk: Kiosk) -> None:
    scan = scan_of((b"CC1 79 790 000 9999",), kiosk.today(), quet=False)
    assert checkin.present(DESK, kiosk, scan).entitlement is None


@pytest.mark.parametrize(
    ("case", "rate"), [("newborn", "1"), ("child", "1"), ("lost", None), ("emergency", None)]
)
def test_only_a_paper_that_says_what_it_is_gives_a_rate_without_a_card(
    kiosk: Kiosk, case: str, rate: str | None
) -> None:
    here = replace(kiosk, facility="79021")  # pays 100 % whatever the card, if there is one
    answer = no_card.present_without_card(DESK, here, case, "Mẫu")
    found = answer.entitlement
    assert (str(found.rate) if found else None) == rate


def test_what_was_told_can_be_asked_again(away: Kiosk) -> None:
    answer = tell(DESK, away, shown(away), {"emergency": True})
    again = ask_again(DESK, away, answer)
    assert again.entitlement is not None
    assert again.entitlement.rate is None
    assert questions.desk_question(again) is not None
    assert kept(again).rate is None


def test_a_chosen_code_is_kept_when_the_patient_is_received(kiosk: Kiosk) -> None:
    here = replace(kiosk, facility="79021")
    answer = no_card.present_without_card(DESK, here, "newborn", "Con bà Mẫu, 05:10")
    assert answer.entitlement is not None
    other = answer.entitlement.alternatives[0]
    chosen = choose_alternative(DESK, here, answer, other, "sinh tại trạm")
    visit = kept(checkin.receive(DESK, here, chosen))
    assert visit.ma_doituong_kcb == other.ma_doituong_kcb


def test_a_cost_that_was_typed_takes_no_question_away(away: Kiosk) -> None:
    before = questions.desk_question(shown(away))
    answer = tell(DESK, away, shown(away), {"first_visit_cost": 300_000})
    assert questions.desk_question(answer) == before
