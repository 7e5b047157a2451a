"""`import-cards`, `import-facilities`, `import-offices`, `verify-log`, `setup --store`."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.support import FIXTURES, payload
from verification.adapters.store.sqlite.opening import open_cards
from verification.log.card_files import newest_note, noted_file
from verification.operations.settings import read_settings
from verification.operations.wiring import logging_kiosk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.operations.commands.conftest import Ran

    Run = Callable[..., Ran]

REPORT_KEYS = [
    *("read", "added", "changed", "same", "removed", "lifted", "rejected", "rejects_file"),
    "seconds",
]


@pytest.fixture
def filled(run: Run, home: Path) -> Path:
    """Return the database of a log with three visits at two desks."""
    run("check-in", "-", stdin=payload("patient-1"))
    run("check-in", "-", stdin=payload("s2"))
    run("check-in", "-", "--desk", "2", stdin=payload("s4"))
    return home / "kiosk.db"


@pytest.mark.parametrize(("kind", "rows"), [("cards", 88), ("facilities", None), ("offices", None)])
def test_each_import_reports_with_the_keys_of_the_contract(
    run: Run, kind: str, rows: int | None
) -> None:
    ran = run(f"import-{kind}", str(FIXTURES / f"{kind}.csv"))
    assert (ran.status, ran.err) == (0, "")
    assert list(ran.answer) == REPORT_KEYS
    assert ran.answer["added"] == ran.answer["read"] == (rows or ran.answer["read"])
    assert ran.answer["rejects_file"] is None
    again = run(f"import-{kind}", str(FIXTURES / f"{kind}.csv"), "--replace").answer
    assert (again["same"], again["added"], again["removed"]) == (again["read"], 0, 0)


def test_rejected_rows_are_status_0(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text("ma_the,ho_ten\nDN8,x\nDN4797900000501,Mẫu\n", encoding="utf-8")
    ran = run("import-cards", str(source))
    assert (ran.status, ran.answer["added"], ran.answer["rejected"]) == (0, 1, 1)
    assert ran.answer["rejects_file"]
    assert run("lookup", "--number", "DN4797900000501").answer["ho_ten"] == "Mẫu"


@pytest.mark.parametrize(
    "content",
    [b"a,b\n1,2\n", b"", b"\xff\xfe\x00", None],
    ids=["heading", "empty", "bytes", "none"],
)
def test_a_wrong_file_is_status_1_and_changes_nothing(
    run: Run, tmp_path: Path, content: bytes | None
) -> None:
    source = tmp_path / "a.csv"
    if content is not None:
        source.write_bytes(content)
    ran = run("import-cards", str(source))
    assert (ran.status, ran.out) == (1, "")
    assert "a.csv" in ran.sentence
    assert run("lookup", "--number", "DN4797900000011").lines


# ---- verify-log


def test_a_sound_log_is_status_0_with_one_line_a_desk(run: Run, filled: Path) -> None:
    ran = run("verify-log")
    assert (ran.status, ran.err) == (0, "")
    assert [line["desk"] for line in ran.lines] == ["1", "2"]
    for line in ran.lines:
        assert list(line) == ["desk", "events", "head", "ok", "problems", "unchecked"]
        assert (line["ok"], line["problems"]) == (True, [])
        assert line["head"].startswith(f"{line['desk']}:{line['events']}:")


def test_a_copy_is_verified_too(run: Run, filled: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy" / "kiosk.db"
    copy.parent.mkdir()
    shutil.copyfile(filled, copy)
    ran = run("verify-log", "--copy", str(copy))
    assert (ran.status, [line["events"] for line in ran.lines]) == (0, [4, 2])


def test_given_heads_are_compared(run: Run, filled: Path) -> None:
    head = run("verify-log").lines[0]["head"]
    assert run("verify-log", "--head", head).status == 0
    desk, count, digest = head.split(":")
    cut = run("verify-log", "--head", f"{desk}:{int(count) + 1}:{digest}")
    assert cut.status == 3
    assert cut.lines[0]["problems"] == [{"seq": 5, "kind": "cut"}]
    other = run("verify-log", "--head", f"{desk}:{count}:{'f' * 64}")
    assert other.status == 3
    assert other.lines[0]["problems"] == [{"seq": 4, "kind": "rewritten"}]
    missing = run("verify-log", "--head", f"9:1:{digest}")
    assert missing.status == 3
    assert {p["kind"] for p in missing.lines[-1]["problems"]} >= {"cut"}


def test_an_absent_head_fails_only_where_one_was_given(run: Run, filled: Path) -> None:
    head = run("verify-log").lines[0]["head"]
    filled.with_name("kiosk.db.head").unlink()
    assert run("verify-log").status == 0
    ran = run("verify-log", "--head", head)
    assert ran.status == 3
    assert [p["kind"] for p in ran.lines[0]["problems"]] == ["head_missing"]


def test_a_torn_line_of_the_heads_is_left_out(run: Run, filled: Path) -> None:
    with filled.with_name("kiosk.db.head").open("ab") as file:
        file.write(b"1:5:abc\n\xff\n1:")
    assert run("verify-log").status == 0


@pytest.mark.parametrize(
    ("statement", "seq", "kind"),
    [
        ("UPDATE log SET codes = '{}' WHERE desk = '1' AND seq = 2", 2, "edited"),
        ("DELETE FROM log WHERE desk = '1' AND seq = 2", 2, "deleted"),
        ("DELETE FROM log WHERE desk = '1' AND seq = 4", 4, "cut"),
    ],
)
def test_a_tampered_log_is_status_3_and_named(
    run: Run, filled: Path, statement: str, seq: int, kind: str
) -> None:
    with closing(sqlite3.connect(filled)) as connection, connection:
        for verb in ("update", "delete"):
            connection.execute(f"DROP TRIGGER log_no_{verb}")
        connection.execute(statement)
    ran = run("verify-log")
    assert ran.status == 3
    assert ran.lines[0]["problems"] == [{"seq": seq, "kind": kind}]
    assert not ran.lines[0]["ok"]
    assert ran.lines[1]["ok"]


@pytest.mark.parametrize("content", [b"rubbish" * 500, b"", None])
def test_what_is_no_log_is_status_1(run: Run, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "copy.db"
    if content is not None:
        path.write_bytes(content)
    ran = run("verify-log", "--copy", str(path))
    assert (ran.status, ran.out) == (1, "")
    assert ran.sentence


def test_a_head_of_another_form_is_status_1(run: Run, filled: Path) -> None:
    ran = run("verify-log", "--head", "1:2")
    assert (ran.status, ran.out) == (1, "")
    assert "--head" in ran.sentence


def test_a_new_log_holds_the_import_of_the_demo_and_is_sound(run: Run, home: Path) -> None:
    assert run("setup", "--store").status == 0
    ran = run("verify-log")
    [line] = ran.lines
    assert (ran.status, line["desk"], line["events"], line["ok"]) == (0, "kho-the", 1, True)
    assert line["unchecked"] == ["history"]  # nobody was marked yet: there is no key of marks


def test_an_import_needs_the_key_of_the_log_and_changes_nothing_without(
    run: Run, filled: Path
) -> None:
    key = filled.with_name("kiosk.db.key")
    before = {p.name: p.read_bytes() for p in filled.parent.glob("cards-*")}
    key.rename(filled.with_name("away"))
    ran = run("import-cards", str(FIXTURES / "cards.csv"))
    assert (ran.status, ran.out) == (1, "")
    assert "khóa" in ran.sentence
    assert {p.name: p.read_bytes() for p in filled.parent.glob("cards-*")} == before
    assert not key.exists()


def test_an_import_is_noted_while_a_kiosk_has_the_log_open(run: Run, filled: Path) -> None:
    with logging_kiosk(read_settings({"KIOSK_DB": str(filled)})) as kiosk:
        seen = len(kiosk.written.recent("1", 9))
        assert run("import-offices", str(FIXTURES / "offices.csv")).status == 0
        assert run("check-in", "-", stdin=payload("s3")).status == 0
        assert len(kiosk.written.recent("1", 9)) == seen + 1
        assert noted_file(newest_note(kiosk.written))
    assert run("verify-log").status == 0


# ---- setup --store


def test_setup_makes_a_demo_store_only_where_there_is_none(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_DB", str(tmp_path / "new" / "kiosk.db"))
    first = run("setup", "--store").answer
    assert (first["cards"], first["demo"]) == (88, True)
    assert run("setup", "--store").answer == first
    source = tmp_path / "real.csv"
    source.write_text("ma_the,ho_ten\nDN4797900000501,Mẫu\n", encoding="utf-8")
    run("import-cards", str(source))
    later = run("setup", "--store").answer
    assert (later["cards"], later["demo"]) == (1, False)


def test_a_store_that_cannot_be_made_is_told(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("KIOSK_DB", str(tmp_path / "file" / "kiosk.db"))
    for words in (("setup", "--store"), ("check-in", "7900000011")):
        ran = run(*words)
        assert (ran.status, ran.out) == (1, "")
        assert ran.sentence


def test_a_file_of_bad_rows_alone_changes_nothing(run: Run, filled: Path, tmp_path: Path) -> None:
    before = sorted(path.name for path in filled.parent.glob("cards-*"))
    bad = tmp_path / "bad.csv"
    bad.write_text("ma_the,ho_ten\nDN8,Mẫu\n,Mẫu\n", encoding="utf-8")
    ran = run("import-cards", str(bad), "--replace")
    assert ran.status == 0
    assert (ran.lines[0]["rejected"], ran.lines[0]["removed"]) == (2, 0)
    assert sorted(path.name for path in filled.parent.glob("cards-*")) == before


def test_facilities_alone_do_not_make_the_cards_newer(run: Run, home: Path, tmp_path: Path) -> None:
    table = tmp_path / "facilities.csv"
    table.write_text("ma_cskcb,ten\n79014,BV Mẫu\n", encoding="utf-8")
    assert run("import-facilities", str(table)).status == 0
    with open_cards(home) as cards:
        assert cards.status().as_of is None  # the demo went, no card came


# ---- shares, previews, lists of changes, and going back

FIVE = [f"DN479790000050{at}" for at in range(1, 6)]


@pytest.fixture
def listed(run: Run, tmp_path: Path) -> Callable[..., Ran]:
    """Return a function that imports rows of cards; five are in the store."""
    source = tmp_path / "list.csv"

    def taken(*rows: str, options: tuple[str, ...] = ()) -> Ran:
        source.write_text("\n".join(["ma_the,ho_ten,ngay_sinh", *rows, ""]), encoding="utf-8")
        return run("import-cards", str(source), *options)

    assert taken(*(f"{number},Mẫu,1990" for number in FIVE)).status == 0
    return taken


@pytest.mark.parametrize("setting", ["", "20", "20%", "39"])
def test_a_list_that_removes_too_much_is_status_1(
    run: Run, listed: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.setenv("KIOSK_REMOVE_SHARE", setting)
    rows = [f"{number},Mẫu,1990" for number in FIVE[:3]]
    ran = listed(*rows, options=("--replace",))
    assert (ran.status, ran.out) == (1, "")
    assert "2 trong 5" in ran.sentence
    assert "--remove-any" in ran.sentence
    assert run("lookup", "--number", FIVE[4]).lines
    assert listed(*rows, options=("--replace", "--remove-any")).answer["removed"] == 2


def test_the_house_decides_how_much_a_list_removes(
    listed: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_REMOVE_SHARE", "40")
    rows = [f"{number},Mẫu,1990" for number in FIVE[:3]]
    assert listed(*rows, options=("--replace",)).answer["removed"] == 2
    monkeypatch.setenv("KIOSK_REMOVE_SHARE", "0")
    assert listed(*rows[:2], options=("--replace",)).status == 1


def test_a_list_of_which_too_many_known_rows_are_refused_is_status_1(
    run: Run, listed: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"{number},Mẫu,{'99' if at < 2 else '1990'}" for at, number in enumerate(FIVE)]
    ran = listed(*rows)
    assert (ran.status, ran.out) == (1, "")
    assert "2 trong 5" in ran.sentence
    assert run("check", FIVE[0]).answer["reason"] == "valid"
    monkeypatch.setenv("KIOSK_REJECT_SHARE", "40")
    assert listed(*rows).answer["rejected"] == 2
    assert run("check", FIVE[0]).answer["reason"] == "refused_row"


@pytest.mark.parametrize("name", ["KIOSK_REMOVE_SHARE", "KIOSK_REJECT_SHARE"])
@pytest.mark.parametrize("value", ["101", "-1", "0.2", "20 phần", "%", "٢٠", "1e1", "9" * 5_000])
def test_a_share_that_is_none_is_named(
    listed: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    ran = listed(f"{FIVE[0]},Mẫu,1990")
    assert (ran.status, ran.out) == (1, "")
    assert name in ran.sentence


def test_a_list_of_changes_replaces_nothing(listed: Callable[..., Ran]) -> None:
    ran = listed(f"{FIVE[0]},Mẫu,1990", options=("--delta", "--replace"))
    assert (ran.status, ran.out) == (2, "")
    assert "--delta" in ran.err
    answer = listed(f"{FIVE[0]},Mẫu,1991", options=("--delta",)).answer
    assert list(answer) == REPORT_KEYS
    assert (answer["changed"], answer["removed"]) == (1, 0)


def test_a_preview_answers_masked_and_changes_nothing(
    run: Run, listed: Callable[..., Ran], home: Path
) -> None:
    before = {path.name: path.read_bytes() for path in home.glob("cards-*")}
    events = len(run("verify-log").lines)
    rows = [f"{FIVE[0]},Người Khác,1990", "DN4797900000509,Mẫu,1990"]
    ran = listed(*rows, options=("--replace", "--preview"))
    assert ran.status == 0
    assert list(ran.answer) == [*REPORT_KEYS, "changes", "examples", "stopped"]
    assert ran.answer["changes"] == {"removed": 4, "person": 1, "added": 1}
    assert ran.answer["examples"]["person"] == ["DN479••••••0501"]
    assert [*FIVE, "Khác"] == [word for word in [*FIVE, "Khác"] if word not in ran.out]
    assert "80 %" in ran.sentence
    assert ran.answer["stopped"][0]["vi"] in ran.sentence
    assert {path.name: path.read_bytes() for path in home.glob("cards-*")} == before
    assert len(run("verify-log").lines) == events


def test_going_back_answers_with_what_was_undone(run: Run, listed: Callable[..., Ran]) -> None:
    listed(f"{FIVE[0]},Người Khác,1990")
    ran = run("import-undo")
    assert (ran.status, ran.err) == (0, "")
    assert list(ran.answer) == ["card_file", "cards", "as_of", "undone"]
    assert (ran.answer["card_file"], ran.answer["cards"]) == ("cards-4.db", 5)
    undone = ran.answer["undone"]
    assert (undone["card_file"], undone["table"], undone["changed"]) == ("cards-3.db", "cards", 1)
    assert undone["officer"] == "dong-lenh"
    assert run("lookup", "--number", FIVE[0]).answer["ho_ten"] == "Mẫu"
    assert run("verify-log").status == 0
    again = run("import-undo")
    assert (again.status, again.out) == (1, "")
    assert "hoàn tác" in again.sentence
    assert listed(f"{FIVE[0]},Người Khác,1990").answer["changed"] == 1


def test_a_real_house_does_not_go_back_to_invented_cards(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_DB", str(tmp_path / "new" / "kiosk.db"))
    run("setup", "--store")
    source = tmp_path / "real.csv"
    source.write_text("ma_the,ho_ten\nDN4797900000501,Mẫu\n", encoding="utf-8")
    run("import-cards", str(source))
    monkeypatch.setenv("KIOSK_FACILITY", "79777")
    ran = run("import-undo")
    assert (ran.status, ran.out) == (1, "")
    assert "dùng thử" in ran.sentence
    assert run("lookup", "--number", "DN4797900000501").lines
    monkeypatch.delenv("KIOSK_FACILITY")
    assert run("import-undo").answer["cards"] == 88
