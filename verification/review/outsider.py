"""A second person from outside, where nobody of the house counts as one.

The maker names them, an administrator who is another person hands them a one-time code, and they
type it with their own citizen number. Who sat before the screen then, no software sees.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from verification.basics.errors import Forbidden, RequestError
from verification.basics.names import tidy
from verification.kiosk import Kiosk
from verification.log.case import Case, Proposal, lasts, terms
from verification.log.case_events import (
    CaseApproved,
    CaseCodeFailed,
    CaseCodeIssued,
    CaseOutsiderNamed,
)
from verification.log.outside import OUTSIDER, Outside
from verification.log.ports import Contents, LogTransaction, Written
from verification.log.unreadable import Content
from verification.log.writing import write
from verification.review.cases import append_to, existing, reviewed
from verification.review.conflict import had_part, refuse_own
from verification.review.four_eyes import carried_out, refuse_changed
from verification.review.persons import Staff, written
from verification.rights import Actor, Right, needs

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none is taken for another
_GROUP, _GROUPS = 4, 3


@dataclass(frozen=True)
class Outsider:
    """Somebody from outside, as named.

    Args:
        ho_ten: Their name.
        co_quan: Where they work.
        so_cccd: Their citizen number.
    """

    ho_ten: str
    co_quan: str
    so_cccd: str


@needs(Right.REVIEW)
def name_outsider(actor: Actor, kiosk: Kiosk, number: str, seen: Proposal, who: Outsider) -> Case:
    """Name somebody from outside as the second person of the own proposal.

    Raises:
        RequestError: It is no longer what was seen, or it is not said who they are.
        Forbidden: It is another's proposal, somebody of the house counts as second person, or the
            one named works here.
    """
    number_given = written(who.so_cccd)
    named = Outsider(tidy(who.ho_ten), tidy(who.co_quan), number_given or "")
    if not (named.ho_ten and named.co_quan and named.so_cccd):
        raise RequestError(
            "Hãy ghi họ tên, cơ quan và số căn cước 12 chữ số của người ngoài",
            "Write the name, the office and the 12-digit citizen number of the one from outside",
        )

    def work(log: LogTransaction, case: Case) -> Case:
        refuse_changed(case, seen)
        staff = Staff(log)
        if actor.officer not in staff.names_of(seen.maker):
            raise Forbidden("Chỉ người đề nghị mời người ngoài", "Only the maker names somebody")
        if staff.names_with(named.so_cccd):
            raise Forbidden(
                "Người này có hoặc từng có tài khoản ở đây nên không phải người ngoài",
                "This person has, or had, an account here and is not from outside",
            )
        if inside := second_people(log, staff, case):
            raise Forbidden(
                f"Trong nhà còn người duyệt được: {', '.join(inside)}",
                f"Somebody of the house can approve: {', '.join(inside)}",
            )
        what = CaseOutsiderNamed(number, seen.nonce)
        write(log, actor, what, person_ref=case.person_ref, content=dict(vars(named)))
        return existing(log, number)

    return reviewed(kiosk, actor, number, work)


def second_people(log: Written, staff: Staff, case: Case) -> list[str]:
    """Return the accounts of the house that can approve what is proposed."""
    if case.proposal is None:
        return []
    inside = staff.beside(case, case.proposal.maker, Right.REVIEW)
    barred = had_part(log.cases, case)
    return [name for name in inside if not staff.names_of(name) & barred]


@needs(Right.CHANGE_HOUSE)
def issue_code(actor: Actor, kiosk: Kiosk, number: str) -> str:
    """Return a one-time code for the one named, to be handed over in person; any other is void.

    Raises:
        RequestError: Nobody is named.
        Forbidden: The administrator and the maker are not two people, or one holds the account of
            the other.
    """
    drawn = ["".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS)]
    code = "-".join(drawn)

    def work(log: LogTransaction) -> str:
        case = existing(log, number)
        if case.proposal is None or case.outside is None:
            raise RequestError("Hồ sơ này chưa mời ai", "Nobody is named in this case")
        Staff(log).refuse_alike(case, case.proposal.maker, actor.officer)
        named = case.outside.named
        issued = CaseCodeIssued(number, named)
        content = {"ma": _mark(named, code)}
        write(log, actor, issued, person_ref=case.person_ref, content=content)
        return code

    return kiosk.written.write(work)


@needs(Right.REVIEW)
def approve_outside(  # what stands in the form
    actor: Actor, kiosk: Kiosk, number: str, seen: Proposal, code: str, so_cccd: str
) -> Case:
    """Agree to a proposal as the one from outside, with the one-time code and the own number.

    A wrong one counts; after some the code is void.

    Raises:
        RequestError: It is no longer what was seen, there is no code, or it is not the right one.
        Forbidden: The maker received a visit of the case meanwhile.
    """

    def work(log: LogTransaction, case: Case) -> Case | None:
        refuse_changed(case, seen)
        refuse_own(log, seen.maker, case)
        outside = _open(case, kiosk.clock())
        if not _is_right(log, outside, code, so_cccd):
            failed = CaseCodeFailed(number, outside.named)
            write(log, actor, failed, person_ref=case.person_ref)
            return None
        approved = CaseApproved(number, seen.nonce, seen.what, seen.maker, outside.named)
        case = append_to(log, actor, case, approved)
        return carried_out(log, actor, case, seen, outside.named)

    done = kiosk.written.write(lambda log: work(log, _reviewable(log, actor, number)))
    if done is None:
        raise RequestError(
            "Mã hoặc số căn cước không đúng", "The code or the citizen number is not right"
        )
    return done


def _reviewable(log: LogTransaction, actor: Actor, number: str) -> Case:
    case = existing(log, number)
    refuse_own(log, actor.officer, case)
    return case


def _open(case: Case, now: datetime) -> Outside:
    if case.outside is None or not is_open(case.outside, now):
        raise RequestError(
            "Chưa có mã, mã đã hết hạn hoặc đã sai quá số lần: xin quản trị viên cấp mã mới",
            "There is no code, it is too old, or wrong too often: ask an administrator for another",
        )
    return case.outside


def is_open(outside: Outside, now: datetime) -> bool:
    """Tell whether the code may still be typed."""
    rules = terms()["second"]
    if outside.issued_at is None or outside.wrong >= rules["code_tries"]:
        return False
    return lasts(outside.issued_at, now, timedelta(hours=rules["code_hours"]))


def _is_right(log: Contents, outside: Outside, code: str, so_cccd: str) -> bool:
    kept = (log.content(outside.code) or Content()).get("ma", "") if outside.code else ""
    right = hmac.compare_digest(kept, _mark(outside.named, code))
    who = outsider_of(log, outside.named)
    return right and who is not None and bool(who.so_cccd) and written(so_cccd) == who.so_cccd


def _mark(named: str, code: str) -> str:
    """Return what is kept of a code: it says nothing, and nothing for another naming."""
    typed = "".join(char for char in code.upper() if char.isalnum())
    return hashlib.sha256(f"{named} {typed}".encode("utf-8", "surrogatepass")).hexdigest()


def outsider_words(log: Contents, named: str) -> str:
    """Return name and office of the one whom an event names, `OUTSIDER` where both are gone."""
    who = outsider_of(log, named)
    return f"{who.ho_ten} ({who.co_quan})" if who else OUTSIDER


def second_words(log: Contents, case: Case) -> str:
    """Return the second person of a closed case, empty where it has none."""
    return outsider_words(log, case.outsider) if case.outsider else case.approved_by or ""


def outsider_of(log: Contents, named: str) -> Outsider | None:
    """Return who was named by an event, None where it was erased."""
    content = log.content(named) or Content()
    if not content.get("ho_ten"):
        return None
    return Outsider(content["ho_ten"], content.get("co_quan", ""), content.get("so_cccd", ""))
