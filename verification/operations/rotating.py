"""`keys rotate`: new keys for a house that stands still, and the files of the master key with them.

The order makes that a kill at any moment leaves a store that one of two key files opens: the next
master key is on the disk before the store is bound to it, and takes its place only afterwards.
`keys.master_key` finishes what was broken off.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from verification.adapters.store.sqlite.log import SqliteLog
from verification.adapters.store.sqlite.rotation import Rotated, wipe
from verification.basics.errors import RequestError, StoreBusy
from verification.log.house_events import KeysRotated
from verification.log.key_file import new_key
from verification.log.ports import LogTransaction
from verification.log.writing import write
from verification.operations.beforehand import file_of, holds_log, opens
from verification.operations.beginning import refuse_lost
from verification.operations.keys import kept, master_key
from verification.operations.settings import Settings
from verification.operations.wiring import only_server
from verification.rights import Actor, Right, needs


@dataclass(frozen=True)
class Rotation:
    """What `keys rotate` did.

    Args:
        done: What was rewritten in the store.
        former: Where the former master key is kept, None where it stays in use.
        wiped: False where what was rewritten may still lie in free pages of the file.
    """

    done: Rotated
    former: str | None
    wiped: bool


@needs(Right.CHANGE_HOUSE)
def rotate_keys(
    actor: Actor, settings: Settings, clock: Callable[[], datetime], *, master: bool
) -> Rotation:
    """Give a house new keys.

    Args:
        actor: Who does it.
        settings: Of the installation.
        clock: Returns the present time.
        master: True for a new master key too.

    Raises:
        RequestError: There is no store yet, or it is no file.
        StoreBusy: The kiosk is running.
        StoreError: It could not be written; the former keys are in use.
    """
    file_of(settings)
    refuse_lost(settings)
    if not holds_log(settings):  # an empty file is none: to open it would begin a new house
        raise RequestError(
            f"Chưa có cơ sở dữ liệu {settings.db}", f"There is no database {settings.db} yet"
        )
    try:
        with only_server(settings):
            return _rotated(actor, settings, clock, master=master)
    except StoreBusy as error:
        raise StoreBusy(
            "Kiosk đang chạy trên cơ sở dữ liệu này: hãy dừng kiosk, rồi đổi khóa",
            "The kiosk is running on this database: stop it, then rotate the keys",
        ) from error


def _rotated(
    actor: Actor, settings: Settings, clock: Callable[[], datetime], *, master: bool
) -> Rotation:
    keeper, today = kept(settings), clock().date()
    present = master_key(settings, today)
    following = new_key() if master else None
    keeper.drop_next()  # of a rotation that came to nothing
    if following:
        keeper.put_next(following)

    def note(log: LogTransaction, done: Rotated) -> None:
        what = ("data", "index", "master") if master else ("data", "index")
        write(log, actor, KeysRotated(what, done.unread))

    try:
        with closing(SqliteLog(settings.db, present, clock)) as log:
            done = log.rotate(following, note)
    except BaseException:
        if opens(settings, present):
            keeper.drop_next()
        raise
    former = keeper.take_next(today) if following else None
    return Rotation(done, former, wipe(settings.db))
