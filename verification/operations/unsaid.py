"""What a real house has not said yet: where its backups and the heads of its log go."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from verification import ROOT
from verification.basics.errors import KioskError
from verification.basics.texts import Text
from verification.operations.answers import ASKED, keep
from verification.operations.backup.making import refuse_place
from verification.operations.backup_settings import OFF
from verification.operations.beforehand import holds_log
from verification.operations.settings import Settings, read_settings
from verification.operations.texts import TEXTS


def unsaid(settings: Settings) -> Sequence[Text]:
    """Return a sentence with the line to add, for each that is not answered; `off` is an answer.

    Args:
        settings: Of the installation; a house for trying out is not asked.
    """
    return [TEXTS(f"unsaid.{name}") for name in settings.unsaid] if settings.real else []


def ask(
    environ: Mapping[str, str], hears: Callable[[], str], says: Callable[[str], object]
) -> None:
    """Ask a real house that begins what it has not said, and keep its answers.

    Only where there is no log yet: later nobody may be there to answer, and desks wait. An empty
    answer is for another time; it is told at each start.

    Args:
        environ: The environment.
        hears: Returns a line that was typed.
        says: Shows a line.

    Raises:
        StoreError: An answer cannot be kept.
    """
    settings = read_settings(environ)
    if not settings.real or settings.db.exists() or (settings.postgres and holds_log(settings)):
        return
    for name in settings.unsaid:
        says(_line(TEXTS(f"ask.{name}")))
        while answer := hears().strip():
            if wrong := _wrong(environ, settings.db, name, answer):
                says(wrong)
                continue
            keep(settings.db, ASKED[name], answer)
            break


def _wrong(environ: Mapping[str, str], db: Path, name: str, answer: str) -> str:
    """Return why an answer cannot be used, empty where it can."""
    try:
        read_settings({**environ, ASKED[name]: answer})
        if folder := _folder_of(name, answer):
            refuse_place(db, folder)
    except KioskError as error:
        return str(error)
    return ""


def _folder_of(name: str, answer: str) -> Path | None:
    """Return the folder that an answer needs; None where it needs none."""
    if answer.lower() == OFF or (name == "head" and answer.startswith(("https://", "http://"))):
        return None
    return ROOT / answer if name == "backup" else (ROOT / answer).parent


def _line(text: Text) -> str:
    return f"{text.vi} / {text.en}"
