"""`verify-log` and `log note`: what is asked of them, on what, and what they leave alone."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support import MASTER_KEY, ROOT, Clock
from tests.tamper_support import (
    DESKS,
    EACH,
    append,
    copy_of,
    forged,
    found,
    make_log,
    put,
    tampering,
)
from verification.adapters.store.heads import head_file, noted_heads
from verification.adapters.store.sqlite.log import SqliteLog
from verification.log.chain import row_hash

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.operations.commands.conftest import Ran

    Run = Callable[..., Ran]


@pytest.fixture
def db(home: Path, tmp_path: Path) -> Path:
    """Return the store of the house with a small log."""
    made = make_log(tmp_path / "made")
    return copy_of(made, home)


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return all that a folder holds, and when it was written."""
    return {f.name: (f.read_bytes(), f.stat().st_mtime_ns) for f in folder.iterdir()}


def kinds(ran: Ran) -> dict[str, list[str]]:
    return {line["desk"]: [one["kind"] for one in line["problems"]] for line in ran.lines}


def sound(ran: Ran) -> bool:
    return (ran.status, {line["desk"] for line in ran.lines}) == (0, set(DESKS))


# ---- on what it works


def test_nothing_is_written_where_the_store_lies(run: Run, db: Path) -> None:
    before = state(db.parent)
    assert sound(run("verify-log"))
    assert sound(run("verify-log", "--copy", str(db)))
    assert state(db.parent) == before


def test_no_key_file_is_ever_made(run: Run, db: Path) -> None:
    db.with_name(f"{db.name}.key").unlink()
    ran = run("verify-log")
    assert sound(ran)
    assert {"signed_end", "order", "desks"} <= set(ran.lines[0]["unchecked"])
    assert not db.with_name(f"{db.name}.key").exists()
    missing = run("verify-log", "--key", str(db.with_name("other.key")))
    assert missing.status == 1
    assert "other.key" in missing.sentence
    assert not db.with_name("other.key").exists()


@pytest.mark.parametrize("text", ["00" * 32, "no key", "", "ab"])
def test_a_wrong_key_is_named_and_the_rest_is_checked(run: Run, db: Path, text: str) -> None:
    with tampering(db) as connection:
        connection.execute("DELETE FROM log WHERE desk = '3' AND seq = 2")
    wrong = db.with_name("wrong.key")
    wrong.write_text(text)
    ran = run("verify-log", "--key", str(wrong))
    assert ran.status == 3
    assert kinds(ran) == {"-": ["key"], "1": [], "3": ["deleted"], "quay-2": []}
    assert "signed_end" in ran.lines[0]["unchecked"]


def with_wal(db: Path, folder: Path, *, shm: bool) -> Path:
    """Copy a store while it is open: its newest events stand in the `-wal` alone."""
    folder.mkdir()
    with closing(SqliteLog(db, MASTER_KEY, Clock())) as log:
        append(log, DESKS[0])
        for suffix in ("", "-wal", "-shm")[: 3 if shm else 2]:
            shutil.copyfile(f"{db}{suffix}", folder / f"{db.name}{suffix}")
        for suffix in (".key", ".head"):
            shutil.copyfile(f"{db}{suffix}", folder / f"{db.name}{suffix}")
    return folder / db.name


@pytest.fixture(params=["alone", "wal", "wal and shm"])
def laid_aside(request: pytest.FixtureRequest, db: Path, tmp_path: Path) -> Path:
    """Return a copy with and without what SQLite keeps beside it."""
    if request.param == "alone":
        return copy_of(db, tmp_path / "aside")
    return with_wal(db, tmp_path / "aside", shm=request.param.endswith("shm"))


