"""The way to the national portal, step by step, under the lines of what is looked after."""

import streamlit as st

from app_pages.admin.tables import Toned, table
from app_pages.server.house import House
from app_pages.shell.language import Words, in_language
from verification.adapters.portal.checking import CheckLine, CheckState, PortalChecks
from verification.adapters.portal.wording import line_text, step_text
from verification.basics.dates import VIETNAM
from verification.basics.texts import Texts
from verification.operations.portal import check_portal
from verification.rights import Actor

words = Words(Texts("app_pages.admin"))
_SIGNS = {CheckState.OK: "✓", CheckState.FAILED: "✕", CheckState.NOT_TRIED: "·"}
_LOOKS = {CheckState.OK: "ok", CheckState.FAILED: "bad", CheckState.NOT_TRIED: ""}


def portal_steps(house: House, actor: Actor, checks: PortalChecks) -> None:
    """Draw the steps as they were found last, and offer to try them now."""
    st.markdown(f"**{words('portal_title')}**")
    # asked again and again only while there is something to come
    watched = st.fragment(run_every="1s") if checks.running else st.fragment
    watched(_steps)(checks, running=checks.running)
    if st.button(words("portal_check"), key="portal_check"):
        check_portal(actor, house.kiosk, checks)
        st.rerun()


def _steps(checks: PortalChecks, *, running: bool) -> None:
    if running and not checks.running:
        st.rerun()
    if checks.running:
        st.info(words("portal_checking"))
    elif checks.at:
        at = f"{checks.at.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
        st.caption(words("portal_at", at=at))
    else:
        st.caption(words("portal_never"))
    if checks.lines:
        heading = [words("portal_step"), words("portal_found")]
        table(heading, [_row(line) for line in checks.lines])


def _row(line: CheckLine) -> list[str | Toned]:
    step = f"{_SIGNS[line.state]} {in_language(step_text(line))}"
    return [Toned(step, _LOOKS[line.state]), in_language(line_text(line))]
