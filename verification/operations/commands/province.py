"""`province receive`, `province months`: the other side of the hand-over, for many houses."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import click

from verification.adapters.store.postgres.province.months import AHEAD
from verification.adapters.store.postgres.province.province import Province
from verification.adapters.store.postgres.province.shards import Shards
from verification.basics.dates import VIETNAM
from verification.basics.errors import RequestError
from verification.operations.commands import options, output
from verification.operations.commands.practice import PORT, told_to_end
from verification.operations.province.answering import Answering
from verification.operations.province.server import Receiver
from verification.operations.province.settings import ProvinceSettings, read_province
from verification.rules.misuse.policy import shipped

_ACTIONS = ("receive", "months")
_KEPT = 2  # months that visits are still changed in


@options.command
@click.argument("action", type=click.Choice(_ACTIONS), metavar="ACTION", help=", ".join(_ACTIONS))
@click.argument("file", type=options.PATH, help="settings of the province, TOML")
@click.option("--port", type=PORT, default=8600, help="receive: 0 for any free one")
@click.option("--detach", metavar="YYYY-MM", help="months: take an old month off")
def province(*, action: str, file: Path, port: int, detach: str | None, emit: output.Emit) -> int:
    """Receive what houses hand over to a province; its months."""
    settings, today = read_province(file), datetime.now(VIETNAM).date()
    with _opened(settings) as found:
        found.make_months(today, AHEAD + 1)
        if action == "months":
            return _months(found, _month(detach, today) if detach else None, emit)
        answering = Answering(settings, found, shipped(), lambda: datetime.now(VIETNAM))
        with told_to_end() as told, Receiver(answering, port) as receiver:
            url, houses = receiver.url, len(settings.houses)
            vi = f"Nhận tin tại {url}, {houses} cơ sở, {len(settings.shards)} mảnh"
            en = f"Receiving at {url}, {houses} houses, {len(settings.shards)} shards"
            emit({"url": url, "houses": houses}, f"{vi}\n{en}")
            told()
    return 0


@contextmanager
def _opened(settings: ProvinceSettings) -> Iterator[Province]:
    shards = Shards(settings.shards)
    try:
        found = Province(shards)
        found.begin(settings.key)
        yield found
    finally:
        shards.close()


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


def _months(found: Province, detach: date | None, emit: output.Emit) -> int:
    if detach:
        found.detach(detach)
    for number, held in enumerate(found.held(), 1):
        names = [f"{month:%Y-%m}" for month in held]
        emit({"shard": number, "months": names}, f"Mảnh {number}: {', '.join(names)}")
    return 0
