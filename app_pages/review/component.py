"""The browser side of the auditor's page, as one Streamlit component."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from app_pages.shell.script import joined

_FOLDER = Path(__file__).parent
# Each file may use what those before it define; main.js holds the export.
_SCRIPTS = ("timeline", "stats", "view", "search", "undo", "acts", "main")
_STYLES = ("case", "search", "stats")


def script() -> str:
    """Return the component's script."""
    return joined(_FOLDER / "browser", _SCRIPTS)


def case_desk(view: Mapping[str, object], on_event: Callable[[], None]) -> None:
    """Draw the auditor's desk.

    Args:
        view: What it shows, all in the right language and masked.
        on_event: Called before the run that an event of the browser starts.
    """
    _component(key="case", data=dict(view), on_event_change=on_event)


_component: Any = st.components.v2.component(
    "kiosk_case",
    css="\n".join((_FOLDER / f"{name}.css").read_text(encoding="utf-8") for name in _STYLES),
    js=script(),
    isolate_styles=True,
)
