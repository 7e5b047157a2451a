"""Where an answer is from and how old it is, once the portal was asked."""

from __future__ import annotations

from app_pages.desk.answer_view import TEXTS, DrawnAnswer
from app_pages.desk.portal_view import PortalSaid, portal_view
from app_pages.shell.language import Words
from tests.portal_desk_support import PortalDesk, an_answer, of_qr, stored
from verification.reception.screen import Screen


def test_the_portal_stands_first_among_the_sources_with_its_day() -> None:
    desk, words = PortalDesk([stored()]), Words(TEXTS, "vi")
    answer = desk.ask(desk.present(), an_answer("000", card=of_qr()))
    view = DrawnAnswer(desk.kiosk, answer, Screen(lang="vi"), words).view()
    assert view["source"] == (
        "Nguồn: Cổng BHXH 22/11/2026 (0 ngày), danh sách của cơ sở 22/11/2026 (0 ngày)"
    )
    assert "Cổng BHXH" in view["sentence"]


def test_what_the_portal_said_before_is_what_a_new_question_rests_on() -> None:
    desk, words = PortalDesk(), Words(TEXTS, "vi")
    desk.ask(desk.present(), an_answer("000", card=of_qr()))
    for days, told in ((0, "đã trả lời hôm nay"), (3, "đã trả lời 3 ngày trước")):
        desk.clock.forward(days=days)
        answer = desk.present()
        said = PortalSaid(asked=True)
        view = portal_view(desk.kiosk, answer, said, words)
        assert view is not None
        assert f"Cổng BHXH {told}" in view["text"]
