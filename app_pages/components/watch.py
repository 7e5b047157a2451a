"""Takes a page from the screen as soon as its session is locked or over."""

from typing import Any

import streamlit as st

# The desk has its own (`desk/server.js`); every other page mounts this one.
_SCRIPT = """
export default function ({ data }) {
  const ask = () => fetch("/kiosk/alive", { cache: "no-store" }).then(
    (reply) => { if (reply.status === 401) location.reload(); }, () => {});
  if (data.left) { location.reload(); return; }
  const timer = setInterval(ask, 2000);
  return () => clearInterval(timer);
}
"""


def watch(*, left: bool) -> None:
    """Mount it; `left` reloads at once."""
    _component(key="watch", data={"left": left})


_component: Any = st.components.v2.component("kiosk_watch", js=_SCRIPT, html="<i></i>")
