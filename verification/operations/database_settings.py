"""The settings of where a store lies: a file, or a PostgreSQL and a folder of this server."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from verification.adapters.store.postgres.address import Address, read_address
from verification.basics.errors import SettingsError
from verification.operations.answers import ASKED
from verification.operations.backup_settings import OFF

USUAL_FILE = "data/kiosk.db"
USUAL_FOLDER = "data/postgres"
_BACKUP = "KIOSK_BACKUP"
_NAME = "postgres"  # what lies in the folder is called after it, as after the file
_OF_THE_WEB = re.compile(r"\s*[A-Za-z][A-Za-z0-9+.-]+:/")  # a drive of Windows is one letter
ON_POSTGRES = ("KIOSK_HEAD_FILE", "KIOSK_FOLDER", "KIOSK_DB_REPLICA")
"""What is set for a PostgreSQL alone."""
_LIBRARIES = ("psycopg", "psycopg_pool")
_OTHERS = 0o077


@dataclass(frozen=True)
class Database:
    """Where the store lies.

    Args:
        db: The log's file; on PostgreSQL a name in the folder of this server that no file has.
        heads: `KIOSK_HEAD_FILE`, None for the usual file beside the log's.
        postgres: The PostgreSQL, None where the store is a file.
        replica: `KIOSK_DB_REPLICA`, a copy of it for who only reads, or None.
    """

    db: Path
    heads: Path | None = None
    postgres: Address | None = None
    replica: Address | None = None

    @property
    def asked(self) -> Mapping[str, str]:
        """Return the settings that a real house is asked for, by their keys."""
        kept = {key: name for key, name in ASKED.items() if name != _BACKUP}
        return kept if self.postgres else ASKED


def read_database(environ: Mapping[str, str], root: Path) -> Database:
    """Read where the store lies.

    Args:
        environ: The environment.
        root: Folder that a relative file starts at.

    Raises:
        SettingsError: One of them is wrong or missing; the sentence says which, and repeats none.
    """
    given = environ.get("KIOSK_DB") or USUAL_FILE
    if _OF_THE_WEB.match(given):
        return _on_postgres(environ, root, given.strip())
    if needless := [name for name in ON_POSTGRES if environ.get(name, "").strip()]:
        raise SettingsError(
            f"{', '.join(needless)} chỉ dùng khi KIOSK_DB là địa chỉ postgresql://…",
            f"{', '.join(needless)} is for a KIOSK_DB that is an address postgresql://…",
        )
    db = root / given
    return Database(db)


def _on_postgres(environ: Mapping[str, str], root: Path, given: str) -> Database:
    address = address_of(given, environ, root)
    needed = {name: environ.get(name, "").strip() for name in ("KIOSK_KEY_FILE", "KIOSK_HEAD_FILE")}
    if missing := [name for name, value in needed.items() if not value]:
        raise SettingsError(
            f"Thiếu thiết lập {', '.join(missing)}: kho ở PostgreSQL cần khóa và tệp đầu chuỗi nằm "
            "ngoài cơ sở dữ liệu",
            f"Setting {', '.join(missing)} is missing: a store on PostgreSQL needs its key and its "
            "file of heads outside the database",
        )
    replica = environ.get("KIOSK_DB_REPLICA", "").strip()
    folder = root / (environ.get("KIOSK_FOLDER", "").strip() or USUAL_FOLDER)
    return Database(
        folder / _NAME,
        root / needed["KIOSK_HEAD_FILE"],
        address,
        read_address("KIOSK_DB_REPLICA", replica) if replica else None,
    )


def address_of(
    given: str, environ: Mapping[str, str], root: Path = Path(), setting: str = "KIOSK_DB"
) -> Address:
    """Return the address of a PostgreSQL, if it can be used from here.

    Args:
        given: The address.
        environ: The environment.
        root: Folder that a relative file starts at.
        setting: What named it, for the sentence.

    Raises:
        SettingsError: It is none, it or the environment shows a password, or the library lacks.
    """
    address = read_address(setting, given)
    _refuse_passwords(environ, root)
    refuse_without_libraries(setting)
    return address


def _refuse_passwords(environ: Mapping[str, str], root: Path) -> None:
    """Refuse a password that others see, and a file of it that libpq would leave unread."""
    if environ.get("PGPASSWORD"):
        raise SettingsError(
            "PGPASSWORD: hãy bỏ; mật khẩu nằm trong tệp mà PGPASSFILE chỉ tới",
            "PGPASSWORD: take it away; the password stands in the file that PGPASSFILE names",
        )
    named = environ.get("PGPASSFILE", "")
    if not named:
        return
    try:
        mode = (root / named).stat().st_mode
    except OSError:
        raise SettingsError(
            "PGPASSFILE: không có tệp đó, hoặc kiosk không được đọc",
            "PGPASSFILE: there is no such file, or the kiosk may not read it",
        ) from None
    if os.name == "posix" and mode & _OTHERS:
        raise SettingsError(
            "PGPASSFILE: người khác cũng đọc được tệp đó; hãy chạy chmod 600",
            "PGPASSFILE: others may read that file, too; run chmod 600",
        )


def refuse_backup(environ: Mapping[str, str], where: Database) -> None:
    """Refuse a daily backup of what the kiosk cannot back up.

    Args:
        environ: The environment, with what the first start was answered.
        where: Where the store lies.

    Raises:
        SettingsError: A store on PostgreSQL is to be backed up by the kiosk.
    """
    if where.postgres and environ.get(_BACKUP, "").strip().lower() not in {"", OFF}:
        raise SettingsError(
            f"{_BACKUP} chỉ sao lưu tệp SQLite; kho ở PostgreSQL được sao lưu bằng công cụ của "
            "PostgreSQL, xem docs/postgres.md",
            f"{_BACKUP} backs up a SQLite file alone; a store on PostgreSQL is backed up by "
            "PostgreSQL's own tools, see docs/postgres.md",
        )


def refuse_without_libraries(setting: str) -> None:
    """Refuse a PostgreSQL where what speaks to it is not installed.

    Args:
        setting: What names the PostgreSQL, for the sentence.

    Raises:
        SettingsError: It is not.
    """
    if not all(find_spec(name) for name in _LIBRARIES):
        raise SettingsError(
            f"{setting}: thiếu thư viện psycopg; hãy chạy: python -m verification setup --postgres",
            f"{setting}: the library psycopg is missing; run: python -m verification setup "
            "--postgres",
        )
