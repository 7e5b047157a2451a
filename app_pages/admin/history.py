"""Who imported what and when, the refused rows to take out, and the way back."""

import csv
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from app_pages.admin import leaving
from app_pages.admin.tables import Toned, grouped, table
from app_pages.admin.told import moment
from app_pages.server.house import House
from app_pages.shell.language import Words, sentence_of
from app_pages.shell.secret import forget_secrets, secret_field
from verification.basics.errors import KioskError
from verification.basics.texts import Texts
from verification.officers import card_lists
from verification.officers.card_lists import Import
from verification.operations.lists.shelf import Given, Rows
from verification.operations.wiring import undo_import
from verification.rights import Actor, Right, may

_TEXTS = Texts("app_pages.admin", "app_pages.shell")
words = Words(_TEXTS)
_MOST = 50
_SHORT = 12  # letters of a digest
_ASKED, _UNDONE = "undo_asked", "undo_said"
COUNTED = ("read", "added", "changed", "same", "removed", "lifted", "rejected")


def history(house: House, actor: Actor) -> None:
    """Draw it."""
    st.subheader(words("imports_title"))
    found = card_lists.imports(actor, house.kiosk)
    if found:
        heading = ("at", "account", "why", "table", "counts", "source", "file")
        table([words(f"imports_{name}") for name in heading], [_row(one) for one in found[:_MOST]])
    else:
        st.caption(words("imports_none"))
    _undo(house, actor)
    if may(actor, Right.CHANGE_HOUSE):
        _rejects(house, actor)


def _undo(house: House, actor: Actor) -> None:
    """Go back to the card file before the last import, once somebody has read what that means."""
    if said := st.session_state.pop(_UNDONE, ""):
        st.info(said)
    last = card_lists.undoable(actor, house.kiosk)
    mark = last.what.card_file if last else None
    if st.session_state.get(_ASKED, mark) != mark:  # somebody imported or undid meanwhile
        del st.session_state[_ASKED]
        st.info(words("undo_another"))
    if last is None or last.before is None or not may(actor, Right.CHANGE_HOUSE):
        return
    if not st.session_state.get(_ASKED):
        if st.button(words("undo_ask"), key="undo_ask", disabled=house.lists.running is not None):
            st.session_state[_ASKED] = mark
            st.rerun()
        return
    told = {"at": moment(last.note.recorded_at), "officer": last.note.officer}
    counts = counted(last.what.counts)
    st.warning(words("undo_sure", before=last.before.name, counts=counts, **told), icon="⚠️")
    yes, no = st.columns(2)
    if no.button(words("store_no"), key="undo_no"):
        del st.session_state[_ASKED]
        st.rerun()
    if yes.button(words("undo_yes"), key="undo_yes"):
        del st.session_state[_ASKED]
        st.session_state[_UNDONE] = _undone(house, actor)
        st.rerun()


def _undone(house: House, actor: Actor) -> str:
    try:
        done = undo_import(house.settings, officer=actor.officer)
    except KioskError as error:
        return sentence_of(error)
    house.lists.last = None  # what it says was done is no more
    return words("undo_done", cards=done.cards, file=done.card_file)


def _row(one: Import) -> list[str | Toned]:
    return [
        moment(one.at),
        one.officer or "–",
        _said(f"imports_why_{one.why}", one.why),
        words(f"lists_of_{one.table}") if one.table else "–",
        counted(one.counts),
        (one.source or "")[:_SHORT],
        one.card_file,
    ]


def counted(counts: Mapping[str, Any]) -> str:
    """Write what was done with the rows of a list; what was not done at all is left out."""
    told = [name for name in COUNTED if counts.get(name) or (name == "read" and name in counts)]
    return " · ".join(f"{words(f'imports_{name}')} {grouped(counts[name])}" for name in told)


def _said(key: str, otherwise: str) -> str:
    found = _TEXTS.get(key)
    return found.in_language(words.lang) if found else otherwise


def _rejects(house: House, actor: Actor) -> None:
    """Ask for the password, then show an address that gives the refused rows once."""
    shelf = house.lists.shelf
    kept = {
        f"{given.number} {rows.value}": (given, rows)
        for given in shelf.all()
        for rows in Rows
        if shelf.rows_of(given, rows)
    }
    if not kept:
        return
    st.subheader(words("rejects_title"))
    st.caption(words("rejects_how"))
    above = st.container()
    with st.form("rejects", clear_on_submit=True, border=False):
        which = st.selectbox(
            words("rejects_of"),
            [*kept],
            format_func=lambda which: _named(*kept[which]),
        )
        secret = secret_field(words("access_password_again"), "rejects", "password")
        take_at, drop_at = st.columns(2)
        asked = take_at.form_submit_button(words("rejects_take"))
        gone = drop_at.form_submit_button(words("rejects_drop"))
    if gone and which:
        house.lists.drop_rows(*kept[which])
        forget_secrets("rejects")
        st.rerun()
    if asked and which:
        leaving.ask("rejects", house, actor, secret, rejects_asked(which), partial(_link, which))
    leaving.show("rejects", above)


def _named(given: Given, rows: Rows) -> str:
    return f"{given.name} · {moment(given.at)} · {words(f'rejects_{rows.value}')}"


def _link(which: str, ticket: str) -> tuple[str, str]:
    query = urlencode({"so": which, "phieu": ticket})
    return words("access_export", form="CSV"), f"/kiosk/tu-choi.csv?{query}"


def rejects_asked(which: str) -> str:
    """Return what a ticket is for."""
    return f"tu-choi.csv {which}"


def rejects_file(house: House, actor: Actor, which: str) -> Path | None:
    """Return where rows of a list are kept; that they leave is logged first.

    The file may be as large as the list was: it is sent as it lies there, never held in memory.

    Args:
        house: The open kiosk.
        actor: Who takes them.
        which: The number of the list, and `rejects` or `notes`.
    """
    number, _, rows = which.partition(" ")
    given = house.lists.shelf.one(number)
    path = house.lists.shelf.rows_of(given, Rows(rows)) if given and rows in {*Rows} else None
    if path is None:
        return None
    try:
        count = _rows_in(path)
    except OSError:  # deleted this moment
        return None
    card_lists.note_rejects_taken(actor, house.kiosk, count)
    return path


def _rows_in(path: Path) -> int:
    """Count the rows below the heading; where a cell is too long to be read, the lines."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        with suppress(csv.Error):
            return max(0, sum(1 for _ in csv.reader(file)) - 1)
        file.seek(0)
        return max(0, sum(1 for _ in file) - 1)
