"""Stores that earlier versions left behind: they open, verify and go on. One for each schema."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from fixtures import old_store
from fixtures.old_store import adds_up, make, opened
from tests.support import ROOT, payload
from verification.__main__ import main
from verification.adapters.store.sqlite.log import SqliteLog
from verification.log.outbox import portal_item
from verification.log.portal_events import PortalAnswered, PortalAskedAgain
from verification.log.visit import PortalWord
from verification.log.writing import Stranger, write_alone
from verification.operations.wiring import local_now
from verification.reception.answer import Scan
from verification.reception.checkin import check_in
from verification.rights import command_line

if TYPE_CHECKING:
    from pathlib import Path

STORES = sorted(path.parent for path in (ROOT / "tests" / "data").glob("*/store.zip"))


@pytest.fixture(params=STORES, ids=[path.name for path in STORES])
def old(request: pytest.FixtureRequest) -> Path:
    """Return where an old store lies."""
    folder: Path = request.param
    return folder


@pytest.fixture
def store(old: Path, tmp_path: Path) -> Path:
    """Return a copy of an old store that may be written."""
    shutil.unpack_archive(old / "store.zip", tmp_path)
    (tmp_path / "kiosk.db.key").chmod(0o600)
    return tmp_path


def said_by(old: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((old / "says.json").read_text(encoding="utf-8"))
    return said


def kept(said: Any, now: Any) -> Any:
    """Return of today's answer what the old one said: a later version may know more."""
    if isinstance(said, dict) and isinstance(now, dict):
        return {key: kept(value, now.get(key)) for key, value in said.items()}
    if isinstance(said, list) and isinstance(now, list) and len(said) == len(now):
        return [kept(a, b) for a, b in zip(said, now, strict=True)]
    return now


def as_bound(said: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """Return what a store says once its accounts are bound: one event more, no session is left."""
    if "accounts_bound" in said["kinds"]:
        return said
    (desk,) = [desk for desk, head in said["heads"].items() if head != now["heads"][desk]]
    return said | {
        "sessions": 0,
        "kinds": said["kinds"] | {"accounts_bound": 1},
        "heads": said["heads"] | {desk: now["heads"][desk]},
    }


def verified(
    store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> dict[str, str]:
    monkeypatch.setenv("KIOSK_DB", str(store / "kiosk.db"))
    assert main(["verify-log", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(line["ok"] for line in lines)
    return {line["desk"]: line["head"] for line in lines}


def test_there_is_an_old_store() -> None:
    assert STORES


def test_an_old_store_verifies_and_adds_up_to_what_it_did(
    old: Path, store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = said_by(old)
    assert verified(store, monkeypatch, capsys) == said["heads"]
    with opened(store, local_now) as kiosk:
        now = adds_up(kiosk, store)
    said = as_bound(said, now)
    assert kept(said, now) == said
    for part in ("visits", "cases", "accounts", "heads", "kinds"):
        assert now[part].keys() == said[part].keys()
    with opened(store, local_now) as kiosk:  # bound once
        assert all(account.sound for account in kiosk.written.accounts.accounts())
        assert adds_up(kiosk, store) == now
    verified(store, monkeypatch, capsys)


def test_a_rebuilt_projection_of_an_old_store_is_the_same(old: Path, store: Path) -> None:
    with opened(store, local_now) as kiosk:
        before = adds_up(kiosk, store)
        kiosk.written.rebuild()  # type: ignore[attr-defined]  # of the engine, not of the port
        assert adds_up(kiosk, store) == before
    said = as_bound(said_by(old), before)
    assert kept(said, before) == said


def test_an_old_store_takes_a_new_check_in(
    old: Path, store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = said_by(old)
    with opened(store, local_now) as kiosk:
        scan = Scan((payload("patient-1"),))
        answer = check_in(command_line("1"), kiosk, scan, again="tái khám")
        assert answer.visit is not None
        assert answer.visit.so_thu_tu == 1  # what was received before has none
        now = adds_up(kiosk, store)
    assert now["visits"].keys() - said["visits"].keys() == {answer.visit.visit_id}
    # the person is known from before by the numbers, under the old key
    assert answer.visit.person_ref in {v["person_ref"] for v in said["visits"].values()}
    assert verified(store, monkeypatch, capsys)["1"] != said["heads"]["1"]


def test_the_portal_can_be_asked_about_a_visit_of_an_old_store(
    old: Path, store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    visits = said_by(old)["visits"]
    name, before = next(one for one in visits.items() if not one[1]["cancelled"])
    with opened(store, local_now) as kiosk:
        log, person = kiosk.written, before["person_ref"]
        waited = {item.item_id for item in log.exchanged.waiting()}
        for what, content in (
            (PortalAskedAgain(name, "person"), None),
            (
                PortalAnswered(before["presented"], "rejected", 9, "outbox", (name,), code="110"),
                {"ghi_chu": "x"},
            ),
        ):
            asked = [] if content is None else [portal_item(name)]
            assert {item.item_id for item in log.exchanged.waiting()} - waited == {*asked}
            write_alone(log, Stranger("hang-cho"), what, person_ref=person, content=content)
        assert {item.item_id for item in log.exchanged.waiting()} == waited
        after = log.visit(name)
        assert after is not None
        assert (after.portal, after.portal_code) == (PortalWord.REJECTED, "110")
        assert (after.verdict, after.reason) == (before["verdict"], before["reason"])
    verified(store, monkeypatch, capsys)


def test_the_script_of_these_stores_makes_one_of_this_version(tmp_path: Path) -> None:
    make(tmp_path)
    said = said_by(tmp_path)
    assert said["problems"] == {desk: [] for desk in said["heads"]}
    states = {case["state"] for case in said["cases"].values()}
    assert states == {"closed", "investigating", "pending"}
    assert any(visit["content"] == {} for visit in said["visits"].values())  # the erased one


def test_no_birthday_stands_in_the_history_of_an_old_store(store: Path) -> None:
    """A child's first card begins on it; a rebuild says what the migration made of it."""

    def begins() -> list[tuple[str, int | None, str | None]]:
        with closing(sqlite3.connect(store / "kiosk.db")) as connection:
            query = "SELECT id, born, gt_the_tu FROM history ORDER BY id"
            return connection.execute(query).fetchall()

    before = begins()
    with old_store.opened(store, lambda: old_store.BEGUN) as kiosk:
        migrated = begins()
        log = kiosk.written
        assert isinstance(log, SqliteLog)
        log.rebuild()
    assert begins() == migrated
    told = [(born, day) for _, born, day in migrated if born and day]
    assert [day for born, day in told if day.startswith(f"{born}-")] == []
    assert len(told) == len([1 for _, born, day in before if born and day])
