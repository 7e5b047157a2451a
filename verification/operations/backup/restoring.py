"""Trying a backup out in a new place, and going back to one."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from verification.adapters.store.copies import folder_of_copies
from verification.adapters.store.sqlite.proof.checks import prove
from verification.adapters.store.sqlite.proof.copying import copied
from verification.basics.clocks import stopwatch
from verification.basics.errors import KioskError, RequestError
from verification.basics.private import new_private_file, private_folder, private_text
from verification.basics.texts import Text
from verification.log.chain import parse_head
from verification.log.findings import Kind
from verification.operations.backup.manifest import (
    MANIFEST,
    Manifest,
    kept_file,
    mark_of,
    read_manifest,
)
from verification.operations.settings import Settings
from verification.operations.texts import TEXTS
from verification.operations.wiring import logging_kiosk

_SAMPLE = 20
_KEY_NAME = "{}.key"


@dataclass(frozen=True)
class Drill:
    """What came of trying a backup out.

    Args:
        manifest: What the backup says of itself.
        problems: Why one could not go back to it; none where one could.
        cards: How many cards its card file holds.
        read: How many of its newest visits were opened, the personal content unsealed.
        seconds: How long it took.
    """

    manifest: Manifest
    problems: Sequence[Text]
    cards: int
    read: int
    seconds: float

    @property
    def sound(self) -> bool:
        """Tell whether one could go back to it."""
        return not self.problems


def drill(
    settings: Settings, backup: Path, key: bytes, clock: Callable[[], datetime], place: Path | None
) -> Drill:
    """Restore a backup into a new place, prove it and open it as a kiosk; the place is left clean.

    Args:
        settings: Of the installation; neither its store nor its backups are touched.
        backup: The folder of one backup.
        key: The master key that should open it.
        clock: Returns the present time.
        place: A folder for the new place, None for the system's own.

    Raises:
        RequestError: It is no backup, or the new place cannot be made.
    """
    passed = stopwatch(clock)
    begun, manifest = passed(), read_manifest(backup)
    with _new_place(place) as folder:
        problems = [*_files(backup, manifest), *_key(manifest, key)]
        if not manifest.sound:
            problems.append(TEXTS("backup.unsound"))
        if not problems:
            _put(backup, manifest, folder)
            problems += _proved(folder / manifest.db, manifest, key)
        cards = read = 0
        if not problems:
            cards, read, trouble = _opened(settings, folder / manifest.db, manifest, key)
            problems += trouble
    return Drill(manifest, problems, cards, read, passed() - begun)


def restore(backup: Path, to: Path, key: bytes | None) -> Manifest:
    """Put a backup into a new folder; what it holds is compared byte by byte.

    Args:
        backup: The folder of one backup.
        to: The new folder; it is not there yet, or is empty.
        key: The master key, put beside it where it is given.

    Raises:
        RequestError: It is no backup, a file of it is damaged, its key is another, or the folder is
            not new; then nothing is left there.
    """
    manifest = read_manifest(backup)
    wrong = [*_files(backup, manifest), *(_key(manifest, key) if key else ())]
    if wrong:
        raise RequestError(wrong[0].vi, wrong[0].en)
    with _only_whole(to):
        _put(backup, manifest, to)
        if key is not None:
            name = _KEY_NAME.format(manifest.db)
            with private_text(to / name, "x") as file:
                file.write(f"{key.hex()}\n")
        left = [name for name in manifest.files if kept_file(to / name) != manifest.files[name]]
        if left:
            raise OSError(left[0])
    return manifest


def _files(backup: Path, manifest: Manifest) -> Iterator[Text]:
    """Return which files of a backup are not what was kept."""
    for name, kept in manifest.files.items():
        try:
            found = kept_file(backup / name)
        except OSError:
            yield TEXTS("backup.file_missing", file=name)
            continue
        if found != kept:
            yield TEXTS("backup.file_differs", file=name)
    if manifest.db not in manifest.files:
        yield TEXTS("backup.file_missing", file=manifest.db)


def _key(manifest: Manifest, key: bytes) -> Iterator[Text]:
    if mark_of(key) != manifest.key:
        yield TEXTS("backup.other_key", mark=manifest.key)


def _put(backup: Path, manifest: Manifest, folder: Path) -> None:
    for name in (*manifest.files, MANIFEST):
        with (backup / name).open("rb") as read, new_private_file(folder / name) as written:
            shutil.copyfileobj(read, written, 1 << 20)


def _proved(db: Path, manifest: Manifest, key: bytes) -> Iterator[Text]:
    """Return what the log that was put back does not prove."""
    try:
        heads = [parse_head(line) for line in manifest.heads]
        with copied(db, key, heads) as copy:
            proof = prove(copy)
    except (KioskError, ValueError) as error:
        yield _said(error)
        return
    # the heads beside the log are taken before it: a desk that began meanwhile has none there yet,
    # and those that the log must fit stand in the list
    found = [finding for finding in proof.findings if finding.kind is not Kind.HEAD_MISSING]
    if found:
        kinds = ", ".join(sorted({finding.kind.value for finding in found}))
        yield TEXTS("backup.proof", count=len(found), kinds=kinds)
    ends = {head for _, head in proof.desks.values()}
    if lost := [str(head) for head in heads if head not in ends]:
        yield TEXTS("backup.heads", heads=", ".join(lost))


def _opened(
    settings: Settings, db: Path, manifest: Manifest, key: bytes
) -> tuple[int, int, Sequence[Text]]:
    """Open what was put back as a kiosk does: its cards, its newest visits with their content."""
    name = db.with_name(_KEY_NAME.format(db.name))
    with private_text(name, "x") as file:
        file.write(f"{key.hex()}\n")
    place = replace(settings, db=db, key_file=name, key_ring=None, key_beside=True)
    try:
        with logging_kiosk(place) as kiosk:
            cards, problems = kiosk.cards.status(), list[Text]()
            if cards.trouble:
                problems.append(cards.trouble)
            desks = [parse_head(line).desk for line in manifest.heads]
            visits = [v for desk in desks for v in kiosk.written.recent(desk, _SAMPLE)]
            unread = [v for v in visits if _is_unread(kiosk.written.content(v.presented))]
            if unread:
                problems.append(TEXTS("backup.unread", count=len(unread)))
            return cards.cards, len(visits), problems
    except KioskError as error:
        return 0, 0, [_said(error)]


def _is_unread(content: object) -> bool:
    return bool(getattr(content, "unreadable", ()))  # None: it was erased


def _said(error: Exception) -> Text:
    if isinstance(error, KioskError):
        return Text(error.vi, error.en)
    return TEXTS("backup.no_list")


@contextmanager
def _new_place(place: Path | None) -> Iterator[Path]:
    try:
        with folder_of_copies("kiosk-drill-", place) as folder:
            yield folder
    except FileNotFoundError as error:
        raise RequestError(f"Không có thư mục {place}", f"There is no folder {place}") from error
    except OSError as error:
        raise RequestError(
            "Không chép được bản sao lưu sang chỗ thử: xem đĩa còn chỗ không",
            "The backup cannot be copied to try it out: look whether the disk has room",
        ) from error


@contextmanager
def _only_whole(to: Path) -> Iterator[None]:
    """Fill a new folder, or leave it as it was."""
    was_there = to.is_dir()
    try:
        if to.exists() and (not was_there or any(to.iterdir())):
            raise RequestError(
                f"{to} đã có dữ liệu: hãy chọn thư mục mới, không ghi đè gì",
                f"{to} is not empty: choose a new folder, nothing is written over",
            )
        private_folder(to)
        yield
    except OSError as error:
        _emptied(to, was_there=was_there)
        raise RequestError(
            f"Không khôi phục được vào {to}: xem đĩa còn chỗ không; không để lại gì dở dang",
            f"It cannot be restored to {to}: look whether the disk has room; nothing is left",
        ) from error


def _emptied(to: Path, *, was_there: bool) -> None:
    with suppress(OSError):
        for file in to.iterdir():
            file.unlink()
        if not was_there:
            to.rmdir()
