"""The master key of an installation: where it lies, when it may be made, how it is replaced."""

import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from verification.basics.errors import KioskError, StoreError
from verification.basics.texts import Text
from verification.log.key_file import KeyFile
from verification.operations.beforehand import is_used, misfit, opens
from verification.operations.key_ring import KeyRing
from verification.operations.settings import Settings
from verification.operations.texts import TEXTS


class KeyKeeper(Protocol):
    """Where a master key is kept, and the next one while keys are rotated."""

    @property
    def name(self) -> str:
        """Return where, as it is told to a person."""

    def exists(self) -> bool:
        """Tell whether a key is there."""

    def read(self) -> bytes:
        """Return the key."""

    def make(self) -> bytes:
        """Make a key where there is none, and return the one that is there."""

    def put_next(self, key: bytes) -> None:
        """Write the next key beside the present one."""

    def next_key(self) -> bytes | None:
        """Return the next key, None where there is none."""

    def drop_next(self) -> None:
        """Delete a next key that was never used."""

    def take_next(self, day: date) -> str:
        """Put the next key into the place of the present one; return where that is kept now."""


@dataclass(frozen=True)
class KeyPlace:
    """Where the master key of an installation lies.

    Args:
        name: A file, or an entry of a keyring.
        beside: True in the folder of the database: who takes that folder takes both.
        trouble: Why it cannot be used now, None where it can.
    """

    name: str
    beside: bool
    trouble: Text | None = None


def kept(settings: Settings) -> KeyKeeper:
    """Return what keeps the master key."""
    return KeyRing(*settings.key_ring) if settings.key_ring else KeyFile(settings.key_file)


def key_place(settings: Settings) -> KeyPlace:
    """Return where the master key lies."""
    keeper, beside = kept(settings), lies_beside(settings)
    try:
        keeper.read()
    except KioskError as error:
        return KeyPlace(keeper.name, beside, Text(error.vi, error.en))
    return KeyPlace(keeper.name, beside)


def lies_beside(settings: Settings) -> bool:
    """Tell whether the key lies in the folder of the database or below it, by whatever path."""
    if settings.key_ring:
        return False
    folders = {settings.folder, settings.db.resolve().parent}
    above = {*settings.key_file.absolute().parents, *settings.key_file.resolve().parents}
    return any(_is_same(one, folder) for one in above for folder in folders) or any(
        _has_second_name(settings.key_file, folder) for folder in folders
    )


def master_key(settings: Settings, today: date) -> bytes:
    """Return the master key; it is made at the first start of a house and never again.

    Args:
        settings: Of the installation.
        today: The day, for the name of a key that was replaced.

    Raises:
        StoreError: It is missing, does not fit, or others may touch it; or a real house would begin
            with the key in the folder of its database.
    """
    keeper, used = kept(settings), is_used(settings)
    if not used:
        refuse_place(settings)
    if keeper.exists():
        key = keeper.read()
        return key if not used or opens(settings, key) else _replaced(settings, keeper, today)
    if used:
        raise _missing(keeper)
    key = keeper.make()
    _say("key_made", where=keeper.name)
    return key


def refuse_place(settings: Settings) -> None:
    """Refuse to begin where the key must not, or cannot, lie.

    Raises:
        StoreError: In the folder of a real house's database, or on a disk that is not there.
    """
    _refuse_beside(settings)
    if not kept(settings).exists():
        _refuse_lost_folder(settings)


def existing_master_key(settings: Settings) -> bytes:
    """Return the master key of a kiosk that is open already; none is made."""
    return kept(settings).read()


def _replaced(settings: Settings, keeper: KeyKeeper, today: date) -> bytes:
    """Return the next key where it is the one that fits: a rotation was broken off near its end."""
    following = keeper.next_key()
    if following is None or not opens(settings, following):
        raise misfit(settings)
    try:
        _say("key_taken", where=keeper.name, former=keeper.take_next(today))
    except StoreError:  # it opens all the same; the names stay as they are
        _say("key_not_taken", where=f"{keeper.name}.new", former=keeper.name)
    return following


def _missing(keeper: KeyKeeper) -> StoreError:
    return StoreError(
        f"Không thấy khóa {keeper.name} của cơ sở dữ liệu này; nếu nó ở đĩa khác, hãy gắn đĩa đó; "
        "không tạo khóa mới",
        f"The key {keeper.name} of this database is missing; if it lies on another disk, mount "
        "it; no new key is made",
    )


def _refuse_beside(settings: Settings) -> None:
    if settings.real and not settings.key_beside and lies_beside(settings):
        folder = settings.folder
        raise StoreError(
            f"Khóa không được nằm cùng thư mục với cơ sở dữ liệu ({folder}), ai lấy thư mục đó là "
            "lấy cả hai: đặt KIOSK_KEY_FILE ở đĩa khác, hoặc KIOSK_KEY_BESIDE=yes nếu chấp nhận",
            f"The key must not lie in the folder of the database ({folder}), who takes that takes "
            "both: let KIOSK_KEY_FILE name another disk, or set KIOSK_KEY_BESIDE=yes to accept it",
        )


def _refuse_lost_folder(settings: Settings) -> None:
    """Refuse to make a folder for a key that was set to lie elsewhere: its disk is not there."""
    folder = settings.key_file.parent
    if not settings.key_ring and not lies_beside(settings) and not folder.is_dir():
        raise StoreError(
            f"Không có thư mục {folder} của KIOSK_KEY_FILE; hãy gắn đĩa đó hoặc tạo thư mục: "
            f"mkdir -p -m 700 {folder}",
            f"There is no folder {folder} of KIOSK_KEY_FILE; mount its disk, or make it: "
            f"mkdir -p -m 700 {folder}",
        )


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:  # one of them is still to be made
        return one.resolve() == other.resolve()


def _has_second_name(key: Path, folder: Path) -> bool:
    """Tell whether a file of the folder is the key under another name."""
    try:
        return key.stat().st_nlink > 1 and any(one.samefile(key) for one in folder.iterdir())
    except OSError:
        return False


def _say(key: str, **params: str) -> None:
    sys.stderr.write(f"{TEXTS(key, **params).vi}\n{TEXTS(key, **params).en}\n")
    sys.stderr.flush()
