"""Who was shown a card and not received stays in sight; everybody of a day is in its list."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.log.contract.engines import kiosk_on
from tests.support import DESK, MASTER_KEY, MORNING, TODAY, Clock, payload
from verification.adapters.store.sqlite.cards import SqliteCards
from verification.log.events import EventKind
from verification.log.memory import MemoryLog
from verification.log.visit import CancelReason
from verification.reception import checkin, corrections, no_card, said, today_list
from verification.reception.answer import Answer, scan_of
from verification.reception.desk import step
from verification.reception.screen import Input, Screen
from verification.reception.today_list import PAGE, AsideReason, State, TodayList
from verification.rights import Actor, desk_officer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from verification.adapters.store.sqlite.log import SqliteLog
    from verification.card.ports import Cards
    from verification.kiosk import Kiosk

GREEN, RED, AMBER = "patient-1", "patient-2", "patient-3"
OTHER_DESK = desk_officer("2")


class Desk:
    """A browser session at a desk."""

    def __init__(self, kiosk: Kiosk, actor: Actor = DESK) -> None:
        self.kiosk = kiosk
        self.actor = actor
        self.screen = Screen()
        self._numbers = count(1)

    def give(self, kind: str, **fields: object) -> Screen:
        given = Input(f"session{self.actor.desk}", next(self._numbers), kind, **fields)  # type: ignore[arg-type]  # a test's own words
        self.screen = step(self.actor, self.kiosk, self.screen, given)
        return self.screen

    def scan(self, slug: str) -> str:
        raw = payload(slug) if "-" in slug else slug.encode()
        self.give("scan", scan=scan_of((raw,), self.kiosk.today(), quet="-" in slug))
        return self.screen.answer_id or ""

    def key(self, key: str) -> Screen:
        return self.give("key", key=key, answer_id=self.screen.answer_id)

    def act(self, what: str, text: str = "", index: int = 0) -> Screen:
        return self.give("today", menu_id=what, text=text, index=index)

    def choose(self, index: int, text: str = "") -> Screen:
        menu = self.screen.menu
        return self.give("choice", menu_id=menu.id if menu else "", index=index, text=text)

    @property
    def answer(self) -> Answer:
        assert self.screen.answer is not None
        return self.screen.answer

    @property
    def waiting(self) -> list[str]:
        return [row.id for row in today_list.waiting(self.actor, self.kiosk)]

    @property
    def toast(self) -> str:
        return self.screen.toast.text.vi if self.screen.toast else ""


@pytest.fixture
def desk(kiosk: Kiosk) -> Desk:
    return Desk(kiosk)


@pytest.fixture(scope="module")
def demo_cards(demo_store: Path) -> Iterator[Cards]:
    with closing(SqliteCards(demo_store)) as cards:
        yield cards


@pytest.fixture
def other(kiosk: Kiosk) -> Desk:
    return Desk(kiosk, OTHER_DESK)


def states(desk: Desk, **wanted: object) -> list[State]:
    day = TodayList(desk.kiosk.today(), **wanted)  # type: ignore[arg-type]  # fields of the list
    return [row.state for row in today_list.listed(desk.actor, desk.kiosk, day).rows]


def test_who_was_shown_and_not_received_waits_newest_first(desk: Desk) -> None:
    red = desk.scan(RED)
    desk.scan(GREEN)
    amber = desk.scan(AMBER)
    assert desk.waiting == [amber, red]


@pytest.mark.parametrize("slug", ["foreign-1", "s2", "DN479790000001"])
def test_what_is_no_card_does_not_wait(desk: Desk, slug: str) -> None:
    desk.scan(slug)
    assert desk.waiting == []


def test_a_look_up_does_not_wait_and_hides_nobody_who_does(desk: Desk) -> None:
    red = desk.scan(RED)
    for looked_at in (RED, AMBER):
        desk.key("F9")
        desk.choose(1)
        desk.scan(looked_at)
    assert desk.waiting == [red]


def test_the_same_person_again_is_one_line(desk: Desk) -> None:
    desk.scan(RED)
    again = desk.scan(RED)
    assert desk.waiting == [again]


def test_the_same_person_received_takes_the_line_off_also_at_another_desk(
    desk: Desk, other: Desk
) -> None:
    desk.scan(RED)
    desk.scan(AMBER)
    desk.key("F2")
    assert len(desk.waiting) == 1
    other.scan(RED)
    other.key("F2")
    assert desk.waiting == other.waiting == []


def test_the_citizen_card_of_who_waits_with_a_bhyt_card_is_the_same_person(desk: Desk) -> None:
    first = desk.scan("DN4797900000029")
    assert desk.waiting == [first]
    again = desk.scan("7900000029")
    assert desk.waiting == [again]


def test_a_number_added_later_takes_off_who_waited_under_it(desk: Desk, other: Desk) -> None:
    desk.scan(RED)
    answer = no_card.present_without_card(OTHER_DESK, desk.kiosk, "lost", "Ai Đó")
    answer = checkin.receive(OTHER_DESK, desk.kiosk, answer)
    assert len(desk.waiting) == 1
    number = desk.answer.verdict.card
    assert number is not None
    no_card.complete(OTHER_DESK, desk.kiosk, answer, number.ma_the or "", "đúng người này")
    assert desk.waiting == []


def test_a_patient_without_a_card_waits_until_f2(desk: Desk) -> None:
    no_card.present_without_card(DESK, desk.kiosk, "lost", "Ai Đó")
    no_card.present_without_card(DESK, desk.kiosk, "lost", "Ai Đó")
    assert len(desk.waiting) == 2  # nobody knows whether they are one


# ---- what ends it


def test_an_undone_visit_is_decided_and_nobody_waits_again(desk: Desk) -> None:
    desk.scan(RED)
    desk.scan(AMBER)
    desk.scan(RED)
    desk.key("F2")
    visit = desk.answer.visit
    assert visit is not None
    corrections.undo(DESK, desk.kiosk, visit.visit_id, CancelReason.BENH_NHAN_VE)
    assert len(desk.waiting) == 1  # amber; the earlier red line of the same person stays away
    assert states(desk).count(State.UNDONE) == 1
    again = desk.scan(RED)
    assert desk.waiting[0] == again


def test_undone_at_another_desk_the_person_waits_here_as_before(desk: Desk, other: Desk) -> None:
    red = desk.scan(RED)
    other.scan(RED)
    other.key("F2")
    assert desk.waiting == []
    visit = other.answer.visit
    assert visit is not None
    corrections.undo(OTHER_DESK, desk.kiosk, visit.visit_id, CancelReason.NHAM_NGUOI)
    assert desk.waiting == [red]


@pytest.mark.parametrize(("why", "state"), [("benh_nhan_ve", "left"), ("quet_nham", "mistaken")])
def test_put_aside_with_one_key_it_leaves_and_stays_in_the_list(
    desk: Desk, why: str, state: str
) -> None:
    red = desk.scan(RED)
    desk.scan(RED)
    desk.key("F10")
    desk.act(why, desk.waiting[0])
    assert desk.waiting == []
    assert states(desk) == [State(state)]
    assert desk.screen.answer is None  # it was this answer
    assert desk.toast
    again = desk.scan(RED)  # the patient came back
    assert desk.waiting == [again]
    desk.act(why, red)  # an old line of somebody who waits by a newer one
    assert desk.waiting == [again]


def test_who_was_received_cannot_be_put_aside(desk: Desk) -> None:
    red = desk.scan(RED)
    desk.key("F2")
    for name in (red, "1-99", "rubbish"):
        assert "không còn chờ" in (desk.act("quet_nham", name) and desk.toast)
    assert states(desk) == [State.RECEIVED]


def test_f4_in_the_list_asks_why_and_does_it(desk: Desk) -> None:
    desk.scan(GREEN)
    visit = desk.answer.visit
    assert visit is not None
    red = desk.scan(RED)
    desk.key("F10")
    menu = desk.act("undo", red).menu
    assert menu is not None
    assert len(menu.items) == len(AsideReason)
    desk.choose(1)
    assert states(desk) == [State.LEFT, State.RECEIVED]
    assert desk.act("undo", visit.visit_id).menu is not None
    desk.choose(3)
    assert states(desk) == [State.LEFT, State.UNDONE]
    assert desk.screen.today is not None
    assert "không hủy được" in (desk.act("undo", visit.visit_id) and desk.toast)


# ---- the desk goes on


def test_the_next_scan_over_who_was_not_received_warns_with_initials(desk: Desk) -> None:
    desk.scan(RED)
    assert desk.toast == ""
    desk.scan(RED)
    assert desk.toast == ""  # the same person
    desk.scan(GREEN)
    assert "VÕ H. S." in desk.toast
    assert "F10, Enter" in desk.toast
    assert "VÕ HOÀNG" not in desk.toast
    desk.scan(AMBER)
    assert desk.toast == ""  # green was received


def test_a_text_that_is_no_card_warns_too(desk: Desk) -> None:
    desk.scan(RED)
    desk.scan("foreign-1")
    assert "F10, Enter" in desk.toast


def test_a_look_up_over_who_was_not_received_warns_once(desk: Desk) -> None:
    desk.scan(RED)
    desk.key("F9")
    desk.choose(1)
    desk.scan(GREEN)
    assert "F10, Enter" in desk.toast
    desk.scan(AMBER)
    assert desk.toast == ""  # who was looked up was not to be received


def test_the_screen_is_not_cleared_while_a_menu_or_the_list_is_open(desk: Desk) -> None:
    desk.scan(GREEN)
    shown = desk.scan(GREEN)
    desk.key("F2")  # here already: asks what for
    assert desk.give("clear", answer_id=shown).answer is not None
    assert desk.screen.menu is not None
    desk.key("Escape")
    desk.key("F10")
    assert desk.give("clear", answer_id=shown).answer is not None
    desk.key("Escape")
    assert desk.screen.today is None
    assert desk.give("clear", answer_id=shown).answer is None


def test_scans_that_waited_for_the_server_are_all_there(desk: Desk) -> None:
    passed = [desk.scan(slug) for slug in (RED, AMBER, "case-expired", "case-withdrawn", GREEN)]
    assert desk.waiting == passed[3::-1]


# ---- called back


def test_f10_enter_calls_the_newest_back_and_f2_receives_it(desk: Desk, log: SqliteLog) -> None:
    desk.scan(RED)
    amber = desk.scan(AMBER)
    desk.scan(GREEN)
    desk.key("F10")
    desk.act("newest")
    assert desk.screen.answer_id == amber
    assert desk.answer.reopened
    assert desk.answer.visit is None
    assert desk.screen.today is None
    desk.key("F2")
    visit = desk.answer.visit
    assert visit is not None
    assert visit.presented == amber
    assert len(desk.waiting) == 1
    looks = [e for e in log.events([EventKind.VIEWED], MORNING) if e.codes["what"] == "reopened"]
    assert [e.codes["of"] for e in looks] == [amber]


def test_called_back_when_nobody_waits_says_so(desk: Desk) -> None:
    desk.scan(GREEN)
    desk.key("F10")
    assert "Không còn ai" in (desk.act("newest") and desk.toast)


@pytest.mark.parametrize(
    "slug", [RED, AMBER, "case-other-name", "citizen-unknown", "case-deceased", "number-legacy"]
)
def test_called_back_it_is_judged_as_if_it_was_shown_now(desk: Desk, slug: str) -> None:
    row = desk.scan(slug)
    before = desk.answer
    assert before.visit is None
    desk.act("open", row)
    now = desk.answer
    assert [f.reason for f in now.verdict.reasons] == [f.reason for f in before.verdict.reasons]
    assert now.verdict.card == before.verdict.card
    assert now.entitlement == before.entitlement


def test_who_became_valid_meanwhile_is_shown_as_it_is_now_and_not_received_by_itself(
    desk: Desk, clock: Clock
) -> None:
    row = desk.scan("case-not-yet")
    begin = desk.answer.verdict.card and desk.answer.verdict.card.gt_the_tu
    assert desk.waiting == [row]
    assert begin is not None
    clock.forward(minutes=1)
    desk.act("open", row)
    assert desk.answer.visit is None
    assert desk.waiting == [row]


def test_a_patient_without_a_card_is_called_back_by_name(desk: Desk) -> None:
    answer = no_card.present_without_card(DESK, desk.kiosk, "child", "Bé Mẫu")
    desk.act("open", answer.event.event_id)
    assert desk.answer.verdict == answer.verdict
    assert desk.answer.said == answer.said
    desk.key("F2")
    assert desk.answer.visit is not None


def test_a_row_of_the_list_is_a_view_and_receives_nobody_again(desk: Desk) -> None:
    desk.scan(GREEN)
    visit = desk.answer.visit
    assert visit is not None
    desk.act("open", visit.visit_id)
    assert desk.answer.reopened
    desk.key("F2")
    assert "đã được tiếp nhận" in desk.toast
    corrections.undo(DESK, desk.kiosk, visit.visit_id, CancelReason.KHAC)
    desk.act("open", visit.visit_id)
    desk.key("F2")
    assert "quét lại" in desk.toast
    assert states(desk) == [State.UNDONE]


def test_what_was_said_of_a_visit_is_known_when_it_is_opened_again(desk: Desk) -> None:
    desk.scan(GREEN)
    visit = desk.answer.visit
    assert visit is not None
    told = said.tell(DESK, desk.kiosk, desk.answer, {"emergency": True, "admitted": TODAY})
    desk.act("open", visit.visit_id)
    assert desk.answer.said == told.said
    assert desk.answer.entitlement == told.entitlement
    said.ask_again(DESK, desk.kiosk, desk.answer)
    desk.act("open", visit.visit_id)
    assert desk.answer.said.emergency is None


def test_a_row_that_is_gone_or_cannot_be_read_is_told(desk: Desk) -> None:
    for row in ("", "1-99", "rubbish", "1-1"):
        desk.act("open", row)
        assert desk.toast
    red = desk.scan(RED)
    desk.kiosk.written.write(lambda t: t.erase(red))
    assert "quét lại" in (desk.act("open", red) and desk.toast)


# ---- the list


def test_the_list_has_this_desk_or_all_and_who_waits_first(desk: Desk, other: Desk) -> None:
    desk.scan(RED)
    desk.scan(GREEN)
    other.scan("case-two-cards-new")
    other.scan(AMBER)
    assert states(desk) == [State.WAITING, State.RECEIVED]
    assert states(desk, all_desks=True)[:2] == [State.WAITING, State.WAITING]
    assert len(states(desk, all_desks=True)) == len(states(desk)) + len(states(other))


def test_a_visit_of_a_card_that_was_not_determined_is_to_be_verified(desk: Desk) -> None:
    desk.scan(AMBER)
    undetermined = desk.answer.verdict.outcome == "undetermined"
    desk.key("F2")
    assert states(desk) == [State.TO_VERIFY if undetermined else State.RECEIVED]


@pytest.mark.parametrize("search", ["mẫu", "MAU thi", "dang th", "0201", "3 0201"])
def test_search_by_beginnings_of_a_name_or_last_digits(desk: Desk, search: str) -> None:
    desk.scan(GREEN)  # Đặng Thị Thử Mẫu
    desk.scan(RED)
    found = today_list.listed(DESK, desk.kiosk, TodayList(TODAY, search=search))
    named = [row.content["ban_ghi"]["ho_ten"] for row in found.rows]
    assert desk.answer.verdict.card is not None
    assert all("Mẫu" in name or "0201" in search for name in named)
    assert desk.answer.verdict.card.ho_ten not in named
    assert found.states == {State.WAITING: 1, State.RECEIVED: 1}  # of the day, not of the search


def test_midnight_leaves_who_waited_in_the_list_of_that_day(desk: Desk, clock: Clock) -> None:
    clock.now = MORNING.replace(hour=23, minute=58)
    red = desk.scan(RED)
    desk.scan(GREEN)
    clock.forward(minutes=5)
    assert desk.waiting == []
    assert states(desk) == []
    desk.key("F10")
    desk.act("before")
    assert desk.screen.today == TodayList(TODAY)
    rows = today_list.listed(DESK, desk.kiosk, TodayList(TODAY)).rows
    assert [row.state for row in rows] == [State.WAITING, State.RECEIVED]
    desk.act("open", red)
    desk.key("F2")
    assert "quét lại" in desk.toast
    assert today_list.at_a_glance(DESK, desk.kiosk).recent == ()
    desk.key("F10")
    desk.act("after")  # there is no tomorrow
    assert desk.screen.today == TodayList(desk.kiosk.today())


def test_pages_hold_everybody_once(desk: Desk) -> None:
    red = desk.scan(RED)
    for _ in range(2 * PAGE):
        checkin.check_in(DESK, desk.kiosk, scan_of((payload(GREEN),), TODAY), again="khác")
    found = [today_list.listed(DESK, desk.kiosk, TodayList(TODAY, page=n)) for n in (1, 2, 3, 99)]
    assert [len(one.rows) for one in found] == [PAGE, PAGE, 1, 1]
    assert found[3].page == 3
    assert found[0].rows[0].id == red
    assert len({row.id for one in found[:3] for row in one.rows}) == 2 * PAGE + 1


def test_a_restart_and_another_officer_find_the_same(desk: Desk) -> None:
    desk.scan(RED)
    desk.scan(AMBER)
    colleague = Desk(desk.kiosk, replace(DESK, officer="binh"))
    assert colleague.waiting == desk.waiting
    desk.kiosk.written.rebuild()
    assert colleague.waiting == desk.waiting


def test_a_row_whose_content_is_damaged_still_waits_as_one_line(
    desk: Desk, store_folder: Path
) -> None:
    red = desk.scan(RED)
    desk.scan(AMBER)
    with closing(sqlite3.connect(store_folder / "kiosk.db", isolation_level=None)) as db:
        db.execute("UPDATE content SET sealed = x'00' WHERE event_id = ?", (red,))
    assert len(desk.waiting) == 2


# ---- many orders

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["scan", "look", "F2", "undo", "aside", "open", "clear"]),
        st.sampled_from([GREEN, RED, AMBER, "case-expired", "foreign-1"]),
        st.sampled_from([0, 1]),
    ),
    max_size=14,
)


@settings(max_examples=25)
@given(steps=STEPS)
def test_in_any_order_who_waits_is_who_was_shown_last_and_not_decided(
    demo_cards: Cards, steps: list[tuple[str, str, int]]
) -> None:
    clock = Clock()
    kiosk = kiosk_on(MemoryLog(MASTER_KEY, clock), demo_cards, clock)
    desks = [Desk(kiosk, DESK), Desk(kiosk, OTHER_DESK)]
    model = Model()
    for what, slug, at in steps:
        model.do(what, slug, desks[at])
        for desk in desks:
            assert desk.waiting == model.waiting(desk.actor.desk)


class Model:
    """Who waits where, told plainly: of each person what was shown last at a desk."""

    def __init__(self) -> None:
        self._shown: dict[str, dict[str, str]] = {"1": {}, "2": {}}  # by desk and person
        self._decided: set[str] = set()
        self._received: dict[str, str] = {}  # visit: person

    def waiting(self, desk: str) -> list[str]:
        here = set(self._received.values())
        left = [e for who, e in self._shown[desk].items() if who not in here]
        undecided = (event for event in left if event not in self._decided)
        return sorted(undecided, key=lambda event: -int(event.partition("-")[2]))

    def do(self, what: str, slug: str, desk: Desk) -> None:
        shown = self._shown[desk.actor.desk]
        match what:
            case "scan" | "look":
                desk.screen = replace(desk.screen, lookup=what == "look", menu=None)
                event = desk.scan(slug)
                if desk.answer.event.person_ref and what == "scan":
                    shown[desk.answer.event.person_ref] = event
            case "F2" if desk.screen.answer and not desk.answer.already:
                desk.key("F2")
            case "undo" if self._received:
                visit_id, person = self._received.popitem()
                corrections.undo(desk.actor, desk.kiosk, visit_id, CancelReason.KHAC)
                self._decided.add(shown.get(person, ""))
                desk.screen = Screen()
            case "aside" if desk.waiting:
                row = desk.waiting[-1]
                desk.act("quet_nham", row)
                self._decided.add(row)
            case "open" if desk.waiting:
                desk.act("open", desk.waiting[0])
            case "clear":
                desk.give("clear", answer_id=desk.screen.answer_id)
        visit = desk.screen.answer and desk.screen.answer.visit
        if visit and not desk.kiosk.written.visit(visit.visit_id).cancelled:  # type: ignore[union-attr]  # it is there
            self._received[visit.visit_id] = visit.person_ref
            self._decided.add(visit.presented)
