"""The tab "chờ gửi": what waits, what only a person sends again, and the day before it closes."""

from collections.abc import Sequence
from datetime import date, datetime
from html import escape

import streamlit as st

from app_pages.admin.forms import in_words, refused, take
from app_pages.admin.tables import Toned, banner, grouped, table
from app_pages.server.house import House
from app_pages.shell.language import Words, in_language
from verification.basics.dates import VIETNAM
from verification.basics.texts import Texts
from verification.exchange.closing import Unverified, ask_day_again, unverified
from verification.exchange.waiting import ALL, Listed, Queue, State, send_again, waiting
from verification.exchange.wording import (
    errand_words,
    error_words,
    heap_words,
    off_words,
    state_words,
    word_of,
)
from verification.log.outbox import Heap
from verification.operations.exchange_worker import Exchange
from verification.rights import Actor

words = Words(Texts("app_pages.admin", "app_pages.shell"))
_MOST = 20  # rows with a key of their own; there may be ten thousand
_MOST_UNVERIFIED = 200
_COLUMNS = ("visit", "errand", "desk", "since", "state", "error", "tries", "next")
_GRID = (
    "display:grid;grid-template-columns:1.1fr 1.3fr .7fr 1.1fr 1.1fr 2.6fr .6fr 1.1fr;"
    "gap:.2rem .6rem;"
    "font-size:14px;align-items:center;padding:.35rem .6rem;border-bottom:1px solid #d9e1e6"
)
_LOOKS = {State.DEAD: "background:#fdeceb;color:#b3261e;font-weight:600"}
_MOMENT = "%H:%M %d/%m"
_BESIDE = (6, 1)  # the key's words fit at 200 %, too


def outbox_tab(house: House, actor: Actor) -> None:
    """Draw the tab."""
    _now(house, actor)
    st.divider()
    _closing(house, actor)


@st.fragment(run_every="10s")
def _now(house: House, actor: Actor) -> None:
    with in_words():
        _queue(house, actor)


def _queue(house: House, actor: Actor) -> None:
    found = waiting(actor, house.kiosk, most=_MOST)
    banner(_said(house, found))
    refused("outbox")
    if not found.count:
        return
    left, right = st.columns([4, 1], vertical_alignment="center")
    more = found.count - len(found.listed)
    left.caption(words("outbox_how") + (f" {words('outbox_more', n=more)}" if more else ""))
    if right.button(words("outbox_all"), key="outbox_all"):
        _again(house, actor, ALL)
    now, names = house.kiosk.clock(), [words(f"outbox_{name}") for name in _COLUMNS]
    st.columns(_BESIDE)[0].html(_row(names, "font-weight:600"))
    for listed in found.listed:
        at, key = st.columns(_BESIDE, vertical_alignment="center")
        at.html(_row(_cells(listed, now), _LOOKS.get(listed.state, "")))
        if key.button(words("outbox_again"), key=f"outbox {listed.item.item_id}"):
            _again(house, actor, listed.item.item_id)


def _again(house: House, actor: Actor, name: str) -> None:
    def change() -> None:
        send_again(actor, house.kiosk, name)
        house.exchange.wake()

    take("outbox", change)


def _said(house: House, found: Queue) -> Toned:
    """Return what is to be said first."""
    exchange = house.exchange
    if exchange.trouble:
        return Toned(f"✕ {in_language(exchange.trouble)}", "bad")
    if not found.count:
        return Toned(f"✓ {words('outbox_none')}", "ok")
    stands = [line for heap in found.heaps if (line := _stands(exchange, heap))]
    told = [*(in_language(heap_words(heap)) for heap in found.heaps)]
    if found.dead:
        told.append(words("outbox_dead", n=grouped(found.dead)))
    tried = any(listed.item.attempts for listed in found.listed)
    tone = "wait" if found.dead or stands or tried else ""
    return Toned(f"{'!' if tone else '·'} {' '.join([*told, *stands])}", tone)


def _stands(exchange: Exchange, heap: Heap) -> str | None:
    """Return why nothing of an errand is sent now, None where it is."""
    if not exchange.sends(heap.errand):
        return in_language(off_words(heap.errand))
    if why := exchange.pauses.get(heap.errand):
        told = in_language(errand_words(heap.errand)), in_language(error_words(why))
        return words("outbox_held", errand=told[0], why=told[1])
    return None


def _cells(listed: Listed, now: datetime) -> list[str]:
    item, visit = listed.item, listed.visit
    number = f" · {words('outbox_number', n=visit.so_thu_tu)}" if visit and visit.so_thu_tu else ""
    nth = f", {words('outbox_nth', n=item.nth)}" if item.nth else ""
    return [
        f"{item.visit}{number}",
        f"{in_language(errand_words(item.errand))}{nth}",
        listed.desk,
        _moment(item.since),
        in_language(state_words(listed.state)),
        in_language(error_words(item.last_error)) if item.last_error else "–",
        str(item.attempts),
        _next(item.due, now) if item.due else "–",
    ]


def _row(cells: Sequence[str], look: str) -> str:
    inside = "".join(f"<span>{escape(cell)}</span>" for cell in cells)
    return f'<div style="{_GRID};{look}">{inside}</div>'


def _closing(house: House, actor: Actor) -> None:
    st.markdown(f"**{words('closing')}**")
    st.caption(words("closing_how"))
    left, right, _ = st.columns([1, 2, 1], vertical_alignment="bottom")
    day: date = left.date_input(
        words("closing_day"), house.kiosk.today(), format="DD/MM/YYYY", key="closing_day"
    )
    if right.button(words("closing_ask"), key="closing_ask"):

        def change() -> None:
            ask_day_again(actor, house.kiosk, day)
            house.exchange.wake()

        take("closing", change)
    refused("closing")
    _unverified(house, actor, day)


@st.fragment(run_every="5s")
def _unverified(house: House, actor: Actor, day: date) -> None:
    with in_words():
        _listed(house, actor, day)


def _listed(house: House, actor: Actor, day: date) -> None:
    found = unverified(actor, house.kiosk, day)
    on = f"{day:%d/%m/%Y}"
    if not found:
        banner(Toned(f"✓ {words('closing_none', day=on)}", "ok"))
        return
    banner(Toned(f"! {words('closing_some', n=grouped(len(found)), day=on)}", "wait"))
    now, columns = house.kiosk.clock(), ("visit", "desk", "received", "portal", "next")
    heading = [words(f"outbox_{name}") for name in columns]
    table(heading, [_unverified_row(one, now) for one in found[:_MOST_UNVERIFIED]])
    if len(found) > _MOST_UNVERIFIED:
        st.caption(words("outbox_more", n=len(found) - _MOST_UNVERIFIED))


def _unverified_row(one: Unverified, now: datetime) -> list[str | Toned]:
    visit, item = one.visit, one.waiting
    number = f" · {words('outbox_number', n=visit.so_thu_tu)}" if visit.so_thu_tu else ""
    told = in_language(word_of(one))
    if item and item.last_error:
        told += f": {in_language(error_words(item.last_error))}"
    nobody = words("closing_person" if item else "closing_desk")
    due = _next(item.due, now) if item and item.due else nobody
    return [f"{visit.visit_id}{number}", visit.desk, _moment(visit.happened_at), told, due]


def _next(due: datetime, now: datetime) -> str:
    return _moment(due) if due > now else words("outbox_turn")


def _moment(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):{_MOMENT}}"
