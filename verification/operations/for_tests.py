"""What the tests need from the system beside Python: Chromium, PostgreSQL, nginx.

Programs alone: no service is started by their installation, nor with the machine later. Bare like
`setup.py`.
"""

from __future__ import annotations

import ctypes.util
import os
import platform
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from verification.operations import debian
from verification.operations.debian import Need

if TYPE_CHECKING:
    from collections.abc import Iterator

SYSTEM = Path("/")
BROWSERS = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
LIBATOMIC = Need("libatomic1", "Playwright cần", "needed by Playwright")
CHROMIUM = Need("chromium", "để kiểm thử trên trình duyệt", "for the browser tests")
POSTGRESQL = Need("postgresql", "để kiểm thử trên PostgreSQL", "for the tests on PostgreSQL")
NGINX = Need("nginx", "để kiểm thử nhiều máy chủ", "for the tests of several servers")
# Debian starts what it installs unless a policy forbids it, and makes PostgreSQL a cluster. Both
# are forbidden while this process lives; a machine's own policy or settings are left alone.
_ASLEEP = r"""
system=$1 services=$2; shift 2
PATH=$PATH:/usr/sbin:/usr/bin:/sbin:/bin; export PATH UCF_FORCE_CONFFOLD=1
policy=${system}usr/sbin/policy-rc.d
common=${system}usr/share/postgresql-common/createcluster.conf
cluster=${system}etc/postgresql-common/createcluster.conf
mark="# of the kiosk's set-up, process $$"
of_ours() { [ -f "$1" ] && grep -q "^# of the kiosk's set-up" "$1"; }
is_free() { ! [ -e "$1" ] || of_ours "$1"; }
awake() {
  if of_ours "$policy"; then rm -f "$policy"; fi
  if of_ours "$cluster"; then
    rm -f "$cluster" "$cluster.ucf-dist"
    if [ -f "$common" ]; then cp "$common" "$cluster"; fi
  fi
}
trap awake EXIT; trap 'exit 143' HUP INT TERM
if is_free "$policy"; then
  printf '#!/bin/sh\n%s\nkill -0 %s 2>/dev/null && exit 101\nexit 0\n' "$mark" $$ >"$policy" || exit
  chmod 755 "$policy"
fi
if is_free "$cluster"; then
  mkdir -p "${cluster%/*}" && printf '%s\ncreate_main_cluster = false\n' "$mark" >"$cluster" || exit
fi
"$@" || exit
for service in $services; do
  if command -v systemctl >/dev/null; then systemctl --quiet --root="$system" disable "$service"; fi
done
:
"""


def ready_tests(python: Path, out: TextIO) -> None:
    """Bring in what is missing: Debian's packages; for a Chromium else Playwright's own.

    Args:
        python: Of the virtual environment.
        out: Where to say what is being installed.

    Raises:
        SetUpError: Something cannot be installed from here.
    """
    debian.install([*_browsers_needs()], out)
    if find_browser() is None:
        _ready_playwrights(python, out)
    services = [*_services_needs()]
    names = " ".join(need.package for need in services)
    words = ["/bin/sh", "-c", _ASLEEP, "asleep", f"{SYSTEM / 'x'}".removesuffix("x"), names]
    debian.install(services, out, through=words)


def find_browser() -> str | None:
    """Look for a Chromium or Chrome that the browser tests can drive."""
    for name in BROWSERS:
        found = shutil.which(name)
        # A snap reads neither hidden folders nor /tmp, so the tests' camera clip is out of reach.
        if found and Path(found).resolve().name != "snap":
            return found
    own = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache/ms-playwright"
    return next((str(p) for p in sorted(Path(own).glob("chromium-*/chrome-linux*/chrome"))), None)


def find_nginx() -> str | None:
    """Look for nginx, also where only an administrator's path leads."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:{SYSTEM / 'usr/sbin'}")


def _browsers_needs() -> Iterator[Need]:
    if sys.platform == "linux" and not ctypes.util.find_library("atomic"):
        yield LIBATOMIC
    if not _is_ubuntu() and find_browser() is None:
        yield CHROMIUM


def _services_needs() -> Iterator[Need]:
    if not any(SYSTEM.glob("usr/lib/postgresql/*/bin/initdb")):
        yield POSTGRESQL
    if find_nginx() is None:
        yield NGINX


def _is_ubuntu() -> bool:
    """Tell whether this is Ubuntu, whose Chromium is a snap."""
    try:
        return platform.freedesktop_os_release()["ID"] == "ubuntu"
    except OSError:
        return False


def _ready_playwrights(python: Path, out: TextIO) -> None:
    install = ["-m", "playwright", "install", "--with-deps", "chromium"]
    if debian.apt_get() is None:
        raise debian.missing([CHROMIUM], " ".join([".venv/bin/python", *install]))
    debian.say(out, "Cài Chromium / Installing Chromium")
    result = debian.run([python, *install])
    if result.returncode or find_browser() is None:
        raise debian.failed("playwright install --with-deps chromium", result, python.parents[2])
