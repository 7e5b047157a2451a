"""What the console says once the server listens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app_pages.entry.starting import TRIED, first_words
from app_pages.server import listening
from tests.support import DESK, FIXTURES, payload
from verification.reception.answer import Scan
from verification.reception.checkin import check, check_in
from verification.reception.fund import told_rate
from verification.reception.questions import desk_question
from verification.rules.law.verdict import Outcome

if TYPE_CHECKING:
    import pytest

    from app_pages.server.house import House


def test_the_demo_says_where_to_look_and_what_each_picture_shows(house: House) -> None:
    words = first_words(house)
    assert words.index(listening.url(house.settings)) < words.index("Vào thử: tiếp đón")
    said = {line.split()[1].rstrip(":"): line for line in words.splitlines() if ".png" in line}
    assert all((FIXTURES.parent / line.split()[0]).exists() for line in said.values())
    shown = [check(DESK, house.kiosk, payload(name)).outcome for name in TRIED]
    assert shown == [
        Outcome.ELIGIBLE,
        Outcome.NOT_ELIGIBLE,
        Outcome.UNDETERMINED,
        Outcome.ELIGIBLE,
    ]
    assert list(said) == ["xanh", "đỏ", "vàng", "hỏi"]


def test_of_the_pictures_to_try_the_last_alone_asks_how_the_patient_came(house: House) -> None:
    seen = [check_in(DESK, house.kiosk, Scan((payload(name),))) for name in TRIED]
    asked = [desk_question(answer) for answer in seen]
    assert [question is not None for question in asked] == [False, False, False, True]
    last = asked[-1]
    assert last is not None
    assert "đến khám thế nào" in last.text.vi
    assert told_rate(seen[-1]) == "40 % – 80 %"


def test_where_nobody_may_try_it_out_there_is_the_address_alone(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "is_local", lambda: False)
    words = first_words(house)
    assert listening.url(house.settings) in words
    assert "Vào thử" not in words
