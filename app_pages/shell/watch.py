"""Takes a page from the screen as soon as its session is locked or over, or its roles changed.

Where the server is not reached and nobody is there, it does so by itself, like the desk. It also
puts what Streamlit draws by itself into the page's language, opens the manual's part by F1, and
lets no scanner press what has the focus.
"""

from functools import cache
from pathlib import Path

from app_pages.server.guarded import roles_of
from app_pages.server.house import current
from app_pages.shell.language import lang
from app_pages.shell.script import Script
from verification.basics.texts import Texts
from verification.rights import Actor

_TEXTS = Texts("app_pages.shell")
_AWAY = "Mất kết nối, màn hình đã khóa. · Connection lost, the screen is locked."
# The desk has its own (`desk/browser/server.js`); every other page mounts this one.
_SCRIPT = Script(Path(__file__).parent, ("relabel", "manual_key", "scans_away", "watch"))


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


_component = _SCRIPT.inline("kiosk_watch", "<i></i>")
