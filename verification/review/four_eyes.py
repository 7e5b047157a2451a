"""What needs two people: proposed by one, agreed to by another, administrators included."""

from verification.basics.errors import Forbidden, RequestError
from verification.kiosk import Kiosk
from verification.log.case import Case, CaseOutcome, Proposal, Proposed
from verification.log.case_events import CaseApproved, CaseClosed, CaseProposed, CaseRejected
from verification.log.events import EventKind
from verification.log.ports import LogTransaction
from verification.review.cases import append_to, close_alone, existing, refuse_unheld, reviewed
from verification.review.conflict import refuse_own
from verification.review.grounds import Grounds, checked, needs_two
from verification.review.persons import Staff, reviews
from verification.rights import Actor, Right, needs


@needs(Right.REVIEW)
def decide(  # an outcome, why, and what it was decided upon
    actor: Actor,
    kiosk: Kiosk,
    number: str,
    outcome: CaseOutcome,
    why: Grounds,
    seen: str | None = None,
) -> Case:
    """Close a case that the actor holds, or propose to where that needs a second person.

    Args:
        actor: Who holds it.
        kiosk: The kiosk.
        number: Of the case.
        outcome: As what.
        why: The reason.
        seen: The event of the newest flags that were on the screen; None where none was.

    Raises:
        RequestError: Somebody else holds it, the reason will not do, or flags joined meanwhile.
    """

    def work(log: LogTransaction, case: Case) -> Case:
        refuse_unheld(case, actor)
        if seen is not None and seen != flagged_by(case):
            raise RequestError(
                "Có cờ mới vào hồ sơ này: xem lại rồi hãy quyết định",
                "Flags joined this case meanwhile: look again before you decide",
            )
        if not needs_two(case, outcome):
            return close_alone(log, actor, case, outcome, why)
        return _proposed(log, actor, case, Proposed(outcome.value), checked(outcome, why))

    return reviewed(kiosk, actor, number, work)


@needs(Right.REVIEW)
def propose(
    actor: Actor, kiosk: Kiosk, number: str, what: Proposed, why: Grounds | None = None
) -> Case:
    """Ask a second person to agree: to an outcome, or to a report that leaves the house.

    Raises:
        RequestError: Somebody else holds it, or an outcome has no reason of the list.
    """

    def work(log: LogTransaction, case: Case) -> Case:
        if what is Proposed.REPORT:
            if case.is_open:
                refuse_unheld(case, actor)
            return append_to(log, actor, case, CaseProposed(number, what))
        refuse_unheld(case, actor)
        given = checked(CaseOutcome(what.value), why or Grounds(""))
        return _proposed(log, actor, case, what, given)

    return reviewed(kiosk, actor, number, work)


def _proposed(log: LogTransaction, actor: Actor, case: Case, what: Proposed, why: Grounds) -> Case:
    asked = CaseProposed(case.number, what, why.code)
    return append_to(log, actor, case, asked, why.words)


def flagged_by(case: Case) -> str:
    """Return the event of a case's newest flags."""
    newest = case.last(EventKind.CASE_OPENED, EventKind.CASE_JOINED)
    return newest.event_id if newest else ""


@needs(Right.REVIEW)
def approve(actor: Actor, kiosk: Kiosk, number: str, seen: Proposal) -> Case:
    """Agree to what another auditor proposed, as it was seen.

    Who proposed may take it back for some seconds, agreed to or not (`undoing.undo`).

    Raises:
        RequestError: It is no longer what was seen.
        Forbidden: The actor's person proposed it or received a visit of the case, or does not
            count beside the maker.
    """

    def work(log: LogTransaction) -> Case:
        before = existing(log, number)
        case = second_person(log, actor, before, seen)
        return carried_out(log, actor, case, before.proposal or seen)

    return kiosk.written.write(work)


def carried_out(
    log: LogTransaction, actor: Actor, case: Case, seen: Proposal, outsider: str | None = None
) -> Case:
    """Do what was approved; an approved report waits until its maker issues it.

    Args:
        log: The piece of work.
        actor: At whose page it was approved.
        case: After the approval.
        seen: What was proposed, as the log has it.
        outsider: The event that names the second person, where it is one from outside.
    """
    if seen.what is Proposed.REPORT:
        return case
    closed = CaseClosed(case.number, seen.what, seen.maker, outsider, seen.reason)
    return append_to(log, actor, case, closed)


def second_person(log: LogTransaction, actor: Actor, case: Case, seen: Proposal) -> Case:
    """Pass what needs two people: the one place where it is decided, whatever anybody's roles.

    An approval is bound to the case, to what is proposed, to its maker and to the state of the
    case: any event since the proposal has voided it, this approval included.

    Args:
        log: The piece of work.
        actor: The second person.
        case: As it stands now.
        seen: The proposal that the second person looked at.

    Returns:
        The case after the approval.

    Raises:
        RequestError: The case no longer waits for exactly this.
        Forbidden: The two are not two people by their citizen numbers, one holds the account of
            the other, or one of them received a visit of the case.
    """
    refuse_changed(case, seen)
    Staff(log).refuse_alike(case, seen.maker, actor.officer)
    account = log.accounts.account(actor.officer)
    if account and not reviews(account):  # the role was taken away since the page was opened
        raise Forbidden("Tài khoản này không còn giám định", "This account reviews no more")
    for officer in (seen.maker, actor.officer):
        refuse_own(log, officer, case)
    approval = CaseApproved(case.number, seen.nonce, seen.what, seen.maker)
    return append_to(log, actor, case, approval)


def refuse_changed(case: Case, seen: Proposal) -> None:
    """Let pass only what still stands as it was seen.

    Raises:
        RequestError: The case no longer waits for exactly this.
    """
    if case.proposal is None or case.proposal != seen:
        raise RequestError(
            "Đề nghị này không còn: hồ sơ đã thay đổi", "The case has changed since it was proposed"
        )


@needs(Right.REVIEW)
def reject(actor: Actor, kiosk: Kiosk, number: str, seen: Proposal, note: str = "") -> Case:
    """Refuse a proposal, or take back one's own; the case stays with its holder."""

    def work(log: LogTransaction, case: Case) -> Case:
        if case.proposal is None or case.proposal != seen:
            raise RequestError("Đề nghị này không còn", "This proposal is gone")
        refusal = CaseRejected(number, seen.nonce, seen.what, seen.maker)
        return append_to(log, actor, case, refusal, note)

    return reviewed(kiosk, actor, number, work)
