"""Who may review a case; not whoever presented or received what it rests on or shows."""

from datetime import date, timedelta

from verification.basics.errors import Forbidden
from verification.log.account import Account
from verification.log.case import Case, local_day, terms
from verification.log.events import EventKind
from verification.log.ports import Accounts, Cases
from verification.rights import Actor, Right, Role, may

LOOKS_BACK = timedelta(days=365)
MOST_VISITS = 200
_BY_RULES = (EventKind.CASE_OPENED, EventKind.CASE_JOINED)


def conflicted(cases: Cases, officer: str, case: Case) -> bool:
    """Tell whether an officer had a part in the evidence of a case.

    Args:
        cases: As the piece of work sees them.
        officer: Who wants to review.
        case: The case.

    Returns:
        True for who presented or received what its flags rest on, whenever that was, and for who
        received any other visit of the person that is shown as evidence.
    """
    if officer in case.received_by:
        return True
    since = local_day(case.opened_at) - LOOKS_BACK
    shown = cases.visits_of(case.person_ref, since, MOST_VISITS) if case.person_ref else ()
    if any(visit.officer == officer for visit in shown):
        return True
    rests_on = dict.fromkeys((*case.visits, *case.presented))  # or presentations without a visit
    made = [event for name in rests_on if (event := cases.event(name))]
    made += [event for name in rests_on for event in cases.received_from(name)]
    return any(event.officer == officer for event in made)


def refuse_own(cases: Cases, officer: str, case: Case) -> None:
    """Keep an officer from a case that rests on a visit they received.

    Raises:
        Forbidden: They did.
    """
    if conflicted(cases, officer, case):
        raise Forbidden(
            f"{officer} đã tiếp đón một lượt của hồ sơ này nên không được giám định",
            f"{officer} received a visit of this case and may not review it",
        )


def takeable(accounts: Accounts, actor: Actor, case: Case, today: date) -> bool:
    """Tell whether an officer may take a case over: no case waits for somebody who is away."""
    if not case.is_open or case.held_by in {None, actor.officer}:
        return case.is_open and case.held_by is None
    late = case.due is not None and case.due < today and _idle(case, today)
    account = accounts.account(str(case.held_by))
    return late or (account is not None and not reviews(account))


def _idle(case: Case, today: date) -> bool:
    """Tell whether no auditor did anything lately: who took an overdue case just now keeps it."""
    done = (e.at for e in reversed(case.story) if e.kind not in _BY_RULES)
    days = timedelta(days=terms()["overdue"]["idle_days"])
    return local_day(next(done, case.opened_at)) + days <= today


def reviews(account: Account) -> bool:
    """Tell whether an account may review."""
    roles = frozenset[Role]() if account.disabled else account.roles
    return may(Actor(account.name, roles, ""), Right.REVIEW)
