"""Prepare the machine: virtual environment, Python packages, system packages.

Standard library only, and written so that an old Python still reads it: this runs on the
system's own Python, before `.venv` exists. A second run finds everything in place, asks no
network and says nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes.util
import errno
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from verification.errors import KioskError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MINIMUM_PYTHON = (3, 11)
FIRST_INSTALL_BYTES = 1_500_000_000
BROWSERS = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")

# Python of the venv says its version; without pip, or with an old version, it says nothing.
PROBE = (
    "import importlib.util as u, sys;"
    f"print('%d.%d' % sys.version_info[:2] if sys.version_info >= {MINIMUM_PYTHON}"
    " and u.find_spec('pip') else '')"
)


class SetUpError(KioskError):
    """The machine cannot be prepared; says what is missing and what to do."""


@dataclass(frozen=True)
class Need:
    """One system package and what it is for, in both languages."""

    package: str
    purpose_vi: str
    purpose_en: str
    required: bool = True


LIBZBAR = Need(
    "libzbar0",
    "đọc mã lần hai; không có thì kiosk vẫn chạy",
    "second decoder; the kiosk runs without it",
    required=False,
)
LIBATOMIC = Need("libatomic1", "Playwright cần", "needed by Playwright")
CHROMIUM = Need("chromium", "để kiểm thử trên trình duyệt", "for the browser tests")


def set_up(root: Path, *, browser: bool, out: TextIO) -> Path:
    """Prepare everything the kiosk needs from this machine, or do nothing if it is there.

    Args:
        root: The checkout; holds `requirements.txt` and gets `.venv`.
        browser: Whether a Chromium is needed too, for the browser tests.
        out: Where to say what is being installed or what is missing.

    Returns:
        The virtual environment's Python.

    Raises:
        SetUpError: Something needed is missing and cannot be installed from here.
    """
    check_python(sys.version_info[:2])
    try:
        with _one_at_a_time(root, out):
            return _prepare(root, browser=browser, out=out)
    except OSError as error:
        raise SetUpError(f"Không chuẩn bị được {root}", f"cannot prepare it: {error}") from error


def check_python(version: tuple[int, ...]) -> None:
    """Refuse a Python that is too old.

    Args:
        version: Major and minor version.

    Raises:
        SetUpError: The version is older than the oldest supported one.
    """
    if version < MINIMUM_PYTHON:
        have, need = (".".join(map(str, v)) for v in (version, MINIMUM_PYTHON))
        raise SetUpError(
            f"Python {have} quá cũ: hãy cài Python {need} trở lên (gói python3) rồi chạy lại.",
            f"Python {have} is too old: install Python {need} or newer (package python3), "
            "then run this again.",
        )


def venv_python(root: Path) -> Path:
    """Name the virtual environment's Python, whether it exists or not.

    Args:
        root: The checkout.

    Returns:
        The path of the interpreter on this system.
    """
    place = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return root.joinpath(".venv", *place)


def find_browser() -> str | None:
    """Look for a Chromium or Chrome that the browser tests can drive.

    Returns:
        The path of the program, or None when there is none.
    """
    for name in BROWSERS:
        found = shutil.which(name)
        # A snap reads neither hidden folders nor /tmp, so the tests' camera clip is out of reach.
        if found and Path(found).resolve().name != "snap":
            return found
    own = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache/ms-playwright"
    return next((str(p) for p in sorted(Path(own).glob("chromium-*/chrome-linux*/chrome"))), None)


def main(argv: Sequence[str]) -> int:
    """Prepare the machine from a command line.

    Args:
        argv: `--browser`, or nothing.

    Returns:
        0 when everything needed is there, else 1.
    """
    parser = argparse.ArgumentParser(prog="python3 -m verification.machine", description=__doc__)
    parser.add_argument("--browser", action="store_true", help="a Chromium for the tests, too")
    browser = parser.parse_args(argv).browser
    for stream in (sys.stdout, sys.stderr):
        # A Windows or Latin-1 console would otherwise stop at the first Vietnamese letter.
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        set_up(Path(__file__).resolve().parent.parent, browser=browser, out=sys.stdout)
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
    # The folder itself is locked, so that no lock file is left behind.
    handle = os.open(root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            out.write("Chờ một lần chuẩn bị khác / Waiting for another set-up\n")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _prepare(root: Path, *, browser: bool, out: TextIO) -> Path:
    """Bring in what is missing, system packages first, as the rest needs them."""
    missing = [need for need in _needs(root, browser=browser) if not _install(need, out)]
    if any(need.required for need in missing):
        raise _missing(missing)
    if missing:
        out.write(f"{_missing(missing)}\n")
    python = _ready_venv(root, out)
    if browser and find_browser() is None:
        _download_browser(root, out)
    return python


def _needs(root: Path, *, browser: bool) -> Iterator[Need]:
    """List the Debian packages that this machine still lacks."""
    if os.name != "nt" and ctypes.util.find_library("zbar") is None:
        # Looked for as pyzbar does; its wheel for Windows brings the library along.
        yield LIBZBAR
    if not _probe(venv_python(root)) and importlib.util.find_spec("ensurepip") is None:
        yield _venv_need()
    if browser and sys.platform == "linux" and ctypes.util.find_library("atomic") is None:
        yield LIBATOMIC
    # Ubuntu's package is only a snap, see `find_browser`.
    if browser and find_browser() is None and not _is_ubuntu():
        yield CHROMIUM


def _ready_venv(root: Path, out: TextIO) -> Path:
    """Make the virtual environment and install the requirements where that is still to do."""
    python = venv_python(root)
    version = _probe(python)
    if not version:
        _make_venv(root, out)
        version = _probe(python)
    requirements = root / "requirements.txt"
    stamp = root / ".venv" / ".ready"
    wanted = hashlib.sha256(requirements.read_bytes() + version.encode()).hexdigest()
    if not stamp.exists() or stamp.read_text(encoding="ascii") != wanted:
        _check_space(root, first=not stamp.exists())
        # Without its stamp an interrupted installation is taken up again.
        stamp.unlink(missing_ok=True)
        _pip_install(python, requirements, out)
        stamp.write_text(wanted, encoding="ascii")
    return python


def _probe(python: Path) -> str:
    """Ask a Python for its version; empty when it is missing, broken, too old or without pip."""
    return _run([str(python), "-I", "-c", PROBE]).stdout.strip()


def _make_venv(root: Path, out: TextIO) -> None:
    """Make `.venv` afresh."""
    out.write("Tạo .venv / Making .venv\n")
    out.flush()
    result = _run([sys.executable, "-m", "venv", "--clear", str(root / ".venv")])
    if result.returncode or not _probe(venv_python(root)):
        raise _failed("python -m venv", result, root)


def _venv_need() -> Need:
    """Name the package with ensurepip for the Python that runs this."""
    system = Path("/usr/bin/python3")
    same = system.exists() and system.resolve() == Path(sys.executable).resolve()
    name = "python3" if same else "python{}.{}".format(*sys.version_info[:2])
    return Need(f"{name}-venv", "để tạo .venv", "to make .venv")


def _check_space(root: Path, *, first: bool) -> None:
    """Refuse a first installation that the disk cannot hold, before it half fills it."""
    free = shutil.disk_usage(root).free
    if first and free < FIRST_INSTALL_BYTES:
        raise _disk_full(root)


def _pip_install(python: Path, requirements: Path, out: TextIO) -> None:
    """Install the requirements; pip speaks only when it fails."""
    out.write("Cài các gói Python, vài phút / Installing Python packages, a few minutes\n")
    out.flush()
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check"]
    result = _run([str(python), "-m", "pip", "install", *quiet, "-r", str(requirements)])
    if result.returncode:
        raise _failed("pip install -r requirements.txt", result, requirements.parent)


def _download_browser(root: Path, out: TextIO) -> None:
    """Let Playwright fetch its Chromium, where the system has no package of one."""
    install = ["-m", "playwright", "install", "--with-deps", "chromium"]
    if _apt_get() is None:
        raise _missing([CHROMIUM], " ".join([".venv/bin/python", *install]))
    out.write("Cài Chromium / Installing Chromium\n")
    out.flush()
    result = _run([str(venv_python(root)), *install])
    if result.returncode or find_browser() is None:
        raise _failed("playwright install --with-deps chromium", result, root)


def _is_ubuntu() -> bool:
    """Say whether this is Ubuntu itself, not a system derived from it."""
    try:
        return platform.freedesktop_os_release()["ID"] == "ubuntu"
    except OSError:
        return False


def _apt_get() -> list[str] | None:
    """Name the apt-get command that may install here without asking anybody."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    sudo = ["sudo", "-n", "apt-get"]
    return sudo if _run([*sudo, "--version"]).returncode == 0 else None


