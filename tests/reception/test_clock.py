"""What the desk is told while the clock is wrong: nothing of today, no green, no red, no flag."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support import DESK, MORNING, a_record, payload
from verification.basics.dates import VIETNAM, PartialDate
from verification.basics.errors import RequestError
from verification.card.facts import Origin, Status
from verification.card.memory import MemoryCards
from verification.log.events import EventKind
from verification.log.visit import CachTrinh
from verification.officers.clock import clock_state, note_clock
from verification.reception.answer import Answer, Scan
from verification.reception.checkin import check, check_in, present, receive, receive_presented
from verification.reception.no_card import complete, present_without_card
from verification.rights import command_line, desk_officer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.support import Clock
    from verification.kiosk import Kiosk
    from verification.log.visit import Visit
    from verification.rules.law.verdict import Verdict

MANAGER = command_line("1")
GREEN, RED = "patient-1", "patient-2"
# the clock of the day stands at 08:12 of 22 November 2026; the cards are of that moment
BACK = {
    "5:01": timedelta(seconds=-301),
    "an hour": timedelta(hours=-1),
    "three hours": timedelta(hours=-3),
    "a day": timedelta(days=-1),
    "eleven months": timedelta(days=-330),
    "to 1970": datetime(1970, 1, 1, tzinfo=VIETNAM) - MORNING,
}
ON = {
    "two years": timedelta(days=730),
    "to 2099": datetime(2099, 6, 1, tzinfo=VIETNAM) - MORNING,
}
wrong = pytest.mark.parametrize("jump", [*BACK.values(), *ON.values()], ids=[*BACK, *ON])


def codes(verdict: Verdict) -> list[str]:
    return [finding.reason.value for finding in verdict.reasons]


def scan(slug: str = GREEN, scan_id: str | None = None) -> Scan:
    return Scan((payload(slug),), scan_id)


def typed(number: str) -> Scan:
    return Scan((number.encode(),), cach_trinh=CachTrinh.GO, quet=False)


def on_cards(kiosk: Kiosk, *records: object) -> Kiosk:
    """Return the kiosk with other cards, of this morning."""
    return replace(kiosk, cards=MemoryCards(records, as_of=MORNING))  # type: ignore[arg-type]  # records


def events(kiosk: Kiosk, *kinds: EventKind) -> Sequence[object]:
    return kiosk.written.events(kinds, datetime(1, 1, 2, tzinfo=VIETNAM))


# ---- the verdict


@wrong
@pytest.mark.parametrize("slug", [GREEN, RED])
def test_a_wrong_clock_makes_green_and_red_amber_and_receives_nobody(
    kiosk: Kiosk, clock: Clock, jump: timedelta, slug: str
) -> None:
    clock.now += jump
    for verdict in (check(DESK, kiosk, payload(slug)), present(DESK, kiosk, scan(slug)).verdict):
        assert verdict.outcome == "undetermined"
        assert codes(verdict)[0] == "clock_wrong"
        unsaid = {"valid", "expired", "not_yet_valid", "ends_soon", "record_too_old"}
        assert not unsaid & {*codes(verdict)}
    assert not events(kiosk, EventKind.RECEIVED)


@wrong
def test_what_is_no_matter_of_today_is_said_as_ever(
    kiosk: Kiosk, clock: Clock, jump: timedelta
) -> None:
    clock.now += jump
    whole = check(DESK, kiosk, payload(GREEN))
    assert whole.card
    assert whole.card.ho_ten == "Đặng Thị Thẳng Mẫu"
    assert set(codes(whole)) == {"clock_wrong"}  # its codes are known, its holder is born
    assert codes(check(DESK, kiosk, b"https://example.vn")) == ["not_a_card"]
    dead = on_cards(kiosk, a_record(Status.TU_VONG))
    assert check(DESK, dead, b"DN4797900000011").outcome == "not_eligible"
    assert codes(check(DESK, dead, b"DN4797900000011"))[:2] == ["holder_deceased", "clock_wrong"]
    other = on_cards(kiosk, replace(dead.cards.by_bhxh("7900000011")[0], trang_thai=Status.THU_HOI))
    assert codes(check(DESK, other, b"7900000011"))[:2] == ["withdrawn", "clock_wrong"]


@pytest.mark.parametrize(
    ("record", "unsaid"),
    [
        (a_record(gt_the_den=date(2026, 11, 30)), "ends_soon"),
        (a_record(gt_the_den=date(2026, 11, 1), origin=Origin.BHXH), "expired"),
        (a_record(gt_the_den=date(2026, 11, 1)), "renewal_unknown"),
        (a_record(gt_the_tu=date(2026, 12, 1)), "not_yet_valid"),
        (a_record(as_of=date(2026, 6, 1)), "record_too_old"),
        (
            a_record(
                ma_the="TE1797900000011",
                ngay_sinh=PartialDate(2020, 1, 5),
                gt_the_tu=date(2020, 1, 5),
                gt_the_den=None,
            ),
            "child_past_72_months",
        ),
    ],
)
def test_what_only_the_right_day_can_tell_is_left_unsaid(
    kiosk: Kiosk, clock: Clock, record: object, unsaid: str
) -> None:
    number = record.card.ma_the.encode()  # type: ignore[attr-defined]  # a record
    own = on_cards(kiosk, record)
    assert unsaid in codes(check(DESK, own, number))
    clock.jump(hours=-3)
    assert codes(check(DESK, own, number)) == ["clock_wrong"]


@pytest.mark.parametrize("seconds", [-300, -299, -2, 0, 2, 3600, 86_400])
def test_a_clock_that_is_right_or_nearly_so_says_nothing_of_itself(
    kiosk: Kiosk, clock: Clock, seconds: int
) -> None:
    clock.jump(seconds=seconds)
    assert check(DESK, kiosk, payload(GREEN)).outcome == "eligible"
    assert check(DESK, kiosk, payload(RED)).outcome == "not_eligible"


@pytest.mark.parametrize(
    "given", [datetime(y, 5, 4, 12, tzinfo=VIETNAM) for y in (1990, 2020, 2026, 2031, 2099)]
)
def test_a_day_that_was_given_is_no_wrong_clock(kiosk: Kiosk, given: datetime) -> None:
    assert "clock_wrong" not in codes(check(DESK, kiosk, payload(GREEN), given))
    answer = check_in(DESK, kiosk, replace(scan(), happened_at=given))
    assert "clock_wrong" not in codes(answer.verdict)
    assert check(DESK, kiosk, payload(GREEN)).outcome == "eligible"  # and speaks against none


def test_of_a_day_that_was_given_the_dates_are_judged_though_the_clock_is_wrong(
    kiosk: Kiosk, clock: Clock
) -> None:
    clock.jump(days=-330)
    given = datetime(2031, 5, 4, 12, tzinfo=VIETNAM)
    own = on_cards(kiosk, a_record(gt_the_den=date(2026, 12, 31)))
    verdict = check(DESK, own, b"DN4797900000011", given)
    assert codes(verdict) == ["clock_wrong", "renewal_unknown"]  # no copy is that young
    assert verdict.on == given.date()


def test_a_house_without_events_and_cards_has_no_wrong_clock(kiosk: Kiosk, clock: Clock) -> None:
    bare = replace(kiosk, cards=MemoryCards())
    for now in (MORNING, *(MORNING + jump for jump in (*BACK.values(), *ON.values()))):
        clock.now = now
        assert "clock_wrong" not in codes(check(DESK, bare, payload(GREEN)))


def test_an_event_alone_speaks_against_an_earlier_clock(kiosk: Kiosk, clock: Clock) -> None:
    bare = replace(kiosk, cards=MemoryCards([a_record()]))
    present(DESK, bare, scan())
    clock.jump(minutes=-6)
    verdict = check(DESK, bare, payload(GREEN))
    assert codes(verdict)[0] == "clock_wrong"
    assert "08:06 22/11/2026" in verdict.headline.sentence.vi
    assert "08:12 22/11/2026" in verdict.headline.sentence.vi


@wrong
def test_the_events_of_a_wrong_clock_do_not_make_it_right(
    kiosk: Kiosk, clock: Clock, jump: timedelta
) -> None:
    check_in(DESK, kiosk, scan(RED))
    clock.now += jump
    for _ in range(3):
        assert codes(check_in(DESK, kiosk, scan()).verdict)[0] == "clock_wrong"
    clock.now -= jump
    clock.forward(minutes=1)
    doubt = kiosk.doubt()  # set right, what was recorded behind it says nothing
    assert bool(doubt) is (jump > timedelta(0))


def test_a_patient_without_a_card_and_the_card_that_comes_later_know_of_the_clock_too(
    kiosk: Kiosk, clock: Clock
) -> None:
    clock.jump(hours=-3)
    answer = present_without_card(DESK, kiosk, "lost", "Nguyễn Thị Mẫu")
    assert codes(answer.verdict) == ["no_card", "clock_wrong"]
    answer = complete(DESK, kiosk, receive(DESK, kiosk, answer), "DN4797900000011")
    assert codes(answer.verdict)[0] == "clock_wrong"
    assert answer.visit
    assert answer.visit.verdict == "undetermined"


# ---- no flags


def seen_probing(kiosk: Kiosk, clock: Clock) -> Sequence[str]:
    """Return the rules that hit while somebody tries numbers by hand at one desk."""
    found = []
    for at in range(12):
        answer = check_in(desk_officer("7"), kiosk, typed(f"DN47979000001{at:02d}"))
        found += [flag.rule for flag in answer.flags]
        clock.forward(seconds=20)
    return found


def test_nobody_is_suspected_by_a_wrong_clock(kiosk: Kiosk, clock: Clock) -> None:
    jumps = (timedelta(hours=-3), timedelta(days=-1))
    for jump in jumps:
        clock.now = MORNING + jump
        assert seen_probing(kiosk, clock) == []
    assert not events(kiosk, EventKind.FLAGGED, EventKind.CASE_OPENED)
    clock.now = MORNING + timedelta(hours=1)
    assert seen_probing(kiosk, clock)  # the same with a clock that is right


def test_a_receipt_by_key_from_a_wrong_clock_raises_no_flag_either(
    kiosk: Kiosk, clock: Clock
) -> None:
    clock.jump(hours=-3)
    answer = present(DESK, kiosk, scan(RED))
    assert receive_presented(DESK, kiosk, answer.event.event_id)
    assert receive(DESK, kiosk, present(DESK, kiosk, scan(GREEN))).flags == ()
    assert not events(kiosk, EventKind.FLAGGED)


def test_visits_of_a_wrong_clock_or_of_a_noted_time_are_no_history_for_the_rules(
    kiosk: Kiosk, clock: Clock
) -> None:
    clock.jump(days=40)
    assert seen_probing(kiosk, clock)
    flagged = len(events(kiosk, EventKind.FLAGGED))
    clock.now = MORNING + timedelta(hours=1)
    note_clock(MANAGER, kiosk, "đồng hồ nhanh 40 ngày")
    clock.now = MORNING + timedelta(days=40, minutes=1)
    check_in(desk_officer("7"), kiosk, typed("DN4797900000199"))
    assert len(events(kiosk, EventKind.FLAGGED)) == flagged


# ---- today


def test_yesterdays_visit_is_not_of_today_on_a_clock_set_back_a_day(
    kiosk: Kiosk, clock: Clock
) -> None:
    before = check_in(DESK, kiosk, scan()).visit
    clock.forward(days=1)
    check_in(DESK, kiosk, scan("s2"))
    clock.jump(days=-1)
    answer = present(DESK, kiosk, scan())
    assert answer.already == ()
    assert "already_today" not in codes(answer.verdict)
    received = receive(DESK, kiosk, answer).visit
    assert received
    assert before
    assert received.visit_id != before.visit_id


def test_of_one_wrong_stretch_a_second_presentation_is_known(kiosk: Kiosk, clock: Clock) -> None:
    clock.jump(days=-1)
    first = check_in(DESK, kiosk, scan())
    clock.forward(minutes=20)
    again = check_in(DESK, kiosk, scan())
    assert codes(again.verdict) == ["clock_wrong", "already_today"]
    assert ids(again.already) == ids([first.visit])


def test_a_scan_that_is_resent_is_the_same_while_the_clock_is_set(
    kiosk: Kiosk, clock: Clock
) -> None:
    answer = present(DESK, kiosk, scan(GREEN, "tab:1"))
    clock.jump(hours=-3)
    again = present(DESK, kiosk, scan(GREEN, "tab:1"))
    assert again.resent
    assert again.event == answer.event
    shown = present(DESK, kiosk, scan(RED, "tab:2"))
    received = receive(DESK, kiosk, shown)
    clock.jump(hours=3)
    back = present(DESK, kiosk, scan(RED, "tab:2"))
    assert ids([back.visit]) == ids([received.visit])
    assert back.already == ()


def ids(visits: Sequence[Visit | None]) -> list[str]:
    return [visit.visit_id for visit in visits if visit]


@pytest.mark.parametrize(("back", "known"), [(-2, True), (-240, True), (-299, True)])
def test_small_steps_at_noon_keep_what_was_there_today(
    kiosk: Kiosk, clock: Clock, back: int, *, known: bool
) -> None:
    first = check_in(DESK, kiosk, scan())
    clock.jump(seconds=back)
    assert bool(present(DESK, kiosk, scan()).already) is known
    assert ids([check_in(DESK, kiosk, scan()).visit]) == ids([first.visit])


@pytest.mark.parametrize("back", [2, 240, 600])
def test_midnight_gone_over_again_claims_nothing_of_the_day_after(
    kiosk: Kiosk, clock: Clock, back: int
) -> None:
    clock.now = datetime(2026, 11, 24, 0, 0, 1, tzinfo=VIETNAM)
    check_in(DESK, kiosk, scan())
    clock.jump(seconds=-back)
    answer = check_in(DESK, kiosk, scan())
    assert answer.already == ()  # by its own time it is the evening before
    assert ("clock_wrong" in codes(answer.verdict)) is (back > 300)


def test_visits_of_a_noted_time_are_not_of_the_day_that_comes_by_again(
    kiosk: Kiosk, clock: Clock
) -> None:
    clock.jump(days=30)
    ahead = check_in(DESK, kiosk, scan())
    clock.jump(days=-30)
    clock.forward(hours=1)
    note_clock(MANAGER, kiosk, "pin CMOS hết")
    clock.forward(days=30)
    answer = check_in(DESK, kiosk, scan())
    assert answer.already == ()
    assert "already_today" not in codes(answer.verdict)
    assert ids([answer.visit]) != ids([ahead.visit])


def test_what_was_recorded_keeps_its_time_and_its_order(kiosk: Kiosk, clock: Clock) -> None:
    shown: list[Answer] = []
    for jump in (0, -180, 400, -220):
        clock.jump(minutes=jump)
        shown.append(check_in(DESK, kiosk, scan()))
    seqs = [answer.event.seq for answer in shown]
    assert seqs == sorted(seqs)
    times = [answer.event.recorded_at for answer in shown]
    assert times != sorted(times)
    recent = kiosk.written.recent("1", 9)
    assert ids(recent) == [f"1-{seq}" for seq in sorted(int(i[2:]) for i in ids(recent))[::-1]]


# ---- the way out


def test_an_administrator_notes_what_was_recorded_after_now_and_the_desk_works_on(
    kiosk: Kiosk, clock: Clock
) -> None:
    clock.jump(hours=5)
    check_in(DESK, kiosk, scan())
    clock.jump(hours=-5)
    clock.forward(minutes=1)
    assert codes(check(DESK, kiosk, payload(GREEN)))[0] == "clock_wrong"
    noted = note_clock(MANAGER, kiosk, "  sai múi giờ ")
    assert noted.stretch
    assert noted.stretch.first == noted.stretch.last == MORNING + timedelta(hours=5)
    assert (noted.why, noted.event.officer) == ("sai múi giờ", "dong-lenh")
    assert "sai múi giờ" not in str(noted.event.codes)  # words are sealed
    assert check(DESK, kiosk, payload(GREEN)).outcome == "eligible"
    state = clock_state(MANAGER, kiosk)
    assert (state.doubt, state.proposed) == (None, None)
    assert [note.event for note in state.notes] == [noted.event]


def test_a_house_that_was_shut_for_two_years_is_confirmed(kiosk: Kiosk, clock: Clock) -> None:
    check_in(DESK, kiosk, scan())
    clock.forward(days=730)
    check_in(DESK, kiosk, scan())
    assert clock_state(MANAGER, kiosk).doubt
    assert note_clock(MANAGER, kiosk, "nghỉ hai năm").stretch is None
    assert clock_state(MANAGER, kiosk).doubt is None
    assert codes(check(DESK, kiosk, payload(GREEN))) == ["record_too_old"]


@pytest.mark.parametrize(
    ("why", "first", "last", "said"),
    [
        ("", None, None, "reason"),
        (" \t", MORNING, MORNING, "reason"),
        ("x", MORNING, None, "both"),
        ("x", None, MORNING, "both"),
        ("x", MORNING, MORNING - timedelta(seconds=1), "both"),
        ("x", None, None, "Nothing contradicts"),
    ],
)
def test_a_note_that_says_nothing_is_refused(
    kiosk: Kiosk, why: str, first: datetime | None, last: datetime | None, said: str
) -> None:
    with pytest.raises(RequestError) as told:
        note_clock(MANAGER, kiosk, why, first, last)
    assert said in told.value.en
    assert not events(kiosk, EventKind.CLOCK_NOTED)


def test_a_time_that_is_given_is_noted_as_given(kiosk: Kiosk) -> None:
    first, last = MORNING - timedelta(days=9), MORNING - timedelta(days=8)
    noted = note_clock(MANAGER, kiosk, "x", first, last)
    assert noted.stretch
    assert (noted.stretch.first, noted.stretch.last) == (first, last)


def test_a_card_is_the_same_card_on_any_clock(kiosk: Kiosk, clock: Clock) -> None:
    right = check(DESK, kiosk, payload(GREEN))
    for jump in (*BACK.values(), *ON.values()):
        clock.now = MORNING + jump
        found = check(DESK, kiosk, payload(GREEN))
        assert (found.card, found.kind, found.source) == (right.card, right.kind, right.source)
        assert found.rate == right.rate  # of the card; the law is that of the likely day