def in_a_process(copy: Path, *before: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a process of its own, with words before it."""
    words = [*before, sys.executable, "-m", "verification", "verify-log", "--copy", str(copy)]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


def test_a_copy_that_may_not_be_written_is_proved(laid_aside: Path) -> None:
    folder = laid_aside.parent
    before = state(folder)
    for file in folder.iterdir():
        file.chmod(0o444)
    folder.chmod(0o555)
    bare = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]  # root obeys modes then
    dropped = os.name == "posix" and os.geteuid() == 0 and shutil.which("setpriv")
    try:
        ran = in_a_process(laid_aside, *(bare if dropped else []))
    finally:
        folder.chmod(0o755)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "đúng" in ran.stdout
    assert state(folder) == before


@pytest.mark.long
def test_a_copy_on_a_mount_that_is_read_only_is_proved(laid_aside: Path) -> None:
    folder = laid_aside.parent
    mount = f"mount --bind '{folder}' '{folder}' && mount -o remount,ro,bind '{folder}' && exec"
    inside = ["unshare", "-m", "sh", "-c", f'{mount} "$@"', "sh"]
    if not shutil.which("unshare") or subprocess.run([*inside, "true"], check=False).returncode:
        pytest.skip("no mount can be made here")
    refused = subprocess.run([*inside, "touch", str(folder / "new")], check=False)
    assert refused.returncode != 0
    ran = in_a_process(laid_aside, *inside)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_events_that_stand_in_the_wal_alone_are_read(run: Run, db: Path, tmp_path: Path) -> None:
    copy = with_wal(db, tmp_path / "aside", shm=False)
    assert run("verify-log", "--copy", str(copy)).lines[0]["events"] == EACH + 1
    copy.with_name(f"{copy.name}-wal").unlink()
    ran = run("verify-log", "--copy", str(copy))
    assert kinds(ran)["1"] == ["cut"]


def test_a_store_is_proved_while_it_is_written(run: Run, db: Path) -> None:
    with closing(SqliteLog(db, MASTER_KEY, Clock())) as log:
        for count in range(1, 4):
            append(log, DESKS[0])
            ran = run("verify-log")
            assert sound(ran)
            assert ran.lines[0]["events"] == EACH + count


def test_a_kiosk_that_never_rests_is_never_taken_for_a_tampered_one(db: Path) -> None:
    ended = threading.Event()

    def work() -> None:
        with closing(SqliteLog(db, MASTER_KEY, Clock())) as log:
            while not ended.is_set():
                append(log, DESKS[0])

    worker = threading.Thread(target=work)
    worker.start()
    try:
        assert [found(db) for _ in range(5)] == [[]] * 5
    finally:
        ended.set()
        worker.join()


def test_a_store_that_somebody_holds_locked_is_proved(run: Run, db: Path) -> None:
    with closing(SqliteLog(db, MASTER_KEY, Clock())), closing(sqlite3.connect(db)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert sound(run("verify-log"))


@pytest.mark.parametrize(
    "content", [b"", b"SQLite format 3\0 and no more", b"%PDF-1.7 nothing", b"\0" * 5000]
)
def test_a_file_that_is_no_store_is_one_sentence(run: Run, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "kiosk.db"
    file.write_bytes(content)
    ran = run("verify-log", "--copy", str(file))
    assert (ran.status, ran.out) == (1, "")
    assert "kiosk.db" in ran.sentence


def test_what_is_no_file_at_all_is_one_sentence(run: Run, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.db"):
        ran = run("verify-log", "--copy", str(path))
        assert (ran.status, ran.out) == (1, "")
        assert ran.sentence


@pytest.mark.parametrize("share", [0.3, 0.5, 0.8, 0.95])
def test_a_truncated_file_never_looks_sound(run: Run, db: Path, share: float) -> None:
    whole = db.read_bytes()
    db.write_bytes(whole[: int(len(whole) * share)])
    ran = run("verify-log", "--copy", str(db))
    assert ran.status in {1, 3}
    assert ran.status == 3 or ran.sentence


def test_the_copy_is_for_its_owner_alone_and_is_gone_afterwards(
    run: Run, db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    modes: dict[bool, set[int]] = {True: set(), False: set()}

    def looked(*_: object) -> list[object]:
        (made,) = folder.iterdir()
        for path in (made, *made.rglob("*")):
            modes[path.is_dir()].add(stat.S_IMODE(path.stat().st_mode))
        raise KeyError("stops here")

    monkeypatch.setattr("verification.operations.commands.proof.prove", looked)
    with pytest.raises(KeyError):
        run("verify-log")
    assert modes == {True: {0o700}, False: {0o600}}
    assert list(folder.iterdir()) == []


# ---- heads


def test_a_head_file_that_was_edited_is_named(run: Run, db: Path) -> None:
    heads = head_file(db)
    text = heads.read_text()
    for changed in (text[:-2] + "x\n", text.replace(":8:", ":9:")):
        heads.write_text(changed)
        assert run("verify-log").status == 3
    heads.write_text(text + "somebody was here: yes: no\n")
    assert kinds(run("verify-log")) == {"-": ["edited"], "1": [], "3": [], "quay-2": []}


def test_a_missing_head_file_is_said(run: Run, db: Path) -> None:
    head_file(db).unlink()
    assert "heads" in run("verify-log").lines[0]["unchecked"]


# ---- an older log put back


@pytest.fixture
def restored(db: Path, tmp_path: Path) -> Path:
    """Return a store that was put back from a copy, beside the heads of what is lost."""
    copy_of(db, tmp_path / "backup")
    with closing(SqliteLog(db, MASTER_KEY, Clock())) as log:
        append(log, DESKS[0], 3)
        append(log, DESKS[1])
    shutil.copyfile(tmp_path / "backup" / db.name, db)
    return db


def test_the_desk_goes_on_with_a_log_put_back_which_stays_told(run: Run, restored: Path) -> None:
    assert kinds(run("verify-log"))["1"] == ["cut"]
    with closing(SqliteLog(restored, MASTER_KEY, Clock())) as log:
        append(log, DESKS[0], 5)
        append(log, DESKS[1], 5)
    ran = run("verify-log")
    assert kinds(ran) == {"1": ["rewritten"] * 3, "3": [], "quay-2": ["rewritten"]}


def test_a_log_put_back_is_sound_once_it_was_noted(run: Run, restored: Path) -> None:
    assert run("log", "note").status == 2
    lost = [head for heads in noted_heads(restored).values() for head in heads if head.count > EACH]
    noted = run("log", "note", "--why", "ổ cứng hỏng, phục hồi bản hôm qua").answer
    assert sorted(noted["over"]) == sorted(map(str, lost))
    ran = run("verify-log")
    assert ran.status == 0
    seq = int(noted["event_id"].rpartition("-")[2])
    assert ran.lines[0]["noted"] == [{"desk": "1", "seq": seq, "heads": 3}]
    assert [line.get("noted") for line in ran.lines[1:]] == [
        None,
        [{"desk": "1", "seq": seq, "heads": 1}],
    ]
    again = run("log", "note", "--why", "nữa")
    assert (again.status, len(again.sentence) > 0) == (1, True)
    without = run("verify-log", "--copy", str(restored), "--key", str(restored.parent / "x"))
    assert without.status == 1
    restored.with_name(f"{restored.name}.key").rename(restored.with_name("away"))
    assert run("verify-log").status == 3  # without the key nobody can tell a note from a forged one
    assert "notes" in run("verify-log").lines[0]["unchecked"]


def test_a_note_excuses_no_head_but_those_that_it_names(run: Run, restored: Path) -> None:
    kept = f"1:{EACH + 2}:{'c' * 64}"
    assert run("log", "note", "--why", "phục hồi").status == 0
    with head_file(restored).open("a") as file:
        file.write(f"1:{EACH + 9}:{'b' * 64}\n")
    assert kinds(run("verify-log"))["1"] == ["cut"]
    assert run("verify-log", "--head", kept).status == 3
    assert run("log", "note", "--why", "sổ giấy", "--head", kept).status == 0
    assert run("verify-log", "--head", kept).status == 0


def test_a_forged_note_excuses_nothing(run: Run, restored: Path) -> None:
    over = [str(head) for heads in noted_heads(restored).values() for head in heads]
    with tampering(restored) as connection:
        query = "SELECT * FROM log WHERE desk = '1' ORDER BY seq DESC LIMIT 1"
        connection.row_factory = sqlite3.Row
        row = forged(dict(connection.execute(query).fetchone()))
        row |= {"kind": "log_noted", "codes": f'{{"heads":[],"over":["{over[-1]}"]}}'}
        put(connection, row | {"hash": row_hash({**row, "hash": None})})
        connection.execute(
            "INSERT INTO content SELECT '1-9', salt, key_id, sealed FROM content LIMIT 1"
        )
    ran = run("verify-log")
    assert ran.status == 3
    assert "inserted" in kinds(ran)["1"]
    assert all("noted" not in line for line in ran.lines)
