"""The browser side of handing a list in: chosen, sent, and how far the server is in reading it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app_pages.server.house import House
from app_pages.server.limits import LIMITS
from app_pages.shell.language import Words
from app_pages.shell.script import Script
from verification.basics.texts import Texts

SCRIPT = Script(Path(__file__).parent, ("upload",), ("upload",))
words = Words(Texts("app_pages.admin", "app_pages.shell"))
_SAYS = (
    "choose",
    "sending",
    "cancel",
    "cancelled",
    "large",
    "cut",
    "away",
    "read",
    "waiting",
    "left",
)


def upload(house: House) -> Mapping[str, Any]:
    """Draw it; return the event of this run, empty where there is none."""
    running, most = house.lists.running, LIMITS.uploads.bytes
    view = {
        "token": house.token,
        "lang": words.lang,
        "most": most,
        "running": running.number if running else None,
        "texts": {name: words(f"upload_{name}") for name in _SAYS},
    }
    result = _component(key="upload", data=view, on_event_change=lambda: None)
    event = result.get("event")
    return event if isinstance(event, Mapping) else {}


_component = SCRIPT.component("kiosk_upload")
