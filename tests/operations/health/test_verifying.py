"""The log is verified beside the desks, and what came of it is logged."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support import DESK, ROOT
from verification.basics.errors import RequestError
from verification.log.events import EventKind
from verification.log.house_events import LogVerified
from verification.operations.health.verifying import Verifying, summed
from verification.operations.settings import read_settings
from verification.operations.version import commit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from verification.kiosk import Kiosk


def answer(desk: str, events: int, *kinds: str, unchecked: Sequence[str] = ()) -> dict[str, object]:
    problems = [{"seq": 1, "kind": kind} for kind in kinds]
    return {"desk": desk, "events": events, "problems": problems, "unchecked": list(unchecked)}


def test_what_all_desks_say_is_summed() -> None:
    found = summed(
        [answer("1", 3, "edited", "edited"), answer("2", 4, "cut", unchecked=("key", "key"))]
    )
    assert found == LogVerified("page", 7, 3, ("cut", "edited"), ("key",))
    assert summed([]) == LogVerified("page", 0)


def test_a_log_that_cannot_be_verified_is_told_and_nothing_is_logged(
    kiosk: Kiosk, tmp_path: Path
) -> None:
    file = tmp_path / "kiosk.db"
    file.write_bytes(b"x" * 5000)
    verifying = Verifying(read_settings({"KIOSK_DB": str(file)}), kiosk)
    verifying.run(DESK)
    assert verifying.trouble
    assert not verifying.running
    assert not kiosk.written.events((EventKind.LOG_VERIFIED,), kiosk.clock().replace(hour=0))


def test_it_is_not_begun_twice_at_once(kiosk: Kiosk, tmp_path: Path) -> None:
    verifying = Verifying(read_settings({"KIOSK_DB": str(tmp_path / "kiosk.db")}), kiosk)
    verifying.begin(DESK)
    if verifying.running:
        with pytest.raises(RequestError):
            verifying.begin(DESK)
    verifying.stop()


def test_the_commit_is_that_of_the_checkout(tmp_path: Path) -> None:
    words = ["git", "rev-parse", "HEAD"]
    known = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    if known.returncode == 0:
        assert known.stdout.startswith(commit())
        assert len(commit()) == 10
    assert not commit(tmp_path)
    assert sys.version
