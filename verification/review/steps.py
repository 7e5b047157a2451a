"""The auditor's steps: from an event of the page to the board that it then shows.

A page keeps a `Board`, passes every event to `handle` and draws what comes back. What is to be
taken out as a file stands on the board as it is; the page makes the paper.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from verification.basics.dates import parse_day
from verification.basics.errors import KioskError, RequestError
from verification.basics.texts import Text
from verification.kiosk import Kiosk
from verification.log.case import Case, CaseOutcome, Proposal, Proposed
from verification.review import (
    case_file,
    cases,
    figures,
    four_eyes,
    looking,
    outsider,
    undoing,
)
from verification.review.evidence import CaseFile
from verification.review.grounds import Grounds
from verification.review.labels import word
from verification.review.looking import Looking
from verification.review.outsider import Outsider
from verification.review.reading import one_case
from verification.review.waiting import YEAR
from verification.rights import Actor, Right, needs

_LONGEST = 500  # of what is filled in
FILTERS = ("all", "mine", "free", "second", "due", "closed")
DECISIONS = {
    "confirm": CaseOutcome.CONFIRMED,
    "valuable": CaseOutcome.VALUABLE,
    "false": CaseOutcome.FALSE,
}
"""The acts that open the form of a decision, and its outcome."""
FORMS = ("comment", "snooze", "more", "reopen", "outsider", "code", "reject", "trouble")
Prove = Callable[[str], None]
"""Proves by a password who is at the page, or raises; None for who has none: the demo's."""


@dataclass(frozen=True)
class CaseList:
    """Cases to be taken out as a list.

    Args:
        kind: `csv` or `xlsx`.
        cases: What is in it.
    """

    kind: str
    cases: Sequence[Case]


@dataclass(frozen=True)
class Board:
    """What an auditor has in front of them.

    Args:
        lang: `vi` or `en`.
        tab: `cases`, `search`, `sample` or `stats`.
        looking: What was found and opened beside the cases.
        filter: One of `FILTERS`.
        rule: Only cases with this rule; empty for all.
        outcome: Of the closed ones only those with this outcome; empty for all.
        selected: Number of the open case.
        menu: `confirm`, `valuable`, `false`, `comment`, `snooze`, `more`, `reopen`, `outsider`,
            `code`, `approve`, `reject`, `trouble` or `password`.
        asked: What is done once the password was right.
        shown: The whole card number while it may be read; the next event hides it.
        toast: What was done, or why it was not.
        toast_no: Counts toasts, so that the same words are said twice.
        bad: True when the toast is a refusal.
        wanted: What a file is to be made of; whoever draws the board makes it.
        download: The file to hand out; the next event takes it away.
        pages: Other pages that the auditor has a right to.
        goto: A page to go to.
        handled: Last event of each browser tab.
    """

    lang: str = "vi"
    tab: str = "cases"
    looking: Looking = field(default_factory=Looking)
    filter: str = "all"
    rule: str = ""
    outcome: str = ""
    selected: str | None = None
    menu: str | None = None
    asked: Mapping[str, Any] | None = None
    shown: str | None = None
    toast: str = ""
    toast_no: int = 0
    bad: bool = False
    wanted: CaseFile | CaseList | None = None
    download: Mapping[str, str] | None = None
    pages: tuple[str, ...] = ()
    goto: str | None = None
    handled: Mapping[str, int] = field(default_factory=dict)


@needs(Right.REVIEW)
def handle(
    actor: Actor, kiosk: Kiosk, board: Board, event: Mapping[str, Any], prove: Prove | None
) -> Board:
    """Return the board after an event of the browser; a refusal becomes its toast.

    Args:
        actor: Who is at the page.
        kiosk: The kiosk.
        board: As it was.
        event: Of the browser.
        prove: Asked before anything leaves the house.
    """
    try:
        session, count = str(event["session"])[:64], int(event["number"])
        if count <= board.handled.get(session, 0):
            return board
        board = replace(board, handled={session: count}, shown=None, wanted=None, download=None)
        return _Hand(actor, kiosk, board, event, prove).act(str(event["act"]))
    except KioskError as error:
        return refused(board, error)
    except (KeyError, TypeError, ValueError):
        return board


def refused(board: Board, error: KioskError) -> Board:
    """Return the board that says why something was not done."""
    return said(board, Text(error.vi, error.en).in_language(board.lang), bad=True)


def said(board: Board, text: str, *, bad: bool = False) -> Board:
    """Return the board that says something."""
    return replace(board, toast=text, toast_no=board.toast_no + 1, bad=bad)


