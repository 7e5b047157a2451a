"""The page "quản trị": accounts, sessions, who came in or failed to, who looked at whom."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import streamlit as st

from app_pages.admin import leaving
from app_pages.admin.cards import cards_tab
from app_pages.admin.clock import clock_tab
from app_pages.admin.forms import field, in_words, refused, take
from app_pages.admin.health import health_tab
from app_pages.admin.keys import keys_line, keys_tab
from app_pages.admin.outbox import outbox_tab
from app_pages.admin.person import person_tab
from app_pages.admin.records import records_tab
from app_pages.admin.second import second_tab
from app_pages.admin.store import store_line, store_tab
from app_pages.admin.systems import systems_tab
from app_pages.admin.told import moment, told
from app_pages.admin.unread import unread_tab, unread_warnings
from app_pages.admin.who_saw import who_saw_part
from app_pages.server.house import House, current
from app_pages.shell.language import Words
from app_pages.shell.secret import secret_field
from app_pages.shell.who import here, session_of
from verification.adapters.papers.cells import Cell
from verification.adapters.papers.sheets import as_csv, as_xlsx
from verification.basics.dates import VIETNAM
from verification.basics.texts import Texts
from verification.kiosk import Kiosk
from verification.log.account import Account, Session
from verification.log.events import EventKind
from verification.officers import access_log, staff
from verification.rights import Actor, Right, Role, may

words = Words(Texts("app_pages.admin", "app_pages.shell"))
FORMS = ("csv", "xlsx")
_MOST_ROWS = 500
_LONGEST_NAME = 32
_HEIGHT = 300
_ALL_TABS_IN_SIGHT = "<style>[role=tablist]{flex-wrap:wrap;gap:.1rem .9rem}</style>"
_FAILED = (EventKind.SIGN_IN_FAILED, EventKind.RIGHT_REFUSED, EventKind.CASE_CODE_FAILED)
_LOOKS = (
    EventKind.VIEWED,
    EventKind.PRESENTED,
    EventKind.EXPORTED,
    EventKind.CASE_REPORTED,
    EventKind.CONTENT_ERASED,
    EventKind.FORGOTTEN,
)


@dataclass(frozen=True)
class Given:
    """What the form of an account's change holds."""

    name: str
    roles: frozenset[Role]
    password: str
    ho_ten: str
    so_cccd: str


_ASKED = {
    "roles": ("roles",),
    "facts": ("facts",),
    "password": ("new",),
    "set_right": ("roles", "new", "facts"),
}
_ACTS: dict[str, Callable[[Actor, Kiosk, Given], object]] = {
    "roles": lambda actor, kiosk, to: staff.change_roles(actor, kiosk, to.name, to.roles),
    "facts": lambda actor, kiosk, to: staff.change_facts(
        actor, kiosk, to.name, to.ho_ten, to.so_cccd
    ),
    "password": lambda actor, kiosk, to: staff.set_password(actor, kiosk, to.name, to.password),
    "pin": lambda actor, kiosk, to: staff.drop_pin(actor, kiosk, to.name),
    "unlock": lambda actor, kiosk, to: staff.unlock_account(actor, kiosk, to.name),
    "enable": lambda actor, kiosk, to: staff.enable(actor, kiosk, to.name),
    "disable": lambda actor, kiosk, to: staff.disable(actor, kiosk, to.name),
    "set_right": lambda actor, kiosk, to: staff.set_right(
        actor,
        kiosk,
        to.name,
        to.roles,
        to.password,
        ho_ten=to.ho_ten,
        so_cccd=to.so_cccd,
    ),
}


def admin_page() -> None:
    """Draw the page."""
    house = current()
    actor = here(house, Right.MANAGE)
    if not may(actor, Right.CHANGE_HOUSE):
        st.info(words("only_looks"))
    keys_line(house)
    store_line(house, actor)
    unread_warnings(house, actor)
    st.html(_ALL_TABS_IN_SIGHT)
    tabs = st.tabs([words(f"access_{name}") for name in _TABS])
    for tab, draw in zip(tabs, _TABS.values(), strict=True):
        with tab, in_words():  # the tabs beside it stay: one of them may mend it
            draw(house, actor)


