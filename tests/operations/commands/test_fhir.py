"""`fhir`: a request in a file or on standard input."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from tests.fhir_support import a_request
from verification.operations.commands.fhir import MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.operations.commands.conftest import Ran

    Run = Callable[..., Ran]


def looks(home: Path) -> list[str]:
    with closing(sqlite3.connect(home / "kiosk.db")) as db:
        return [codes for (codes,) in db.execute("SELECT codes FROM log WHERE kind = 'viewed'")]


def written(home: Path, request: object) -> str:
    file = home / "yeu-cau.json"
    file.write_text(json.dumps(request), encoding="utf-8")
    return str(file)


def test_a_request_in_a_file_is_answered_and_the_look_is_logged(home: Path, run: Run) -> None:
    ran = run("fhir", written(home, a_request(purpose=["validation", "benefits"])))
    assert (ran.status, ran.err) == (0, "")
    assert ran.answer["insurance"][0]["inforce"] is True
    (look,) = looks(home)
    assert json.loads(look)["what"] == "check"
    assert "7900000011" not in look
    run("fhir", written(home, a_request("HC4797900000022")))  # nobody that the store knows
    assert len(looks(home)) == 1


def test_what_cannot_be_answered_is_an_outcome_and_a_sentence(home: Path, run: Run) -> None:
    ran = run("fhir", written(home, a_request(purpose=["auth-requirements"])))
    assert ran.status == 1
    assert ran.answer["resourceType"] == "OperationOutcome"
    assert "auth-requirements" in ran.sentence
    assert looks(home) == []


def test_a_file_that_is_none_or_too_large_is_one_sentence(home: Path, run: Run) -> None:
    assert run("fhir", str(home / "khong-co.json")).status == 1
    large = home / "lon.json"
    large.write_bytes(b" " * (MOST_BYTES + 1))
    ran = run("fhir", str(large))
    assert (ran.status, ran.out) == (1, "")
    assert "too large" in ran.sentence
