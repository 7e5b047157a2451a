"""What needs two people: proposed by one, agreed to by another, administrators included."""

from verification.basics.errors import Forbidden, RequestError
from verification.kiosk import Kiosk
from verification.log.case import Case, Proposal, Proposed
from verification.log.case_events import CaseApproved, CaseClosed, CaseProposed, CaseRejected
from verification.log.ports import LogTransaction
from verification.review.cases import append_to, existing, refuse_unheld, reviewed
from verification.review.conflict import refuse_own
from verification.rights import Actor, Right, needs


@needs(Right.REVIEW)
def propose(actor: Actor, kiosk: Kiosk, number: str, what: Proposed, note: str = "") -> Case:
    """Ask a second person to agree: to an outcome, or to a report that leaves the house."""

    def work(log: LogTransaction, case: Case) -> Case:
        if what is not Proposed.REPORT or case.is_open:
            refuse_unheld(case, actor)
        return append_to(log, actor, case, CaseProposed(number, what), note)

    return reviewed(kiosk, actor, number, work)


@needs(Right.REVIEW)
def approve(actor: Actor, kiosk: Kiosk, number: str, seen: Proposal) -> Case:
    """Agree to what another auditor proposed, as it was seen.

    Raises:
        RequestError: It is no longer what was seen.
        Forbidden: The actor proposed it, or received a visit of the case.
    """

    def work(log: LogTransaction) -> Case:
        case = second_person(log, actor, existing(log, number), seen)
        if seen.what is Proposed.REPORT:
            return case
        return append_to(log, actor, case, CaseClosed(number, seen.what, seen.maker))

    return kiosk.written.write(work)


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
        Forbidden: The maker approves, or one of the two received a visit of the case.
    """
    if case.proposal is None or case.proposal != seen:
        raise RequestError(
            "Đề nghị này không còn: hồ sơ đã thay đổi", "The case has changed since it was proposed"
        )
    if actor.officer == seen.maker:
        raise Forbidden("Người đề nghị không tự duyệt", "Who proposes does not approve")
    for officer in (seen.maker, actor.officer):
        refuse_own(log.cases, officer, case)
    approval = CaseApproved(case.number, seen.nonce, seen.what, seen.maker)
    return append_to(log, actor, case, approval)


@needs(Right.REVIEW)
def reject(actor: Actor, kiosk: Kiosk, number: str, seen: Proposal, note: str = "") -> Case:
    """Refuse a proposal, or take back one's own; the case stays with its holder."""

    def work(log: LogTransaction, case: Case) -> Case:
        if case.proposal is None or case.proposal != seen:
            raise RequestError("Đề nghị này không còn", "This proposal is gone")
        refusal = CaseRejected(number, seen.nonce, seen.what, seen.maker)
        return append_to(log, actor, case, refusal, note)

    return reviewed(kiosk, actor, number, work)
