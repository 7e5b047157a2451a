"""The contract of the `Cards` port; each engine runs the whole of it."""

from __future__ import annotations

import csv
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.support import FIXTURES, MORNING, TODAY
from verification.basics.dates import PartialDate
from verification.card.facts import Facility, Office, Origin, Record, Status
from verification.card.periods import on_the_day
from verification.card.ports import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verification.card.ports import Cards


def numbers(records: Sequence[Record]) -> set[str | None]:
    """Return the card numbers of records."""
    return {record.card.ma_the for record in records}


def only(records: Sequence[Record]) -> Record:
    """Return the one period of a number."""
    (record,) = records
    return record


def test_a_card_comes_back_as_it_was_written(cards: Cards) -> None:
    record = only(cards.by_card("DT2040400000022"))
    assert (record.trang_thai, record.the_moi, record.as_of) == (Status.HIEU_LUC, None, TODAY)
    card = record.card
    assert (card.ma_so_bhxh, card.so_cccd, card.ho_ten) == (
        "0400000022",
        "004085000022",
        "Hoàng Giả Định",
    )
    assert (card.ngay_sinh, card.gioi_tinh, card.ma_dkbd) == (
        PartialDate(1985, 9, 4),
        "1",
        "04021",
    )
    assert (card.gt_the_tu, card.gt_the_den) == (date(2026, 1, 1), date(2026, 12, 31))
    assert (card.ma_kv, card.ngay_du_5_nam) == ("K1", date(2025, 1, 1))


def test_every_card_of_the_file_is_found_by_all_its_numbers(cards: Cards) -> None:
    with (FIXTURES / "cards.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert cards.status().cards == len(rows)
    for row in rows:
        record = only(cards.by_card(row["ma_the"]))
        assert record.card.ho_ten == row["ho_ten"]
        assert row["ma_the"] in numbers(cards.by_bhxh(row["ma_so_bhxh"]))
        if row["so_cccd"]:
            assert row["ma_the"] in numbers(cards.by_citizen(row["so_cccd"]))


@pytest.mark.parametrize(
    ("number", "iso"), [("XB4252500000211", "1958"), ("CS4797900000214", "1955-07")]
)
def test_a_birth_date_keeps_its_precision(cards: Cards, number: str, iso: str) -> None:
    record = only(cards.by_card(number))
    assert record.card.ngay_sinh is not None
    assert record.card.ngay_sinh.iso == iso


@pytest.mark.parametrize(
    ("number", "status", "the_moi"),
    [
        ("DN4797900000262", Status.THU_HOI, None),
        ("DN4797900000263", Status.BAO_GIAM, None),
        ("HT3797900000264", Status.TU_VONG, None),
        ("DN4797900000266", Status.THE_MOI, "HT3797900000266"),
    ],
)
def test_each_status_comes_back(
    cards: Cards, number: str, status: Status, the_moi: str | None
) -> None:
    record = only(cards.by_card(number))
    assert (record.trang_thai, record.the_moi) == (status, the_moi)


@pytest.mark.parametrize("number", ["", "DN4797900000999", "' OR 1=1 --", "%", "\0", "x" * 9_999])
def test_an_unknown_number_finds_nothing(cards: Cards, number: str) -> None:
    assert list(cards.by_card(number)) == []
    assert list(cards.refusals([number])) == []
    assert list(cards.by_bhxh(number)) == []
    assert list(cards.by_citizen(number)) == []
    assert cards.facility(number) is None
    assert cards.office(number) is None
    assert list(cards.by_name(number, PartialDate(1990)).records) == []


@pytest.mark.parametrize("name", ["Tạ Quý Kỵ Thử", "TA QUY KY THU", " tạ  quý kỵ thử"])
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (PartialDate(1958), True),
        (PartialDate(1958, 3), True),
        (PartialDate(1958, 3, 9), True),
        (PartialDate(1959), False),
    ],
)
def test_a_card_known_to_the_year_is_found_at_any_precision(
    cards: Cards, name: str, asked: PartialDate, found: bool
) -> None:
    assert bool(cards.by_name(name, asked).records) is found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (PartialDate(1985), True),
        (PartialDate(1985, 9), True),
        (PartialDate(1985, 9, 4), True),
        (PartialDate(1985, 8), False),
        (PartialDate(1985, 9, 5), False),
    ],
)
def test_a_card_known_to_the_day_is_found_by_year_or_month(
    cards: Cards, asked: PartialDate, found: bool
) -> None:
    assert bool(cards.by_name("hoang gia dinh", asked).records) is found


def test_a_facility_comes_back(cards: Cards) -> None:
    assert cards.facility("01C34") == Facility(
        "01C34",
        "BV Ngành Mẫu",
        "01",
        "co_ban",
        "50_70",
        "tw",
        loai_12=False,
        vi_do=21.01,
        kinh_do=105.85,
    )


def test_an_office_comes_back(cards: Cards) -> None:
    assert cards.office("001") == Office(
        "001", "BHXH Mẫu Hà Nội", "01", "1 Đường Mẫu, Phường Mẫu 1, Thành phố Hà Nội"
    )


