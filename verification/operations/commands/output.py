"""What the commands print."""

import json
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from verification.basics.dates import VIETNAM
from verification.basics.rates import percent_text
from verification.rules.law.verdict import Verdict

Emit = Callable[[Mapping[str, Any], str], None]


def noon(day: date) -> datetime:
    """Return a time on a day, where only the day matters."""
    return datetime.combine(day, time(12), VIETNAM)


def emit_json(answer: Mapping[str, Any], plain: str) -> None:  # noqa: ARG001  # an `Emit`
    """Print one answer as a JSON line."""
    _write(json.dumps(answer, ensure_ascii=False))


def emit_plain(answer: Mapping[str, Any], plain: str) -> None:  # noqa: ARG001  # an `Emit`
    """Print one answer in plain words."""
    _write(plain)


def _write(line: str) -> None:
    sys.stdout.buffer.write(f"{line}\n".encode("utf-8", "backslashreplace"))  # as files are named
    sys.stdout.buffer.flush()


def iso_utc(moment: datetime) -> str:
    """Write a moment in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def verdict_line(verdict: Verdict) -> str:
    """Write a verdict in plain words."""
    name = verdict.card.ho_ten if verdict.card and verdict.card.ho_ten else ""
    rate = f"{percent_text(verdict.rate)} %" if verdict.rate is not None else ""
    words = [verdict.outcome.value, verdict.headline.sentence.vi, name, rate]
    return " | ".join(word for word in words if word)
