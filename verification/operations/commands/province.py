"""`province receive`, `province months`: the other side of the hand-over, for many houses."""

from pathlib import Path

import click

from verification.operations.commands import options, output
from verification.operations.commands.practice import PORT, told_to_end
from verification.operations.database_settings import refuse_without_libraries

_ACTIONS = ("receive", "months")


@options.command
@click.argument("action", type=click.Choice(_ACTIONS), metavar="ACTION", help=", ".join(_ACTIONS))
@click.argument("file", type=options.PATH, help="settings of the province, TOML")
@click.option("--port", type=PORT, default=8600, help="receive: 0 for any free one")
@click.option("--detach", metavar="YYYY-MM", help="months: take an old month off")
def province(*, action: str, file: Path, port: int, detach: str | None, emit: output.Emit) -> int:
    """Receive what houses hand over to a province; its months."""
    refuse_without_libraries("province")
    # who only asks for help needs no psycopg
    from verification.operations.province import running  # noqa: PLC0415

    if action == "months":
        for number, names in enumerate(running.months(file, detach), 1):
            emit({"shard": number, "months": names}, f"Mảnh {number}: {', '.join(names)}")
        return 0
    with told_to_end() as told, running.receiving(file, port) as receiver:
        houses = len(receiver.answering.settings.houses)
        words = f"Nhận tin tại {receiver.url}, {houses} cơ sở"
        emit({"url": receiver.url, "houses": houses}, f"{words}\nReceiving, {houses} houses")
        told()
    return 0
