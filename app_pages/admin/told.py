"""A line of the log of access in words: codes are for files, people read sentences."""

from datetime import datetime

from app_pages.shell.language import Words
from verification.basics.dates import VIETNAM
from verification.basics.texts import Texts
from verification.log.events import EventKind
from verification.officers.access_log import Access

_TEXTS = Texts("app_pages.admin", "app_pages.shell")
words = Words(_TEXTS)
_SHORT = 8  # letters of a person's reference are enough to see one again; the export has all
# What a right was refused for, by how its name begins; the first that fits.
_ASKED = (
    ("page.", "page"),
    ("/kiosk/truy-cap", "log"),
    ("officers.access_log", "log"),
    ("officers.staff", "accounts"),
    ("officers.clock", "clock"),
    ("officers.keys", "keys"),
    ("officers.upkeep", "store"),
    ("officers.store_state", "store"),
    ("review.", "cases"),
    ("/kiosk/giam-dinh", "cases"),
    ("reception.", "desk"),
    ("exchange.", "desk"),
    ("/kiosk/", "desk"),
)


def told(row: Access) -> dict[str, str]:
    """Return what the table shows of a line, by heading."""
    refused = row.kind is EventKind.RIGHT_REFUSED
    shown = {
        "at": moment(row.at),
        "account": row.officer,
        "kind": words(f"kind_{row.kind.value}"),
        "what": words(f"needs.{row.what}") if refused else _words(row.what),
        "about": _asked(row.about) if refused else row.about,
        "person": " ".join(f"{one[:_SHORT]}…" for one in row.person.split()),
        "desk": row.desk,
        "address": row.address,
        "why": _words(row.why),
    }
    return {words(f"access_{name}"): value for name, value in shown.items()}


def moment(at: datetime) -> str:
    """Write a moment as the page's tables do."""
    return f"{at.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}"


def _words(codes: str) -> str:
    found = {
        code: _TEXTS.get(f"told.{code}") or _TEXTS.get(f"role_{code}") for code in codes.split()
    }
    return ", ".join(text.in_language(words.lang) if text else code for code, text in found.items())


def _asked(name: str) -> str:
    asked = next((said for start, said in _ASKED if name.startswith(start)), None)
    if asked is None:
        return name
    page = _TEXTS.get(f"go_{name.removeprefix('page.')}") if asked == "page" else None
    return (
        words(f"asked.{asked}", name=page or name) if asked == "page" else words(f"asked.{asked}")
    )
