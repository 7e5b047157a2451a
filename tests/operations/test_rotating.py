"""New keys: who was found before is found again, who was erased is not; a kill loses nothing."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from fixtures import old_store
from tests.support import ROOT, Clock, share
from verification.__main__ import main
from verification.adapters.store.sqlite.log import SqliteLog
from verification.adapters.store.sqlite.wrapped import opens
from verification.basics.errors import StoreError
from verification.log.events import EventKind
from verification.log.key_file import KeyFile, read_master_key
from verification.operations.commands import keys as commands
from verification.operations.settings import read_settings
from verification.operations.wiring import logging_kiosk, only_server
from verification.reception.answer import Scan
from verification.reception.checkin import check_in
from verification.reception.corrections import erase
from verification.rights import command_line, desk_officer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from verification.kiosk import Kiosk

CLOCK = Clock(old_store.BEGUN.replace(day=25))
MARKS = "SELECT shown, cccd, ma_bn FROM history"


@pytest.fixture(autouse=True)
def a_day_of_that_month(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rotate on the day after, whatever day it is."""
    monkeypatch.setattr(commands, "local_now", CLOCK)


def rows(house: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(house / "kiosk.db")) as connection:
        return connection.execute(query, values).fetchall()


@contextmanager
def opened(house: Path) -> Iterator[Kiosk]:
    settings = read_settings({"KIOSK_DB": str(house / "kiosk.db"), "KIOSK_FACILITY": "79014"})
    with logging_kiosk(settings, CLOCK) as kiosk:
        yield kiosk


def ran(capfd: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[dict[str, Any]], str]:
    capfd.readouterr()
    status = main([*words, "--json"])
    out, err = capfd.readouterr()
    return status, [json.loads(line) for line in out.splitlines()], err


def sound(capfd: pytest.CaptureFixture[str]) -> bool:
    status, lines, _ = ran(capfd, "verify-log")
    return status == 0 and all(line["ok"] for line in lines)


@pytest.fixture(params=[(), ("--master",)], ids=["keys", "master"])
def rotated(
    house: Path, request: pytest.FixtureRequest, capfd: pytest.CaptureFixture[str]
) -> dict[str, Any]:
    """Return what `keys rotate` answered, with and without a new master key."""
    status, (answer,), _ = ran(capfd, "keys", "rotate", *request.param)
    assert status == 0
    assert house.is_dir()
    return answer


def test_the_answer_counts_what_was_rewritten(rotated: dict[str, Any], house: Path) -> None:
    with opened(house) as kiosk:
        (event,) = kiosk.written.events((EventKind.KEYS_ROTATED,), old_store.BEGUN)
    what = ["data", "index", *(["master"] if rotated["master"] else [])]
    assert (event.codes["what"], event.officer) == (what, "dong-lenh")
    assert rotated["contents"] == rows(house, "SELECT count(*) FROM content")[0][0]
    assert (rotated["unread"], rotated["wiped"]) == (0, True)
    assert rotated["persons"] > 10
    assert rotated["history"] > 10
    assert rotated["seconds"] > 0
    assert (rotated["former"] is None) is not rotated["master"]


def test_nothing_that_the_former_keys_made_is_left(
    whole_day: Path, rotated: dict[str, Any], house: Path
) -> None:
    assert rotated["index_key"]
    raw = b"".join(path.read_bytes() for path in house.glob("kiosk.db*") if path.is_file())
    with closing(sqlite3.connect(whole_day / "kiosk.db")) as before:
        index = before.execute("SELECT number_hmac FROM person_index").fetchall()
        marks = [mark for row in before.execute(MARKS) for mark in row if mark]
        ids = before.execute("SELECT id FROM history WHERE origin = 'import'").fetchall()
        wrapped = before.execute("SELECT key_id, wrapped FROM wrapped_key").fetchall()
    keyed = [h for (h,) in index if not h.startswith("bhxh:")] + marks + [i for (i,) in ids]
    assert len(keyed) > 30
    assert [mark for mark in keyed if mark.encode() in raw] == []
    replaced = {"index-1", "accounts-1"}
    assert [k for k, w in wrapped if w in raw and (k in replaced or rotated["master"])] == []


def test_what_was_said_before_is_said_again(
    whole_day: Path, rotated: dict[str, Any], house: Path
) -> None:
    assert rotated
    query = (
        "SELECT event_id, at, person_ref, shown IS NULL, cccd IS NULL, ma_bn IS NULL, ma_benh "
        "FROM history WHERE origin = 'log' ORDER BY event_id"
    )
    assert rows(house, query) == rows(whole_day, query)
    with opened(house) as kiosk:
        now = old_store.adds_up(kiosk, house)
    with old_store.opened(whole_day, CLOCK) as kiosk:
        before = old_store.adds_up(kiosk, whole_day)
    kinds = before.pop("kinds") | {"keys_rotated": 1}
    assert now.pop("kinds") == kinds
    differing = [part for part in before if now[part] != before[part]]
    assert differing in (["heads"], ["heads", "visits_elsewhere"])


