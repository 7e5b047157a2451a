"""The set-up of a machine, run as real processes on small checkouts."""

from __future__ import annotations

import ast
import contextlib
import io
import os
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from verification.basics.errors import KioskError
from verification.operations.debian import SetUpError
from verification.operations.for_tests import find_browser
from verification.operations.setup import (
    check_python,
    main,
    set_up,
    stamp_of,
    venv_python,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]
SOURCES = (
    *("__init__.py", "basics/__init__.py", "basics/errors.py"),
    *("operations/__init__.py", "operations/debian.py", "operations/for_tests.py"),
    "operations/setup.py",
)
# What Debian does at the end of an installation, as far as it may: a cluster, a service that runs.
AS_DEBIAN = """
case $* in *postgresql*)
  cd {root} && cp usr/sbin/policy-rc.d policy-then
  grep -q '^create_main_cluster = false' etc/postgresql-common/createcluster.conf || echo cluster
  usr/sbin/policy-rc.d postgresql start || echo "refused $?"
  mkdir -p usr/share/postgresql-common
  echo usual >usr/share/postgresql-common/createcluster.conf
esac >>{root}/asked
"""
INSTALLING = "Cài các gói Python"


pytestmark = pytest.mark.skipif(os.name == "nt", reason="stands in for programs with sh scripts")


