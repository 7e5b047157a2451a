"""The tab "vướng mắc": what was told in a month, how far it is, and moving it on."""

from collections.abc import Sequence
from datetime import date, datetime
from html import escape

import streamlit as st

from app_pages.help.difficulties_sending import sending
from app_pages.server.house import House
from app_pages.shell.language import Words, in_language, sentence_of
from app_pages.shell.who import here
from verification.basics.dates import VIETNAM
from verification.basics.errors import KioskError
from verification.basics.figures import dotted
from verification.basics.texts import Text, Texts
from verification.exchange.difficulties import (
    LONGEST,
    State,
    category_text,
    may_follow,
    said_of,
    state_text,
)
from verification.exchange.moving import WithWords, listed, move
from verification.rights import Actor, Right, may

_TEXTS = Texts("app_pages.help")
words = Words(_TEXTS)
_ALL, _OPEN = "all", "open"
_FILTERS = (_ALL, _OPEN, *(state.value for state in State))
_MONTHS = 13
_A_PAGE = 20
_MOST, _TOLD = "difficulties most", "difficulties told"
_TONES = {
    State.NEW: "background:#fff4dc;color:#7a4e00",
    State.SENT: "background:#e3effa;color:#134a7c",
    State.ANSWERED: "background:#e5f5ec;color:#096630",
    State.CLOSED: "background:#eef1f3;color:#46545e",
}
_SIGNS = {State.NEW: "!", State.SENT: "→", State.ANSWERED: "✓", State.CLOSED: "■"}
_CHIP = "padding:1px 8px;border-radius:99px;font-size:13px;font-weight:700;white-space:nowrap"
_QUIET = "color:#52626d;font-size:14px"


def draw(house: House, actor: Actor) -> None:
    """Draw the tab."""
    if told := st.session_state.pop(_TOLD, ""):
        st.toast(told)
    reports = may(actor, Right.REPORT)
    st.caption(
        words("difficulties.about_all" if reports else "difficulties.about_own", desk=actor.desk)
    )
    try:
        _month(house, actor, reports=reports)
    except KioskError as error:
        st.error(sentence_of(error))


def _month(house: House, actor: Actor, *, reports: bool) -> None:
    left, right = st.columns([1, 4], vertical_alignment="bottom")
    month = left.selectbox(
        words("difficulties.month"),
        months(house.kiosk.today()),
        format_func=lambda first: f"{first:%m/%Y}",
        key="difficulties_month",
    )
    chosen = right.radio(
        words("difficulties.state"),
        _FILTERS,
        format_func=_filter_words,
        horizontal=True,
        key="difficulties_state",
    )
    found = listed(actor, house.kiosk, month)
    if reports:
        sending(house, [one.trouble for one in found], month)
    shown = [one for one in found if _passes(one, chosen)]
    if not shown:
        st.info(words("difficulties.none"))
        return
    count = {"shown": dotted(len(shown)), "count": dotted(len(found))}
    st.caption(words("difficulties.count", **count))
    _list(house, shown, reports=reports)


def months(today: date) -> list[date]:
    """Return the first days of this month and those before it, the newest first."""
    count = today.year * 12 + today.month - 1
    return [date((count - n) // 12, (count - n) % 12 + 1, 1) for n in range(_MONTHS)]


def _filter_words(name: str) -> str:
    if name in {_ALL, _OPEN}:
        return words(f"difficulties.{name}")
    return in_language(state_text(name))


def _passes(one: WithWords, chosen: str) -> bool:
    if chosen == _ALL:
        return True
    return one.trouble.is_open if chosen == _OPEN else one.trouble.state == chosen


def _list(house: House, shown: Sequence[WithWords], *, reports: bool) -> None:
    most = st.session_state.get(_MOST, _A_PAGE)
    for one in shown[:most]:
        with st.container(border=True):
            of = one.trouble
            if not reports:
                st.html(_card(one))
                continue
            card, key = st.columns([6, 1], vertical_alignment="center")
            card.html(_card(one))
            if key.button(words("difficulties.move"), key=f"difficulty {of.event_id}"):
                st.dialog(words("difficulties.move_title"), width="medium")(_ask)(house, one)
    left = len(shown) - most
    if left > 0 and st.button(words("difficulties.more", count=dotted(left))):
        st.session_state[_MOST] = most + _A_PAGE
        st.rerun()


def _card(one: WithWords) -> str:
    of = one.trouble
    state = escape(in_language(state_text(of.state)))
    chip = f'<span style="{_CHIP};{_TONES[of.state]}">{_SIGNS[of.state]} {state}</span>'
    head = f"<b>{escape(in_language(category_text(of.category)))}</b> {chip}"
    page = in_language(_TEXTS.get(f"go_{of.page}") or Text(of.page, of.page))
    told = {"at": _moment(of.told_at), "desk": of.desk, "officer": of.officer or "–", "page": page}
    lines = [head, _quiet(words("difficulties.where", **told))]
    if said := said_of(of.verdict, of.reason):
        number = one.number or words("difficulties.no_number")
        lines.append(_quiet(words("difficulties.seen", number=number, said=said)))
    if one.gone:
        lines.append(f"<i>{escape(words('difficulties.gone'))}</i>")
    elif one.note:
        lines.append(escape(one.note))
    return "".join(
        f'<div style="overflow-wrap:anywhere">{line}</div>' for line in [*lines, *_steps(one)]
    )


def _steps(one: WithWords) -> list[str]:
    said = {answered.move: answered.words for answered in one.said}
    lines = []
    for step in one.trouble.moved:
        told = {"state": state_text(step.state), "at": _moment(step.at), "officer": step.officer}
        line = _quiet(words("difficulties.step", **told))
        if step in said:
            line += f": {escape(said[step])}"
        lines.append(line)
    return lines


def _quiet(text: str) -> str:
    return f'<span style="{_QUIET}">{escape(text)}</span>'


def _moment(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def _ask(house: House, seen: WithWords) -> None:
    """Draw the dialog that moves one on; it is moved as it was seen, or not at all."""
    st.html(_card(seen))
    of = seen.trouble.event_id  # what was typed for one that was left stands in no other's dialog
    to = st.radio(
        words("difficulties.to"),
        may_follow(seen.trouble.state),
        index=None,
        format_func=_next_words,
        horizontal=True,
        key=f"difficulties_to {of}",
    )
    said = st.text_area(
        words("difficulties.answer"), max_chars=LONGEST, height=100, key=f"difficulties_words {of}"
    )
    if st.button(
        words("menu_save"), type="primary", disabled=to is None, key=f"difficulties_save {of}"
    ):
        _move(house, seen, to, said)


def _next_words(state: State) -> str:
    return words("difficulties.reopen") if state is State.NEW else in_language(state_text(state))


def _move(house: House, seen: WithWords, to: State | None, said: str) -> None:
    actor = here(house, Right.REPORT)
    if to is None:
        return
    try:
        move(actor, house.kiosk, seen.trouble, to, said)
    except KioskError as error:
        st.error(sentence_of(error))
        return
    st.session_state[_TOLD] = words("difficulties.moved", state=state_text(to))
    st.rerun()
