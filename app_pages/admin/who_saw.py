"""Who saw whom between two moments, below the log of access: asked by a number or an account."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from urllib.parse import urlencode

import streamlit as st

from app_pages.admin import leaving
from app_pages.admin.forms import field, refused, take
from app_pages.admin.told import told
from app_pages.server.house import House
from app_pages.shell.language import Words
from app_pages.shell.secret import secret_field
from verification.adapters.papers.sheets import as_csv, as_xlsx
from verification.basics.dates import VIETNAM
from verification.basics.texts import Texts
from verification.officers import staff, who_saw
from verification.officers.who_saw import Sights, Window
from verification.rights import Actor, Right, may

words = Words(Texts("app_pages.admin", "app_pages.shell"))
ADDRESS = "/kiosk/ai-xem-ai"
_FOUND = "saw_found"
_LONGEST_NUMBER = 400
_HEIGHT = 300
_DAYS_BACK = 30


def who_saw_part(house: House, actor: Actor) -> None:
    """Draw the part of the tab."""
    st.markdown(f"**{words('saw_title')}**")
    st.caption(words("saw_how"))
    _form(house, actor)
    found: Sights | None = st.session_state.get(_FOUND)
    if found is None:
        return
    _table(found)
    if found.rows and may(actor, Right.CHANGE_HOUSE):
        _export(house, actor, found.asked)


def _form(house: House, actor: Actor) -> None:
    today = house.kiosk.today()
    refused("saw")
    with st.form("saw", border=False):
        number_at, officer_at = st.columns(2)
        number = number_at.text_input(
            words("saw_number"), key=field("saw", "number"), max_chars=_LONGEST_NUMBER
        )
        accounts = ["", *(one.name for one in staff.list_accounts(actor, house.kiosk))]
        officer = officer_at.selectbox(
            words("saw_officer"), accounts, format_func=lambda name: name or words("saw_everybody")
        )
        first_at, from_at, last_at, to_at, do_at = st.columns(5, vertical_alignment="bottom")
        first = first_at.date_input(
            words("saw_first"), today - timedelta(days=_DAYS_BACK), format="DD/MM/YYYY"
        )
        begin = from_at.time_input(words("saw_from"), time(0), key="saw_from", step=900)
        last = last_at.date_input(words("saw_last"), today, format="DD/MM/YYYY")
        end = to_at.time_input(words("saw_to"), time(23, 59), key="saw_to", step=900)
        asked = do_at.form_submit_button(words("saw_show"), key="saw_show")
    if asked:
        until = datetime.combine(last, end, VIETNAM) + timedelta(minutes=1)
        window = Window(datetime.combine(first, begin, VIETNAM), until, officer=officer)
        take("saw", lambda: _look(house, actor, window, number), "toast_looked")


def _look(house: House, actor: Actor, window: Window, number: str) -> None:
    """Keep what was found; of the number its masked form alone."""
    st.session_state.pop(_FOUND, None)
    if number.strip():
        window = who_saw.of_person(house.kiosk, window, number.strip())
    st.session_state[_FOUND] = who_saw.who_saw(actor, house.kiosk, window)


def _table(found: Sights) -> None:
    asked = found.asked
    whom = {"person": asked.masked, "officer": asked.officer or words("saw_everybody")}
    said = "saw_count_person" if asked.masked else "saw_count"
    most = who_saw.MOST_NUMBERS
    st.caption(words(said, count=len(found.rows), most=most, **whom))
    rows = [_row(told(row), row.person, found.numbers) for row in found.rows[:most]]
    if rows:
        st.dataframe(rows, hide_index=True, height=min(_HEIGHT, 35 * (len(rows) + 1) + 3))
    else:
        st.caption(words("access_nothing"))


def _row(row: dict[str, str], persons: str, numbers: Mapping[str, str]) -> dict[str, str]:
    """Return a line with masked numbers where a reference stood whose number can be read."""
    heading = words("access_person")
    named = [numbers.get(ref, short) for ref, short in zip(persons.split(), row[heading].split())]  # noqa: B905  # both come from one text
    return row | {heading: " ".join(named)}


def _export(house: House, actor: Actor, asked: Window) -> None:
    """Ask for the password, then show an address that gives the file once, to this session."""
    above = st.container()
    with st.form("saw_export", clear_on_submit=True, border=False):
        form_at, password_at, do_at = st.columns([1, 3, 1], vertical_alignment="bottom")
        form = form_at.radio(
            words("access_as"), ("csv", "xlsx"), format_func=str.upper, horizontal=True
        )
        with password_at:
            secret = secret_field(words("access_password_again"), "saw_export", "password")
        taken = do_at.form_submit_button(words("access_take"), key="saw_take")
    if taken:
        question = asked_by(asked)

        def link(ticket: str) -> tuple[str, str]:
            address = f"{ADDRESS}.{form}?{question}&phieu={ticket}"
            return words("access_export", form=form.upper()), address

        leaving.ask("saw_export", house, actor, secret, f"{form} {question}", link)
    leaving.show("saw_export", above)


def asked_by(window: Window) -> str:
    """Return what is asked as the question of an address: references, never a number."""
    asked = {
        "tu": window.since.isoformat(),
        "den": window.until.isoformat(),
        "ai": " ".join(window.persons or ()),
        "can_bo": window.officer,
    }
    return urlencode(asked)


def window_of(question: Mapping[str, str]) -> Window:
    """Return what an address asks.

    Raises:
        ValueError: It is not one of ours.
    """
    since, until = (datetime.fromisoformat(question.get(name, "")) for name in ("tu", "den"))
    if since.tzinfo is None or until.tzinfo is None:
        raise ValueError("tu, den")
    persons = tuple(question.get("ai", "").split()) or None
    return Window(since, until, persons, question.get("can_bo", ""))


def who_saw_file(house: House, actor: Actor, window: Window, form: str) -> bytes:
    """Return who saw whom as a file, `csv` or `xlsx`; that it leaves is logged."""
    table = who_saw.export_who_saw(actor, house.kiosk, window, form)
    return as_csv(table) if form == "csv" else as_xlsx(table, "ai-xem-ai")
