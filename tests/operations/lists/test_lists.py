"""A list is read apart: previewed, imported, ended half-way; one at a time."""

from __future__ import annotations

import os
import signal
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.browser.running import wait_for
from tests.list_support import BAD, FIRST, HEADING, LIFTS, ROW, handed_in, imported
from verification.adapters.imports.importing import CHANGED, IMPORTABLE, How
from verification.adapters.store.sqlite.card_folder import newest_file
from verification.adapters.store.sqlite.cards import SqliteCards
from verification.basics.errors import RequestError
from verification.basics.texts import Text
from verification.card.facts import Origin, Status
from verification.log.events import EventKind
from verification.operations.lists.apart import BROKEN
from verification.operations.lists.asked import Asked
from verification.operations.lists.lists import CUT_OFF, STOPPED, Lists, Seen
from verification.operations.lists.shelf import Given, State
from verification.operations.wiring import import_list, local_now, open_log

if TYPE_CHECKING:
    from pathlib import Path

    from verification.operations.settings import Settings

NUMBER = "DN4797900000501"


def previewed(lists: Lists, given: Given, asked: Asked | None = None) -> Seen:
    lists.preview(given.number, asked or given.asked, "an.nt")
    lists.wait(60)
    seen = lists.seen(given.number)
    assert seen
    return seen


def status_of(settings: Settings, number: str) -> Status | None:
    with closing(SqliteCards(settings.db.parent)) as cards:
        found = cards.by_card(number)
        return found[0].trang_thai if found else None


def test_a_preview_tells_what_would_change_and_changes_nothing(
    lists: Lists, settings: Settings
) -> None:
    before = newest_file(settings.db.parent)
    given = handed_in(lists, FIRST, BAD)
    report = previewed(lists, given).outcome.report
    assert report
    assert (report.read, report.added, report.rejected) == (2, 1, 1)
    assert newest_file(settings.db.parent) == before
    rejects = lists.shelf.rows_of(given)
    assert rejects
    assert "Người Khác" in rejects.read_text(encoding="utf-8")
    assert [*settings.db.parent.glob("rejects-*")] == []


def test_an_import_names_its_officer_and_its_list_goes(lists: Lists, settings: Settings) -> None:
    given = imported(lists, FIRST, BAD)
    assert status_of(settings, "DN4797900000501") is Status.THU_HOI
    kept = lists.shelf.one(given.number)
    assert kept
    assert kept.state is State.IMPORTED
    assert not lists.shelf.file_of(kept).exists()
    assert lists.shelf.rows_of(kept)
    with closing(open_log(settings)) as log:
        event = log.events((EventKind.CARDS_IMPORTED,), local_now().replace(year=2020))[-1]
    assert (event.officer, event.codes["source"]) == ("an.nt", given.digest)


def test_what_was_not_previewed_is_not_imported(lists: Lists) -> None:
    given = handed_in(lists, FIRST)
    with pytest.raises(RequestError, match="Hãy xem trước"):
        lists.bring_in(given.number, "an.nt")


def test_a_preview_of_another_store_does_not_count(lists: Lists, settings: Settings) -> None:
    given = handed_in(lists, LIFTS)
    previewed(lists, given)
    imported(lists, FIRST)
    with pytest.raises(RequestError, match="Dữ liệu thẻ đã đổi"):
        lists.bring_in(given.number, "an.nt")
    assert status_of(settings, "DN4797900000501") is Status.THU_HOI


def test_a_list_that_is_none_says_why_and_may_be_tried_another_way(lists: Lists) -> None:
    with lists.shelf.receiving("co-so.csv", "an.nt") as (coming, whole):
        coming.write(b"ma_cskcb,ten,ma_tinh,cap\n79099,Mau,79,ban_dau\n")
        given = whole()
    seen = previewed(lists, given)
    assert seen.outcome.error
    assert "ma_the" in seen.outcome.error.vi
    kept = lists.shelf.one(given.number)
    assert kept
    assert kept.said == seen.outcome.error
    assert previewed(lists, given, Asked("facilities")).outcome.report


def test_the_insurers_list_needs_its_day(lists: Lists) -> None:
    given = handed_in(lists, FIRST)
    with pytest.raises(RequestError, match="phải có ngày"):
        lists.preview(given.number, Asked(origin=Origin.BHXH), "an.nt")
    assert lists.running is None


