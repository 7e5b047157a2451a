"""`verify-log`: what the store, or a copy of it, proves."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from verification.adapters.store.sqlite.proof.checks import Proof, prove
from verification.adapters.store.sqlite.proof.copying import copied
from verification.adapters.store.sqlite.reading import read_chains
from verification.basics.errors import RequestError, StoreError
from verification.log import chain
from verification.log.findings import Finding
from verification.log.sealing import load_master_key
from verification.operations.commands import options, output
from verification.operations.settings import read_settings

_FOUND_WRONG = 3


@options.command
@click.option("--copy", type=Path, metavar="FILE", help="a copy of the database")
@click.option("--key", type=Path, metavar="FILE", help="its key file; FILE.key if it lies there")
@click.option("--head", multiple=True, metavar="DESK:COUNT:HASH", help="one that you kept")
def verify_log(
    *, copy: Path | None, key: Path | None, head: tuple[str, ...], emit: output.Emit
) -> int:
    """Verify all that the log proves. It may be that of a copy."""
    given = [_given_head(line) for line in head]
    path, master = copy or read_settings(os.environ).db, _master(copy, key)
    with copied(path, master, given, elsewhere=copy is not None) as found:
        proof, chains = prove(found), read_chains(found.connection)
    named = {*chains, *(h.desk for h in given), *found.heads, *(f.desk for f in proof.findings)}
    for desk in sorted(named):
        rows = chains.get(desk, [])
        findings = [one for one in proof.findings if one.desk == desk]
        emit(_answer(desk, rows, findings, proof), _line(desk, rows, findings))
    return _FOUND_WRONG if proof.findings else 0


def _answer(
    desk: str, rows: Sequence[chain.LogRow], findings: Sequence[Finding], proof: Proof
) -> dict[str, Any]:
    return {
        "desk": desk,
        "events": len(rows),
        "head": str(chain.Head(desk, len(rows), rows[-1]["hash"])) if rows else None,
        "ok": not findings,
        "problems": [_problem(finding) for finding in findings],
        "unchecked": list(proof.unchecked),
    }


def _problem(finding: Finding) -> dict[str, Any]:
    what = {"what": finding.what} if finding.what else {}
    return {"seq": finding.seq, "kind": finding.kind.value} | what


def _line(desk: str, rows: Sequence[chain.LogRow], findings: Sequence[Finding]) -> str:
    told = ", ".join(f"{f.kind} ở {f.seq} {f.what}".rstrip() for f in findings) or "đúng"
    return f"bàn {desk}: {len(rows)} sự kiện, {told}"


def _master(copy: Path | None, key: Path | None) -> bytes | None:
    """Return the master key where it is there: a copy's own, never this installation's."""
    beside = copy.with_name(f"{copy.name}.key") if copy else read_settings(os.environ).key_file
    file = key or beside
    if file.exists():
        return load_master_key(file)
    if key:
        raise StoreError(f"Không có tệp khóa {key}", f"There is no key file {key}")
    return None


def _given_head(line: str) -> chain.Head:
    try:
        return chain.parse_head(line)
    except ValueError:
        raise RequestError(
            f"--head {line!r} không có dạng BÀN:SỐ:MÃ", "--head is not DESK:COUNT:HASH"
        ) from None
