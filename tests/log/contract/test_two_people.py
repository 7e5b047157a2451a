"""Four eyes are two people on every engine, by number, and nobody holds the other's account."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.case_support import RECEPTION, WHY, arrive, now, only_case, silent
from tests.support import Clock, a_password, payload
from verification.basics.errors import Forbidden, KioskError, RequestError
from verification.log.account import Place
from verification.log.case import CaseOutcome, Proposal, Proposed
from verification.log.events import EventKind
from verification.log.outside import OUTSIDER
from verification.officers import signin, staff
from verification.reception import checkin
from verification.reception.answer import Scan
from verification.review import case_file, cases, four_eyes, outsider, waiting
from verification.review.outsider import Outsider
from verification.rights import Actor, Role, command_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.log.contract.engines import AnyLog
    from verification.kiosk import Kiosk
    from verification.log.case import Case

pytestmark = pytest.mark.usefixtures("quick_hashes")

SHELL = command_line("1")
AUDITOR, MANAGER = Role.AUDITOR, Role.ADMINISTRATOR
ONE, TWO, THREE, FOUR = (f"07919400100{n}" for n in range(1, 5))
GUEST = Outsider("Trần Mẫu Khách", "BHXH quận Mẫu", "079194002001")
LONG_AGO = 3650


def hired(kiosk: Kiosk, name: str, number: str, *roles: Role, by: Actor = SHELL) -> Actor:
    """Make an account and return who acts with it."""
    held = frozenset(roles or (AUDITOR,))
    facts = {"ho_ten": f"Mẫu {name}", "so_cccd": number}
    staff.create(by, kiosk, name, held, a_password(name), **facts)
    return Actor(name, held, "giam-dinh")


@pytest.fixture
def house(kiosk: Kiosk) -> Kiosk:
    """Return a house with one case and no auditor but those that a test hires."""
    arrive(kiosk, "patient-1")
    kiosk.written.write(_send_home)
    return kiosk


def _send_home(log: object) -> None:
    for account in log.accounts.accounts():  # type: ignore[attr-defined]  # a piece of work
        log.accounts.put_account(replace(account, disabled=True))  # type: ignore[attr-defined]


def proposed(kiosk: Kiosk, maker: Actor, what: Proposed = Proposed.CONFIRMED) -> Case:
    """Return the one case with what the maker proposes."""
    case = only_case(kiosk)
    if case.held_by is None:
        cases.take(maker, kiosk, case.number)
    return four_eyes.propose(maker, kiosk, case.number, what, WHY)


def seen(case: Case) -> Proposal:
    """Return what a second person sees."""
    assert case.proposal is not None
    return case.proposal


def refused(kiosk: Kiosk, second: Actor) -> str:
    """Return why somebody's approval of the one case is refused, empty where it is not."""
    case = only_case(kiosk)
    try:
        four_eyes.approve(second, kiosk, case.number, seen(case))
    except Forbidden as error:
        assert now(kiosk, case.number).outcome is None
        return error.vi
    return ""


# ---- by citizen number


@pytest.mark.parametrize(
    "typed",
    [
        ONE,
        " 079 194 001 001 ",
        "079.194.001.001",
        "079-194-001-001",
        "079\u00a0194\u00a0001\u00a0001",
        "\uff10\uff17\uff19194001001",
        "079\u200b194001001",
    ],
)
def test_two_accounts_of_one_person_are_one_person(house: Kiosk, typed: str) -> None:
    maker, alias = hired(house, "an.gd", ONE), hired(house, "an.hai", typed)
    proposed(house, maker)
    assert "là một người" in refused(house, alias)
    assert not waiting.standing(maker, house, only_case(house)).inside  # type: ignore[union-attr]
    assert refused(house, hired(house, "binh.gd", TWO)) == ""


@pytest.mark.parametrize("when", ["before the proposal", "after it"])
@pytest.mark.parametrize("whose", ["an.gd", "an.hai"])
def test_a_number_changed_later_separates_nobody(house: Kiosk, when: str, whose: str) -> None:
    maker, alias = hired(house, "an.gd", ONE), hired(house, "an.hai", ONE)
    change = lambda: staff.change_facts(SHELL, house, whose, "", THREE)  # noqa: E731
    if when == "after it":
        proposed(house, maker)
        change()
    else:
        change()
        proposed(house, maker)
    assert "là một người" in refused(house, alias)


