"""Debian's packages, and programs run without a question; bare like `machine.py`."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from typing import TYPE_CHECKING, NamedTuple, TextIO

from verification.basics.errors import KioskError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    Done = subprocess.CompletedProcess[str]

FIRST_INSTALL_BYTES = 1_500_000_000
NO_ANSWER = 3
# A silent network is told at once; a slow one answers within this.
APT_QUICK = [
    f"-oAcquire::{kind}"
    for kind in ("Retries=0", "http::Timeout=6", "https::Timeout=6", "EnableSrvRecords=false")
]
APT_INSTALL = ["install", "-y", "-qq", "--no-install-recommends", "-oDPkg::Lock::Timeout=120"]
APT_OFFLINE = ("Temporary failure resolving", "Could not connect", "Could not resolve", "timed out")


class SetUpError(KioskError):
    """The machine cannot be prepared; says what is missing and what to do."""


class Need(NamedTuple):
    """One system package and what it is for, in both languages."""

    package: str
    purpose_vi: str
    purpose_en: str


LIBZBAR = Need(
    "libzbar0",
    "đọc mã lần hai; không có thì kiosk vẫn chạy",
    "second decoder; the kiosk runs without it",
)


def apt_get() -> list[str] | None:
    """Name the apt-get command that may install here without asking anybody."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    sudo = ["sudo", "-n", "apt-get"]
    return sudo if run([*sudo, "--version"]).returncode == 0 else None


def install(
    needs: list[Need], out: TextIO, *, required: bool = True, through: Sequence[str] = ()
) -> None:
    """Install Debian packages if that is allowed; what stays missing is told in one sentence.

    Args:
        needs: The packages, none where nothing is missing.
        out: Where to say what is being installed or what is missing.
        required: False where the kiosk goes on without them.
        through: Words of a program that is given apt-get's to run.

    Raises:
        SetUpError: They are required and cannot be installed.
    """
    apt, offline = apt_get() if needs else None, False
    if not needs:
        return
    if apt:
        names = [need.package for need in needs]
        say(out, "Cài gói {0} / Installing package {0}".format(" ".join(names)))
        install = [*apt[:-1], *through, apt[-1], *APT_INSTALL, *APT_QUICK, *names]
        result = run(install)
        offline = _is_offline(result)
        if result.returncode and not offline:
            # A fresh machine has no package lists yet, and old lists name files that are gone.
            offline = _is_offline(run([*apt, "update", "-qq", *APT_QUICK]))
            result = run(install)
        if not result.returncode:
            return
        out.write("" if offline else _last_lines(result, 2) + "\n")
    error = missing(needs, offline=offline)
    if required:
        raise error
    out.write(f"{error}\n")


def _is_offline(result: Done) -> bool:
    return any(words in result.stdout + result.stderr for words in APT_OFFLINE)


def missing(needs: list[Need], command: str = "", *, offline: bool = False) -> SetUpError:
    """Say in one sentence per language which packages to install, and how."""
    if not command and shutil.which("apt-get"):
        command = " ".join(["sudo apt-get install", *(need.package for need in needs)])
    vi = f"hãy chạy `{command}`" if command else "hãy cài gói tương ứng của hệ điều hành này"
    en = f"run `{command}`" if command else "install what this system calls it"
    what_vi = ", ".join(f"{need.package} ({need.purpose_vi})" for need in needs)
    what_en = ", ".join(f"{need.package} ({need.purpose_en})" for need in needs)
    net_vi, net_en = (" và không có mạng", " and there is no network") if offline else ("", "")
    return SetUpError(
        f"Thiếu {what_vi}{net_vi}: {vi} rồi chạy lại.",
        f"Missing {what_en}{net_en}: {en}, then run this again.",
    )


def failed(what: str, result: Done, root: Path) -> SetUpError:
    """Say that a program failed, with the last lines of what it said."""
    if os.strerror(errno.ENOSPC) in result.stdout + result.stderr:
        return disk_full(root)
    return SetUpError(f"{what} không thành công", f"failed:\n{_last_lines(result, 5)}")


def disk_full(root: Path) -> SetUpError:
    """Say how much room an installation takes and how much there is."""
    need, free = (f"{n / 1e9:.1f} GB" for n in (FIRST_INSTALL_BYTES, shutil.disk_usage(root).free))
    return SetUpError(
        f"Đĩa không đủ chỗ: cần {need}, còn {free} ở {root}.",
        f"Not enough disk space: {need} needed, {free} left in {root}.",
    )


def _last_lines(result: Done, count: int) -> str:
    """Return the last lines of a program, its error messages after its normal ones."""
    lines = [line for line in (result.stdout + result.stderr).splitlines() if line.strip()]
    return "\n".join(f"  {line}" for line in lines[-count:])


def say(out: TextIO, line: str) -> None:
    """Write a line that is read while the work goes on."""
    out.write(f"{line}\n")
    out.flush()


def run(words: Sequence[str | Path]) -> Done:
    """Run a program without a question to anybody; one that cannot start counts as failed."""
    quiet = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    quiet["RES_OPTIONS"] = "timeout:1 attempts:2"  # a dead name server is asked for minutes else
    command = [str(word) for word in words]
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, **quiet},
            check=False,
        )
    except OSError as error:
        return subprocess.CompletedProcess(command, 127, "", str(error))
