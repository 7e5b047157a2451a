# ruff: noqa: INP001, D101
"""Takes a kiosk's messages: KIOSK_HANDOVER_SECRET=… python receiver.py PORT FILE.db."""

import base64
import hashlib
import hmac
import json
import os
import sqlite3
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

OLDEST, LARGEST, LOCK = 300, 1_000_000, Lock()
TABLES = """CREATE TABLE IF NOT EXISTS message (id PRIMARY KEY, nth);
CREATE TABLE IF NOT EXISTS visit (visit_id PRIMARY KEY, nth, undone, told);"""
PUT = """INSERT INTO visit VALUES (:visit, :nth, :undone, :told) ON CONFLICT (visit_id) DO UPDATE
SET nth = :nth, undone = :undone, told = :told WHERE nth < :nth"""


def is_signed(headers: dict[str, str], body: bytes) -> bool:
    """Tell whether somebody who has one of the secrets sent this now (Standard Webhooks)."""
    name, second = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not second.isdigit() or abs(time.time() - int(second)) > OLDEST:
        return False
    given = headers.get("webhook-signature", "").encode().split()
    for text in os.environ["KIOSK_HANDOVER_SECRET"].replace(",", " ").split():
        kept = text.removeprefix("whsec_")
        key = text.encode() if kept == text else base64.b64decode(kept)
        mark = hmac.digest(key, f"{name}.{second}.".encode() + body, hashlib.sha256)
        if any(hmac.compare_digest(b"v1," + base64.b64encode(mark), one) for one in given):
            return True
    return False


def take(db: sqlite3.Connection, name: str, body: bytes) -> None:
    """Keep the newest state of a visit; a message that comes again, or late, changes nothing."""
    told = json.loads(body)
    visit, undone, nth = told["visit"]["visit_id"], told["visit"]["cancelled"], told["nth"]
    with LOCK, db:  # one transaction: all of it, or nothing
        if db.execute("INSERT OR IGNORE INTO message VALUES (?, ?)", (name, nth)).rowcount:
            db.execute(PUT, {"visit": visit, "nth": nth, "undone": undone, "told": body.decode()})


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        """Answer 204 once the message is kept, 401 to whoever has no secret."""
        size = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(size) if size <= LARGEST else b""
        signed = is_signed({name.lower(): text for name, text in self.headers.items()}, body)
        if signed:
            take(db, self.headers["webhook-id"], body)
        self.send_response(204 if signed else 401)
        self.end_headers()


db = sqlite3.connect(sys.argv[2], check_same_thread=False)
db.executescript(TABLES)
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
