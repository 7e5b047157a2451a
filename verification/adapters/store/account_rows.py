"""Rows of accounts and sessions, each bound to the master key, and the values that they hold.

A row that somebody without the key made or changed is read as one that is not sound: nobody is let
in by it, and the rows beside it stay what they are.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from verification.basics.errors import StoreError
from verification.log import chain
from verification.log.account import Account, Session
from verification.log.chained import NOT_READ
from verification.log.sealing import Sealer
from verification.rights import Role

ACCOUNT_COLUMNS = (
    "name, roles, sealed, password, pin, disabled, failures, locked_until, full_login_at, demo, "
    "event_id"
)
SESSION_COLUMNS = "digest, officer, desk, address, opened_at, active_at, ends_at, locked, event_id"
_ACCOUNT = tuple(ACCOUNT_COLUMNS.split(", "))
ACCOUNTS_KEY = "accounts-1"  # seals the officers' personal facts
_WRONG = (StoreError, *NOT_READ)
_NEVER = datetime.min.replace(tzinfo=UTC)


def stored_account(account: Account, sealer: Sealer) -> tuple[Any, ...]:
    """Return an account as the values of `ACCOUNT_COLUMNS`, the officer's own facts sealed."""
    facts = chain.canonical({"ho_ten": account.ho_ten, "so_cccd": account.so_cccd})
    return (
        account.name,
        ",".join(sorted(account.roles)),
        sealer.seal(ACCOUNTS_KEY, _sealed_for(account.name), facts),
        account.password,
        account.pin,
        int(account.disabled),
        account.failures,
        _exact(account.locked_until),
        _exact(account.full_login_at),
        int(account.demo),
        account.event_id,
    )


def account_of(row: Sequence[Any], sealer: Sealer, last_change: str | None) -> Account:
    """Return the account of a row of `ACCOUNT_COLUMNS` and its MAC.

    Args:
        row: The row.
        sealer: Opens the officer's own facts.
        last_change: The event that last changed the account, as the log says; a row that names
            another one is an older row, put back.
    """
    *values, mac = row
    if account_holds(values, mac, sealer) and values[-1] == last_change:
        with suppress(*_WRONG):
            return believed_account(values, sealer)
    return _unsound_account(values, sealer)


def believed_account(row: Sequence[Any], sealer: Sealer) -> Account:
    """Return the account of a row of `ACCOUNT_COLUMNS`, bound or not.

    Raises:
        StoreError: Its sealed facts are of another account, or of another key.
        ValueError: It holds what no account has.
    """
    name, roles, _, password, pin, disabled, failures, locked, full, demo, event_id = row
    facts = _facts(row, sealer)
    return Account(
        name=name,
        roles=frozenset(Role(role) for role in roles.split(",") if role),
        ho_ten=facts["ho_ten"],
        so_cccd=facts["so_cccd"],
        password=password,
        pin=pin,
        disabled=bool(disabled),
        failures=failures,
        locked_until=_moment(locked),
        full_login_at=_moment(full),
        demo=bool(demo),
        event_id=event_id,
    )


def account_mac(row: Sequence[Any], sealer: Sealer) -> str:
    """Return what binds the values of `ACCOUNT_COLUMNS`."""
    return sealer.binder.bind("account", *row)


def account_holds(row: Sequence[Any], mac: object, sealer: Sealer) -> bool:
    """Tell whether values of `ACCOUNT_COLUMNS` are those that were bound."""
    return sealer.binder.holds(mac, "account", *row)


def stored_session(session: Session) -> tuple[Any, ...]:
    """Return a session as the values of `SESSION_COLUMNS`."""
    moments = (session.opened_at, session.active_at, session.ends_at)
    return (
        session.digest,
        session.officer,
        session.desk,
        session.address,
        *(_exact(moment) for moment in moments),
        int(session.locked),
        session.event_id,
    )


def session_of(row: Sequence[Any], sealer: Sealer, *, ended: bool) -> Session:
    """Return the session of a row of `SESSION_COLUMNS` and its MAC.

    Args:
        row: The row.
        sealer: Binds by the master key.
        ended: Whether the log says that it was ended: the row was put back.
    """
    *values, mac = row
    digest, officer, desk, address, *moments, locked, event_id = values
    if not ended and session_holds(values, mac, sealer):
        opened, active, ends = (datetime.fromisoformat(moment) for moment in moments)
        return Session(digest, officer, desk, address, opened, active, ends, bool(locked), event_id)
    begun = _NEVER
    with suppress(*_WRONG):
        begun = datetime.fromisoformat(moments[0]).astimezone(UTC)
    # of a damaged row anything may stand here
    digest, officer, desk, address = map(str, (digest, officer, desk, address))
    return Session(digest, officer, desk, address, begun, begun, begun, locked=True, sound=False)


def session_mac(row: Sequence[Any], sealer: Sealer) -> str:
    """Return what binds the values of `SESSION_COLUMNS`."""
    return sealer.binder.bind("session", *row)


def session_holds(row: Sequence[Any], mac: object, sealer: Sealer) -> bool:
    """Tell whether values of `SESSION_COLUMNS` are those that were bound."""
    return sealer.binder.holds(mac, "session", *row)


def _unsound_account(row: Sequence[Any], sealer: Sealer) -> Account:
    """Return what may be said of a row that is not believed.

    The facts are sealed for this name, so that whoever has no key cannot have written them.
    """
    facts: Mapping[str, str] = {}
    with suppress(*_WRONG):
        facts = dict(_facts(row, sealer))
    kept = dict(zip(_ACCOUNT, row, strict=True))
    return Account(
        name=str(kept["name"]),
        roles=frozenset(),
        ho_ten=str(facts.get("ho_ten", "")),
        so_cccd=str(facts.get("so_cccd", "")),
        password=str(kept["password"]),
        disabled=bool(kept["disabled"]),
        event_id=str(kept["event_id"]),
        sound=False,
    )


def _facts(row: Sequence[Any], sealer: Sealer) -> Mapping[str, str]:
    facts: Mapping[str, str] = json.loads(sealer.open(ACCOUNTS_KEY, _sealed_for(row[0]), row[2]))
    return facts


def _sealed_for(name: str) -> str:
    return f"account:{name}"  # no event is called so


def _exact(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="microseconds") if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
