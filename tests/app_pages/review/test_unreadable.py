"""What of a case cannot be read is one line of queue, evidence, print and list."""

from __future__ import annotations

import base64
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest

from app_pages.review.page import handle, view
from tests.case_support import AN, BINH, a_flag, arrive
from tests.log.contract.engines import loosen
from tests.support import a_password
from verification.basics.errors import RequestError
from verification.review.case_file import view_number
from verification.review.cases import take
from verification.review.steps import Board

if TYPE_CHECKING:
    from app_pages.server.house import House

UNREAD = "không đọc được"


@pytest.fixture
def presented(house: House) -> list[str]:
    """Return the presentations of two visits of one case; there is a second case."""
    answers = [arrive(house.kiosk, "patient-1", a_flag("M02", 35)) for _ in range(2)]
    arrive(house.kiosk, "patient-2", a_flag("M04", 20))
    return [answer.event.event_id for answer in answers]


def execute(house: House, query: str, *values: object) -> None:
    with closing(sqlite3.connect(house.settings.db, isolation_level=None)) as db:
        loosen(db)
        db.execute(query, values)


def numbers(house: House) -> list[str]:
    return [case.number for case in house.kiosk.written.cases.queue()]


def paper(house: House, act: str, **event: Any) -> bytes:
    board = Board(selected=numbers(house)[0])
    asked = handle(house, AN, board, {"session": "a", "number": 1, "act": act, **event})
    if asked.download:  # an internal print asks for no password
        return base64.b64decode(asked.download["data"])
    typed = {"password": a_password(AN.officer)}
    made = handle(
        house, AN, asked, {"session": "a", "number": 2, "act": "submit", "fields": typed, **event}
    )
    assert made.download is not None, made.toast
    return base64.b64decode(made.download["data"])


def test_one_presentation_is_one_line_and_the_card_is_the_other_ones(
    house: House, presented: list[str]
) -> None:
    whole = view(house, AN, Board(selected=numbers(house)[0]))["case"]
    execute(house, "DELETE FROM content WHERE event_id = ?", presented[1])
    case = view(house, AN, Board(selected=numbers(house)[0]))["case"]
    names = [row["cells"][3] for row in case["rows"]]
    assert names == [
        f"{UNREAD} · {presented[1]}: bị xóa ngoài nhật ký",
        whole["rows"][1]["cells"][3],
    ]
    assert case["card"] == whole["card"]
    pdf = pypdfium2.PdfDocument(paper(house, "pdf", case=numbers(house)[0]))
    with closing(pdf), closing(pdf[0]) as page, closing(page.get_textpage()) as text:
        said = " ".join(text.get_text_bounded().split())
    assert UNREAD in said


def test_a_case_without_any_readable_presentation_says_so_in_queue_and_list(
    house: House, presented: list[str]
) -> None:
    execute(house, "UPDATE content SET salt = NULL WHERE event_id IN (?, ?)", *presented)
    first, second = view(house, AN, Board())["queue"]["rows"]
    assert first["who"] == UNREAD
    assert second["who"].startswith("•••• ")
    lines = paper(house, "list", value="csv").decode("utf-8-sig").splitlines()
    assert f"{UNREAD} · {presented[1]}: dữ liệu hỏng" in lines[1]
    assert UNREAD not in lines[2]
    with pytest.raises(RequestError, match=UNREAD):
        view_number(AN, house.kiosk, first["number"], "giam_dinh")


def test_a_case_whose_event_is_damaged_is_one_line_and_nobody_goes_on_with_it(
    house: House, presented: list[str]
) -> None:
    first, second = numbers(house)
    event = next(e.event_id for e in house.kiosk.written.cases.case(first).story)  # type: ignore[union-attr]
    execute(house, "UPDATE log SET kind = 'x' WHERE desk || '-' || seq = ?", event)
    rows = {row["number"]: row["text"] for row in view(house, AN, Board())["queue"]["rows"]}
    assert rows[first] == f"{UNREAD} · {event}: dữ liệu hỏng"
    assert UNREAD not in rows[second]
    opened = view(house, AN, Board(selected=first))["case"]
    assert (opened["buttons"], opened["banner"]["text"]) == ([], rows[first])
    with pytest.raises(RequestError, match=UNREAD):
        take(BINH, house.kiosk, first)
    board = handle(
        house, AN, Board(selected=first), {"session": "a", "number": 1, "act": "pdf", "case": first}
    )
    assert board.bad
    assert UNREAD in board.toast
    arrive(house.kiosk, "patient-1", a_flag("M02", 35))  # a new case is opened beside it
    assert len(numbers(house)) == 3
