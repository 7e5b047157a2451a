"""Making a backup while desks work: log in one step, card file and heads; the key apart."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from verification.adapters.store.heads import head_file
from verification.adapters.store.sqlite.card_folder import draft_of, is_of, newest_file, on_disk
from verification.adapters.store.sqlite.saving import Saved, save
from verification.basics.clocks import stopwatch
from verification.basics.dates import VIETNAM
from verification.basics.errors import RequestError, StoreError
from verification.basics.private import new_private_file, private_folder, private_text
from verification.log.card_files import CardFile
from verification.operations.backup.manifest import MANIFEST, Manifest, kept_file, mark_of
from verification.operations.beforehand import file_of
from verification.operations.keys import existing_master_key
from verification.operations.settings import Settings
from verification.operations.version import commit

UNFINISHED = ".dang-ghi-"
"""What the folder of a backup is called until it is whole; one broken off keeps the name."""
_NAME = "kiosk-%Y%m%d-%H%M%S"
_TIMES = 5  # log and card file are taken again where another one is swapped in meanwhile
_MEGA = 1_000_000
_SPARE = 50 * _MEGA  # bytes that stay free on the target


@dataclass(frozen=True)
class Made:
    """A backup that was made.

    Args:
        folder: Where it lies.
        manifest: What it holds.
        seconds: How long it took.
        key: Where the key was put, None where it was not asked for.
        same_disk: True where it lies on the disk of the store: what breaks one breaks both.
    """

    folder: Path
    manifest: Manifest
    seconds: float
    key: Path | None
    same_disk: bool


def back_up(
    settings: Settings, target: Path, clock: Callable[[], datetime], key_to: Path | None = None
) -> Made:
    """Make a backup; it is there whole or not at all.

    Args:
        settings: Of the installation.
        target: The folder that gets a folder of its own for it.
        clock: Returns the present time.
        key_to: A folder elsewhere that gets the master key; None where it is kept already.

    Raises:
        RequestError: The target is not there, is too full, or is no place for it.
        StoreError: The store, or its key, cannot be read.
    """
    passed, now = stopwatch(clock), clock().astimezone(VIETNAM)
    begun = passed()
    _refuse_target(settings, target, key_to)
    key = existing_master_key(settings)
    folder = target / now.strftime(_NAME)
    with _whole(folder) as draft:
        manifest = _filled(settings, draft, now, key)
    kept = _keep_key(key, key_to) if key_to else None
    same = target.stat().st_dev == settings.db.stat().st_dev
    return Made(folder, manifest, passed() - begun, kept, same)


def _filled(settings: Settings, draft: Path, now: datetime, key: bytes) -> Manifest:
    db = settings.db
    heads = head_file(db)
    if heads.exists():  # before the log, which may be longer than they, never shorter
        _copied(heads, draft / heads.name)
    saved = _with_its_cards(db, draft)
    files = {file.name: kept_file(file) for file in sorted(draft.iterdir())}
    manifest = Manifest(
        made_at=now,
        db=db.name,
        facility=settings.facility,
        house=saved.house,
        commit=commit(),
        key=mark_of(key),
        heads=tuple(str(head) for _, head in sorted(saved.heads.items())),
        counts=saved.counts,
        sound=saved.sound,
        files=files,
    )
    with private_text(draft / MANIFEST, "x") as file:
        file.write(manifest.text())
    for file_ in draft.iterdir():
        on_disk(file_)
    return manifest


def _with_its_cards(db: Path, draft: Path) -> Saved:
    """Copy the log and the card file that it names, both again where an import comes between.

    One that is neither there nor about to be is not waited for: that in use is kept instead.
    """
    missed: CardFile | None = None
    for _ in range(_TIMES):
        (draft / db.name).unlink(missing_ok=True)
        saved = save(db, draft / db.name)
        lost = saved.cards is not None and saved.cards == missed
        if _took(db.parent, draft, None if lost else saved.cards):
            return saved
        missed = saved.cards
    raise StoreError(
        "Dữ liệu thẻ đang được thay liên tục, thử lại sau",
        "The card file is being replaced, try again",
    )


def _took(folder: Path, draft: Path, noted: CardFile | None) -> bool:
    """Copy the noted card file, or that in use; tell whether it was still there."""
    found = folder / noted.name if noted else newest_file(folder)
    if found is None:
        return True
    taken = draft / found.name
    try:
        _copied(found, taken)
    except FileNotFoundError:
        return noted is not None and _took_unnamed(draft_of(found), taken, noted)
    return True


def _took_unnamed(built: Path, taken: Path, noted: CardFile) -> bool:
    """Copy a card file that was noted and has not got its name yet, under that name."""
    try:
        _copied(built, taken)
    except FileNotFoundError:
        return False
    if not is_of(taken, noted):
        taken.unlink()
        return False
    return True


def _copied(source: Path, target: Path) -> None:
    with source.open("rb") as read, new_private_file(target) as written:
        shutil.copyfileobj(read, written, 1 << 20)


@contextmanager
def _whole(folder: Path) -> Iterator[Path]:
    """Give a folder to fill that gets its name once it is whole, and is gone where it fails."""
    draft = folder.with_name(f"{UNFINISHED}{folder.name}")
    try:
        if folder.exists():
            raise FileExistsError(folder)
        draft.mkdir(mode=0o700)
    except OSError as error:
        raise _unwritten(folder, error) from error
    try:
        yield draft
        on_disk(draft)
        draft.rename(folder)
        on_disk(folder.parent)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        raise _unwritten(folder, error) from error
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def refuse_place(db: Path, target: Path) -> None:
    """Refuse a folder that is not there, or that of the store itself.

    Raises:
        RequestError: It is one of them.
    """
    if not target.is_dir():
        raise RequestError(
            f"Không có thư mục {target}: hãy gắn đĩa đó hoặc tạo thư mục",
            f"There is no folder {target}: mount its disk or make it",
        )
    if target.resolve() == db.parent.resolve():
        raise RequestError(
            f"{target} là thư mục của dữ liệu đang dùng: hãy chọn đĩa khác",
            f"{target} is the folder of the store itself: choose another disk",
        )


def _refuse_target(settings: Settings, target: Path, key_to: Path | None) -> None:
    refuse_place(file_of(settings), target)
    if not settings.db.exists():
        raise StoreError(f"Không có tệp {settings.db}", f"There is no file {settings.db}")
    if key_to is not None and (key_to.resolve() == target.resolve() or _lies_in(key_to, target)):
        raise RequestError(
            "Khóa không được nằm cùng chỗ với bản sao lưu, ai lấy chỗ đó là lấy cả hai",
            "The key must not lie with the backup: who takes that takes both",
        )
    cards = newest_file(settings.folder)
    parts = (settings.db, settings.db.with_name(f"{settings.db.name}-wal"), cards)
    needed = sum(part.stat().st_size for part in parts if part and part.exists())
    free, needed = (size // _MEGA for size in (shutil.disk_usage(target).free, needed + _SPARE))
    if free < needed:
        raise RequestError(
            f"{target} chỉ còn {free} MB, cần {needed} MB",
            f"{target} has {free} MB left and needs {needed} MB",
        )


def _lies_in(folder: Path, target: Path) -> bool:
    return target.resolve() in folder.resolve().parents


def _keep_key(key: bytes, folder: Path) -> Path:
    """Write the key into a folder of its own; the same key there already is enough."""
    file = folder / f"kiosk-{mark_of(key)}.key"
    try:
        private_folder(folder)
        if file.exists() and file.read_text(encoding="ascii").strip() == key.hex():
            return file
        with private_text(file, "x") as written:
            written.write(f"{key.hex()}\n")
            written.flush()
            os.fsync(written.fileno())
    except (OSError, ValueError) as error:
        raise RequestError(
            f"Đã sao lưu, nhưng không ghi được khóa vào {file}",
            f"The backup is made, but the key cannot be written to {file}",
        ) from error
    return file


def _unwritten(folder: Path, error: OSError) -> RequestError:
    if isinstance(error, FileExistsError):
        return RequestError(
            f"Đã có {folder}: đợi một giây rồi thử lại", f"{folder} is there: try again in a second"
        )
    return RequestError(
        f"Không ghi được bản sao lưu vào {folder.parent}; không để lại gì dở dang",
        f"The backup cannot be written to {folder.parent}; nothing half done is left",
    )
