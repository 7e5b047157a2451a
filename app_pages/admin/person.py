"""The tab "dữ liệu của một người": found by a number, taken out, corrected, erased."""

from functools import partial
from urllib.parse import urlencode

import streamlit as st

from app_pages.admin import leaving
from app_pages.admin.forms import field, refused, take
from app_pages.server.house import House
from app_pages.shell.language import Words, in_language
from app_pages.shell.secret import secret_field
from verification.adapters.papers.person_pdf import person_pdf
from verification.basics.errors import RequestError
from verification.basics.texts import Texts
from verification.reception.person.correcting import FIELDS, correct
from verification.reception.person.dossier import as_json, export
from verification.reception.person.erasing import (
    Plan,
    done_words,
    erase_person,
    kept_words,
    plan,
)
from verification.reception.person.held import Found, Held, find, known
from verification.rights import Actor, Right, may

words = Words(Texts("app_pages.admin", "app_pages.shell", "verification.reception.person"))
FORMS = ("json", "pdf")
_FOUND = "person_found"


def person_tab(house: House, actor: Actor) -> None:
    """Draw the tab."""
    st.caption(words("person.how"))
    if not may(actor, Right.CHANGE_HOUSE):
        return
    with st.form("person_find", border=False):
        number = st.text_input(words("person.number"), key=field("person_find", "number"))
        asked = st.form_submit_button(words("person.find"))
    if asked:
        take("person_find", lambda: _look(house, actor, number), "toast_looked")
    refused("person_find")
    found = st.session_state.get(_FOUND)
    if isinstance(found, Found):
        _shown(house, actor, found)


def _look(house: House, actor: Actor, number: str) -> None:
    st.session_state.pop(_FOUND, None)
    st.session_state[_FOUND] = find(actor, house.kiosk, number)


def _shown(house: House, actor: Actor, found: Found) -> None:
    if not found.persons:
        st.info(words("in_lists" if found.records else "unknown", count=len(found.records)))
        return
    for person in found.persons:
        st.markdown(_summary(person, found))
    if len(found.persons) > 1:
        st.warning(words("person.several"))
        return
    (person,) = found.persons
    taken, corrected = st.columns(2)
    with taken:
        _export(house, actor, person)
    with corrected:
        _correct(house, actor, found)
    _erase(house, actor, found)


def _summary(person: Held, found: Found) -> str:
    days = [visit.day for visit in person.visits]
    told = {
        "number": person.masked or "–",
        "visits": len(days),
        "first": f"{min(days):%d/%m/%Y}" if days else "–",
        "last": f"{max(days):%d/%m/%Y}" if days else "–",
        "contents": len(person.contents),
        "cases": len(person.cases),
        "rows": len(found.records),
    }
    return words("person.summary", **told)


def _export(house: House, actor: Actor, person: Held) -> None:
    """Ask for the password, then show an address that gives the file once, to this session."""
    above = st.container()
    with st.form("person_export", clear_on_submit=True):
        st.markdown(f"**{words('person.export')}**")
        st.caption(words("left.notes"))
        form = st.radio(words("access_as"), FORMS, format_func=str.upper, horizontal=True)
        secret = secret_field(words("access_password_again"), "person_export", "password")
        asked = st.form_submit_button(words("access_take"))
    if asked:
        what, link = asked_for(person.ref, form), partial(_link, person.ref, form)
        leaving.ask("person_export", house, actor, secret, what, link)
    leaving.show("person_export", above)


def _link(ref: str, form: str, ticket: str) -> tuple[str, str]:
    query = urlencode({"ma": ref, "phieu": ticket})
    return words("access_export", form=form.upper()), f"/kiosk/nguoi.{form}?{query}"


def asked_for(ref: str, form: str) -> str:
    """Return what a ticket is for; the person is named by a reference that means nothing."""
    return f"nguoi.{form} {ref}"


def person_file(house: House, actor: Actor, ref: str, form: str) -> bytes:
    """Return a person's data as a file, `json` or `pdf`; that it leaves is logged."""
    dossier = export(actor, house.kiosk, known(house.kiosk, ref), form)
    return person_pdf(dossier) if form == "pdf" else as_json(dossier)


def _correct(house: House, actor: Actor, found: Found) -> None:
    form = "person_correct"
    with st.form(form):
        st.markdown(f"**{words('person.correct')}**")
        name = st.selectbox(
            words("person.field"), FIELDS, format_func=lambda key: words(f"person.{key}")
        )
        value = st.text_input(words("person.value"), key=field(form, "value"))
        why = st.text_input(words("person.why"), key=field(form, "why"))
        st.caption(words("left.card_lists"))
        asked = st.form_submit_button(words("person.correct_do"))
    refused(form)
    if asked:
        take(form, lambda: _corrected(house, actor, found, (name, value, why)))


def _corrected(house: House, actor: Actor, found: Found, said: tuple[str, str, str]) -> None:
    correct(actor, house.kiosk, found, *said)
    st.session_state[_FOUND] = known(house.kiosk, found.persons[0].ref)


def _erase(house: House, actor: Actor, found: Found) -> None:
    """Show what would go and what is kept, and erase once the word was typed."""
    form = "person_erase"
    st.markdown(f"**{words('person.erase')}**")
    too = st.checkbox(words("person.visits_too"), key=field(form, "too"))
    planned = plan(actor, house.kiosk, found, visits_too=too)
    if planned is None:
        return
    st.markdown(in_language(done_words(planned, preview=True)))
    if planned.kept:
        st.info(in_language(kept_words(planned)))
    st.caption(" · ".join(words(f"left.{name}") for name in ("card_lists", "backups", "hospital")))
    with st.form(form, border=False):
        why = st.text_input(words("person.why"), key=field(form, "why"))
        typed = st.text_input(
            words("person.sure", word=words("person.word")), key=field(form, "word")
        )
        asked = st.form_submit_button(words("person.erase_do"))
    refused(form)
    if asked:
        take(form, lambda: _erased(house, actor, planned, why, typed))


def _erased(house: House, actor: Actor, planned: Plan, why: str, typed: str) -> None:
    if typed.strip().lower() != words("person.word"):
        raise RequestError("Chưa gõ đúng chữ xác nhận", "The word was not typed")
    erase_person(actor, house.kiosk, planned, why)
    st.session_state.pop(_FOUND, None)
