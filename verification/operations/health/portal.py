"""How the national portal stands, as a line of what is looked after."""

from collections.abc import Iterable

from verification.adapters.portal.wording import cause_text
from verification.basics.dates import VIETNAM
from verification.basics.texts import Text, Texts
from verification.card.portal import Portal, PortalLight
from verification.operations.health.line import Line, Tone

_TEXTS = Texts("verification.operations.health")
_TONES = {
    PortalLight.OFF: Tone.INFO,
    PortalLight.UNTRIED: Tone.INFO,
    PortalLight.WELL: Tone.OK,
    PortalLight.SLOW: Tone.WAIT,
    PortalLight.DOWN: Tone.BAD,
    PortalLight.REFUSES_US: Tone.BAD,
}


def portal_lines(portal: Portal | None) -> Iterable[Line]:
    """Return the portal's line; a house without one has a line that says so."""
    limit = _TEXTS("portal_limit")
    if portal is None:
        yield Line("portal", Tone.INFO, _TEXTS("portal_off"), limit)
        return
    state = portal.state()
    since = f"{state.since.astimezone(VIETNAM):%d/%m/%Y %H:%M}" if state.since else "–"
    said = _TEXTS(f"portal_{state.light.value}", since=since)
    if state.cause and _TONES[state.light] in {Tone.WAIT, Tone.BAD}:
        why = cause_text(state.cause)
        said = Text(f"{said.vi}: {why.vi}", f"{said.en}: {why.en}")
    yield Line("portal", _TONES[state.light], said, limit)
