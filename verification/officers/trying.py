"""Whether a house is one for trying out, or people work in it."""

from datetime import UTC, datetime

from verification.log.events import EventKind
from verification.log.ports import Log
from verification.officers.signin import is_for_trying
from verification.rights import COMMAND_LINE, NOBODY

_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)


def is_at_work(log: Log) -> bool:
    """Tell whether there is, or was, an account of somebody, or a visit that an officer received.

    What the two of "vào thử" do, and what is typed on the command line, is trying out.
    """
    if log.accounts.are_bound() or not all(one.demo for one in log.accounts.accounts()):
        return True
    received = log.events((EventKind.RECEIVED,), _LONG_AGO)
    return any(not (event.is_readable and _tries(event.officer)) for event in received)


def _tries(officer: str) -> bool:
    return officer in {"", COMMAND_LINE, NOBODY} or is_for_trying(officer)
