"""The auditor tells a difficulty: of an open case or visit its answer comes along, never a name."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app_pages.review.visit_view import VisitView
from app_pages.shell.language import View
from app_pages.shell.trouble import kinds
from verification.basics.errors import KioskError
from verification.exchange.difficulties import (
    Seen,
    categories,
    report_difficulty,
    said_of,
    seen_at,
)
from verification.kiosk import Kiosk
from verification.review import steps
from verification.review.labels import word
from verification.review.one_visit import visit_file
from verification.review.reading import is_own, one_case
from verification.review.steps import Board
from verification.rights import Actor

FORM = "trouble"
ACT = "tell_trouble"
_PAGE = "giam_dinh"


class TroubleView(VisitView):
    """Draws the form."""

    def trouble(self) -> View | None:
        """Return the form, None while it is not open."""
        if self.board.menu != FORM:
            return None
        about, seen = open_now(self.actor, self.kiosk, self.board)
        said = said_of(seen.verdict, seen.reason) if seen else None
        with_it = {"about": about, "said": said.in_language(self.board.lang) if said else ""}
        listed = [("", self.word("trouble_choose"))]
        listed += [(key, categories()[key].text.in_language(self.board.lang)) for key in kinds()]
        fields = [self._select("kind", listed), self._typed("trouble_note") | {"name": "note"}]
        text = self.word("trouble_with" if seen else "trouble_text", **(with_it if seen else {}))
        acts = {"acts": {"submit": ACT}}
        return self._form(FORM, fields) | {"text": text} | acts


def open_now(actor: Actor, kiosk: Kiosk, board: Board) -> tuple[str, Seen | None]:
    """Return the open case or visit and who was presented, as far as the auditor may see it."""
    if board.tab == "cases" and board.selected:
        case = one_case(actor, kiosk, board.selected)
        if case is None or case.unreadable or case.desk or is_own(actor, kiosk, case):
            return "", None
        return case.number, _newest(kiosk, case.presented)
    visit_id = board.looking.visit(board.tab)
    if visit_id is None:
        return "", None
    try:
        visit = visit_file(actor, kiosk, visit_id).visit
    except KioskError:  # received by the auditor: they see nothing of it
        return "", None
    return visit.visit_id, _newest(kiosk, (visit.presented,))


def _newest(kiosk: Kiosk, presented: tuple[str, ...]) -> Seen | None:
    return seen_at(kiosk.written, presented[-1]) if presented and presented[-1] else None


def told(actor: Actor, kiosk: Kiosk, board: Board, event: Mapping[str, Any]) -> Board:
    """Return the board after the form was sent; a refusal becomes its toast."""
    try:
        session, count = str(event["session"])[:64], int(event["number"])
        fields = {str(name): str(text) for name, text in dict(event["fields"]).items()}
    except (KeyError, TypeError, ValueError):
        return board
    if count <= board.handled.get(session, 0):
        return board
    board = replace(board, handled={session: count}, shown=None, wanted=None, download=None)
    kind, (_, seen) = fields.get("kind", ""), open_now(actor, kiosk, board)
    try:
        report_difficulty(actor, kiosk, kind, fields.get("note", ""), seen, _PAGE)
    except KioskError as error:
        return steps.refused(board, error)
    what = categories()[kind].text.in_language(board.lang)
    text = word(board.lang, "page.trouble_told", what=what)
    return steps.said(replace(board, menu=None), text)