def test_a_number_changed_there_and_back_or_over_a_third_account_separates_nobody(
    house: Kiosk,
) -> None:
    maker, middle, last = hired(house, "a.mot", ONE), hired(house, "a.hai", ONE), "a.ba"
    hired(house, last, TWO)
    staff.change_facts(SHELL, house, middle.officer, "", TWO)
    staff.change_facts(SHELL, house, last, "", FOUR)
    proposed(house, maker)
    for name in (middle.officer, last):
        assert "là một người" in refused(house, replace(maker, officer=name))


@pytest.mark.parametrize("without", ["maker", "second"])
def test_an_account_without_a_number_is_nobodys_second_person(house: Kiosk, without: str) -> None:
    maker, second = hired(house, "an.gd", ONE), hired(house, "binh.gd", TWO)
    name = maker.officer if without == "maker" else second.officer
    old = house.written.accounts.account(name)
    assert old
    proposed(house, maker)
    house.written.write(lambda log: log.accounts.put_account(replace(old, so_cccd="")))
    if without == "second":  # what it had is known from its first day, what it has now is not
        assert "không có số căn cước" in refused(house, second)
    else:
        assert not waiting.standing(maker, house, only_case(house)).known  # type: ignore[union-attr]
        assert "không có số căn cước" in refused(house, second)


def test_who_received_by_another_account_neither_takes_nor_sees_nor_approves(house: Kiosk) -> None:
    desk = hired(house, "chi.td", THREE, Role.RECEPTIONIST)
    checkin.check_in(
        replace(desk, desk="1"), silent(house), Scan((payload("patient-1"),)), again="khac"
    )
    same, maker = hired(house, "chi.gd", THREE), hired(house, "an.gd", ONE)
    number = only_case(house).number
    assert cases.take_next(same, house) is None
    for act in (cases.take, case_file.open_file, case_file.print_inside):
        with pytest.raises(Forbidden, match="đã tiếp đón"):
            act(same, house, number)
    with pytest.raises(Forbidden, match="đã tiếp đón"):
        case_file.view_number(same, house, number, "x")
    case = proposed(house, maker)
    assert "đã tiếp đón" in refused(house, same)
    with pytest.raises(Forbidden, match="đã tiếp đón"):
        four_eyes.reject(same, house, number, seen(case))
    with pytest.raises(Forbidden, match="đã tiếp đón"):
        cases.set_dates(maker, house, number, due=house.today(), diary=None, to=same.officer)


def test_nobody_takes_an_own_overdue_case_over_by_another_account(
    house: Kiosk, clock: Clock
) -> None:
    maker, alias = hired(house, "an.gd", ONE), hired(house, "an.hai", ONE)
    number = only_case(house).number
    cases.take(maker, house, number)
    clock.forward(days=30)
    with pytest.raises(RequestError, match="đang giữ"):
        cases.take(alias, house, number)
    assert cases.take(hired(house, "binh.gd", TWO), house, number).held_by == "binh.gd"


def test_an_own_proposal_is_taken_back_by_either_account(house: Kiosk) -> None:
    maker, alias = hired(house, "an.gd", ONE), hired(house, "an.hai", ONE)
    case = proposed(house, maker)
    assert four_eyes.reject(alias, house, case.number, seen(case)).proposal is None


def test_whose_role_was_taken_away_meanwhile_approves_nothing(house: Kiosk) -> None:
    second = hired(house, "binh.gd", TWO)
    proposed(house, hired(house, "an.gd", ONE))
    staff.change_roles(SHELL, house, second.officer, frozenset({Role.RECEPTIONIST}))
    assert "không còn giám định" in refused(house, second)
    staff.change_roles(SHELL, house, second.officer, frozenset({AUDITOR}))
    staff.disable(SHELL, house, second.officer)
    assert "không còn giám định" in refused(house, second)


# ---- who holds whose account

