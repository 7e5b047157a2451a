"""What the first start was answered: kept beside the database, below the environment."""

import errno
import os
from collections.abc import Mapping
from pathlib import Path

from verification.basics.errors import SettingsError, StoreError
from verification.basics.private import private_folder, private_text

ASKED = {"backup": "KIOSK_BACKUP", "head": "KIOSK_HEAD_SINK"}
"""The settings that a real house is asked for."""
_NO_PATH = {errno.ENAMETOOLONG, errno.ELOOP}  # whoever opens the database says so


def answers_file(db: Path) -> Path:
    """Return where the answers of a house lie."""
    return db.with_name(f"{db.name}.answers")


def with_answers(environ: Mapping[str, str], db: Path) -> Mapping[str, str]:
    """Return the environment, and what was answered where it says nothing.

    Raises:
        SettingsError: The answers cannot be read, or one of their lines is none.
    """
    kept = _kept(answers_file(db))
    silent = {name: answer for name, answer in kept.items() if not environ.get(name, "").strip()}
    return {**environ, **silent} if silent else environ


def keep(db: Path, name: str, answer: str) -> None:
    """Keep an answer beside the others; a file that is there is replaced whole.

    Raises:
        StoreError: It cannot be written.
    """
    file = answers_file(db)
    kept = {**_kept(file), name: answer}
    draft = file.with_name(f"{file.name}.draft")
    try:
        private_folder(file.parent)
        with private_text(draft, "w") as written:
            written.writelines(f"{one}={said}\n" for one, said in kept.items())
            written.flush()
            os.fsync(written.fileno())
        draft.replace(file)
    except OSError as error:
        raise StoreError(f"Không ghi được {file.name}", f"{file.name} cannot be written") from error


def _kept(file: Path) -> dict[str, str]:
    try:
        lines = file.read_text(encoding="utf-8").split("\n")  # an answer may hold other marks
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        if isinstance(error, OSError) and error.errno in _NO_PATH:
            return {}
        raise _unread(file) from error
    pairs = [line.partition("=") for line in lines if line.strip() and not line.startswith("#")]
    if not all(name in ASKED.values() and said.strip() for name, _, said in pairs):
        raise _unread(file)
    return {name: said.strip() for name, _, said in pairs}


def _unread(file: Path) -> SettingsError:
    names = ", ".join(ASKED.values())
    return SettingsError(
        f"Không đọc được {file.name}: mỗi dòng phải là một trong {names}, dấu = và câu trả lời",
        f"{file.name} cannot be read: each line is one of {names}, = and the answer",
    )
