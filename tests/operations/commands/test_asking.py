"""`check --portal` and `check-in` with the practice portal beside them."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support import FIXTURES, payload
from verification.adapters.portal.practice.faults import Fault
from verification.adapters.portal.practice.register import people
from verification.adapters.portal.practice.server import Practice
from verification.operations.wiring import local_now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.operations.commands.conftest import Ran

    Run = Callable[..., Ran]

KEYS = ["code", "ms", "note", "outcome"]


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Practice]:
    """Yield a practice portal that the settings name."""
    account = people()["account"]
    with Practice(FIXTURES, clock=local_now) as practice:
        given = {"URL": practice.url, "USER": account["user"], "PASSWORD": account["password"]}
        given["OFFICER"] = "Người Tra Cứu Mẫu|079194000299"
        for name, value in given.items():
            monkeypatch.setenv(f"KIOSK_PORTAL_{name}", value)
        yield practice


def text_of(slug: str) -> str:
    """Return a fixture as a word of the command line."""
    return os.fsdecode(payload(slug))


def events(home: Path) -> list[str]:
    """Return the kinds of all events."""
    with closing(sqlite3.connect(home / "kiosk.db")) as db:
        return [kind for (kind,) in db.execute("SELECT kind FROM log ORDER BY rowid")]


@pytest.mark.usefixtures("portal")
def test_check_asks_the_portal_and_logs_nothing(run: Run, home: Path) -> None:
    answer = run("check", text_of("case-withdrawn"), "--portal").answer
    assert (answer["verdict"], answer["reason"], answer["source"]) == (
        *("not_eligible", "withdrawn"),
        "portal",
    )
    assert sorted(answer["portal"]) == KEYS
    assert (answer["portal"]["outcome"], answer["portal"]["code"]) == ("rejected", "110")
    assert answer["portal"]["ms"] > 0
    assert "portal" in {period["origin"] for period in answer["periods"]}
    renewed = run("check", text_of("patient-2"), "--portal").answer
    assert (renewed["verdict"], renewed["portal"]["code"]) == ("eligible", "000")
    assert renewed["as_of"] == local_now().date().isoformat()
    assert events(home) == []


@pytest.mark.usefixtures("portal")
def test_rubbish_is_asked_of_nobody(run: Run) -> None:
    for command in (("check", "--portal"), ("check-in",)):
        told = run(*command, text_of("foreign-1")).answer["portal"]
        assert (told["outcome"], told["code"], told["ms"]) == ("off", None, 0)


def test_check_in_notes_the_answer_and_gives_it(run: Run, home: Path, portal: Practice) -> None:
    answer = run("check-in", text_of("patient-2")).answer
    assert (answer["verdict"], answer["source"]) == ("eligible", "portal")
    assert (answer["portal"]["outcome"], answer["portal"]["code"]) == ("answered", "000")
    assert "portal_answered" in events(home)
    portal.faults.set(frozenset({Fault.EMPTY}))
    again = run("check", text_of("patient-2")).answer  # from the card store alone
    assert again["portal"] is None
    later = run("check-in", text_of("patient-2"), "--again", "khác").answer
    assert (later["verdict"], later["portal"]["outcome"]) == ("eligible", "silent")


def test_a_refusal_reaches_the_flags_of_the_command(run: Run, portal: Practice) -> None:
    assert portal.url
    answer = run("check-in", text_of("case-other-name")).answer
    assert answer["portal"]["code"] == "060"
    assert [flag["rule"] for flag in answer["flags"]].count("M08") == 1


def test_an_outage_is_never_worse_than_no_portal(run: Run, home: Path, portal: Practice) -> None:
    portal.faults.set(frozenset({Fault.HTTP_502}))
    answer = run("check-in", text_of("patient-1")).answer
    assert (answer["verdict"], answer["reason"], answer["source"]) == (
        *("eligible", "valid"),
        "store",
    )
    assert "portal_silent" in [reason["code"] for reason in answer["reasons"]]
    assert answer["portal"]["outcome"] == "silent"
    assert answer["portal"]["note"]
    assert answer["visit_id"]
    assert "portal_failed" in events(home)
    with closing(sqlite3.connect(home / "kiosk.db")) as db:
        assert db.execute("SELECT visit FROM outbox").fetchall() == [(answer["visit_id"],)]


@pytest.mark.usefixtures("portal")
def test_without_an_officer_the_outcome_names_the_setting(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KIOSK_PORTAL_OFFICER")
    told = run("check", text_of("patient-1"), "--portal").answer["portal"]
    assert told["outcome"] == "refused_us"
    assert "KIOSK_PORTAL_OFFICER" in told["note"]


def test_no_list_may_say_that_it_is_the_portals(run: Run, home: Path) -> None:
    (home / "list.csv").write_text("ma_the\n", encoding="utf-8")
    assert run("import-cards", str(home / "list.csv"), "--origin", "portal").status == 2
