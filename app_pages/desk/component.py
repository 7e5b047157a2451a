"""The browser side of the reception page, as one Streamlit component.

Its scripts lie in `browser/`, one purpose each.
"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from app_pages.shell.script import joined
from verification.basics.texts import Texts

_FOLDER = Path(__file__).parent
_TEXTS = Texts("app_pages.desk")
# Each file may use what those before it define; main.js holds the export.
_SCRIPTS = (
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
)


# One for each thing that is drawn; a later one may narrow what an earlier one says.
_STYLES = ("desk", "today", "menus", "queue", "finding", "portal", "handover")


def script() -> str:
    """Return the component's script."""
    return joined(_FOLDER / "browser", _SCRIPTS)


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


# Registered once, when the module is imported; Streamlit warns of a second registration.
_component: Any = st.components.v2.component(
    "kiosk_desk",
    css="\n".join((_FOLDER / f"{name}.css").read_text(encoding="utf-8") for name in _STYLES),
    js=script(),
    isolate_styles=True,
)
