"""Every command line of the README and of the Makefile's help does what it says."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import sysconfig
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.browser.running import free_port, wait_for
from tests.support import ROOT
from verification.operations.setup import stamp_of

NOT_KEPT = shutil.ignore_patterns(".git", ".venv", "data", "__pycache__", ".*_cache", ".hypothesis")

pytestmark = pytest.mark.skipif(
    not all(shutil.which(name) for name in ("git", "make")), reason="needs git and make, as it says"
)


def link_environment(checkout: Path) -> None:
    """Give a checkout the packages of these tests, as if it had installed them itself."""
    venv, version = checkout / ".venv", f"{sys.version_info[0]}.{sys.version_info[1]}"
    packages = venv / "lib" / f"python{version}" / "site-packages"
    packages.parent.mkdir(parents=True)
    packages.symlink_to(sysconfig.get_path("purelib"))
    (venv / "bin").mkdir()
    base = Path(sys._base_executable).resolve()  # type: ignore[attr-defined]  # not in the stubs
    (venv / "bin" / "python").symlink_to(base)
    (venv / "pyvenv.cfg").write_text(f"home = {base.parent}\n", encoding="utf-8")
    stamps = [stamp_of(checkout, kind, version) for kind in ("", "-dev")]
    (venv / ".ready").write_text("\n".join(stamps), encoding="ascii")


class Newcomer:
    """Somebody who types the lines in a folder, one after the other."""

    def __init__(self, folder: Path, repository: Path) -> None:
        self.here = folder
        self._repository = repository
        theirs = ("KIOSK_", "MAKE", "MFLAGS", "PYTHONDONTWRITE")
        self._environ = {k: v for k, v in os.environ.items() if not k.startswith(theirs)}

    def types(self, line: str) -> str:
        """Run a line and return what it printed; a server is started, asked and stopped."""
        if line.startswith("cd "):
            self.here /= line[3:]
            link_environment(self.here)
            return ""
        if line == "make run" or line.endswith(" serve"):
            return self._serves(line)
        # this very test is part of what `make test` runs
        line = line.replace("ADDRESS", str(self._repository)).replace("make test", "make -n test")
        done = subprocess.run(
            ["sh", "-c", line],
            cwd=self.here,
            env=self._environ,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"
        return done.stdout

    def _serves(self, line: str) -> str:
        port = free_port()
        ended: list[int] = []
        words = line if line.startswith("make") else f"exec {line} --port {port}"
        process = subprocess.Popen(
            ["sh", "-c", words],
            cwd=self.here,
            env=self._environ | {"ARGS": f"--port {port}"},
            start_new_session=True,
        )
        try:
            wait_for(lambda: answers(port) or process.poll() is not None, 120)
            assert process.poll() is None, line
        finally:
            os.killpg(process.pid, signal.SIGINT)  # Ctrl+C
            ended.append(process.wait(30))
        return ""


def answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://localhost:{port}/", timeout=2).close()
    except urllib.error.HTTPError as error:
        with error:
            return error.code == 401  # the form to sign in
    except OSError:
        return False
    return False


def lines(heading: str) -> list[str]:
    """Return the command lines of a part of the README."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    part = re.split(r"^## ", text.split(f"## {heading}\n")[1], flags=re.MULTILINE)[0]
    blocks = re.findall(r"^```\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)
    return [line.split(" #")[0].strip() for block in blocks for line in block.splitlines() if line]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository that holds what this checkout holds now."""
    folder = tmp_path_factory.mktemp("readme") / "repository"
    shutil.copytree(ROOT, folder, ignore=NOT_KEPT)
    git = ["git", "-c", "user.name=Mẫu", "-c", "user.email=mau@vi.du"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "--no-gpg-sign", "-m", "Mẫu"]):
        subprocess.run([*git, *words], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def newcomer(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Newcomer:
    """Return who reads on: what comes later is typed where the start has worked."""
    return Newcomer(tmp_path_factory.mktemp("newcomer"), repository)


def test_the_start_works_as_it_is_written(newcomer: Newcomer) -> None:
    said = {line: newcomer.types(line) for line in lines("Start")}
    assert list(said)[:3] == ["git clone ADDRESS kiosk", "cd kiosk", "make run"]
    assert "open cases in" in said[".venv/bin/python -m fixtures.cases"]
    assert "pytest" in said["make test"]
    assert ".venv/bin/python -m verification serve" in said


def test_the_commands_work_as_they_are_written(newcomer: Newcomer) -> None:
    if newcomer.here.name != "kiosk":  # this test is run alone
        for line in ("git clone ADDRESS kiosk", "cd kiosk", "python3 -m verification setup"):
            newcomer.types(line)
    said = {line: newcomer.types(line) for line in lines("From the command line")}
    assert '"verdict": "eligible"' in next(s for line, s in said.items() if " check - " in line)


def test_the_readme_is_short_and_leads_on() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 120
    for page in re.findall(r"\]\(([^)]+)\)", text):
        assert (ROOT / page).exists(), page


# What `make` lists


def examples() -> list[tuple[str, str]]:
    """Return each target of the Makefile's help that names ARGS, with them."""
    text = subprocess.run(
        ["make", "-s"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    return re.findall(r'^ *(\S+) .*\(ARGS="(.*)"\)$', text.stdout, re.MULTILINE)


def recipe(target: str, arguments: str) -> list[str]:
    """Return the words of the last line that a target would run."""
    asked = ["make", "-n", "-o", "machine", "-o", "machine-tests", target, f"ARGS={arguments}"]
    said = subprocess.run(asked, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    words = shlex.split(said.stdout.splitlines()[-1])
    return words[words.index("-m") + 1 :]


def test_make_lists_examples_of_these_targets() -> None:
    assert [target for target, _ in examples()] == [
        "test",
        "bench-load",
        "mutants",
        "certificate",
        "verify-log",
    ]


@pytest.mark.long
def test_each_example_that_make_lists_runs(tmp_path: Path) -> None:
    """Each is run in a folder of its own, pytest on one file."""
    environ = {**os.environ, "KIOSK_DB": str(tmp_path / "kiosk.db"), "PYTHONPATH": str(ROOT)}

    def runs(*words: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", *words],
            cwd=tmp_path,
            env=environ,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    runs("verification", "setup", "--store")
    for target, arguments in examples():
        if target == "test":
            arguments = arguments.replace("word", "date")  # noqa: PLW2901  # one that is there
            runs(
                *recipe(target, arguments),
                "--collect-only",
                str(ROOT / "tests/basics/test_dates.py"),
            )
            continue
        if target == "mutants":  # an hour's work: its options are read, nothing is changed
            runs(*recipe(target, arguments), "--help")
            continue
        if target == "verify-log":
            shutil.copy(tmp_path / "kiosk.db", tmp_path / arguments)
        runs(*recipe(target, arguments))


def test_the_other_options_of_verify_log_are_handed_on() -> None:
    assert recipe("verify-log", "--head 1:2:ab")[1:] == ["verify-log", "--head", "1:2:ab"]
    assert recipe("verify-log", "")[1:] == ["verify-log"]
