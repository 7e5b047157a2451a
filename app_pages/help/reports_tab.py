"""The tab "reports" of the page "trợ giúp": a week or a month as figures, and as files."""

from datetime import date

import streamlit as st

from app_pages.help.report_view import report_html
from app_pages.server.house import House
from app_pages.shell.language import Words, sentence_of
from verification.adapters.papers.report_papers import FORMS
from verification.basics.errors import KioskError
from verification.basics.texts import Texts
from verification.exchange.reports.making import kinds, making
from verification.exchange.reports.report import Report, ReportKind
from verification.rights import Actor

words = Words(Texts("app_pages.help"))
_SHOWN = "report_shown"
_Shown = tuple[ReportKind, date, Report]


def draw(house: House, actor: Actor) -> None:
    """Draw the tab; figures are counted when they are asked for, not each time it is drawn."""
    offered = [kind for kind in kinds() if kind is not ReportKind.SHIFT]  # that is the desk's
    with st.form("report_form", border=False):
        left, middle, right = st.columns([3, 2, 2], vertical_alignment="bottom")
        kind = left.selectbox(
            words("reports.kind"),
            offered,
            format_func=lambda one: words(f"reports.of.{one.value}"),
            key="report_kind",
        )
        today = house.kiosk.today()
        day = middle.date_input(
            words("reports.day"), today, max_value=today, format="DD/MM/YYYY", key="report_day"
        )
        asked = right.form_submit_button(words("reports.show"), width="stretch")
    st.caption(words("reports.how"))
    if asked and isinstance(day, date):
        _count(house, actor, kind, day)
    if shown := st.session_state.get(_SHOWN):
        _show(shown)


def _count(house: House, actor: Actor, kind: ReportKind, day: date) -> None:
    st.session_state.pop(_SHOWN, None)
    try:
        report = making(kind)(actor, house.kiosk, day, None)
    except KioskError as error:
        st.error(sentence_of(error))
        return
    shown: _Shown = (kind, day, report)
    st.session_state[_SHOWN] = shown


def _show(shown: _Shown) -> None:
    kind, day, report = shown
    st.caption(words("reports.files"))
    for place, form in zip(st.columns(len(FORMS)), FORMS, strict=True):
        link = f"/kiosk/bao-cao/{kind.value}.{form}?ngay={day.isoformat()}"
        place.link_button(words(f"reports.file_{form}"), link, width="stretch")
    st.html(report_html(report, words.lang, words("reports.none")))