BOTH = (AUDITOR, MANAGER)
HOLDS: dict[str, Callable[[Kiosk, Actor, str], object]] = {
    "the account": lambda kiosk, by, name: hired(kiosk, name, TWO, by=by),
    "the role": lambda kiosk, by, name: (
        hired(kiosk, name, TWO, Role.RECEPTIONIST),
        staff.change_roles(by, kiosk, name, frozenset({AUDITOR})),
    ),
    "a password": lambda kiosk, by, name: (
        hired(kiosk, name, TWO),
        staff.set_password(by, kiosk, name, "tram-xanh-82-la"),
    ),
    "an account set right": lambda kiosk, by, name: (
        hired(kiosk, name, TWO),
        staff.set_right(by, kiosk, name, frozenset({AUDITOR}), "tram-xanh-82-la"),
    ),
    "a way in": lambda kiosk, by, name: (
        hired(kiosk, name, TWO),
        staff.disable(SHELL, kiosk, name),
        staff.enable(by, kiosk, name),
    ),
    "a number": lambda kiosk, by, name: (
        hired(kiosk, name, THREE),
        staff.change_facts(by, kiosk, name, "", TWO),
    ),
    "a name": lambda kiosk, by, name: (
        hired(kiosk, name, TWO),
        staff.change_facts(by, kiosk, name, "Mẫu Khác", ""),
    ),
}


@pytest.mark.parametrize("given", HOLDS)
@pytest.mark.parametrize("giver", ["maker", "second"])
def test_one_who_holds_the_others_account_is_no_second_person(
    house: Kiosk, giver: str, given: str
) -> None:
    chief = hired(house, "an.gd", ONE, *BOTH)
    HOLDS[given](house, chief, "binh.gd")
    other = Actor("binh.gd", frozenset({AUDITOR}), "giam-dinh")
    maker, second = (chief, other) if giver == "maker" else (other, chief)
    proposed(house, maker)
    assert "không duyệt cho nhau" in refused(house, second)
    assert refused(house, hired(house, "chi.gd", FOUR)) == ""


@pytest.mark.parametrize("given", HOLDS)
def test_what_a_third_person_or_the_command_line_gave_holds_nobody(
    house: Kiosk, given: str
) -> None:
    third = hired(house, "dung.qt", FOUR, MANAGER)
    proposed(house, hired(house, "an.gd", ONE))
    HOLDS[given](house, third, "binh.gd")
    assert refused(house, Actor("binh.gd", frozenset({AUDITOR}), "giam-dinh")) == ""


def test_what_was_given_through_others_or_by_another_own_account_holds_too(house: Kiosk) -> None:
    maker, chief = hired(house, "an.gd", ONE), hired(house, "an.qt", ONE, MANAGER)
    middle = hired(house, "dung.qt", FOUR, MANAGER, by=chief)
    second = hired(house, "binh.gd", TWO, by=middle)
    direct = hired(house, "chi.gd", THREE, by=chief)
    proposed(house, maker)
    for who in (second, direct):
        assert "không duyệt cho nhau" in refused(house, who)


def test_a_role_given_to_oneself_does_not_count_on_that_case(house: Kiosk) -> None:
    chief = hired(house, "binh.qt", TWO, MANAGER)
    helper = hired(house, "dung.qt", FOUR, MANAGER)
    alias = hired(house, "binh.gd", TWO, Role.RECEPTIONIST)
    proposed(house, hired(house, "an.gd", ONE))
    roles = frozenset(BOTH)
    staff.change_roles(chief, house, chief.officer, roles)
    staff.change_roles(chief, house, alias.officer, frozenset({AUDITOR}))
    for who in (chief.officer, alias.officer):
        assert "tự giao quyền" in refused(house, Actor(who, roles, "giam-dinh"))
    staff.change_roles(helper, house, chief.officer, frozenset({MANAGER}))
    staff.change_roles(helper, house, chief.officer, roles)  # the other way round it would count
    assert "tự giao quyền" in refused(house, Actor(chief.officer, roles, "giam-dinh"))


