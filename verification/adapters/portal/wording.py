"""Says how the way to the portal stands: what a cause means, and who mends it."""

import re

from verification.adapters.portal.checking import CheckLine, CheckState
from verification.basics.texts import Text, Texts
from verification.card.portal import Cause

_TEXTS = Texts("verification.adapters.portal")
_TOLD = re.compile(r"KIOSK_[A-Z0-9_]+|HTTP \d{3}|\d{3}", re.ASCII)


def line_text(line: CheckLine) -> Text:
    """Return how a step stands, in words."""
    if line.state is CheckState.OK:
        return _TEXTS("state_ok")
    if line.cause:
        return cause_text(line.cause, line.detail)
    return _TEXTS("not_needed" if line.detail else "state_not_tried")


def step_text(line: CheckLine) -> Text:
    """Return the name of a step."""
    return _TEXTS(f"step_{line.step.value}")


def cause_text(cause: Cause, detail: str | None = None) -> Text:
    """Return what a cause means and who mends it; a detail that says more to people is added."""
    said = _TEXTS(f"cause_{cause.value}")
    if cause is Cause.TLS and (closer := _TEXTS.get(f"tls_{detail}")):
        return closer
    if not detail or not _TOLD.fullmatch(detail) or detail in said.vi:
        return said
    return Text(f"{said.vi} ({detail})", f"{said.en} ({detail})")
