"""What each scan and each key does to the screen of a desk, on a real store."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stepped_support import Stepping
from tests.support import DESK, payload
from verification.basics.errors import StoreError
from verification.basics.names import initials
from verification.log.visit import CancelReason, DoiChieu, NguoiTrinh
from verification.reception.answer import scan_of
from verification.reception.desk import step
from verification.reception.lookup import recent_visits
from verification.reception.screen import Input, Screen

if TYPE_CHECKING:
    from verification.kiosk import Kiosk
    from verification.reception.menus import Item, Menu

GREEN, RED, AMBER = "patient-1", "patient-2", "patient-3"


class Desk(Stepping):
    """A browser session at a desk."""

    def scan(self, slug: str) -> Screen:
        scan = scan_of((payload(slug),), self.kiosk.today(), quet=True)
        return self.give("scan", scan=scan)

    def key(self, key: str) -> Screen:
        return self.give("key", key=key, answer_id=self.screen.answer_id)

    def recent(self) -> list[str]:
        visits = self.kiosk.written.recent(DESK.desk, 10)
        return [v.visit_id for v in visits if not v.cancelled]


@pytest.fixture
def desk(kiosk: Kiosk) -> Desk:
    return Desk(kiosk)


def test_green_is_received_without_a_key(desk: Desk) -> None:
    answer = desk.scan(GREEN).answer
    assert answer is not None
    assert answer.visit is not None
    assert desk.recent() == [answer.visit.visit_id]


@pytest.mark.parametrize("slug", [RED, AMBER])
def test_amber_and_red_wait_for_f2(desk: Desk, slug: str) -> None:
    desk.scan(slug)
    assert desk.recent() == []
    desk.key("F2")
    assert len(desk.recent()) == 1
    desk.key("F2")
    assert len(desk.recent()) == 1  # pressed twice is one visit


def test_a_key_pressed_for_an_earlier_answer_receives_that_patient_and_no_other(
    desk: Desk,
) -> None:
    stale = desk.scan(RED).answer_id
    shown = desk.scan(AMBER).answer
    screen = desk.give("key", key="F2", answer_id=stale)
    (visit_id,) = desk.recent()
    visit = desk.kiosk.written.visit(visit_id)
    assert visit is not None
    assert visit.presented == stale
    assert screen.answer == shown
    assert screen.toast is not None
    assert screen.toast.text.vi == "Đã tiếp nhận người trước: VÕ H. S."  # who is shown waits yet
    desk.screen = Screen()  # the server was started again: the screen is lost, the key is not
    desk.give("key", key="F2", answer_id=shown.event.event_id if shown else None)
    assert len(desk.recent()) == 2


def test_a_key_for_an_event_that_is_no_patient_says_scan_again(desk: Desk) -> None:
    desk.scan("foreign-1")
    for answer_id in ("1-1", "1-99", "rubbish", "9-1"):
        screen = desk.give("key", key="F2", answer_id=answer_id)
        assert screen.toast is not None
    assert desk.recent() == []


def test_a_choice_in_a_menu_that_is_gone_is_told(desk: Desk) -> None:
    toast = desk.give("choice", menu_id="undo", index=1).toast
    assert toast is not None
    assert toast.tone == "no"


def test_an_event_with_a_number_seen_before_changes_nothing(desk: Desk) -> None:
    shown = desk.scan(GREEN)
    again = step(DESK, desk.kiosk, shown, Input("session", 1, "key", key="F9"))
    assert again is shown


def test_rubbish_is_answered_and_cannot_be_received(desk: Desk) -> None:
    screen = desk.scan("foreign-1")
    assert screen.answer is not None
    assert screen.answer.verdict.card is None
    assert desk.key("F2").toast is not None
    assert desk.recent() == []


def test_the_same_card_again_asks_what_the_new_visit_is_for(desk: Desk) -> None:
    desk.scan(GREEN)
    screen = desk.scan(GREEN)
    assert screen.answer is not None
    assert len(desk.recent()) == 1
    menu = desk.key("F2").menu
    assert menu is not None
    assert menu.id.startswith("again:")
    assert desk.choose(1).menu is None
    assert len(desk.recent()) == 2


def test_what_else_a_new_visit_is_for_is_written_into_a_field_of_its_own(desk: Desk) -> None:
    desk.scan(GREEN)
    desk.scan(GREEN)
    desk.key("F2")
    menu = desk.choose(4).menu
    assert menu is not None
    assert menu.field is not None
    assert desk.choose(1, " ").menu == menu  # nothing written is no reason
    assert desk.choose(1, "lấy kết quả").menu is None
    assert len(desk.recent()) == 2


def test_an_undone_visit_leaves_the_desk_and_the_screen(desk: Desk) -> None:
    desk.scan(GREEN)
    desk.key("F4")
    desk.choose(1)
    screen = desk.choose(1 + list(CancelReason).index(CancelReason.QUET_TRUNG), "quét nhầm")
    assert desk.recent() == []
    assert screen.answer is None


def test_of_ten_visits_the_tenth_can_be_undone(desk: Desk) -> None:
    desk.scan(GREEN)
    first = desk.recent()[0]
    for _ in range(9):
        desk.scan(GREEN)
        desk.key("F2")
        desk.choose(1)
    assert len(desk.recent()) == 10
    desk.key("F4")
    menu = desk.screen.menu
    assert menu is not None
    assert [item.about for item in menu.items][-1] == first
    desk.choose(10)  # the first of the second page
    desk.choose(1)
    assert first not in desk.recent()


@pytest.mark.parametrize(
    ("index", "what"),
    [(1, DoiChieu.CCCD), (2, DoiChieu.VNEID), (3, DoiChieu.KHAC), (4, DoiChieu.CHUA)],
)
def test_f8_asks_what_the_photo_was_compared_with(desk: Desk, index: int, what: DoiChieu) -> None:
    desk.scan(GREEN)
    menu = desk.key("F8").menu
    assert menu is not None
    assert "chưa đối chiếu" in menu.lines[0].text.vi
    screen = desk.choose(index)
    assert screen.menu is None
    assert screen.answer is not None
    assert screen.answer.visit is not None
    assert screen.answer.visit.doi_chieu is what
    again = desk.key("F8").menu
    assert again is not None
    assert again.lines[0].text.vi.endswith(again.items[index - 1].text.vi)


def test_f8_before_the_patient_is_received_says_what_to_do_first(desk: Desk) -> None:
    desk.scan(AMBER)
    toast = desk.key("F8").toast
    assert toast is not None
    assert "F2" in toast.text.vi


def test_who_presents_is_noted_from_the_f6_menu(desk: Desk) -> None:
    desk.scan(GREEN)
    menu = desk.key("F6").menu
    assert menu is not None
    at = [item.value for item in menu.items].index(NguoiTrinh.CHA_ME.value)
    answer = desk.choose(at + 1).answer
    assert answer is not None
    assert answer.visit is not None
    assert answer.visit.nguoi_trinh is NguoiTrinh.CHA_ME


def test_f7_shows_the_number_until_it_is_hidden(desk: Desk) -> None:
    desk.scan(GREEN)
    assert desk.key("F7").number_shown
    assert not desk.give("hide_number").number_shown


def test_look_up_mode_receives_nobody(desk: Desk) -> None:
    desk.key("F9")
    assert desk.choose(1).lookup
    desk.scan(GREEN)
    assert desk.recent() == []


def test_a_patient_is_found_by_name_and_birth_date_and_presented(desk: Desk) -> None:
    desk.key("F9")
    desk.choose(2)
    menu = desk.choose(1, "nguyen thi mau, 05/03/1994").menu
    assert menu is not None
    assert len(menu.items) == 2  # two people of one name and birth date
    answer = desk.choose(1).answer
    assert answer is not None
    assert answer.verdict.card is not None
    assert answer.verdict.card.ho_ten == "Nguyễn Thị Mẫu"
    assert desk.recent() == []  # being found receives nobody


def found_at(desk: Desk, text: str) -> Menu:
    """Return what the desk's own search shows."""
    desk.key("F9")
    desk.choose(2)
    menu = desk.choose(1, text).menu
    assert menu is not None
    assert menu.id == "found"
    return menu


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Thị Mẫu",
        "mau thi nguyen 1994",
        "Mẫu Nguyễn, 03/1994",
        "1994 nguyễn mẫu",
        "7900000011",
    ],
)
def test_a_patient_is_found_by_what_is_known_of_name_and_birth_date(desk: Desk, text: str) -> None:
    assert "DN4797900000011" in {item.value for item in found_at(desk, text).items}


