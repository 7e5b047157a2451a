"""`practice-portal` and `demo-portal` as they are started."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import requests

from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

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
