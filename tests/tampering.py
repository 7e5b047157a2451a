"""The table of tampering: what somebody who can write the hospital's files does, and who finds it.

`docs/log.md` shows it; `tests/operations/commands/test_tampering.py` does each on a real store.
"""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import sys
from contextlib import closing, redirect_stdout, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fixtures import old_store
from tests.quick import QUICK
from tests.support import Clock
from tests.tamper_support import forged, linked, put, replace, rows_of, tampering
from verification.__main__ import main
from verification.adapters.store.heads import head_file, noted_heads
from verification.log import chain
from verification.log.account import Place
from verification.log.findings import HOUSE
from verification.officers import signin, staff, systems
from verification.reception import checkin, corrections
from verification.reception.answer import Scan
from verification.rights import Role, SystemRole, command_line, desk_officer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.tamper_support import Row

    Does = str | Callable[[Path], None]

KNOWN = QUICK.hash("ke-gian-biet-cau-nay")
PASSWORD = "song-dem-trang-6"  # invented
EARLY = "early.db"
"""The store as it was some days before, which whoever writes the files has kept."""

AFTERWARDS = Clock(old_store.BEGUN.replace(day=25))


@dataclass(frozen=True)
class Tampering:
    """One row of the table.

    Args:
        part: What is concerned, as a heading.
        done: What was done, in words.
        does: The same: statements with the former store attached as `early`, or a function.
        found: What is found with the key: each kind with the first place where it stands.
        blind: What is found without it; None: the same.
        head: What is found without the key by a head kept elsewhere; None: as `blind`.
    """

    part: str
    done: str
    does: Does
    found: str
    blind: str | None = None
    head: str | None = None


def make_house(folder: Path) -> None:
    """Fill a store by the real use cases: a day, and what came on the day after."""
    old_store.fill(folder)
    root = command_line("1")
    with old_store.opened(folder, AFTERWARDS) as kiosk:
        staff.set_password(root, kiosk, "minh.tv", PASSWORD)
        signed = signin.sign_in(kiosk, "minh.tv", PASSWORD, Place("2", "127.0.0.1"))
        systems.make_key(command_line("quan-tri"), kiosk, "his", frozenset(SystemRole), 60)
    keep(folder / "kiosk.db", folder / EARLY)
    with old_store.opened(folder, AFTERWARDS) as kiosk:
        only = frozenset({SystemRole.TELLS})
        systems.change_key(command_line("quan-tri"), kiosk, "his", only, 30)
        passwords_of = {"chi.lt": PASSWORD, "cu.nv": PASSWORD}
        for name, password in passwords_of.items():
            staff.set_password(root, kiosk, name, password)
        both = frozenset({Role.AUDITOR, Role.RECEPTIONIST})
        staff.change_roles(root, kiosk, "binh.tv", both)
        staff.change_roles(root, kiosk, "binh.tv", frozenset({Role.AUDITOR}))
        signin.sign_in(kiosk, "chi.lt", PASSWORD, Place("quan-tri", "127.0.0.1"))
        for slug in ("patient-1", "patient-2", "patient-3"):
            AFTERWARDS.forward(minutes=3)
            scan = Scan(((old_store.HERE / "payloads" / f"{slug}.txt").read_bytes(),))
            checkin.check_in(desk_officer("3"), kiosk, scan)
        corrections.erase(root, kiosk, "1-14")
        signin.sign_out(kiosk, signed.session.digest)


def keep(path: Path, at: Path) -> None:
    """Copy a store while nobody looks."""
    with closing(sqlite3.connect(path)) as now, closing(sqlite3.connect(at)) as early:
        now.backup(early)


def heads_of(folder: Path) -> list[str]:
    """Return the newest head of each desk, as it is kept elsewhere."""
    return [str(heads[-1]) for heads in noted_heads(folder / "kiosk.db").values()]


def do(folder: Path, does: Does) -> None:
    """Do it to the store of a folder."""
    db = folder / "kiosk.db"
    noted = head_file(db).read_bytes()
    if callable(does):
        does(db)
    else:
        with tampering(db) as connection:
            connection.execute("ATTACH ? AS early", (str(folder / EARLY),))
            connection.executescript(does)
            connection.execute("DETACH early")
    if head_file(db).exists() and head_file(db).read_bytes() == noted:
        _note_heads_anew(db)


def _note_heads_anew(db: Path) -> None:
    """Let the file of heads fit the log as it stands now, as a careful one does."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(db)) as connection:
        last = "SELECT desk, max(seq), hash FROM log GROUP BY desk"
        lines = [f"{desk}:{seq}:{digest}\n" for desk, seq, digest in connection.execute(last)]
        head_file(db).write_text("".join(lines), encoding="utf-8")


def in_log(change: Callable[[list[Row]], list[Row]], desk: str = "2") -> Callable[[Path], None]:
    """Return what puts other rows into the place of a desk's."""

    def does(db: Path) -> None:
        with tampering(db) as connection:
            replace(connection, desk, change(rows_of(connection, desk)))

    return does


def _edited(rows: list[Row], at: int = 10, **values: object) -> list[Row]:
    return [{**row, **values} if row["seq"] == at else row for row in rows]


