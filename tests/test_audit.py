"""A known vulnerability fails the check; a database that is silent fails nothing and is told."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from benchmarks.audit import NOT_CHECKED, audit, installed
from tests.browser.running import free_port
from tests.serving import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGES = ["goi-mau==1.0", "goi-khac==2.0"]
TODAY = date(2026, 11, 27)
NAMED = {
    "id": "GHSA-mau1-mau2-mau3",
    "aliases": ["CVE-2026-0000"],
    "summary": "invented",
    "affected": [
        {
            "package": {"name": "goi-mau", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.1"}]}],
            "versions": ["1.0"],
        }
    ],
}


@contextmanager
def database(status: int = 200, *, hangs: bool = False) -> Iterator[tuple[str, ...]]:
    """Stand in for OSV; yield what pip-audit is told of it."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found = {"vulns": [NAMED]} if asked["package"]["name"] == "goi-mau" else {}
            if hangs:
                time.sleep(8)  # longer than pip-audit is told to wait
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(found).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        server.daemon_threads = True
        with serving(server):
            yield ("-s", "osv", "--osv-url", f"http://127.0.0.1:{server.server_port}/v1/query")


def test_a_known_vulnerability_is_named_and_fails_and_a_reason_excuses_it_until_its_day() -> None:
    with database() as service:
        status, lines = audit(PACKAGES, TODAY, [service])
        assert status == 1
        assert lines[0] == "goi-mau 1.0: CVE-2026-0000, GHSA-mau1-mau2-mau3"
        assert "1 in 2 packages" in lines[-1]
        reason = {"id": "CVE-2026-0000", "why": "a stand-in", "until": TODAY}
        assert audit(PACKAGES, TODAY, [service], [reason])[0] == 0
        late = reason | {"until": date(2026, 11, 26)}
        assert audit(PACKAGES, TODAY, [service], [late])[0] == 1


def test_the_next_database_is_asked_where_the_first_is_not_there() -> None:
    nobody = ("-s", "osv", "--osv-url", f"http://127.0.0.1:{free_port()}/v1/query")
    with database() as service:
        assert audit(PACKAGES, TODAY, [nobody, service])[0] == 1


@pytest.mark.parametrize("status", [404, 500])
def test_a_database_that_says_nothing_of_use_is_told_and_is_no_green(status: int) -> None:
    with database(status) as service:
        assert audit(PACKAGES[1:], TODAY, [service]) == (0, [NOT_CHECKED])


@pytest.mark.long
def test_a_database_that_hangs_is_not_waited_for() -> None:
    with database(hangs=True) as service:
        assert audit(PACKAGES[:1], TODAY, [service]) == (0, [NOT_CHECKED])


def test_everything_that_is_installed_is_asked_about() -> None:
    assert {"streamlit", "starlette", "tornado"} & {one.split("==")[0] for one in installed()}
