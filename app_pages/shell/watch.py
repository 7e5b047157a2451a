"""Takes a page from the screen as soon as its session is locked or over, or its roles changed.

Where the server is not reached and nobody is there, it does so by itself, like the desk. It also
puts what Streamlit draws by itself into the page's language, opens the manual's part by F1, and
lets no scanner press what has the focus.
"""

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from app_pages.server.guarded import roles_of
from app_pages.server.house import current
from app_pages.shell.language import lang
from app_pages.shell.script import joined
from verification.basics.texts import Texts
from verification.rights import Actor

_FOLDER = Path(__file__).parent / "browser"
_BESIDE = ("relabel", "manual_key", "scans_away")
_TEXTS = Texts("app_pages.shell")
_AWAY = "Mất kết nối, màn hình đã khóa. · Connection lost, the screen is locked."
# The desk has its own (`desk/browser/server.js`); every other page mounts this one.
_SCRIPT = """
// The last answer of the server or sign of a person, by both clocks: a wall clock goes on while the
// machine sleeps, the other is set by nobody.
let seen;
let locked = false;
const sign = () => { seen = { wall: Date.now(), steady: performance.now() }; };
const idle = () => Math.max(Math.abs(Date.now() - seen.wall), performance.now() - seen.steady);
sign();
for (const type of ["keydown", "pointerdown"]) window.addEventListener(type, sign, true);
function lock(text) {
  locked = true;
  const note = document.createElement("h1");
  note.style = "margin: 40vh 24px 0; text-align: center; font: 600 28px system-ui, sans-serif";
  note.textContent = text;
  document.body.replaceChildren(note);
}
export default function ({ data }) {
  const answered = async (reply) => {
    if (locked || reply.status === 401) location.reload();
    if (!reply.ok) return;
    sign();
    const { roles, portal } = await reply.json();
    if (roles !== data.roles) location.reload();
    const chip = document.querySelector(".kiosk-portal");
    const text = portal?.[data.lang];
    if (!chip || !text || chip.textContent === text) return;
    chip.className = `kiosk-portal ${portal.tone}`;
    chip.textContent = text;
  };
  const ask = () => {
    if (!locked && idle() > data.idle_s * 1000) lock(data.text);
    const signal = AbortSignal.timeout(2500);
    fetch("/kiosk/alive", { cache: "no-store", signal }).then(answered).catch(() => {});
  };
  if (!locked) sign(); // what was drawn came from the server
  if (data.left) { location.reload(); return; }
  const timer = setInterval(ask, 1000);
  const ends = [keepRelabelled(data.words), keepManualKey(data.manual), keepScansAway(data.scans)];
  return () => { clearInterval(timer); ends.forEach((end) => end()); };
}
"""


def watch(actor: Actor, part: str, *, left: bool) -> None:
    """Mount it on a page.

    Args:
        actor: For whom the page was drawn.
        part: The page's part of the manual, as its address names it.
        left: Whether the session was left: the page reloads at once.
    """
    idle_s, roles = current().settings.idle_seconds, roles_of(actor)
    data = {"left": left, "idle_s": idle_s, "text": _AWAY, "roles": roles, "lang": lang()}
    blocked = _TEXTS("manual_blocked").in_language(lang())
    manual = {"address": f"/kiosk/sach/{part}?lang={lang()}", "blocked": blocked}
    own = {"manual": manual, "scans": _TEXTS("scans_away").in_language(lang())}
    _component(key="watch", data=data | {"words": relabelled(lang())} | own)


@cache
def relabelled(language: str) -> dict[str, str]:
    """Return Streamlit's own words in a language, by the English that it draws."""
    words = {name: _TEXTS(f"streamlit.{name}") for name in _TEXTS.group("streamlit")}
    return {word: text.vi for word, text in words.items()} if language != "en" else {}


_component: Any = st.components.v2.component(
    "kiosk_watch", js=joined(_FOLDER, _BESIDE) + _SCRIPT, html="<i></i>"
)