def _rehashed(rows: list[Row]) -> list[Row]:
    rows = _edited(rows, happened_at="2026-11-21T01:12:00.000+00:00")
    return [{**row, "hash": chain.row_hash(row)} if row["seq"] == 10 else row for row in rows]


def _relinked(rows: list[Row]) -> list[Row]:
    return linked(_edited(rows, happened_at="2026-11-21T01:12:00.000+00:00"), 9)


def _last_edited(rows: list[Row]) -> list[Row]:
    return linked([*rows[:-1], {**rows[-1], "codes": '{"officer":"lan.nt"}'}], len(rows) - 1)


def _not_refused(rows: list[Row]) -> list[Row]:
    codes = rows[5]["codes"].replace('"rejected"', '"answered"').replace('"110"', '"000"')
    return _edited(rows, 6, codes=codes)


def _inserted(rows: list[Row]) -> list[Row]:
    moved = [{**row, "seq": row["seq"] + 1} for row in rows[9:]]
    return [*rows[:9], forged(rows[8], "2"), *moved]


def _inserted_linked(rows: list[Row]) -> list[Row]:
    return linked([*rows[:9], forged(rows[8], "2"), *rows[9:]], 9)


def _swapped(rows: list[Row]) -> list[Row]:
    rows[9]["seq"], rows[11]["seq"] = rows[11]["seq"], rows[9]["seq"]
    return rows


def _appended(rows: list[Row]) -> list[Row]:
    return [*rows, forged(rows[-1], "2")]


def _verdict(db: Path) -> None:
    """Change a verdict in the log with all that follows from it, and in the projection."""

    def change(rows: list[Row]) -> list[Row]:
        codes = rows[4]["codes"].replace('"not_eligible"', '"eligible"')
        return linked(_edited(rows, 5, codes=codes), 4)

    in_log(change)(db)
    with tampering(db) as connection:
        connection.execute("UPDATE visit SET verdict = 'eligible' WHERE visit_id = '2-5'")


def _forged_erasure(db: Path) -> None:
    """Delete content and append the event that says it was erased."""
    with tampering(db) as connection:
        last = rows_of(connection, "2")[-1]
        row = forged(last, "2") | {
            "kind": "content_erased",
            "codes": '{"erased":["2-10"],"officer":"minh.tv","visit":"2-11"}',
        }
        put(connection, row | {"hash": chain.row_hash(row)})
        connection.execute("DELETE FROM content WHERE event_id = '2-10'")


def _row_and_visit(db: Path) -> None:
    in_log(lambda rows: _edited(rows, codes="{}"))(db)
    with tampering(db) as connection:
        connection.execute("UPDATE visit SET rate = '1/1' WHERE visit_id = '2-5'")


def _head_and_case(db: Path) -> None:
    _without(db, heads=lambda lines: [*lines, "a:b"])
    with tampering(db) as connection:
        connection.execute("INSERT INTO review_case VALUES ('2026-0099', 'x', 0, '2026-11-24')")


def _account_with_event(db: Path) -> None:
    """Add an account, and the event that says so, rightly linked."""
    with tampering(db) as connection:
        last = rows_of(connection, "1")[-1]
        codes = (
            '{"account":"ke.gian","officer":"dong-lenh","roles":["administrator"],"what":"created"}'
        )
        row = forged(last) | {"kind": "account_changed", "codes": codes}
        put(connection, row | {"hash": chain.row_hash(row)})
        connection.execute(
            "INSERT INTO account SELECT 'ke.gian', roles, sealed, ?, NULL, 0, 0, NULL, NULL, 0, ?,"
            " mac FROM account WHERE name = 'chi.lt'",
            (KNOWN, f"1-{row['seq']}"),
        )


def _tail_as_before(db: Path) -> None:
    """Put log and register back to what they were, nothing else."""
    with tampering(db) as connection:
        connection.execute("ATTACH ? AS early", (str(db.with_name(EARLY)),))
        for table in ("log", "log_written", "log_end"):
            connection.execute(f"DELETE FROM {table}")
            rowid = "rowid, " if table == "log" else ""
            connection.execute(
                f"INSERT INTO {table} ({rowid}{_columns(connection, table)})"
                f" SELECT {rowid}{_columns(connection, table)} FROM early.{table}"
            )
        connection.execute("DETACH early")


def _columns(connection: sqlite3.Connection, table: str) -> str:
    return ", ".join(row[1] for row in connection.execute(f"PRAGMA main.table_info({table})"))


def _older_store(db: Path) -> None:
    shutil.copyfile(db.with_name(EARLY), db)


def _without(db: Path, *, heads: Callable[[list[str]], list[str]]) -> None:
    path = head_file(db)
    lines = heads(path.read_text("utf-8").splitlines())
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def made_otherwise(table: str, change: Callable[[str], str]) -> Callable[[Path], None]:
    """Return what makes a table anew by another statement, with the same rows and indexes."""

    def does(db: Path) -> None:
        with tampering(db) as connection:
            query = "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL"
            made, *indexes = [sql for (sql,) in connection.execute(query, (table,))]
            connection.execute("PRAGMA legacy_alter_table = ON")  # views go on saying the name
            connection.execute(f"ALTER TABLE {table} RENAME TO before")
            for name, sql in connection.execute(
                "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'before' AND type = 'index'"
            ).fetchall():
                if sql:
                    connection.execute(f"DROP INDEX {name}")
            connection.execute(change(made))
            names = _columns(connection, "before")
            connection.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM before")
            connection.execute("DROP TABLE before")
            for sql in indexes:
                connection.execute(sql)

    return does


