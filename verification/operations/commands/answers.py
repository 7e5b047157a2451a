"""`check`, `check-in`, `undo`, `lookup`."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import click

from verification.basics.dates import PartialDate
from verification.basics.errors import RequestError
from verification.basics.texts import Text
from verification.card.portal import PortalAnswer
from verification.kiosk import Kiosk
from verification.log.visit import CachTrinh, CancelReason
from verification.operations.answer_json import record_json, verdict_json
from verification.operations.asking import asked, portal_json
from verification.operations.checking import answered, shows_somebody
from verification.operations.commands import options, output
from verification.operations.portal import portal_worker
from verification.operations.settings import (
    DEMO_DESK,
    Settings,
    checked_desk,
    checked_facility,
    read_settings,
)
from verification.operations.wiring import checking_kiosk, logging_kiosk
from verification.reception import checkin, portal_answers
from verification.reception import corrections as visits
from verification.reception.answer import Answer, scan_of
from verification.reception.lookup import look_up, looked_at
from verification.review.flagging import flag_json
from verification.rights import Actor, command_line

_PRESENTED = {
    "vssid": CachTrinh.VSSID,
    "vneid": CachTrinh.VNEID,
    "cccd": CachTrinh.CCCD,
    "paper": CachTrinh.GIAY,
    "typed": CachTrinh.GO,
}
_MORE = Text(
    "Còn người khác nữa: viết thêm chữ của họ tên, hoặc thêm --dob",
    "There are more: write more words of the name, or add --dob",
)
BY_COMMAND = "command"


@options.command
@options.takes_text
@click.option("--on", type=options.DAY, help="visit date, ISO or dd/mm/yyyy")
@click.option("--facility", metavar="CODE", help="5-character facility code")
@click.option("--portal", is_flag=True, help="ask the national portal too")
def check(
    *, text: str, on: date | None, facility: str | None, portal: bool, emit: output.Emit
) -> int:
    """Answer a presented text; no visit is made. That a bare number showed a person is logged."""
    settings = read_settings(os.environ)
    with _checking(settings, facility) as kiosk:
        raw, noon = options.given_bytes(text), output.noon(on) if on else None
        actor = _actor(settings, None)
        with portal_worker(settings, kiosk.clock) if portal else nullcontext() as worker:
            verdict, said = answered(actor, kiosk, raw, noon, worker)
    if shows_somebody(verdict):
        with logging_kiosk(settings) as kiosk:
            looked_at(actor, kiosk, [card for card in [verdict.card] if card], "check")
    told = portal_json(said) if portal else None
    emit(verdict_json(verdict, kiosk.rules.law, told), output.verdict_line(verdict))
    return 0


@options.command
@options.takes_text
@click.option("--desk", type=options.DESK, metavar="D", help="desk; KIOSK_DESK or 1 if not given")
@click.option("--at", type=options.MOMENT, help="time of the visit, if not now")
@click.option("--presented", type=click.Choice(list(_PRESENTED)), help="how it was presented")
@click.option("--again", metavar="TEXT", help="make a new visit: what for")
def check_in(
    *,
    text: str,
    desk: str | None,
    at: datetime | None,
    presented: str | None,
    again: str | None,
    emit: output.Emit,
) -> int:
    """Present a text and receive, whatever the verdict."""
    settings = read_settings(os.environ)
    actor = _actor(settings, desk)
    raw = options.given_bytes(text)
    with logging_kiosk(settings) as kiosk:
        if at and at > kiosk.clock() + timedelta(days=1) and not kiosk.doubt():
            raise RequestError("--at: thời điểm chưa tới", "--at: that time has not come yet")
        _tell_of_store(kiosk)
        how = _PRESENTED[presented] if presented else None
        scan = scan_of((raw,), kiosk.likely_day(), cach_trinh=how, happened_at=at)
        scan = replace(scan, day_only=at is not None and at.time() == time())  # a date alone
        answer = checkin.check_in(actor, kiosk, scan, again)
        answer, said = _with_portal(actor, kiosk, settings, answer)
        verdict, visit = answer.verdict, answer.visit
        keys = verdict_json(verdict, kiosk.rules.law, portal_json(said)) | {
            "visit_id": visit.visit_id if visit else None,
            "event_id": answer.event.event_id,
            "logged_at": output.iso_utc(answer.event.recorded_at),
            "already_today": [v.visit_id for v in (*answer.already, *answer.others)],
            "so_thu_tu": visit.so_thu_tu if visit else None,
            "flags": [flag_json(flag, kiosk.misuse) for flag in answer.flags],
        }
    number = f" | số {visit.so_thu_tu}" if visit and visit.so_thu_tu else ""
    line = f"{output.verdict_line(verdict)} | {visit.visit_id if visit else '-'}{number}"
    emit(keys, line)
    return 0


def _with_portal(
    actor: Actor, kiosk: Kiosk, settings: Settings, answer: Answer
) -> tuple[Answer, PortalAnswer | None]:
    """Return an answer with what the portal says to it, and what that was; both are logged."""
    with portal_worker(settings, kiosk.clock) as worker:
        if worker is None:
            return answer, None
        question = portal_answers.question_of(kiosk, answer.event, answer.visit)
        said = asked(worker, question, kiosk.clock, history=True)
    if answer.verdict.card is None:  # rubbish: there is nobody to ask about
        return answer, said
    portal_answers.note(kiosk, answer.event, said, BY_COMMAND)
    answer = portal_answers.upgraded(actor, kiosk, answer)
    return answer, replace(said, outcome=portal_answers.outcome_with(said, answer.verdict))


@options.command
@click.argument("visit_id")
@click.option("--why", required=True, type=click.Choice([why.value for why in CancelReason]))
@click.option("--note", default="", metavar="TEXT")
def undo(*, visit_id: str, why: str, note: str, emit: output.Emit) -> int:
    """Undo a visit."""
    settings = read_settings(os.environ)
    with logging_kiosk(settings) as kiosk:
        event = visits.undo(_actor(settings, None), kiosk, visit_id, CancelReason(why), note)
    emit({"event_id": event.event_id}, f"đã hủy {visit_id}")
    return 0


@options.command
@click.option("--name", help="name, or some of its words in any order")
@click.option("--dob", type=options.PARTIAL_DAY, help="birth date, or its year or month")
@click.option("--number", help="15, 10 or 12 characters, or the text of a QR")
def lookup(
    *, name: str | None, dob: PartialDate | None, number: str | None, emit: output.Emit
) -> int:
    """Find cards by number or by name; no visit is made."""
    settings = read_settings(os.environ)
    if number is None and name is None:
        raise RequestError(
            "Cần --number hoặc --name (có thể thêm --dob)",
            "Give --number, or --name with or without --dob",
        )
    with logging_kiosk(settings) as kiosk:
        _tell_of_store(kiosk)
        actor = _actor(settings, None)
        found = look_up(actor, kiosk, number=number, name=name or "", birth=dob)
        for record in found.records:
            answer = record_json(record, kiosk.rules.law, kiosk.likely_day())
            words = (v for name, v in answer.items() if v and name != "periods")
            emit(answer, " | ".join(map(str, words)))
    if found.more:
        sys.stderr.write(f"{_MORE.vi} / {_MORE.en}\n")
    return 0


@contextmanager
def _checking(settings: Settings, facility: str | None) -> Iterator[Kiosk]:
    with checking_kiosk(settings, checked_facility(facility) if facility else None) as kiosk:
        _tell_of_store(kiosk)
        yield kiosk


def _tell_of_store(kiosk: Kiosk) -> None:
    status = kiosk.cards.status()
    if status.trouble:
        sys.stderr.write(f"{status.trouble.vi} / {status.trouble.en}\n")
    elif status.cards == 0:
        sys.stderr.write("Dữ liệu thẻ trống / The card store is empty\n")


def _actor(settings: Settings, desk: str | None) -> Actor:
    return command_line(checked_desk(desk or settings.first_desk or DEMO_DESK))
