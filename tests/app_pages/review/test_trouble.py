"""The auditor tells a difficulty: the open case comes along by its answer, never by a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app_pages.review.page import handle, view
from tests.case_support import arrive, only_case
from verification.exchange.difficulties import EVER, told_between
from verification.exchange.moving import with_words
from verification.review.steps import Board
from verification.rights import Actor, Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from app_pages.server.house import House
    from verification.exchange.moving import WithWords

    Enter = Callable[[House, Role], Actor]


def act(number: int, name: str, **fields: Any) -> dict[str, Any]:
    return {"session": "a", "number": number, "act": name, **fields}


def kept(house: House) -> list[WithWords]:
    log = house.kiosk.written
    return [with_words(log, one) for one in told_between(log, EVER)]


def test_the_form_opens_on_every_tab_and_refuses_what_says_nothing(
    house: House, enter: Enter
) -> None:
    auditor = enter(house, Role.AUDITOR)
    for tab in ("cases", "search", "stats"):
        board = handle(house, auditor, Board(tab=tab), act(1, "trouble"))
        form = view(house, auditor, board)["menu"]
        assert form["title"] == "Báo vướng mắc"
        assert "Không kèm hồ sơ nào" in form["text"]
        assert form["acts"]["submit"] == "tell_trouble"
    options = form["fields"][0]["options"]
    assert (options[0]["value"], options[-1]["value"]) == ("", "khac")
    for number, fields in enumerate(({"kind": "", "note": "x"}, {"kind": "khac"}, {}), 2):
        refused = handle(house, auditor, board, act(number, "tell_trouble", fields=fields))
        assert refused.bad
        assert refused.menu == "trouble"
    assert handle(house, auditor, board, act(9, "tell_trouble")) == board
    assert kept(house) == []


def test_the_open_case_comes_along_as_verdict_and_reason_never_as_a_name(
    house: House, enter: Enter
) -> None:
    auditor = enter(house, Role.AUDITOR)
    arrive(house.kiosk, "patient-1")
    case = only_case(house.kiosk)
    board = handle(house, auditor, Board(selected=case.number), act(1, "trouble"))
    form = view(house, auditor, board)["menu"]
    assert form["text"].startswith(f"Ghi kèm {case.number}: ")
    sent = act(2, "tell_trouble", fields={"kind": "sai_du_lieu", "note": "CCCD 079194000011"})
    after = handle(house, auditor, board, sent)
    assert after.toast == "Đã ghi vướng mắc “Sai họ tên, ngày sinh trên thẻ, VssID”"
    assert (after.menu, after.bad, after.selected) == (None, False, case.number)
    assert handle(house, auditor, after, sent) == after  # sent again until acknowledged
    [told] = kept(house)
    assert told.trouble.presented == case.presented[-1]
    assert told.trouble.verdict
    assert told.trouble.page == "giam_dinh"
    assert told.note == "CCCD ••••••••0011"
    assert "•" in told.number
    content = house.kiosk.written.content(told.trouble.event_id)
    assert content is not None
    assert set(content) == {"ghi_chu", "so"}