def test_a_person_is_found_again_by_any_number_and_marks_still_meet(
    rotated: dict[str, Any], house: Path
) -> None:
    assert rotated
    payload = (old_store.HERE / "payloads" / "patient-1.txt").read_bytes()
    with opened(house) as kiosk:
        answer = check_in(desk_officer("1"), kiosk, Scan((payload,)), again="tái khám")
        card = answer.verdict.card
        assert card
        assert answer.visit
        person = answer.visit.person_ref
        past = kiosk.written.history.visits_of(person, 0, 2**40)
        assert len(past) > 2
        assert past[0].shown in {one.shown for one in past[1:]}  # the same text as before
        numbers = [n for n in (card.ma_the, card.so_cccd) if n]
        for number in numbers:
            found = kiosk.written.write(lambda log, number=number: log.person(None, [number]))  # type: ignore[misc]
            assert found == person


def test_new_content_is_sealed_with_another_key_of_the_same_month(
    rotated: dict[str, Any], house: Path
) -> None:
    with opened(house) as kiosk:
        check_in(desk_officer("1"), kiosk, Scan((b"DN4797900000011",)))
    ((newest,),) = rows(house, "SELECT key_id FROM content ORDER BY rowid DESC LIMIT 1")
    months = {key for (key,) in rows(house, "SELECT DISTINCT key_id FROM content")}
    assert newest == rotated["data_key"] == "2026-11.2"
    assert months > {newest}


