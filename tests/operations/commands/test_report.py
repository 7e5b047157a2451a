"""`report` writes one new private file, says what it counted, and leaves no half one."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from verification.adapters.papers import report_papers
from verification.adapters.papers.report_papers import FORMS
from verification.exchange.reports.making import kinds
from verification.exchange.reports.report import ReportKind
from verification.operations.wiring import local_now

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.operations.commands.conftest import Ran

    Run = Callable[..., Ran]

ANY_DAY = "2026-11-22"
FIRSTS = {"csv": b"\xef\xbb\xbf", "xlsx": b"PK", "pdf": b"%PDF"}


@pytest.mark.parametrize("form", list(FORMS))
def test_a_report_is_one_new_private_file(run: Run, home: Path, form: str) -> None:
    run("check-in", "DN4797900000011", "--presented", "vssid")
    out = home / f"thang.{form}"
    words = ("report", "month-bhxh", "--on", ANY_DAY, "--format", form, "--out", str(out))
    done = run(*words).answer
    assert (done["kind"], done["format"], done["file"]) == ("month-bhxh", form, str(out))
    assert (done["first"][:7], done["last"][:7]) == (ANY_DAY[:7], ANY_DAY[:7])
    assert done["tables"]["adoption"] == 4
    assert out.read_bytes().startswith(FIRSTS[form])
    assert out.stat().st_mode & 0o777 == 0o600
    before = out.read_bytes()
    again = run(*words)
    assert (again.status, out.read_bytes()) == (1, before)
    assert "không ghi đè" in again.sentence


def test_what_was_received_is_counted(run: Run, home: Path) -> None:
    run("check-in", "DN4797900000011", "--presented", "vssid")
    run("check-in", "DT2040400000022", "--presented", "paper")
    out = home / "tuan.csv"
    today = f"{local_now():%Y-%m-%d}"
    words = ("report", "week", "--on", today, "--format", "csv", "--out", str(out))
    assert "Báo cáo tuần" in run(*words, plain=True).out
    rows = list(csv.reader(io.StringIO(out.read_text("utf-8-sig"))))
    counted = {row[3]: row[4:8] for row in rows if row[1:3] == ["adoption", "row"]}
    assert counted["Số người đã dùng VssID hoặc VNeID"] == ["1", "1", "2", "50.00"]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("week", "--on", "2999-01-01", "--format", "csv"), 1),
        (("week", "--on", "hôm nay", "--format", "csv"), 1),
        (("week", "--on", ANY_DAY, "--format", "csv", "--desk", "1"), 1),
        (("shift", "--on", ANY_DAY, "--format", "csv", "--desk", "a b"), 1),
        (("week", "--on", ANY_DAY, "--format", "docx"), 2),
        (("year", "--on", ANY_DAY, "--format", "csv"), 2),
        (("week", "--format", "csv"), 2),
    ],
)
def test_what_cannot_be_made_leaves_no_file(
    run: Run, home: Path, words: tuple[str, ...], status: int
) -> None:
    out = home / "khong.csv"
    ran = run("report", *words, "--out", str(out))
    assert (ran.status, ran.out) == (status, "")
    assert not out.exists()


def test_a_disk_that_refuses_leaves_no_half_file(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> Callable[..., bytes]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(report_papers, "_drawing", full)
    out = home / "day.pdf"
    ran = run("report", "week", "--on", ANY_DAY, "--format", "pdf", "--out", str(out))
    assert ran.status == 1
    assert "Không ghi được tệp" in ran.sentence
    assert not out.exists()
    assert list(home.glob("day*")) == []


def test_the_kinds_that_are_made_are_kinds_of_the_contract() -> None:
    assert set(kinds()) >= {ReportKind.WEEK, ReportKind.MONTH_BHXH, ReportKind.MONTH_SYT}
