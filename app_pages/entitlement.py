"""The page "nếu thì": change date, card, facility and route, and see the answer change.

The rules in force on a date stand below, to be printed.
"""

from dataclasses import replace
from datetime import date
from typing import Any

import streamlit as st

from app_pages.house import House, current
from verification import number
from verification.card import Card
from verification.dates import vi_date
from verification.entitlement import Entitlement, decide
from verification.entitlement_inputs import Told, contradiction, inputs_for
from verification.rate import percent_text
from verification.screen import Screen
from verification.texts import Text, catalogue

_ANSWERS = {"value.None": None, "value.True": True, "value.False": False}
_ASKED = ("emergency", "inpatient", "referral", "reappointment", "stay_change", "special")
_STYLE = "<style>.stMainBlockContainer{padding-top:1.5rem}h1{font-size:1.8rem}</style>"
_SIGNS = {True: "✓", False: "✕", None: "?"}


def page() -> None:
    """Draw the page."""
    house = current()
    words = catalogue()
    st.html(_STYLE)
    st.title(_page("whatif_title"))
    st.caption(_page("whatif_caption"))
    if st.button(_page("whatif_back")):
        st.switch_page(st.session_state["pages"]["desk"])
    form, *answers = st.columns([2, 3, 3])
    with form:
        first = _day("whatif_date", house.kiosk.today())
        second = _day("whatif_other_date", date(2026, 6, 30))
        typed = st.text_input(_page("whatif_card"), "DN4790000000000")
        code = st.text_input(_page("whatif_facility"), house.kiosk.facility or "")
        dkbd = st.text_input(_page("whatif_dkbd"), "")
        told = _told(words.entitlement)
    for column, on in zip(answers, (first, second), strict=True):
        with column:
            st.subheader(vi_date(on))
            _answer(house, on, typed, code, dkbd, told)
    _rules(first)


def _day(key: str, usual: date) -> date:
    chosen = st.date_input(_page(key), usual, format="DD/MM/YYYY")
    return chosen if isinstance(chosen, date) else usual


def _told(words: Any) -> Told:  # noqa: ANN401  # the catalogue's mapping
    given: dict[str, Any] = {}

    def word(key: str) -> str:
        return _text(words[key])

    for name in _ASKED:
        label = _text(words[f"input.{name}"])
        chosen = st.radio(
            label, list(_ANSWERS), format_func=lambda k: _text(words[k]), horizontal=True
        )
        given[name] = _ANSWERS[chosen]
    disease = st.radio(
        _text(words["input.disease"]),
        [None, "I", "II", "none"],
        format_func=lambda k: _text(words[f"value.{k}"]),
        horizontal=True,
    )
    return replace(Told(**given), disease=disease)


def _answer(house: House, on: date, typed: str, code: str, dkbd: str, told: Told) -> None:
    compact = number.compact(typed)
    facility = house.kiosk.cards.facility(code.strip().upper())
    if number.kind_of(compact) is not number.NumberKind.CARD15:
        st.error(_page("whatif_bad_card"))
        return
    if facility is None:
        st.error(_page("whatif_bad_facility"))
        return
    card = Card(ma_the=compact, ma_so_bhxh=compact[-10:], ma_dkbd=dkbd.strip().upper() or None)
    if wrong := contradiction(told, card):
        st.error(_text(wrong))
        return
    law = house.kiosk.rules.law
    found = decide(inputs_for(card, facility, on, told, law=law), law)
    st.metric(_page("fact_rate"), rate_words(found))
    basis = found.basis if found.rate is not None else ""
    st.write(" · ".join(part for part in (facility.ten, found.ma_doituong_kcb, basis) if part))
    for text in (*([found.condition] if found.condition else []), *found.notes):
        st.info(_text(text))
    for question in found.ask:
        st.warning(_text(question.text))
    if found.unchecked:
        st.caption(_page("rate_reference"))
    rows = [
        {"": _SIGNS[s.hit], _page("whatif_row"): s.id, _page("menu_why"): _text(s.why)}
        for s in found.ladder
    ]
    st.table(rows)


def rate_words(found: Entitlement) -> str:
    """Write a rate, or the range that it lies in."""
    if found.rate is not None:
        return f"{percent_text(found.rate)} %"
    if found.rate_low is None or found.rate_high is None:
        return "–"
    return f"{percent_text(found.rate_low)} % – {percent_text(found.rate_high)} %"


def _rules(on: date) -> None:
    st.header(_page("whatif_rules").format(date=vi_date(on)))
    st.link_button(_page("whatif_print"), f"/kiosk/quy-tac?on={on.isoformat()}")
    st.caption(_page("rate_reference"))


def _page(key: str) -> str:
    return _text(catalogue().pages[key])


def _text(text: Text) -> str:
    screen: Screen = st.session_state.get("screen", Screen())
    return text.in_language(screen.lang)
