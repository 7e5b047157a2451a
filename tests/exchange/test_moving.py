from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support import payload
from verification.basics.errors import Forbidden, RequestError
from verification.exchange.difficulties import (
    EVER,
    Seen,
    State,
    report_difficulty,
    seen_at,
    told_between,
)
from verification.exchange.moving import TAKEN_AS, listed, mark_sent, month_of, move, open_ones
from verification.log.help_events import Difficulty
from verification.log.visit_events import Exported
from verification.log.writing import write_alone
from verification.reception import corrections
from verification.reception.answer import Scan
from verification.reception.checkin import check_in, present
from verification.rights import Actor, Role, command_line

if TYPE_CHECKING:
    from tests.support import Clock
    from verification.exchange.difficulties import Trouble
    from verification.kiosk import Kiosk

LAN = Actor("lan.nt", frozenset({Role.RECEPTIONIST}), "1")
TWO = Actor("minh.tv", frozenset({Role.RECEPTIONIST}), "2")
AN = Actor("an.nt", frozenset({Role.AUDITOR}), "3")
ADMIN = Actor("quan.ly", frozenset({Role.ADMINISTRATOR}), "3")
NOVEMBER = date(2026, 11, 9)


def now(kiosk: Kiosk) -> Trouble:
    [found] = told_between(kiosk.written, EVER)
    return found


def test_a_difficulty_is_sent_answered_closed_and_opened_again(kiosk: Kiosk, clock: Clock) -> None:
    report_difficulty(LAN, kiosk, "vssid", "quên mật khẩu")
    for state, words in (
        (State.SENT, ""),
        (State.ANSWERED, "đến BHXH quận, mang CCCD 079194000011"),
        (State.CLOSED, ""),
        (State.NEW, "vẫn chưa mở được"),
    ):
        clock.forward(hours=1)
        move(AN, kiosk, now(kiosk), state, words)
    [told] = listed(AN, kiosk, NOVEMBER)
    assert told.trouble.state is State.NEW
    assert [m.officer for m in told.trouble.moved] == ["an.nt"] * 4
    assert [one.words for one in told.said] == [
        "đến BHXH quận, mang CCCD ••••••••0011",
        "vẫn chưa mở được",
    ]


def test_the_second_of_two_people_is_told_that_it_went_on(kiosk: Kiosk) -> None:
    report_difficulty(LAN, kiosk, "vssid", "")
    seen = now(kiosk)
    move(AN, kiosk, seen, State.SENT)
    with pytest.raises(RequestError, match=r"an\.nt đã chuyển .* sang “Đã gửi” lúc 08:12"):
        move(ADMIN, kiosk, seen, State.CLOSED)
    assert now(kiosk).state is State.SENT


@pytest.mark.parametrize(
    ("state", "words"), [(State.NEW, ""), (State.ANSWERED, " "), (State.ANSWERED, "")]
)
def test_what_may_not_follow_and_an_answer_without_words_are_refused(
    kiosk: Kiosk, state: State, words: str
) -> None:
    report_difficulty(LAN, kiosk, "vssid", "")
    with pytest.raises(RequestError):
        move(AN, kiosk, now(kiosk), state, words)
    assert now(kiosk).moved == ()


def test_a_receptionist_tells_sees_the_own_desk_and_moves_nothing(kiosk: Kiosk) -> None:
    report_difficulty(LAN, kiosk, "vssid", "một")
    report_difficulty(TWO, kiosk, "otp", "hai", page="muc_huong")
    assert [one.note for one in listed(LAN, kiosk, NOVEMBER)] == ["một"]
    for actor in (AN, ADMIN):
        assert {one.note for one in listed(actor, kiosk, NOVEMBER)} == {"một", "hai"}
    [first, _] = told_between(kiosk.written, EVER)
    with pytest.raises(Forbidden):
        move(LAN, kiosk, first, State.SENT)


def test_a_month_is_a_local_one_and_its_list_has_the_newest_first(
    kiosk: Kiosk, clock: Clock
) -> None:
    first, after = month_of(date(2026, 12, 31))
    assert (first.isoformat(), after.isoformat()) == (
        "2026-12-01T00:00:00+07:00",
        "2027-01-01T00:00:00+07:00",
    )
    clock.now = month_of(NOVEMBER)[1] - timedelta(seconds=1)
    report_difficulty(LAN, kiosk, "vssid", "cuối tháng")
    clock.forward(seconds=1)
    report_difficulty(LAN, kiosk, "vssid", "đầu tháng")
    clock.jump(hours=-2)
    report_difficulty(LAN, kiosk, "vssid", "trước đó")
    assert [one.note for one in listed(LAN, kiosk, NOVEMBER)] == ["cuối tháng", "trước đó"]


