"""What leaves the house, and the rights that are missing, stand in the log of access in words."""

from __future__ import annotations

from datetime import datetime

import pytest

from app_pages.admin.told import told
from verification.adapters.papers.report_papers import FORMS
from verification.basics.dates import VIETNAM
from verification.exchange import evidence
from verification.exchange.reports.report import ReportKind
from verification.log.events import EventKind
from verification.officers.access_log import Access
from verification.rights import USE_CASES, Right

AT = datetime(2026, 11, 26, 8, tzinfo=VIETNAM)


def said(kind: EventKind, what: str, about: str = "") -> str:
    return " | ".join(told(Access(AT, "a.b", kind, what, about, "", "1", "", "")).values())


@pytest.mark.parametrize("kind", ReportKind)
def test_a_report_that_left_is_named_and_not_its_code(kind: ReportKind) -> None:
    for form in FORMS:
        line = said(EventKind.EXPORTED, f"report_{kind.value} {form}")
        assert "report_" not in line
        assert form.upper() in line


def test_evidence_that_was_seen_is_named() -> None:
    assert evidence.VIEWED not in said(EventKind.VIEWED, evidence.VIEWED)


def test_every_right_and_use_case_that_may_be_refused_is_named() -> None:
    for name, right in USE_CASES.items():
        line = said(EventKind.RIGHT_REFUSED, right.value, name.removeprefix("verification."))
        assert "_" not in line, name
    for right in Right:
        assert f"| {right.value} |" not in said(EventKind.RIGHT_REFUSED, right.value)
