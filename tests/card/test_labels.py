"""Numbers as they are pasted: from a message, a letter, a table."""

from __future__ import annotations

import unicodedata

import pytest

from tests.support import TODAY, each
from verification.card.presented import Kind, read

CARD, PERSON, CITIZEN = "DN4797900000201", "7900000271", "079194000011"


@each(
    ("text", "number"),
    [
        ("BHYT: DN4797900000201", CARD),
        ("BHYT DN4797900000201", CARD),
        ("Số thẻ BHYT: DN 4 79 790 000 0201", CARD),
        ("so the bhyt dn4.79.790.000.0201", CARD),
        ("mã thẻ dn-4-79-7900000201", CARD),
        ("Mã thẻ bảo hiểm y tế: DN4797900000201;", CARD),
        (" DN4797900000201\t\r\n", CARD),
        ("\u200bDN4\u00a079\u20137900000201", CARD),
        ("ＤＮ４７９７９０００００２０１", CARD),
        ("Mã số BHXH: 790 000 0271", PERSON),
        ("BHXH 7900000271", PERSON),
        ("Số: 7900000271", PERSON),
        ("790.000.0271", PERSON),
        ("CCCD: 079194000011", CITIZEN),
        ("Số CCCD/ĐDCN: 079 194 000 011", CITIZEN),
        ("Số định danh cá nhân: 079194000011", CITIZEN),
        ("căn cước công dân 079-194-000-011", CITIZEN),
    ],
)
def test_a_number_is_read_with_what_stands_around_it(text: str, number: str) -> None:
    for form in ("NFC", "NFD"):
        card = read(unicodedata.normalize(form, text).encode(), TODAY).card
        assert card is not None
        assert number in {card.ma_the, card.ma_so_bhxh, card.so_cccd}


@pytest.mark.parametrize(
    "text", ["BHYT: DN8797900000201", "Số thẻ DN4797900000O01", "Mã thẻ: DN47979"]
)
def test_a_wrong_number_behind_a_label_is_told_as_one(text: str) -> None:
    reading = read(text.encode(), TODAY)
    assert reading.card is None
    assert reading.findings[0].reason == "bad_number"


@pytest.mark.parametrize(
    "text", ["BHYT", "https://bhyt.vn/DN4797900000201", "Số nhà 12", "thẻ", "mã: abc"]
)
def test_a_label_makes_no_number_of_what_is_none(text: str) -> None:
    reading = read(text.encode(), TODAY)
    assert reading.card is None
    assert reading.kind in {Kind.FOREIGN, Kind.BHXH_NUMBER, Kind.BHYT_NUMBER}
