"""Who may not review a case: whoever presented or received something that it rests on or shows."""

from datetime import timedelta

from verification.case import Case, local_day
from verification.errors import Forbidden
from verification.ports import Cases

LOOKS_BACK = timedelta(days=365)
MOST_VISITS = 200


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
    told = dict.fromkeys((*case.visits, *case.presented))  # visits, or presentations without one
    made = [event for name in told if (event := cases.event(name))]
    made += [event for name in told for event in cases.received_from(name)]
    return any(event.codes.get("officer") == officer for event in made)


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
