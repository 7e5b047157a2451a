"""`verify-log`: what the store, or a copy of it, proves."""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

import click

from verification.adapters.store.postgres.address import is_address
from verification.adapters.store.sqlite.proof.chains import BY_HEAD
from verification.adapters.store.sqlite.proof.checks import Proof, prove
from verification.adapters.store.sqlite.proof.copying import NO_KEY, Copy, copied
from verification.adapters.store.sqlite.proof.notes import Note
from verification.basics.errors import RequestError, StoreError
from verification.log import chain
from verification.log.findings import Finding
from verification.log.house_events import LogVerified
from verification.log.key_file import read_master_key
from verification.log.writing import write_alone
from verification.operations.beginning import refuse_lost
from verification.operations.commands import options, output
from verification.operations.keys import kept
from verification.operations.proving import own_copy, postgres_copy
from verification.operations.settings import DEMO_DESK, Settings, checked_desk, read_settings
from verification.operations.wiring import logging_kiosk
from verification.rights import command_line

_FOUND_WRONG = 3


@options.command
@click.option(
    "--copy", type=options.STORE, metavar="FILE", help="a copy of the database, or postgresql://…"
)
@click.option(
    "--key", type=options.PATH, metavar="FILE", help="its key file; FILE.key if it lies there"
)
@click.option("--note", is_flag=True, help="log that it was verified, and what came of it")
@click.option("--head", multiple=True, metavar="DESK:COUNT:HASH", help="one that you kept")
def verify_log(
    *,
    copy: str | None,
    key: Path | None,
    note: bool,
    head: tuple[str, ...],
    emit: output.Emit,
) -> int:
    """Verify all that the log proves. It may be that of a copy."""
    if note and copy is not None:
        raise click.UsageError("--note is for the kiosk's own log, not for a --copy")
    given = [given_head(line) for line in head]
    with _copied(copy, key, given) as found:
        proof, heads = prove(found), found.heads
    named = {*proof.desks, *(h.desk for h in given), *heads, *(f.desk for f in proof.findings)}
    for desk in sorted(named):
        findings = [one for one in proof.findings if one.desk == desk]
        emit(_answer(desk, findings, proof), _line(desk, findings, proof))
    if note:
        _note(proof)
    return _FOUND_WRONG if proof.findings else 0


def _note(proof: Proof) -> None:
    """Log what came of it, for the administrator's page.

    Raises:
        StoreError: It could not be logged.
    """
    settings = read_settings(os.environ)
    events = sum(count for count, _ in proof.desks.values())
    kinds = tuple(sorted({finding.kind.value for finding in proof.findings}))
    verified = LogVerified("command", events, len(proof.findings), kinds, tuple(proof.unchecked))
    with logging_kiosk(settings) as kiosk:
        actor = command_line(checked_desk(settings.desk or DEMO_DESK))
        write_alone(kiosk.written, actor, verified)


def _answer(desk: str, findings: Sequence[Finding], proof: Proof) -> dict[str, Any]:
    events, head = proof.desks.get(desk, (0, None))
    noted = _noted(desk, proof)
    return {
        "desk": desk,
        "events": events,
        "head": str(head) if head else None,
        "ok": not findings,
        "problems": [_problem(finding) for finding in findings],
        "unchecked": list(proof.unchecked),
    } | ({"noted": noted} if noted else {})


def _noted(desk: str, proof: Proof) -> list[dict[str, Any]]:
    """Return the notes that excuse heads of a desk: where each stands, and how many heads."""
    excused = [(note, _of_desk(note, desk)) for note in proof.noted]
    return [{"desk": n.desk, "seq": n.seq, "heads": count} for n, count in excused if count]


def _of_desk(note: Note, desk: str) -> int:
    return sum(head.rpartition(":")[0].rpartition(":")[0] == desk for head in note.over)


def _problem(finding: Finding) -> dict[str, Any]:
    known = not finding.what or finding.what == BY_HEAD  # the kind says that a head is meant
    what = {} if known else {"what": finding.what}
    return {"seq": finding.seq, "kind": finding.kind.value} | what


def _line(desk: str, findings: Sequence[Finding], proof: Proof) -> str:
    told = ", ".join(f"{f.kind} ở {f.seq} {f.what}".rstrip() for f in findings) or "đúng"
    events, _ = proof.desks.get(desk, (0, None))
    noted = "".join(
        f"; ghi chú {note['desk']}-{note['seq']} bỏ qua {note['heads']} đầu chuỗi"
        for note in _noted(desk, proof)
    )
    left = f"; chưa kiểm: {', '.join(proof.unchecked)}" if proof.unchecked else ""
    return f"quầy {desk}: {events} sự kiện, {told}{noted}{left}"


def _copied(
    copy: str | None, key: Path | None, given: Sequence[chain.Head]
) -> AbstractContextManager[Copy]:
    """Copy what was named, by its own key, or this installation's store."""
    if copy is None:
        settings = read_settings(os.environ)
        if settings.postgres is None and not settings.db.exists():
            refuse_lost(settings)  # told alone, before anything is said of the key
        return own_copy(settings, _own_key(settings) if key is None else _key_in(key), given)
    if is_address(copy):
        return postgres_copy(copy, _key_in(key), given)
    path = Path(copy)
    beside = path.with_name(f"{path.name}.key")
    file = key or (beside if os.path.lexists(beside) else None)
    return copied(path, _key_in(file), given, elsewhere=True)


def _own_key(settings: Settings) -> bytes | None:
    keeper = kept(settings)
    return _read(keeper.read) if keeper.exists() else None


def _key_in(file: Path | None) -> bytes | None:
    """Return the key of a copy, never this installation's."""
    if file is None:
        return None
    if not os.path.lexists(file):
        raise StoreError(f"Không có tệp khóa {file}", f"There is no key file {file}")
    return _read(partial(read_master_key, file, of_copy=True))


def _read(read: Callable[[], bytes]) -> bytes:
    try:
        return read()
    except StoreError as error:  # the chain is checked all the same
        sys.stderr.write(f"{error}\n")
        return NO_KEY


def given_head(line: str) -> chain.Head:
    """Read a head that somebody gave.

    Raises:
        RequestError: It is none.
    """
    try:
        return chain.parse_head(line)
    except ValueError:
        raise RequestError(
            f"--head {line!r} không có dạng BÀN:SỐ:MÃ", "--head is not DESK:COUNT:HASH"
        ) from None
