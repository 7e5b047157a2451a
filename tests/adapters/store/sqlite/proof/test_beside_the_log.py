"""What is changed beside the log is found: at which event, as what, and whether with the key."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.store_support import a_house, change, fill, overwrite, pages_of
from tests.support import DESK, MASTER_KEY, Clock, open_kiosk
from verification.adapters.store.sqlite.proof.checks import prove
from verification.adapters.store.sqlite.proof.copying import copied
from verification.log.forgetting import forget
from verification.log.forgetting_events import Forgets, WhyForgotten
from verification.log.visit_events import Viewed
from verification.log.writing import write_alone
from verification.reception import corrections
from verification.rights import command_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from verification.log.findings import Finding
    from verification.log.ports import LogTransaction

ERASED = "1-7"  # the second visit: its presentation is 1-6


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store of 30 visits, one of them erased; copy it, never write into it."""
    path = a_house(tmp_path_factory.mktemp("whole"), visits=30)
    with open_kiosk(path.parent, Clock()) as (kiosk, _):
        corrections.erase(command_line("1"), kiosk, ERASED)
    return path


@pytest.fixture
def store(whole: Path, tmp_path: Path) -> Path:
    """Return a copy of it."""
    for file in whole.parent.iterdir():
        shutil.copy(file, tmp_path / file.name)
    return tmp_path / whole.name


def found(path: Path, master: bytes | None = MASTER_KEY) -> Sequence[Finding]:
    with copied(path, master) as copy:
        return prove(copy).findings


def told(path: Path, master: bytes | None = MASTER_KEY) -> set[str]:
    """Return what is found, each as `event kind`, `-` for none."""
    return {
        f"{one.desk}-{one.seq} {one.kind}" if one.seq else f"- {one.kind}"
        for one in found(path, master)
    }


def test_the_store_of_these_tests_is_as_they_say(whole: Path) -> None:
    with closing(sqlite3.connect(whole)) as db:
        kinds = "SELECT seq, kind FROM log WHERE seq <= 9 ORDER BY seq"
        assert db.execute(kinds).fetchall() == [
            *((1, "presented"), (2, "received"), (3, "case_opened"), (4, "case_taken")),
            *((5, "corrected"), (6, "presented"), (7, "received"), (8, "presented")),
            (9, "received"),
        ]


@pytest.mark.parametrize("master", [MASTER_KEY, None])
def test_an_honest_store_is_sound_and_what_was_not_proved_is_named(
    whole: Path, master: bytes | None
) -> None:
    with copied(whole, master) as copy:
        proof = prove(copy)
    assert proof.findings == []
    always = {"history_elsewhere"}
    with_key = {"person_index_unexplained"}  # by the erased content and the visits of elsewhere
    without = {"content", "history", "person_index"}
    macs = {"account_mac", "session_mac", "api_key_mac"}
    others = macs | {"desks", "order", "signed_end"}  # of other checks
    assert set(proof.unchecked) - others == always | (with_key if master else without)


@dataclass(frozen=True)
class Attack:
    """What somebody who can write the file does.

    Args:
        does: Statements.
        told: What is found with the key.
        blind: What is found without it.
    """

    does: str
    told: str
    blind: str = ""


def seen(does: str, finding: str) -> Attack:
    """Return an attack that is found without the key too."""
    return Attack(does, finding, finding)


