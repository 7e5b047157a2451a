"""Prepare the machine: virtual environment, Python packages, system packages.

Standard library only, and written so that an old Python still reads it: this runs on the
system's own Python, before `.venv` exists. A second run finds everything in place, asks no
network and says nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes.util
import hashlib
import importlib.util
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from verification import ROOT
from verification.operations import debian
from verification.operations.debian import SetUpError
from verification.operations.for_tests import ready_tests

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MINIMUM_PYTHON = (3, 11)
ASK_SECONDS = 8
# pip writes INSTALLER when everything else of a package is there; without it, say nothing.
PROBE = (
    "import sys; from importlib import metadata as m;"
    f"sys.version_info >= {MINIMUM_PYTHON} and m.distribution('pip').read_text('INSTALLER')"
    " and print('%d.%d' % sys.version_info[:2])"
)
# Through pip's own settings: index, proxy, certificates.
ASK = f"""
import os, threading
from pip._internal.commands import create_command
from pip._vendor.requests.exceptions import ConnectionError, SSLError, Timeout
install = create_command("install")
options, _ = install.parse_args(["--retries", "0", "--timeout", "5"])
late = threading.Timer({ASK_SECONDS}, os._exit, [{debian.NO_ANSWER}])
late.daemon = True
late.start()
try:
    with install.main_context():
        options.no_index or install.get_default_session(options).head(options.index_url)
except (ConnectionError, Timeout) as error:
    raise SystemExit(0 if isinstance(error, SSLError) else {debian.NO_ANSWER})
"""


def set_up(
    root: Path,
    *,
    out: TextIO,
    develop: bool = False,
    tests: bool = False,
    postgres: bool = False,
) -> Path:
    """Prepare everything the kiosk needs from this machine, or do nothing if it is there.

    Args:
        root: The checkout; holds the requirements and gets `.venv`.
        out: Where to say what is being installed or what is missing.
        develop: Whether the tools of a developer are needed.
        tests: Whether a Chromium, PostgreSQL and nginx for the tests are needed, and with them
            `develop`.
        postgres: Whether the library for a store on PostgreSQL is needed.

    Returns:
        The virtual environment's Python.

    Raises:
        SetUpError: Something needed is missing and cannot be installed from here.
    """
    check_python(sys.version_info[:2])
    try:
        with _one_at_a_time(root, out):
            kind = "-dev" if develop or tests else "-postgres" if postgres else ""
            python = _ready_venv(root, kind, out)
            if os.name != "nt" and ctypes.util.find_library("zbar") is None:
                # Looked for as pyzbar does; its wheel for Windows brings the library along.
                debian.install([debian.LIBZBAR], out, required=False)
            if tests:
                ready_tests(python, out)
            return python
    except OSError as error:
        raise SetUpError(f"Không chuẩn bị được {root}", f"cannot prepare it: {error}") from error


def check_python(version: tuple[int, ...]) -> None:
    """Refuse a Python that is older than the oldest supported one."""
    if version < MINIMUM_PYTHON:
        have, need = (".".join(map(str, v)) for v in (version, MINIMUM_PYTHON))
        raise SetUpError(
            f"Python {have} quá cũ: hãy cài Python {need} trở lên (gói python3) rồi chạy lại.",
            f"Python {have} is too old: install Python {need} or newer (package python3), "
            "then run this again.",
        )


def venv_python(root: Path) -> Path:
    """Name the virtual environment's Python on this system, whether it exists or not."""
    place = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return root.joinpath(".venv", *place)


def speak_utf8() -> None:
    """Keep a Windows or Latin-1 console from stopping at the first Vietnamese letter."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]


def main(argv: Sequence[str]) -> int:
    """Prepare the machine from a command line; 0 when everything needed is there, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--develop", action="store_true", help="the tools of a developer, too")
    parser.add_argument("--tests", action="store_true", help="and what the tests need")
    parser.add_argument("--postgres", action="store_true", help="the library for PostgreSQL, too")
    args = parser.parse_args(argv)
    speak_utf8()
    try:
        set_up(ROOT, out=sys.stdout, **vars(args))
    except SetUpError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