def test_an_own_number_changed_by_oneself_does_not_count(house: Kiosk) -> None:
    chief = hired(house, "binh.qt", TWO, *BOTH)
    proposed(house, hired(house, "an.gd", ONE))
    staff.change_facts(chief, house, chief.officer, "", THREE)
    assert "tự giao quyền hay tự sửa" in refused(house, chief)


@pytest.mark.parametrize(("days", "counts"), [(29, False), (31, True)])
def test_what_was_given_long_before_a_case_counts(
    kiosk: Kiosk, clock: Clock, days: int, *, counts: bool
) -> None:
    clock.jump(days=-days)
    chief = hired(kiosk, "an.gd", ONE, *BOTH)
    second = hired(kiosk, "binh.gd", TWO, by=chief)
    clock.jump(days=days)
    arrive(kiosk, "patient-1")
    proposed(kiosk, chief)
    assert (refused(kiosk, second) == "") is counts


def test_a_clock_set_back_hides_nothing(house: Kiosk, clock: Clock) -> None:
    chief = hired(house, "an.gd", ONE, *BOTH)
    proposed(house, chief)
    clock.jump(days=-400)
    second = hired(house, "binh.gd", TWO, by=chief)
    clock.jump(days=400)
    assert "không duyệt cho nhau" in refused(house, second)


def test_what_gives_nothing_holds_nobody(house: Kiosk) -> None:
    chief, second = hired(house, "an.gd", ONE, *BOTH), hired(house, "binh.gd", TWO)
    proposed(house, chief)
    place = Place("1", "127.0.0.1")
    digest = signin.sign_in(house, "binh.gd", a_password("binh.gd"), place).session.digest
    staff.end_session(chief, house, digest)
    staff.unlock_account(chief, house, "binh.gd")
    staff.change_roles(chief, house, "binh.gd", frozenset({AUDITOR}))  # as it was
    staff.set_pin(second, house, a_password("binh.gd"), "2957")
    staff.change_password(second, house, a_password("binh.gd"), "tram-xanh-82-la")
    assert refused(house, second) == ""


# ---- somebody from outside


def named(kiosk: Kiosk, maker: Actor, who: Outsider = GUEST) -> Case:
    """Return the case with somebody named for what is proposed."""
    case = only_case(kiosk)
    return outsider.name_outsider(maker, kiosk, case.number, seen(case), who)


@pytest.fixture
def pair(house: Kiosk) -> tuple[Actor, Actor]:
    """Return the one auditor, who proposes to confirm, and the administrator."""
    maker, chief = hired(house, "an.gd", ONE), hired(house, "dung.qt", FOUR, MANAGER)
    proposed(house, maker)
    return maker, chief


def approves(kiosk: Kiosk, maker: Actor, code: str, number: str = GUEST.so_cccd) -> Case:
    """Let the one from outside type at the auditor's page."""
    case = only_case(kiosk)
    return outsider.approve_outside(maker, kiosk, case.number, seen(case), code, number)


def test_one_from_outside_agrees_with_code_and_own_number(
    house: Kiosk, port: AnyLog, pair: tuple[Actor, Actor]
) -> None:
    maker, chief = pair
    naming = named(house, maker).story[-1].event_id
    code = outsider.issue_code(chief, house, only_case(house).number)
    closed = approves(house, maker, code.lower().replace("-", " "), "079 194 002 001")
    assert (closed.outcome, closed.closed_by, closed.approved_by, closed.outsider) == (
        CaseOutcome.CONFIRMED,
        "an.gd",
        OUTSIDER,
        naming,
    )
    assert [entry.officer for entry in closed.story[-2:]] == [OUTSIDER, "an.gd"]
    assert outsider.second_words(house.written, closed) == "Trần Mẫu Khách (BHXH quận Mẫu)"
    port.rebuild()
    assert now(house, closed.number) == closed
    kinds = [kind for kind in EventKind if kind.value.startswith("case_")]
    told = [event.codes for event in house.written.events(kinds, closed.opened_at)]
    for secret in (code, GUEST.ho_ten, GUEST.co_quan, GUEST.so_cccd):
        assert secret not in str(told)


