"""The strip over every page but the desk, which draws its own: who, which pages, lock, leave."""

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from app_pages.server.house import House
from app_pages.server.portal_chip import portal_chip
from app_pages.shell.language import Words, clock_text
from app_pages.shell.pages import page_text
from app_pages.shell.trouble import trouble_button
from app_pages.shell.watch import watch
from app_pages.shell.who import session_of, title
from verification.basics.dates import VIETNAM
from verification.basics.texts import Texts
from verification.officers import signin
from verification.rights import Actor, Right, may

words = Words(Texts("app_pages.shell"))
_STYLE = """<style>
.stMainBlockContainer{padding-top:1rem}
[data-testid="stHeader"],[data-testid="stToolbar"],[data-testid="stElementToolbar"],
[data-testid="InputInstructions"]{display:none}
.st-key-strip{border-bottom:1px solid #d9e1e6;padding-bottom:.4rem}
.st-key-strip{gap:.5rem}
.st-key-strip button{padding:.2rem .45rem;min-height:2.2rem}
.kiosk-who{font-size:13px;line-height:1.5;max-width:19rem;text-align:right}
.kiosk-who>div{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
@media (max-width:640px){.kiosk-who{text-align:left}}
[data-testid="stCaptionContainer"],[data-testid="stCaptionContainer"] *,.st-key-strip kbd
{color:#52626d!important;opacity:1!important}
.kiosk-demo{background:#4b2a7b;color:#fff;text-align:center;font-size:13px;font-weight:700}
.kiosk-portal{padding:2px 8px;border-radius:99px;background:#eef3f6;color:#35546b;font-size:13px;
white-space:nowrap}
.kiosk-portal.ok{background:#e5f5ec;color:#096630}
.kiosk-portal.warn{background:#fff4dc;color:#7a4e00}
.kiosk-portal.bad{background:#fdeceb;color:#9c1f18;font-weight:700}
</style>"""


def _who(house: House, actor: Actor) -> str:
    """Return who is there, above the chip of the national portal that `watch` keeps true.

    One above the other: beside each other they push "sign out" out of the line on a small screen.
    """
    tone, text = portal_chip(house)
    chip = f'<span class="kiosk-portal {tone}">{escape(text.in_language(words.lang))}</span>'
    who = escape(title(house, actor, words.lang))
    return f'<div class="kiosk-who"><div title="{who}">{who}</div>{chip}</div>'


def strip(house: House, actor: Actor, pages: Mapping[str, Any], shown: str) -> None:
    """Draw the strip; a session that was left is taken from the screen at once.

    Args:
        house: The open kiosk.
        actor: Who is at the page.
        pages: The pages that the officer has a right to, by name.
        shown: Name of the page shown.
    """
    st.html(_STYLE)
    if house.kiosk.cards.status().demo:
        st.html(f'<div class="kiosk-demo">{words("demo")}</div>')
    left = False
    with st.container(horizontal=True, vertical_alignment="center", key="strip"):
        for name, page in pages.items():
            if st.button(page_text(name, words.lang), disabled=name == shown, key=f"go_{name}"):
                st.switch_page(page)
        trouble_button(house, shown)
        st.space("stretch")
        st.html(_who(house, actor), width="content")
        if st.button(words("strip_lock"), shortcut="Alt+K", key="strip_lock"):
            signin.lock(house.kiosk, session_of(house))
            left = True
        if st.button(words("go_ra"), key="strip_ra"):
            signin.sign_out(house.kiosk, session_of(house))
            left = True
    line = st.container(key="clock")  # always there: what follows keeps its place and its open tab
    if doubt := house.kiosk.doubt():
        line.warning(clock_text(doubt, words), icon="⚠️")
    sink = st.container(key="sink")
    if may(actor, Right.MANAGE) and (since := house.sink.failing_since):
        moment = f"{since.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
        sink.warning(words("sink_failing", since=moment), icon="⚠️")
    watch(actor, shown.replace("_", "-"), left=left)
    if left:
        st.stop()
