"""`read`, `check`, `check-in`, `undo`, `lookup`."""

import os
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from verification import checkin, visits
from verification.answer import scan_of
from verification.commands import output
from verification.dates import parse_partial
from verification.errors import RequestError
from verification.flagging import flag_json
from verification.kiosk import Kiosk
from verification.lookup import look_up
from verification.rights import Actor, command_line
from verification.scanning.upload import read_upload
from verification.settings import DEMO_DESK, Settings, checked_desk, checked_facility, read_settings
from verification.visit import CachTrinh, CancelReason
from verification.wiring import checking_kiosk, local_now, logging_kiosk

_PRESENTED = {
    "vssid": CachTrinh.VSSID,
    "vneid": CachTrinh.VNEID,
    "cccd": CachTrinh.CCCD,
    "paper": CachTrinh.GIAY,
    "typed": CachTrinh.GO,
}
_NO_PORTAL = {"outcome": "off", "code": None, "note": "chưa cấu hình Cổng BHXH", "ms": 0}


def read(args: Namespace) -> int:
    """Read the QRs of picture files; a bad file does not stop the others."""
    opened = [_read_one(args, path) for path in args.pictures]
    return 0 if any(opened) else 1


def _read_one(args: Namespace, path: Path) -> bool:
    begun = time.perf_counter()
    try:
        reading = read_upload(path.read_bytes())
        error = "không phải ảnh" if reading is None else None
    except OSError as problem:
        reading, error = None, f"không mở được: {problem.strerror}"
    if reading is None:
        output.emit(args, {"file": str(path), "error": error}, f"{path}: {error}")
        return False
    texts = [payload.decode("utf-8", "backslashreplace") for payload in reading.payloads]
    ms = round((time.perf_counter() - begun) * 1000, 1)
    answer = {"file": str(path), "payloads": texts, "step": reading.step, "ms": ms}
    output.emit(args, answer, f"{path}: {' '.join(texts) or '(không có mã QR)'}")
    return True


def check(args: Namespace) -> int:
    """Answer a presented text and log nothing."""
    settings = read_settings(os.environ)
    with _checking(settings, args.facility) as kiosk:
        on = output.noon(output.given_day(args.on, "--on")) if args.on else None
        verdict = checkin.check(_actor(settings, None), kiosk, output.given_bytes(args.text), on)
    portal = _NO_PORTAL if args.portal else None
    answer = output.verdict_json(verdict, kiosk.rules.law, portal)
    output.emit(args, answer, output.verdict_line(verdict))
    return 0


def check_in(args: Namespace) -> int:
    """Present a text and receive the patient, whatever the verdict."""
    settings = read_settings(os.environ)
    actor = _actor(settings, args.desk)
    at = output.given_time(args.at) if args.at else None
    if at and at > local_now() + timedelta(days=1):
        raise RequestError("--at: thời điểm chưa tới", "--at: that time has not come yet")
    raw = output.given_bytes(args.text)
    with logging_kiosk(settings) as kiosk:
        how = _PRESENTED[args.presented] if args.presented else None
        scan = scan_of((raw,), kiosk.today(), cach_trinh=how, happened_at=at)
        answer = checkin.check_in(actor, kiosk, scan, args.again)
        verdict, visit = answer.verdict, answer.visit
        keys = output.verdict_json(verdict, kiosk.rules.law, None) | {
            "visit_id": visit.visit_id if visit else None,
            "event_id": answer.event.event_id,
            "logged_at": output.iso_utc(answer.event.recorded_at),
            "already_today": [v.visit_id for v in answer.already],
            "flags": [flag_json(flag, kiosk.misuse) for flag in answer.flags],
        }
    line = f"{output.verdict_line(verdict)} | {visit.visit_id if visit else '-'}"
    output.emit(args, keys, line)
    return 0


def undo(args: Namespace) -> int:
    """Undo a visit."""
    settings = read_settings(os.environ)
    with logging_kiosk(settings) as kiosk:
        why = CancelReason(args.why)
        event = visits.undo(_actor(settings, None), kiosk, args.visit_id, why, args.note)
    output.emit(args, {"event_id": event.event_id}, f"đã hủy {args.visit_id}")
    return 0


def lookup(args: Namespace) -> int:
    """Find cards by number, or by name and birth date."""
    settings = read_settings(os.environ)
    with _checking(settings, None) as kiosk:
        try:
            birth = parse_partial(args.dob) if args.dob else None
        except ValueError:
            raise RequestError(f"--dob: {args.dob!r} không phải ngày", "--dob: no date") from None
        if args.number is None and args.name is None:
            raise RequestError(
                "Cần --number, hoặc --name và --dob", "Give --number, or --name and --dob"
            )
        found = look_up(
            _actor(settings, None), kiosk, number=args.number, name=args.name, birth=birth
        )
        for record in found:
            answer = output.record_json(record, kiosk.rules.law, kiosk.today())
            output.emit(args, answer, " | ".join(str(v) for v in answer.values() if v))
        return 0


@contextmanager
def _checking(settings: Settings, facility: str | None) -> Iterator[Kiosk]:
    with checking_kiosk(settings, checked_facility(facility) if facility else None) as kiosk:
        if kiosk.cards.status().cards == 0:
            sys.stderr.write("Kho thẻ trống / The card store is empty\n")
        yield kiosk


def _actor(settings: Settings, desk: str | None) -> Actor:
    return command_line(checked_desk(desk or settings.desk or DEMO_DESK))