def _without_rowid(made: str) -> str:
    return made.replace("STRICT", "STRICT, WITHOUT ROWID")


def _no_primary_key(made: str) -> str:
    return made.replace("PRIMARY KEY", "")


def _rebound(db: Path) -> None:
    """Take away all that says that accounts are bound, with a password of one's own."""
    with tampering(db) as connection:
        connection.executescript(
            f"UPDATE account SET password = '{KNOWN}' WHERE name = 'chi.lt';"
            "DELETE FROM log WHERE kind = 'accounts_bound';"
            "UPDATE account SET mac = NULL, event_id = NULL; UPDATE session SET mac = NULL;"
        )


_ALL = ("an.nt", "binh.tv", "chi.lt", "cu.nv", "lan.nt", "minh.tv")


@dataclass(frozen=True)
class Told:
    """What `verify-log` says: each kind with the first place where it stands."""

    found: str
    blind: str
    head: str


def told(db: Path, heads: list[str]) -> Told:
    """Ask the command about a copy: with the key, without it, and by heads kept elsewhere."""
    with_key = _answered(db, [])
    key = db.with_name(f"{db.name}.key")
    text = key.read_text("ascii")
    key.unlink()
    without, by_heads = _answered(db, []), _answered(db, heads)
    key.write_text(text, "ascii")
    return Told(_kinds(with_key), _kinds(without), _kinds(by_heads))


def _answered(db: Path, heads: list[str]) -> list[dict[str, Any]]:
    given = [word for head in heads for word in ("--head", head)]
    out = io.TextIOWrapper(io.BytesIO(), "utf-8")
    with redirect_stdout(out):
        status = main(["verify-log", "--copy", str(db), *given, "--json"])
    out.flush()
    lines = [json.loads(line) for line in out.buffer.getvalue().splitlines()]  # type: ignore[attr-defined]
    found = [{"desk": line["desk"], **one} for line in lines for one in line["problems"]]
    assert status == (3 if found else 0), "the exit status says whether something is wrong"
    assert all(line["ok"] is (not line["problems"]) for line in lines)
    return found


def _kinds(problems: list[dict[str, Any]]) -> str:
    first: dict[str, str] = {}
    for one in problems:
        place = "-" if one["desk"] == HOUSE else f"{one['desk']}-{one['seq']}"
        first.setdefault(one["kind"], place)
    return ", ".join(f"{place} {kind}" for kind, place in sorted(first.items()))


