"""Files and folders that nobody but the account of the kiosk may read."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal, TextIO

_FILE, _FOLDER = 0o600, 0o700


def private_folder(folder: Path) -> None:
    """Make a folder where there is none, 0700; one that is there keeps its mode.

    Raises:
        OSError: It cannot be made.
    """
    folder.mkdir(mode=_FOLDER, parents=True, exist_ok=True)


def private_text(path: Path, mode: Literal["w", "a", "x"]) -> TextIO:
    """Open a file for writing; one that is made is 0600 from its first byte.

    Args:
        path: The file.
        mode: As of `open`.

    Raises:
        OSError: It cannot be opened.
    """
    # Path.open takes no opener
    return open(path, mode, encoding="utf-8", newline="", opener=_opener)


@contextmanager
def new_private_file(path: Path) -> Iterator[BinaryIO]:
    """Make a file for what is about to be written, 0600; where that fails there is none.

    It gets its name when it is whole: what is killed meanwhile leaves a draft beside it at most.

    Args:
        path: The file; one that is there is not written over.

    Raises:
        OSError: It is there, or cannot be written.
    """
    _refuse_known(path)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.draft")
    file = open(draft, "xb", opener=_opener)  # noqa: SIM115  # closed below, or deleted
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _named(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _refuse_known(path: Path) -> None:
    if os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))


def _named(draft: Path, path: Path) -> None:
    """Give a draft its name, which nothing else has."""
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:  # a disk that knows no links
        _refuse_known(path)
        draft.rename(path)


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags, _FILE)
