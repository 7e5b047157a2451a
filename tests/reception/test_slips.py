"""What stands on a patient's slip, and that printing one is a look that is logged."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.reception.test_rooms import At
from tests.support import DESK, payload, slugs
from verification.basics.errors import RequestError
from verification.basics.texts import of_room, read
from verification.card.reasons import Class, Finding, Reason
from verification.kiosk import Room, Slips
from verification.log.events import EventKind
from verification.log.visit import CancelReason
from verification.reception import checkin, corrections
from verification.reception.answer import Answer, Scan
from verification.reception.slips.slip import printable, slip_of

if TYPE_CHECKING:
    from verification.kiosk import Kiosk
    from verification.reception.slips.slip import Slip

ROOM = "verification.reception.slips"


def answered(kiosk: Kiosk, slug: str) -> Answer:
    """Present a card."""
    return checkin.present(DESK, kiosk, Scan((payload(slug),)))


def words(slip: Slip) -> str:
    """Return all that stands on a slip, in both languages."""
    texts = [slip.title, slip.about, *slip.foot]
    for row in slip.rows:
        texts += [row.label, row.value, *row.notes]
    for part in slip.parts:
        texts += [part.title, *part.lines]
    both = [word for text in texts for word in (text.vi, text.en)]
    return "\n".join([str(slip.number), slip.name, *both])


def test_a_received_patients_slip_has_number_rate_condition_and_what_to_bring(
    kiosk: Kiosk,
) -> None:
    slip = slip_of(kiosk, answered(kiosk, "patient-1"))
    assert (slip.title.vi, slip.number) == ("Phiếu tiếp nhận", 1)
    (rate,) = slip.rows
    assert rate.value.vi == "80 %"
    assert rate.notes[0].vi == "100 % nếu chi phí lượt khám < 379.500 đ"
    assert [part.title.vi for part in slip.parts] == ["Mang theo"]
    assert "1900\u00a09068" in slip.foot[0].vi


def test_a_number_of_another_day_than_the_visits_says_of_which(kiosk: Kiosk) -> None:
    yesterday = Scan((payload("patient-1"),), happened_at=kiosk.clock() - timedelta(days=1))
    slip = slip_of(kiosk, checkin.check_in(DESK, kiosk, yesterday))
    assert slip.number_label.vi == "Số thứ tự ngày 22/11/2026"


def test_the_room_stands_first(kiosk: Kiosk) -> None:
    sends = replace(kiosk, slips=Slips(rooms=(Room("P12", "Nội tổng quát"),)))
    desk = At(sends)
    desk.scans("patient-1")
    desk.answers(1)
    assert desk.screen.answer is not None
    row = slip_of(sends, desk.screen.answer).rows[0]
    assert (row.label.vi, row.value.vi) == ("Phòng", "P12 · Nội tổng quát")


def test_who_leaves_with_a_red_card_knows_why_what_to_bring_and_where_to_ask(kiosk: Kiosk) -> None:
    slip = slip_of(kiosk, answered(kiosk, "patient-2"))
    assert (slip.title.vi, slip.number) == ("Chưa tiếp nhận", None)
    parts = {part.title.vi: [line.vi for line in part.lines] for part in slip.parts}
    assert parts["Lý do"] == ["Thẻ đã hết giá trị sử dụng"]
    assert "gia hạn" in parts["Mang theo"][0]
    assert parts["Hỏi ở đâu"][0].startswith("BHXH Mẫu Thành phố Hồ Chí Minh, ")
    assert "Cấp cứu" in parts[""][0]
    assert slip.rows[0].value.vi == "đến 30/06/2025"


def test_a_province_without_an_office_in_the_store_is_named_all_the_same(kiosk: Kiosk) -> None:
    answer = answered(kiosk, "patient-2")
    card = answer.verdict.card
    assert card is not None
    assert card.ma_the is not None
    moved = replace(card, ma_the=f"{card.ma_the[:3]}48{card.ma_the[5:]}")
    elsewhere = replace(answer, verdict=replace(answer.verdict, card=moved))
    assert "Đà Nẵng" in words(slip_of(kiosk, elsewhere))


def test_a_patient_of_another_name_does_not_learn_whose_card_it_is(kiosk: Kiosk) -> None:
    for slug in ("case-other-name", "case-other-birth"):
        answer = answered(kiosk, slug)
        kept, shown = answer.verdict.card, answer.verdict.shown
        assert kept is not None
        assert shown is not None
        slip = slip_of(kiosk, answer)
        assert shown.ho_ten
        assert slip.name == shown.ho_ten.upper()
        if kept.ho_ten != shown.ho_ten:
            assert str(kept.ho_ten).upper() not in words(slip).upper()
        if kept.ngay_sinh != shown.ngay_sinh:
            assert kept.ngay_sinh is not None
            assert kept.ngay_sinh.vi not in words(slip)


def test_no_slip_has_a_whole_number_or_a_birth_date(kiosk: Kiosk) -> None:
    for slug in slugs():
        answer = answered(kiosk, slug)
        card = answer.verdict.card
        if card is None:
            with pytest.raises(RequestError):
                printable(kiosk, answer)
            continue
        told = "".join(words(slip_of(kiosk, answer)).split())
        whole = [n for n in (card.ma_the, card.ma_so_bhxh, card.so_cccd) if n]
        assert [n for n in whole if n in told] == [], slug
        if card.ngay_sinh and card.ngay_sinh.day:
            assert card.ngay_sinh.vi not in told, slug


def test_every_headline_that_keeps_a_patient_waiting_has_its_words() -> None:
    said, papers = of_room(ROOM), read(ROOM, "papers.toml")
    nothing_shown = {"unreadable", "contradictory", "bad_number", "not_a_card", "two_cards"}
    for reason in Reason:
        waits = Finding(reason).cls in {Class.BLOCKING, Class.UNKNOWN}
        if waits and reason.value not in nothing_shown | {"portal_refused"}:
            assert f"reason.{reason.value}" in said, reason
    for headline, entry in papers.items():
        assert headline == "usual" or Reason(headline)
        assert all(f"paper.{name}" in said for name in entry["bring"])


# ---- at the desk


def test_printing_is_logged_as_a_look_and_asked_for_once(kiosk: Kiosk) -> None:
    desk = At(kiosk)
    desk.scans("patient-1")
    assert desk.presses("Shift+F3").slip
    (event,) = kiosk.written.events([EventKind.VIEWED], desk.visit.happened_at)
    assert (event.codes["what"], event.person_ref) == ("slip", desk.visit.person_ref)
    assert not desk.presses("F9").slip


def test_what_is_not_to_be_printed_is_refused_in_words_and_not_logged(kiosk: Kiosk) -> None:
    def refused(desk: At, *, said: str) -> None:
        screen = desk.presses("Shift+F3")
        assert not screen.slip
        assert screen.toast is not None
        assert said in screen.toast.text.vi

    off = At(replace(kiosk, slips=Slips(paper="off")))
    off.scans("patient-1")
    refused(off, said="không in phiếu")
    desk = At(kiosk)
    refused(desk, said="Chưa có bệnh nhân")
    desk.scans("foreign-1")
    refused(desk, said="Không có thẻ")
    looks = At(kiosk)
    looks.presses("F9")
    looks.chooses(1)
    looks.scans("s2")
    refused(looks, said="Tiếp nhận bệnh nhân trước")
    undone = At(kiosk)
    undone.scans("s4")
    corrections.undo(DESK, kiosk, undone.visit.visit_id, CancelReason.KHAC)
    refused(undone, said="đã hủy")
    now = undone.visit.happened_at
    assert [
        e for e in kiosk.written.events([EventKind.VIEWED], now) if e.codes["what"] == "slip"
    ] == []


def test_a_key_pressed_for_the_patient_before_prints_nobody(kiosk: Kiosk) -> None:
    desk = At(kiosk)
    before = desk.scans("patient-1").answer_id
    desk.scans("s2")
    assert not desk.does("key", key="Shift+F3", answer_id=before).slip