ATTACKS = {
    "content deleted": seen("DELETE FROM content WHERE event_id = '1-8'", "1-8 content"),
    "content of a correction deleted": seen(
        "DELETE FROM content WHERE event_id = '1-5'", "1-5 content"
    ),
    "content without an event": seen(
        "INSERT INTO content SELECT '1-9', salt, key_id, sealed FROM content LIMIT 1",
        "1-9 content",
    ),
    "content of an event that never was": seen(
        "INSERT INTO content SELECT '1-9999', salt, key_id, sealed FROM content LIMIT 1",
        "1-9999 content",
    ),
    "content put back after it was erased": seen(
        "INSERT INTO content SELECT '1-6', salt, key_id, sealed FROM content LIMIT 1",
        "1-6 content",
    ),
    "content swapped": Attack(
        "UPDATE content SET event_id = CASE event_id WHEN '1-8' THEN 'x' ELSE '1-8' END"
        " WHERE event_id IN ('1-8', '1-10');"
        "UPDATE content SET event_id = '1-10' WHERE event_id = 'x'",
        "1-8 content, 1-10 content",
    ),
    "content of another put in its place": Attack(
        "UPDATE content SET (salt, key_id, sealed) ="
        " (SELECT salt, key_id, sealed FROM content WHERE event_id = '1-10')"
        " WHERE event_id = '1-8'",
        "1-8 content",
    ),
    "salt changed": Attack(
        "UPDATE content SET salt = zeroblob(32) WHERE event_id = '1-8'", "1-8 content"
    ),
    "ciphertext changed": Attack(
        "UPDATE content SET sealed = CAST(substr(sealed, 1, 20) || x'00' AS BLOB)"
        " WHERE event_id = '1-8'",
        "1-8 content",
    ),
    "ciphertext emptied": Attack(
        "UPDATE content SET sealed = x'' WHERE event_id = '1-8'", "1-8 content"
    ),
    "key of a content changed": Attack(
        "UPDATE content SET key_id = 'index-1' WHERE event_id = '1-8'", "1-8 content"
    ),
    "key of a content that never was": Attack(
        "UPDATE content SET key_id = 'none' WHERE event_id = '1-8'", "1-8 content"
    ),
    "wrapped key deleted": Attack("DELETE FROM wrapped_key WHERE key_id = '2026-11'", "1-1 key"),
    "wrapped keys swapped": Attack(
        "UPDATE wrapped_key SET wrapped ="
        " (SELECT wrapped FROM wrapped_key WHERE key_id = 'index-1') WHERE key_id = '2026-11'",
        "1-1 key",
    ),
    "a wrapped key that nothing made": Attack(
        "INSERT INTO wrapped_key VALUES ('2026-12', zeroblob(60))", "- key"
    ),
    "the key of the index deleted": Attack(
        "DELETE FROM wrapped_key WHERE key_id = 'index-1'", "- key"
    ),
    "a visit deleted": seen("DELETE FROM visit WHERE visit_id = '1-9'", "1-9 projection"),
    "a visit added": seen(
        "INSERT INTO visit SELECT '1-8', desk, 8, happened_at, day, person_ref, presented, verdict,"
        " reason, rate, ma_doituong_kcb, officer, cach_trinh, doi_chieu, nguoi_trinh, corrected,"
        " cancelled, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL FROM visit LIMIT 1",
        "1-8 projection",
    ),
    "a visit made green": seen(
        "UPDATE visit SET verdict = 'not_eligible' WHERE visit_id = '1-9'", "1-9 projection"
    ),
    "a visit cancelled": seen(
        "UPDATE visit SET cancelled = 'khac' WHERE visit_id = '1-9'", "1-9 projection"
    ),
    "a visit of another person": seen(
        "UPDATE visit SET person_ref = 'x' WHERE visit_id = '1-9'", "1-9 projection"
    ),
    "a visit on another day": seen(
        "UPDATE visit SET day = '2020-01-01' WHERE visit_id = '1-9'", "1-9 projection"
    ),
    "a rate raised": seen("UPDATE visit SET rate = '1/1' WHERE visit_id = '1-9'", "1-9 projection"),
    "a scan deleted": seen("DELETE FROM scan WHERE event_id = '1-8'", "1-8 projection"),
    "a scan added": seen("INSERT INTO scan VALUES ('lan:x', '1-8')", "1-8 projection"),
    "a scan that means another event": seen(
        "UPDATE scan SET event_id = '1-10' WHERE event_id = '1-8'", "1-8 projection"
    ),
    "the history deleted": Attack("DELETE FROM history WHERE id = '1-9'", "1-8 projection"),
    "the history changed": Attack(
        "UPDATE history SET cccd = NULL WHERE id = '1-9'", "1-8 projection"
    ),
    "the history of another desk": Attack(
        "UPDATE history SET desk = '2' WHERE id = '1-9'", "1-8 projection"
    ),
    "the history called a visit of elsewhere": Attack(
        "UPDATE history SET origin = 'import' WHERE id = '1-9'",
        "1-8 projection, - projection",
        "- projection",
    ),
    "the history added": Attack(
        "INSERT INTO history (id, at, ma_cskcb, received, cancelled, origin, event_id)"
        " VALUES ('1-7777', 1, '79014', 1, 0, 'log', '1-7776')",
        "1-7776 projection",
    ),
    "a visit of elsewhere cancelled": seen(
        "UPDATE history SET cancelled = 1 WHERE rowid ="
        " (SELECT min(rowid) FROM history WHERE origin = 'import')",
        "- projection",
    ),
    "a visit of elsewhere of nobody": Attack(  # and nothing explains its numbers any more
        "UPDATE history SET person_ref = 'x' WHERE rowid ="
        " (SELECT min(rowid) FROM history WHERE origin = 'import')",
        "- projection, - person_index",
        "- projection",
    ),
    "a case deleted": seen("DELETE FROM review_case WHERE number = '2026-0001'", "1-3 case"),
    "a case closed": seen(
        "UPDATE review_case SET closed = 1 WHERE number = '2026-0001'", "1-3 case"
    ),
    "a case about another": seen(
        "UPDATE review_case SET subject = 'x' WHERE number = '2026-0001'", "1-3 case"
    ),
    "a case added": seen(
        "INSERT INTO review_case VALUES ('2026-0099', 'x', 0, '2026-11-22T01:12:00.000+00:00')",
        "- case",
    ),
    "an event taken from a case": seen(
        "DELETE FROM case_event WHERE seq = 4 AND desk = '1'", "1-4 case"
    ),
    "an event given to another case": seen(
        "UPDATE case_event SET number = '2026-0002' WHERE seq = 4 AND desk = '1'", "1-4 case"
    ),
    "events of a case in another order": seen(
        "UPDATE case_event SET id = 1000 WHERE seq = 3",
        "1-3 case, 1-4 case",
    ),
    "a number deleted from the index": Attack(
        "DELETE FROM person_index WHERE person_ref = (SELECT person_ref FROM log WHERE seq = 8)"
        " AND number_hmac NOT LIKE 'bhxh:%'",
        "1-8 person_index",
    ),
    "a person named no more": Attack(
        "DELETE FROM person_index WHERE number_hmac ="
        " 'bhxh:' || (SELECT person_ref FROM log WHERE seq = 8)",
        "1-8 person_index",
    ),
    "numbers of two persons swapped": Attack(
        "UPDATE person_index SET person_ref = CASE person_ref"
        " WHEN (SELECT person_ref FROM log WHERE seq = 8)"
        " THEN (SELECT person_ref FROM log WHERE seq = 10)"
        " ELSE (SELECT person_ref FROM log WHERE seq = 8) END"
        " WHERE number_hmac NOT LIKE 'bhxh:%' AND person_ref IN"
        " (SELECT person_ref FROM log WHERE seq IN (8, 10))",
        "1-8 person_index, 1-10 person_index",
    ),
    "a number that nobody showed": Attack(
        "INSERT INTO person_index VALUES ('feed', 'x')", "- person_index"
    ),
    "a name of nobody": Attack("INSERT INTO person_index VALUES ('bhxh:x', 'x')", "- person_index"),
    "an index dropped": seen("DROP INDEX idx_visit_presented", "- projection"),
    "an index of a stranger": seen(
        "CREATE UNIQUE INDEX one_a_day ON visit (person_ref, day)", "- projection"
    ),
    "a trigger on visits": seen(
        "CREATE TRIGGER t AFTER INSERT ON visit BEGIN"
        " UPDATE visit SET verdict = 'eligible' WHERE visit_id = new.visit_id; END",
        "- projection",
    ),
    "a trigger on cases": seen(
        "CREATE TRIGGER t AFTER INSERT ON case_event BEGIN DELETE FROM review_case; END", "- case"
    ),
    "a trigger on the log": seen(
        "CREATE TRIGGER t AFTER INSERT ON log BEGIN DELETE FROM scan; END", "- edited"
    ),
    "a trigger on the content": seen(
        "CREATE TRIGGER t AFTER INSERT ON content BEGIN DELETE FROM scan; END", "- content"
    ),
    "a trigger on accounts": seen(
        "CREATE TRIGGER t AFTER UPDATE ON account BEGIN DELETE FROM session; END", "- account"
    ),
    "a view": seen("CREATE VIEW v AS SELECT * FROM visit", "- projection"),
    "the guard of the log disarmed": seen(
        "DROP TRIGGER log_no_UPDATE; CREATE TRIGGER log_no_UPDATE BEFORE UPDATE ON log"
        " BEGIN SELECT 1; END",
        "- edited",
    ),
    "an index dropped and the version with it": seen(
        "DROP INDEX idx_visit_presented; PRAGMA user_version = 1", "- projection"
    ),
    "a rule added to a table": seen(
        "DROP TABLE scan; CREATE TABLE scan (scan_id TEXT PRIMARY KEY, event_id TEXT NOT NULL"
        " CHECK (event_id <> '1-9999')) STRICT; INSERT INTO scan SELECT"
        " json_extract(codes, '$.scan'), desk || '-' || seq FROM log WHERE kind = 'presented'",
        "- projection",
    ),
    "a view of ours that hides a row": seen(
        "DROP VIEW luot_tiep_nhan; CREATE VIEW luot_tiep_nhan AS SELECT visit_id AS 'Lượt'"
        " FROM visit WHERE visit_id <> '1-9'",
        "- projection",
    ),
    "a column added": seen("ALTER TABLE scan ADD COLUMN more TEXT", "- projection"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_what_is_changed_beside_the_log_is_found(store: Path, name: str) -> None:
    attack = ATTACKS[name]
    with closing(sqlite3.connect(store)) as db:
        db.executescript(attack.does)
    assert told(store) == set(attack.told.split(", "))
    blind = told(store, None)
    assert blind == {one for one in attack.blind.split(", ") if one}
    assert not any("Người Mẫu" in one.what or "DN479" in one.what for one in found(store))


def test_a_guard_that_is_missing_proves_nothing_the_kiosk_makes_it_again(store: Path) -> None:
    with closing(sqlite3.connect(store)) as db:
        db.execute("DROP TRIGGER log_no_DELETE")
        db.execute("DROP VIEW luot_tiep_nhan")
    assert told(store) == set()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("visit", "projection"),
        ("idx_visit_person_ref_day", "projection"),
        ("history", "projection"),
        ("idx_history_cccd_at", "projection"),
        ("scan", "projection"),
        ("review_case", "case"),
        ("idx_case_event_number", "case"),
        ("content", "content"),
        ("sqlite_autoindex_content_1", "content"),
        ("person_index", "person_index"),
        ("wrapped_key", "key"),
    ],
)
def test_a_damaged_page_is_found_as_what_it_held_and_the_other_checks_are_made(
    store: Path, name: str, kind: str
) -> None:
    change(store, "UPDATE visit SET rate = '1/1' WHERE visit_id = '1-9'")
    overwrite(store, pages_of(store, name)[0])
    kinds = {one.kind.value for one in found(store)}
    assert kind in kinds
    if name not in {"visit", "idx_visit_person_ref_day"}:
        assert "1-9 projection" in told(store)