def test_one_list_is_read_at_a_time_and_who_ends_it_changes_nothing(
    apart: Lists, settings: Settings
) -> None:
    before = newest_file(settings.db.parent)
    first, second = handed_in(apart, FIRST), handed_in(apart, LIFTS)
    apart.preview(first.number, first.asked, "an.nt")
    with pytest.raises(RequestError, match="đang được đọc"):
        apart.preview(second.number, second.asked, "an.nt")
    apart.cancel()
    apart.wait(60)
    seen = apart.seen(first.number)
    assert seen
    assert (seen.outcome.report, seen.outcome.error) == (None, None)
    assert newest_file(settings.db.parent) == before
    assert apart.running is None


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_process_killed_in_the_middle_is_one_sentence_and_the_old_store_answers(
    lists: Lists, apart: Lists, settings: Settings
) -> None:
    imported(lists, FIRST)
    rows = [LIFTS.replace("0501", f"{at:04}") for at in range(1000, 9000)]
    given = handed_in(apart, LIFTS, *rows)
    seen = previewed(lists, given)
    apart._seen[given.number] = seen
    apart.bring_in(given.number, "an.nt")
    draft = settings.db.parent
    wait_for(lambda: apart.running is None or any(draft.glob("cards-*.draft")))
    pid = apart.pid
    if pid:
        os.kill(pid, signal.SIGKILL)
    apart.wait(60)
    assert apart.last
    if apart.last.outcome.report is None:  # else it was faster
        assert apart.last.outcome.error == BROKEN
        assert status_of(settings, "DN4797900000501") is Status.THU_HOI
    assert apart.running is None


def begun(lists: Lists) -> Given:
    """Begin to import a list of some size."""
    rows = (ROW.format("").replace("00000501", f"{at:08}") for at in range(2_000))
    given = handed_in(lists, *rows)
    previewed(lists, given)
    lists.bring_in(given.number, "an.nt")
    return given


@pytest.mark.long
def test_an_import_that_somebody_stops_says_so(apart: Lists) -> None:
    given = begun(apart)
    apart.cancel()
    apart.wait(60)
    assert (kept := apart.shelf.one(given.number))
    assert kept.said == STOPPED
    previewed(apart, given)
    assert (kept := apart.shelf.one(given.number))
    assert kept.said is None


@pytest.mark.long
def test_an_import_that_the_servers_end_cuts_off_says_so_afterwards(settings: Settings) -> None:
    with Lists(settings, local_now) as lists:
        given = begun(lists)
        assert (kept := lists.shelf.one(given.number))
        assert kept.said == CUT_OFF  # so that a killed one is told of too
    with Lists(settings, local_now) as lists:
        assert (kept := lists.shelf.one(given.number))
        assert kept.said == CUT_OFF


def test_an_import_that_ended_well_leaves_no_such_word(lists: Lists) -> None:
    given = handed_in(lists, FIRST, BAD)
    previewed(lists, given)
    lists.bring_in(given.number, "an.nt")
    lists.wait(60)
    assert (kept := lists.shelf.one(given.number))
    assert (kept.state, kept.said) == (State.IMPORTED, None)


def test_an_import_onto_another_store_than_the_previewed_one_changes_nothing(
    lists: Lists, settings: Settings, tmp_path: Path
) -> None:
    """Another one ends after the key was pressed and before this one has the store for itself."""
    other = tmp_path / "khac.csv"
    other.write_text(HEADING + ROW.format("").replace("0501", "0777"), encoding="utf-8")
    given = handed_in(lists, FIRST)
    seen = previewed(lists, given)
    kind = IMPORTABLE["cards"]
    import_list(settings, kind, other, How(), given.asked.whose)
    lists._begin(given, given.asked, How(base=seen.base), "an.nt")  # as `bring_in` does
    lists.wait(60)
    assert lists.last
    assert lists.last.outcome.error == Text(*CHANGED)
    assert status_of(settings, NUMBER) is None


def test_a_list_given_up_while_it_is_read_is_gone(lists: Lists) -> None:
    given = handed_in(lists, FIRST)
    lists.preview(given.number, given.asked, "an.nt")
    lists.drop(given.number)
    assert lists.running is None
    assert lists.shelf.all() == []
    with pytest.raises(RequestError, match="không còn"):
        lists.preview(given.number, given.asked, "an.nt")


def test_nothing_is_begun_once_the_server_ends(settings: Settings) -> None:
    with Lists(settings, local_now) as lists:
        given = handed_in(lists, FIRST)
        lists.preview(given.number, given.asked, "an.nt")
    assert lists.running is None
    with pytest.raises(RequestError):
        lists.preview(given.number, given.asked, "an.nt")
