"""The facts of a patient that a hospital system may be given."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.exchange_support import receive, waiting_kiosk
from tests.handover_support import JUDGED, VISIT
from tests.support import DESK, Clock, a_card
from verification.basics.dates import PartialDate
from verification.exchange.handover.facts import NAMES, Judged, facts_of, facts_of_visit
from verification.reception.corrections import correct_field, erase
from verification.rights import command_line


def test_each_name_is_there_whatever_is_known() -> None:
    facts = facts_of(a_card(), JUDGED)
    assert tuple(facts) == NAMES
    assert facts["visit_id"] is None
    assert facts["rate_percent"] == "47.5"
    assert facts_of(a_card(), replace(JUDGED, rate=None))["rate_percent"] is None


def test_dates_are_as_exact_as_they_are_known() -> None:
    card = a_card(ngay_sinh=PartialDate(1955, 7), gt_the_den=date(2026, 12, 31))
    facts = facts_of(card, JUDGED)
    assert (facts["ngay_sinh"], facts["gt_the_den"]) == ("1955-07", "2026-12-31")
    assert facts_of(a_card(gt_the_den=None), JUDGED)["gt_the_den"] is None


def test_a_visit_is_told_in_local_time_with_its_number() -> None:
    facts = facts_of(a_card(), Judged.of(VISIT), VISIT)
    assert facts["thoi_diem"] == "2026-11-26T08:30:00"
    assert (facts["ngay"], facts["so_thu_tu"], facts["cong"]) == ("2026-11-26", "12", "waiting")
    assert (facts["rate"], facts["rate_percent"]) == ("4/5", "80")


def test_a_visit_is_told_as_it_was_corrected(clock: Clock) -> None:
    house = waiting_kiosk(clock)
    visit = receive(house)
    before = facts_of_visit(house.written, visit)
    correct_field(DESK, house, visit.visit_id, "ho_ten", "Trần  Văn Mẫu")
    now = house.written.visit(visit.visit_id)
    assert now is not None
    after = facts_of_visit(house.written, now)
    assert after["ho_ten"] == "Trần Văn Mẫu"
    assert before == {**after, "ho_ten": before["ho_ten"]}


def test_of_an_erased_visit_no_fact_of_the_card_is_left(clock: Clock) -> None:
    house = waiting_kiosk(clock)
    visit = receive(house)
    erase(command_line("1"), house, visit.visit_id)
    now = house.written.visit(visit.visit_id)
    assert now is not None
    facts = facts_of_visit(house.written, now)
    assert (facts["ma_the"], facts["ho_ten"], facts["visit_id"]) == (None, None, visit.visit_id)
