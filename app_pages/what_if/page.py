"""The page "thử tình huống khác": change date, card, facility and route, and see the answer change.

The rules in force on a date stand below, to be printed.
"""

from datetime import date
from typing import Any

import streamlit as st

from app_pages.server.house import House, current
from app_pages.shell.language import Words, in_language
from app_pages.shell.who import here
from verification.basics.dates import vi_date
from verification.basics.rates import percent_text
from verification.basics.texts import Texts
from verification.card import numbers
from verification.card.facts import Card
from verification.rights import Right
from verification.rules.law.entitlement import Entitlement, decide
from verification.rules.law.visit_inputs import Said, contradiction, inputs_for
from verification.rules.law.visit_questions import QUESTIONS

words = Words(Texts("app_pages.what_if", "verification.rules.law"))
_STYLE = "<style>.stMainBlockContainer{padding-top:1.5rem}h1{font-size:1.8rem}</style>"
_SIGNS = {True: "✓", False: "✕", None: "?"}


def what_if_page() -> None:
    """Draw the page."""
    house = current()
    here(house, Right.CHECK)
    st.html(_STYLE)
    st.title(words("whatif_title"))
    st.caption(words("whatif_caption"))
    form, *answers = st.columns([2, 3, 3])
    with form:
        first = _day("whatif_date", house.kiosk.today())
        second = _day("whatif_other_date", date(2026, 6, 30))
        typed = st.text_input(words("whatif_card"), "DN4790000000000", max_chars=30)
        code = st.text_input(words("whatif_facility"), house.kiosk.facility or "", max_chars=10)
        dkbd = st.text_input(words("whatif_dkbd"), "", max_chars=10)
        said = _said()
    for column, on in zip(answers, (first, second), strict=True):
        with column:
            st.subheader(vi_date(on))
            _answer(house, on, typed, code, dkbd, said)
    _rules(first)


def _day(key: str, usual: date) -> date:
    chosen = st.date_input(words(key), usual, format="DD/MM/YYYY")
    return chosen if isinstance(chosen, date) else usual


def _said() -> Said:
    given: dict[str, Any] = {
        q.name: st.radio(
            words(f"input.{q.name}"),
            [None, *q.choices],
            format_func=lambda value: words(f"value.{value}"),
            horizontal=True,
        )
        for q in QUESTIONS
        if q.what_if
    }
    return Said(**given)


def _answer(house: House, on: date, typed: str, code: str, dkbd: str, said: Said) -> None:
    compact = numbers.compact(typed)
    facility = house.kiosk.cards.facility(code.strip().upper())
    if numbers.kind_of(compact) is not numbers.NumberKind.CARD15:
        st.error(words("whatif_bad_card"))
        return
    if facility is None:
        st.error(words("whatif_bad_facility"))
        return
    card = Card(ma_the=compact, ma_so_bhxh=compact[-10:], ma_dkbd=dkbd.strip().upper() or None)
    if wrong := contradiction(said, card, on):
        st.error(in_language(wrong))
        return
    law = house.kiosk.rules.law
    home = house.kiosk.cards.facility(card.ma_dkbd) if card.ma_dkbd else None
    found = decide(inputs_for(card, facility, on, said, law=law, home=home), law)
    st.metric(words("fact_rate"), rate_words(found))
    basis = found.basis if found.rate is not None else ""
    st.write(" · ".join(part for part in (facility.ten, found.ma_doituong_kcb, basis) if part))
    for text in (*([found.condition] if found.condition else []), *found.notes):
        st.info(in_language(text))
    for question in found.ask:
        st.warning(in_language(question.text))
    if found.unchecked:
        st.caption(words("rate_reference"))
    rows = [
        {"": _SIGNS[s.hit], words("whatif_row"): s.id, words("menu_why"): in_language(s.why)}
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
    st.header(words("whatif_rules", date=vi_date(on)))
    st.link_button(words("whatif_print"), f"/kiosk/quy-tac?on={on.isoformat()}")
    st.caption(words("rate_reference"))
