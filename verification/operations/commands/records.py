"""`record`, `check-record`: check-in records (XML0) as a file, and whether a file is one."""

import os
from functools import partial
from pathlib import Path
from typing import Any

import click

from verification.adapters.hospital.xml0.checking import Checked, check_file, check_records
from verification.adapters.hospital.xml0.reading import MOST_BYTES
from verification.adapters.hospital.xml0.writing import written
from verification.basics.errors import RequestError
from verification.basics.private import new_private_file
from verification.exchange.record.fields import Flaw, number_of
from verification.exchange.record.listed import Listed, take_records
from verification.operations.commands import options, output
from verification.operations.settings import DEMO_DESK, checked_desk, read_settings
from verification.operations.wiring import logging_kiosk
from verification.rights import command_line
from verification.rules.law.tables import shipped

_FOUND = 3
_MOST_FLAWS = 500


@options.command
@click.argument("visits", metavar="VISIT_ID...", nargs=-1, required=True, help="the visits")
@click.option(
    "--out",
    type=options.PATH,
    required=True,
    metavar="FILE.xml",
    help="a new file; none is overwritten",
)
def record(*, visits: tuple[str, ...], out: Path, emit: output.Emit) -> int:
    """Write check-in records (XML0) of visits, unsigned."""
    settings = read_settings(os.environ)
    actor = command_line(checked_desk(settings.first_desk or DEMO_DESK))
    try:
        with logging_kiosk(settings) as kiosk, new_private_file(out) as file:
            check = partial(check_records, law=kiosk.rules.law)
            taken = take_records(actor, kiosk, visits, check, written)
            file.write(taken.file)
    except OSError as error:
        raise _not_written(out, error) from error
    stt = 0
    for listed in taken.listed:
        stt += listed.why is None
        emit(_keys(listed, stt), _line(listed))
    said = f"{out}: {taken.records} hồ sơ, chưa ký / records, not signed"
    emit({"file": str(out), "records": taken.records, "signed": False}, said)
    return 0


@options.command
@click.argument("file", metavar="FILE", type=options.PATH, help="XML0, anybody's")
def check_record(*, file: Path, emit: output.Emit) -> int:
    """Check a file of check-in records (XML0)."""
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise RequestError(f"Không đọc được tệp {file}", f"{file} cannot be read") from error
    checked = check_file(data, shipped())
    for flaw in checked.flaws[:_MOST_FLAWS]:
        emit(_flaw_keys(flaw), _flaw_line(flaw))
    emit(_checked_keys(checked), _checked_line(file, checked))
    return _FOUND if checked.flaws else 0


def _keys(listed: Listed, stt: int) -> dict[str, Any]:
    return {
        "visit_id": listed.visit.visit_id,
        "stt": stt if listed.why is None else None,
        "state": listed.state.value,
        "missing": [name.upper() for name in listed.missing],
        "flaws": [_flaw_keys(flaw) for flaw in listed.flaws],
        "ma_giao_dich": listed.visit.record_code,
    }


def _line(listed: Listed) -> str:
    words = listed.state.words
    told = [listed.visit.visit_id, f"{words.vi} / {words.en}"]
    told += [listed.why.vi] if listed.why else []
    told += [one.vi for one in listed.missing_words]
    told += [flaw.words.vi for flaw in listed.flaws]
    return " | ".join(told)


def _flaw_keys(flaw: Flaw) -> dict[str, Any]:
    return {
        "code": flaw.code,
        "level": flaw.level.value,
        "record": flaw.nth,
        "field": flaw.name.upper() if flaw.name else None,
        "number": number_of(flaw.name) if flaw.name else None,
        "line": flaw.line,
        "vi": flaw.words.vi,
        "en": flaw.words.en,
    }


def _flaw_line(flaw: Flaw) -> str:
    where = [f"#{flaw.nth}"] if flaw.nth else []
    where += [f"dòng {flaw.line}"] if flaw.line else []
    return " | ".join([flaw.level.value, *where, f"{flaw.words.vi} / {flaw.words.en}"])


def _checked_keys(checked: Checked) -> dict[str, Any]:
    return {
        "records": checked.records,
        "flaws": len(checked.flaws),
        "signed": checked.signed,
    }


def _checked_line(file: Path, checked: Checked) -> str:
    signed = "có chữ ký" if checked.signed else "chưa ký"
    return (
        f"{file}: {checked.records} hồ sơ, {len(checked.flaws)} lỗi, {signed} / "
        f"{checked.records} records, {len(checked.flaws)} flaws, "
        f"{'signed' if checked.signed else 'not signed'}"
    )


def _not_written(out: Path, error: OSError) -> RequestError:
    if isinstance(error, FileExistsError):
        return RequestError(
            f"Đã có tệp {out}, không ghi đè: hãy chọn tên khác",
            f"{out} is there already and is not written over",
        )
    return RequestError(f"Không ghi được tệp {out}", f"{out} cannot be written")
