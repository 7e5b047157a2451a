"""The auditor's page `giam-dinh`: hand each event on, draw what comes back."""

import base64
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import streamlit as st

from app_pages.case_view import CaseView
from app_pages.components.case import case_desk
from app_pages.components.watch import watch
from app_pages.house import House, current
from app_pages.queue_view import Board, stats_view
from app_pages.who import here, session_of, title
from app_pages.words import View
from verification import case_file, cases, signin
from verification.actor import Actor
from verification.case import Case, Outcome, Proposal, Proposed
from verification.case_texts import word
from verification.errors import KioskError, RequestError
from verification.papers import case_lists, case_pdf, sheets
from verification.rights import Right
from verification.screen import Screen

_KEY = "board"
_NAME = "giam_dinh"  # as the navigation knows this page
_YEAR, _MONTH = timedelta(days=365), timedelta(days=30)
_MOST_ROWS = 100
_PDF = "application/pdf"
_LEAVES = {"lock": signin.lock, "leave": signin.sign_out}
_LISTS = {"csv": "text/csv", "xlsx": sheets.XLSX_TYPE}


def page() -> None:
    """Draw the page once."""
    board: Board = st.session_state.setdefault(_KEY, Board())
    screen: Screen = st.session_state.get("screen", Screen())
    pages = tuple(name for name in st.session_state.get("pages", ()) if name != _NAME)
    board = replace(board, lang=screen.lang, pages=pages)
    house = current()
    if board.goto:
        st.session_state[_KEY] = replace(board, goto=None)
        st.switch_page(st.session_state["pages"][board.goto])
    case_desk(view(house, here(house, Right.REVIEW), board), _handle)
    watch(left=False)
    st.session_state[_KEY] = replace(board, download=None)  # handed out once


def view(house: House, actor: Actor, board: Board) -> View:
    """Return all that the component draws."""
    kiosk = house.kiosk
    queue = kiosk.written.cases.queue()
    drawn = CaseView(actor, kiosk, board)
    base = {
        "lang": board.lang,
        "boot": house.boot,
        "strip": drawn.strip(queue) | {"who": title(house, actor, board.lang)},
        "demo": word(board.lang, "page.demo") if kiosk.cards.status().demo else "",
        "toast": {"id": board.toast_no, "text": board.toast, "bad": board.bad},
        "download": board.download,
        "ack": board.handled,
        **dict.fromkeys(("queue", "case", "menu", "stats")),
    }
    if board.tab == "stats":
        now = kiosk.clock()
        days = case_file.flags_by_day(actor, kiosk, now - _MONTH)
        outcomes = case_file.tallies(actor, kiosk, now - _YEAR)
        return base | {"stats": stats_view(drawn, days, outcomes)}
    shown = listed(house, actor, board)
    case, menu = drawn.opened(board.selected) if board.selected else (None, None)
    return base | {
        "queue": {
            "filters": drawn.filters(),
            "rules": drawn.rules(queue),
            "rows": [drawn.queue_row(case) for case in shown[:_MOST_ROWS]],
            "empty": drawn.word("empty_queue"),
            "next": drawn.word("next"),
            "list": drawn.word("list"),
        },
        "case": case,
        "choose": drawn.word("choose"),
        "menu": menu,
    }