def test_two_of_one_name_and_birth_date_are_told_apart(desk: Desk) -> None:
    one, other = found_at(desk, "nguyen thi mau, 05/03/1994").items
    assert one.text == other.text
    assert one.text.vi == "Nguyễn Thị Mẫu · 05/03/1994"
    assert one.hint != other.hint
    for item in (one, other):
        masked, address, place = item.hint.split(" · ")
        assert "•" in masked
        assert "Đường Mẫu" in address
        assert place[:5].isdigit()
        assert "Mẫu" in place


def test_a_search_that_finds_many_shows_nine_and_says_so(desk: Desk) -> None:
    menu = found_at(desk, "mẫu")
    assert len(menu.items) == 9
    (line,) = menu.lines
    assert "Còn người khác" in line.text.vi
    assert found_at(desk, "nguyen thi mau, 05/03/1994").lines == ()


def test_a_search_that_finds_nobody_says_so(desk: Desk) -> None:
    desk.key("F9")
    desk.choose(2)
    menu = desk.choose(1, "Tuyệt Nhiên Không").menu
    assert menu is not None
    assert (menu.id, menu.written) == ("find", "Tuyệt Nhiên Không")  # to be put right
    assert "Không tìm thấy" in menu.lines[0].text.vi
    menu = desk.choose(1, "mẫu nguyễn").menu
    assert menu is not None
    assert menu.items[0].act == "look"


