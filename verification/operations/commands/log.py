"""`log`: noting that an older log was restored."""

import os

import click

from verification.adapters.store.sqlite.proof.notes import contradicted
from verification.officers.log_note import note_log
from verification.operations.commands import options, output
from verification.operations.commands.proof import given_head
from verification.operations.keys import kept
from verification.operations.proving import own_copy
from verification.operations.settings import DEMO_DESK, checked_desk, read_settings
from verification.operations.wiring import logging_kiosk
from verification.rights import command_line


@options.command
@click.argument("action", type=click.Choice(["note"]), metavar="ACTION", help="note")
@click.option("--why", default="", metavar="TEXT", help="the reason; it is kept sealed")
@click.option(
    "--head", multiple=True, metavar="DESK:COUNT:HASH", help="one kept elsewhere, lost with it"
)
def log(*, action: str, why: str, head: tuple[str, ...], emit: output.Emit) -> int:  # noqa: ARG001  # one action so far
    """Note that an older log was restored."""
    if not why.strip():
        raise click.UsageError("--why TEXT: lý do / the reason")
    settings, given = read_settings(os.environ), [given_head(line) for line in head]
    actor = command_line(checked_desk(settings.first_desk or DEMO_DESK))
    keeper = kept(settings)
    key = keeper.read() if keeper.exists() else None
    with own_copy(settings, key, given) as copy:
        stood, over = contradicted(copy)
    with logging_kiosk(settings) as kiosk:
        event = note_log(actor, kiosk, why, stood, over)
    answer = {
        "event_id": event.event_id,
        "heads": [str(one) for one in stood],
        "over": [str(one) for one in over],
    }
    emit(answer, f"{event.event_id}: bỏ qua {len(over)} đầu chuỗi / {len(over)} heads excused")
    return 0