def test_an_index_that_lacks_a_row_is_found(store: Path) -> None:
    with closing(sqlite3.connect(store)) as db, db:
        db.execute("PRAGMA writable_schema = ON")
        made = "UPDATE sqlite_master SET sql = sql || ' WHERE seq <> 9' WHERE name = ?"
        db.execute(made, ("idx_visit_presented",))
    with closing(sqlite3.connect(store)) as db, db:
        db.execute("REINDEX idx_visit_presented")
        db.execute("PRAGMA writable_schema = ON")
        restored = "UPDATE sqlite_master SET sql = replace(sql, ' WHERE seq <> 9', '')"
        db.execute(f"{restored} WHERE name = 'idx_visit_presented'")
    assert told(store) == told(store, None) == {"- projection"}


def test_two_persons_with_one_citizen_number_and_a_search_are_no_fault(store: Path) -> None:
    clock = Clock()
    with open_kiosk(store.parent, clock) as (_, log):
        fill(log, clock, 3, first=500)
        persons = log.write(
            lambda tx: tuple(
                tx.person(bhxh, ["079100000500"]) for bhxh in ("7911111111", "7922222222")
            )
        )
        write_alone(log, DESK, Viewed("search", "o_quay", rows=2, persons=persons))
    assert told(store) == set()


def test_what_was_forgotten_is_no_damage_and_is_found_when_it_is_put_back(store: Path) -> None:
    with closing(sqlite3.connect(store)) as db:
        [[ref]] = db.execute("SELECT person_ref FROM log WHERE seq = 8").fetchall()
        query = "SELECT desk || '-' || seq FROM log WHERE person_ref = ?"
        names = [name for (name,) in db.execute(query, (ref,))]
        kept = db.execute("SELECT * FROM content WHERE event_id = '1-8'").fetchone()

    def work(log: LogTransaction) -> None:
        forget(log, command_line("1"), names, WhyForgotten.ASKED, Forgets.PERSON, person_ref=ref)
        log.forget_person(ref)

    with open_kiosk(store.parent, Clock()) as (kiosk, _):
        kiosk.written.write(work)
    assert told(store) == told(store, None) == set()
    with closing(sqlite3.connect(store)) as db, db:
        db.execute("INSERT INTO content VALUES (?, ?, ?, ?)", kept)
    assert told(store) >= told(store, None) == {"1-8 content"}
