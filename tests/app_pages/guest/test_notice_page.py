"""What a patient is told about their data: the house's own terms, both languages, no sign-in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app_pages.guest.guide_html import Reader
from app_pages.guest.notice_page import ADDRESS, notice, notice_html, told_by
from app_pages.guest.routes import guest_paths
from verification.basics.texts import Text
from verification.log.terms import Terms

if TYPE_CHECKING:
    from app_pages.server.house import House

TOLD = {"facility": "Bệnh viện <Mẫu>", "contact": "Phòng CTXH", "visits": 12, "portal": 3} | {
    "access": 6
}


def test_it_tells_purpose_data_receivers_terms_and_rights_in_both_languages() -> None:
    page = notice_html(Reader(), TOLD)
    for said in (
        *("Luật 91/2025/QH15", "Luật Bảo hiểm y tế", "NĐ 356/2025/NĐ-CP Đ5"),
        *("2 ngày làm việc", "10 ngày", "20 ngày", "2 working days"),
        *("12 năm", "3 năm", "6 năm", "12 years"),
        *("Chưa được luật sư đối chiếu", "Not yet compared with the law by a lawyer"),
        *("Bệnh viện &lt;Mẫu&gt;", "Phòng CTXH", 'class="notice"', f"{ADDRESS}?in=1"),
    ):
        assert said in page
    assert "<script" not in page
    assert "<script" in notice_html(Reader("en", printing=True), TOLD)
    assert '<html lang="en">' in notice_html(Reader("en"), TOLD)


def test_each_line_is_said_in_both_languages() -> None:
    for part in notice()["part"]:
        assert Text.of(part).checked()
        assert part["lines"]


def test_the_terms_and_the_contact_are_the_houses(house: House) -> None:
    settings = replace(house.settings, keeping=Terms(15, 4, 7), data_contact="máy lẻ 115")
    page = notice_html(Reader(), told_by(replace(house, settings=settings)))
    assert all(said in page for said in ("15 năm", "4 năm", "7 năm", "máy lẻ 115"))
    assert "quầy tiếp đón." in notice_html(Reader(), told_by(house))


def test_everybody_may_read_it_and_the_window_names_it() -> None:
    assert ADDRESS in guest_paths()
    assert ADDRESS in notice()["line"]["vi"]
    assert ADDRESS in notice()["line"]["en"]
