"""What auditors do with cases; every change is an event.

Who may do it: only the holder changes a case, nobody touches one that rests on a visit they
received, and what needs two people passes `second_person`, administrators included.
"""

from collections.abc import Callable
from datetime import date, timedelta

from verification.basics.dates import vi_date
from verification.basics.errors import Forbidden, RequestError
from verification.kiosk import Kiosk
from verification.log.case import Case, CaseOutcome, CaseState, open_one, terms
from verification.log.case_events import (
    CaseClosed,
    CaseCommented,
    CaseDated,
    CaseEvent,
    CaseHandedOver,
    CaseReleased,
    CaseReopened,
    CaseSnoozed,
    CaseTaken,
)
from verification.log.content import noted
from verification.log.ports import LogTransaction
from verification.log.writing import write
from verification.review.conflict import had_part, refuse_own, takeable
from verification.review.grounds import Grounds, checked, needs_two
from verification.review.persons import Staff, reviews
from verification.rights import Actor, Right, needs


@needs(Right.REVIEW)
def take_next(actor: Actor, kiosk: Kiosk) -> Case | None:
    """Take the free case with the highest score and hold it, in one piece of work.

    Returns:
        The case, or None where none is free for this auditor.
    """
    today = kiosk.today()

    def work(log: LogTransaction) -> Case | None:
        names = Staff(log).names_of(actor.officer)
        for case in log.cases.queue():
            waits = case.diary is not None and case.diary > today
            free = case.held_by is None and not waits and not case.unreadable
            if free and not names & had_part(log.cases, case):
                return append_to(log, actor, case, CaseTaken(case.number))
        return None

    return kiosk.written.write(work)


@needs(Right.REVIEW)
def take(actor: Actor, kiosk: Kiosk, number: str) -> Case:
    """Take one case that is free, overdue, or held by somebody who reviews no more.

    Raises:
        RequestError: It is closed or somebody holds it.
        Forbidden: It rests on a visit that the auditor received.
    """
    today = kiosk.today()

    def work(log: LogTransaction, case: Case) -> Case:
        if not case.is_open:
            raise RequestError(f"Hồ sơ {number} đã đóng", f"Case {number} is closed")
        if case.held_by and not takeable(log, actor.officer, case, today):
            raise RequestError(f"{case.held_by} đang giữ hồ sơ này", f"{case.held_by} holds it")
        return append_to(log, actor, case, CaseTaken(number))

    return reviewed(kiosk, actor, number, work)


@needs(Right.REVIEW)
def release(actor: Actor, kiosk: Kiosk, number: str) -> Case:
    """Give a case back to the queue."""

    def work(log: LogTransaction) -> Case:
        case = _held(log, actor, number, conflict_allowed=True)
        return append_to(log, actor, case, CaseReleased(number))

    return kiosk.written.write(work)


def _hand_over(log: LogTransaction, actor: Actor, case: Case, to: str) -> Case:
    account = log.accounts.account(to)
    if account is None or not reviews(account):
        raise RequestError(f"Không có giám định viên {to}", f"There is no auditor {to}")
    refuse_own(log, to, case)
    return append_to(log, actor, case, CaseHandedOver(case.number, to))


@needs(Right.REVIEW)
def set_dates(  # the whole form, saved together or not at all
    actor: Actor, kiosk: Kiosk, number: str, *, due: date, diary: date | None, to: str = ""
) -> Case:
    """Set by when to close a case and until when there is nothing to do; then hand it over.

    Args:
        actor: Who holds it.
        kiosk: The kiosk.
        number: Of the case.
        due: A case never goes without.
        diary: Until then nobody is given the case: no far day.
        to: An auditor, or empty to keep it.

    Raises:
        RequestError: The diary day is too far off, there is no such auditor, or the actor does not
            hold the case.
        Forbidden: The case rests on a visit that the other one received.
    """
    last = kiosk.today() + timedelta(days=terms()["diary"]["longest_days"])

    def work(log: LogTransaction) -> Case:
        case = _held(log, actor, number)
        if (case.due, case.diary) != (due, diary):
            if diary and diary > last:
                raise RequestError(
                    f"Hẹn xem lại muộn nhất {vi_date(last)}",
                    f"Look again on {last.isoformat()} at the latest",
                )
            case = append_to(log, actor, case, CaseDated(number, due, diary))
        return _hand_over(log, actor, case, to) if to else case

    return kiosk.written.write(work)


@needs(Right.REVIEW)
def close(actor: Actor, kiosk: Kiosk, number: str, outcome: CaseOutcome, why: Grounds) -> Case:
    """Close a case that the actor holds, where that needs nobody else.

    Raises:
        RequestError: The reason is none of the list, or lacks its words.
        Forbidden: The outcome needs two people.
    """

    def work(log: LogTransaction) -> Case:
        return close_alone(log, actor, _held(log, actor, number), outcome, why)

    return kiosk.written.write(work)


