"""No break of a list turns a stored bad card good, or takes away more than the house lets it."""

from __future__ import annotations

import shutil
from contextlib import closing, suppress
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from tests.adapters.imports import broken
from tests.adapters.imports.broken import BAD, COLUMNS, ENDED, NUMBERS, REFUSED, File, row_of, whole
from tests.support import MORNING, TODAY, share
from verification.adapters.imports.importing import (
    IMPORTABLE,
    FromWhom,
    How,
    ImportReport,
    import_file,
)
from verification.adapters.store.sqlite.card_folder import digest_of, newest_file
from verification.adapters.store.sqlite.cards import SqliteCards
from verification.basics.errors import ImportFileError
from verification.card import presented
from verification.card.facts import Origin
from verification.card.reasons import Class
from verification.rules.law.tables import shipped
from verification.rules.law.verdict import Rules, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

RULES = Rules(shipped())
UNCERTAIN = (*BAD, ENDED, REFUSED)
HOWS = {
    "adds": How(),
    "delta": How(delta=True),
    "replaces": How(replace=True),
    "any": How(reject_any=True),
    "replaces, any refused": How(replace=True, reject_any=True),
    "replaces any": How(replace=True, remove_any=True, reject_any=True),
}
WHOSE = (
    FromWhom(Origin.HOSPITAL, date(2026, 11, 21)),
    FromWhom(Origin.HOSPITAL, date(2026, 11, 20)),
    FromWhom(Origin.BHXH, date(2026, 11, 21)),
    FromWhom(Origin.COMPANY, date(2026, 11, 22)),
)


class After(NamedTuple):
    """What a broken list did."""

    report: ImportReport | None
    green: list[str]
    held: int
    changed: bool


class Stored:
    """A store with cards in each bad state, copied for each list."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = folder / "made"
        self._at = 0
        rows = [row_of(number) for number in NUMBERS]
        self._take(self._made, File((COLUMNS, *map(tuple, rows))), How(), WHOSE[1])
        bad = row_of(REFUSED)
        bad[8] = "2026-02-31"
        self._take(self._made, File((COLUMNS, tuple(bad))), How(reject_any=True), WHOSE[1])
        self.green = self._green(self._made)

    def after(self, file: File, how: How, whose: FromWhom = WHOSE[0]) -> After:
        """Import a list into a copy; return what the store answers then."""
        folder = self._folder / "copy"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self._made, folder)
        before = self._mark(folder)
        report = None
        with suppress(ImportFileError):
            report = self._take(folder, file, how, whose)
        with closing(SqliteCards(folder)) as cards:
            held = sum(bool(cards.by_card(number)) for number in NUMBERS)
        return After(report, self._green(folder), held, self._mark(folder) != before)

    def _mark(self, folder: Path) -> str:
        file = newest_file(folder)
        assert file
        return digest_of(file)

    def _take(self, folder: Path, file: File, how: How, whose: FromWhom) -> ImportReport:
        source = self._folder / f"list.{'xlsx' if file.book else 'csv'}"
        source.write_bytes(file.written())
        return import_file(folder, IMPORTABLE["cards"], source, MORNING, how, whose=whose)

    def _green(self, folder: Path) -> list[str]:
        with closing(SqliteCards(folder)) as cards:
            return [number for number in NUMBERS if _is_green(number, cards)]


def _is_green(number: str, cards: SqliteCards) -> bool:
    """Tell whether a card is good by its number, or by the citizen number of its holder."""
    asked = (number, f"079090000{number[-3:]}")
    readings = (presented.read(text.encode(), TODAY) for text in asked)
    said = [judge(reading, cards, RULES, TODAY, TODAY) for reading in readings]
    return any(verdict.headline.cls is Class.INFO for verdict in said)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Stored:
    return Stored(tmp_path_factory.mktemp("breaks"))


def check(file: File, how: How, after: After) -> None:
    """Assert what no break may do."""
    shown = file.shown()
    wrong = [n for n in UNCERTAIN if n in after.green and not broken.may_be_green(n, shown)]
    assert not wrong
    if not how.remove_any:
        assert after.held >= len(NUMBERS) * (1 - how.remove_share)
    if not how.replace:
        assert after.held == len(NUMBERS)
    report = after.report
    if report is None:
        assert not after.changed
        return
    assert report.read == report.added + report.changed + report.same + report.rejected
    assert report.removed == len(NUMBERS) - after.held


def test_the_store_holds_a_card_in_each_bad_state(stored: Stored) -> None:
    assert stored.green == list(broken.GOOD)


@pytest.mark.parametrize("book", [False, True])
@pytest.mark.parametrize("stated", [True, False])
def test_a_whole_list_lifts_nothing_that_it_does_not_name(
    stored: Stored, *, stated: bool, book: bool
) -> None:
    file = whole(stated=stated, book=book)
    after = stored.after(file, HOWS["replaces"])
    check(file, HOWS["replaces"], after)
    assert after.report
    assert (after.report.rejected, after.report.lifted, after.held) == (0, 0, len(NUMBERS))
    assert after.green == [REFUSED, *broken.GOOD]


BROKEN_AT = (  # a workbook or not, each bad status said or not, row, column
    (False, True, 2, 12),
    (False, False, 1, 3),
    (False, False, 6, 9),
    (True, False, 3, 8),
)


@pytest.mark.parametrize("turn", share(range(2 * len(BROKEN_AT)), 0))
@pytest.mark.parametrize("way", broken.BREAKS, ids=lambda way: way.__name__)
def test_no_break_of_a_list_turns_a_bad_card_good(
    stored: Stored, way: Callable[..., File], turn: int
) -> None:
    """Each break meets every other way to import in every run, each way at each place in eight.

    Where it begins differs from break to break, so that each way meets breaks in every run.
    """
    begin = broken.BREAKS.index(way) + turn
    for at, how in [*enumerate(HOWS.values())][begin % 2 :: 2]:
        book, stated, row, column = BROKEN_AT[(begin // 2 + at) % len(BROKEN_AT)]
        file = way(whole(book=book, stated=stated), row, column)
        check(file, how, stored.after(file, how))


@pytest.mark.parametrize("chance", share(range(20), 0))
def test_no_breaks_of_any_form_of_list_turn_a_bad_card_good(stored: Stored, chance: int) -> None:
    @seed(chance)
    @settings(max_examples=300 if chance else 25)
    @given(
        broken.FORMS,
        st.lists(broken.PLACES, min_size=1, max_size=3),
        st.sampled_from(sorted(HOWS)),
        st.sampled_from(WHOSE),
    )
    def tried(
        form: dict[str, object],
        places: Sequence[tuple[Callable[..., File], int, int]],
        how: str,
        whose: FromWhom,
    ) -> None:
        file = whole(**form)
        for way, row, column in places:
            if row < len(file.lines):
                file = way(file, row, column)
        check(file, HOWS[how], stored.after(file, HOWS[how], whose))

    tried()