@contextlib.contextmanager
def _one_at_a_time(root: Path, out: TextIO) -> Iterator[None]:
    """Wait while another process prepares the same checkout; Windows goes on without."""
    try:
        import fcntl  # noqa: PLC0415 - does not exist on Windows
    except ImportError:
        yield
        return
    handle = os.open(root, os.O_RDONLY)  # the folder itself, so that no lock file is left behind
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            debian.say(out, "Chờ một lần chuẩn bị khác / Waiting for another set-up")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _ready_venv(root: Path, kind: str, out: TextIO) -> Path:
    """Make the virtual environment and install the requirements where that is still to do."""
    python, stamp = venv_python(root), root / ".venv" / ".ready"
    version = debian.run([python, "-I", "-c", PROBE]).stdout.strip()
    wanted = [stamp_of(root, each, version) for each in (["", kind] if kind else [""])]
    ready = stamp.read_text(encoding="ascii").split() if version and stamp.exists() else []
    if wanted[-1] in ready:
        return python
    if not ready and shutil.disk_usage(root).free < debian.FIRST_INSTALL_BYTES:
        raise debian.disk_full(root)
    if not version:
        _make_venv(root, out)
        return _ready_venv(root, kind, out)
    stamp.unlink(missing_ok=True)  # without it an interrupted installation is taken up again
    folder = "Lib" if os.name == "nt" else "lib/python*"
    for half in root.glob(f".venv/{folder}/site-packages/*.dist-info"):
        if not (half / "INSTALLER").exists():
            shutil.rmtree(half)  # pip would take the package for whole, or fail to replace it
    _pip_install(root, f"requirements{kind}.txt", out)
    stamp.write_text("\n".join(wanted), encoding="ascii")
    return python


def stamp_of(root: Path, kind: str, version: str) -> str:
    """Return what `.venv/.ready` says once the requirements are installed."""
    names = dict.fromkeys(["requirements.txt", *_lists(root, f"requirements{kind}.txt")])
    texts = [(root / name).read_bytes() for name in names]
    return hashlib.sha256(b"\0".join([*texts, version.encode()])).hexdigest()


def _lists(root: Path, name: str) -> Iterator[str]:
    """Yield a list of requirements and those that it names."""
    yield name
    for line in (root / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("-r "):
            yield from _lists(root, line[3:].strip())


def _make_venv(root: Path, out: TextIO) -> None:
    """Make `.venv` afresh."""
    if importlib.util.find_spec("ensurepip") is None:
        # Debian keeps it in a package of its own, one for each Python.
        system = Path("/usr/bin/python3").resolve() == Path(sys.executable).resolve()
        name = "python3" if system else "python{}.{}".format(*sys.version_info[:2])
        debian.install([debian.Need(f"{name}-venv", "để tạo .venv", "to make .venv")], out)
    debian.say(out, "Tạo .venv / Making .venv")
    result = debian.run([sys.executable, "-m", "venv", "--clear", root / ".venv"])
    if result.returncode or not debian.run([venv_python(root), "-I", "-c", PROBE]).stdout:
        raise debian.failed("python -m venv", result, root)


def _pip_install(root: Path, requirements: str, out: TextIO) -> None:
    """Install the requirements; pip speaks only when it fails."""
    debian.say(out, "Cài các gói Python, vài phút / Installing Python packages, a few minutes")
    python, quiet = str(venv_python(root)), ["--quiet", "--no-input", "--disable-pip-version-check"]
    install = [python, "-m", "pip", "install", *quiet, "-r", str(root / requirements)]
    if not debian.run([*install, "--no-index"]).returncode:
        return  # everything was there, or comes from this machine's own folders
    if debian.run([python, "-I", "-c", ASK]).returncode == debian.NO_ANSWER:
        raise SetUpError(
            "Không có mạng, hoặc không tới được kho gói của pip: hãy nối mạng rồi chạy lại.",
            "No network, or pip's package index is out of reach: connect, then run this again.",
        )
    result = debian.run(install)
    if result.returncode:
        raise debian.failed(f"pip install -r {requirements}", result, root)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