def test_all_facilities_and_offices_come_in_the_order_of_their_codes(cards: Cards) -> None:
    facilities, offices = cards.facilities(), cards.offices()
    for codes, asked in (
        ([one.ma_cskcb for one in facilities], "facilities"),
        ([one.ma_co_quan for one in offices], "offices"),
    ):
        with (FIXTURES / f"{asked}.csv").open(encoding="utf-8", newline="") as lines:
            assert codes == sorted(row[0] for row in list(csv.reader(lines))[1:])
    assert all(cards.facility(one.ma_cskcb) == one for one in facilities)
    assert all(cards.office(one.ma_co_quan) == one for one in offices)


def test_the_status_says_when_and_whether_demo(cards: Cards) -> None:
    status = cards.status()
    assert (status.as_of, status.demo) == (MORNING, True)


def test_many_threads_read_at_once(cards: Cards) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: only(cards.by_card("DT2040400000022")), range(64)))
    assert len(set(found)) == 1


@pytest.mark.parametrize(
    ("name", "born", "number"),
    [
        ("ngô mĩ huệ thử", PartialDate(1993), "TN4484800000213"),
        ("Ngo My Hue Thu", PartialDate(1993, 9, 19), "TN4484800000213"),
        ("Tạ Quí Kị Thử", PartialDate(1958), "XB4252500000211"),
        ("Mạc Văn Tỉ Mẫu", PartialDate(1955), "CS4797900000214"),
        ("Ðỗ Ðức Nghĩa Mẫu", PartialDate(1972), "HC4010100000207"),
        ("NguyễnThị  Mẫu", PartialDate(1994), "DN4797900000011"),
        ("Nguyá»…n Thá»‹ Máº«u", PartialDate(1994), "DN4797900000011"),
        ("NguyÔn ThÞ MÉu", PartialDate(1994), "DN4797900000011"),
        ("Nguyeãn Thò Maãu", PartialDate(1994), "DN4797900000011"),
        ("Nguyễn-Thị-Mẫu", PartialDate(1994), "DN4797900000011"),
    ],
)
def test_a_name_is_found_however_it_is_spelled(
    cards: Cards, name: str, born: PartialDate, number: str
) -> None:
    assert number in numbers(cards.by_name(name, born).records)


@pytest.mark.parametrize("name", ["", "???", "-", "\ufffd", "Ngô Mai Huệ Thử"])
def test_what_names_nobody_finds_nobody(cards: Cards, name: str) -> None:
    assert list(cards.by_name(name, PartialDate(1994)).records) == []


# ---- parts of a name


def all_cards() -> list[dict[str, str]]:
    """Return the rows of the fixtures."""
    with (FIXTURES / "cards.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_every_card_is_found_by_each_word_of_its_holders_name_and_by_all_backwards(
    cards: Cards,
) -> None:
    for row in all_cards():
        words = row["ho_ten"].split()
        for asked in (*words, " ".join(reversed(words)), row["ho_ten"]):
            found = cards.by_name(asked, most=1_000)
            assert row["ma_the"] in numbers(found.records), (asked, row["ho_ten"])
            assert not found.more


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("Mẫu Nguyễn", "DN4797900000011"),
        ("thi mau", "DN4797900000011"),
        ("MẪU, Nguyễn Thị", "DN4797900000011"),
        ("Mẫu-Thị", "DN4797900000011"),
        ("  mau   nguyen ", "DN4797900000011"),
        ("Ma\u0302\u0303u Nguye\u0302\u0303n", "DN4797900000011"),
        ("NguyễnThị  Mẫu", "DN4797900000011"),
        ("thi mau nguyen thi mau", "DN4797900000011"),
        ("Máº«u Nguyá»…n", "DN4797900000011"),
        ("MÉu NguyÔn", "DN4797900000011"),
        ("Huệ Mĩ", "TN4484800000213"),
        ("Kị Quí", "XB4252500000211"),
        ("nghĩa đức Ðỗ", "HC4010100000207"),
        ("Ɖỗ Nghĩa", "HC4010100000207"),
    ],
)
def test_words_of_a_name_find_it_in_any_order_and_spelling(
    cards: Cards, asked: str, number: str
) -> None:
    assert number in numbers(cards.by_name(asked, most=1_000).records)


@pytest.mark.parametrize(
    ("asked", "born", "found"),
    [
        ("mẫu thị", PartialDate(1994, 3, 5), True),
        ("mẫu thị", PartialDate(1994, 3), True),
        ("mẫu thị", PartialDate(1994), True),
        ("mẫu thị", PartialDate(1993), False),
        ("mẫu thị", PartialDate(1994, 3, 6), False),
        ("mẫu thị hoa", PartialDate(1994), False),
    ],
)
def test_words_of_a_name_are_found_by_birth_date_at_any_precision(
    cards: Cards, asked: str, born: PartialDate, found: bool
) -> None:
    assert ("DN4797900000011" in numbers(cards.by_name(asked, born).records)) is found


