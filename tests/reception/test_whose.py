"""Whose a number is: found as the desk finds, logged, whole numbers only by a second look."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.support import DESK
from verification.basics.errors import Forbidden, RequestError
from verification.card.numbers import NumberKind
from verification.log.events import EventKind
from verification.log.visit_events import Viewed
from verification.reception.whose import whole_numbers, whose
from verification.rights import Actor, Role

if TYPE_CHECKING:
    from verification.kiosk import Kiosk

CARD, BHXH, CITIZEN = "DN4797900000011", "7900000011", "079194000011"
NAME = "Nguyễn Thị Mẫu"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def looks(kiosk: Kiosk) -> list[tuple[object, ...]]:
    found = kiosk.written.events([EventKind.VIEWED], LONG_AGO)
    said = [Viewed.of(event.codes) for event in found]
    return [(one.what, one.rows, len(one.persons or ())) for one in said]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (CARD, NumberKind.CARD15),
        ("dn 4 79 790 000 0011", NumberKind.CARD15),
        (BHXH, NumberKind.BHXH10),
        (CITIZEN, NumberKind.CCCD12),
        (f"{NAME} 05/03/1994", None),
        ("mau thi nguyen 1994", None),
    ],
)
def test_somebody_is_found_by_each_number_and_by_name_and_birth(
    kiosk: Kiosk, text: str, kind: NumberKind | None
) -> None:
    found = whose(DESK, kiosk, text)
    assert found.kind is kind
    assert BHXH in [record.card.ma_so_bhxh for record in found.named.records]
    assert found.ma_so_bhxh == (BHXH if kind is NumberKind.CARD15 else None)
    (look,) = looks(kiosk)
    assert look == ("search", len(found.named.records), len(found.named.records))


def test_a_card_nobody_knows_still_says_the_bhxh_number_that_it_ends_with(kiosk: Kiosk) -> None:
    found = whose(DESK, kiosk, "GD4797999999999")
    assert (found.named.records, found.ma_so_bhxh) == ([], "7999999999")
    assert looks(kiosk) == [("search", 0, 0)]


def test_a_number_of_before_2017_is_told_as_such_and_gives_no_bhxh_number(kiosk: Kiosk) -> None:
    found = whose(DESK, kiosk, "DN479AB00000011")
    assert (found.kind, found.ma_so_bhxh) == (NumberKind.LEGACY, None)


def test_whole_numbers_are_a_look_of_their_own_at_one_person(kiosk: Kiosk) -> None:
    card = whole_numbers(DESK, kiosk, NAME, lambda card: card.ma_so_bhxh == BHXH)
    assert (card.ma_the, card.so_cccd) == (CARD, CITIZEN)
    assert looks(kiosk) == [("number", 1, 1)]


def test_who_is_not_found_any_more_is_not_shown_and_nothing_is_logged(kiosk: Kiosk) -> None:
    with pytest.raises(RequestError, match="tìm lại"):
        whole_numbers(DESK, kiosk, NAME, lambda card: False)
    assert looks(kiosk) == []


def test_what_is_neither_number_nor_name_is_refused_in_words_and_not_logged(kiosk: Kiosk) -> None:
    with pytest.raises(RequestError, match="Viết họ tên"):
        whose(DESK, kiosk, "79000000")
    assert looks(kiosk) == []


def test_an_administrator_sees_nobody(kiosk: Kiosk) -> None:
    manager = Actor("qt.qt", frozenset({Role.ADMINISTRATOR}), "1")
    with pytest.raises(Forbidden):
        whose(manager, kiosk, CARD)
    with pytest.raises(Forbidden):
        whole_numbers(manager, kiosk, CARD, lambda card: True)
    assert looks(kiosk) == []
