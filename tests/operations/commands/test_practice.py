"""`practice-portal` and `demo-portal` as they are started."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.browser.running import free_port, wait_for
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.operations.commands.conftest import Ran

    Run = Callable[..., Ran]


def started(*words: str, **environ: str) -> subprocess.Popen[str]:
    """Start a command with a terminal's line for its faults."""
    return subprocess.Popen(
        [sys.executable, "-m", "verification", *words, "--json"],
        cwd=ROOT,
        env=os.environ | environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        bufsize=1,
    )


def test_it_plays_the_portal_takes_key_presses_and_ends_when_told() -> None:
    with started("practice-portal", "--port", "0", "--faults", "upper-keys") as process:
        assert process.stdin
        assert process.stdout
        told = json.loads(process.stdout.readline())
        assert told["faults"] == ["upper-keys"]
        url = f"{told['url']}/api/token/take"
        answer = requests.post(url, data={"username": "x", "password": "mat-khau-sai"}, timeout=20)
        assert answer.json() == {"MAKETQUA": "401", "APIKEY": None}
        line = json.loads(process.stdout.readline())
        assert (line["call"], line["number"], line["result"]) == ("take", "", "401 [upper-keys]")
        process.stdin.write("0\n")
        assert "Không có sự cố" in json.loads(process.stdout.readline())["said"]
        assert requests.post(url, timeout=20).json()["maKetQua"] == "401"
        process.send_signal(signal.SIGTERM)
        assert "mat-khau-sai" not in process.stdout.read()
        assert process.wait(30) == 0


@pytest.mark.long
def test_the_demo_starts_both_and_ends_both(tmp_path: Path) -> None:
    port = free_port()
    environ = {"KIOSK_DB": str(tmp_path / "kiosk.db"), "KIOSK_PORTAL_URL": "https://that.is.real"}
    with started("demo-portal", "--port", str(port), "--faults", "slow", **environ) as process:
        assert process.stdout
        told = next(line for line in map(json_of, process.stdout) if "portal" in line)
        assert told["url"] == f"http://localhost:{port}"
        assert requests.get(f"{told['portal']}/practice", timeout=20).json()["faults"] == ["slow"]
        drained = threading.Thread(target=process.stdout.read, daemon=True)
        drained.start()
        wait_for(lambda: answers(told["url"]) or process.poll() is not None)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
        drained.join()
    assert not answers(told["url"])
    assert not answers(f"{told['portal']}/practice")


def json_of(line: str) -> dict[str, Any]:
    """Read a line of the command; of what the kiosk says beside it, nothing."""
    return dict(json.loads(line)) if line.startswith("{") else {}


def answers(url: str) -> bool:
    """Tell whether somebody answers there, whatever he says."""
    try:
        return bool(requests.get(url, timeout=5).status_code)
    except requests.RequestException:
        return False


def test_a_port_that_is_taken_is_one_sentence(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = run("practice-portal", "--port", str(port))
    assert (ran.status, ran.out) == (1, "")
    assert str(port) in ran.err
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize("command", ["practice-portal", "demo-portal"])
def test_an_unknown_fault_is_wrong_usage_and_names_those_that_are(run: Run, command: str) -> None:
    ran = run(
        command, *(["--port", "0"] if command == "practice-portal" else []), "--faults", "nix"
    )
    assert ran.status == 2
    assert "nix: slow, hang, reset, 500" in ran.err


def test_the_demo_refuses_the_store_of_a_real_house(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_FACILITY", "01001")
    ran = run("demo-portal")
    assert (ran.status, ran.out) == (1, "")
    assert "chỉ chạy cạnh kho mẫu" in ran.err


def test_the_demo_refuses_a_store_with_cards_of_its_own(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KIOSK_DB", str(tmp_path / "own" / "kiosk.db"))
    assert run("import-cards", str(ROOT / "fixtures" / "cards.csv")).status == 0
    ran = run("demo-portal", "--port", str(free_port()))
    assert (ran.status, ran.out) == (1, "")
    assert "chỉ chạy cạnh kho mẫu" in ran.err