class _Hand:
    """Does what one event asks for."""

    def __init__(
        self,
        actor: Actor,
        kiosk: Kiosk,
        board: Board,
        event: Mapping[str, Any],
        prove: Prove | None,
    ) -> None:
        self._actor, self._kiosk, self._board, self._event = actor, kiosk, board, event
        self._prove = prove
        self._leaves = False  # what is done leaves the house, and who does it was proved

    def act(self, act: str) -> Board:
        """Return the board after one act; an unknown one changes nothing."""
        board, value = self._board, str(self._event.get("value") or "")[:_LONGEST]
        if act in _TURNS:
            return replace(board, asked=None, **_TURNS[act](board, value))
        if act in looking.ACTS:
            return self._look(act)
        if act not in _ACTS:
            return board
        if act in _LEAVING and _LEAVING[act](self):
            if self._prove:
                return self._ask_password(act)
            self._leaves = True
        return _ACTS[act](self)

    def _ask_password(self, act: str) -> Board:
        asked = {key: self._event.get(key) for key in ("case", "proposal", "value")}
        return replace(self._board, menu="password", asked={"act": act, **asked})

    def _look(self, act: str) -> Board:
        """Return the board after an act of the tabs beside the cases."""
        after = looking.look(self._actor, self._kiosk, self._board.looking, act, self._event)
        tab = looking.TABS.get(act, self._board.tab)
        self._board = replace(self._board, looking=after, tab=tab, menu=None)
        return self._say(after.told) if after.told else self._board

    def _proved(self, password: str) -> Board:
        """Do what was asked for before the password was."""
        asked = self._board.asked
        if asked is None or self._prove is None:
            return self._board
        self._prove(password)
        self._leaves, self._event = True, {**asked, "number": self._event["number"]}
        self._board = replace(self._board, menu=None, asked=None)
        return _ACTS[str(asked["act"])](self)

    def reports(self) -> bool:
        """Tell whether a print is now the report that was approved."""
        case = one_case(self._actor, self._kiosk, self._number())
        return case is not None and case.issuable(self._actor.officer, self._kiosk.clock())

    def approves_report(self) -> bool:
        """Tell whether a report leaves the house by this approval."""
        return self._seen().what is Proposed.REPORT

    def _number(self) -> str:
        return str(self._event["case"])  # what was on the screen, not what is selected by now

    def _say(self, key: str, **params: object) -> Board:
        text = word(self._board.lang, f"page.{key}", **params)
        return said(replace(self._board, menu=None), text)

    def take_next(self) -> Board:
        case = cases.take_next(self._actor, self._kiosk)
        if case is None:
            return self._say("none_free")
        self._board = replace(self._board, selected=case.number, tab="cases", filter="all", rule="")
        return self._say("done_taken", number=case.number)

    def take(self) -> Board:
        case = cases.take(self._actor, self._kiosk, self._number())
        return self._say("done_taken", number=case.number)

    def propose_report(self) -> Board:
        four_eyes.propose(self._actor, self._kiosk, self._number(), Proposed.REPORT)
        return self._say("done_proposed")

    def _decide(self, outcome: CaseOutcome, fields: Mapping[str, str]) -> Board:
        why = Grounds(fields.get("reason", ""), fields["why"])
        seen = str(self._event["flags"]) if self._event.get("flags") else None
        asked = (self._number(), outcome, why, seen)
        case = four_eyes.decide(self._actor, self._kiosk, *asked)
        return self._say("done_proposed" if case.is_open else "done_closed", number=case.number)

    def undo(self) -> Board:
        """Take back what the bar named, whichever case is open."""
        of = self._event["undo"]
        case = undoing.undo(self._actor, self._kiosk, str(of["case"]), str(of["decision"]))
        self._board = replace(self._board, selected=case.number, tab="cases")
        return self._say("done_undone", number=case.number)

    def approve(self) -> Board:
        """Ask once more, as every decision does; a password that was given has been that."""
        return self._approved() if self._leaves else replace(self._board, menu="approve")

    def _approved(self) -> Board:
        if not self._leaves and self._prove and self.approves_report():
            return self._ask_password("approve")
        four_eyes.approve(self._actor, self._kiosk, self._number(), self._seen())
        return self._say("done_approved")

    def _seen(self) -> Proposal:
        """Return what this person saw; the choke point compares it with what stands."""
        proposal = self._event["proposal"]
        return Proposal(str(proposal["nonce"]), Proposed(proposal["what"]), str(proposal["maker"]))

    def release(self) -> Board:
        cases.release(self._actor, self._kiosk, self._number())
        return self._say("done_saved")

    def show_number(self) -> Board:
        whole = case_file.view_number(self._actor, self._kiosk, self._number(), "giam-dinh")
        return replace(self._board, shown=whole)

    def print_or_report(self) -> Board:
        made = case_file.report if self._leaves else case_file.print_inside
        file = made(self._actor, self._kiosk, self._number())
        self._board = replace(self._board, wanted=file)
        return self._say("done_reported" if self._leaves else "done_printed")

    def hand_out_list(self) -> Board:
        kind = str(self._event["value"])
        since = self._kiosk.clock() - YEAR
        found = figures.case_list(self._actor, self._kiosk, since, kind)
        self._board = replace(self._board, wanted=CaseList(kind, found))
        return self._say("done_saved")

    def submit(self) -> Board:
        fields = {str(k): str(v)[:_LONGEST] for k, v in dict(self._event["fields"]).items()}
        if self._board.menu == "password":
            return self._proved(fields["password"])
        if outcome := DECISIONS.get(self._board.menu or ""):
            return self._decide(outcome, fields)
        return self._approved() if self._board.menu == "approve" else self._sent(fields)

    def _sent(self, fields: Mapping[str, str]) -> Board:
        """Do what a form asks for that decides nothing by itself."""
        number, today = self._number(), self._kiosk.today()
        match self._board.menu:
            case "comment":
                cases.comment(self._actor, self._kiosk, number, fields["comment"])
            case "reject":
                four_eyes.reject(self._actor, self._kiosk, number, self._seen())
            case "snooze":
                until = today + timedelta(days=int(fields["days"]))
                asked = (fields["rule"], until, fields["why"])
                cases.snooze(self._actor, self._kiosk, number, *asked)
            case "reopen":
                cases.reopen(self._actor, self._kiosk, number, fields["why"])
            case "more":
                self._dates_and_holder(number, fields)
            case "outsider":
                who = Outsider(fields["ho_ten"], fields["co_quan"], fields["so_cccd"])
                outsider.name_outsider(self._actor, self._kiosk, number, self._seen(), who)
            case "code":
                typed = fields["code"], fields["so_cccd"]
                outsider.approve_outside(self._actor, self._kiosk, number, self._seen(), *typed)
                return self._say("done_approved")
            case _:
                return self._board
        return self._say("done_saved")

    def _dates_and_holder(self, number: str, fields: Mapping[str, str]) -> None:
        due, diary = (_day(fields[name]) for name in ("due", "diary"))
        if due is None:
            raise RequestError("Hãy ghi hạn xử lý", "Write by when it is due")
        to = fields["to"].strip()
        cases.set_dates(self._actor, self._kiosk, number, due=due, diary=diary, to=to)


