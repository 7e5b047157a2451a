"""The recording of what every command answers: nothing is left out, and nothing is blanked away."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.answer_plan import COMMANDS
from benchmarks.answers import compare
from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

ANSWER = {"verdict": "eligible", "logged_at": "2026-11-26T01:02:03.456+00:00", "visit_id": "1-2"}


def recorded(folder: Path, day: str = "2026-11-26", status: int = 0, **facts: Any) -> Path:
    folder.mkdir()
    line = {"lane": "visits", "at": 1, "what": "check-in x", "status": status, "stderr": []}
    line |= {"stdout": [json.dumps(ANSWER | facts)]}
    (folder / "answers.jsonl").write_text(f"{json.dumps(line)}\n", encoding="utf-8")
    (folder / "about.json").write_text(json.dumps({"day": day, "commit": ""}), encoding="utf-8")
    return folder


def test_every_documented_command_is_asked() -> None:
    table = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z-]+)", table, re.MULTILINE)) == set(COMMANDS)


def test_times_and_random_ids_make_no_difference(tmp_path: Path) -> None:
    first = recorded(tmp_path / "a", person_ref="0" * 32)
    second = recorded(tmp_path / "b", logged_at="2026-11-26T05:00:00+00:00", person_ref="1" * 32)
    assert compare(first, second) == 0


@pytest.mark.parametrize("facts", [{"verdict": "not_eligible"}, {"visit_id": "1-3"}, {"new": None}])
def test_anything_else_does(
    tmp_path: Path, facts: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = recorded(tmp_path / "a"), recorded(tmp_path / "b", **facts)
    assert compare(first, second) == 3
    assert "visits 1: check-in x" in capsys.readouterr().out


def test_so_does_an_exit_status(tmp_path: Path) -> None:
    assert compare(recorded(tmp_path / "a"), recorded(tmp_path / "b", status=1)) == 3


def test_recordings_of_two_days_are_not_compared(tmp_path: Path) -> None:
    first, second = recorded(tmp_path / "a"), recorded(tmp_path / "b", day="2026-11-27")
    assert compare(first, second) == 1
