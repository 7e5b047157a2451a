"""Schemathesis asks a real server whatever the description allows and forbids: never a 500.

All its checks hold: documented statuses, media types and schemas alone, no wrong data taken, no
right data refused, no answer without a key. Every run makes a share with a fixed seed; the whole
campaign is `long`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.api_support import key_for
from tests.browser.running import Server
from tests.support import DESK, ROOT, payload
from verification.log.events import EventKind
from verification.operations.settings import read_settings
from verification.operations.wiring import logging_kiosk
from verification.reception import checkin
from verification.reception.answer import Scan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SEED = "16"
DESCRIPTION = ROOT / "app_pages" / "api" / "openapi.json"
# what FHIR asks of a resource no schema can say: it may be refused for more, as it is described
OF_FHIR = """
[[operations]]
include-path = "/api/fhir/CoverageEligibilityRequest/$submit"
[operations.checks.positive_data_acceptance]
expected-statuses = ["2xx", 400, 401, 403, 404, 409, 422, 429, "5xx"]
"""
RUN = "from schemathesis.cli import schemathesis; schemathesis()"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("campaign"), KIOSK_CAMERA="none").start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def key(server: Server) -> str:
    """Return the key of a system with all rights."""
    with logging_kiosk(read_settings(server.environ)) as kiosk:
        return key_for(kiosk, "chien-dich")


@pytest.fixture
def visit(server: Server) -> str:
    """Return a visit that the campaign tells of."""
    with logging_kiosk(read_settings(server.environ)) as kiosk:
        received = checkin.check_in(DESK, kiosk, Scan((payload("number-15"),)), "chiến dịch").visit
    assert received
    return received.visit_id


def asked(server: Server, key: str, visit: str, folder: Path, *words: str) -> str:
    """Run a campaign on one visit; return what it said, once it has found nothing."""
    settings = f'[parameters]\n"path.visit_id" = "{visit}"\n{OF_FHIR}'
    (folder / "schemathesis.toml").write_text(settings)
    said = ("--checks", "all", "--seed", SEED, "--no-color", "--warnings", "off", *words)
    done = subprocess.run(
        [
            *(sys.executable, "-c", RUN, "--config-file", str(folder / "schemathesis.toml")),
            *("run", str(DESCRIPTION), "--url", server.url),
            *("--header", f"Authorization: Bearer {key}", *said),
        ],
        cwd=folder,  # where it keeps what it remembers
        env=os.environ | {"HYPOTHESIS_STORAGE_DIRECTORY": str(folder / "hypothesis")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in server.log()
    return done.stdout


def test_a_share_of_the_campaign_finds_no_answer_that_is_not_described(
    server: Server, key: str, visit: str, tmp_path: Path
) -> None:
    said = asked(server, key, visit, tmp_path, "--phases", "examples,fuzzing", "-n", "4")
    assert "No issues found" in said
    with logging_kiosk(read_settings(server.environ)) as kiosk:  # it has reached the visit
        found = kiosk.written.visit(visit)
        assert found
        event = kiosk.written.event(found.his[0])
    assert event
    assert event.kind is EventKind.HIS_TOLD


@pytest.mark.long
def test_the_whole_campaign_finds_no_answer_that_is_not_described(
    server: Server, key: str, visit: str, tmp_path: Path
) -> None:
    assert "No issues found" in asked(server, key, visit, tmp_path, "-n", "100")
