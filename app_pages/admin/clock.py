"""The tab "đồng hồ": what contradicts the machine's clock, and noting what it recorded wrongly."""

from datetime import datetime

import streamlit as st

from app_pages.admin.forms import field, refused, take
from app_pages.server.house import House
from app_pages.shell.language import Words, in_language
from verification.basics.dates import VIETNAM
from verification.basics.errors import RequestError
from verification.basics.texts import Text, Texts
from verification.log.clock import Stretch
from verification.officers.clock import ClockNote, ClockState, clock_state, note_clock
from verification.rights import Actor

words = Words(Texts("app_pages.admin", "app_pages.shell"))
_FORM = "%d/%m/%Y %H:%M:%S"


def clock_tab(house: House, actor: Actor) -> None:
    """Draw the tab."""
    state = clock_state(actor, house.kiosk)
    if state.doubt is None:  # else the strip above says it
        st.caption(words("clock_fine", clock=_moment(state.now)))
    _form(house, actor, state)
    rows = [
        {
            words("access_at"): _moment(note.event.recorded_at),
            words("access_account"): note.event.officer,
            words("clock_stretch"): _stretch(note.stretch) if note.event.is_readable else "",
            words("access_why"): "; ".join(
                [*([note.why] if note.why else []), *map(in_language, _lines(note))]
            ),
        }
        for note in state.notes
    ]
    if rows:
        st.dataframe(rows, hide_index=True)


def _form(house: House, actor: Actor, state: ClockState) -> None:
    with st.form("clock"):
        st.markdown(f"**{words('clock_note')}**")
        st.caption(words("clock_how", stretch=_stretch(state.proposed)))
        left, right = st.columns(2)
        first = left.text_input(
            words("clock_from"), placeholder="22/11/2026 08:12", key=field("clock", "from")
        )
        last = right.text_input(
            words("clock_to"), placeholder="22/11/2026 17:30", key=field("clock", "to")
        )
        why = st.text_input(words("access_why"), max_chars=300, key=field("clock", "why"))
        refused("clock")
        if st.form_submit_button(words("clock_do")):
            take("clock", lambda: note_clock(actor, house.kiosk, why, _read(first), _read(last)))


def _read(typed: str) -> datetime | None:
    """Read a local time as a person types it."""
    text = " ".join(typed.split())
    if not text:
        return None
    for form in (_FORM, "%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"):
        try:
            found = datetime.strptime(text, form)  # noqa: DTZ007  # its zone comes with the next line
            return found.replace(tzinfo=VIETNAM)
        except ValueError:
            continue
    raise RequestError(
        f"{typed!r} không phải thời điểm (ngày/tháng/năm giờ:phút)",
        f"{typed!r} is no time (day/month/year hour:minute)",
    )


def _lines(note: ClockNote) -> list[Text]:
    return [one.line for one in note.unreadable]


def _stretch(stretch: Stretch | None) -> str:
    if stretch is None:
        return words("clock_confirmed")
    return f"{_moment(stretch.first)} – {_moment(stretch.last)}"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):{_FORM}}"
