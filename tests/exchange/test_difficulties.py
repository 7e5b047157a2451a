from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support import DESK, MORNING
from verification.basics.errors import RequestError
from verification.basics.texts import Text
from verification.exchange import difficulties
from verification.exchange.difficulties import Seen, State, report_difficulty, told_between
from verification.log.events import EventKind, NewEvent
from verification.log.help_events import Difficulty, DifficultyMoved
from verification.log.writing import write_alone

if TYPE_CHECKING:
    from tests.support import Clock
    from verification.kiosk import Kiosk

LONG_AGO = MORNING - timedelta(days=400)
KEPT = ("dien_thoai", "vssid", "ma_qr", "cong", "khac")


def test_the_keys_of_before_keep_their_numbers_and_every_kind_has_words() -> None:
    known = difficulties.categories()
    assert tuple(known)[:5] == KEPT
    assert len(known) == 11
    assert all(one.asks or not one.source or key == "dau_doc" for key, one in known.items())
    assert difficulties.category_text("mang") == Text("mang", "mang")


def test_every_state_says_what_may_follow_and_none_follows_itself() -> None:
    for state in State:
        following = difficulties.may_follow(state)
        assert following
        assert state not in following
        assert difficulties.state_text(state).vi
    assert difficulties.may_follow(State.CLOSED) == (State.NEW,)
    assert difficulties.state_text("later") == Text("later", "later")


def test_what_was_told_is_read_with_what_was_on_the_screen(kiosk: Kiosk) -> None:
    seen = Seen("1-1", "undetermined", "not_in_store", "person", "DN479••••••0011")
    event = report_difficulty(DESK, kiosk, "vssid", " quên  mật khẩu ", seen)
    [told] = told_between(kiosk.written, LONG_AGO)
    assert (told.event_id, told.category, told.desk) == (event.event_id, "vssid", "1")
    assert (told.verdict, told.reason, told.presented) == (seen.verdict, seen.reason, "1-1")
    assert (told.state, told.moved, told.page) == (State.NEW, (), "desk")
    assert event.person_ref == "person"
    kept = {"ghi_chu": "quên mật khẩu", "so": "DN479••••••0011"}
    assert kiosk.written.content(event.event_id) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("thẻ DN4797900000011 sai", "thẻ DN479••••••0011 sai"),
        ("CCCD 0791 9400 0011, chị hỏi", "CCCD ••••••••0011, chị hỏi"),
        ("gọi 0900.000.123", "gọi ••••••0123"),
        ("quầy 3, lúc 8:15 ngày 22/11/2026", "quầy 3, lúc 8:15 ngày 22/11/2026"),
    ],
)
def test_numbers_in_a_note_are_kept_masked(kiosk: Kiosk, typed: str, kept: str) -> None:
    event = report_difficulty(DESK, kiosk, "khac", typed)
    assert kiosk.written.content(event.event_id) == {"ghi_chu": kept}


def test_another_difficulty_needs_words_and_an_unknown_kind_is_refused(kiosk: Kiosk) -> None:
    for category, text in (("khac", "  "), ("mang", "x")):
        with pytest.raises(RequestError):
            report_difficulty(DESK, kiosk, category, text)
    assert told_between(kiosk.written, LONG_AGO) == []


def test_an_older_log_is_read_on(kiosk: Kiosk) -> None:
    write_alone(kiosk.written, DESK, Difficulty("mang"))
    kiosk.written.write(lambda log: log.append(NewEvent("1", EventKind.DIFFICULTY, None)))
    [told] = told_between(kiosk.written, LONG_AGO)  # one that names no kind is damaged
    assert (told.category, told.verdict, told.page) == ("mang", None, "desk")


def test_steps_are_folded_in_the_order_of_writing_whatever_the_clock_says(
    kiosk: Kiosk, clock: Clock
) -> None:
    told = report_difficulty(DESK, kiosk, "vssid", "")
    clock.forward(hours=5)
    write_alone(kiosk.written, DESK, DifficultyMoved(told.event_id, "answered"))
    clock.jump(days=-2)
    write_alone(kiosk.written, DESK, DifficultyMoved(told.event_id, "escalated"))
    write_alone(kiosk.written, DESK, DifficultyMoved(told.event_id, "closed"))
    write_alone(kiosk.written, DESK, DifficultyMoved("1-99", "closed"))
    [found] = told_between(kiosk.written, MORNING)
    assert found.state is State.CLOSED
    assert [move.state for move in found.moved] == ["answered", "escalated", "closed"]
    assert found.answered_in == timedelta(hours=5)
    assert not found.is_open


def test_an_answer_counts_from_the_telling_and_no_more_once_it_was_opened_again(
    kiosk: Kiosk, clock: Clock
) -> None:
    told = report_difficulty(DESK, kiosk, "otp", "")
    for state, hours in (("sent", None), ("answered", 2), ("answered", 2), ("new", None)):
        clock.forward(hours=1)
        write_alone(kiosk.written, DESK, DifficultyMoved(told.event_id, state))
        [found] = told_between(kiosk.written, LONG_AGO)
        assert found.answered_in == (hours and timedelta(hours=hours))
    assert found.is_open


def test_a_time_has_an_end(kiosk: Kiosk, clock: Clock) -> None:
    first = report_difficulty(DESK, kiosk, "otp", "")
    clock.forward(hours=1)
    report_difficulty(DESK, kiosk, "otp", "")
    found = told_between(kiosk.written, LONG_AGO, MORNING + timedelta(minutes=1))
    assert [one.event_id for one in found] == [first.event_id]
