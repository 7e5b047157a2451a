"""Finding somebody at the desk: a look, a name, a wrong number, a number that nobody knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.stepped_support import Stepping
from tests.support import DESK, payload
from verification.basics.names import name_key
from verification.log.content import visit_content
from verification.log.events import EventKind
from verification.reception import checkin, today_list, unknown
from verification.reception.answer import Answer, Scan, scan_of
from verification.reception.desk import step
from verification.reception.screen import Input, Screen
from verification.reception.typed import help_for

if TYPE_CHECKING:
    from verification.kiosk import Kiosk
    from verification.log.visit import Visit

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
GREEN, RED, AMBER = "patient-1", "patient-2", "patient-3"
KNOWN = "DN4797900000201"
UNKNOWN = "DN4797901234567"  # nobody's, and nobody's near


class Desk(Stepping):
    """A browser session at a desk."""

    def scan(self, slug: str, *, look: bool = False) -> Screen:
        scan = scan_of((payload(slug),), self.kiosk.today(), quet=True)
        return self.give("scan", scan=scan, look=look)

    def type(self, text: str) -> Screen:
        scan = scan_of((text.encode(),), self.kiosk.today(), quet=False)
        return self.give("scan", scan=scan)

    def key(self, key: str, text: str = "") -> Screen:
        return self.give("key", key=key, answer_id=self.screen.answer_id, text=text)

    def look_up_only(self) -> Screen:
        return self.give("choice", **self._entry("mode"))

    def _entry(self, act: str) -> dict[str, object]:
        menu = self.key("F9").menu
        assert menu is not None
        acts = [item.act for item in menu.items]
        return {"menu_id": menu.id, "index": acts.index(act) + 1}

    @property
    def answer(self) -> Answer:
        assert self.screen.answer is not None
        return self.screen.answer

    def visits(self) -> list[Visit]:
        return [v for v in self.kiosk.written.recent(DESK.desk, 10) if not v.cancelled]

    def kinds(self) -> list[str]:
        return [event.kind for event in self.kiosk.written.events(tuple(EventKind), LONG_AGO)]

    def looks(self) -> list[str]:
        events = self.kiosk.written.events((EventKind.VIEWED,), LONG_AGO)
        return [str(event.codes["what"]) for event in events]


@pytest.fixture
def desk(kiosk: Kiosk) -> Desk:
    return Desk(kiosk)


@pytest.mark.parametrize("slug", [GREEN, RED, AMBER, "number-15", "number-10", "bad-truncated"])
def test_a_look_up_ends_with_its_answer_and_the_next_scan_receives(desk: Desk, slug: str) -> None:
    assert desk.look_up_only().lookup
    assert not desk.scan(slug).lookup
    assert desk.answer.looked
    assert desk.visits() == []
    desk.scan(GREEN)
    assert not desk.answer.looked
    assert len(desk.visits()) == 1


def test_a_look_up_mode_ends_by_escape_by_itself_and_on_the_way_to_another_page(desk: Desk) -> None:
    desk.look_up_only()
    assert desk.key("F9").menu
    assert desk.key("Escape").lookup  # first the menu
    assert not desk.key("Escape").lookup
    desk.look_up_only()
    assert not desk.give("end_lookup").lookup
    desk.look_up_only()
    menu = desk.key("F9").menu
    assert menu is not None
    leave = [item.value for item in menu.items].index("leave") + 1
    desk.choose(leave)
    assert not desk.choose(1).lookup


def test_the_answer_before_it_may_clear_itself_while_the_mode_goes_on(desk: Desk) -> None:
    desk.scan(GREEN)
    desk.look_up_only()
    assert desk.give("clear", answer_id=desk.screen.answer_id).lookup


def test_a_scan_made_in_the_mode_only_looks_though_the_server_has_forgotten_it(desk: Desk) -> None:
    desk.scan(GREEN, look=True)  # such as one that waited while the page was loaded anew
    assert desk.answer.looked
    assert desk.visits() == []


@pytest.mark.parametrize("slug", [GREEN, RED, AMBER, "number-15"])
def test_f2_receives_whom_a_look_showed_and_judges_anew(desk: Desk, slug: str) -> None:
    desk.scan(slug, look=True)
    looked = desk.answer.event.event_id
    desk.key("F2")
    (visit,) = desk.visits()
    assert visit.presented != looked
    assert not desk.answer.looked
    assert desk.key("F2").toast is not None
    assert len(desk.visits()) == 1


def test_f2_after_a_look_shows_first_what_has_changed_since(desk: Desk) -> None:
    desk.scan(RED, look=True)
    seen = desk.answer
    other = replace(seen.verdict, reasons=seen.verdict.reasons[::-1] * 2, card=None)
    desk.screen = replace(desk.screen, answer=replace(seen, verdict=other))
    toast = desk.key("F2").toast
    assert toast is not None
    assert "đã khác" in toast.text.vi
    assert desk.visits() == []
    desk.key("F2")
    assert len(desk.visits()) == 1


def test_f2_on_a_look_at_somebody_who_was_here_asks_what_for(desk: Desk) -> None:
    desk.scan(GREEN)
    desk.scan(GREEN, look=True)
    menu = desk.key("F2").menu
    assert menu is not None
    assert menu.id.startswith("again")
    desk.choose(1)
    assert len(desk.visits()) == 2


def test_f2_resent_for_a_look_makes_one_visit(desk: Desk) -> None:
    desk.scan(RED, look=True)
    before, pressed = desk.screen, Input("s2", 1, "key", key="F2", answer_id=desk.screen.answer_id)
    for screen in (before, before):  # the first answer was lost on the way
        desk.screen = step(DESK, desk.kiosk, screen, pressed)
    assert len(desk.visits()) == 1


def test_another_answer_takes_nothing_over_from_the_one_before(desk: Desk) -> None:
    looked = desk.scan(GREEN, look=True).made_of
    desk.type("DN47979000O0201")
    assert desk.screen.retype
    other = desk.scan(RED, look=True).answer
    assert other is not None
    desk.screen = replace(desk.screen, made_of=looked)  # such as one opened from a list
    toast = desk.key("F2").toast
    assert toast is not None
    assert "quét lại" in toast.text.vi
    assert desk.visits() == []


def test_a_look_that_left_the_screen_is_received_by_a_scan_alone(desk: Desk) -> None:
    looked = desk.scan(GREEN, look=True).answer_id
    desk.screen = Screen()
    toast = desk.give("key", key="F2", answer_id=looked).toast
    assert toast is not None
    assert "quét lại" in toast.text.vi
    assert desk.visits() == []


def test_f2_with_the_mode_on_again_receives_and_leaves_the_mode_to_the_next(desk: Desk) -> None:
    desk.scan(GREEN, look=True)
    desk.look_up_only()
    assert desk.key("F2").lookup
    assert len(desk.visits()) == 1


@pytest.mark.parametrize(
    "written", ["Mẫu", "mẫu", "mau", "MAU", "Nguyễn Thị Mẫu", "mau nguyen 1994", "Mẫu, 05/03/1994"]
)
def test_a_name_in_the_box_finds_and_a_pick_receives_nobody(desk: Desk, written: str) -> None:
    desk.scan(GREEN)
    screen = desk.type(written)
    assert screen.menu is not None
    assert screen.menu.id == "found"
    assert screen.answer is None  # whoever was there before is not who was found
    assert desk.looks() == ["search"]
    desk.choose(1)
    assert desk.answer.looked
    assert desk.answer.event.codes["lookup"] == 1
    assert (
        "MAU" in name_key(str(desk.answer.verdict.card and desk.answer.verdict.card.ho_ten)).upper()
    )
    assert len(desk.visits()) == 1
    desk.key("F2")
    assert len(desk.visits()) == 2


@pytest.mark.parametrize(
    "written",
    ["DN479790000020", "DN8797900000201", "12345", "TE1 2020", "https://mau.vn", "{}", "DN"],
)
def test_what_is_no_name_is_answered_as_before(desk: Desk, written: str) -> None:
    assert desk.type(written).answer is not None


def test_a_name_that_a_scanner_read_is_no_search(desk: Desk) -> None:
    scan = scan_of(("Nguyễn Thị Mẫu".encode(),), desk.kiosk.today(), quet=True)
    assert desk.give("scan", scan=scan).answer is not None


@pytest.mark.parametrize(
    ("typed", "offer"),
    [
        ("DN47979000O0201", KNOWN),
        ("Số thẻ: DN4 79 79000O0201", KNOWN),
        ("O79187000201", "079187000201"),
        ("TÉ797900000201", "TE1797900000201"),
        ("DN8797900000201", None),
        ("DN47979", None),
    ],
)
def test_a_wrong_number_goes_back_into_the_box(desk: Desk, typed: str, offer: str | None) -> None:
    screen = desk.type(typed)
    assert screen.retype == typed
    repair = help_for(desk.kiosk, typed).repair
    assert (repair and repair.text) == offer
    assert desk.scan(GREEN).retype is None


@pytest.mark.parametrize("slug", ["number-15", "foreign-1", GREEN])
def test_nothing_else_goes_back_into_the_box(desk: Desk, slug: str) -> None:
    assert desk.scan(slug).retype is None


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("DN4797900000211", "ĐẶNG T. T. M. · 1987"),
        ("DN4797900000210", "ĐẶNG T. T. M. · 1987"),
        ("HX4797900000201", "ĐẶNG T. T. M. · 1987"),
        ("DN8797900000201", "ĐẶNG T. T. M. · 1987"),
        ("079187000211", "ĐẶNG T. T. M. · 1987"),
    ],
)
def test_a_near_number_is_offered_masked_and_only_shown(desk: Desk, typed: str, who: str) -> None:
    menu = desk.type(typed).menu
    assert menu is not None
    at = next(n for n, item in enumerate(menu.items, 1) if item.text.vi.startswith(who))
    assert "•" in menu.items[at - 1].hint
    assert not any("Thẳng" in item.text.vi for item in menu.items)
    assert desk.looks() == ["near"]
    desk.choose(at)
    assert desk.answer.looked
    assert desk.answer.verdict.card is not None
    assert desk.answer.verdict.card.ma_the == KNOWN
    assert desk.visits() == []
    assert len(today_list.waiting(DESK, desk.kiosk)) <= 1
    desk.key("F2")
    assert len(desk.visits()) == 1
    assert today_list.waiting(DESK, desk.kiosk) == ()  # the number that was typed was nobody


def test_a_wrong_number_waits_on_where_the_one_near_it_was_only_looked_at(desk: Desk) -> None:
    desk.type("DN4797900000211")
    desk.choose(1)
    desk.scan("s9")
    assert len(today_list.waiting(DESK, desk.kiosk)) == 1


def test_a_scan_is_exact_and_has_no_near_numbers(desk: Desk) -> None:
    scan = scan_of((b"DN4797900000211",), desk.kiosk.today(), quet=True)
    menu = desk.give("scan", scan=scan).menu
    assert menu is not None
    assert [item.act for item in menu.items] == ["named"]
    assert desk.looks() == []


@pytest.mark.parametrize(
    ("written", "facts"),
    [
        ("Trần Văn Thử 1960", ("Trần Văn Thử", "1960")),
        ("Trần Văn Thử, 05/03/1960", ("Trần Văn Thử", "1960-03-05")),
        ("Trần Văn Thử sinh năm 1960", ("Trần Văn Thử", "1960")),
        ("1960 Trần Văn Thử", ("Trần Văn Thử", "1960")),
        ("Trần Văn Thử", ("Trần Văn Thử", None)),
    ],
)
def test_a_number_nobody_knows_is_received_with_name_and_year(
    desk: Desk, written: str, facts: tuple[str, str | None]
) -> None:
    menu = desk.type(UNKNOWN).menu
    assert menu is not None
    assert menu.field is not None
    screen = desk.key("F2", written)
    (visit,) = desk.visits()
    known = visit_content(desk.kiosk.written, visit)["ban_ghi"]
    assert (known.get("ho_ten"), known.get("ngay_sinh")) == facts
    assert screen.menu is None
    assert desk.answer.verdict.card is not None
    assert desk.answer.verdict.card.ho_ten == facts[0]


def test_enter_receives_with_the_name_too_and_never_without_one(desk: Desk) -> None:
    menu = desk.type(UNKNOWN).menu
    assert menu is not None
    assert menu.enter == 1
    assert desk.choose(menu.enter).toast is not None  # nothing was written
    assert desk.visits() == []
    desk.choose(menu.enter, "Trần Văn Thử 1960")
    assert len(desk.visits()) == 1


@pytest.mark.parametrize("closed", [False, True])
def test_f2_twice_receives_without_a_name(desk: Desk, *, closed: bool) -> None:
    desk.type(UNKNOWN)
    if closed:
        desk.key("Escape")
    menu = desk.key("F2").menu
    assert menu is not None
    assert menu.id == unknown.SURE
    assert desk.visits() == []
    assert desk.key("F2").menu is None
    assert len(desk.visits()) == 1


@pytest.mark.parametrize("written", ["1960", "05/03/1960", "Trần Văn Thử, 31/02/1960"])
def test_what_is_no_name_receives_nobody(desk: Desk, written: str) -> None:
    desk.type(UNKNOWN)
    screen = desk.key("F2", written)
    assert screen.toast is not None
    assert screen.menu is not None
    assert desk.visits() == []


@pytest.mark.parametrize("number", [KNOWN, "7900000201", "079187000201", "DN47979000O0201"])
def test_a_number_in_the_field_of_the_name_is_the_next_patients(desk: Desk, number: str) -> None:
    desk.type(UNKNOWN)
    desk.choose(1, number)
    assert all(visit.presented == desk.answer.event.event_id for visit in desk.visits())
    card = desk.answer.verdict.card
    assert card is None or card.ma_the == KNOWN


@pytest.mark.parametrize("typed", ["7912345678", "079912345678", UNKNOWN])
def test_each_kind_of_number_that_nobody_knows_asks_for_the_name(desk: Desk, typed: str) -> None:
    assert desk.type(typed).menu is not None


@pytest.mark.parametrize("slug", [RED, AMBER, "foreign-1"])
def test_whoever_has_a_name_or_no_card_is_asked_nothing(desk: Desk, slug: str) -> None:
    assert desk.scan(slug).menu is None


def test_who_was_received_without_a_name_is_here_already(desk: Desk) -> None:
    desk.type(UNKNOWN)
    desk.key("F2", "Trần Văn Thử 1960")
    screen = desk.type(UNKNOWN)
    assert desk.answer.already
    assert screen.menu is None


def test_a_name_written_for_a_look_receives_in_the_end(desk: Desk) -> None:
    scan = Scan((UNKNOWN.encode(),), quet=False)
    desk.give("scan", scan=scan, look=True)
    assert desk.screen.menu is None  # a look asks nothing
    menu = desk.key("F2").menu
    assert menu is not None
    desk.choose(menu.enter, "Trần Văn Thử 1960")
    assert len(desk.visits()) == 1


def test_a_look_is_received_by_no_other_way(kiosk: Kiosk) -> None:
    looked = checkin.present(DESK, kiosk, scan_of((payload(GREEN),), kiosk.today()), lookup=True)
    assert checkin.receive_if_green(DESK, kiosk, looked).visit is None
