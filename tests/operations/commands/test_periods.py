"""Periods, origins and damaged stores on the command line."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support import payload
from verification.adapters.store.sqlite.card_folder import newest_file
from verification.operations.wiring import local_now

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.operations.commands.conftest import Ran

    Run = Callable[..., Ran]

NUMBER = "DN4797900000501"
HEADING = "ma_the,ho_ten,gt_the_tu,gt_the_den,trang_thai"
PERIOD_KEYS = ["gt_the_tu", "gt_the_den", "trang_thai", "origin", "as_of"]


@pytest.fixture
def take(run: Run, tmp_path: Path) -> Callable[..., Ran]:
    """Return a function that imports rows of one number."""

    def taken(*periods: str, options: tuple[str, ...] = (), status: str = "hieu_luc") -> Ran:
        rows = [f"{NUMBER},Người Mẫu,{period},{status}" for period in periods]
        source = tmp_path / "list.csv"
        source.write_text("\n".join([HEADING, *rows, ""]), encoding="utf-8")
        return run("import-cards", str(source), *options)

    return taken


def test_check_and_lookup_name_every_period_with_its_origin_and_day(
    run: Run, take: Callable[..., Ran]
) -> None:
    today = local_now().date()
    take("2027-01-01,2027-12-31", "2026-01-01,2026-12-31")
    listed = today - timedelta(days=2)
    take("2026-01-01,2026-06-30", options=("--origin", "bhxh", "--as-of", listed.isoformat()))
    take("2026-01-01,2026-12-31")
    expected = [
        ["2026-01-01", "2026-06-30", "hieu_luc", "bhxh", listed.isoformat()],
        ["2026-01-01", "2026-12-31", "hieu_luc", "hospital", today.isoformat()],
        ["2027-01-01", "2027-12-31", "hieu_luc", "hospital", today.isoformat()],
    ]
    answer = run("check", NUMBER, "--on", "2026-11-22").answer
    for found in (answer, run("lookup", "--number", NUMBER).answer):
        assert [list(period) for period in found["periods"]] == [PERIOD_KEYS] * 3
        assert [list(period.values()) for period in found["periods"]] == expected
    assert (answer["verdict"], answer["reason"]) == ("not_eligible", "expired")


@pytest.mark.parametrize(
    ("status", "verdict", "reason"),
    [
        ("tam_khoa", "not_eligible", "locked"),
        ("thu_hoi", "not_eligible", "withdrawn"),
        ("hieu_luc", "eligible", "valid"),
    ],
)
def test_each_status_of_a_file_is_answered(
    run: Run, take: Callable[..., Ran], status: str, verdict: str, reason: str
) -> None:
    take("2026-01-01,", status=status)
    answer = run("check", NUMBER, "--on", "2026-11-22").answer
    assert (answer["verdict"], answer["reason"]) == (verdict, reason)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ((), "renewal_unknown"),
        (("--origin", "company"), "renewal_unknown"),
        (("--as-of", "20/11/2026"), "renewal_unknown"),
        (("--origin", "bhxh", "--as-of", "2026-07-01"), "expired"),
        (("--origin", "bhxh", "--as-of", "2026-06-30"), "renewal_unknown"),
    ],
)
def test_who_made_a_list_decides_whether_its_end_is_one(
    run: Run, take: Callable[..., Ran], options: tuple[str, ...], reason: str
) -> None:
    assert take("2026-01-01,2026-06-30", options=options).status == 0
    answer = run("check", NUMBER, "--on", "2026-11-22").answer
    assert answer["reason"] == reason
    assert answer["rate_percent"] is None


@pytest.mark.parametrize(
    ("options", "status"),
    [
        (("--origin", "bhxh"), 2),
        (("--origin", "nobody"), 2),
        (("--as-of", "2999-01-01"), 1),
        (("--as-of", "hôm qua"), 1),
        (("--origin", "xml1"), 1),
    ],
)
def test_a_list_that_does_not_say_whose_and_when_changes_nothing(
    run: Run, take: Callable[..., Ran], options: tuple[str, ...], status: int
) -> None:
    ran = take("2026-01-01,2026-06-30", options=options)
    assert (ran.status, ran.out) == (status, "")
    assert ran.err
    assert run("lookup", "--number", NUMBER).lines == []


def test_a_refused_row_is_answered_with_its_reason(run: Run, take: Callable[..., Ran]) -> None:
    take("2026-01-01,")
    bad = take("2026-01-01,31/02/2026", options=("--reject-any",))
    assert bad.answer["rejected"] == 1
    answer = run("check", NUMBER, "--on", "2026-11-22").answer
    assert (answer["verdict"], answer["reason"]) == ("undetermined", "refused_row")
    assert answer["reasons"][0]["next"]
    take("2026-01-01,")
    assert run("check", NUMBER, "--on", "2026-11-22").answer["reason"] == "valid"


def test_a_damaged_store_is_told_and_healed_by_the_next_import(
    run: Run, take: Callable[..., Ran], home: Path
) -> None:
    file = newest_file(home)
    assert file
    file.write_bytes(b"rubbish" * 500)
    ran = run("check", "-", stdin=payload("patient-1"))
    assert (ran.status, ran.answer["reason"]) == (0, "not_in_store")
    assert "import the cards again" in ran.sentence
    done = run("check-in", "-", stdin=payload("patient-1"))
    assert (done.status, done.answer["verdict"]) == (0, "undetermined")
    assert done.answer["visit_id"]
    healed = take("2026-01-01,")
    assert (healed.status, healed.answer["unread"]) == (0, "cards-1.unread")
    assert "cards-1.unread" in healed.sentence
    assert run("check", NUMBER, "--on", "2026-11-22").answer["reason"] == "valid"
    assert "unread" not in take("2026-01-01,").answer
