"""What is shipped for a server: its unit is run as written, its image holds the program alone."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.browser.running import free_port, wait_for
from tests.support import ROOT

DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "kiosk.service"
NOBODY = 65_534
linux = pytest.mark.skipif(sys.platform != "linux", reason="systemd is of Linux")


def values(name: str) -> list[str]:
    """Return what a unit says by a name, line by line."""
    lines = UNIT.read_text(encoding="utf-8").splitlines()
    return [line.partition("=")[2] for line in lines if line.startswith(f"{name}=")]


@linux
@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not there")
def test_systemd_finds_nothing_wrong_with_the_unit_and_little_exposed(tmp_path: Path) -> None:
    unit = tmp_path / "kiosk.service"
    python = shlex.split(values("ExecStart")[0])[0]
    unit.write_text(UNIT.read_text(encoding="utf-8").replace(python, "/bin/true"))
    words = ["systemd-analyze", "verify", str(unit)]
    checked = subprocess.run(words, capture_output=True, text=True, check=False)
    told = [line for line in checked.stderr.splitlines() if "kiosk" in line]
    assert not [line for line in told if "man" not in line], checked.stderr
    words = ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(unit)]
    scored = subprocess.run(words, capture_output=True, text=True, check=False)
    assert scored.returncode == 0, scored.stdout[-200:]


def answers(port: int) -> bool:
    """Tell whether the kiosk is ready for its desks."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=20) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def reached_by_nobody() -> bool:
    """Tell whether a user without rights may run this Python: one in somebody's home is closed."""
    try:
        subprocess.run([sys.executable, "-c", ""], user=NOBODY, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


@linux
def test_the_units_command_runs_as_written_for_a_user_without_rights(tmp_path: Path) -> None:
    port = free_port()
    (command,) = values("ExecStart")
    given = dict(one.split("=", 1) for line in values("Environment") for one in line.split())
    assert set(values("WorkingDirectory")) == {"/opt/kiosk"}
    state = [tmp_path / name for name in values("StateDirectory")[0].split()]
    for folder in state:
        folder.mkdir(mode=0o700)
    as_root = os.geteuid() == 0 and reached_by_nobody()
    if as_root:
        os.chmod(tmp_path, 0o755)  # noqa: PTH101, S103  # the way to what is nobody's
        for folder in state:
            os.chown(folder, NOBODY, NOBODY)
    given = {name: value.replace("/var/lib", str(tmp_path)) for name, value in given.items()}
    words = shlex.split(command.replace("8501", str(port)))
    assert words[0] == "/opt/kiosk/.venv/bin/python"
    log = (tmp_path / "log").open("wb")
    with (
        log,
        subprocess.Popen(
            [sys.executable, *words[1:]],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **given},
            stdout=log,
            stderr=log,
            **({"user": NOBODY, "group": NOBODY, "extra_groups": []} if as_root else {}),
        ) as running,
    ):
        try:
            wait_for(lambda: answers(port) or running.poll() is not None)
            assert running.poll() is None, (tmp_path / "log").read_text()
            environ = Path(f"/proc/{running.pid}/environ").read_bytes().split(b"\0")
            assert b"MALLOC_ARENA_MAX=2" in environ, "the server grows by 2 MB a minute without"
        finally:
            running.terminate()
            status = running.wait(int(values("TimeoutStopSec")[0]) * 4)
    # systemd takes both for a clean end
    assert status in {0, -15}, (tmp_path / "log").read_text()
    assert (tmp_path / "kiosk" / "store" / "kiosk.db").exists()
    assert (tmp_path / "kiosk" / "key" / "kiosk.key").stat().st_mode & 0o077 == 0


def test_the_example_of_settings_names_settings_that_there_are_and_sets_none() -> None:
    text = (DEPLOY / "kiosk.env.example").read_text(encoding="utf-8")
    known = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    named = re.findall(r"^#?(KIOSK_\w+)=", text, re.MULTILINE)
    assert named
    assert [name for name in named if f"`{name}`" not in known] == []
    assert not [line for line in text.splitlines() if line and not line.startswith("#")]


def test_the_image_takes_all_that_the_server_needs_and_nothing_of_a_house() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    copied = {
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE)
        for source in line.split()[:-1]
    }
    needed = {"kiosk_app.py", "app_pages", "verification", "fixtures", "docs", ".streamlit"}
    assert copied == needed | {"requirements.txt", "requirements-postgres.txt"}
    ignored = (ROOT / ".containerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in ignored if line and not line.startswith("#")]
    assert rules[0] == "*", "what is not named stays outside"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == copied
    for left in (".git", "tests", "data", ".venv", "deploy", "benchmarks"):
        assert left not in copied
    for secret in ("kiosk.db", "kiosk.db-wal", "kiosk.key", "key.pem", ".env", "a.pyc"):
        assert any(fnmatch(secret, rule.removeprefix("**/")) for rule in rules[1:])
    assert "USER 10001" in text
    assert "/healthz" in text[text.index("HEALTHCHECK") :]
