"""A line of the log of access in words: codes are for files, people read sentences."""

from datetime import datetime

from app_pages.shell.language import Words
from verification.basics.dates import VIETNAM
from verification.basics.texts import Texts
from verification.log.events import EventKind
from verification.officers.access_log import Access
from verification.rights import SYSTEM

_TEXTS = Texts("app_pages.admin", "app_pages.shell")
words = Words(_TEXTS)
_SHORT = 8  # letters of a person's reference are enough to see one again; the export has all
# What a right was refused for, by how its name begins; the first that fits.
_ASKED = (
    ("page.", "page"),
    ("/kiosk/truy-cap", "log"),
    ("/kiosk/ai-xem-ai", "log"),
    ("officers.access_log", "log"),
    ("officers.who_saw", "log"),
    ("officers.staff", "accounts"),
    ("officers.clock", "clock"),
    ("officers.card_lists", "cards"),
    ("/kiosk/the", "cards"),
    ("/kiosk/tu-choi", "cards"),
    ("officers.keys", "keys"),
    ("officers.systems", "systems"),
    ("/api/", "systems"),
    ("adapters.hospital", "systems"),
    ("officers.upkeep", "store"),
    ("officers.store_state", "store"),
    ("officers.keeping", "store"),
    ("operations.health", "health"),
    ("operations.portal", "health"),
    ("operations.checking", "systems"),
    ("operations.rotating", "keys"),
    ("officers.log_note", "log"),
    ("review.", "cases"),
    ("/kiosk/giam-dinh", "cases"),
    ("reception.person.", "person"),
    ("/kiosk/nguoi", "person"),
    ("reception.", "desk"),
    ("exchange.waiting", "outbox"),
    ("exchange.closing", "outbox"),
    ("exchange.handover.day", "outbox"),
    ("exchange.record.", "records"),
    ("exchange.reports", "reports"),
    ("exchange.shifts", "reports"),
    ("/kiosk/ca.pdf", "reports"),
    ("exchange.moving", "difficulties"),
    ("exchange.difficulties", "difficulties"),
    ("/kiosk/bao-cao", "reports"),
    ("/kiosk/check-in", "records"),
    ("exchange.", "desk"),
    ("/kiosk/", "desk"),
)


def told(row: Access) -> dict[str, str]:
    """Return what the table shows of a line, by heading."""
    refused = row.kind is EventKind.RIGHT_REFUSED
    shown = {
        "at": moment(row.at),
        "account": row.officer,
        "kind": words(f"kind_{_kind(row)}"),
        "what": _said(f"needs.{row.what}", row.what) if refused else _words(row.what),
        "about": _asked(row.about) if refused else row.about,
        "person": " ".join(f"{one[:_SHORT]}…" for one in row.person.split()),
        "desk": row.desk,
        "address": row.address,
        "why": _said(f"told.{row.why}", row.why),
    }
    return {words(f"access_{name}"): value for name, value in shown.items()}


def moment(at: datetime) -> str:
    """Write a moment as the page's tables do."""
    return f"{at.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}"


def _kind(row: Access) -> str:
    """Return the kind as it is called: of what a desk does all day a look-up is told apart."""
    if _shows_nobody(row):
        return "asked"
    shown = row.kind is EventKind.PRESENTED and "lookup" not in row.what.split()
    return "shown" if shown else row.kind.value


def _shows_nobody(row: Access) -> bool:
    """Tell whether it stands for what a system of the hospital asked and saw nobody by."""
    return row.kind is EventKind.VIEWED and row.officer.startswith(SYSTEM) and not row.person


def _words(codes: str) -> str:
    return ", ".join(_said(f"told.{code}", _said(f"role_{code}", code)) for code in codes.split())


def _said(key: str, otherwise: str) -> str:
    found = _TEXTS.get(key)
    return found.in_language(words.lang) if found else otherwise


def _asked(name: str) -> str:
    asked = next((said for start, said in _ASKED if name.startswith(start)), None)
    if asked is None:
        return name
    page = _said(f"go_{name.removeprefix('page.')}", name)
    return words(f"asked.{asked}", name=page)
