"""What the portal said goes into an event's content and comes back; damage loses one field."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import MORNING, a_card
from verification.basics.dates import PartialDate
from verification.card.facts import Card
from verification.card.portal import (
    Cause,
    LookedUp,
    PortalAnswer,
    PortalOutcome,
    Question,
    SeenVisit,
)
from verification.log import chain
from verification.log.events import Event, EventKind
from verification.log.observations import answer_of, observed
from verification.log.portal_events import PortalAnswered, PortalFailed
from verification.log.unreadable import Content

AT = MORNING.astimezone(UTC)
VISIT = SeenVisit(
    "9", "79001", AT - timedelta(days=2), AT - timedelta(days=1), ten_benh="Cúm", ket_qua="2"
)
WHOLE = PortalAnswer(
    PortalOutcome.ANSWERED,
    AT,
    812,
    "121",
    "Họ tên: Nguyễn Thị Mẫu",
    card=a_card(gt_the_den=date(2026, 12, 31), ma_kv="K1", ngay_du_5_nam=date(2028, 6, 1)),
    issuer="BHXH Mẫu",
    new=Card(ma_the="DN4797900000099", gt_the_tu=date(2026, 11, 1)),
    then=PortalAnswer(PortalOutcome.ANSWERED, AT, code="000", note="x", card=a_card(), visits=()),
    visits=(VISIT, SeenVisit("", "", None, timed=False)),
    looked_up=(LookedUp("79014_BV", AT, "000", own=True), LookedUp("79001_BV", None)),
    asked=Question("DN4797900000011", "Nguyễn Thị Mẫu", PartialDate(1994)),
)


def an_event(answer: PortalAnswer) -> Event:
    """Return the event of an answer."""
    settled = answer.outcome.settles
    kind = PortalAnswered if settled else PortalFailed
    codes = kind(
        "1-1", answer.outcome, answer.ms, "desk", (), answer.code, answer.cause, answer.detail
    ).codes()
    name = EventKind.PORTAL_ANSWERED if settled else EventKind.PORTAL_FAILED
    return Event("1", 2, AT, name, answer.at, codes, None)


@pytest.mark.parametrize(
    "answer",
    [
        WHOLE,
        PortalAnswer(PortalOutcome.REJECTED, AT, code="110"),
        PortalAnswer(PortalOutcome.ANSWERED, AT, code="000", visits=()),
        PortalAnswer(PortalOutcome.UNKNOWN_CODE, AT, code="777", note="?"),
        PortalAnswer(PortalOutcome.SILENT, AT, 3000, cause=Cause.TIMEOUT, detail="HTTP 502"),
        PortalAnswer(PortalOutcome.REFUSED_US, AT, code="054", cause=Cause.OFFICER),
    ],
)
def test_an_answer_comes_back_as_it_was(answer: PortalAnswer) -> None:
    content = observed(answer)
    assert chain.canonical(content)
    assert answer_of(an_event(answer), Content(content)) == answer


def test_without_its_content_only_the_codes_are_left() -> None:
    bare = PortalAnswer(WHOLE.outcome, AT, WHOLE.ms, "121")
    assert answer_of(an_event(WHOLE), None) == bare
    assert answer_of(an_event(WHOLE), Content()) == bare


def test_the_history_is_left_out_where_nobody_needs_it() -> None:
    told = answer_of(an_event(WHOLE), Content(observed(WHOLE)), history=False)
    assert (told.visits, told.looked_up) == (None, ())
    assert told.card == WHOLE.card


DAMAGE: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
)


@given(part=st.sampled_from(sorted(observed(WHOLE))), damage=DAMAGE)
def test_a_damaged_part_is_left_out_and_the_rest_stands(part: str, damage: object) -> None:
    content = observed(WHOLE) | {part: damage}
    told = answer_of(an_event(WHOLE), Content(content))
    assert (told.code, told.outcome) == (WHOLE.code, WHOLE.outcome)
    if part != "the":
        assert told.card == WHOLE.card
    if part != "ghi_chu":
        assert told.note == WHOLE.note


def test_a_date_that_is_none_loses_the_facts_alone() -> None:
    content = observed(WHOLE)
    content["the"]["gt_the_den"] = "31/02/2026"
    content["lich_su"][0]["ngay_vao"] = "gestern"
    told = answer_of(an_event(WHOLE), Content(content))
    assert told.card is None
    assert told.visits is not None
    assert told.visits[0].ngay_vao is None
    assert told.new == WHOLE.new
    assert datetime.fromisoformat(content["tiep"]["at"]) == AT
