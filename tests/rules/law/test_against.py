"""What speaks against a card, one side at a time; the answers are in `test_verdict`."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support import TODAY, a_card, a_record
from verification.card.facts import Status
from verification.card.presented import Kind, Presented
from verification.card.reasons import Finding, Reason
from verification.rules.law import against
from verification.rules.law.tables import shipped
from verification.rules.law.which_card import CountingCard

LAW = shipped()


def test_nothing_speaks_against_a_whole_valid_card() -> None:
    card, record = a_card(), a_record()
    reading = Presented(Kind.BHYT_QR, "0" * 64, card)
    assert [
        *against.of_number(card, LAW, TODAY),
        *against.of_record(record, 30, TODAY),
        *against.of_differences(reading, CountingCard(record)),
        *against.of_age(card, None, LAW, TODAY),
        *against.of_refusals((), (record,)),
        *against.of_the_end(card, LAW, TODAY),
    ] == []


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (Status.TU_VONG, Reason.HOLDER_DECEASED),
        (Status.THU_HOI, Reason.WITHDRAWN),
        (Status.BAO_GIAM, Reason.REDUCED),
        (Status.TAM_KHOA, Reason.LOCKED),
    ],
)
def test_each_status_with_which_nobody_may_use_a_card_has_its_reason(
    status: Status, reason: Reason
) -> None:
    assert list(against.of_record(a_record(status), 30, TODAY)) == [Finding(reason)]


@pytest.mark.parametrize(("age", "old"), [(30, False), (31, True)])
def test_a_copy_is_too_old_on_the_day_after_the_last_that_counts(age: int, *, old: bool) -> None:
    record = a_record(as_of=TODAY - timedelta(days=age))
    assert bool(list(against.of_record(record, 30, TODAY))) is old