@pytest.mark.parametrize("next_scan", [RED, AMBER, "foreign-1", GREEN, "bad-truncated"])
def test_a_note_names_whose_visit_it_is_of_while_others_are_scanned(
    desk: Desk, next_scan: str
) -> None:
    answer = desk.scan(GREEN).answer
    assert answer is not None
    assert answer.visit is not None
    assert answer.verdict.card is not None
    desk.key("F9")
    menu = desk.choose(6).menu
    assert menu is not None
    assert initials(str(answer.verdict.card.ho_ten)) in menu.title.vi
    assert desk.scan(next_scan).menu == menu  # what is being written is not lost
    assert [item.about for item in menu.items] == [answer.visit.visit_id]
    toast = desk.choose(1, "đi cùng con").toast
    assert toast is not None
    assert toast.tone == "ok"


def test_a_difficulty_and_help_with_installing_are_kept(desk: Desk) -> None:
    desk.key("F9")
    desk.choose(3)
    assert desk.choose(2, "quên mật khẩu").toast is not None
    desk.key("F9")
    desk.choose(3)
    assert desk.choose(6).toast is not None


def test_the_desk_is_left_by_a_menu_of_its_own(desk: Desk) -> None:
    desk.key("F9")
    menu = desk.choose(4).menu
    assert menu is not None
    assert [item.value for item in menu.items] == ["khoa", "ra", "tai_khoan"]
    assert desk.choose(1).goto == "khoa"


@pytest.mark.parametrize(
    ("path", "text", "name", "says"),
    [
        ((3, 1), "10/11/2026", "admitted", date(2026, 11, 10)),
        ((4, 1), "350.000", "first_visit_cost", 350_000),
        ((6,), "", "copay_exempt", True),
        ((7,), "", "drug_pickup", True),
        ((8,), "", "newborn", True),
    ],
)
def test_each_entry_of_the_rates_menu_says_its_part_of_the_visit(
    desk: Desk, path: tuple[int, ...], text: str, name: str, says: object
) -> None:
    desk.scan(GREEN)
    desk.key("F9")
    desk.choose(9)
    for index in path:
        answer = desk.choose(index, text).answer
    assert answer is not None
    assert getattr(answer.said, name) == says


def test_an_entry_keeps_its_number_whatever_the_state_and_says_why_it_cannot_be_used(
    desk: Desk,
) -> None:
    def entries() -> tuple[Item, ...]:
        menu = desk.key("F9").menu
        assert menu is not None
        return menu.items

    idle, red, green = entries(), None, None
    desk.scan(RED)
    red = entries()
    desk.scan(GREEN)
    green = entries()
    for one, two, three in zip(idle, red, green, strict=True):
        assert one.text == two.text == three.text
    assert [n for n, item in enumerate(idle, 1) if item.blocked] == [6, 7, 9, 12, 13]
    assert [n for n, item in enumerate(red, 1) if item.blocked] == [6, 7]
    assert [n for n, item in enumerate(green, 1) if item.blocked] == []
    assert red[5].blocked is not None
    assert "F2" in red[5].blocked.vi
    desk.scan(RED)
    menu = desk.key("F9").menu
    refused = desk.choose(6)
    assert refused.menu == menu
    assert refused.toast is not None
    assert refused.toast.text == red[5].blocked


def test_why_this_rate_tells_the_rule_that_hit_before_the_others(desk: Desk) -> None:
    answer = desk.scan(GREEN).answer
    assert answer is not None
    assert answer.entitlement is not None
    desk.key("F9")
    desk.choose(9)
    menu = desk.choose(1).menu
    assert menu is not None
    assert menu.lines[0].tone == "ok"
    assert {line.tone for line in menu.lines[1:]} <= {"no", "wait"}
    assert len(menu.lines) == len(answer.entitlement.ladder) + len(answer.entitlement.notes)