@pytest.fixture(scope="module", autouse=True)
def _libraries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let every machine have the shared libraries, so that nothing hangs on what is installed."""
    folder = tmp_path_factory.mktemp("libraries")
    found = "import ctypes.util\nctypes.util.find_library = lambda name: name\n"
    (folder / "sitecustomize.py").write_text(found, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder))
        yield


class Usage(NamedTuple):
    """What `shutil.disk_usage` answers, in bytes."""

    total: int
    used: int
    free: int


def system() -> str:
    try:
        return platform.freedesktop_os_release()["ID"]
    except OSError:
        return "unknown"


takes_debians_chromium = pytest.mark.skipif(
    system() == "ubuntu", reason="Ubuntu's Chromium is a snap, Playwright brings another"
)


def write_wheel(folder: Path, name: str) -> None:
    """Write a wheel that holds one empty module, so that pip needs no index."""
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}.py", "")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n")


class Checkout:
    """A small checkout with its own PATH, home and requirements."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.bin = root / "bin"
        self.bin.mkdir(parents=True)
        (root / "verification").mkdir()
        for source in SOURCES:
            copy = root / "verification" / source
            copy.parent.mkdir(exist_ok=True)
            text = (ROOT / "verification" / source).read_text(encoding="utf-8")
            # a machine of its own: what is looked for or written there is not this one's
            copy.write_text(text.replace('Path("/")', f'Path("{root}")'), encoding="utf-8")
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "PLAYWRIGHT_"))},
            "PATH": str(self.bin),
            "HOME": str(root),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": root.as_posix(),
        }
        self.require("small_one")
        self.develop("small_tool")

    @property
    def stamp(self) -> Path:
        return self.root / ".venv" / ".ready"

    def require(self, *names: str, make: bool = True) -> None:
        for name in names if make else ():
            write_wheel(self.root, name)
        (self.root / "requirements.txt").write_text("\n".join(names), encoding="utf-8")

    def develop(self, *names: str) -> None:
        for name in names:
            write_wheel(self.root, name)
        lines = ["-r requirements.txt", *names]
        (self.root / "requirements-dev.txt").write_text("\n".join(lines), encoding="utf-8")

    def program(self, name: str, script: str) -> None:
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    def debian(self, *packages: str) -> None:
        """Stand in for sudo and apt-get; what is asked for appears as a program."""
        self.program("sudo", 'shift; exec "$@"')
        made = "".join(
            f"case $* in *{name}*) : >{self.bin}/{name}; /bin/chmod +x {self.bin}/{name};; esac\n"
            for name in packages
        )
        self.program(
            "apt-get", f'echo "$@" >>{self.root}/asked\n{made}{AS_DEBIAN.format(root=self.root)}'
        )

    def system(self, *, has: tuple[str, ...] = ("initdb", "nginx")) -> None:
        """Make the folders of a system, with these programs."""
        shutil.rmtree(self.root / "usr", ignore_errors=True)
        shutil.rmtree(self.root / "etc", ignore_errors=True)
        places = {"initdb": "usr/lib/postgresql/15/bin/initdb", "nginx": "usr/sbin/nginx"}
        for name, place in places.items():
            at = self.root / place
            at.parent.mkdir(parents=True)
            if name in has:
                at.touch(mode=0o755)

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "verification.operations.setup", *arguments]

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            cwd=self.root,
            env=self.environment | environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def imports(self, module: str) -> bool:
        command = [str(venv_python(self.root)), "-c", f"import {module}"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    checkout = Checkout(tmp_path_factory.mktemp("ready"))
    result = checkout.run()
    assert result.returncode == 0, result.stderr
    assert INSTALLING in result.stdout
    return checkout


@pytest.fixture
def checkout(ready: Checkout) -> Checkout:
    """The prepared checkout, back in its first state.

    Each test leaves the packages whole, so the stamp is written back and pip is not asked again.
    """
    for program in ready.bin.iterdir():
        program.unlink()
    ready.require("small_one")
    ready.develop("small_tool")
    ready.system()
    (ready.root / "asked").unlink(missing_ok=True)
    version = "{}.{}".format(*sys.version_info[:2])
    ready.stamp.write_text(stamp_of(ready.root, "", version), encoding="ascii")
    assert ready.run().returncode == 0
    return ready


def test_the_first_run_makes_an_environment_with_the_requirements(checkout: Checkout) -> None:
    assert checkout.imports("small_one")


def test_a_second_run_installs_nothing_and_is_quick(checkout: Checkout) -> None:
    before = checkout.stamp.stat().st_mtime_ns
    start = time.monotonic()
    result = checkout.run()
    assert time.monotonic() - start < 10  # it takes 0.1 s; a loaded machine may take longer
    assert result.returncode == 0
    assert INSTALLING not in result.stdout
    assert checkout.stamp.stat().st_mtime_ns == before


def test_changed_requirements_are_installed(checkout: Checkout) -> None:
    checkout.require("small_one", "small_two")
    assert INSTALLING in checkout.run().stdout
    assert checkout.imports("small_two")


def test_a_requirement_that_is_not_there_is_told_with_the_last_words_of_pip(
    checkout: Checkout,
) -> None:
    checkout.require("small_one", "never_made", make=False)
    result = checkout.run()
    assert result.returncode == 1
    assert "pip install -r requirements.txt không thành công / failed" in result.stderr
    assert "No matching distribution found for never_made" in result.stderr
    assert "Traceback" not in result.stderr
    assert not checkout.stamp.exists(), "the next run has to try again"


def test_a_checkout_without_requirements_is_told_without_a_traceback(checkout: Checkout) -> None:
    (checkout.root / "requirements.txt").unlink()
    result = checkout.run()
    assert result.returncode == 1
    assert "Không chuẩn bị được" in result.stderr
    assert "requirements.txt" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.long
def test_an_environment_whose_python_is_gone_is_made_again_without_a_developers_tools(
    checkout: Checkout,
) -> None:
    shutil.rmtree(checkout.root / ".venv")
    python = venv_python(checkout.root)
    python.parent.mkdir(parents=True)
    python.symlink_to(checkout.root / "python-of-last-year")
    result = checkout.run()
    assert result.returncode == 0, result.stderr
    assert checkout.imports("small_one")
    assert not checkout.imports("small_tool")
    assert INSTALLING in checkout.run("--develop").stdout
    assert checkout.imports("small_tool")


def test_going_from_test_to_run_and_back_installs_nothing(checkout: Checkout) -> None:
    assert checkout.run("--develop").returncode == 0
    before = checkout.stamp.stat().st_mtime_ns
    for arguments in ([], ["--develop"], [], ["--develop"]):
        assert INSTALLING not in checkout.run(*arguments).stdout
    assert checkout.stamp.stat().st_mtime_ns == before


def test_the_kiosk_starts_without_the_list_of_a_developer(checkout: Checkout) -> None:
    (checkout.root / "requirements-dev.txt").unlink()
    assert checkout.run().returncode == 0


def kill_when(checkout: Checkout, reached: Callable[[], object]) -> None:
    """Start a set-up and kill it with its children once it came so far."""
    process = subprocess.Popen(
        checkout.command(),
        cwd=checkout.root,
        env=checkout.environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    while process.poll() is None and not reached():
        time.sleep(0.01)
    assert process.poll() is None, "it was through before it could be killed"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.long
def test_a_set_up_killed_while_it_makes_the_environment_goes_on(checkout: Checkout) -> None:
    shutil.rmtree(checkout.root / ".venv")
    # half of pip is there: enough to be imported, not to install
    kill_when(checkout, lambda: [*checkout.root.glob(".venv/lib/python*/site-packages/pip/*")])
    result = checkout.run()
    assert result.returncode == 0, result.stderr
    assert "Making .venv" in result.stdout
    assert checkout.imports("small_one")


def test_a_set_up_killed_while_it_installs_goes_on(checkout: Checkout) -> None:
    checkout.require("small_one", "small_two")
    kill_when(checkout, lambda: not checkout.stamp.exists())
    assert INSTALLING in checkout.run().stdout
    assert checkout.imports("small_two")


def test_a_package_that_was_half_installed_is_installed_again(checkout: Checkout) -> None:
    site = next(checkout.root.glob(".venv/lib/python*/site-packages"))
    (site / "small_one.py").unlink()
    (site / "small_one-1.0.dist-info" / "INSTALLER").unlink()  # written when the rest is there
    (site / "small_one-1.0.dist-info" / "RECORD").unlink()
    checkout.stamp.unlink()
    assert checkout.run().returncode == 0
    assert checkout.imports("small_one")


@contextlib.contextmanager
def closed_port() -> Iterator[int]:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        yield closed.getsockname()[1]


@contextlib.contextmanager
def silent_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        yield silent.getsockname()[1]


@pytest.mark.long
@pytest.mark.parametrize("open_port", [closed_port, silent_port])
def test_without_network_one_sentence_says_so(
    checkout: Checkout, open_port: Callable[[], contextlib.AbstractContextManager[int]]
) -> None:
    checkout.require("small_one", "never_made", make=False)
    with open_port() as port:
        index = {"PIP_NO_INDEX": "0", "PIP_INDEX_URL": f"http://127.0.0.1:{port}/simple"}
        start = time.monotonic()
        result = checkout.run(**index)
        assert time.monotonic() - start < 60  # 3 and 8 s; pip's own retries go on for minutes
    assert result.returncode == 1
    assert "No network, or pip's package index is out of reach" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_apt_without_network_is_told_in_the_same_sentence(checkout: Checkout) -> None:
    checkout.program("sudo", 'shift; exec "$@"')
    said = "Err:1 http://mirror InRelease Temporary failure resolving 'mirror'"
    checkout.program("apt-get", f'[ "$1" = --version ] || {{ echo "{said}"; exit 100; }}')
    result = checkout.run("--tests")
    assert result.returncode == 1
    assert "there is no network" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert "resolving" not in result.stdout + result.stderr


def test_two_set_ups_at_once_install_one_after_the_other(checkout: Checkout) -> None:
    checkout.stamp.unlink()
    processes = [
        subprocess.Popen(
            checkout.command(),
            cwd=checkout.root,
            env=checkout.environment,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert sum(INSTALLING in text for text in said) == 1


def test_a_full_disk_is_told_before_the_first_installation(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout.stamp.unlink()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**10, 10**10 - 10**8, 10**8))
    with pytest.raises(SetUpError, match=r"Đĩa không đủ chỗ: cần 1\.5 GB, còn 0\.1 GB"):
        set_up(checkout.root, out=io.StringIO())


def test_without_apt_get_one_sentence_names_the_package(checkout: Checkout) -> None:
    result = checkout.run("--tests")
    assert result.returncode == 1
    assert "Thiếu" in result.stderr
    assert "Missing" in result.stderr
    assert "chromium" in result.stderr
    assert len(result.stderr.splitlines()) == 1


@takes_debians_chromium
def test_where_apt_get_may_not_install_the_sentence_names_the_command(checkout: Checkout) -> None:
    checkout.program("apt-get", "exit 100")
    result = checkout.run("--tests")
    assert result.returncode == 1
    assert re.search(r"`sudo apt-get install ([a-z0-9]+ )*chromium`", result.stderr)


@takes_debians_chromium
def test_a_missing_browser_is_installed_without_its_recommendations(checkout: Checkout) -> None:
    checkout.debian("chromium")
    result = checkout.run("--tests")
    assert result.returncode == 0, result.stderr
    asked = (checkout.root / "asked").read_text(encoding="utf-8")
    assert re.search(r"^install .*--no-install-recommends.* chromium$", asked, re.MULTILINE)


def of_tests(checkout: Checkout, *has: str) -> list[str]:
    """Set up for tests on a system that has these programs; return what was done there."""
    checkout.debian("chromium")
    checkout.program("chromium", "")
    checkout.program("systemctl", f'echo "$@" >>{checkout.root}/asked')
    checkout.system(has=has)
    result = checkout.run("--tests")
    assert result.returncode == 0, result.stderr
    asked = checkout.root / "asked"
    told = asked.read_text(encoding="utf-8").splitlines() if asked.exists() else []
    return [line for line in told if line != "--version"]  # asked where sudo is needed


@takes_debians_chromium
def test_postgresql_and_nginx_are_installed_and_nothing_of_them_runs(checkout: Checkout) -> None:
    install, *done = of_tests(checkout)
    assert install.endswith(" postgresql nginx")
    assert done == [
        "refused 101",
        f"--quiet --root={checkout.root}/ disable postgresql",
        f"--quiet --root={checkout.root}/ disable nginx",
    ]
    assert not (checkout.root / "usr/sbin/policy-rc.d").exists()
    settings = checkout.root / "etc/postgresql-common/createcluster.conf"
    assert settings.read_text(encoding="utf-8") == "usual\n"
    then = subprocess.run(["/bin/sh", str(checkout.root / "policy-then")], check=False)
    assert then.returncode == 0, "a set-up that was killed must forbid nothing for ever"


@takes_debians_chromium
def test_what_is_there_is_neither_installed_nor_touched(checkout: Checkout) -> None:
    assert of_tests(checkout, "initdb", "nginx") == []
    install, *done = of_tests(checkout, "initdb")
    assert install.endswith(" nginx")
    assert done == [f"--quiet --root={checkout.root}/ disable nginx"]


@takes_debians_chromium
def test_a_policy_and_settings_of_the_machines_own_stay(checkout: Checkout) -> None:
    checkout.system(has=("nginx",))
    policy, settings = "usr/sbin/policy-rc.d", "etc/postgresql-common/createcluster.conf"
    own = {policy: "#!/bin/sh\nexit 0\n", settings: "own"}
    checkout.debian("chromium")
    checkout.program("chromium", "")
    for name, text in own.items():
        at = checkout.root / name
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_text(text, encoding="utf-8")
        at.chmod(0o755)
    assert checkout.run("--tests").returncode == 0
    assert {name: (checkout.root / name).read_text(encoding="utf-8") for name in own} == own


def test_a_house_on_postgresql_gets_its_library_and_no_tool_of_a_developer(
    checkout: Checkout,
) -> None:
    write_wheel(checkout.root, "small_driver")
    (checkout.root / "requirements-postgres.txt").write_text(
        "-r requirements.txt\nsmall_driver\n", encoding="utf-8"
    )
    assert not checkout.imports("small_driver")
    assert INSTALLING in checkout.run("--postgres").stdout
    assert checkout.imports("small_driver")
    for arguments in ([], ["--postgres"]):
        assert INSTALLING not in checkout.run(*arguments).stdout
    checkout.require("small_one", "small_two")
    assert INSTALLING in checkout.run("--postgres").stdout
    assert checkout.imports("small_two")


def test_a_browser_that_is_a_snap_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snap = tmp_path / "snap"
    snap.write_text("#!/bin/sh\n", encoding="utf-8")
    snap.chmod(0o755)
    (tmp_path / "chromium").symlink_to(snap)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    assert find_browser() is None
    own = tmp_path / "chromium-1255" / "chrome-linux64" / "chrome"
    own.parent.mkdir(parents=True)
    own.touch()
    assert find_browser() == str(own)


def test_an_old_python_is_refused_in_one_sentence(checkout: Checkout) -> None:
    code = (
        "import runpy, sys; sys.version_info = (3, 9, 2, 'final', 0); sys.argv[1:] = [];"
        "runpy.run_module('verification.operations.setup', run_name='__main__')"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=checkout.root,
        env=checkout.environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 1
    assert result.stderr.startswith("Python 3.9 quá cũ")
    assert "Python 3.9 is too old: install Python 3.11 or newer" in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13), (4, 0)])
def test_a_newer_python_is_taken(version: tuple[int, int]) -> None:
    check_python(version)


@pytest.mark.parametrize("name", SOURCES)
def test_what_runs_before_the_environment_needs_the_standard_library_only(name: str) -> None:
    source = (ROOT / "verification" / name).read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 7))
    modules = {
        module.split(".")[0]
        for node in ast.walk(tree)
        for module in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert modules <= {*sys.stdlib_module_names, "verification"}


def test_an_unknown_argument_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--everything"])
    assert stop.value.code == 2
    assert "--everything" in capsys.readouterr().err


def test_its_error_is_one_of_the_house() -> None:
    assert issubclass(SetUpError, KioskError)


# The task file, the check for machines, and the lists beside them


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_alone_lists_every_target_with_its_help() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert phony
    listed = dict(line.split(maxsplit=1) for line in make().stdout.splitlines())
    assert set(listed) == set(phony[1].split())


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_without_a_python_that_is_new_enough_says_so() -> None:
    result = make("machine", "PYTHON=")
    assert result.returncode == 2
    assert "Python 3.11 or newer is needed (package python3)" in result.stderr


def test_the_check_for_machines_ends_with_the_closing_line_and_the_status(tmp_path: Path) -> None:
    fake = tmp_path / "make"
    closing = "======= 1 failed, 3 passed in 0.12s ======="
    fake.write_text(f'#!/bin/sh\necho "{closing}"\necho "make: Error" >&2\nexit 2\n')
    fake.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "CI": "true",
    }
    result = subprocess.run(
        [str(ROOT / ".ci" / "run")],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 2
    assert result.stdout.splitlines()[-1] == closing


def test_streamlit_knows_every_setting_of_its_file() -> None:
    from streamlit import config  # noqa: PLC0415 - slow to import, and only used here

    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    named = {f"{part}.{key}" for part, keys in settings.items() for key in keys}
    assert named <= set(config.get_config_options())
    assert settings["server"]["address"] == "localhost"
    assert settings["server"]["enableAgentApi"] is False
    assert settings["browser"]["gatherUsageStats"] is False
