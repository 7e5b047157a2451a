"""What is done to a visit after it was received, and the look-up of cards."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support import DESK, Clock, payload
from verification.adapters.store.sql.reading import read_chains
from verification.adapters.store.sqlite.database import Statements, connect
from verification.basics.dates import PartialDate
from verification.basics.errors import RequestError
from verification.exchange.difficulties import report_difficulty
from verification.exchange.helping import help_given
from verification.log import chain
from verification.log.content import visit_content
from verification.log.events import EventKind
from verification.log.visit import CachTrinh, CancelReason, DoiChieu, NguoiTrinh, Visit
from verification.reception import corrections, lookup
from verification.reception.answer import Scan
from verification.reception.checkin import check_in
from verification.rights import command_line, desk_officer

if TYPE_CHECKING:
    from pathlib import Path

    from verification.kiosk import Kiosk


def received(kiosk: Kiosk, slug: str = "same-old15", desk: str = "1") -> Visit:
    """Receive a fixture."""
    visit = check_in(desk_officer(desk), kiosk, Scan((payload(slug),))).visit
    assert visit is not None
    return visit


def now(kiosk: Kiosk, visit: Visit) -> Visit:
    """Return a visit as it stands now."""
    found = kiosk.written.visit(visit.visit_id)
    assert found is not None
    return found


@pytest.mark.parametrize("why", CancelReason)
def test_a_visit_is_undone_with_a_reason_and_a_note(kiosk: Kiosk, why: CancelReason) -> None:
    visit = received(kiosk)
    event = corrections.undo(DESK, kiosk, visit.visit_id, why, " nhầm quầy ")
    assert event.kind is EventKind.CANCELLED
    assert now(kiosk, visit).cancelled is why
    assert kiosk.written.content(event.event_id) == {"ghi_chu": "nhầm quầy"}


def test_a_visit_cannot_be_undone_twice(kiosk: Kiosk) -> None:
    visit = received(kiosk)
    corrections.undo(DESK, kiosk, visit.visit_id, CancelReason.KHAC)
    with pytest.raises(RequestError) as told:
        corrections.undo(DESK, kiosk, visit.visit_id, CancelReason.KHAC)
    assert visit.visit_id in told.value.vi


def test_another_desk_may_undo_and_it_is_logged_at_that_desk(kiosk: Kiosk) -> None:
    visit = received(kiosk)
    event = corrections.undo(desk_officer("2"), kiosk, visit.visit_id, CancelReason.KHAC)
    assert event.desk == "2"
    assert now(kiosk, visit).cancelled is CancelReason.KHAC


@pytest.mark.parametrize("visit_id", ["", "1-99", "1-1", "x", "'; DROP TABLE visit"])
def test_a_visit_that_is_none_cannot_be_changed(kiosk: Kiosk, visit_id: str) -> None:
    received(kiosk)  # 1-1 is its presentation, no visit
    with pytest.raises(RequestError):
        corrections.undo(DESK, kiosk, visit_id, CancelReason.KHAC)
    with pytest.raises(RequestError):
        corrections.compare_id(DESK, kiosk, visit_id, DoiChieu.CCCD)
    with pytest.raises(RequestError):
        corrections.note(DESK, kiosk, visit_id, "x")


@pytest.mark.parametrize("with_what", DoiChieu)
def test_the_comparison_of_the_photo_is_logged(kiosk: Kiosk, with_what: DoiChieu) -> None:
    visit = received(kiosk)
    corrections.compare_id(DESK, kiosk, visit.visit_id, with_what)
    assert now(kiosk, visit).doi_chieu is with_what


def test_how_and_by_whom_it_was_presented_can_be_corrected(kiosk: Kiosk) -> None:
    visit = received(kiosk)
    corrections.correct_presentation(DESK, kiosk, visit.visit_id, CachTrinh.VNEID)
    corrections.correct_presenter(DESK, kiosk, visit.visit_id, NguoiTrinh.CHA_ME)
    assert now(kiosk, visit).cach_trinh is CachTrinh.VNEID
    assert now(kiosk, visit).nguoi_trinh is NguoiTrinh.CHA_ME


def test_a_corrected_field_loses_its_mark_of_having_been_scanned(kiosk: Kiosk) -> None:
    visit = received(kiosk)
    before = visit_content(kiosk.written, visit)
    assert before["cach_doc"]["ho_ten"] == "quet"
    corrections.correct_field(DESK, kiosk, visit.visit_id, "ho_ten", "Nguyễn Thị Mẩu")
    corrections.correct_field(DESK, kiosk, visit.visit_id, "ho_ten", "Nguyễn Thị Mậu")
    after = visit_content(kiosk.written, now(kiosk, visit))
    assert after["ban_ghi"]["ho_ten"] == "Nguyễn Thị Mậu"
    assert after["cach_doc"]["ho_ten"] == "go"
    assert after["cach_doc"]["ngay_sinh"] == "quet"
    assert after["ban_ghi"]["ma_the"] == before["ban_ghi"]["ma_the"]
    assert kiosk.written.content(visit.presented) == before


def test_a_note_is_kept_and_changes_nothing_else(kiosk: Kiosk) -> None:
    visit = received(kiosk)
    event = corrections.note(DESK, kiosk, visit.visit_id, "đi cùng con")
    assert kiosk.written.content(event.event_id) == {"ghi_chu": "đi cùng con"}
    assert now(kiosk, visit) == visit


def test_a_look_at_the_whole_number_is_logged(kiosk: Kiosk) -> None:
    answer = check_in(DESK, kiosk, Scan((payload("same-old15"),)))
    event = lookup.viewed(DESK, kiosk, answer.event, "number")
    assert event.kind is EventKind.VIEWED
    assert event.codes == {"of": "1-1", "what": "number", "why": "quay", "officer": "quay-thu"}
    assert event.person_ref == answer.event.person_ref


def test_difficulties_and_help_are_counted(kiosk: Kiosk) -> None:
    difficulty = report_difficulty(DESK, kiosk, "vssid", "quên mật khẩu")
    assert difficulty.codes["category"] == "vssid"
    assert kiosk.written.content(difficulty.event_id) == {"ghi_chu": "quên mật khẩu"}
    assert help_given(DESK, kiosk).kind is EventKind.HELPED_TO_INSTALL


def test_the_last_ten_visits_of_a_desk_are_newest_first(kiosk: Kiosk, clock: Clock) -> None:
    slugs = ["s2", "s3", "s4", "s5", "s6", "s7", "s9", "s10", "patient-1", "patient-2", "same-bom"]
    made = []
    for slug in slugs:
        made.append(received(kiosk, slug).visit_id)
        clock.forward(minutes=1)
    received(kiosk, "patient-3", desk="2")
    recent = lookup.recent_visits(DESK, kiosk)
    assert [visit.visit_id for visit, _ in recent] == made[:0:-1]
    assert recent[0][1]["ban_ghi"]["ho_ten"] == "Nguyễn Thị Mẫu"


# ---- look-up


@pytest.mark.parametrize("number", ["DN4797900000011", "dn 4 79 790 000 0011", "079194000011"])
def test_a_card_is_found_by_any_of_its_numbers(kiosk: Kiosk, number: str) -> None:
    found = lookup.look_up(DESK, kiosk, number=number).records
    assert [record.card.ma_the for record in found] == ["DN4797900000011"]


def test_ten_digits_find_all_cards_of_a_person(kiosk: Kiosk) -> None:
    found = lookup.look_up(DESK, kiosk, number="7900000271").records
    assert {r.card.ma_the for r in found} == {"DN4797900000271", "CB2797900000271"}


@pytest.mark.parametrize("number", ["", "x", "DN8797900000011", "0000000000", "\ud800", "1" * 99])
def test_what_is_no_known_number_finds_nobody(kiosk: Kiosk, number: str) -> None:
    assert list(lookup.look_up(DESK, kiosk, number=number).records) == []


@pytest.mark.parametrize("name", ["Nguyễn Thị Mẫu", "NGUYEN THI MAU", "  nguyễn  thị mâu "])
@pytest.mark.parametrize(
    "birth", [PartialDate(1994, 3, 5), PartialDate(1994, 3), PartialDate(1994)]
)
def test_a_card_is_found_by_name_without_diacritics(
    kiosk: Kiosk, name: str, birth: PartialDate
) -> None:
    found = lookup.look_up(DESK, kiosk, name=name, birth=birth).records
    assert "DN4797900000011" in {record.card.ma_the for record in found}


def test_a_name_is_found_without_a_birth_date(kiosk: Kiosk) -> None:
    found = lookup.look_up(DESK, kiosk, name="Nguyễn Thị Mẫu").records
    assert "DN4797900000011" in {record.card.ma_the for record in found}


def test_a_name_that_is_no_text_finds_nobody(kiosk: Kiosk) -> None:
    found = lookup.look_up(DESK, kiosk, name="\udcff", birth=PartialDate(1990))
    assert (list(found.records), found.more) == ([], False)


def test_a_hand_may_write_a_number_or_name_and_birth_date(kiosk: Kiosk) -> None:
    by_name = lookup.find(DESK, kiosk, "nguyen thi mau, 05/03/1994").records
    assert "DN4797900000011" in {record.card.ma_the for record in by_name}
    by_number = lookup.find(DESK, kiosk, "079194000011").records
    assert [record.card.ma_the for record in by_number] == ["DN4797900000011"]
    with pytest.raises(RequestError):
        lookup.find(DESK, kiosk, "Nguyễn Thị Mẫu, 31/02/1994")


def test_a_look_up_makes_no_visit_and_is_logged_with_whom_it_found(kiosk: Kiosk) -> None:
    lookup.look_up(DESK, kiosk, number="7900000271")
    lookup.look_up(DESK, kiosk, number="0000000000")
    assert lookup.recent_visits(DESK, kiosk) == []
    looks = kiosk.written.events([EventKind.VIEWED], kiosk.clock() - timedelta(days=1))
    assert [(e.codes["what"], e.codes["rows"]) for e in looks] == [("search", 2), ("search", 0)]
    assert len(looks[0].codes["persons"]) == 1
    assert "7900000271" not in str(looks[0].codes)


def test_erased_content_is_gone_and_the_chain_still_verifies(
    kiosk: Kiosk, store_folder: Path
) -> None:
    visit = received(kiosk)
    corrections.erase(command_line("1"), kiosk, visit.visit_id)
    assert visit_content(kiosk.written, visit) == {}
    with closing(connect(store_folder / "kiosk.db", read_only=True)) as connection:
        assert chain.verify(read_chains(Statements(connection))["1"]) == []
        assert connection.execute("SELECT count(*) FROM content").fetchone() == (0,)
