"""The one way in which an account is made or changed: logged, and kept bound to that event."""

from collections.abc import Mapping
from dataclasses import replace

from verification.log.account import Account
from verification.log.house_events import AccountsBound
from verification.log.officer_events import AccountChanged
from verification.log.ports import LogTransaction
from verification.log.writing import Who, write


def keep(
    log: LogTransaction,
    who: Who,
    what: AccountChanged,
    account: Account,
    *,
    content: Mapping[str, str] | None = None,
) -> Account:
    """Log a change of an account, and keep the account as that event left it.

    Args:
        log: The piece of work.
        who: Who changes it, and where.
        what: What was done.
        account: As it is from now on.
        content: What is sealed of the change.

    Returns:
        The account as it was kept.
    """
    if not log.accounts.are_bound():
        # from the first account on, so that nothing is ever taken for a row of before
        write(log, who, AccountsBound(0))
    event = write(log, who, what, content=content)
    kept = replace(account, event_id=event.event_id, sound=True)
    log.accounts.put_account(kept)
    return kept