def _accounts(house: House, actor: Actor) -> None:
    known = staff.list_accounts(actor, house.kiosk)
    if changed := [account.name[:_LONGEST_NAME] for account in known if not account.sound]:
        st.error(words("access_unsound", names=", ".join(changed)))
    for alike in staff.one_person(actor, house.kiosk):
        st.warning(words("access_one_person", names=", ".join(alike)), icon="⚠️")
    now = house.kiosk.clock()
    _table([_account_row(account, now) for account in known])
    if not may(actor, Right.CHANGE_HOUSE):
        return
    left, right = st.columns(2)
    with left:
        _change(house, actor, [account for account in known if not account.demo])
    with right, st.form("create"):
        _create(house, actor)


def _change(house: House, actor: Actor, known: Sequence[Account]) -> None:
    first = sorted(known, key=lambda account: account.sound)  # what needs a hand stands first
    named = {account.name: account for account in first}
    if not named:
        return
    name = st.selectbox(words("access_account"), [*named], key="change_account")
    account = named[name]
    act = st.radio(
        words("access_act"),
        _acts(account),
        format_func=lambda key: words(f"access_{key}"),
        horizontal=True,
        key="change_act",
    )
    with st.form("change"):
        asked = _ASKED.get(act, ())
        held = account.roles if account.sound else frozenset()
        roles = _roles("change", held, f"{name} {act}") if "roles" in asked else frozenset()
        label = words("access_new_password")
        new = secret_field(label, "change", "password") if "new" in asked else ""
        facts = _facts("change", account) if "facts" in asked else ("", "")
        refused("change")
        if st.form_submit_button(words("access_do")):
            given = Given(name, roles, new, *facts)
            take("change", lambda: _ACTS[act](actor, house.kiosk, given))


def _acts(account: Account) -> list[str]:
    """Return what can be done to an account as it stands."""
    if not account.sound:
        return ["set_right", "disable"]
    acts = ["roles", "facts", "password", *(["pin"] if account.pin else []), "unlock"]
    return [*acts, "enable" if account.disabled else "disable"]


def _create(house: House, actor: Actor) -> None:
    left, right = st.columns(2)
    name = left.text_input(
        words("access_new_account"), max_chars=_LONGEST_NAME, key=field("create", "name")
    )
    with right:
        password = secret_field(words("access_first_password"), "create", "password")
    ho_ten, so_cccd = _facts("create")
    roles = _roles("create")
    refused("create")
    if st.form_submit_button(words("access_create")):
        facts = {"ho_ten": ho_ten, "so_cccd": so_cccd}
        take("create", lambda: staff.create(actor, house.kiosk, name, roles, password, **facts))


def _facts(form: str, account: Account | None = None) -> tuple[str, str]:
    """Ask for name and number; those of an account stand behind what is typed."""
    left, right = st.columns(2)
    of = account.name if account else ""
    return (
        left.text_input(
            words("access_ho_ten"),
            max_chars=100,
            key=field(form, f"ho_ten {of}"),
            placeholder=account.ho_ten if account else None,
        ),
        right.text_input(
            words("access_so_cccd"),
            max_chars=15,
            key=field(form, f"so_cccd {of}"),
            placeholder=account.so_cccd if account else None,
        ),
    )


def _roles(form: str, held: frozenset[Role] = frozenset(), of: str = "") -> frozenset[Role]:
    chosen = st.pills(
        words("access_roles"),
        list(Role),
        default=sorted(held),
        selection_mode="multi",
        format_func=lambda role: words(f"role_{role.value}"),
        key=field(form, f"roles {of}"),
    )
    return frozenset(chosen)


def _account_row(account: Account, now: datetime) -> dict[str, str]:
    return {
        words("access_account"): account.name,
        words("access_ho_ten"): account.ho_ten,
        words("access_so_cccd"): account.so_cccd,
        words("access_roles"): ", ".join(
            words(f"role_{role.value}") for role in sorted(account.roles)
        ),
        "PIN": "✓" if account.pin else "",
        words("access_failures"): str(account.failures or ""),
        words("access_state"): _account_state(account, now),
    }


def _account_state(account: Account, now: datetime) -> str:
    if not account.sound:
        return words("access_changed")
    if account.disabled:
        return words("access_disabled")
    if account.demo:
        return words("access_demo")
    wait = account.locked_until
    return words("access_waits", until=moment(wait)) if wait and wait > now else ""


