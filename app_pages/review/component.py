"""The browser side of the auditor's page, as one Streamlit component."""

from collections.abc import Callable, Mapping
from pathlib import Path

from app_pages.shell.script import Script

SCRIPT = Script(
    Path(__file__).parent,
    ("timeline", "stats", "view", "search", "undo", "acts", "main"),
    ("case", "search", "stats"),
)


def case_desk(view: Mapping[str, object], on_event: Callable[[], None]) -> None:
    """Draw the auditor's desk.

    Args:
        view: What it shows, all in the right language and masked.
        on_event: Called before the run that an event of the browser starts.
    """
    _component(key="case", data=dict(view), on_event_change=on_event)


_component = SCRIPT.component("kiosk_case")
