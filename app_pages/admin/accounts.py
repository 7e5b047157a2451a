"""The page "quản trị": accounts, sessions, who came in or failed to, who looked at whom."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from app_pages.admin.clock import clock_tab
from app_pages.admin.unread import unread_tab, unread_warnings
from app_pages.server.house import House, current
from app_pages.shell.language import Words, sentence_of
from app_pages.shell.who import here
from verification.adapters.papers.sheets import as_csv, as_xlsx
from verification.basics.dates import VIETNAM
from verification.basics.errors import KioskError
from verification.basics.texts import Texts
from verification.log.account import Account
from verification.log.events import EventKind
from verification.officers import access_log, staff
from verification.rights import Actor, Right, Role

words = Words(Texts("app_pages.admin", "app_pages.shell"))
FORMS = ("csv", "xlsx")
_MOST_ROWS = 500
_HEIGHT = 300
_FAILED = (EventKind.SIGN_IN_FAILED,)
_LOOKS = (
    EventKind.VIEWED,
    EventKind.PRESENTED,
    EventKind.EXPORTED,
    EventKind.CASE_REPORTED,
    EventKind.CONTENT_ERASED,
)
_ACTS: dict[str, Callable[[Actor, House, str, str], object]] = {
    "disable": lambda actor, house, name, _: staff.disable(actor, house.kiosk, name),
    "enable": lambda actor, house, name, _: staff.enable(actor, house.kiosk, name),
    "password": lambda actor, house, name, new: staff.set_password(actor, house.kiosk, name, new),
}


def admin_page() -> None:
    """Draw the page."""
    house = current()
    actor = here(house, Right.MANAGE)
    state = unread_warnings(house, actor)
    names = ("accounts", "sessions", "log", "clock", "unread")
    tabs = st.tabs([words(f"access_{name}") for name in names])
    with tabs[0]:
        _accounts(house, actor)
    with tabs[1]:
        _sessions(house, actor)
    with tabs[2]:
        _log(house, actor)
    with tabs[3]:
        clock_tab(house, actor)
    with tabs[4]:
        unread_tab(house, actor, state)


def _accounts(house: House, actor: Actor) -> None:
    known = staff.list_accounts(actor, house.kiosk)
    _table([_account_row(account) for account in known])
    changed, made = st.columns(2)
    with changed, st.form("change", clear_on_submit=True):
        names = [account.name for account in known if not account.demo]
        name = st.selectbox(words("access_account"), names)
        act = st.radio(
            words("access_act"),
            ["roles", "facts", *_ACTS],
            format_func=lambda key: words(f"access_{key}"),
            horizontal=True,
        )
        roles = _roles("change_roles")
        new = st.text_input(words("access_new_password"), type="password")
        facts = _facts("change")
        if st.form_submit_button(words("access_do")) and name:
            _try(lambda: _change(house, actor, str(name), act, roles, new, facts))
    with made, st.form("create", clear_on_submit=True):
        _create(house, actor)


def _change(  # what the form holds
    house: House,
    actor: Actor,
    name: str,
    act: str,
    roles: frozenset[Role],
    new: str,
    facts: tuple[str, str],
) -> None:
    if act == "roles":
        staff.change_roles(actor, house.kiosk, name, roles)
    elif act == "facts":
        staff.change_facts(actor, house.kiosk, name, *facts)
    else:
        _ACTS[act](actor, house, name, new)


def _create(house: House, actor: Actor) -> None:
    left, right = st.columns(2)
    name = left.text_input(words("access_new_account"), max_chars=32)
    password = right.text_input(words("access_first_password"), type="password")
    ho_ten, so_cccd = _facts("create")
    roles = _roles("create_roles")
    if st.form_submit_button(words("access_create")):
        _try(
            lambda: staff.create(
                actor, house.kiosk, name, roles, password, ho_ten=ho_ten, so_cccd=so_cccd
            )
        )


def _facts(key: str) -> tuple[str, str]:
    left, right = st.columns(2)
    return (
        left.text_input(words("access_ho_ten"), max_chars=100, key=f"{key}_ho_ten"),
        right.text_input(words("access_so_cccd"), max_chars=15, key=f"{key}_so_cccd"),
    )


def _roles(key: str) -> frozenset[Role]:
    chosen = st.pills(
        words("access_roles"),
        list(Role),
        selection_mode="multi",
        format_func=lambda role: words(f"role_{role.value}"),
        key=key,
    )
    return frozenset(chosen)


def _account_row(account: Account) -> dict[str, str]:
    wait = account.locked_until
    state = "access_disabled" if account.disabled else "access_demo" if account.demo else ""
    state = "unreadable" if account.unreadable else state
    return {
        words("access_account"): account.name,
        words("access_ho_ten"): account.ho_ten,
        words("access_so_cccd"): account.so_cccd,
        words("access_roles"): ", ".join(
            words(f"role_{role.value}") for role in sorted(account.roles)
        ),
        "PIN": "✓" if account.pin else "",
        words("access_failures"): str(account.failures or ""),
        words("access_state"): words(state) if state else _moment(wait) if wait else "",
    }


def _sessions(house: House, actor: Actor) -> None:
    found = staff.list_sessions(actor, house.kiosk)
    labels = {
        s.digest: f"{s.officer} · {s.desk} · {s.address} · {_moment(s.opened_at)}" for s in found
    }
    _table(
        [
            {
                words("access_account"): session.officer,
                words("access_desk"): session.desk,
                words("access_address"): session.address,
                words("access_opened"): _moment(session.opened_at),
                words("access_active"): _moment(session.active_at),
                words("access_ends"): _moment(session.ends_at),
                words("access_state"): words("access_locked") if session.locked else "",
            }
            for session in found
        ]
    )
    with st.form("end", clear_on_submit=True):
        digest = st.selectbox(
            words("access_session"), [*labels], format_func=lambda digest: labels[digest]
        )
        if st.form_submit_button(words("access_end")) and digest:
            _try(lambda: staff.end_session(actor, house.kiosk, digest))


def _log(house: House, actor: Actor) -> None:
    days_at, kind_at, export_at = st.columns([1, 2, 2], vertical_alignment="bottom")
    days = days_at.selectbox(words("access_days"), (1, 7, 30, 366), index=1)
    shown: dict[str, Sequence[EventKind]] = {
        "failed": _FAILED,
        "looks": _LOOKS,
        "all": access_log.KINDS,
    }
    kind = kind_at.radio(
        words("access_shown"), shown, format_func=lambda k: words(f"access_{k}"), horizontal=True
    )
    since = house.kiosk.clock() - timedelta(days=days)
    with export_at.container(horizontal=True):
        for form in FORMS:  # a route of its own: whoever else knows the address gets nothing
            label = words("access_export", form=form.upper())
            st.link_button(label, f"/kiosk/truy-cap.{form}?ngay={days}")
    wanted = {*shown[kind], EventKind.UNREADABLE}  # what it was nobody knows
    rows = [row for row in access_log.access(actor, house.kiosk, since) if row.kind in wanted]
    st.caption(words("access_count", count=len(rows), most=_MOST_ROWS))
    _table([_access_row(row) for row in rows[:_MOST_ROWS]])


def _access_row(row: access_log.Access) -> dict[str, str]:
    kind = words(f"kind_{row.kind.value}")
    values = (row.officer, kind, row.what, row.about, row.person, row.desk, row.address, row.why)
    names = ("account", "kind", "what", "about", "person", "desk", "address", "why")
    columns = [words(f"access_{name}") for name in ("at", *names)]
    return dict(zip(columns, (_moment(row.at), *values), strict=True))


def export_file(house: House, actor: Actor, days: int, form: str) -> bytes:
    """Return the log of access as a file, `csv` or `xlsx`; that it leaves is logged."""
    since = house.kiosk.clock() - timedelta(days=days)
    table = access_log.export_access(actor, house.kiosk, since, form)
    return as_xlsx(table, "truy-cap") if form == "xlsx" else as_csv(table)


def _table(rows: list[dict[str, Any]]) -> None:
    if rows:
        st.dataframe(rows, hide_index=True, height=min(_HEIGHT, 35 * (len(rows) + 1) + 3))
    else:
        st.caption(words("access_nothing"))


def _try(change: Callable[[], object]) -> None:
    try:
        change()
    except KioskError as error:
        st.error(sentence_of(error))
        return
    st.toast(words("toast_noted"))
    st.rerun()


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}"