def test_a_newborns_mother_and_hour_of_birth_are_asked_one_after_the_other(desk: Desk) -> None:
    desk.key("F9")
    desk.choose(8)
    menu = desk.choose(1).menu
    assert menu is not None
    assert menu.field is not None
    assert menu.field.vi == "Họ tên mẹ"
    assert desk.choose(1, "").menu == menu  # without a name there is nobody
    hour = desk.choose(1, "Nguyễn Thị Mẫu").menu
    assert hour is not None
    assert hour.field != menu.field
    answer = desk.choose(1, "08:15").answer
    assert answer is not None
    assert answer.verdict.card is not None
    assert answer.verdict.card.ho_ten == "Nguyễn Thị Mẫu, 08:15"


def test_f1_tells_every_key_on_one_page(desk: Desk) -> None:
    menu = desk.key("F1").menu
    assert menu is not None
    told = [line.key for line in menu.lines]
    assert {"F2", "F4", "F8", "F9", "Shift+F7", "Alt+1…9", "Esc"} <= set(told)
    [manual] = menu.items  # opened by the browser; here choosing it only closes the menu
    assert manual.link == "/kiosk/sach/le-tan"
    assert menu.lines_a_page == 0
    assert desk.key("Escape").menu is None


def test_a_correction_needs_a_value_and_takes_the_scanned_mark_away(desk: Desk) -> None:
    desk.scan(GREEN)
    desk.key("F9")
    desk.choose(7)
    desk.choose(1)
    assert desk.choose(1, "").toast is not None
    screen = desk.choose(1, "Đặng Thị Thẳng")
    assert screen.answer is not None
    assert screen.answer.verdict.card is not None
    assert screen.answer.verdict.card.ho_ten == "Đặng Thị Thẳng"
    _, content = _recent_content(desk)
    assert content["ban_ghi"]["ho_ten"] == "Đặng Thị Thẳng"
    assert content["cach_doc"]["ho_ten"] == "go"


def test_the_answer_is_cleared_only_by_its_own_timer(desk: Desk) -> None:
    first = desk.scan(RED).answer_id
    desk.scan(GREEN)
    assert desk.give("clear", answer_id=first).answer is not None
    assert desk.give("clear", answer_id=desk.screen.answer_id).answer is None


def test_a_choice_that_cannot_be_logged_is_told_with_its_reason_and_left_undone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_work: object) -> None:
        raise StoreError("Đĩa đầy", "The disk is full")

    desk.scan(GREEN)
    before = desk.recent()
    desk.key("F4")
    monkeypatch.setattr(desk.kiosk.written, "write", full)
    while desk.screen.menu:
        screen = desk.choose(1)
    assert screen.toast
    assert screen.toast.text.vi == "Đĩa đầy. Chưa thực hiện được, hãy chọn lại"
    assert screen.handled  # its menu is gone: sent again it would choose nothing
    assert screen.trouble is None
    assert screen.answer is None
    monkeypatch.undo()
    assert desk.recent() == before


def test_what_cannot_be_logged_is_not_acknowledged(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_work: object) -> None:
        raise StoreError("Đĩa đầy", "The disk is full")

    monkeypatch.setattr(desk.kiosk.written, "write", full)
    screen = desk.scan(GREEN)
    assert screen.handled == {}
    assert screen.trouble is not None
    assert screen.answer is None  # nobody's old green stands there
    monkeypatch.undo()
    again = step(
        DESK,
        desk.kiosk,
        screen,
        Input("session", 1, "scan", scan=scan_of((payload(GREEN),), desk.kiosk.today())),
    )
    assert again.trouble is None
    assert again.answer is not None


@given(
    events=st.lists(
        st.one_of(
            st.tuples(st.just("scan"), st.sampled_from([GREEN, RED, AMBER, "foreign-1"])),
            st.tuples(st.just("key"), st.sampled_from(["F2", "F3", "F4", "F6", "F7", "F8", "F9"])),
            st.tuples(st.just("choice"), st.integers(0, 10)),
        ),
        max_size=12,
    )
)
def test_no_order_of_events_raises(desk: Desk, events: list[tuple[str, str | int]]) -> None:
    for kind, what in events:
        if kind == "scan":
            desk.scan(str(what))
        elif kind == "key":
            desk.key(str(what))
        else:
            desk.choose(int(what), "chữ")


def _recent_content(desk: Desk) -> tuple[object, dict[str, dict[str, str]]]:
    return recent_visits(DESK, desk.kiosk)[0]
