"""What one list may remove or leave refused, and what is only tried: shares, changes, previews."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from tests.support import MORNING
from verification.adapters.imports.changes import Change, ChangeKind
from verification.adapters.imports.importing import (
    IMPORTABLE,
    FromWhom,
    How,
    ImportReport,
    import_file,
)
from verification.adapters.imports.shares import Share, ShareExceeded
from verification.adapters.store.sqlite.card_folder import digest_of, newest_file
from verification.adapters.store.sqlite.cards import SqliteCards
from verification.card.facts import Origin

if TYPE_CHECKING:
    from pathlib import Path

HEADING = "ma_the,ma_so_bhxh,so_cccd,ho_ten,ngay_sinh,gt_the_tu,gt_the_den,trang_thai"
TEN = [f"DN47979000006{at}" for at in range(10, 20)]


class House:
    """A card store that lists are imported into."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "cards"
        self._source = folder / "list.csv"

    def take(  # what a test varies
        self,
        *rows: str,
        kind: str = "cards",
        heading: str = HEADING,
        how: How = How(),  # noqa: B008  # frozen
        on: int = 21,
        origin: Origin = Origin.HOSPITAL,
    ) -> ImportReport:
        self._source.write_text("\n".join([heading, *rows, ""]), encoding="utf-8")
        whose = FromWhom(origin, date(2026, 11, on))
        source = self._source
        return import_file(self.folder, IMPORTABLE[kind], source, MORNING, how, whose=whose)

    def mark(self) -> tuple[list[str], str | None]:
        """Return what lies in the folder, and the digest of what is in use."""
        newest = newest_file(self.folder)
        names = sorted(path.name for path in self.folder.glob("cards-*"))
        return names, digest_of(newest) if newest else None

    def names(self, *numbers: str) -> list[str | None]:
        with closing(SqliteCards(self.folder)) as cards:
            return [found[0].card.ho_ten for n in numbers if (found := cards.by_card(n))]

    def refused(self, *numbers: str) -> list[str]:
        with closing(SqliteCards(self.folder)) as cards:
            return sorted(one.number for one in cards.refusals(numbers))

    def status(self, number: str) -> str:
        with closing(SqliteCards(self.folder)) as cards:
            return cards.by_card(number)[0].trang_thai.value


def row(number: str, **cells: str) -> str:
    given = {"ma_the": number, "ho_ten": "Người Mẫu", "gt_the_tu": "2026-01-01", **cells}
    return ",".join(given.get(name, "") for name in HEADING.split(","))


def bad(number: str) -> str:
    return row(number, gt_the_den="2026-02-31")