def _opens(form: str, _board: Board, _value: str) -> dict[str, Any]:
    return {"menu": form}


_TURNS: Mapping[str, Callable[[Board, str], dict[str, Any]]] = {
    "select": lambda _, value: {"selected": value, "menu": None, "tab": "cases"},
    "filter": lambda _, value: {"filter": value, "tab": "cases"},
    "rule": lambda _, value: {"rule": value},
    "outcome": lambda _, value: {"outcome": value},
    "tab": lambda _, value: {"tab": value, "menu": None},
    "cancel": lambda *_: {"menu": None},
    "hide": lambda *_: {"shown": None},
    "go": lambda board, value: {"goto": value if value in board.pages else None},
    "refresh": lambda *_: {},
    **{form: partial(_opens, form) for form in (*DECISIONS, *FORMS)},
}
"""What turns the board alone: acts of the page and what each changes."""

_ACTS: Mapping[str, Callable[[_Hand], Board]] = {
    "next": _Hand.take_next,
    "take": _Hand.take,
    "report": _Hand.propose_report,
    "undo": _Hand.undo,
    "approve": _Hand.approve,
    "release": _Hand.release,
    "show": _Hand.show_number,
    "pdf": _Hand.print_or_report,
    "list": _Hand.hand_out_list,
    "submit": _Hand.submit,
}
"""What becomes a use case."""

_LEAVING: Mapping[str, Callable[[_Hand], bool]] = {
    "pdf": _Hand.reports,
    "list": lambda _: True,
    "approve": _Hand.approves_report,
}
"""Where something leaves the house by an act; the password is asked again then."""


def _day(text: str) -> date | None:
    try:
        return parse_day(text.strip()) if text.strip() else None
    except ValueError as error:
        raise RequestError(f"Ngày không hợp lệ: {text}", f"No such day: {text}") from error
