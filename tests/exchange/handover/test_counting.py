"""Which card of a visit counts by now: the one that F3 copies is the one that is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.portal_desk_support import NEW, PortalDesk, an_answer, of_qr, stored
from tests.support import DESK
from verification.exchange.handover.counting import card_of_visit
from verification.exchange.handover.facts import OF_CARD, facts_of_visit
from verification.reception import corrections
from verification.reception.copying import copied
from verification.rights import command_line

if TYPE_CHECKING:
    from verification.card.facts import Card
    from verification.card.portal import PortalAnswer
    from verification.log.visit import Visit
    from verification.reception.answer import Answer

UNTIL = date(2026, 12, 31)
TEMPLATE = "|".join(f"{{{name}:iso}}" if name in {"ngay_sinh", "gt_the_tu", "gt_the_den",
                    "ngay_du_5_nam"} else f"{{{name}}}" for name in OF_CARD)  # fmt: skip


@pytest.fixture
def desk() -> PortalDesk:
    found = PortalDesk([stored(gt_the_den=date(2026, 12, 30), ma_dkbd="79001")])
    found.kiosk = replace(found.kiosk, template=TEMPLATE)
    return found


def visit_of(desk: PortalDesk, answer: Answer) -> Visit:
    assert answer.visit is not None
    now = desk.log.visit(answer.visit.visit_id)
    assert now is not None
    return now


def as_sent(desk: PortalDesk, answer: Answer) -> str:
    facts = facts_of_visit(desk.log, visit_of(desk, answer))
    return "|".join(facts[name] or "" for name in OF_CARD)


def card_told(desk: PortalDesk, answer: Answer) -> Card:
    return card_of_visit(desk.log, visit_of(desk, answer))


def line(desk: PortalDesk, answer: Answer) -> str:
    assert answer.verdict.card is not None
    return copied(desk.kiosk, answer, answer.verdict.card).line.partition("\t")[0]


def test_before_the_portal_answers_the_store_counts(desk: PortalDesk) -> None:
    answer = desk.present()
    assert line(desk, answer) == as_sent(desk, answer)
    assert "79001|" in line(desk, answer)


@pytest.mark.parametrize(
    "told",
    [
        an_answer("000", card=of_qr(gt_the_den=UNTIL, ma_dkbd="79014", ma_kv="K1")),
        an_answer("000", card=of_qr(gt_the_tu=date(2026, 2, 1), dia_chi="12 phố Mẫu")),
        an_answer("004", card=of_qr(gt_the_den=UNTIL),
                  new=of_qr(ma_the=NEW, gt_the_tu=date(2027, 1, 1))),
        an_answer("003", card=of_qr(gt_the_den=date(2026, 1, 31)),
                  new=of_qr(ma_the=NEW, gt_the_tu=date(2026, 2, 1), gt_the_den=UNTIL)),
    ],
)  # fmt: skip
def test_what_the_portal_answers_counts_for_both(desk: PortalDesk, told: PortalAnswer) -> None:
    answer = desk.ask(desk.present(), told)
    assert line(desk, answer) == as_sent(desk, answer)


def test_the_portals_word_against_the_card_is_no_fact_of_it(desk: PortalDesk) -> None:
    before = desk.present()
    answer = desk.ask(before, an_answer("110", card=of_qr(ma_dkbd="01001")))
    assert card_told(desk, answer).ma_dkbd == "79001"


def test_what_a_hand_corrected_counts_over_the_portal(desk: PortalDesk) -> None:
    answer = desk.ask(desk.present(), an_answer("000", card=of_qr(ma_dkbd="79014")))
    visit = visit_of(desk, answer)
    corrections.correct_field(DESK, desk.kiosk, visit.visit_id, "ho_ten", "Trần Văn Mẫu")
    card = card_told(desk, answer)
    assert (card.ho_ten, card.ma_dkbd) == ("Trần Văn Mẫu", "79014")


def test_of_an_erased_visit_the_portals_facts_are_gone_too(desk: PortalDesk) -> None:
    answer = desk.ask(desk.present(), an_answer("000", card=of_qr(ma_dkbd="79014")))
    corrections.erase(command_line("1"), desk.kiosk, visit_of(desk, answer).visit_id)
    facts = facts_of_visit(desk.log, visit_of(desk, answer))
    assert {facts[name] for name in OF_CARD} == {None}
