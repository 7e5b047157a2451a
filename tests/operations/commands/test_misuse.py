"""`simulate`, `replay`, `evaluate`, `import-visits`."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT
from verification.operations.simulation.people import OWN
from verification.operations.wiring import local_now

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.operations.commands.conftest import Ran


def test_the_commands_speak_json(run: Callable[..., Ran], tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ("--visits", "120", "--days", "30", "--prevalence", "10", "--seed", "2")
    assert run("simulate", *words, "--out", str(out)).answer["visits"] == 120
    told = run("replay", str(out / "visits.csv"), "--facility", OWN)
    assert (told.status, [line["row"] for line in told.lines]) == (0, list(range(1, 121)))
    assert set(told.lines[0]) == {"row", "verdict", "reason", "score", "level", "flags"}
    flags = [flag for line in told.lines for flag in line["flags"]]
    keys = {"rule", "version", "level", "score", "vi", "en", "numbers", "visits"}
    assert all(keys <= set(flag) for flag in flags)
    report = run("evaluate", str(out), "--facility", OWN).answer
    assert {"precision_20", "precision_50", "recall", "false_per_1000", "baselines"} <= set(report)
    rules = ROOT / "verification" / "rules" / "misuse" / "misuse.toml"
    shaded = run("replay", str(out / "visits.csv"), "--facility", OWN, "--rules", str(rules))
    assert "only_shade" in shaded.err.splitlines()[0]


def test_visits_of_other_facilities_are_imported_once(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    row = a_visit()
    path = written(tmp_path, row, row | {"thoi_diem": "x"})
    for _ in range(2):  # a preview changes nothing
        tried = run("import-visits", str(path), "--preview").answer
        assert (tried["read"], tried["added"], tried["rejected"]) == (2, 1, 1)
    first = run("import-visits", str(path)).answer
    each = {"seconds": 0, "rejects_file": None}  # of its own
    assert first | each == tried | each
    assert (first["read"], first["added"], first["rejected"]) == (2, 1, 1)
    assert run("import-visits", str(path)).answer["same"] == 1
    changed = written(tmp_path, row | {"ma_benh": "I10"})
    assert run("import-visits", str(changed)).answer["changed"] == 1
    assert first["removed"] == 0
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("ho_ten\nAn\n", encoding="utf-8")
    assert run("import-visits", str(wrong)).status == 1


def test_a_row_that_cannot_be_a_visit_elsewhere_is_refused_with_a_reason(
    run: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_FACILITY", "79014")
    odd = [
        {"ma_cskcb": "79014"},
        {"thoi_diem": "0001-01-01T00:00"},
        {"thoi_diem": "9999-12-31T23:59"},
        {"thoi_diem": (local_now() + timedelta(days=3)).isoformat()},
        {"ket_thuc": "9999-12-31"},
        {"ket_thuc": "2020-01-01"},
    ]
    path = written(tmp_path, *(a_visit() | facts for facts in odd), a_visit())
    answer = run("import-visits", str(path)).answer
    assert (answer["added"], answer["rejected"]) == (1, len(odd))
    with Path(answer["rejects_file"]).open(encoding="utf-8-sig", newline="") as file:
        reasons = [row["ly_do"] for row in csv.DictReader(file)]
    assert reasons[0] == "lượt của chính cơ sở này, nhật ký đã có"
    assert all(reasons)


def test_the_same_day_imported_with_and_without_midnight_is_one_visit(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    day = a_visit()["thoi_diem"][:10]
    told = [run("import-visits", str(written(tmp_path, a_visit() | {"thoi_diem": f"{day}{clock}"})))
            for clock in ("", " 00:00", "T00:00:00")]  # fmt: skip
    assert [ran.answer["added"] for ran in told] == [1, 0, 0]
    assert [ran.answer["same"] for ran in told] == [0, 1, 1]


@pytest.mark.parametrize("code", ["1005", " 01005", "01-005"])
def test_the_own_code_with_a_lost_zero_is_no_other_facility(
    run: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    monkeypatch.setenv("KIOSK_FACILITY", "01005")
    monkeypatch.setenv("KIOSK_KEY_BESIDE", "yes")
    answer = run("import-visits", str(written(tmp_path, a_visit() | {"ma_cskcb": code}))).answer
    assert (answer["added"], answer["rejected"]) == (0, 1)


def test_a_bad_place_or_label_is_one_sentence(run: Callable[..., Ran], tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("", encoding="utf-8")
    words = ("--visits", "60", "--days", "30", "--prevalence", "10", "--seed", "2")
    assert "taken" in run("simulate", *words, "--out", str(taken)).sentence
    out = tmp_path / "out"
    run("simulate", *words, "--out", str(out))
    labels = out / "labels.csv"
    labels.write_text("row,scheme,group\n1\n", encoding="utf-8")
    assert "labels.csv" in run("evaluate", str(out), "--facility", OWN).sentence


def a_visit() -> dict[str, str]:
    """Return a row of last week at another facility."""
    at = (local_now() - timedelta(days=7)).replace(tzinfo=None, microsecond=0).isoformat()
    return {"thoi_diem": at, "ma_the": "DN4797900000011", "ma_cskcb": "79024"}


def written(folder: Path, *rows: dict[str, str]) -> Path:
    """Write a visits file."""
    path = folder / "visits.csv"
    names = ("thoi_diem", "ma_the", "ma_cskcb", "ma_benh", "ket_thuc")
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, names, restval="")
        out.writeheader()
        out.writerows(rows)
    return path
