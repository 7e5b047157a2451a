"""Imports of several lists one after the other: whose row counts, and what is remembered.

A list is written `h 11-20` (whose, of which day) and its rows; the number of a row may be left out.
"""

from __future__ import annotations

from contextlib import closing
from datetime import date, datetime
from itertools import permutations
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from tests.support import MORNING, TODAY, share
from verification.adapters.imports.importing import (
    IMPORTABLE,
    FromWhom,
    How,
    ImportReport,
    import_file,
)
from verification.adapters.store.sqlite.cards import SqliteCards
from verification.basics.dates import VIETNAM
from verification.basics.errors import ImportFileError
from verification.card import presented
from verification.card.facts import Origin, Record
from verification.log.clock import doubt
from verification.rules.law.tables import shipped
from verification.rules.law.verdict import Rules, Verdict, judge

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NUMBER, OTHER = "DN4797900000501", "DN4797900000502"
HEADING = "ma_the,ma_so_bhxh,so_cccd,ho_ten,ngay_sinh,gt_the_tu,gt_the_den,trang_thai"
ORIGINS = {"h": Origin.HOSPITAL, "b": Origin.BHXH, "c": Origin.COMPANY}
RULES = Rules(shipped())
NAME = "Người Mẫu"


class Listed(NamedTuple):
    """A list to import."""

    whose: str
    rows: list[str]
    replace: bool = False


def row(begin: str = "", end: str = "", status: str = "hieu_luc", **more: str) -> str:
    """Return a row of the number, days as `01-31` of 2026 or whole."""
    cells = {
        **dict.fromkeys(HEADING.split(","), ""),
        "ma_the": NUMBER,
        "ho_ten": NAME,
        "ngay_sinh": "1990",
        "gt_the_tu": day(begin),
        "gt_the_den": day(end),
        "trang_thai": status,
        **more,
    }
    return ",".join(cells[name] for name in HEADING.split(","))


def day(text: str) -> str:
    return f"2026-{text}" if len(text) == 5 else text


