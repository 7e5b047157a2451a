"""Runs a province's receiver, and its months."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from verification.adapters.store.postgres.province.months import AHEAD
from verification.adapters.store.postgres.province.province import Province
from verification.adapters.store.postgres.province.shards import Shards
from verification.basics.dates import VIETNAM
from verification.basics.errors import RequestError
from verification.operations.province.answering import Answering
from verification.operations.province.server import Receiver
from verification.operations.province.settings import ProvinceSettings, read_province
from verification.rules.misuse.policy import shipped

_KEPT = 2  # months that visits are still changed in


@contextmanager
def receiving(file: Path, port: int) -> Iterator[Receiver]:
    """Receive what houses hand over.

    Args:
        file: The province's settings.
        port: Where; 0 for any free one.

    Raises:
        KioskError: It cannot begin.
    """
    settings = read_province(file)
    with _opened(settings) as found:
        answering = Answering(settings, found, shipped(), _now)
        with Receiver(answering, port) as receiver:
            yield receiver


def months(file: Path, detach: str | None) -> list[list[str]]:
    """Return the months of each shard, those ahead made.

    Args:
        file: The province's settings.
        detach: A month that is taken off first, `2026-01`.

    Raises:
        KioskError: It cannot be done.
    """
    month = _month(detach, _now().date()) if detach else None
    with _opened(read_province(file)) as found:
        if month:
            found.detach(month)
        return [[f"{one:%Y-%m}" for one in held] for held in found.held()]


@contextmanager
def _opened(settings: ProvinceSettings) -> Iterator[Province]:
    shards = Shards(settings.shards)
    try:
        found = Province(shards)
        found.begin(settings.key)
        found.make_months(_now().date(), AHEAD + 1)
        yield found
    finally:
        shards.close()


def _now() -> datetime:
    return datetime.now(VIETNAM)


def _month(text: str, today: date) -> date:
    """Read a month that may be taken off.

    Raises:
        RequestError: It is none, or visits of it may still change.
    """
    if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text, re.ASCII):
        month = date.fromisoformat(f"{text}-01")
        if (today.year - month.year) * 12 + today.month - month.month > _KEPT:
            return month
    raise RequestError(
        f"Chỉ tách được tháng (YYYY-MM) đã qua hơn {_KEPT} tháng",
        f"Only a month (YYYY-MM) more than {_KEPT} months ago is taken off",
    )
