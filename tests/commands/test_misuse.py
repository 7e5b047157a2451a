"""`simulate`, `replay`, `evaluate`, `import-visits`."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from tests.support import ROOT
from verification.misuse.people import OWN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.commands.conftest import Ran


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
    rules = ROOT / "verification" / "rules" / "misuse.toml"
    shaded = run("replay", str(out / "visits.csv"), "--facility", OWN, "--rules", str(rules))
    assert "only_shade" in shaded.err.splitlines()[0]


def test_visits_of_other_facilities_are_imported_once(
    run: Callable[..., Ran], tmp_path: Path
) -> None:
    row = {"thoi_diem": "2026-06-17T09:00", "ma_the": "DN4797900000011", "ma_cskcb": "79024"}
    path = written(tmp_path, row, row | {"thoi_diem": "x"})
    first = run("import-visits", str(path)).answer
    assert (first["read"], first["added"], first["rejected"]) == (2, 1, 1)
    assert run("import-visits", str(path)).answer["same"] == 1
    changed = written(tmp_path, row | {"ma_benh": "I10"})
    assert run("import-visits", str(changed)).answer["changed"] == 1
    assert first["removed"] == 0
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("ho_ten\nAn\n", encoding="utf-8")
    assert run("import-visits", str(wrong)).status == 1


def written(folder: Path, *rows: dict[str, str]) -> Path:
    """Write a visits file."""
    path = folder / "visits.csv"
    names = ("thoi_diem", "ma_the", "ma_cskcb", "ma_benh")
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, names, restval="")
        out.writeheader()
        out.writerows(rows)
    return path