def listed(house: House, actor: Actor, board: Board) -> list[Case]:
    """Return the cases under the filter."""
    log, drawn = house.kiosk.written, CaseView(actor, house.kiosk, board)
    closed = board.filter == "closed"
    found = log.cases.closed(house.kiosk.clock() - _YEAR)[::-1] if closed else log.cases.queue()
    return [
        case
        for case in found
        if drawn.passes(case, board.filter)
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
    """Return the board after an event of the browser; a refusal becomes its toast."""
    try:
        session, count = str(event["session"])[:64], int(event["number"])
        if count <= board.handled.get(session, 0):
            return board
        board = replace(board, handled={session: count}, shown=None)
        return _Hand(house, actor, board, event).act(str(event["act"]))
    except KioskError as error:
        return _told(board, error.vi if board.lang == "vi" else error.en, bad=True)
    except (KeyError, TypeError, ValueError):
        return board


def _told(board: Board, text: str, *, bad: bool = False) -> Board:
    return replace(board, toast=text, toast_no=board.toast_no + 1, bad=bad)


class _Hand:
    """Does what one event asks for."""

    def __init__(self, house: House, actor: Actor, board: Board, event: Mapping[str, Any]) -> None:
        self._kiosk, self._actor, self._board, self._event = house.kiosk, actor, board, event
        self._house = house

    def act(self, act: str) -> Board:
        """Return the board after one act; an unknown one changes nothing."""
        board, value = self._board, str(self._event.get("value") or "")
        changes: dict[str, dict[str, Any]] = {
            "select": {"selected": value, "menu": None},
            "filter": {"filter": value, "tab": "cases"},
            "rule": {"rule": value},
            "tab": {"tab": value, "menu": None},
            "cancel": {"menu": None},
            "hide": {"shown": None},
            "go": {"goto": value if value in board.pages else None},
            **{menu: {"menu": menu} for menu in ("snooze", "more", "reopen")},
        }
        if act in changes:
            return replace(board, **changes[act])
        done = getattr(self, f"_do_{act}", None)
        result: Board = done() if done else board
        return result

    def _number(self) -> str:
        return str(self._event["case"])  # what was on the screen, not what is selected by now

    def _say(self, key: str, **params: object) -> Board:
        text = word(self._board.lang, f"page.{key}", **params)
        return _told(replace(self._board, menu=None), text)

    def _do_next(self) -> Board:
        case = cases.take_next(self._actor, self._kiosk)
        if case is None:
            return self._say("none_free")
        self._board = replace(self._board, selected=case.number, tab="cases", filter="all", rule="")
        return self._say("done_taken", number=case.number)

    def _do_take(self) -> Board:
        case = cases.take(self._actor, self._kiosk, self._number())
        return self._say("done_taken", number=case.number)

    def _do_confirm(self) -> Board:
        cases.propose(self._actor, self._kiosk, self._number(), Proposed.CONFIRMED)
        return self._say("done_proposed")

    def _do_report(self) -> Board:
        cases.propose(self._actor, self._kiosk, self._number(), Proposed.REPORT)
        return self._say("done_proposed")

    def _do_valuable(self) -> Board:
        return self._close(Outcome.VALUABLE)

    def _do_false(self) -> Board:
        return self._close(Outcome.FALSE)

    def _close(self, outcome: Outcome) -> Board:
        number = self._number()
        before = self._kiosk.written.cases.case(number)
        if before and before.was_confirmed:  # two people said so: one does not unsay it
            cases.propose(self._actor, self._kiosk, number, Proposed(outcome.value))
            return self._say("done_proposed")
        case = cases.close(self._actor, self._kiosk, number, outcome)
        return self._say("done_closed", number=case.number)

    def _do_approve(self) -> Board:
        cases.approve(self._actor, self._kiosk, self._number(), self._seen())
        return self._say("done_approved")

    def _do_reject(self) -> Board:
        cases.reject(self._actor, self._kiosk, self._number(), self._seen())
        return self._say("done_saved")

    def _seen(self) -> Proposal:
        """Return what this person saw; the choke point compares it with what stands."""
        proposal = self._event["proposal"]
        return Proposal(str(proposal["nonce"]), Proposed(proposal["what"]), str(proposal["maker"]))

    def _do_release(self) -> Board:
        cases.release(self._actor, self._kiosk, self._number())
        return self._say("done_saved")

    def _do_show(self) -> Board:
        whole = case_file.view_number(self._actor, self._kiosk, self._number(), "giam-dinh")
        return replace(self._board, shown=whole)

    def _do_pdf(self) -> Board:
        number, lang = self._number(), self._board.lang
        case = self._kiosk.written.cases.case(number)
        mine = case and case.issuable(self._actor.officer, self._kiosk.clock())
        if mine:
            file = case_file.report(self._actor, self._kiosk, number)
        else:
            file = case_file.print_inside(self._actor, self._kiosk, number)
        made = case_pdf.case_pdf(file, self._actor, self._kiosk, lang)
        self._give(f"ho-so-{number}.pdf", _PDF, made)
        return self._say("done_reported" if mine else "done_printed")

    def _do_list(self) -> Board:
        kind = str(self._event["value"])
        since = self._kiosk.clock() - _YEAR
        found = case_file.case_list(self._actor, self._kiosk, since, kind)
        rows = case_lists.list_rows(self._kiosk, found, self._board.lang)
        made = sheets.as_csv(rows) if kind == "csv" else sheets.as_xlsx(rows)
        self._give(f"ho-so.{kind}", _LISTS[kind], made)
        return self._say("done_saved")

    def _give(self, name: str, kind: str, content: bytes) -> None:
        data = base64.b64encode(content).decode()
        told = {"id": f"{self._event['number']}", "name": name, "type": kind, "data": data}
        self._board = replace(self._board, download=told)

    def _do_submit(self) -> Board:
        fields = {str(k): str(v)[:500] for k, v in dict(self._event["fields"]).items()}
        number, today = self._number(), self._kiosk.today()
        match self._board.menu:
            case "snooze":
                until = today + timedelta(days=int(fields["days"]))
                told = (fields["rule"], until, fields["why"])
                cases.snooze(self._actor, self._kiosk, number, *told)
            case "reopen":
                cases.reopen(self._actor, self._kiosk, number, fields["why"])
            case "more":
                self._dates_and_holder(number, fields)
            case _:
                return self._board
        return self._say("done_saved")

    def _dates_and_holder(self, number: str, fields: Mapping[str, str]) -> None:
        due, diary = (_day(fields[name]) for name in ("due", "diary"))
        if due is None:
            raise RequestError("Hãy ghi hạn xử lý", "Write by when it is due")
        to = fields["to"].strip()
        cases.set_dates(self._actor, self._kiosk, number, due=due, diary=diary, to=to)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise RequestError(f"Ngày không hợp lệ: {text}", f"No such day: {text}") from error
