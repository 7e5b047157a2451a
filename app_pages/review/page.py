"""The auditor's page `giam-dinh`: hand each event on, draw what comes back."""

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from app_pages.review import trouble
from app_pages.review.case_view import CaseView
from app_pages.review.component import case_desk
from app_pages.review.search_view import SearchView
from app_pages.review.stats_view import StatsView
from app_pages.review.trouble import TroubleView
from app_pages.server import portal_chip
from app_pages.server.house import House, current
from app_pages.shell.language import View
from app_pages.shell.watch import watch
from app_pages.shell.who import here, session_of, title
from verification.adapters.papers import case_lists, case_pdf, sheets
from verification.basics.errors import KioskError
from verification.kiosk import Kiosk
from verification.log.case import Case
from verification.officers import signin, staff
from verification.reception.screen import Screen
from verification.review import steps
from verification.review.evidence import CaseFile
from verification.review.labels import word
from verification.review.reading import closed_cases, open_cases
from verification.review.steps import Board, CaseList, Prove
from verification.review.waiting import YEAR, waiting_cases
from verification.rights import Actor, Right

_KEY = "board"
_NAME = "giam_dinh"  # as the navigation knows this page
_MOST_ROWS = 100
_PDF = "application/pdf"
_LEAVES = {"lock": signin.lock, "leave": signin.sign_out}
_LISTS = {"csv": "text/csv", "xlsx": sheets.XLSX_TYPE}


def review_page() -> None:
    """Draw the page once."""
    board: Board = st.session_state.setdefault(_KEY, Board())
    screen: Screen = st.session_state.get("screen", Screen())
    pages = tuple(name for name in st.session_state.get("pages", ()) if name != _NAME)
    board = replace(board, lang=screen.lang, pages=pages)
    house = current()
    if board.goto:
        st.session_state[_KEY] = replace(board, goto=None)
        st.switch_page(st.session_state["pages"][board.goto])
    actor = here(house, Right.REVIEW)
    case_desk(view(house, actor, board), _handle)
    watch(actor, "giam-dinh", left=False)
    st.session_state[_KEY] = board


def view(house: House, actor: Actor, board: Board) -> View:
    """Return all that the component draws."""
    form = TroubleView(actor, house.kiosk, board).trouble()
    return _view(house, actor, board) | ({"menu": form} if form else {})


def _view(house: House, actor: Actor, board: Board) -> View:
    kiosk = house.kiosk
    queue = open_cases(actor, kiosk)
    drawn = CaseView(actor, kiosk, board)
    base = {
        "lang": board.lang,
        "boot": house.boot,
        "strip": drawn.strip(queue, waiting_cases(actor, kiosk))
        | {"who": title(house, actor, board.lang), "portal": portal_chip.told(house)},
        "demo": word(board.lang, "page.demo") if kiosk.cards.status().demo else "",
        "toast": {"id": board.toast_no, "text": board.toast, "bad": board.bad},
        "download": board.download,
        "ack": board.handled,
        "undo": drawn.undo_bar(),
        **dict.fromkeys(("queue", "case", "menu", "stats", "search", "sample")),
    }
    if board.tab in {"search", "sample"}:
        beside = SearchView(actor, kiosk, board)
        tab = beside.search() if board.tab == "search" else beside.sample()
        return base | {board.tab: tab, "menu": beside.judging()}
    if board.tab == "stats":
        return base | {"stats": StatsView(actor, kiosk, board).stats()}
    shown = listed(house, actor, board)
    case, menu = drawn.opened(board.selected) if board.selected else (None, None)
    return base | {
        "queue": {
            "filters": drawn.filters(),
            "rules": drawn.rules(shown if board.filter == "closed" else queue),
            "outcomes": drawn.outcomes(),
            "rows": [drawn.queue_row(case) for case in shown[:_MOST_ROWS]],
            "empty": drawn.word("empty_queue"),
            "next": drawn.word("next"),
            "list": drawn.word("list"),
        },
        "case": case,
        "choose": drawn.word("choose"),
        "menu": drawn.password() if board.menu == "password" else menu,
    }


def listed(house: House, actor: Actor, board: Board) -> list[Case]:
    """Return the cases under the filter."""
    kiosk, drawn = house.kiosk, CaseView(actor, house.kiosk, board)
    if board.filter == "closed":
        found = closed_cases(actor, kiosk, kiosk.clock() - YEAR)
    elif board.filter == "second":  # a report of a closed case waits too
        found = waiting_cases(actor, kiosk)
    else:
        found = open_cases(actor, kiosk)
    return [
        case
        for case in found
        if drawn.passes(case, board.filter)
        and (board.filter != "closed" or board.outcome in {"", case.outcome})
        and (not board.rule or board.rule in {part.rule for part in case.parts})
    ]


def _handle() -> None:
    event = getattr(st.session_state.get("case"), "event", None)
    if isinstance(event, Mapping):
        house, board = current(), st.session_state[_KEY]
        act = str(event.get("act"))
        if act in _LEAVES:
            _LEAVES[act](house.kiosk, session_of(house))
        else:
            actor = here(house, Right.REVIEW)
            st.session_state[_KEY] = handle(house, actor, board, event)


def handle(house: House, actor: Actor, board: Board, event: Mapping[str, Any]) -> Board:
    """Return the board after an event of the browser, with the file that it asked for."""
    if event.get("act") == trouble.ACT:
        return trouble.told(actor, house.kiosk, board, event)
    try:
        after = steps.handle(actor, house.kiosk, board, event, _prove(house, actor))
    except KioskError as error:
        return steps.refused(board, error)
    return _with_file(house, actor, after, event) if after.wanted else after


def _with_file(house: House, actor: Actor, board: Board, event: Mapping[str, Any]) -> Board:
    """Return the board with the file that it wants, which stays until the next event.

    The browser takes it once; a run that came and went before it could draw takes nothing away.
    """
    after = replace(board, wanted=None)
    if board.wanted is None:
        return after
    try:
        name, kind, content = _paper(actor, house.kiosk, board.wanted, board.lang)
    except KioskError as error:
        return steps.refused(after, error)
    data = base64.b64encode(content).decode()
    asked = f"{event['session']} {event['number']}"
    return replace(after, download={"id": asked, "name": name, "type": kind, "data": data})


def _prove(house: House, actor: Actor) -> Prove | None:
    """Return what proves a password again; an account of the demo has none."""
    account = staff.own_account(actor, house.kiosk)
    if account and account.demo:
        return None
    return lambda password: staff.prove_again(actor, house.kiosk, password)


def _paper(
    actor: Actor, kiosk: Kiosk, wanted: CaseFile | CaseList, lang: str
) -> tuple[str, str, bytes]:
    """Return name, type and content of a file."""
    if isinstance(wanted, CaseFile):
        made = case_pdf.case_pdf(wanted, actor, kiosk, lang)
        return f"ho-so-{wanted.case.number}.pdf", _PDF, made
    rows = case_lists.list_rows(kiosk, wanted.cases, lang)
    made = (
        sheets.as_csv(rows)
        if wanted.kind == "csv"
        else sheets.as_xlsx(rows, word(lang, "list.sheet"))
    )
    day = kiosk.today()
    return f"ho-so-{day:%Y-%m-%d}.{wanted.kind}", _LISTS[wanted.kind], made