class Store:
    """A card store that lists are imported into."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "cards"
        self._source = folder / "source.csv"

    def take(self, *lists: Listed, heading: str = HEADING) -> ImportReport:
        """Import lists in turn; return the last report."""
        for one in lists:
            origin, as_of = one.whose.split()
            text = "\n".join([heading, *one.rows, ""])
            self._source.write_text(text, encoding="utf-8")
            whose = FromWhom(ORIGINS[origin], date.fromisoformat(day(as_of)))
            report = import_file(
                self.folder,
                IMPORTABLE["cards"],
                self._source,
                MORNING,
                How(replace=one.replace, remove_any=True, reject_any=True),
                whose=whose,
            )
        return report

    def periods(self, number: str = NUMBER) -> list[tuple[str, str, str, str]]:
        """Return begin, end, status and whose of each stored period, in order."""
        with closing(SqliteCards(self.folder)) as cards:
            return sorted(map(_shown, cards.by_card(number)))

    def ask(self, text: str = NUMBER, on: date = TODAY) -> Verdict:
        """Judge a typed number."""
        with closing(SqliteCards(self.folder)) as cards:
            reading = presented.read(text.encode(), on)
            return judge(reading, cards, RULES, on, on)

    def says(self, text: str = NUMBER, on: date = TODAY) -> list[str]:
        return [finding.reason.value for finding in self.ask(text, on).reasons]


def _shown(record: Record) -> tuple[str, str, str, str]:
    begin, end = (
        d.isoformat().removeprefix("2026-") if d else ""
        for d in (record.card.gt_the_tu, record.card.gt_the_den)
    )
    return begin, end, record.trang_thai.value, record.origin.value[0]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


H20, H21, B20, B21 = "h 11-20", "h 11-21", "b 11-20", "b 11-21"
IN_2025, JUNE = ("2025-01-01", "2025-12-31", "h"), row("01-01", "06-30")
YEAR_H, YEAR_B, JUNE_H = ("01-01", "12-31", "h"), ("01-01", "12-31", "b"), ("01-01", "06-30", "h")
GONE, LOCKED, DEAD, LEFT = (
    row("01-01", status=word) for word in ("thu_hoi", "tam_khoa", "tu_vong", "bao_giam")
)
GOOD, SILENT = row("01-01"), row("01-01", status="")
YEAR, LAST = row("01-01", "12-31"), row("2025-01-01", "2025-12-31")


@pytest.mark.parametrize(
    ("lists", "kept"),
    [
        ([Listed(H20, [LAST, YEAR])], [YEAR_H, IN_2025]),
        ([Listed(H20, [YEAR]), Listed(H21, [JUNE])], [JUNE_H]),
        # as trusted and later, the same day's later file too, never an older one
        ([Listed(H20, [YEAR]), Listed(H20, [JUNE])], [JUNE_H]),
        ([Listed(H21, [YEAR]), Listed(H20, [JUNE])], [YEAR_H]),
        ([Listed(B21, [YEAR]), Listed(B20, [JUNE])], [YEAR_B]),
        ([Listed(H20, [YEAR]), Listed("c 11-21", [JUNE])], [("01-01", "06-30", "c")]),
        # trusted where the stored one is not, however old
        ([Listed(H21, [YEAR]), Listed(B20, [JUNE])], [("01-01", "06-30", "b")]),
        # an untrusted one stands beside it
        (
            [Listed(B20, [YEAR]), Listed(H21, [JUNE])],
            [JUNE_H, YEAR_B],
        ),
        (
            [Listed(B20, [YEAR]), Listed(H20, [YEAR]), Listed(H21, [JUNE])],
            [JUNE_H, YEAR_B],
        ),
        ([Listed(B20, [YEAR]), Listed(H21, [YEAR]), Listed(B21, [YEAR])], [YEAR_B]),
        (
            [Listed(B20, [YEAR]), Listed(H21, [row("02-01", "12-31")])],
            [YEAR_B, ("02-01", "12-31", "h")],
        ),
        # an empty cell keeps what is known, `-` says that there is none
        ([Listed(H20, [YEAR]), Listed(H21, [row("01-01", "")])], [YEAR_H]),
        ([Listed(H20, [YEAR]), Listed(H21, [row("01-01", "-")])], [("01-01", "", "h")]),
        ([Listed(H20, [LAST, YEAR]), Listed(H21, [row()])], [YEAR_H, IN_2025]),
        ([Listed(H20, [YEAR]), Listed(H21, [row("", "12-31")])], [YEAR_H]),
        # a list that replaces keeps the periods of the numbers that it has
        (
            [Listed(H20, [LAST]), Listed(H21, [YEAR], replace=True)],
            [YEAR_H, IN_2025],
        ),
        ([Listed(H20, [YEAR]), Listed(H21, [row("01-01", ma_the=OTHER)], replace=True)], []),
        (
            [Listed(B20, [YEAR]), Listed(H21, [row("01-01", ma_the=OTHER)], replace=True)],
            [YEAR_B],
        ),
    ],
)  # fmt: skip
def test_lists_one_after_the_other_leave_these_periods(
    store: Store, lists: list[Listed], kept: list[tuple[str, str, str]]
) -> None:
    store.take(*lists)
    assert [(begin, end, whose) for begin, end, _, whose in store.periods()] == kept


@pytest.mark.parametrize(
    ("lists", "says"),
    [
        ([Listed(H20, [GONE])], "withdrawn"),
        ([Listed(H20, [LOCKED])], "locked"),
        ([Listed(H20, [DEAD])], "holder_deceased"),
        ([Listed(H20, [LEFT])], "reduced"),
        # of the number, whichever of its periods said it
        ([Listed(H20, [row("2025-01-01", "2025-12-31", "thu_hoi"), YEAR])], "withdrawn"),
        ([Listed(H20, [row("2025-01-01", "2025-12-31", "bao_giam"), YEAR])], "valid"),
        # lifted only by a newer row that says so
        ([Listed(H20, [GONE]), Listed(H21, [GOOD])], "valid"),
        ([Listed(H20, [GONE]), Listed(H20, [GOOD])], "valid"),
        (
            [Listed(H20, [GONE]), Listed(H21, [SILENT])],
            "withdrawn",
        ),
        (
            [Listed(H20, [LOCKED]), Listed(H21, [row("07-01", status="")])],
            "locked",
        ),
        ([Listed(H20, [LOCKED]), Listed(H21, [row("07-01")])], "valid"),
        ([Listed(H21, [DEAD]), Listed(H20, [GOOD])], "holder_deceased"),
        ([Listed(B20, [GONE]), Listed(H21, [GOOD])], "withdrawn"),
        ([Listed(B20, [GONE]), Listed(B21, [GOOD])], "valid"),
        ([Listed(H21, [GONE]), Listed(B20, [GOOD])], "withdrawn"),
        ([Listed(H20, [GONE]), Listed(B21, [GOOD])], "valid"),
        (
            [Listed(H20, [LEFT]), Listed(H21, [SILENT])],
            "reduced",
        ),
        ([Listed(H20, [LEFT]), Listed(H21, [GOOD])], "valid"),
        # no dates: of the newest known period
        ([Listed(H20, [LAST, YEAR]), Listed(H21, [row(status="bao_giam")])], "reduced"),
        (
            [
                Listed(H20, [GONE]),
                Listed(H21, [GOOD]),
                Listed("h 11-22", [SILENT]),
            ],
            "valid",
        ),
    ],
)  # fmt: skip
def test_a_status_stays_until_a_row_lifts_it(store: Store, lists: list[Listed], says: str) -> None:
    store.take(*lists)
    assert store.says()[0] == says


@pytest.mark.parametrize(
    ("before", "now", "lifted"),
    [
        (GONE, GOOD, 1),
        (GONE, SILENT, 0),
        (LEFT, GOOD, 1),
        (YEAR, row("01-01", "-"), 1),
        (YEAR, row("01-01", ""), 0),
        (YEAR, JUNE, 0),
        (YEAR, YEAR, 0),
    ],
)
def test_what_an_import_lifts_is_counted(store: Store, before: str, now: str, lifted: int) -> None:
    assert store.take(Listed(H20, [before])).lifted == 0
    assert store.take(Listed(H21, [now])).lifted == lifted


BAD = row("01-01", "31/02/2026")
NO_NUMBER = {"ma_the": "DN47979"}
BHXH, CITIZEN = {"ma_so_bhxh": "7900000501"}, {"so_cccd": "079090000501"}


@pytest.mark.parametrize(
    ("lists", "says"),
    [
        ([Listed(H20, [YEAR]), Listed(H21, [BAD])], ["refused_row"]),
        ([Listed(H20, [YEAR]), Listed(H20, [BAD])], ["refused_row"]),
        ([Listed(H20, [BAD]), Listed(H21, [YEAR])], ["valid"]),
        ([Listed(H20, [BAD]), Listed(H20, [YEAR])], ["valid"]),
        ([Listed(H21, [BAD]), Listed(H20, [YEAR])], ["refused_row"]),
        ([Listed(H21, [YEAR]), Listed(H20, [BAD])], ["valid"]),  # an older file
        ([Listed(H20, [YEAR, BAD])], ["refused_row"]),
        ([Listed(H20, [BAD, YEAR])], ["refused_row"]),
        ([Listed(H20, [YEAR, BAD]), Listed(H21, [YEAR])], ["valid"]),
        ([Listed(H20, [BAD])], ["refused_row", "not_in_store"]),
        ([Listed(H20, [YEAR, row("01-01", ma_the=OTHER)]), Listed(H21, [BAD])], ["refused_row"]),
        ([Listed(B20, [YEAR]), Listed(H21, [BAD])], ["refused_row"]),
        ([Listed(H20, [YEAR]), Listed(B21, [BAD]), Listed("h 11-22", [YEAR])], ["refused_row"]),
        ([Listed(H20, [YEAR]), Listed(B20, [BAD]), Listed(B21, [YEAR])], ["valid"]),
        ([Listed(H20, [YEAR]), Listed(H20, [BAD]), Listed(B21, [YEAR])], ["valid"]),
        # the same row twice says nothing new; another one contradicts it
        ([Listed(H20, [YEAR, YEAR])], ["valid"]),
        ([Listed(H20, [YEAR, JUNE])], ["refused_row"]),
        ([Listed(H20, [YEAR, JUNE]), Listed(H21, [YEAR])], ["valid"]),
        ([Listed(H20, [YEAR, row("01-01", "12-31", ho_ten="Người Khác")])], ["refused_row"]),
        # only another number of the row can be read
        ([Listed(H20, [YEAR]), Listed(H21, [row("01-01", **NO_NUMBER, **BHXH)])], ["refused_row"]),
        (
            [
                Listed(H20, [row("01-01", "12-31", **CITIZEN)]),
                Listed(H21, [row("01-01", **NO_NUMBER, **CITIZEN)]),
            ],
            ["refused_row"],
        ),
        (
            [
                Listed(H20, [YEAR]),
                Listed(H21, [row("01-01", ma_the=OTHER, **BHXH)]),  # the numbers contradict
            ],
            ["refused_row"],
        ),
        ([Listed(H20, [YEAR]), Listed(H21, [row("01-01", **NO_NUMBER)])], ["valid"]),
        ([Listed(H20, [YEAR]), Listed(H21, [row("01-01", "31/02/2026", ma_the=OTHER)])], ["valid"]),
        ([Listed(H20, [GONE]), Listed(H21, [BAD])], ["withdrawn", "refused_row"]),
    ],
)  # fmt: skip
def test_a_refused_row_makes_its_number_uncertain_until_a_good_newer_one(
    store: Store, lists: list[Listed], says: list[str]
) -> None:
    store.take(*lists)
    assert [code for code in store.says() if code != "ends_soon"] == says


def test_a_file_that_is_refused_whole_removes_nobody(store: Store) -> None:
    store.take(Listed(H20, [YEAR, row("01-01", ma_the=OTHER)]))
    report = store.take(Listed(H21, [BAD], replace=True))
    assert (report.read, report.rejected, report.removed) == (1, 1, 0)
    assert store.says(OTHER) == ["valid"]
    assert store.says() == ["refused_row"]


def test_a_list_that_replaces_keeps_whose_row_it_refuses(store: Store) -> None:
    store.take(Listed(H20, [YEAR, row("01-01", ma_the=OTHER)]))
    report = store.take(Listed(H21, [BAD, row("01-01", ma_the=OTHER)], replace=True))
    assert (report.removed, report.rejected) == (0, 1)
    assert store.says() == ["refused_row"]


def test_what_a_new_period_says_nothing_of_is_the_persons(store: Store) -> None:
    store.take(Listed(H20, [row("2025-01-01", "2025-12-31", **CITIZEN)]))
    store.take(Listed(H21, [f"{NUMBER},{NAME},2026-01-01"]), heading="ma_the,ho_ten,gt_the_tu")
    verdict = store.ask(CITIZEN["so_cccd"])
    assert verdict.headline.reason.value == "valid"
    assert verdict.card
    assert verdict.card.ngay_sinh
    assert verdict.card.gt_the_den is None


def test_a_list_without_dates_leaves_the_known_ones(store: Store) -> None:
    store.take(Listed(H20, [JUNE]))
    store.take(Listed(H21, [f"{NUMBER},{NAME}"]), heading="ma_the,ho_ten")
    assert store.says() == ["renewal_unknown"]


def test_an_insurers_list_says_that_a_card_ended_and_the_hospitals_does_not(store: Store) -> None:
    store.take(Listed(H21, [JUNE]))
    assert store.says() == ["renewal_unknown"]
    store.take(Listed("b 06-30", [JUNE]))
    assert store.says() == ["renewal_unknown", "record_too_old"]
    store.take(Listed(B20, [JUNE]))
    assert store.says() == ["expired"]


def test_every_pensioner_at_the_turn_of_the_year_is_amber_and_nobody_red(store: Store) -> None:
    many = [row("01-01", "12-31", ma_the=f"HT379790000{at:04d}") for at in range(50)]
    store.take(Listed("b 11-20", many))
    for at in range(50):
        for on in (date(2027, 1, 1), date(2027, 1, 2), date(2027, 3, 1)):
            assert store.says(f"HT379790000{at:04d}", on)[0] == "renewal_unknown"


def test_rows_of_xml1_have_a_day_of_their_own(tmp_path: Path) -> None:
    store = Store(tmp_path)
    source = tmp_path / "xml1.csv"
    rows = [
        f"{NUMBER},{NAME},2026-01-01,2026-12-31,202611100730",
        f"{NUMBER},{NAME},2026-01-01,2026-06-30,202605100730",  # an older visit
        f"{OTHER},{NAME},2026-01-01,,10/11/2026",
        f"DN4797900000503,{NAME},2026-01-01,,",
        f"DN4797900000504,{NAME},2026-01-01,,203001010000",
    ]
    for order in (rows, rows[::-1]):
        text = "\n".join(["MA_THE,HO_TEN,GT_THE_TU,GT_THE_DEN,NGAY_VAO", *order, ""])
        source.write_text(text, encoding="utf-8")
        xml1 = FromWhom(Origin.XML1)
        report = import_file(store.folder, IMPORTABLE["cards"], source, MORNING, whose=xml1)
        assert (report.read, report.rejected) == (5, 2)
        assert store.periods() == [("01-01", "12-31", "hieu_luc", "x")]
        with closing(SqliteCards(store.folder)) as cards:
            (record,) = cards.by_card(NUMBER)
        assert record.as_of == date(2026, 11, 10)
        assert store.says("DN4797900000504") == ["refused_row", "not_in_store"]


def test_a_list_of_xml1_needs_the_day_of_each_row(tmp_path: Path) -> None:
    source = tmp_path / "xml1.csv"
    source.write_text(f"ma_the,ho_ten\n{NUMBER},{NAME}\n", encoding="utf-8")
    with pytest.raises(ImportFileError, match="ngay_vao"):
        import_file(tmp_path, IMPORTABLE["cards"], source, MORNING, whose=FromWhom(Origin.XML1))


@pytest.mark.parametrize(
    ("as_of", "heard"),
    [
        (None, MORNING),
        (TODAY, MORNING),
        (date(2026, 10, 1), datetime(2026, 10, 1, tzinfo=VIETNAM)),
    ],
)
def test_the_store_is_as_old_as_its_list(
    tmp_path: Path, as_of: date | None, heard: datetime
) -> None:
    source = tmp_path / "a.csv"
    source.write_text(f"ma_the,ho_ten\n{NUMBER},{NAME}\n", encoding="utf-8")
    whose = FromWhom(Origin.HOSPITAL, as_of)
    import_file(tmp_path / "c", IMPORTABLE["cards"], source, MORNING, whose=whose)
    with closing(SqliteCards(tmp_path / "c")) as cards:
        assert cards.status().as_of == heard


def test_an_older_list_does_not_make_the_store_older(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text(f"ma_the,ho_ten\n{NUMBER},{NAME}\n", encoding="utf-8")
    for as_of in (None, date(2026, 10, 1)):
        whose = FromWhom(Origin.HOSPITAL, as_of)
        import_file(tmp_path / "c", IMPORTABLE["cards"], source, MORNING, whose=whose)
    with closing(SqliteCards(tmp_path / "c")) as cards:
        assert cards.status().as_of == MORNING


def test_what_was_taken_in_while_the_clock_ran_ahead_gives_way_to_the_next_list(
    tmp_path: Path,
) -> None:
    store, ahead = Store(tmp_path), MORNING.replace(year=2030)
    source = tmp_path / "ahead.csv"
    source.write_text(f"{HEADING}\n{GONE}\n", encoding="utf-8")
    import_file(store.folder, IMPORTABLE["cards"], source, ahead)
    bad = row("01-01", "31/02/2026", ma_the=OTHER)
    source.write_text(f"{HEADING}\n{bad}\n", encoding="utf-8")
    import_file(store.folder, IMPORTABLE["cards"], source, ahead)
    store.take(Listed("h 11-22", [GOOD, row("01-01", ma_the=OTHER)]))
    assert (store.says(), store.says(OTHER)) == (["valid"], ["valid"])
    with closing(SqliteCards(store.folder)) as cards:
        assert cards.status().as_of == MORNING


def answers_of(folder: Path, lists: list[Listed], remade: Callable[[list[str]], Any]) -> list[Any]:
    """Return what is answered after these lists, with the rows of each in another order."""
    store = Store(folder)
    for one in lists:
        store.take(Listed(one.whose, remade(one.rows)))
    days = (date(2026, 3, 1), TODAY, date(2027, 1, 2))
    said = [(store.says(NUMBER, on), store.ask(NUMBER, on).card) for on in days]
    return [store.periods(), *said]


@pytest.mark.parametrize(
    "rows",
    [
        [LAST, YEAR, row("07-01", "2027-06-30")],
        [YEAR, BAD, LAST],
        [YEAR, JUNE, LAST],
        [row("2025-01-01", "2025-12-31", "thu_hoi"), YEAR, row("07-01", status="")],
        [YEAR, row(status="bao_giam"), row("2027-01-01")],
        [row("01-01", "12-31", status=""), row("01-01", "12-31", "tam_khoa"), YEAR],
    ],
)
def test_the_order_of_rows_in_a_file_changes_nothing(tmp_path: Path, rows: list[str]) -> None:
    before = Listed("h 11-10", [row("2025-01-01", "2025-12-31", status="thu_hoi")])
    found = []
    for at, order in enumerate(permutations(rows)):
        folder = tmp_path / str(at)
        folder.mkdir()
        found.append(answers_of(folder, [before, Listed(H20, list(order))], list))
    assert all(one == found[0] for one in found)


ROWS = st.lists(
    st.builds(
        row,
        st.sampled_from(["", "2025-01-01", "01-01", "07-01", "2027-01-01"]),
        st.sampled_from(["", "2027-06-30", "2027-12-31", "31/02/2026"]),
        st.sampled_from(["", "hieu_luc", "bao_giam", "thu_hoi", "tu_vong", "tam_khoa"]),
    ),
    min_size=1,
    max_size=4,
)


@pytest.mark.parametrize("begun", share(range(5), 0))
def test_no_order_of_rows_in_any_files_changes_an_answer(
    tmp_path_factory: pytest.TempPathFactory, begun: int
) -> None:
    @seed(begun)
    @settings(max_examples=40 if begun else 12)
    @given(
        st.lists(st.tuples(st.sampled_from([H20, H21, B20, B21]), ROWS), min_size=1, max_size=3),
        st.randoms(use_true_random=False),
    )
    def tried(lists: list[tuple[str, list[str]]], chance: Any) -> None:
        files = [Listed(whose, rows) for whose, rows in lists]
        plain = answers_of(tmp_path_factory.mktemp("a"), files, list)
        mixed = answers_of(
            tmp_path_factory.mktemp("b"), files, lambda rows: chance.sample(rows, len(rows))
        )
        assert plain[1:] == mixed[1:]

    tried()


@pytest.mark.parametrize(
    ("shows", "wrong"),
    [
        ("2026-11-20T00:00", False),
        ("2026-11-20T07:30", False),
        ("2026-11-20T23:59", False),
        ("2026-11-19T23:56", False),
        ("2026-11-19T23:54", True),
        ("2026-11-19T10:00", True),
    ],
)
def test_a_clock_that_shows_the_day_of_a_list_does_not_contradict_it(
    store: Store, shows: str, *, wrong: bool
) -> None:
    store.take(Listed(B20, [GOOD]))
    with closing(SqliteCards(store.folder)) as cards:
        now = datetime.fromisoformat(shows).replace(tzinfo=VIETNAM)
        assert (doubt(now, None, cards.status().as_of) is not None) is wrong