def _sessions(house: House, actor: Actor) -> None:
    found = staff.list_sessions(actor, house.kiosk)
    own = session_of(house)
    labels = {  # the own one last, so that nobody ends it by mistake
        s.digest: _session_label(s, own=s.digest == own)
        for s in sorted(found, key=lambda session: session.digest == own)
    }
    _table(
        [
            {
                words("access_account"): session.officer,
                words("access_desk"): session.desk,
                words("access_address"): session.address,
                words("access_opened"): moment(session.opened_at),
                words("access_active"): moment(session.active_at),
                words("access_ends"): moment(session.ends_at),
                words("access_state"): _session_state(session),
            }
            for session in found
        ]
    )
    if not may(actor, Right.CHANGE_HOUSE):
        return
    with st.form("end", clear_on_submit=True):
        refused("end")
        digest = st.selectbox(
            words("access_session"), [*labels], format_func=lambda digest: labels[digest]
        )
        if st.form_submit_button(words("access_end")) and digest:
            take("end", lambda: staff.end_session(actor, house.kiosk, digest))


def _session_label(session: Session, *, own: bool) -> str:
    where = (session.officer, session.desk, session.address, moment(session.opened_at))
    return " · ".join([*where, words("access_own_session")] if own else where)


def _session_state(session: Session) -> str:
    if not session.sound:
        return words("access_changed")
    return words("access_locked") if session.locked else ""


def _log(house: House, actor: Actor) -> None:
    days_at, kind_at = st.columns([1, 4], vertical_alignment="bottom")
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
    rows = access_log.access(actor, house.kiosk, since, shown[kind])
    st.caption(words("access_count", count=len(rows), most=_MOST_ROWS))
    _table([told(row) for row in rows[:_MOST_ROWS]])
    if may(actor, Right.CHANGE_HOUSE):
        _export(house, actor, days)
    st.divider()
    who_saw_part(house, actor)


def _export(house: House, actor: Actor, days: int) -> None:
    """Ask for the password, then show an address that gives the file once, to this session."""
    above = st.container()  # the form may end below the edge of the screen
    with st.form("export", clear_on_submit=True, border=False):
        form_at, password_at, do_at = st.columns([1, 3, 1], vertical_alignment="bottom")
        form = form_at.radio(words("access_as"), FORMS, format_func=str.upper, horizontal=True)
        with password_at:
            secret = secret_field(words("access_password_again"), "export", "password")
        asked = do_at.form_submit_button(words("access_take"))
    if asked:
        leaving.ask(
            "export", house, actor, secret, asked_for(days, form), partial(_link, days, form)
        )
    leaving.show("export", above)


def _link(days: int, form: str, ticket: str) -> tuple[str, str]:
    address = f"/kiosk/truy-cap.{form}?ngay={days}&phieu={ticket}"
    return words("access_export", form=form.upper()), address


def asked_for(days: int, form: str) -> str:
    """Return what a ticket is for."""
    return f"truy-cap.{form} {days}"


def export_file(house: House, actor: Actor, days: int, form: str) -> bytes:
    """Return the log of access as a file, `csv` or `xlsx`; that it leaves is logged."""
    since = house.kiosk.clock() - timedelta(days=days)
    table = access_log.export_access(actor, house.kiosk, since, form)
    if form == "csv":
        return as_csv(table)
    heading, *rows = table
    return as_xlsx([heading, *([_moment(at), *rest] for at, *rest in rows)], "truy-cap")


def _moment(written: str) -> Cell:
    return datetime.fromisoformat(written).replace(tzinfo=VIETNAM)


def _table(rows: list[dict[str, Any]]) -> None:
    if rows:
        st.dataframe(rows, hide_index=True, height=min(_HEIGHT, 35 * (len(rows) + 1) + 3))
    else:
        st.caption(words("access_nothing"))


_TABS: dict[str, Callable[[House, Actor], None]] = {
    "health": health_tab,
    "outbox": outbox_tab,
    "accounts": _accounts,
    "sessions": _sessions,
    "log": _log,
    "second": second_tab,
    "clock": clock_tab,
    "cards": cards_tab,
    "records": records_tab,
    "own_data": person_tab,
    "store": store_tab,
    "unread": unread_tab,
    "keys": keys_tab,
    "systems": systems_tab,
}
