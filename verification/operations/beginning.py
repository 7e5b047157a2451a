"""Whether a house may begin here: where a house was before, its lost database is no new one.

A first start leaves a mark, `<KIOSK_DB>.new`, until the tables are made: one that was killed
between its key and its database goes on with the next.
"""

import os
from contextlib import closing
from pathlib import Path

from verification.adapters.store.sqlite.card_folder import newest_file
from verification.adapters.store.sqlite.cards import SqliteCards
from verification.adapters.store.sqlite.database import errors_in_words
from verification.adapters.store.sqlite.held import rescued_of
from verification.basics.errors import StoreError
from verification.basics.private import private_folder
from verification.log.key_file import KeyFile
from verification.operations.beforehand import holds_log, is_emptied
from verification.operations.keys import kept, refuse_place
from verification.operations.settings import Settings

_WRITTEN_AHEAD = ("-wal", "-journal")
_PREPARED = (
    "; khóa chuẩn bị sẵn cho một máy mới thì đặt KIOSK_NEW_HOUSE=yes cho lần chạy đầu",
    "; for a key prepared for a new house set KIOSK_NEW_HOUSE=yes for the first start",
)


def refuse_lost(settings: Settings) -> None:
    """Refuse to work where a house was, and its database is not there.

    Raises:
        StoreError: It is missing or empty beside files that only a house at work leaves.
    """
    if _is_there(settings) or not _left_of(settings):
        return
    if not _is_begun(settings) and not _is_there(settings):
        raise _lost(settings)


def begin(settings: Settings) -> None:
    """Let a house go on, or begin where there was none.

    Raises:
        StoreError: Its database is missing, or a folder cannot be written.
    """
    _ready_server(settings)
    fresh = not _is_there(settings)
    if fresh and not _of_a_day(settings):
        refuse_place(settings)
    refuse_lost(settings)
    if fresh:
        with errors_in_words(settings.db):
            private_folder(settings.folder)
            _mark(settings).touch(mode=0o600)


def begun(settings: Settings) -> None:
    """Note that the database is made: from now on its loss is one."""
    with errors_in_words(settings.db):
        _mark(settings).unlink(missing_ok=True)


def _ready_server(settings: Settings) -> None:
    """Make the folder of one server of several; refuse where the log's heads would go nowhere."""
    if settings.postgres:
        with errors_in_words(settings.folder):
            private_folder(settings.folder)
    folder = settings.head_file.parent
    if settings.heads and not (folder.is_dir() and os.access(folder, os.W_OK)):
        raise StoreError(
            f"Không ghi được vào thư mục {folder} của KIOSK_HEAD_FILE; hãy gắn đĩa đó hoặc tạo "
            f"thư mục: mkdir -p -m 700 {folder}",
            f"The folder {folder} of KIOSK_HEAD_FILE cannot be written; mount its disk, or make "
            f"it: mkdir -p -m 700 {folder}",
        )


def _is_there(settings: Settings) -> bool:
    """Tell whether a log is there; one without any event is none where heads of it were noted."""
    return holds_log(settings) and not is_emptied(settings)


def _is_begun(settings: Settings) -> bool:
    """Tell whether what is there may be the first half of a first start, and no more."""
    ready = settings.new_house or _mark(settings).exists()
    return ready and not _of_a_day(settings)


def _left_of(settings: Settings) -> list[str]:
    """Return what is there of a house, by name."""
    beside = KeyFile(settings.beside("key"))
    keeper = kept(settings)
    name = keeper.name if settings.key_ring else settings.key_file.name
    there = [of for of, key in {beside.path.name: beside, name: keeper}.items() if key.exists()]
    return [*there, *(file.name for file in _of_a_day(settings))]


def _of_a_day(settings: Settings) -> list[Path]:
    """Return what no first start leaves before its database is made."""
    db, cards = settings.db, _cards_of(settings.folder)
    empty = not db.exists() or not db.stat().st_size
    ahead = [db.with_name(f"{db.name}{end}") for end in _WRITTEN_AHEAD] if empty else []
    noted = (settings.head_file, *ahead)
    found = [file for file in noted if file.exists() and file.stat().st_size]
    return [*found, *([cards] if cards else [])]


def _cards_of(folder: Path) -> Path | None:
    """Return the card file in use, None where it holds invented people: no house left that."""
    with closing(SqliteCards(folder)) as cards:
        return None if cards.status().demo else newest_file(folder)


def _mark(settings: Settings) -> Path:
    return settings.beside("new")


def _lost(settings: Settings) -> StoreError:
    names, db, store = ", ".join(_left_of(settings)), settings.db, settings.store
    state = ("Tệp {} rỗng", "{} is empty") if db.exists() else ("Thiếu tệp {}", "{} is missing")
    if settings.postgres:
        state = ("Cơ sở dữ liệu {} chưa có nhật ký", "The database {} holds no log")
    ready = ("", "") if _of_a_day(settings) else _PREPARED
    back = (
        (f"đổi tên {copy.name} thành {db.name}", f"rename {copy.name} to {db.name}")
        if (copy := rescued_of(db))
        else ("khôi phục nó từ bản sao lưu", "restore it from the backup")
    )
    return StoreError(
        f"{state[0].format(store)} mà còn {names}: hãy {back[0]}; nếu thật sự bắt "
        f"đầu lại từ đầu thì chuyển các tệp còn lại đi nơi khác{ready[0]}",
        f"{state[1].format(store)}, but {names} is there: {back[1]}; to really begin "
        f"anew, move what is left away{ready[1]}",
    )