def test_a_report_says_who_from_outside_agreed(house: Kiosk, pair: tuple[Actor, Actor]) -> None:
    maker, chief = pair
    case = only_case(house)
    four_eyes.reject(maker, house, case.number, seen(case))
    case = proposed(house, maker, Proposed.REPORT)
    named(house, maker)
    approves(house, maker, outsider.issue_code(chief, house, case.number))
    file = case_file.report(maker, house, case.number)
    assert file.approved_by == "Trần Mẫu Khách (BHXH quận Mẫu)"


def test_a_wrong_code_or_number_counts_and_five_void_the_code(
    house: Kiosk, pair: tuple[Actor, Actor]
) -> None:
    maker, chief = pair
    named(house, maker)
    code = outsider.issue_code(chief, house, only_case(house).number)
    for typed, number in (
        (code, ONE),
        ("", GUEST.so_cccd),
        ("x" * 900, ""),
        (code, ""),
        ("Ẩ", "1"),
    ):
        with pytest.raises(RequestError, match="không đúng"):
            approves(house, maker, typed, number)
    with pytest.raises(RequestError, match="mã mới"):
        approves(house, maker, code)
    assert only_case(house).proposal
    again = outsider.issue_code(chief, house, only_case(house).number)
    with pytest.raises(RequestError, match="không đúng"):
        approves(house, maker, code)
    assert approves(house, maker, again).outcome is CaseOutcome.CONFIRMED


@pytest.mark.parametrize("hours", [25, -1])
def test_a_code_is_good_for_a_day(
    house: Kiosk, clock: Clock, pair: tuple[Actor, Actor], hours: int
) -> None:
    maker, chief = pair
    named(house, maker)
    code = outsider.issue_code(chief, house, only_case(house).number)
    clock.jump(hours=hours)
    with pytest.raises(RequestError, match="mã mới"):
        approves(house, maker, code)


def test_a_code_is_bound_to_one_naming_of_one_proposal_and_used_once(
    house: Kiosk, pair: tuple[Actor, Actor]
) -> None:
    maker, chief = pair
    number = only_case(house).number
    with pytest.raises(RequestError, match="chưa mời"):
        outsider.issue_code(chief, house, number)
    named(house, maker)
    first = outsider.issue_code(chief, house, number)
    named(house, maker, replace(GUEST, so_cccd="079194002002"))
    with pytest.raises(RequestError, match="mã mới"):
        approves(house, maker, first, "079194002002")
    outsider.issue_code(chief, house, number)
    with pytest.raises(RequestError, match="không đúng"):
        approves(house, maker, first, "079194002002")
    old = seen(only_case(house))
    code = outsider.issue_code(chief, house, number)
    arrive(house, "patient-1")  # any event of the case voids all of it
    with pytest.raises(RequestError, match="đã thay đổi"):
        outsider.approve_outside(maker, house, number, old, code, "079194002002")
    proposed(house, maker)
    with pytest.raises(RequestError, match="mã mới"):
        approves(house, maker, code, "079194002002")
    named(house, maker)
    code = outsider.issue_code(chief, house, number)
    closed, last = approves(house, maker, code), seen(only_case_of(house, number))
    assert closed.outcome is CaseOutcome.CONFIRMED
    with pytest.raises(RequestError, match="đã thay đổi"):
        outsider.approve_outside(maker, house, number, last, code, GUEST.so_cccd)


def only_case_of(kiosk: Kiosk, number: str) -> Case:
    """Return a case whose proposal is what it was before it was closed."""
    case = now(kiosk, number)
    nonce = next(e.event_id for e in case.story if e.kind is EventKind.CASE_PROPOSED)
    return replace(case, proposal=Proposal(nonce, Proposed.CONFIRMED, "an.gd"))


@pytest.mark.parametrize(
    "who",
    [
        replace(GUEST, ho_ten=" "),
        replace(GUEST, co_quan=""),
        replace(GUEST, so_cccd=""),
        replace(GUEST, so_cccd="12345"),
        replace(GUEST, so_cccd="x" * 12),
    ],
)
def test_one_from_outside_has_name_office_and_number(
    house: Kiosk, pair: tuple[Actor, Actor], who: Outsider
) -> None:
    with pytest.raises(RequestError, match="12 chữ số"):
        named(house, pair[0], who)