ROWS = [row(number) for number in TEN]
PLACES = [f"7901{at},Nơi {at},co_ban,1" for at in range(10)]
OFFICES = [f"0790{at},Cơ quan {at},79" for at in range(10)]
KINDS = {
    "cards": (ROWS, HEADING),
    "facilities": (PLACES, "ma_cskcb,ten,cap,loai_12"),
    "offices": (OFFICES, "ma_co_quan,ten,ma_tinh"),
}


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Return a store with ten of each kind."""
    found = House(tmp_path)
    for kind, (rows, heading) in KINDS.items():
        found.take(*rows, kind=kind, heading=heading, on=20)
    return found


# ---- how much may be removed


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("left", "how", "removed"),
    [
        (8, How(replace=True), 2),
        (7, How(replace=True), None),
        (1, How(replace=True), None),
        (7, How(replace=True, remove_any=True), 3),
        (7, How(replace=True, reject_any=True), None),
        (9, How(replace=True, remove_share=Fraction(0)), None),
        (10, How(replace=True, remove_share=Fraction(0)), 0),
        (1, How(replace=True, remove_share=Fraction(1)), 9),
        (1, How(), 0),
    ],
)
def test_a_list_removes_no_more_than_its_share(
    house: House, kind: str, left: int, how: How, removed: int | None
) -> None:
    rows, heading = KINDS[kind]
    before = house.mark()
    if removed is None:
        with pytest.raises(ShareExceeded) as told:
            house.take(*rows[:left], kind=kind, heading=heading, how=how)
        assert house.mark() == before
        [stop] = told.value.stops
        assert (stop.share, stop.count, stop.of) == (Share.REMOVED, 10 - left, 10)
        for words in (f"{10 - left}", "10", f"{10 * (10 - left)} %", "--remove-any"):
            assert words in told.value.vi
            assert words in told.value.en
        return
    report = house.take(*rows[:left], kind=kind, heading=heading, how=how)
    assert report.removed == removed
    assert report.changes.counts.get(ChangeKind.REMOVED, 0) == removed


def test_the_share_is_one_of_what_the_list_could_remove(house: House) -> None:
    insurers = [f"DN47979000007{at}" for at in range(10, 60)]
    whose = Origin.BHXH
    house.take(*map(row, insurers), origin=whose, on=20)
    with pytest.raises(ShareExceeded) as told:  # three of the hospital's ten, not of sixty
        house.take(*ROWS[:7], how=How(replace=True))
    assert told.value.stops[0].of == 10
    with pytest.raises(ShareExceeded) as told:
        house.take(*map(row, insurers[:40]), how=How(replace=True), origin=whose)
    assert (told.value.stops[0].count, told.value.stops[0].of) == (20, 60)


def test_an_older_list_removes_nobody_who_was_heard_of_later(house: House) -> None:
    report = house.take(ROWS[0], how=How(replace=True), on=19)
    assert (report.removed, house.names(*TEN)) == (0, ["Người Mẫu"] * 10)


def test_a_list_does_not_remove_what_stands_beside_a_more_trusted_row(house: House) -> None:
    house.take(row(TEN[0]), origin=Origin.BHXH, on=20)
    house.take(row(TEN[0], trang_thai="bao_giam"), on=20)
    report = house.take(*ROWS[1:], how=How(replace=True))
    assert report.removed == 0
    with closing(SqliteCards(house.folder)) as cards:
        assert len(cards.by_card(TEN[0])) == 2


def test_a_removed_card_comes_back_with_what_was_said_of_its_number(house: House) -> None:
    house.take(row(TEN[0], trang_thai="thu_hoi"))
    assert house.take(*ROWS[1:], how=How(replace=True)).removed == 1
    report = house.take(ROWS[0], on=22)
    assert (report.added, report.lifted, house.status(TEN[0])) == (1, 0, "thu_hoi")
    assert house.take(row(TEN[0], trang_thai="hieu_luc"), on=22).lifted == 1
    assert house.status(TEN[0]) == "hieu_luc"


def test_a_list_whose_rows_are_all_bad_removes_nobody(house: House) -> None:
    report = house.take("DN8,x,,,,,,", how=How(replace=True))
    assert (report.removed, report.rejected) == (0, 1)


# ---- how many rows of known numbers may be refused


@pytest.mark.parametrize(
    ("rows", "how", "stops"),
    [
        ([*map(bad, TEN[:2]), *ROWS[2:]], How(), None),
        ([*map(bad, TEN[:3]), *ROWS[3:]], How(), (3, 10)),
        ([*map(bad, TEN[:3]), *ROWS[3:]], How(delta=True), (3, 10)),
        ([*map(bad, TEN[:3]), *ROWS[3:]], How(remove_any=True), (3, 10)),
        ([*map(bad, TEN[:3]), *ROWS[3:]], How(reject_any=True), None),
        ([*map(bad, TEN[:3]), *ROWS[3:]], How(reject_share=Fraction(3, 10)), None),
        ([bad(TEN[0]), *ROWS[1:]], How(reject_share=Fraction(0)), (1, 10)),
        ([bad(TEN[0])], How(), (1, 1)),
        # rows of numbers that are not known count for nothing
        ([bad("DN4797900000901"), bad("DN4797900000902"), ROWS[0]], How(), None),
        ([bad(TEN[0]), *(row(f"DN47979000009{at}") for at in range(10, 30))], How(), (1, 1)),
        # torn, by another number of its own, contradicting itself
        ([f"{ROWS[0]},x", *ROWS[1:4]], How(), (1, 4)),
        ([f",{TEN[0][-10:]},,Mẫu,,,,", *ROWS[1:4]], How(), (1, 4)),
        ([ROWS[0], row(TEN[0], ho_ten="Người Khác"), *ROWS[1:3]], How(), (1, 4)),
        ([ROWS[0], ROWS[0], *ROWS[1:3]], How(), None),  # the same row twice says nothing new
        # an open quotation mark is one row and swallows many
        ([*ROWS[:5], f'"{ROWS[5]}', *ROWS[6:]], How(), (5, 10)),
    ],
)
def test_a_list_of_which_too_many_known_rows_are_refused_changes_nothing(
    house: House, rows: list[str], how: How, stops: tuple[int, int] | None
) -> None:
    before = house.mark()
    if stops is None:
        assert house.take(*rows, how=how).stopped == ()
        return
    with pytest.raises(ShareExceeded) as told:
        house.take(*rows, how=how)
    [stop] = told.value.stops
    assert (stop.share, stop.count, stop.of) == (Share.REFUSED, *stops)
    assert "--reject-any" in told.value.vi
    assert house.mark() == before
    assert house.refused(*TEN) == []  # nobody is marked by a list that was not taken


@pytest.mark.parametrize("kind", ["facilities", "offices"])
def test_so_it_is_for_facilities_and_offices(house: House, kind: str) -> None:
    rows, heading = KINDS[kind]
    wrong = [",".join([line.split(",")[0], "", *line.split(",")[2:]]) for line in rows[:3]]
    with pytest.raises(ShareExceeded) as told:
        house.take(*wrong, *rows[3:], kind=kind, heading=heading)
    assert (told.value.stops[0].count, told.value.stops[0].of) == (3, 10)
    assert house.take(*wrong[:2], *rows[2:], kind=kind, heading=heading).rejected == 2
    how = How(reject_any=True, replace=True)
    report = house.take(*wrong, *rows[3:], kind=kind, heading=heading, how=how)
    assert (report.rejected, report.removed) == (3, 0)  # a row that it has badly stays as it was


def test_both_shares_are_told_at_once(house: House) -> None:
    with pytest.raises(ShareExceeded) as told:
        house.take(*map(bad, TEN[:2]), *ROWS[2:4], how=How(replace=True))
    assert [stop.share for stop in told.value.stops] == [Share.REMOVED, Share.REFUSED]


def test_a_first_list_is_not_stopped_however_bad_it_is(tmp_path: Path) -> None:
    report = House(tmp_path).take(*map(bad, TEN[:9]), row(TEN[0]), ROWS[9])
    assert (report.added, report.rejected) == (2, 9)


# ---- what a preview tells, and leaves alone


@pytest.mark.parametrize("how", [How(), How(replace=True), How(delta=True)])
def test_a_preview_tells_what_the_import_would_and_changes_nothing(house: House, how: How) -> None:
    rows = [row(TEN[0], trang_thai="thu_hoi"), bad(TEN[1]), *ROWS[2:9], row("DN4797900000901")]
    before = house.mark()
    tried = house.take(*rows, how=How(replace=how.replace, delta=how.delta, preview=True))
    assert (house.mark(), house.refused(*TEN)) == (before, [])
    done = house.take(*rows, how=how)
    assert vars(tried) | {"seconds": 0} == vars(done) | {"seconds": 0}
    assert house.refused(*TEN) == [TEN[1]]


def test_a_preview_of_a_list_that_would_be_stopped_says_so(house: House) -> None:
    tried = house.take(*map(bad, TEN[:2]), *ROWS[2:4], how=How(replace=True, preview=True))
    assert [stop.share for stop in tried.stopped] == [Share.REMOVED, Share.REFUSED]
    assert (tried.removed, tried.rejected) == (6, 2)


def test_a_preview_of_bad_rows_alone_marks_nobody(house: House) -> None:
    before = house.mark()
    house.take(bad(TEN[0]), how=How(preview=True, reject_any=True))
    assert (house.mark(), house.refused(TEN[0])) == (before, [])


# ---- what changes


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        ({"trang_thai": "thu_hoi"}, {"trang_thai": "hieu_luc"}, {"lifted": ("thu_hoi", None)}),
        ({"trang_thai": "thu_hoi"}, {}, {}),
        ({"trang_thai": "thu_hoi"}, {"trang_thai": "tu_vong"}, {"bad": ("thu_hoi", "tu_vong")}),
        ({"trang_thai": "bao_giam"}, {"trang_thai": "hieu_luc"},
         {"lifted": ("bao_giam", "hieu_luc")}),
        ({"trang_thai": "bao_giam"}, {}, {}),
        ({"trang_thai": "bao_giam"}, {"trang_thai": "-"}, {}),
        ({"trang_thai": f"the_moi:{TEN[1]}"}, {"trang_thai": "hieu_luc"},
         {"lifted": (f"the_moi:{TEN[1]}", "hieu_luc")}),
        ({}, {"trang_thai": "bao_giam"}, {"bad": (None, "bao_giam")}),
        ({}, {"trang_thai": "tam_khoa"}, {"bad": (None, "tam_khoa")}),
        ({"gt_the_den": "2026-12-31"}, {"gt_the_den": "2026-06-30"},
         {"ends_sooner": ("2026-12-31", "2026-06-30")}),
        ({"gt_the_den": "2026-06-30"}, {"gt_the_den": "2026-12-31"},
         {"ends_later": ("2026-06-30", "2026-12-31")}),
        ({}, {"gt_the_den": "2026-12-31"}, {"ends_sooner": ("-", "2026-12-31")}),
        ({"gt_the_den": "2026-12-31"}, {"gt_the_den": "-"}, {"lifted": ("2026-12-31", "-")}),
        ({"gt_the_den": "2026-12-31"}, {}, {}),
        ({}, {"ho_ten": "Người Khác"}, {"person": ("ho_ten •", "ho_ten khac")}),
        ({}, {"ngay_sinh": "1990"}, {"other": ("ngay_sinh -", "ngay_sinh •")}),
        ({"ngay_sinh": "1990"}, {}, {}),
        ({"ngay_sinh": "1990"}, {"ngay_sinh": "1991"},
         {"person": ("ngay_sinh •", "ngay_sinh khac")}),
        ({}, {"gt_the_tu": "2027-01-01"},
         {"period": ("2026-01-01 – -", "2027-01-01 – -")}),
        ({"gt_the_den": "2026-12-31", "ho_ten": "A"},
         {"gt_the_den": "2027-01-31", "ho_ten": "B", "trang_thai": "bao_giam"},
         {"bad": (None, "bao_giam"), "ends_later": ("2026-12-31", "2027-01-31"),
          "person": ("ho_ten •", "ho_ten khac")}),
    ],
)  # fmt: skip
def test_each_kind_of_change_is_counted_and_shown(
    house: House,
    before: dict[str, str],
    now: dict[str, str],
    found: dict[str, tuple[str | None, str | None]],
) -> None:
    house.take(row(TEN[0], **before))
    report = house.take(row(TEN[0], **now), on=22)
    assert dict(report.changes.counts) == dict.fromkeys(map(ChangeKind, found), 1)
    assert report.changes.examples == {
        ChangeKind(kind): (Change(TEN[0], *told),) for kind, told in found.items()
    }
    assert report.lifted == report.changes.counts.get(ChangeKind.LIFTED, 0)


def test_new_numbers_are_counted_and_ten_of_them_shown(tmp_path: Path) -> None:
    many = [row(f"DN47979000009{at}") for at in range(10, 40)]
    report = House(tmp_path).take(*many, row(TEN[0], trang_thai="thu_hoi"))
    assert dict(report.changes.counts) == {ChangeKind.ADDED: 31, ChangeKind.BAD: 1}
    assert len(report.changes.examples[ChangeKind.ADDED]) == 10
    assert report.changes.examples[ChangeKind.ADDED][0] == Change(
        "DN4797900000910", None, "2026-01-01 – -"
    )


def test_no_example_holds_anything_of_a_person(house: House) -> None:
    """Who imports lists need not see patients."""
    facts = {
        "ho_ten": ("Người Kín", "Người Khuất"), "ngay_sinh": ("1991-02-03", "1992-03-04"),
        "gioi_tinh": ("nam", "nu"), "so_cccd": ("079091000001", "079092000002"),
        "dia_chi": ("12 Đường Kín", "13 Đường Khuất"),
    }  # fmt: skip
    names = [*dict.fromkeys((*HEADING.split(","), *facts))]
    heading = ",".join(names)
    some = [{name: told[at] for name, told in facts.items()} for at in (0, 1, 0)]
    begins = ("2026-01-01", "2026-01-01", "2026-01-01", "2027-01-01")
    lines = []
    for begin, cells in zip(begins, ({"ho_ten": "Người Kín"}, *some), strict=True):
        given = {"ma_the": "DN4797900000999", "gt_the_tu": begin, **cells}
        lines.append(",".join(given.get(name, "") for name in names))
    reports = [house.take(line, heading=heading, on=on) for on, line in enumerate(lines, 18)]
    reports.append(house.take(row(TEN[0]), how=How(replace=True, remove_any=True), on=22))
    examples = [one.changes.examples for one in reports]
    kinds = {kind for found in examples for kind in found}
    assert kinds >= {*ChangeKind} - {
        ChangeKind.LIFTED, ChangeKind.BAD, ChangeKind.ENDS_SOONER, ChangeKind.ENDS_LATER
    }  # fmt: skip
    told = repr(examples)
    assert not [value for values in facts.values() for value in values if f" {value}" in told]
    assert not [one for one in ("Người", "Đường") if one in told]


def test_changes_of_facilities_are_told_too(house: House) -> None:
    heading = KINDS["facilities"][1]
    rows = [PLACES[0].replace("co_ban", "chuyen_sau"), *PLACES[1:9], "79999,Mới,,"]
    report = house.take(*rows, kind="facilities", heading=heading, how=How(replace=True))
    assert {kind.value: count for kind, count in report.changes.counts.items()} == {
        "removed": 1,
        "other": 1,
        "added": 1,
    }
    assert report.changes.examples[ChangeKind.OTHER] == (
        Change("79010", "cap co_ban", "cap chuyen_sau"),
    )


# ---- what a row says nothing of


@pytest.mark.parametrize("line", ["79010,Nơi khác,,", "79010,Nơi khác"])
def test_a_facility_keeps_what_its_row_says_nothing_of(house: House, line: str) -> None:
    heading = ",".join(KINDS["facilities"][1].split(",")[: line.count(",") + 1])
    house.take(line, kind="facilities", heading=heading)
    with closing(SqliteCards(house.folder)) as cards:
        found = cards.facility("79010")
    assert found
    assert (found.ten, found.cap, found.loai_12, found.ma_tinh) == (
        "Nơi khác",
        "co_ban",
        True,
        "79",
    )


def test_a_dash_says_that_a_facility_has_none(house: House) -> None:
    house.take("79010,Nơi khác,-,-", kind="facilities", heading=KINDS["facilities"][1])
    with closing(SqliteCards(house.folder)) as cards:
        found = cards.facility("79010")
    assert found
    assert (found.cap, found.loai_12) == (None, False)


@pytest.mark.parametrize("order", [1, -1])
def test_what_rows_say_nothing_of_does_not_depend_on_their_order(house: House, order: int) -> None:
    house.take(row(TEN[0], so_cccd="079090000610", gt_the_den="2026-12-31"))
    rows = [row(TEN[0]), row(TEN[0], gt_the_tu="2027-01-01")]
    house.take(*rows[::order], on=22)
    with closing(SqliteCards(house.folder)) as cards:
        found = cards.by_card(TEN[0])
    assert [one.card.so_cccd for one in found] == ["079090000610"] * 2


@pytest.mark.parametrize(
    ("before", "now", "kept"),
    [
        # an end without a begin is of the period that had begun by then, bad as it is
        ({"gt_the_den": "2026-12-31", "trang_thai": "bao_giam"},
         {"gt_the_tu": "", "gt_the_den": "2027-12-31"},
         [("2026-01-01", "2027-12-31", "bao_giam")]),
        # one that begins no later and reaches into it is it, for all that is known
        ({"gt_the_den": "2026-12-31", "trang_thai": "bao_giam"},
         {"gt_the_tu": "2025-06-01"},
         [("2025-06-01", "2026-12-31", "bao_giam"), ("2026-01-01", "2026-12-31", "bao_giam")]),
        ({"gt_the_tu": "", "trang_thai": "bao_giam"}, {},
         [(None, None, "bao_giam"), ("2026-01-01", None, "bao_giam")]),
        # one that begins later is another: the person was registered anew
        ({"gt_the_den": "2026-12-31", "trang_thai": "bao_giam"},
         {"gt_the_tu": "2026-07-01", "gt_the_den": "2027-06-30"},
         [("2026-01-01", "2026-12-31", "bao_giam"), ("2026-07-01", "2027-06-30", "hieu_luc")]),
        # an end that is not given is that of the period which it begins in
        ({"gt_the_tu": "2025-01-01", "gt_the_den": "2025-12-31"}, {"gt_the_tu": "2025-03-01"},
         [("2025-01-01", "2025-12-31", "hieu_luc"), ("2025-03-01", "2025-12-31", "hieu_luc")]),
        ({"gt_the_tu": "2025-01-01", "gt_the_den": "2025-12-31"}, {"gt_the_tu": "2024-03-01"},
         [("2024-03-01", "2025-12-31", "hieu_luc"), ("2025-01-01", "2025-12-31", "hieu_luc")]),
        ({"gt_the_tu": "2025-01-01", "gt_the_den": "2025-12-31"}, {},
         [("2025-01-01", "2025-12-31", "hieu_luc"), ("2026-01-01", None, "hieu_luc")]),
    ],
)  # fmt: skip
def test_a_row_without_status_or_end_never_makes_a_bad_period_good(
    tmp_path: Path, before: dict[str, str], now: dict[str, str], kept: list[tuple[str, str, str]]
) -> None:
    house = House(tmp_path)
    house.take(row(TEN[0], **before), on=20)
    house.take(row(TEN[0], **now))
    with closing(SqliteCards(house.folder)) as cards:
        found = cards.by_card(TEN[0])
    shown = [
        (_iso(one.card.gt_the_tu), _iso(one.card.gt_the_den), one.trang_thai.value) for one in found
    ]
    assert sorted(shown, key=str) == sorted(kept, key=str)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def test_of_two_rows_that_contradict_each_other_the_bad_status_stays(tmp_path: Path) -> None:
    for at, order in enumerate((1, -1)):
        (tmp_path / str(at)).mkdir()
        house = House(tmp_path / str(at))
        rows = [row(TEN[0], trang_thai=word) for word in ("hieu_luc", "bao_giam")]
        house.take(*rows[::order], on=20)
        house.take(row(TEN[0]))
        assert house.status(TEN[0]) == "bao_giam"


# ---- a list of changes


def test_a_list_of_changes_writes_only_what_it_changes(house: House) -> None:
    report = house.take(*ROWS[:8], row(TEN[8], ho_ten="Người Khác"), how=How(delta=True), on=20)
    assert (report.same, report.changed, report.added) == (8, 1, 0)
    with closing(SqliteCards(house.folder)) as cards:
        copies = [cards.by_card(number)[0].copy for number in TEN]
    assert copies == [1] * 8 + [4, 1]
    house.take(*ROWS, how=How(delta=True), on=21)  # a later day is news
    with closing(SqliteCards(house.folder)) as cards:
        assert {cards.by_card(number)[0].as_of for number in TEN} == {date(2026, 11, 21)}


@pytest.mark.parametrize("batch", [1, 5_000])
@pytest.mark.parametrize("delta", [False, True])
@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([ROWS[0], ROWS[0]], (0, 1, 1, [])),
        ([ROWS[0], row(TEN[0], ho_ten="Người Khác")], (0, 1, 1, [TEN[0]])),
        ([row(TEN[0], ho_ten="Người Khác"), ROWS[0]], (1, 0, 1, [TEN[0]])),
        ([bad(TEN[0]), ROWS[0]], (0, 1, 1, [TEN[0]])),
        ([ROWS[0], bad(TEN[0])], (0, 1, 1, [TEN[0]])),
    ],
)
def test_a_list_of_changes_finds_what_contradicts_itself_as_any_list(
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    rows: list[str],
    told: tuple[int, int, int, list[str]],
    batch: int,
    *,
    delta: bool,
) -> None:
    monkeypatch.setattr("verification.adapters.imports.taking._BATCH", batch)
    report = house.take(*rows, *ROWS[1:], how=How(delta=delta, reject_any=True), on=20)
    changed, same, rejected, marked = told
    counts = (report.changed, report.same - len(ROWS[1:]), report.rejected)
    assert counts == (changed, same, rejected)
    assert house.refused(*TEN) == marked


def test_a_row_of_a_list_of_changes_that_says_nothing_new_lifts_a_refused_one(house: House) -> None:
    house.take(bad(TEN[0]), how=How(reject_any=True), on=20)
    assert house.refused(TEN[0]) == [TEN[0]]
    house.take(ROWS[0], how=How(delta=True), on=20)
    assert house.refused(TEN[0]) == []
    house.take(row(TEN[1], trang_thai="thu_hoi"), on=20)
    good = row(TEN[1], trang_thai="hieu_luc")
    assert house.take(good, how=How(delta=True), on=20).lifted == 1
    assert house.status(TEN[1]) == "hieu_luc"
