"""A filled store, damage to one of its rows, and what every page then shows."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import patch

from app_pages.desk.page import _view
from app_pages.review.page import handle, view
from app_pages.review.visit_view import VisitView
from app_pages.server.asking import Asking
from app_pages.server.desks import DeskPlace, Desks
from app_pages.server.handover_tokens import HandoverTokens
from app_pages.server.house import House
from app_pages.server.pairing import Pairing
from app_pages.server.paying import Paying
from app_pages.server.screens import Screens
from app_pages.server.signer import Signer
from app_pages.server.tickets import Tickets
from app_pages.server.window import Guest
from fixtures.old_store import BEGUN
from tests.log.contract.engines import loosen
from tests.log.sending_support import his_told, messages, refused
from tests.support import ROOT, Clock, payload
from verification.adapters.store.sqlite.opening import open_store
from verification.basics.errors import KioskError
from verification.kiosk import Kiosk
from verification.log.account import Session
from verification.log.key_file import read_master_key
from verification.log.portal_events import PortalAskedAgain, PortalFailed
from verification.log.writing import write_alone
from verification.officers import access_log, clock, signin, staff, store_state, systems
from verification.operations.exchange_worker import Exchange
from verification.operations.guide_folder import GuideFolder
from verification.operations.head_sink import Sink
from verification.operations.health import looked_at
from verification.operations.health.verifying import Verifying
from verification.operations.health.watching import Health
from verification.operations.lists.watching import Watch
from verification.operations.settings import read_settings
from verification.reception import checkin
from verification.reception.answer import Scan
from verification.reception.desk import step
from verification.reception.screen import Input, Screen
from verification.review.steps import Board
from verification.rights import Actor, Role, SystemRole
from verification.rules.law import tables as law
from verification.rules.law.verdict import Rules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STORE = max((ROOT / "tests" / "data").glob("*/store.zip"))
UNREAD = "không đọc được"
LAN = Actor("lan.nt", frozenset({Role.RECEPTIONIST}), "1")
MINH = Actor("minh.tv", frozenset({Role.RECEPTIONIST}), "2")
AN = Actor("an.nt", frozenset({Role.AUDITOR}), "giam-dinh")
CHI = Actor("chi.lt", frozenset({Role.ADMINISTRATOR}), "quan-tri")
TABLES = {
    "log": "rowid",
    "content": "event_id",
    "wrapped_key": "key_id",
    "person_index": "number_hmac",
    "visit": "visit_id",
    "review_case": "number",
    "case_event": "id",
    "scan": "scan_id",
    "account": "name",
    "session": "digest",
    "history": "id",
    "outbox": "item_id",
    "portal": "event_id",
    "api_key": "key_id",
}
OF_THE_KEY = ("wrapped_key", "index-1")  # without the key of the index nothing is found again
VALUES: dict[str, Any] = {
    "null": None,
    "empty": "",
    "text": "hỏng",
    "blob": b"\xff\x00\xfe",
    "number": 7,
    "not utf-8": "not utf-8",  # bytes that are no text, stored as text
    "json": "[1]",
}


@dataclass(frozen=True)
class Damage:
    """One cell of the store and what stands in it."""

    table: str
    column: str
    row: int
    value: str


def unpack(folder: Path) -> None:
    """Put the filled store into a folder, brought up to date."""
    shutil.unpack_archive(STORE, folder)
    (folder / "kiosk.db.key").chmod(0o600)
    with a_house(folder) as house:  # sessions of an earlier version end with it
        at = house.kiosk.clock()
        for who in (LAN, MINH, AN):
            digest = signin.digest_of(who.officer)
            left = Session(digest, who.officer, who.desk, "10.0.0.7", at, at, at + timedelta(1))
            house.kiosk.written.write(lambda log, one=left: log.accounts.put_session(one))
        asked(house.kiosk)
        told_and_sent(replace(house.kiosk, hands_over=True))
        systems.make_key(CHI, house.kiosk, "his", frozenset(SystemRole))


def told_and_sent(kiosk: Kiosk) -> None:
    """Let a hospital system be told of a visit, and tell of it; its record and a message wait."""
    answer = checkin.check_in(LAN, kiosk, Scan((payload("s2"),), "s:8"), again="khám mắt")
    visit = answer.visit
    if visit is None:
        raise LookupError(answer.event.event_id)
    told = {"ma_benh": "E11", "so_ngay_thuoc": 30, "ket_thuc": "2026-11-30"}
    his_told(kiosk.written, visit.visit_id, {"his": told}, record=True)
    (message,) = messages(visit.visit_id, 1)
    refused(kiosk.written, message, None)


def asked(kiosk: Kiosk) -> None:
    """Let some visits wait for the portal, which has failed for them."""
    for visit in kiosk.written.visits_on(BEGUN.date(), "1", 3):
        failed = PortalFailed(visit.presented, "silent", 5, "outbox", (visit.visit_id,))
        for what in (PortalAskedAgain(visit.visit_id, "closing"), failed):
            write_alone(kiosk.written, LAN, what, person_ref=visit.person_ref)


def columns(folder: Path) -> list[tuple[str, str, int]]:
    """Return each column of the store's tables, and how many rows they have."""
    with closing(sqlite3.connect(folder / "kiosk.db")) as db:
        return [
            (table, name, db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
            for table in TABLES
            for _, name, *_ in db.execute(f"PRAGMA table_info({table})").fetchall()
        ]


def damage(folder: Path, what: Damage) -> bool:
    """Damage one cell as a disk or a stranger would; False where it is the index's own key."""
    with closing(sqlite3.connect(folder / "kiosk.db", isolation_level=None)) as db:
        loosen(db)
        at = f"(SELECT rowid FROM {what.table} ORDER BY rowid LIMIT 1 OFFSET ?)"
        (key,) = db.execute(
            f"SELECT {TABLES[what.table]} FROM {what.table} WHERE rowid = {at}", (what.row,)
        ).fetchone()
        if (what.table, key) == OF_THE_KEY:
            return False
        value = "CAST(x'ff41' AS TEXT)" if what.value == "not utf-8" else "?"
        values = () if what.value == "not utf-8" else (VALUES[what.value],)
        try:
            db.execute(
                f"UPDATE {what.table} SET {what.column} = {value} WHERE rowid = {at}",
                (*values, what.row),
            )
        except sqlite3.IntegrityError:  # a key that another row has
            return False
    return True


@contextmanager
def a_house(folder: Path) -> Iterator[House]:
    """Open the store as a server does."""
    key = read_master_key(folder / "kiosk.db.key")
    now = Clock(BEGUN + timedelta(hours=9))
    with open_store(folder / "kiosk.db", key, now) as (cards, log):
        kiosk = Kiosk(cards, log, Rules(law.shipped()), "79014", now)
        settings = read_settings({"KIOSK_DB": str(folder / "kiosk.db"), "KIOSK_DESK": "1"})
        sink, watch = Sink(), Watch()
        guest = Guest(kiosk.stopwatch(), kiosk.likely_day)
        place = partial(DeskPlace, cast("Any", None), guest)
        yield House(
            settings,
            kiosk,
            boot="boot",
            token="token",
            readers=cast("Any", None),
            signer=Signer(key),
            screens=Screens(kiosk),
            desks=Desks(lambda: (LAN.desk, MINH.desk), None, place),
            pairing=Pairing(kiosk.stopwatch()),
            tickets=Tickets(kiosk.stopwatch()),
            handover_tokens=HandoverTokens(kiosk.stopwatch()),
            sink=sink,
            lists=cast("Any", None),
            watch=watch,
            exchange=Exchange(),
            asking=Asking(kiosk, None),
            paying=Paying(kiosk, None),
            guides=GuideFolder(folder / "huong-dan"),
            health=Health(looked_at.House(settings, kiosk, sink, watch, now())),
            verifying=Verifying(settings, kiosk),
        )


@dataclass(frozen=True)
class Shown:
    """What the pages show, by the name of the row that a line is about."""

    desk: list[str]
    queue: dict[str, str]
    cases: dict[str, str]
    access: int
    accounts: dict[str, str]
    troubles: list[str]


def taken_out(house: House, board: Board, event: dict[str, Any]) -> Board:
    """Take something out as one of the demo does, of whom no password is asked."""
    with patch("app_pages.review.page._prove", return_value=None):
        return handle(house, AN, board, event)


def shown(house: House) -> Shown:
    """Draw each page and every case."""
    kiosk, troubles = house.kiosk, []
    desk = []
    for actor in (LAN, MINH):
        drawn = _view(house, actor, Screen())
        troubles += [str(drawn["answer"])] if drawn["answer"] else []
        desk += [f"{row['time']} {row['who']} {row['right']}" for row in drawn["recent"]]
        key = Input(session="s", number=1, kind="key", key="F4")
        after = step(actor, kiosk, Screen(), key)
        troubles += [str(after.toast.text)] if after.toast else []
    numbers, queue, cases = [], {}, {}
    for which in ("all", "closed"):
        rows = view(house, AN, Board(filter=which))["queue"]["rows"]
        queue |= {row["number"]: f"{row['who']} {row['text']}" for row in rows}
        numbers += [row["number"] for row in rows]
    for number in dict.fromkeys(numbers):
        board = Board(selected=number)
        case = view(house, AN, board)["case"]
        cases[number] = str(case["card"]) + str(case.get("rows"))
        event = {"session": "s", "number": 1, "act": "pdf", "case": number}
        printed = taken_out(house, board, event)
        if printed.bad and UNREAD not in str(printed.toast) and "đã tiếp đón" not in printed.toast:
            troubles.append(printed.toast)
    for kind in ("csv", "xlsx"):
        listed = taken_out(
            house, Board(), {"session": "s", "number": 2, "act": "list", "value": kind}
        )
        troubles += [str(listed.toast)] if listed.bad else []
    view(house, AN, Board(tab="stats"))
    for visit in kiosk.written.recent(LAN.desk, 1):  # of which a hospital system told
        VisitView(AN, kiosk, Board("vi", "search")).opened_visit(visit.visit_id)
    systems.list_keys(CHI, kiosk)
    since = kiosk.clock() - timedelta(days=366)
    access = access_log.access(CHI, kiosk, since)
    access_log.export_access(CHI, kiosk, since, "csv")
    accounts = {a.name: a.ho_ten if a.sound else UNREAD for a in staff.list_accounts(CHI, kiosk)}
    staff.list_sessions(CHI, kiosk)
    clock.clock_state(CHI, kiosk)
    for session in kiosk.written.accounts.sessions():
        signin.standing(kiosk, session.digest)
    store_state.read_all(CHI, kiosk)
    store_state.store_state(CHI, kiosk)
    return Shown(desk, queue, cases, len(access), accounts, troubles)


def checked_in(house: House) -> tuple[str, bool]:
    """Let somebody come to the desk; return the outcome, and whether it was refused in words."""
    try:
        answer = checkin.present(LAN, house.kiosk, Scan((payload("patient-3"),), "s:9"))
    except KioskError as error:
        return error.vi, True
    return answer.verdict.outcome.value, False