def test_the_new_ones_are_marked_as_sent_once_a_file_was_taken(kiosk: Kiosk, clock: Clock) -> None:
    for category in ("vssid", "otp", "kiosk", "dau_doc"):
        report_difficulty(LAN, kiosk, category, "")
    write_alone(kiosk.written, LAN, Difficulty("mang"))  # of an older log
    seen = told_between(kiosk.written, EVER)
    write_alone(kiosk.written, AN, Exported("report_week", "pdf", 3))
    write_alone(kiosk.written, AN, Exported(TAKEN_AS, "pdf", 3, period="2026-10-01"))
    november = kiosk.today().replace(day=1).isoformat()
    write_alone(kiosk.written, AN, Exported(TAKEN_AS, "pdf", 3, period=november, of_desk="1"))
    with pytest.raises(RequestError, match="Lấy tệp"):
        mark_sent(AN, kiosk, seen)
    clock.forward(minutes=1)
    write_alone(kiosk.written, AN, Exported(TAKEN_AS, "pdf", 3, period=november))
    move(ADMIN, kiosk, seen[1], State.CLOSED)  # meanwhile
    report_difficulty(LAN, kiosk, "vssid", "sau khi lấy tệp")
    assert mark_sent(AN, kiosk, seen) == 2  # what the house mends alone goes to nobody
    states = [(one.category, one.state.value) for one in told_between(kiosk.written, EVER)]
    assert states == [
        ("vssid", "sent"),
        ("otp", "closed"),
        ("kiosk", "new"),
        ("dau_doc", "new"),
        ("mang", "sent"),
        ("vssid", "new"),
    ]
    assert mark_sent(AN, kiosk, seen) == 0
    assert len(open_ones(kiosk.written)) == 5


def test_erasing_a_visit_takes_the_words_and_leaves_the_counts(kiosk: Kiosk) -> None:
    before = present(LAN, kiosk, Scan((payload("same-old15"),)))  # shown once before, not received
    report_difficulty(LAN, kiosk, "ma_qr", "mờ", seen_at(kiosk.written, before.presented))
    visit = check_in(LAN, kiosk, Scan((payload("same-old15"),))).visit
    assert visit
    seen = seen_at(kiosk.written, visit.presented)
    assert seen is not None
    assert seen.number.startswith("DN479••••••")
    report_difficulty(LAN, kiosk, "vssid", "bà Mẫu quên mật khẩu", seen)
    other = check_in(LAN, kiosk, Scan((payload("patient-1"),))).visit
    assert other
    report_difficulty(LAN, kiosk, "otp", "của người khác", seen_at(kiosk.written, other.presented))
    report_difficulty(LAN, kiosk, "cong", "không của ai")
    second = told_between(kiosk.written, EVER)[1]
    move(AN, kiosk, second, State.ANSWERED, "mời bà Mẫu đến")
    corrections.erase(command_line("1"), kiosk, visit.visit_id)
    told = {one.trouble.category: one for one in listed(AN, kiosk, NOVEMBER)}
    assert len(told) == 4
    assert [told[key].gone for key in ("ma_qr", "vssid", "otp", "cong")] == [
        True,
        True,
        False,
        False,
    ]
    gone = told["vssid"]
    assert (gone.note, gone.number, gone.said) == ("", "", ())
    assert gone.trouble.state is State.ANSWERED
    assert gone.trouble.verdict
    assert told["otp"].note == "của người khác"
    assert told["cong"].note == "không của ai"


def test_who_was_on_the_screen_is_read_from_what_was_presented(kiosk: Kiosk) -> None:
    rubbish = present(LAN, kiosk, Scan((b"x",)))
    assert seen_at(kiosk.written, rubbish.presented) == Seen(
        rubbish.presented, "undetermined", rubbish.verdict.headline.reason, None, ""
    )
    changed = seen_at(kiosk.written, rubbish.presented, "eligible", "valid")
    assert changed is not None
    assert (changed.verdict, changed.reason) == ("eligible", "valid")
    assert seen_at(kiosk.written, "1-99") is None


def test_one_that_is_not_there_is_not_moved(kiosk: Kiosk) -> None:
    report_difficulty(LAN, kiosk, "vssid", "")
    with pytest.raises(RequestError, match="Không có vướng mắc này"):
        move(AN, kiosk, replace(now(kiosk), event_id="9-1"), State.SENT)
