"""What is where a house's store should be, asked before it is opened, of whatever engine it is."""

from pathlib import Path
from types import ModuleType

from verification.adapters.store.heads import heads_in
from verification.adapters.store.sql.wrapped import misfit as misfit_of
from verification.adapters.store.sqlite import beforehand, wrapped
from verification.basics.errors import RequestError, StoreError
from verification.operations.settings import Settings


def holds_log(settings: Settings) -> bool:
    """Tell whether a log is there; a file that cannot be read is told by who opens it.

    Raises:
        StoreError: The PostgreSQL cannot be reached.
    """
    if settings.postgres is None:
        return beforehand.holds_log(settings.db)
    return bool(_postgres().holds_log(settings.postgres))


def is_emptied(settings: Settings) -> bool:
    """Tell whether a log holds no event though heads of it were noted.

    Raises:
        StoreError: The PostgreSQL cannot be reached.
    """
    if settings.postgres is None:
        return beforehand.is_emptied(settings.db)
    noted = bool(heads_in(settings.head_file))
    return noted and not _postgres().has_events(settings.postgres)


def is_used(settings: Settings) -> bool:
    """Tell whether something is there that belongs to a key.

    Raises:
        StoreError: It cannot be read.
    """
    if settings.postgres is None:
        return wrapped.is_used(settings.db)
    return bool(_postgres().is_used(settings.postgres))


def opens(settings: Settings, master_key: bytes) -> bool:
    """Tell whether a master key fits what is there.

    Raises:
        StoreError: It cannot be read.
    """
    if settings.postgres is None:
        return wrapped.opens(settings.db, master_key)
    return bool(_postgres().opens(settings.postgres, master_key))


def misfit(settings: Settings) -> StoreError:
    """Return what is said of a master key that does not open what is there."""
    name = settings.postgres.name if settings.postgres else settings.db.name
    return misfit_of(name)


def file_of(settings: Settings) -> Path:
    """Return the file of the log, for what is done to a file alone.

    Raises:
        RequestError: The log is on PostgreSQL.
    """
    if settings.postgres is not None:
        raise RequestError(
            f"Việc này chỉ làm được trên tệp SQLite; kho này ở PostgreSQL {settings.store}: xem "
            "docs/postgres.md",
            "This is done to a SQLite file alone; this store is on the PostgreSQL "
            f"{settings.store}: see docs/postgres.md",
        )
    return settings.db


def _postgres() -> ModuleType:
    """Return what asks a PostgreSQL; only a house that has one has its library."""
    from verification.adapters.store.postgres import beforehand  # noqa: PLC0415 - as said

    return beforehand
