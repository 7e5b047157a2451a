"""Opening a case: to look at it, to print it, to report it."""

from dataclasses import replace

from verification.basics.errors import RequestError
from verification.kiosk import Kiosk
from verification.log.case import Case
from verification.log.case_events import CaseApproved, CaseReported
from verification.log.content import card_of
from verification.log.events import EventKind
from verification.log.ports import LogTransaction
from verification.log.visit_events import Exported, Viewed
from verification.log.writing import write, write_alone
from verification.review.cases import existing, refuse_unread
from verification.review.conflict import refuse_own
from verification.review.evidence import CaseFile, evidence_of
from verification.review.outsider import outsider_words
from verification.review.undoing import refuse_unsettled
from verification.rights import Actor, Right, needs


@needs(Right.REVIEW)
def open_file(actor: Actor, kiosk: Kiosk, number: str) -> CaseFile:
    """Return a case with its evidence.

    Raises:
        RequestError: There is no such case.
        Forbidden: The actor received a visit of it.
    """
    case = kiosk.written.cases.case(number)
    if case is None:
        raise RequestError(f"Không có hồ sơ {number}", f"There is no case {number}")
    refuse_unread(case)
    refuse_own(kiosk.written, actor.officer, case)
    return evidence_of(kiosk, case)


@needs(Right.VIEW_PERSON)
def view_number(actor: Actor, kiosk: Kiosk, number: str, why: str) -> str:
    """Return the whole card number of a case; the look is logged.

    Raises:
        RequestError: There is no such case, or its content was erased.
        Forbidden: The actor received a visit of it.
    """

    def work(log: LogTransaction) -> Case:
        case = existing(log, number)
        refuse_own(log, actor.officer, case)
        write(log, actor, Viewed("so_the", why, case=number), person_ref=case.person_ref)
        return case

    card = card_of(kiosk.written, kiosk.written.write(work))
    whole: str | None = card.get("ma_the") or card.get("ma_so_bhxh") or card.get("so_cccd")
    if whole is None and card.unreadable:
        of = card.unreadable[0].row
        raise RequestError(
            f"Số thẻ của hồ sơ này không đọc được ({of})",
            f"The card number of this case is unreadable ({of})",
        )
    if whole is None:
        raise RequestError("Hồ sơ này không còn số thẻ", "This case has no card number any more")
    return whole


@needs(Right.EXPORT)
def print_inside(actor: Actor, kiosk: Kiosk, number: str) -> CaseFile:
    """Return a case for a working print that stays in the house; logged.

    Raises:
        RequestError: There is no such case, or what closed it can still be taken back.
        Forbidden: The actor received a visit of it.
    """
    file = open_file(actor, kiosk, number)
    refuse_unsettled(file.case, kiosk.clock())
    person = file.case.person_ref
    write_alone(kiosk.written, actor, Exported("case", case=number), person_ref=person)
    return file


@needs(Right.EXPORT)
def report(actor: Actor, kiosk: Kiosk, number: str) -> CaseFile:
    """Return a case for a report that leaves the house, once for each approval.

    Raises:
        RequestError: No second person approved a report of the case as it stands, or not lately,
            or what closed it can still be taken back.
    """

    def work(log: LogTransaction) -> tuple[Case, str]:
        case = existing(log, number)
        refuse_own(log, actor.officer, case)
        given = case.release
        if given is None or not case.issuable(actor.officer, kiosk.clock()):
            raise RequestError(
                "Báo cáo ra ngoài cần người thứ hai duyệt trước",
                "A report that leaves the house needs a second person first",
            )
        refuse_unsettled(case, kiosk.clock())
        approval = case.last(EventKind.CASE_APPROVED)  # anything later had voided it
        write(log, actor, CaseReported(number, given.nonce), person_ref=case.person_ref)
        return case, approval.event_id if approval else ""

    case, approval = kiosk.written.write(work)
    return replace(evidence_of(kiosk, case), approved_by=_second(kiosk, approval))


def _second(kiosk: Kiosk, approval: str) -> str:
    """Return who agreed: an account, or somebody from outside with name and office."""
    event = kiosk.written.cases.event(approval)
    outsider = CaseApproved.of(event.codes).outsider if event else None
    if outsider:
        return outsider_words(kiosk.written, outsider)
    return event.officer if event else ""
