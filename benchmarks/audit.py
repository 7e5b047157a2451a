"""`make audit`: are vulnerabilities known in what is installed here?

pip-audit asks a public database, OSV first and then the index of Python packages. A database that
does not answer, or knows none of the packages, has said nothing: that is told and stops no build. A
vulnerability that one names does, unless `audit.toml` gives a reason that still holds.
"""

import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import distributions
from pathlib import Path

from verification.basics.dates import VIETNAM

SERVICES: Sequence[Sequence[str]] = (("-s", "osv"), ("-s", "pypi"))
SILENCE = 5  # seconds without a byte
LONGEST = 120.0  # seconds for one database that answers; without an answer it is `SILENCE`
_HERE = Path(__file__).parent
NOT_CHECKED = (
    "Lỗ hổng đã biết: KHÔNG kiểm tra được, cơ sở dữ liệu lỗ hổng không với tới được / "
    "known vulnerabilities: NOT checked, no database of them in reach"
)


@dataclass(frozen=True)
class Checked:
    """What a database said.

    Args:
        known: How many packages it knows.
        unknown: Packages that it does not know.
        named: Package and vulnerability, for each that it names.
    """

    known: int
    unknown: Sequence[str]
    named: Sequence[tuple[str, frozenset[str]]]


def audit(
    packages: Sequence[str],
    today: date,
    services: Sequence[Sequence[str]] = SERVICES,
    ignored: Sequence[Mapping[str, object]] = (),
) -> tuple[int, list[str]]:
    """Ask the databases in turn, until one answers.

    Args:
        packages: As pip pins them, `name==version`.
        today: On which day reasons must hold.
        services: What pip-audit is told of each database.
        ignored: The entries of `audit.toml`.

    Returns:
        1 where a vulnerability is named that nothing excuses, else 0; and the lines to show.
    """
    for service in services:
        said = _asked(packages, service)
        if said and said.known:
            return _judged(said, today, ignored)
    return 0, [NOT_CHECKED]


def _judged(
    said: Checked, today: date, ignored: Sequence[Mapping[str, object]]
) -> tuple[int, list[str]]:
    excused = {entry["id"] for entry in ignored if _day(entry["until"]) >= today}
    open_ones = [(name, ids) for name, ids in said.named if not ids & excused]
    lines = [f"{name}: {', '.join(sorted(ids))}" for name, ids in open_ones]
    unknown = f", {len(said.unknown)} không có trong đó / not in it" if said.unknown else ""
    lines.append(
        f"Lỗ hổng đã biết: {len(open_ones)} trong {said.known} gói / known vulnerabilities: "
        f"{len(open_ones)} in {said.known} packages{unknown}"
    )
    return int(bool(open_ones)), lines


def _day(value: object) -> date:
    if not isinstance(value, date):
        raise TypeError(f"audit.toml: until = {value!r} is no day")
    return value


def _asked(packages: Sequence[str], service: Sequence[str]) -> Checked | None:
    """Return what a database said; None where it did not answer."""
    with tempfile.TemporaryDirectory() as folder:
        pins = Path(folder) / "pins.txt"
        pins.write_text("\n".join(packages), encoding="utf-8")
        words = [sys.executable, "-m", "pip_audit", "-r", str(pins), "--no-deps", "--disable-pip"]
        words += ["--format", "json", "--progress-spinner", "off", "--timeout", str(SILENCE)]
        try:
            ran = subprocess.run(
                [*words, *service], capture_output=True, timeout=LONGEST, check=False
            )
            return _read(json.loads(ran.stdout))
        except (subprocess.TimeoutExpired, ValueError, KeyError, TypeError):
            return None


def _read(told: Mapping[str, Sequence[Mapping[str, object]]]) -> Checked:
    rows = told["dependencies"]
    unknown = [str(row["name"]) for row in rows if "skip_reason" in row]
    return Checked(len(rows) - len(unknown), unknown, list(_named(rows)))


def _named(rows: Sequence[Mapping[str, object]]) -> Iterator[tuple[str, frozenset[str]]]:
    for row in rows:
        found = row.get("vulns") or []
        if not isinstance(found, list):
            raise TypeError(row)
        for one in found:
            yield f"{row['name']} {row['version']}", frozenset([one["id"], *one["aliases"]])


def installed() -> list[str]:
    """Return everything that is installed beside this, as pip pins it."""
    found = {one.metadata["Name"].lower(): one.version for one in distributions()}
    return [f"{name}=={version}" for name, version in sorted(found.items())]


def main() -> int:
    """Ask about all that is installed; tell whether something speaks against it."""
    listed = tomllib.loads((_HERE / "audit.toml").read_text(encoding="utf-8"))["ignored"]
    status, lines = audit(installed(), datetime.now(VIETNAM).date(), ignored=listed)
    print(*lines, sep="\n", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