def test_the_log_verifies_and_a_rebuild_says_the_same(
    rotated: dict[str, Any], house: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert rotated
    assert sound(capfd)
    before = rows(house, "SELECT * FROM history ORDER BY id")
    with closing(
        SqliteLog(house / "kiosk.db", read_master_key(house / "kiosk.db.key"), CLOCK)
    ) as log:
        log.rebuild()
    assert rows(house, "SELECT * FROM history ORDER BY id") == before


def test_what_was_erased_leaves_the_index(house: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Both rows go: of the index, and what the history kept in marks."""
    with opened(house) as kiosk:
        visit = check_in(desk_officer("1"), kiosk, Scan((b"GD4797912345678",)), again="một").visit
        assert visit
        erase(command_line("1"), kiosk, visit.visit_id)
    person = visit.person_ref
    rows_of = "SELECT count(*) FROM person_index WHERE person_ref = ?"
    assert rows(house, rows_of, person)[0][0] > 0
    _, (answer,), _ = ran(capfd, "keys", "rotate")
    assert rows(house, rows_of, person)[0][0] == 0
    assert answer["persons_gone"] > 0
    left = rows(house, f"{MARKS} WHERE person_ref = ?", person)
    assert [mark for row in left for mark in row if mark] == []


def test_what_cannot_be_read_is_counted_and_stops_nothing(
    house: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(house / "kiosk.db", isolation_level=None)) as connection:
        connection.execute("UPDATE content SET sealed = zeroblob(40) WHERE rowid % 5 = 0")
        connection.execute("UPDATE account SET sealed = zeroblob(40) WHERE name = 'an.nt'")
        broken = connection.execute("SELECT count(*) FROM content WHERE rowid % 5 = 0")
        unread = broken.fetchone()[0] + 1
    status, (answer,), _ = ran(capfd, "keys", "rotate", "--master")
    assert (status, answer["unread"]) == (0, unread)
    with opened(house) as kiosk:
        assert kiosk.written.accounts.account("binh.tv")


def test_visits_of_elsewhere_keep_their_names_where_a_content_holds_the_card(
    house: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    listed = house / "lists.csv"
    known = "DN4797900000011"
    listed.write_text(
        "thoi_diem,ma_the,ma_cskcb\n2026-11-02T08:00,"
        f"{known},04021\n2026-11-03T08:00,GD4797900009999,04021\n",
        encoding="utf-8",
    )
    with opened(house) as kiosk:
        check_in(desk_officer("1"), kiosk, Scan((known.encode(),)))
    assert ran(capfd, "import-visits", str(listed))[1][0]["added"] == 2
    status, (answer,), said = ran(capfd, "keys", "rotate")
    assert (status, answer["history_gone"] >= 1) == (0, True)
    assert "import-visits" in said
    again = ran(capfd, "import-visits", str(listed))[1][0]
    assert (again["same"], again["added"]) == (1, 1)


def test_rotating_twice_is_one_more_key(house: Path, capfd: pytest.CaptureFixture[str]) -> None:
    names = [ran(capfd, "keys", "rotate", "--master")[1][0]["data_key"] for _ in range(3)]
    month = names[0].partition(".")[0]
    assert names == [f"{month}.{n}" for n in (2, 3, 4)]
    assert len(list(house.glob("kiosk.db.key.old-*"))) == 3
    shown = ran(capfd, "keys", "show")[1][0]["rotations"]
    assert [(one["what"], one["unread"]) for one in shown] == [(["data", "index", "master"], 0)] * 3
    assert sound(capfd)


def test_the_former_master_key_opens_the_copy_of_before_and_not_the_store(
    whole_day: Path, house: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    _, (answer,), said = ran(capfd, "keys", "rotate", "--master")
    assert answer["former"] in said
    former = KeyFile(type(house)(answer["former"])).read()
    assert opens(whole_day / "kiosk.db", former)
    assert not opens(house / "kiosk.db", former)


def test_while_the_kiosk_runs_nothing_is_rotated(
    house: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = rows(house, "SELECT key_id, wrapped FROM wrapped_key")
    with only_server(read_settings(os.environ)):
        status, lines, said = ran(capfd, "keys", "rotate", "--master")
    assert (status, lines, len(said.splitlines())) == (1, [], 1)
    assert "dừng kiosk" in said
    assert rows(house, "SELECT key_id, wrapped FROM wrapped_key") == before
    assert not list(house.glob("kiosk.db.key.*"))


@pytest.mark.parametrize("master", [False, True])
def test_whoever_had_the_store_open_before_writes_with_the_new_keys_or_not_at_all(
    house: Path, capfd: pytest.CaptureFixture[str], *, master: bool
) -> None:
    payload = (old_store.HERE / "payloads" / "patient-1.txt").read_bytes()
    with opened(house) as kiosk:
        first = check_in(desk_officer("1"), kiosk, Scan((payload,)), again="một")
        assert ran(capfd, "keys", "rotate", *(["--master"] if master else []))[0] == 0
        if master:
            with pytest.raises(StoreError):
                check_in(desk_officer("1"), kiosk, Scan((payload,)), again="hai")
            return
        second = check_in(desk_officer("1"), kiosk, Scan((payload,)), again="hai")
    assert first.visit
    assert second.visit
    assert first.visit.person_ref == second.visit.person_ref


def test_a_store_that_is_not_there_is_not_made(
    house: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KIOSK_DB", str(house / "other" / "kiosk.db"))
    status, _, said = ran(capfd, "keys", "rotate")
    assert (status, len(said.splitlines())) == (1, 1)
    assert not (house / "other").exists()


# ---- killed at any moment

KILLED = """
import os, signal, sys
from pathlib import Path
from verification.adapters.store.sqlite import rotation, log
from verification.log import key_file
from verification.operations import rotating
from verification.__main__ import main
def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
def before(place, name): setattr(place, name, die)
def after(place, name):
    real = getattr(place, name)
    def then(*args, **options):
        real(*args, **options)
        die()
    setattr(place, name, then)
{point}
main(["keys", "rotate", "--master"])
"""
POINTS = {
    "before the next key is written": "before(key_file, '_write')",
    "after the next key was written": "after(key_file.KeyFile, 'put_next')",
    "in the middle of the work": "before(rotation, '_rewrite_index')",
    "before the commit": "after(rotating, 'write')",
    "after the commit": "before(key_file.KeyFile, 'take_next')",
    "after the former key got its second name": "after(key_file, '_is_kept_as')",
    "after the next key took its place": "after(key_file.KeyFile, 'take_next')",
    "before the file is written anew": "before(rotating, 'wipe')",
    "after all of it": "after(rotating, 'wipe')",
}


EACH_TIME = ("after the next key was written", "before the commit", "after the commit")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no such signal")
@pytest.mark.parametrize("at", share(POINTS, *EACH_TIME))
def test_killed_at_any_moment_exactly_one_key_opens_the_house(
    house: Path, at: str, capfd: pytest.CaptureFixture[str]
) -> None:
    key = house / "kiosk.db.key"
    was = key.read_text()
    died = subprocess.run(
        [sys.executable, "-c", KILLED.format(point=POINTS[at])],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    distinct = {path.read_text(): path for path in house.glob("kiosk.db.key*")}
    fitting = [text for text in distinct if opens(house / "kiosk.db", bytes.fromhex(text))]
    assert len(fitting) == 1
    unfinished = key.read_text() != fitting[0]
    assert sound_after(house, capfd, told=unfinished)
    assert key.read_text() == fitting[0]
    kept = [path.read_text() for path in house.glob("kiosk.db.key.old-*")]
    assert kept == ([was] if fitting[0] != was else [])
    assert ran(capfd, "keys", "rotate", "--master")[0] == 0
    assert sound(capfd)


def sound_after(house: Path, capfd: pytest.CaptureFixture[str], *, told: bool) -> bool:
    """Open the house as any command does; tell whether it is sound and said which key counts."""
    status, lines, said = ran(capfd, "accounts", "list")
    assert (status, len(lines)) == (0, 6)
    assert (str(house / "kiosk.db.key") in said) is told
    return sound(capfd)