def close_alone(
    log: LogTransaction, actor: Actor, case: Case, outcome: CaseOutcome, why: Grounds
) -> Case:
    """Close a case inside a piece of work that has made sure of who holds it; as `close`."""
    why = checked(outcome, why)
    if case.was_confirmed:
        raise Forbidden(
            "Hai người đã xác nhận hồ sơ này: đổi kết quả cũng cần hai người",
            "Two people confirmed this case: another outcome needs two people too",
        )
    if needs_two(case, outcome):
        raise Forbidden(
            "Xác nhận, và bác cảnh báo khẩn, cần hai người",
            "Confirming, and dismissing what is urgent, needs two people",
        )
    closed = CaseClosed(case.number, outcome, reason=why.code)
    return append_to(log, actor, case, closed, why.words)


@needs(Right.REVIEW)
def reopen(actor: Actor, kiosk: Kiosk, number: str, why: str) -> Case:
    """Open a closed case again.

    Raises:
        RequestError: It is open, there is no reason, or the card has another open case.
    """

    def work(log: LogTransaction, case: Case) -> Case:
        other = open_one(log.cases.about(case.subject))
        if other:
            raise RequestError(f"Hồ sơ {other.number} đang mở", f"Case {other.number} is open")
        return append_to(log, actor, case, CaseReopened(number), _reason(why))

    return reviewed(kiosk, actor, number, work)


@needs(Right.REVIEW)
def comment(actor: Actor, kiosk: Kiosk, number: str, words: str) -> Case:
    """Say something to a case, open or closed, whoever holds it; it changes nothing of it.

    Raises:
        RequestError: Nothing is said, or there is no such case.
        Forbidden: It rests on a visit that the auditor received.
    """
    if not words.strip():
        raise RequestError("Hãy ghi ý kiến", "Write a comment")

    def work(log: LogTransaction, case: Case) -> Case:
        return append_to(log, actor, case, CaseCommented(number), words)

    return reviewed(kiosk, actor, number, work)


@needs(Right.REVIEW)
def snooze(actor: Actor, kiosk: Kiosk, number: str, rule: str, until: date, why: str) -> Case:
    """Make a rule quiet for the card of a case until a day, that day included.

    Raises:
        RequestError: The rule is none of the case's, the day is no later day or too far off, or
            there is no reason.
    """
    last = kiosk.today() + timedelta(days=terms()["snooze"]["longest_days"])
    if not kiosk.today() < until <= last:
        raise RequestError(
            f"Chọn ngày sau hôm nay, muộn nhất {vi_date(last)}",
            f"Choose a day after today, {last.isoformat()} at the latest",
        )

    def work(log: LogTransaction) -> Case:
        case = _held(log, actor, number)
        if rule not in {part.rule for part in case.parts} or case.person_ref is None:
            raise RequestError(f"Hồ sơ không có luật {rule}", f"The case has no rule {rule}")
        return append_to(log, actor, case, CaseSnoozed(number, rule, until), _reason(why))

    return kiosk.written.write(work)


def reviewed(
    kiosk: Kiosk, actor: Actor, number: str, work: Callable[[LogTransaction, Case], Case]
) -> Case:
    """Do what an auditor does with a case that they need not hold, in one piece of work.

    Raises:
        RequestError: There is no such case.
        Forbidden: It rests on a visit that the auditor received.
    """

    def inside(log: LogTransaction) -> Case:
        case = existing(log, number)
        refuse_own(log, actor.officer, case)
        return work(log, case)

    return kiosk.written.write(inside)


def _held(
    log: LogTransaction, actor: Actor, number: str, *, conflict_allowed: bool = False
) -> Case:
    case = existing(log, number)
    refuse_unheld(case, actor)
    if not conflict_allowed:
        refuse_own(log, actor.officer, case)
    return case


def refuse_unheld(case: Case, actor: Actor) -> None:
    """Keep everybody but its holder from a case.

    Raises:
        RequestError: Somebody else holds it, or nobody does.
    """
    if case.held_by != actor.officer or case.state is not CaseState.INVESTIGATING:
        raise RequestError("Hãy nhận hồ sơ này trước", "Take this case first")


def existing(log: LogTransaction, number: str) -> Case:
    """Return a case.

    Raises:
        RequestError: There is none of this number, or an event of it cannot be read.
    """
    case = log.cases.case(number)
    if case is None:
        raise RequestError(f"Không có hồ sơ {number}", f"There is no case {number}")
    refuse_unread(case)
    return case


def refuse_unread(case: Case) -> None:
    """Keep everybody from a case of which an event cannot be read.

    Raises:
        RequestError: One cannot.
    """
    if case.unreadable:
        raise RequestError(
            f"Hồ sơ {case.number} có sự kiện không đọc được ({case.unreadable})",
            f"An event of case {case.number} is unreadable ({case.unreadable})",
        )


def _reason(why: str) -> str:
    if not why.strip():
        raise RequestError("Hãy ghi lý do", "Write a reason")
    return why


def append_to(
    log: LogTransaction, actor: Actor, case: Case, what: CaseEvent, note: str = ""
) -> Case:
    """Add an event to a case and return the case after it.

    Args:
        log: The piece of work.
        actor: Who does it.
        case: As it stands now.
        what: What is done.
        note: The auditor's words, sealed.
    """
    write(log, actor, what, person_ref=case.person_ref, content=noted(note))
    return existing(log, case.number)
