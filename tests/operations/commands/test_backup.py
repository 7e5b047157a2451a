"""`backup`, `restore-drill`, `restore`: as they are run, on damage and on rubbish."""

from __future__ import annotations

import errno
import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from fixtures.tables import HERE
from tests.log.contract.engines import loosen
from tests.support import MASTER_KEY, payload
from verification.adapters.store.sqlite import card_file
from verification.adapters.store.sqlite.card_folder import newest_file, number_of
from verification.operations.backup import making
from verification.operations.backup.manifest import MANIFEST, kept_file, mark_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.operations.commands.conftest import Ran
    from verification.adapters.store.sqlite.saving import Saved

    Run = Callable[..., Ran]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Return the folder of a disk for backups."""
    folder = tmp_path / "disk"
    folder.mkdir()
    return folder


@pytest.fixture
def made(run: Run, target: Path) -> Path:
    """Return a backup of a store with one visit."""
    run("check-in", payload("patient-1").decode())
    return target / str(run("backup", str(target)).answer["folder"])


def test_a_backup_holds_log_heads_and_cards_and_never_the_key(made: Path) -> None:
    names = {file.name for file in made.iterdir()}
    assert {MANIFEST, "kiosk.db", "kiosk.db.head"} < names
    assert any(name.startswith("cards-") for name in names)
    assert all(MASTER_KEY.hex().encode() not in file.read_bytes() for file in made.iterdir())
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in made.iterdir())


def test_a_path_that_is_empty_or_too_long_is_one_sentence_and_makes_nothing(
    run: Run, home: Path
) -> None:
    before = {*home.iterdir()}
    for words, status in (
        (("backup", ""), 2),
        (("backup", "a" * 5000), 1),
        (("restore", "x", "--to", " "), 2),
        (("restore-drill", "x", "--in", ""), 2),
    ):
        ran = run(*words)
        assert ran.status == status, words
        assert (0 < len(ran.err) < 300, "Traceback" in ran.err) == (True, False), words
    assert {*home.iterdir()} == before


def test_one_could_go_back_to_a_backup(run: Run, made: Path) -> None:
    ran = run("restore-drill", str(made))
    assert ran.status == 0
    assert ran.answer["could_go_back"] is True
    assert ran.answer["problems"] == []
    assert (ran.answer["visits"], ran.answer["read"]) == (1, 1)
    assert ran.answer["cards"] > 50


def test_a_desk_that_began_behind_the_heads_is_no_reason_not_to_go_back(
    run: Run, home: Path, target: Path
) -> None:
    run("check-in", payload("patient-1").decode(), "--desk", "1")
    heads = (home / "kiosk.db.head").read_bytes()
    run("check-in", payload("patient-2").decode(), "--desk", "2")
    (home / "kiosk.db.head").write_bytes(heads)  # as killed between its commit and its head
    made = target / str(run("backup", str(target)).answer["folder"])
    ran = run("restore-drill", str(made))
    assert (ran.status, ran.answer["problems"]) == (0, [])


def test_that_a_backup_was_taken_is_logged_and_stands_in_the_next_one(
    run: Run, made: Path, home: Path, target: Path
) -> None:
    with closing(sqlite3.connect(home / "kiosk.db")) as db:
        codes = [json.loads(one) for (one,) in db.execute("SELECT codes FROM log ORDER BY seq")]
    assert codes[-1] == {"what": "backup", "rows": 1} | {"officer": "dong-lenh"}
    events = run("restore-drill", str(made)).answer["events"]
    assert events == len(codes) - 1, "the backup is what its list says"


def test_a_list_that_is_imported_meanwhile_stands_in_log_and_cards_or_in_neither(
    run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = ["import-facilities", str(HERE / "facilities.csv")]
    save, between = making.save, [True, False]

    def saved(db: Path, copy: Path) -> Saved:
        held = save(db, copy)
        if between.pop(0):  # the card file that this copy names goes at once
            assert run(*taken).status == 0
        return held

    def drilled(name: str) -> list[str]:
        folder = tmp_path / name
        folder.mkdir()
        made = folder / str(run("backup", str(folder)).answer["folder"])
        assert run("restore-drill", str(made)).status == 0, name
        return [file.name for file in made.glob("cards-*")]

    assert run(*taken).status == 0
    first = number_of(newest_file(home) or home)
    monkeypatch.setattr(making, "save", saved)
    assert drilled("swapped") == [f"cards-{first + 1}.db"]
    monkeypatch.setattr(making, "save", save)
    with monkeypatch.context() as ended:  # between note and rename
        ended.setattr(card_file, "put_in_place", _ended)
        assert run(*taken).status == 1
    assert [file.name for file in home.glob("cards-*.draft")] == [f"cards-{first + 2}.draft"]
    assert drilled("unnamed") == [f"cards-{first + 2}.db"]


def test_a_card_file_that_is_gone_is_no_reason_to_make_no_backup(
    run: Run, home: Path, target: Path
) -> None:
    assert run("import-facilities", str(HERE / "facilities.csv")).status == 0
    (newest_file(home) or home).unlink()
    made = target / str(run("backup", str(target)).answer["folder"])
    drilled = run("restore-drill", str(made))
    assert (drilled.status, "card_file" in drilled.err + drilled.out) == (3, True)


def _ended(*_: object, **__: object) -> None:
    raise OSError(errno.EIO, "ended")


def test_the_key_goes_to_a_folder_of_its_own(
    run: Run, home: Path, target: Path, tmp_path: Path
) -> None:
    run("check-in", payload("patient-1").decode())
    answer = run("backup", str(target), "--key-to", str(tmp_path / "safe")).answer
    kept = tmp_path / "safe" / f"kiosk-{mark_of(MASTER_KEY)}.key"
    assert answer["key"] == str(kept)
    (home / "kiosk.db.key").unlink()  # the machine is gone, the safe is not
    assert run("restore-drill", answer["folder"], "--key", str(kept)).status == 0
    assert kept.stat().st_mode & 0o777 == 0o600


def test_the_key_never_lies_with_the_backup(run: Run, home: Path, target: Path) -> None:
    assert home
    ran = run("backup", str(target), "--key-to", str(target / "khoa"))
    assert ran.status == 1
    assert "Khóa không được nằm cùng chỗ" in ran.sentence
    assert list(target.iterdir()) == []


@pytest.mark.parametrize("name", ["kiosk.db", "kiosk.db.head", "cards"])
def test_a_file_that_is_not_what_it_was_is_named(run: Run, made: Path, name: str) -> None:
    (file,) = made.glob(f"{name}*.db") if name == "cards" else [made / name]
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    ran = run("restore-drill", str(made))
    assert ran.status == 3
    assert file.name in ran.answer["problems"][0]["vi"]
    assert run("restore", str(made), "--to", str(made.parent / "new")).status == 1
    assert not (made.parent / "new").exists()


def test_a_log_that_was_changed_with_its_digest_is_found_by_its_proof(
    run: Run, made: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(made / "kiosk.db", isolation_level=None)) as db:
        loosen(db)
        db.execute("UPDATE log SET happened_at = '2020-01-01T00:00:00.000Z' WHERE seq = 1")
    told = json.loads((made / MANIFEST).read_text())
    kept = kept_file(made / "kiosk.db")
    told["files"]["kiosk.db"] = {"bytes": kept.bytes, "sha256": kept.sha256}
    (made / MANIFEST).write_text(json.dumps(told))
    ran = run("restore-drill", str(made), "--in", str(tmp_path))
    assert ran.status == 3
    assert "verify-log" in ran.answer["problems"][0]["vi"]
    assert not list(tmp_path.glob("kiosk-drill-*"))


def test_another_key_does_not_open_it(run: Run, made: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.key"
    other.write_text("ab" * 32)
    other.chmod(0o600)
    ran = run("restore-drill", str(made), "--key", str(other))
    assert ran.status == 3
    assert mark_of(MASTER_KEY) in ran.answer["problems"][0]["vi"]
    assert run("restore", str(made), "--to", str(tmp_path / "n"), "--key", str(other)).status == 1


def test_a_restored_house_goes_on(
    run: Run, home: Path, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = tmp_path / "moved" / "here"
    answer = run("restore", str(made), "--to", str(new), "--key", str(home / "kiosk.db.key")).answer
    monkeypatch.setenv("KIOSK_DB", answer["db"])
    assert run("verify-log").status == 0
    again = run("check-in", payload("patient-1").decode()).answer
    assert len(again["already_today"]) == 1
    assert run("verify-log").status == 0


def test_nothing_is_restored_over_what_is_there(run: Run, made: Path, home: Path) -> None:
    before = {file.name: file.read_bytes() for file in home.iterdir() if file.suffix == ".db"}
    ran = run("restore", str(made), "--to", str(home))
    assert ran.status == 1
    assert "hãy chọn thư mục mới" in ran.sentence
    assert {name: (home / name).read_bytes() for name in before} == before


@pytest.mark.parametrize("what", ["none", "empty", "rubbish", "outside", "list"])
def test_what_is_no_backup_is_refused_in_a_sentence(run: Run, target: Path, what: str) -> None:
    folder = target / "kiosk-20260101-000000"
    if what != "none":
        folder.mkdir()
    outside = {
        "form": 1,
        "made_at": "2026-01-01T00:00:00+07:00",
        "facility": None,
        "house": "x",
        "db": "../kiosk.db",
        "commit": "",
        "key": "",
        "heads": [],
        "counts": {},
        "sound": True,
        "files": {"../kiosk.db": {"bytes": 1, "sha256": "x"}},
    }
    texts = {"rubbish": "\x00{", "outside": json.dumps(outside), "list": "[1, 2]"}
    if what in texts:
        (folder / MANIFEST).write_text(texts[what])
    ran = run("restore-drill", str(folder))
    assert ran.status == 1
    assert ran.sentence


def test_a_target_that_is_not_there_or_is_the_store_itself_is_refused(
    run: Run, home: Path, target: Path
) -> None:
    assert "Không có thư mục" in run("backup", str(target / "away")).sentence
    assert "hãy chọn đĩa khác" in run("backup", str(home)).sentence
    assert not list(home.glob("*kiosk-*"))
