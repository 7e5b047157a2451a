"""The tab "kiosk có ổn không": every thing that is looked after, the worst first."""

from dataclasses import fields

import streamlit as st

from app_pages.admin.forms import refused, take
from app_pages.admin.portal import portal_steps
from app_pages.admin.tables import Toned, banner, table
from app_pages.server.house import House
from app_pages.shell.language import Words, in_language
from verification.basics.texts import Texts
from verification.operations.health.line import Line, Tone, worst, worst_first
from verification.operations.health.verifying import verify
from verification.operations.health.watching import state
from verification.operations.settings import Settings, without_secrets
from verification.rights import Actor

words = Words(Texts("app_pages.admin", "verification.operations.health"))
_SIGNS = {Tone.BAD: "✕", Tone.WAIT: "!", Tone.OK: "✓", Tone.INFO: "·"}
_LOOKS = {Tone.BAD: "bad", Tone.WAIT: "wait", Tone.OK: "ok", Tone.INFO: ""}


def health_tab(house: House, actor: Actor) -> None:
    """Draw the tab."""
    _now(house, actor)
    if house.portal_checks:
        portal_steps(house, actor, house.portal_checks)
    with st.expander(words("health_settings")):
        st.caption(words("health_settings_how"))
        table([words("health_setting"), words("health_value")], _settings(house.settings))


@st.fragment(run_every="10s")
def _now(house: House, actor: Actor) -> None:
    found = state(actor, house.kiosk, house.health)
    tone = worst(found)
    needed = tone in {Tone.BAD, Tone.WAIT}
    count = sum(line.tone is tone for line in found)
    said = words(f"health_{tone.value}" if needed else "health_ok", n=count)
    banner(Toned(f"{_SIGNS[tone] if needed else _SIGNS[Tone.OK]} {said}", _LOOKS[tone] or "ok"))
    heading = [words(f"health_{name}") for name in ("thing", "state", "limit")]
    table(heading, [_row(line) for line in worst_first(found)])
    _verifying(house, actor)


def _verifying(house: House, actor: Actor) -> None:
    """Offer to verify the log, say that it goes on, and why it came to nothing."""
    refused("verify")
    if house.verifying.trouble:
        st.error(in_language(house.verifying.trouble))
    if house.verifying.running:
        st.info(words("health_verifying"))
    elif st.button(words("health_verify"), key="verify"):
        take("verify", lambda: verify(actor, house.kiosk, house.verifying))


def _row(line: Line) -> list[str | Toned]:
    told = f"{_SIGNS[line.tone]} {words(f'line_{line.key}')}"
    return [Toned(told, _LOOKS[line.tone]), in_language(line.state), in_language(line.limit)]


def _settings(settings: Settings) -> list[tuple[str, str]]:
    told = without_secrets(settings)
    return [(name, told[name]) for name in (one.name for one in fields(settings)) if name in told]
