"""The browser side of the reception page, as one Streamlit component.

Its scripts lie in `browser/`, one purpose each.
"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from app_pages.shell.script import Script
from verification.basics.texts import Texts

_TEXTS = Texts("app_pages.desk")
SCRIPT = Script(
    Path(__file__).parent,
    (
        "scans",
        "server",
        "sound",
        "camera",
        "server_camera",
        "looking",
        "repair",
        "box",
        "keys",
        "pending",
        "picture",
        "portal",
        "copay",
        "queue",
        "sheet",
        "handover",
        "elsewhere",
        "slip",
        "today",
        "menus",
        "view",
        "main",
    ),
    # one for each thing that is drawn
    ("desk", "today", "menus", "queue", "finding", "portal", "handover"),
)


@cache
def texts(lang: str) -> dict[str, str]:
    """Return the component's fixed words in a language, Vietnamese where it has no other."""
    return {key: _TEXTS(f"browser.{key}").in_language(lang) for key in _TEXTS.group("browser")}


def desk(view: Mapping[str, object], on_event: Callable[[], None]) -> Mapping[str, object] | None:
    """Draw the desk.

    Args:
        view: What it shows, all in the right language and masked; `texts` may be left out.
        on_event: Called before the run that an event of the browser starts.

    Returns:
        The event of this run, if any.
    """
    words = texts(str(view.get("lang", "vi")))
    result = _component(key="desk", data={"texts": words, **view}, on_event_change=on_event)
    event = result.get("event")
    return event if isinstance(event, Mapping) else None


_component = SCRIPT.component("kiosk_desk")
