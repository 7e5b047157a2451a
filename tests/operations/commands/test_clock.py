"""`clock`: what contradicts the machine's clock, and `check` and `check-in` beside it."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support import DESK, FIXTURES, MASTER_KEY, as_typed, make_demo_store
from verification.adapters.store.sqlite.log import SqliteLog
from verification.log.officer_events import SignedOut
from verification.log.writing import write_alone
from verification.operations.wiring import local_now

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.operations.commands.conftest import Ran

    Run = Callable[..., Ran]

GREEN = as_typed("patient-1")


def record(home: Path, **ahead: float) -> None:
    """Log an event as a clock did that stood so far ahead."""
    at = local_now() + timedelta(**ahead)
    with closing(SqliteLog(home / "kiosk.db", MASTER_KEY, lambda: at)) as log:
        write_alone(log, DESK, SignedOut())


def reasons(ran: Ran) -> list[str]:
    return [reason["code"] for reason in ran.answer["reasons"]]


@pytest.mark.parametrize(
    ("ahead", "wrong"),
    [
        ({"minutes": -1}, False),
        ({"minutes": 4, "seconds": 50}, False),
        ({"minutes": 5, "seconds": 30}, True),
        ({"hours": 7}, True),
        ({"days": 365}, True),
        ({"days": 20_000}, True),
    ],
)
def test_check_and_check_in_know_of_an_event_of_later_than_now(
    run: Run, home: Path, ahead: dict[str, float], *, wrong: bool
) -> None:
    record(home, **ahead)
    for ran in (run("check", GREEN), run("check-in", GREEN)):
        assert ran.status == 0
        assert (reasons(ran)[0] == "clock_wrong") is wrong
        assert ran.answer["verdict"] == ("undetermined" if wrong else "eligible")
        assert ran.answer.get("flags", []) == []
    assert run("clock", "show").answer["wrong"] is wrong


def test_check_of_a_house_whose_cards_are_of_later_than_now(run: Run, home: Path) -> None:
    make_demo_store(home, local_now() + timedelta(hours=2))
    assert reasons(run("check", GREEN))[0] == "clock_wrong"
    assert run("clock", "show").answer["case"] == "behind_cards"
    noted = run("clock", "note", "--why", "nhập thẻ khi máy nhanh 2 giờ")
    assert noted.answer["wrong"] is False
    assert reasons(run("check", GREEN))[0] == "valid"


@pytest.mark.parametrize("day", ["1990-01-01", "2026-01-01", "2031-05-04", "2099-01-01"])
def test_a_day_or_time_that_was_given_is_no_wrong_clock(run: Run, home: Path, day: str) -> None:
    assert "clock_wrong" not in reasons(run("check", GREEN, "--on", day))
    record(home, minutes=-1)
    assert "clock_wrong" not in reasons(run("check", GREEN, "--on", day))
    if day < "2027":
        assert "clock_wrong" not in reasons(run("check-in", GREEN, "--at", f"{day}T08:00"))


def test_check_looks_at_a_log_and_makes_none(run: Run, home: Path) -> None:
    for name in ("kiosk.db", "kiosk.db.key"):  # a house that has not begun
        (home / name).unlink()
    run("check", GREEN)
    assert not (home / "kiosk.db").exists()
    (home / "kiosk.db").write_bytes(b"no database at all")
    assert reasons(run("check", GREEN))[0] == "valid"


def test_a_note_says_who_when_and_why_and_the_desk_works_on(run: Run, home: Path) -> None:
    record(home, days=3)
    record(home, days=3, hours=4)
    shown = run("clock", "show").answer
    assert shown["wrong"] is True
    assert shown["case"] == "behind_event"
    ran = run("clock", "note", "--why", "đặt nhầm ngày")
    assert ran.status == 0
    answer = ran.answer
    assert answer["event_id"].startswith("1-")
    assert answer["noted"] == shown["proposed"]
    assert (answer["wrong"], answer["proposed"]) == (False, None)
    (note,) = answer["notes"]
    assert (note["officer"], note["why"]) == ("dong-lenh", "đặt nhầm ngày")
    assert reasons(run("check-in", GREEN))[0] == "valid"
    assert run("verify-log").answer["ok"] is True


def test_a_stretch_may_be_given_and_local_time_is_meant(run: Run) -> None:
    words = ("--from", "2027-03-01T08:00", "--to", "2027-03-02T17:30:15+07:00")
    answer = run("clock", "note", "--why", "x", *words).answer
    assert answer["noted"] == ["2027-03-01T01:00:00.000+00:00", "2027-03-02T10:30:15.000+00:00"]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("note",), 2, "--why"),
        (("note", "--why", " "), 2, "--why"),
        (("wind",), 2, "wind"),
        ((), 2, "ACTION"),
        (("note", "--why", "x"), 1, "Nothing contradicts"),
        (("note", "--why", "x", "--from", "2027-01-01"), 1, "both"),
        (("note", "--why", "x", "--from", "2027-01-02", "--to", "2027-01-01"), 1, "both"),
        (("note", "--why", "x", "--from", "mai"), 1, "no time"),
        (("show", "--why", "x"), 1, "no other"),
    ],
)
def test_what_cannot_be_noted_is_said(
    run: Run, words: tuple[str, ...], status: int, said: str
) -> None:
    ran = run("clock", *words)
    assert ran.status == status
    assert said in ran.err


def test_in_plain_words_it_says_what_the_clock_shows_and_contradicts(run: Run, home: Path) -> None:
    assert "nothing contradicts it" in run("clock", "show", plain=True).out
    record(home, days=3)
    assert "contradicts behind_event" in run("clock", "show", plain=True).out


def test_a_time_that_is_given_is_not_refused_as_future_by_a_clock_that_stands_back(
    run: Run, home: Path
) -> None:
    ahead = local_now() + timedelta(days=30)
    assert run("check-in", GREEN, "--at", f"{ahead:%Y-%m-%dT%H:%M}").status == 1
    record(home, days=30)
    assert run("check-in", GREEN, "--at", f"{ahead:%Y-%m-%dT%H:%M}").status == 0


def test_set_up_and_replay_are_not_touched(run: Run, home: Path) -> None:
    record(home, days=3)
    assert run("setup", "--store").status == 0
    heading, row = "thoi_diem,ma_the,ma_cskcb", "2020-01-05T08:00,DN4797900000011,79014"
    (home / "visits.csv").write_text(f"{heading}\n{row}\n")
    shutil.copyfile(FIXTURES / "cards.csv", home / "cards.csv")
    ran = run("replay", str(home / "visits.csv"))
    assert ran.answer["reason"] not in {"clock_wrong", "unreadable", None}