@pytest.mark.parametrize(
    "asked",
    [
        "",
        " ",
        "???",
        "'",
        "Mẫ Nguyễ",
        "guyễn",
        "Mẫu Không Có",
        "MẪU OR THỬ",
        '"',
        "*",
        "mau* nguy*",
        "NOT",
        "a" * 9_999,
    ],
)
def test_what_is_no_word_of_any_name_finds_nobody(cards: Cards, asked: str) -> None:
    found = cards.by_name(asked)
    assert (list(found.records), found.more) == ([], False)


def test_of_many_who_bear_a_name_so_many_come_and_it_is_told_that_there_are_more(
    cards: Cards,
) -> None:
    for asked in ("Mẫu", "Nguyễn Thị Mẫu"):
        everybody = numbers(cards.by_name(asked, most=1_000).records)
        for most in range(1, len(everybody) + 2):
            found = cards.by_name(asked, most=most)
            assert len(numbers(found.records)) == min(most, len(everybody))
            assert numbers(found.records) <= everybody
            assert found.more is (most < len(everybody))


def test_beside_who_bears_exactly_the_name_on_that_day_nobody_else_comes(cards: Cards) -> None:
    born, other = PartialDate(1994, 3, 5), "DN4797900000276"  # Nguyễn Thị Ảnh Mẫu
    assert other not in numbers(cards.by_name("nguyen thi mau", born).records)
    for asked in ("nguyen thi mau", "mau nguyen"):
        assert other in numbers(cards.by_name(asked, PartialDate(1994)).records)
    assert other in numbers(cards.by_name("mau nguyen", born).records)


def test_who_bears_exactly_the_name_comes_before_whose_name_holds_it(cards: Cards) -> None:
    names = [r.card.ho_ten for r in cards.by_name("Nguyễn Thị Mẫu", most=1_000).records]
    exact = [(name or "").casefold() == "nguyễn thị mẫu" for name in names]
    assert exact == sorted(exact, reverse=True)
    assert sum(exact) > 0


# ---- several periods of one number


def told(records: Sequence[Record]) -> list[tuple[str, str, str, str, str]]:
    """Return begin, end, status, whose and of which day, in order."""
    return sorted(
        (
            str(r.card.gt_the_tu),
            str(r.card.gt_the_den),
            r.trang_thai.value,
            r.origin.value,
            r.as_of.isoformat(),
        )
        for r in records
    )


def test_all_periods_of_a_number_come_back_by_each_of_its_numbers(periods: Cards) -> None:
    expected = [
        ("2025-01-01", "2025-12-31", "hieu_luc", "hospital", "2026-11-10"),
        ("2026-01-01", "2026-06-30", "bao_giam", "bhxh", "2026-11-20"),
        ("2026-01-01", "2026-12-31", "hieu_luc", "hospital", "2026-11-21"),
    ]
    assert told(periods.by_card("DN4797900000501")) == expected
    assert told(periods.by_bhxh("7900000501")) == expected
    assert told(periods.by_citizen("079090000501")) == expected


def test_all_periods_of_a_number_come_back_by_a_name(periods: Cards) -> None:
    found = periods.by_name("mẫu", most=1)
    assert (len(found.records), found.more) == (3, False)
    assert told(found.records) == told(periods.by_card("DN4797900000501"))
    (ten,) = {record.number for record in periods.by_name("Khác").records}
    assert ten == "7900000502"
    assert periods.by_name("người", most=1).more


def test_a_status_of_the_number_stands_at_each_of_its_periods(periods: Cards) -> None:
    assert [status for _, _, status, _, _ in told(periods.by_bhxh("7900000502"))] == [
        "tam_khoa",
        "tam_khoa",
    ]


def test_both_engines_find_the_same_period_of_the_day(periods: Cards) -> None:
    (record,) = on_the_day(periods.by_card("DN4797900000501"), TODAY)
    assert told([record]) == [("2026-01-01", "2026-06-30", "bao_giam", "bhxh", "2026-11-20")]
    assert len(record.others) == 2


def test_a_refused_row_is_known_by_its_number(periods: Cards) -> None:
    (refusal,) = periods.refusals(["7900000501", "DN4797900000501"])
    assert (refusal.number, refusal.as_of) == ("DN4797900000501", date(2026, 11, 20))
    assert refusal.origin is Origin.BHXH
    assert list(periods.refusals(["DN4797900000502"])) == []
    assert list(periods.refusals([])) == []


def test_a_number_of_several_periods_is_one_card(periods: Cards) -> None:
    assert periods.status().cards == 2


def test_what_is_held_is_told_by_who_made_the_lists(cards: Cards) -> None:
    with (FIXTURES / "cards.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [*cards.sources()] == [Source(Origin.BHXH, len(rows), len(rows), TODAY, 0)]


def test_periods_and_refused_numbers_of_each_maker_are_counted(periods: Cards) -> None:
    assert [*periods.sources()] == [
        Source(Origin.BHXH, 1, 1, date(2026, 11, 20), 1),
        Source(Origin.HOSPITAL, 2, 4, date(2026, 11, 21), 0),
    ]
