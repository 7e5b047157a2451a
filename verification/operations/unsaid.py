"""What a real house has not said yet: where its backups and the heads of its log go."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from verification import ROOT
from verification.basics.errors import KioskError, SettingsError
from verification.basics.texts import Text
from verification.operations.answers import ASKED, keep
from verification.operations.backup_settings import OFF
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
    if not settings.real or settings.db.exists():
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
        _refuse(db, name, answer)
    except KioskError as error:
        return str(error)
    return ""


def _refuse(db: Path, name: str, answer: str) -> None:
    if answer.lower() == OFF or (name == "head" and answer.startswith(("https://", "http://"))):
        return
    folder = ROOT / answer if name == "backup" else (ROOT / answer).parent
    if not folder.is_dir():
        raise SettingsError(
            f"Không có thư mục {folder}: hãy gắn đĩa đó hoặc tạo thư mục, hoặc gõ {OFF}",
            f"There is no folder {folder}: mount its disk, make it, or type {OFF}",
        )
    if folder.resolve() == db.parent.resolve():
        raise SettingsError(
            f"{folder} là thư mục của dữ liệu đang dùng: hãy chọn đĩa khác",
            f"{folder} is the folder of the store itself: choose another disk",
        )


def _line(text: Text) -> str:
    return f"{text.vi} / {text.en}"
