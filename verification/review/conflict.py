"""Who may review a case; not whoever presented or received what it rests on or shows."""

from datetime import date, timedelta

from verification.basics.errors import Forbidden
from verification.log.case import Case, Entry, local_day, terms
from verification.log.events import EventKind
from verification.log.ports import Cases, Written
from verification.review.persons import Staff, reviews

LOOKS_BACK = timedelta(days=365)
MOST_VISITS = 200
_BY_RULES = (EventKind.CASE_OPENED, EventKind.CASE_JOINED)


def conflicted(log: Written, officer: str, case: Case) -> bool:
    """Tell whether an officer had a part in the evidence of a case, by whichever account.

    Args:
        log: As the piece of work sees it.
        officer: Who wants to review.
        case: The case.

    Returns:
        True for who presented or received what its flags rest on, whenever that was, and for who
        received any other visit of the person that is shown as evidence.
    """
    names = Staff(log).names_of(officer)
    return bool(names & case.received_by or names & had_part(log.cases, case))


def had_part(cases: Cases, case: Case) -> frozenset[str]:
    """Return the accounts that had a part in the evidence of a case; as `conflicted`."""
    since = local_day(case.opened_at) - LOOKS_BACK
    shown = cases.visits_of(case.person_ref, since, MOST_VISITS) if case.person_ref else ()
    rests_on = dict.fromkeys((*case.visits, *case.presented))  # or presentations without a visit
    made = [event for name in rests_on if (event := cases.event(name))]
    made += [event for name in rests_on for event in cases.received_from(name)]
    received = (*(visit.officer for visit in shown), *(event.officer for event in made))
    return case.received_by.union(received)


def refuse_own(log: Written, officer: str, case: Case) -> None:
    """Keep an officer from a case that rests on a visit they received.

    Raises:
        Forbidden: They did.
    """
    if conflicted(log, officer, case):
        raise Forbidden(
            f"{officer} đã tiếp đón một lượt của hồ sơ này nên không được giám định",
            f"{officer} received a visit of this case and may not review it",
        )


def takeable(log: Written, officer: str, case: Case, today: date) -> bool:
    """Tell whether an officer may take a case over: no case waits for somebody who is away."""
    if not case.is_open or case.held_by in {None, officer}:
        return case.is_open and case.held_by is None
    account = log.accounts.account(str(case.held_by))
    if account is not None and not reviews(account):
        return True
    late = case.due is not None and case.due < today and _idle(case, today)
    return late and case.held_by not in Staff(log).names_of(officer)


def _idle(case: Case, today: date) -> bool:
    """Tell whether no auditor did anything lately: who took an overdue case just now keeps it."""
    done = (e.at for e in reversed(case.story) if _works(e, case))
    days = timedelta(days=terms()["overdue"]["idle_days"])
    return local_day(next(done, case.opened_at)) + days <= today


def _works(entry: Entry, case: Case) -> bool:
    """Tell whether somebody worked on the case; a comment of a passer-by is no work of it."""
    if entry.kind is EventKind.CASE_COMMENTED:
        return entry.officer == case.held_by
    return entry.kind not in _BY_RULES