TABLE: list[Tampering] = [
    Tampering("log", "a row edited", in_log(lambda rows: _edited(rows, codes="{}")), "2-10 edited"),
    Tampering(
        "log",
        "the time of recording set back",
        in_log(lambda rows: _edited(rows, recorded_at="2026-11-20T01:12:00.000+00:00")),
        "2-10 edited",
    ),
    Tampering(
        "log",
        "a person taken out of a row",
        in_log(lambda rows: _edited(rows, person_ref=None)),
        "2-10 edited",
    ),
    Tampering("log", "a row edited with its own hash", in_log(_rehashed), "2-10 edited"),
    Tampering(
        "log",
        "a row edited, the chain linked anew behind it",
        in_log(_relinked),
        "2-10 rewritten",
        blind="",
        head="2-60 rewritten",
    ),
    Tampering(
        "log",
        "the newest row of a desk edited with its hash",
        in_log(_last_edited),
        "2-60 rewritten",
        blind="",
        head="2-60 rewritten",
    ),
    Tampering(
        "log",
        "a row put in, the others moved on",
        in_log(_inserted),
        "2-10 inserted",
        head="2-10 inserted, 2-60 rewritten",
    ),
    Tampering(
        "log",
        "a row put in, the chain linked anew",
        in_log(_inserted_linked),
        "2-10 rewritten",
        blind="2-16 case, 2-10 content, 2-11 projection",
        head="2-16 case, 2-10 content, 2-11 projection, 2-60 rewritten",
    ),
    Tampering("log", "a row deleted", in_log(lambda rows: [*rows[:9], *rows[10:]]), "2-10 deleted"),
    Tampering(
        "log", "the first row of a desk deleted", in_log(lambda rows: rows[1:]), "2-1 deleted"
    ),
    Tampering("log", "two rows swapped", in_log(_swapped), "2-10 swapped"),
    Tampering(
        "log",
        "the end of a desk cut off",
        in_log(lambda rows: rows[:-3]),
        "2-58 cut",
        blind="",
        head="2-58 cut",
    ),
    Tampering(
        "log", "a row appended, rightly linked", in_log(_appended), "2-61 inserted", blind=""
    ),
    Tampering(
        "log",
        "a desk that never was",
        in_log(lambda _: [forged(None, "9")], "9"),
        "9-1 unknown_desk",
        blind="",
    ),
    Tampering(
        "log",
        "a desk removed",
        "DELETE FROM log WHERE desk = '3'",
        "3-1 cut",
        blind="3-4 case, 3-1 content, 3-2 projection",
        head="3-1 cut, 3-0 head_missing",
    ),
    Tampering(
        "log",
        "a desk called otherwise",
        "UPDATE log SET desk = '9' WHERE desk = '3'",
        "3-1 cut, 9-1 unknown_desk",
        blind="3-4 case, 3-1 content, 9-1 edited, 3-10 projection",
        head="3-1 cut, 9-1 edited, 3-0 head_missing",
    ),
    Tampering(
        "log",
        "rows moved in the order of writing",
        "UPDATE log SET rowid = 100000 WHERE desk = '1' AND seq = 2",
        "1-2 account, 1-2 swapped",
        blind="1-2 account",
    ),
    Tampering(
        "log",
        "the newest row of a desk given a number far away",
        "UPDATE log SET seq = 5000000000000000000 WHERE desk = '3' AND seq = 10",
        "3-5000000000000000000 edited, 3-10 projection",
    ),
    Tampering(
        "log",
        "a verdict changed, with all that follows from it",
        _verdict,
        "2-5 rewritten",
        blind="",
        head="2-60 rewritten",
    ),
    Tampering(
        "log",
        "a refusal of the portal made an answer",
        in_log(_not_refused, "hang-cho"),
        "hang-cho-6 edited",
    ),
    Tampering(
        "log",
        "a failure of the portal deleted",
        "DELETE FROM log WHERE desk = 'hang-cho' AND seq = 8",
        "hang-cho-8 deleted",
    ),
    Tampering(
        "log",
        "that a message was taken, deleted",
        "DELETE FROM log WHERE desk = 'hang-cho' AND seq = 10",
        "hang-cho-10 deleted, 4-2 projection",
    ),
    Tampering(
        "register",
        "an entry changed",
        "UPDATE log_written SET mac = 'x' WHERE n = 20",
        "- edited",
        blind="",
    ),
    Tampering(
        "register",
        "an entry deleted",
        "DELETE FROM log_written WHERE n = 20",
        "- deleted",
        blind="",
    ),
    Tampering(
        "register",
        "an entry added",
        "INSERT INTO log_written VALUES (100000, '9', 1, 'x')",
        "- inserted",
        blind="",
    ),
    Tampering(
        "register",
        "two entries changed places",
        (
            "UPDATE log_written SET n = CASE n WHEN 20 THEN -21 ELSE -20 END WHERE n IN "
            "(20, 21); UPDATE log_written SET n = -n WHERE n < 0"
        ),
        "- swapped",
        blind="",
    ),
    Tampering(
        "register",
        "its end as it was before",
        "DELETE FROM log_end; INSERT INTO log_end SELECT * FROM early.log_end",
        "- rewritten",
        blind="",
    ),
    Tampering("register", "its end deleted", "DELETE FROM log_end", "- deleted", blind=""),
    Tampering(
        "register", "emptied", "DELETE FROM log_written; DELETE FROM log_end", "- deleted", blind=""
    ),
    Tampering(
        "register",
        "its tables dropped",
        "DROP TABLE log_written; DROP TABLE log_end",
        "- deleted",
        blind="- edited",
    ),
    Tampering(
        "register",
        "log and register as they were before",
        _tail_as_before,
        "1-6 account, quan-tri-6 api_key, 3-4 case, 1-13 content, 3-1 projection, - session",
        blind="1-6 account, quan-tri-6 api_key, 3-4 case, 1-13 content, 3-2 projection, - session",
        head=(
            "1-6 account, quan-tri-6 api_key, 1-13 content, 1-59 cut, 3-0 head_missing, - session"
        ),
    ),
    Tampering(
        "register",
        "the whole store as it was before",
        _older_store,
        "",
        head="1-59 cut, 3-0 head_missing",
    ),
    Tampering("content", "deleted", "DELETE FROM content WHERE event_id = '2-10'", "2-10 content"),
    Tampering(
        "content",
        "changed",
        "UPDATE content SET sealed = zeroblob(length(sealed)) WHERE event_id = '2-10'",
        "2-10 content",
        blind="",
    ),
    Tampering(
        "content",
        "of the portal's answer changed",
        "UPDATE content SET sealed = zeroblob(length(sealed)) WHERE event_id = 'hang-cho-5'",
        "hang-cho-5 content",
        blind="",
    ),
    Tampering(
        "content",
        "of what a hospital system told, changed",
        "UPDATE content SET sealed = zeroblob(length(sealed)) WHERE event_id = 'hang-cho-13'",
        "hang-cho-13 content",
        blind="",
    ),
    Tampering(
        "content",
        "of what a hospital system told, deleted",
        "DELETE FROM content WHERE event_id = 'hang-cho-13'",
        "hang-cho-13 content",
    ),
    Tampering(
        "content",
        "of two events swapped",
        (
            "UPDATE content SET event_id = CASE event_id WHEN '2-10' THEN 'x' ELSE '2-10' "
            "END WHERE event_id IN ('2-10', '2-13'); UPDATE content SET event_id = '2-13' "
            "WHERE event_id = 'x'"
        ),
        "2-10 content",
        blind="",
    ),
    Tampering(
        "content",
        "added",
        (
            "INSERT INTO content SELECT '2-11', salt, key_id, sealed FROM content WHERE "
            "event_id = '2-10'"
        ),
        "2-11 content",
    ),
    Tampering(
        "content",
        "put back after it was erased",
        "INSERT INTO content SELECT * FROM early.content WHERE event_id = '1-13'",
        "1-13 content",
    ),
    Tampering(
        "content",
        "deleted, with a forged event that it was erased",
        _forged_erasure,
        "2-61 inserted",
        blind="",
    ),
    Tampering(
        "keys",
        "the key of a month deleted",
        "DELETE FROM wrapped_key WHERE key_id = '2026-11'",
        "1-2 key",
        blind="",
    ),
    Tampering(
        "keys",
        "the key of the officers' facts deleted",
        "DELETE FROM wrapped_key WHERE key_id = 'accounts-1'",
        "1-9 account, - key",
        blind="",
    ),
    Tampering(
        "keys", "all keys deleted", "DELETE FROM wrapped_key", "1-9 account, - key", blind=""
    ),
    Tampering(
        "keys",
        "two keys swapped",
        (
            "UPDATE wrapped_key SET key_id = CASE key_id WHEN '2026-11' THEN 'x' ELSE "
            "'2026-11' END WHERE key_id <> 'accounts-1'; UPDATE wrapped_key SET key_id = "
            "'index-1' WHERE key_id = 'x'"
        ),
        "- key",
        blind="",
    ),
    Tampering(
        "keys",
        "a key of another house put in",
        "INSERT INTO wrapped_key VALUES ('2026-12', randomblob(60))",
        "- key",
        blind="",
    ),
    Tampering(
        "visits",
        "a verdict made green",
        "UPDATE visit SET verdict = 'eligible', rate = '1/1' WHERE visit_id = '2-5'",
        "2-5 projection",
    ),
    Tampering(
        "visits", "one deleted", "DELETE FROM visit WHERE visit_id = '2-9'", "2-9 projection"
    ),
    Tampering(
        "visits",
        "one added",
        (
            "INSERT INTO visit SELECT '2-2', desk, 2, happened_at, day, person_ref, "
            "presented, verdict, reason, rate, ma_doituong_kcb, officer, cach_trinh, "
            "doi_chieu, nguoi_trinh, corrected, cancelled, NULL, NULL, NULL, NULL, NULL, NULL, "
            "0, NULL, NULL, NULL FROM visit WHERE visit_id = '2-9'"
        ),
        "2-2 projection",
    ),
    Tampering(
        "visits",
        "a cancelled one put back",
        "UPDATE visit SET cancelled = NULL WHERE visit_id = '1-12'",
        "1-12 projection",
    ),
    Tampering("visits", "all deleted", "DELETE FROM visit", "1-12 projection"),
    Tampering(
        "visits",
        "a scan that means another event",
        "UPDATE scan SET event_id = '2-13' WHERE event_id = '2-10'",
        "2-10 projection",
    ),
    Tampering(
        "visits",
        "a refusal of the portal made an answer",
        "UPDATE visit SET portal = 'answered', portal_code = '000' WHERE visit_id = '1-29'",
        "1-29 projection",
    ),
    Tampering(
        "visits",
        "what a hospital system told, hidden",
        "UPDATE visit SET his = NULL WHERE visit_id = '4-2'",
        "4-2 projection",
    ),
    Tampering(
        "visits",
        "one said to be handed over no more",
        "UPDATE visit SET handed = 0 WHERE visit_id = '4-5'",
        "4-5 projection",
    ),
    Tampering(
        "visits",
        "another receipt of a record that was sent",
        "UPDATE visit SET record_code = 'GD-000118' WHERE visit_id = '4-2'",
        "4-2 projection",
    ),
    Tampering(
        "outbox", "one deleted", "DELETE FROM outbox WHERE visit = '2-31'", "2-31 projection"
    ),
    Tampering(
        "outbox",
        "one added",
        (
            "INSERT INTO outbox SELECT 'portal:2-28', errand, '2-28', since, due, attempts, "
            "last_at, last_error, NULL, NULL, 0 FROM outbox WHERE visit = '2-31'"
        ),
        "2-28 projection",
    ),
    Tampering(
        "outbox",
        "one put off for ever",
        "UPDATE outbox SET due = NULL WHERE visit = '2-31'",
        "2-31 projection",
    ),
    Tampering(
        "outbox",
        "a message to a hospital system deleted",
        "DELETE FROM outbox WHERE item_id = 'handover:4-2:2'",
        "4-2 projection",
    ),
    Tampering(
        "outbox",
        "one put in another place of its visit",
        "UPDATE outbox SET nth = 1 WHERE item_id = 'handover:4-2:2'",
        "4-2 projection",
    ),
    Tampering(
        "outbox",
        "one that tells of another event",
        "UPDATE outbox SET event = '4-2' WHERE item_id = 'handover:4-2:2'",
        "4-2 projection",
    ),
    Tampering(
        "outbox",
        "a dead one said to be due",
        "UPDATE outbox SET due = since WHERE item_id = 'handover:4-5:1'",
        "4-5 projection",
    ),
    Tampering(
        "outbox",
        "a record of a visit that was sent put in again",
        (
            "INSERT INTO outbox SELECT 'record:4-2', 'record', '4-2', since, since, 0, NULL, "
            "NULL, NULL, 'hang-cho-12', 0 FROM outbox WHERE item_id = 'handover:4-2:2'"
        ),
        "4-2 projection",
    ),
    Tampering(
        "outbox",
        "one taken for ever, which lasts an hour",
        "UPDATE outbox SET leased_until = '2099-01-01T00:00:00.000+00:00'",
        "",
    ),
    Tampering(
        "portal",
        "an answer hidden",
        "DELETE FROM portal WHERE event_id = 'hang-cho-6'",
        "hang-cho-6 projection",
    ),
    Tampering(
        "portal",
        "an answer given to another person",
        (
            "UPDATE portal SET person_ref = (SELECT person_ref FROM portal WHERE event_id = "
            "'hang-cho-5') WHERE event_id = 'hang-cho-6'"
        ),
        "hang-cho-6 projection",
    ),
    Tampering(
        "portal",
        "one added",
        (
            "INSERT INTO portal SELECT '2-10', '2', 10, presented, person_ref, 1 FROM portal "
            "WHERE event_id = 'hang-cho-5'"
        ),
        "2-10 projection",
    ),
    Tampering("portal", "all deleted", "DELETE FROM portal", "hang-cho-5 projection"),
    Tampering(
        "cases",
        "one closed",
        "UPDATE review_case SET closed = 1 WHERE number = '2026-0006'",
        "2-57 case",
    ),
    Tampering(
        "cases",
        "one deleted with its events",
        (
            "DELETE FROM review_case WHERE number = '2026-0006'; DELETE FROM case_event "
            "WHERE number = '2026-0006'"
        ),
        "2-57 case",
    ),
    Tampering(
        "cases",
        "an event given to another case",
        "UPDATE case_event SET number = '2026-0002' WHERE desk = 'giam-dinh' AND seq = 9",
        "giam-dinh-9 case",
    ),
    Tampering(
        "history",
        "a stay elsewhere that the portal told of, deleted",
        "DELETE FROM history WHERE origin = 'portal' AND end_day IS NOT NULL",
        "hang-cho-5 projection",
        blind="",
    ),
    Tampering(
        "history",
        "the same, ended earlier",
        "UPDATE history SET end_day = NULL WHERE origin = 'portal'",
        "hang-cho-5 projection",
        blind="",
    ),
    Tampering(
        "history",
        "the same, of another person",
        (
            "UPDATE history SET person_ref = (SELECT person_ref FROM portal WHERE event_id = "
            "'hang-cho-6') WHERE origin = 'portal'"
        ),
        "hang-cho-5 projection",
        blind="",
    ),
    Tampering(
        "history",
        "one more that the portal is said to have told of",
        (
            "UPDATE history SET origin = 'portal', event_id = 'hang-cho-5', id = "
            "'ct-0123456789abcdef01234567' WHERE origin = 'import' AND ma_cskcb = '01028'"
        ),
        "hang-cho-5 projection",
        blind="",
    ),
    Tampering(
        "history",
        "the same, said to be of a list",
        "UPDATE history SET origin = 'import', event_id = '' WHERE origin = 'portal'",
        "- projection",
    ),
    Tampering(
        "history",
        "a diagnosis that a hospital system told, changed",
        "UPDATE history SET ma_benh = 'J00' WHERE id = '4-2'",
        "4-1 projection",
        blind="",
    ),
    Tampering(
        "history",
        "days of drugs that it told, taken away",
        "UPDATE history SET so_ngay_thuoc = 0 WHERE id = '4-2'",
        "4-1 projection",
        blind="",
    ),
    Tampering(
        "history",
        "a row changed",
        "UPDATE history SET at = at - 86400 WHERE id = '2-9'",
        "2-8 projection",
        blind="",
    ),
    Tampering(
        "history",
        "a row deleted",
        "DELETE FROM history WHERE id = '2-9'",
        "2-8 projection",
        blind="",
    ),
    Tampering(
        "history",
        "a visit of elsewhere added",
        (
            "INSERT INTO history (id, at, ma_cskcb, received, cancelled, origin, event_id) "
            "VALUES ('ls-0123456789abcdef01234567', 1790000000, '04021', 1, 0, 'import', "
            "'')"
        ),
        "",
    ),
    Tampering(
        "history",
        "a visit of elsewhere moved to another day",
        "UPDATE history SET at = at - 86400 WHERE origin = 'import'",
        "",
    ),
    Tampering(
        "history", "a visit of elsewhere deleted", "DELETE FROM history WHERE origin = 'import'", ""
    ),
    Tampering(
        "persons",
        "a number given to another person",
        (
            "UPDATE person_index SET person_ref = (SELECT person_ref FROM log WHERE desk = "
            "'2' AND seq = 10) WHERE person_ref = (SELECT person_ref FROM log WHERE desk = "
            "'2' AND seq = 13) AND number_hmac NOT GLOB 'bhxh:*'"
        ),
        "2-13 person_index",
        blind="",
    ),
    Tampering(
        "persons",
        "a number deleted",
        (
            "DELETE FROM person_index WHERE person_ref = (SELECT person_ref FROM log WHERE "
            "desk = '2' AND seq = 13) AND number_hmac NOT GLOB 'bhxh:*'"
        ),
        "2-13 person_index",
        blind="",
    ),
    Tampering(
        "persons",
        "a number added",
        "INSERT INTO person_index VALUES ('feed', 'x')",
        "- person_index",
        blind="",
    ),
    Tampering(
        "accounts",
        "another password",
        f"UPDATE account SET password = '{KNOWN}' WHERE name = 'chi.lt'",
        "1-59 account",
        blind="",
    ),
    Tampering(
        "accounts",
        "a role more",
        "UPDATE account SET roles = 'administrator,auditor' WHERE name = 'binh.tv'",
        "1-62 account",
    ),
    Tampering(
        "accounts",
        "a row of before a role was taken away",
        "INSERT OR REPLACE INTO account SELECT * FROM early.account WHERE name = 'binh.tv'",
        "1-62 account",
    ),
    Tampering(
        "accounts",
        "the disabled one opened",
        "UPDATE account SET disabled = 0 WHERE name = 'cu.nv'",
        "1-60 account",
    ),
    Tampering(
        "accounts",
        "one added, with another's MAC",
        (
            f"INSERT INTO account SELECT 'ke.gian', roles, sealed, '{KNOWN}', pin, 0, 0, "
            "NULL, NULL, 0, event_id, mac FROM account WHERE name = 'chi.lt'"
        ),
        "- account",
    ),
    Tampering(
        "accounts",
        "one added, with an event that says so, rightly linked",
        _account_with_event,
        "1-64 account, 1-64 inserted",
        blind="",
    ),
    Tampering(
        "accounts", "one deleted", "DELETE FROM account WHERE name = 'lan.nt'", "1-9 account"
    ),
    Tampering("accounts", "MACs taken away", "UPDATE account SET mac = NULL", "1-9 account"),
    Tampering(
        "accounts",
        "MACs and the event of their binding taken away",
        _rebound,
        "1-9 account, 1-1 deleted, quan-tri-8 session",
        blind="1-1 deleted",
    ),
    Tampering(
        "sessions",
        "one added",
        (
            "INSERT INTO session SELECT 'feed', 'chi.lt', desk, address, opened_at, "
            "active_at, '2099-01-01T00:00:00+00:00', 0, event_id, mac FROM session WHERE "
            "officer = 'chi.lt'"
        ),
        "quan-tri-8 session",
    ),
    Tampering(
        "sessions",
        "one that never ends",
        "UPDATE session SET ends_at = '2099-01-01T00:00:00+00:00' WHERE officer = 'chi.lt'",
        "quan-tri-8 session",
        blind="",
    ),
    Tampering(
        "sessions",
        "an ended one put back",
        "INSERT OR REPLACE INTO session SELECT * FROM early.session WHERE officer = 'minh.tv'",
        "2-59 session",
    ),
    Tampering(
        "api keys",
        "more rights",
        "UPDATE api_key SET rights = (SELECT rights FROM early.api_key)",
        "quan-tri-7 api_key",
    ),
    Tampering(
        "api keys",
        "a secret of one's own",
        "UPDATE api_key SET digest = 'x'",
        "quan-tri-7 api_key",
        blind="",
    ),
    Tampering(
        "api keys",
        "the row of before its rights were taken away",
        "DELETE FROM api_key; INSERT INTO api_key SELECT * FROM early.api_key",
        "quan-tri-7 api_key",
    ),
    Tampering(
        "api keys",
        "one added, with another's MAC",
        (
            "INSERT INTO api_key SELECT 'kegian', system, digest, rights, made_at, ends, mac, "
            "per_minute FROM api_key"
        ),
        "- api_key",
    ),
    Tampering(
        "api keys",
        "its MAC taken away",
        "UPDATE api_key SET mac = NULL",
        "quan-tri-7 api_key",
        blind="",
    ),
    Tampering("api keys", "one deleted", "DELETE FROM api_key", "quan-tri-7 api_key"),
    Tampering(
        "heads",
        "a line edited",
        lambda db: _without(db, heads=lambda lines: [*lines[:-1], f"3:1:{'a' * 64}"]),
        "3-1 rewritten",
    ),
    Tampering(
        "heads",
        "a line of something else",
        lambda db: _without(db, heads=lambda lines: [*lines, "a:b"]),
        "- edited",
    ),
    Tampering(
        "heads", "the file deleted", lambda db: head_file(db).unlink(), "", head="1-63 head_missing"
    ),
    Tampering(
        "heads",
        "the file shortened",
        lambda db: _without(db, heads=lambda lines: lines[:5]),
        "",
        head="3-10 head_missing",
    ),
    Tampering(
        "shape",
        "a trigger",
        (
            "CREATE TRIGGER t AFTER INSERT ON visit BEGIN UPDATE visit SET rate = '1/1' "
            "WHERE visit_id = new.visit_id; END"
        ),
        "- projection",
    ),
    Tampering("shape", "a view", "CREATE VIEW v AS SELECT * FROM account", "- projection"),
    Tampering(
        "shape", "an index that forbids", "CREATE UNIQUE INDEX i ON scan (event_id)", "- projection"
    ),
    Tampering("shape", "a table of somebody else's", "CREATE TABLE more (x)", "- projection"),
    Tampering(
        "shape",
        "a column renamed",
        "ALTER TABLE visit RENAME COLUMN verdict TO verdict2",
        "- projection",
    ),
    Tampering(
        "shape",
        "a column of the content renamed",
        "ALTER TABLE content RENAME COLUMN salt TO salt2",
        "- content, - person_index",
        blind="- content",
    ),
    Tampering(
        "shape",
        "a column of the log renamed",
        "ALTER TABLE log RENAME COLUMN codes TO codes2",
        "- account, - api_key, - content, - edited, - person_index, - projection, - session",
        blind="- account, - api_key, - content, - edited, - projection, - session",
    ),
    Tampering(
        "shape",
        "a column of the register renamed",
        "ALTER TABLE log_written RENAME COLUMN mac TO mac2",
        "- edited",
    ),
    Tampering(
        "shape",
        "a column of the accounts renamed",
        "ALTER TABLE account RENAME COLUMN mac TO mac2",
        "- account",
    ),
    Tampering("shape", "a table dropped", "DROP TABLE case_event", "- case"),
    Tampering("shape", "the outbox dropped", "DROP TABLE outbox", "- projection"),
    Tampering("shape", "the portal's answers dropped", "DROP TABLE portal", "- projection"),
    Tampering(
        "shape",
        "visits made anew without rowid",
        made_otherwise("visit", _without_rowid),
        "- projection",
    ),
    Tampering(
        "shape",
        "accounts made anew without a primary key",
        made_otherwise("account", _no_primary_key),
        "- account",
    ),
    Tampering(
        "shape",
        "sessions made anew without a primary key",
        made_otherwise("session", _no_primary_key),
        "- session",
    ),
    Tampering(
        "shape",
        "the log made anew without rowid",
        made_otherwise("log", _without_rowid),
        (
            "- account, - api_key, - card_file, - content, - edited, - person_index, "
            "- projection, - session"
        ),
        blind="- account, - api_key, - card_file, - content, - edited, - projection, - session",
    ),
    Tampering(
        "shape",
        "the log made anew without types",
        made_otherwise("log", lambda made: made.replace("STRICT", "")),
        "- edited",
    ),
    Tampering(
        "shape",
        "the version set back",
        "PRAGMA user_version = 2; DELETE FROM _sqlite_migrations WHERE name > 'm003'",
        "- account, - edited, - projection, - session",
    ),
    Tampering("shape", "the version set on", "PRAGMA user_version = 99", ""),
    Tampering(
        "shape",
        "a migration that never was",
        (
            "PRAGMA user_version = 99; INSERT INTO _sqlite_migrations (migration_set, name, "
            "applied_at) VALUES ('kiosk', 'm099', '')"
        ),
        "- projection",
    ),
    Tampering(
        "two at once",
        "an entry of the register deleted, a number given to nobody",
        "DELETE FROM log_written WHERE n = 20; INSERT INTO person_index VALUES ('feed', 'x')",
        "- deleted, - person_index",
        blind="",
    ),
    Tampering(
        "two at once",
        "a row of the log edited, a visit of the same desk changed",
        _row_and_visit,
        "2-10 edited, 2-5 projection",
    ),
    Tampering(
        "two at once",
        "a line of something else in the heads, a case added",
        _head_and_case,
        "- case, - edited",
    ),
    Tampering(
        "two at once",
        "a row of the log deleted with all that was made of it",
        (
            "DELETE FROM log WHERE desk = '2' AND seq IN (10, 11); DELETE FROM visit WHERE "
            "visit_id = '2-11'; DELETE FROM scan WHERE event_id = '2-10'; DELETE FROM "
            "history WHERE event_id = '2-10'; DELETE FROM content WHERE event_id = '2-10'"
        ),
        "2-10 deleted, - person_index",
        blind="2-10 deleted",
    ),
    Tampering(
        "two at once",
        "an account and its event deleted",
        (
            "DELETE FROM account WHERE name = 'cu.nv'; DELETE FROM log WHERE codes LIKE "
            '\'%"account":"cu.nv"%\''
        ),
        "1-8 deleted",
    ),
]


def as_markdown() -> str:
    """Return the table as `docs/log.md` shows it; `python -m tests.tampering` prints it."""
    lines = ["| | what was done | found as | key needed |", "|---|---|---|---|"]
    parts = ["", *(row.part for row in TABLE)]
    for before, row in zip(parts, TABLE, strict=False):
        part = "" if row.part == before else row.part
        lines.append(f"| {part} | {row.done} | {_found_as(row)} | {_key_needed(row)} |")
    return "\n".join(lines) + "\n"


def _found_as(row: Tampering) -> str:
    return _words(row.found) or _words(row.head or row.blind or "") or "not found"


def _key_needed(row: Tampering) -> str:
    blind = row.found if row.blind is None else row.blind
    head = blind if row.head is None else row.head
    if not row.found:
        return "a head kept elsewhere" if head else ""
    if blind == row.found:
        return "no"
    if blind:
        return f"no: {_words(blind)}"
    return "yes, or a head kept elsewhere" if head else "yes"


def _words(found: str) -> str:
    return ", ".join(
        f"`{kind}`" for kind in sorted({one.split()[-1] for one in found.split(", ") if one})
    )


if __name__ == "__main__":
    sys.stdout.write(as_markdown())