def _install(need: Need, out: TextIO) -> bool:
    """Install one Debian package if that is allowed, and say so; False when it is not there."""
    apt = _apt_get()
    if apt is None:
        return False
    out.write(f"Cài gói {need.package} / Installing package {need.package}\n")
    out.flush()
    options = ["-y", "-qq", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"]
    install = [*apt, "install", *options, need.package]
    if _run(install).returncode == 0:
        return True
    # A fresh machine has no package lists yet, and old lists name files that are gone.
    _run([*apt, "update", "-qq"])
    result = _run(install)
    if result.returncode:
        out.write(_last_lines(result, 2) + "\n")
    return result.returncode == 0


def _missing(needs: list[Need], command: str = "") -> SetUpError:
    """Say in one sentence per language which packages to install, and how."""
    names = " ".join(need.package for need in needs)
    if not command and shutil.which("apt-get"):
        command = f"sudo apt-get install {names}"
    vi = f"hãy chạy `{command}`" if command else "hãy cài gói tương ứng của hệ điều hành này"
    en = f"run `{command}`" if command else "install what this system calls it"
    what_vi = ", ".join(f"{need.package} ({need.purpose_vi})" for need in needs)
    what_en = ", ".join(f"{need.package} ({need.purpose_en})" for need in needs)
    return SetUpError(
        f"Thiếu {what_vi}: {vi} rồi chạy lại.", f"Missing {what_en}: {en}, then run this again."
    )


def _failed(what: str, result: subprocess.CompletedProcess[str], root: Path) -> SetUpError:
    """Say that a program failed, with the last lines of what it said."""
    if os.strerror(errno.ENOSPC) in result.stdout + result.stderr:
        return _disk_full(root)
    return SetUpError(f"{what} không thành công", f"failed:\n{_last_lines(result, 5)}")


def _disk_full(root: Path) -> SetUpError:
    """Say how much room an installation takes and how much there is."""
    need, free = (f"{n / 1e9:.1f} GB" for n in (FIRST_INSTALL_BYTES, shutil.disk_usage(root).free))
    return SetUpError(
        f"Đĩa không đủ chỗ: cần {need}, còn {free} ở {root}.",
        f"Not enough disk space: {need} needed, {free} left in {root}.",
    )


def _last_lines(result: subprocess.CompletedProcess[str], count: int) -> str:
    """Return the last lines of a program, its error messages after its normal ones."""
    lines = [line for line in (result.stdout + result.stderr).splitlines() if line.strip()]
    return "\n".join(f"  {line}" for line in lines[-count:])


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a program without a question to anybody; one that cannot start counts as failed."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=environment,
            check=False,
        )
    except OSError as error:
        return subprocess.CompletedProcess(command, 127, "", str(error))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