@pytest.mark.parametrize("number", [ONE, FOUR, "079 194 001 003"], ids=["maker", "chief", "left"])
def test_who_has_or_had_an_account_is_not_from_outside(
    house: Kiosk, pair: tuple[Actor, Actor], number: str
) -> None:
    hired(house, "cu.nv", THREE)
    staff.disable(SHELL, house, "cu.nv")
    with pytest.raises(Forbidden, match="không phải người ngoài"):
        named(house, pair[0], replace(GUEST, so_cccd=number))


def test_nobody_from_outside_where_somebody_of_the_house_can(
    house: Kiosk, pair: tuple[Actor, Actor]
) -> None:
    maker, _ = pair
    other = hired(house, "binh.gd", TWO)
    with pytest.raises(Forbidden, match=r"còn người duyệt được: binh\.gd"):
        named(house, maker)
    with pytest.raises(Forbidden, match="Chỉ người đề nghị"):
        named(house, other)
    staff.disable(SHELL, house, other.officer)
    assert named(house, maker).outside


def test_who_received_a_visit_does_not_stand_in_the_way_of_one_from_outside(house: Kiosk) -> None:
    busy = hired(house, "binh.gd", TWO, AUDITOR, Role.RECEPTIONIST)
    checkin.check_in(
        replace(busy, desk="1"), silent(house), Scan((payload("patient-1"),)), again="khac"
    )
    maker = hired(house, "an.gd", ONE)
    proposed(house, maker)
    assert named(house, maker).outside


@pytest.mark.parametrize("chief", ["the maker", "another account of the maker", "made by them"])
def test_the_code_comes_from_an_administrator_who_is_another_person(
    house: Kiosk, chief: str
) -> None:
    maker = hired(house, "an.gd", ONE, *BOTH)
    by = {
        "the maker": lambda: maker,
        "another account of the maker": lambda: hired(house, "an.qt", ONE, MANAGER),
        "made by them": lambda: hired(house, "dung.qt", FOUR, MANAGER, by=maker),
    }[chief]()
    proposed(house, maker)
    named(house, maker)
    with pytest.raises(Forbidden):
        outsider.issue_code(by, house, only_case(house).number)
    assert only_case(house).outside
    assert only_case(house).outside.code is None  # type: ignore[union-attr]


def test_where_there_is_one_person_in_all_nothing_is_approved_and_it_is_counted(
    house: Kiosk,
) -> None:
    alone = hired(house, "an.gd", ONE, *BOTH)
    proposed(house, alone)
    stands = waiting.standing(alone, house, only_case(house))
    assert stands
    assert (stands.own, stands.inside, stands.issuers) == (True, (), ())
    for act in (
        lambda: refused(house, alone),
        lambda: named(house, alone),
        lambda: outsider.issue_code(alone, house, only_case(house).number),
        lambda: approves(house, alone, "AAAA-AAAA-AAAA"),
    ):
        with suppress(KioskError):
            act()
    assert only_case(house).is_open
    (waits,) = waiting.waiting(alone, house)
    assert (waits.case, waits.maker, waits.what) == (
        only_case(house).number,
        "an.gd",
        Proposed.CONFIRMED,
    )
    assert waits.outsider
    assert waits.outsider.so_cccd == "••••••••2001"


def test_the_report_of_a_closed_case_waits_and_is_counted_too(house: Kiosk) -> None:
    maker = hired(house, "an.gd", ONE)
    number = only_case(house).number
    cases.take(maker, house, number)
    cases.close(maker, house, number, CaseOutcome.VALUABLE, WHY)
    assert waiting.waiting_cases(maker, house) == []
    four_eyes.propose(maker, house, number, Proposed.REPORT)
    assert [case.number for case in waiting.waiting_cases(maker, house)] == [number]


def test_a_receptionists_other_account_is_found_where_the_desk_had_none(house: Kiosk) -> None:
    arrive(house, "patient-1", by=replace(RECEPTION, officer="khong.co"))
    assert cases.take_next(hired(house, "an.gd", ONE), house)
