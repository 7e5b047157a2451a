"""Two values side by side on the reception page, and what never takes a headline's place."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from app_pages.desk.page import handle
from app_pages.desk.view import screen_view
from tests.support import DESK, payload
from verification.reception import lookup
from verification.reception.screen import Screen

if TYPE_CHECKING:
    from app_pages.server.house import House

NAME = "Nguyễn Thị Mẫu"
OTHER = "001190123456||Nguyễn Thị Mậu|05031994|Nữ|12 Đường Mẫu|01012022"


def qr(name: str = NAME, person: str = "05/03/1994|2") -> bytes:
    """Return the QR of one card, of whomever it names."""
    text = payload("same-old15").decode().replace(NAME.encode().hex(), name.encode().hex())
    return text.replace("05/03/1994|2", person).encode()


def answer_after(house: House, *scans: tuple[bytes, ...], lang: str = "vi") -> dict[str, Any]:
    """Return what the page draws after scans, each of the codes of one picture."""
    screen = Screen(lang=lang)
    for number, codes in enumerate(scans, 1):
        raw = [base64.b64encode(code).decode() for code in codes]
        event = {"session": "s", "number": number, "kind": "scan", "source": "camera"}
        screen = handle(house, DESK, screen, event | {"payloads": raw})
    view = screen_view(house, screen, DESK, lookup.recent_visits(DESK, house.kiosk))
    drawn: dict[str, Any] = view["answer"]
    return drawn


def said(pair: dict[str, Any]) -> list[str]:
    """Write a pair: its label, then each side with what is marked in brackets."""
    sides = [
        f"{side['label']} "
        + "".join(f"[{p['text']}]" if p["differs"] else p["text"] for p in side["pieces"])
        for side in pair["sides"]
    ]
    return [pair["label"], *sides]


@pytest.mark.parametrize(
    ("scan", "pairs"),
    [
        ((qr(),), []),
        ((qr("NGUYỄN THỊ MẪU"),), []),
        (
            (qr("Nguyễn Thị Mậu"),),
            [["Họ tên", "Xuất trình Nguyễn Thị M[ậ]u", "Dữ liệu thẻ Nguyễn Thị M[ẫ]u"]],
        ),
        (
            (qr("Nguy?n Thị Mẫu"),),
            [["Họ tên", "Xuất trình Nguy[?]n Thị Mẫu", "Dữ liệu thẻ Nguy[ễ]n Thị Mẫu"]],
        ),
        (
            (qr(person="06/03/1994|1"),),
            [
                ["Ngày sinh", "Xuất trình 0[6]/03/1994", "Dữ liệu thẻ 0[5]/03/1994"],
                ["Giới tính", "Xuất trình [Nam]", "Dữ liệu thẻ [Nữ]"],
            ],
        ),
    ],
)
def test_what_differs_is_drawn_side_by_side(
    house: House, scan: tuple[bytes, ...], pairs: list[list[str]]
) -> None:
    assert [said(pair) for pair in answer_after(house, scan)["pairs"]] == pairs


def test_two_citizen_numbers_are_masked_and_marked_where_they_differ(house: House) -> None:
    (pair,) = answer_after(house, (qr(), OTHER.encode()))["pairs"]
    assert said(pair) == [
        "Số CCCD",
        "Trên CCCD đưa kèm •[••]••[•••3456]",
        "Dữ liệu thẻ •[••]••[•••0011]",
    ]


def test_markup_in_a_name_stays_text(house: House) -> None:
    (pair,) = answer_after(house, (qr("<b>Mẫu</b>"),))["pairs"]
    assert "<b>Mẫu</b>" in "".join(piece["text"] for piece in pair["sides"][0]["pieces"])


@pytest.mark.parametrize(
    ("scan", "says"),
    [
        ((qr("Trần Thị Khác"),), "Họ tên xuất trình là Trần Thị Khác"),
        ((qr(person="05/03/1949|2"),), "Ngày sinh xuất trình là 05/03/1949"),
        ((qr(person="05/03/1994|1"),), "Giới tính xuất trình là nam"),
        ((qr(), OTHER.encode()), "Số CCCD đưa kèm"),
    ],
)
def test_somebody_else_on_the_card_is_not_said_to_be_here_already(
    house: House, scan: tuple[bytes, ...], says: str
) -> None:
    answer = answer_after(house, (qr(),), scan)
    assert (answer["tone"], answer["word"]) == ("wait", "CHƯA XÁC ĐỊNH ĐƯỢC")
    assert answer["sentence"].startswith(says)
    assert "người khai khác" in answer["note"]["text"]
    assert ["F2", "Tiếp nhận"] in [[key["key"], key["text"]] for key in answer["keys"]]
    assert len(answer["pairs"]) == 1  # earlier today it was the holder, as the store has it


def test_two_strangers_on_one_card_stand_side_by_side(house: House) -> None:
    screen = Screen()
    for number, name in enumerate(("Trần Thị Khác", "Lê Thị Ba"), 1):
        raw = [base64.b64encode(qr(name)).decode()]
        scan = {"session": "u", "kind": "scan", "source": "camera", "payloads": raw}
        screen = handle(house, DESK, screen, scan | {"number": 2 * number})
        key = {"session": "u", "kind": "key", "key": "F2", "answer": screen.answer_id}
        screen = handle(house, DESK, screen, key | {"number": 2 * number + 1})
    pairs = [said(pair) for pair in screen_view(house, screen, DESK, [])["answer"]["pairs"]]
    assert pairs == [
        ["Họ tên", "Xuất trình [Lê] Thị [Ba]", "Dữ liệu thẻ [Nguyễn] Thị [Mẫu]"],
        ["Họ tên", "Lần này [Lê] Thị [Ba]", "Lượt trước hôm nay [Trần] Thị [Khác]"],
    ]


def test_the_right_person_after_somebody_else_is_green_and_told(house: House) -> None:
    screen = answer_after(house, (qr("Trần Thị Khác"),), (qr(),))
    assert screen["tone"] == "ok"  # nobody was received by the amber scan
    assert "người khai khác" not in str(screen["note"])


@pytest.mark.parametrize("slug", ["patient-2", "case-other-name"])
def test_a_red_or_amber_card_that_was_received_keeps_its_sentence(house: House, slug: str) -> None:
    first = answer_after(house, (payload(slug),))
    screen = Screen()
    raw = [base64.b64encode(payload(slug)).decode()]
    for number, event in enumerate(("scan", "key", "scan"), 1):
        given = {"session": "t", "number": number, "kind": event, "payloads": raw, "key": "F2"}
        given |= {"answer": screen.answer_id} if event == "key" else {"source": "camera"}
        screen = handle(house, DESK, screen, given)
    view = screen_view(house, screen, DESK, [])["answer"]
    assert (view["word"], view["sentence"]) == (first["word"], first["sentence"])
    assert "Đã tiếp nhận" in view["note"]["text"]


def test_green_again_says_when_and_where(house: House) -> None:
    answer = answer_after(house, (qr(),), (qr("nguyễn thị mẫu"),))
    assert answer["sentence"].startswith("Đã tiếp nhận")
    assert answer["note"] is None or "Đã tiếp nhận" not in answer["note"]["text"]


def test_the_english_page_names_both_sides_in_english(house: House) -> None:
    (pair,) = answer_after(house, (qr("Trần Thị Khác"),), lang="en")["pairs"]
    assert [side["label"] for side in pair["sides"]] == ["Presented", "Card store"]
