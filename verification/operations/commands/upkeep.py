"""`rebuild`: what is kept beside the log, made from it again."""

import os
import time

from verification.basics.errors import StoreError
from verification.officers.upkeep import rebuild as rebuild_store
from verification.operations.commands import options, output
from verification.operations.settings import DEMO_DESK, checked_desk, read_settings
from verification.operations.wiring import logging_kiosk
from verification.rights import command_line


@options.command
def rebuild(*, emit: output.Emit) -> int:
    """Make visits, cases and history again from the log."""
    settings = read_settings(os.environ)
    if settings.postgres is None and not settings.db.exists():
        raise StoreError(f"Không có tệp {settings.db}", f"There is no file {settings.db}")
    actor = command_line(checked_desk(settings.first_desk or DEMO_DESK))
    begun = time.perf_counter()
    with logging_kiosk(settings) as kiosk:
        done = rebuild_store(actor, kiosk)
    seconds = round(time.perf_counter() - begun, 3)
    answer = {"visits": done.visits, "cases": done.cases, "seconds": seconds}
    more = {"unread": done.unread, "kept": done.kept}
    emit(answer | {k: v for k, v in more.items() if v}, _line(done.visits, done.cases, done.kept))
    return 0


def _line(visits: int, cases: int, kept: str | None) -> str:
    made = f"Đã dựng lại từ nhật ký: {visits} lượt, {cases} vụ việc / rebuilt from the log"
    if kept is None:
        return made
    return f"{made}. Tệp hỏng được giữ ở {kept} / the damaged file is kept as {kept}"
