"""The browser's part of a component: its files as one script at an address that browsers keep.

Streamlit sends what it is given as text again at each run of a page. At fifty desks that was four
fifths of all that the server sent, so it is given the address only.
"""

import json
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import streamlit as st

from app_pages.shell.kept import Kept

_FOLDER = Path(__file__).parent / "browser"
# What every component draws with, text from outside as text nodes; and the manual beside it.
_SHARED = (_FOLDER / "el.js", _FOLDER / "beside.js")
# The style is there before anything is drawn: one that loads by itself comes behind it. A server
# that is not reached is asked on, each time at another address: a browser remembers what failed.
# Where the session is over, or another version lies there by now, the page is loaded anew.
_LOADS = """
async function loaded() {
  for (let tries = 0; ; tries += 1) {
    try {
      return await import(new URL(`%s${tries ? `?${tries}` : ""}`, location.origin));
    } catch {
      const { status } = await fetch("/kiosk/alive", { cache: "no-store" }).catch(() => ({}));
      if (status === 401 || (status === 200 && tries > 9)) location.reload();
      await new Promise((later) => setTimeout(later, Math.min(5000, 250 * 2 ** tries)));
    }
  }
}
const { default: draw, STYLE } = await loaded();
const style = new CSSStyleSheet();
style.replaceSync(STYLE);
export default function (component) {
  component.parentElement.adoptedStyleSheets = [style];
  return draw(component);
}
"""


class Script:
    """The script and the style of a component.

    Args:
        room: Where the styles lie, and the scripts in `browser/`.
        scripts: Each file may use what those before it define; the last holds the export.
        styles: A later one may narrow what an earlier one says.
    """

    def __init__(self, room: Path, scripts: Sequence[str], styles: Sequence[str] = ()) -> None:
        self._room, self._scripts, self._styles = room, scripts, styles

    @cached_property
    def text(self) -> str:
        """Return the scripts, joined in their order behind what all of them draw with."""
        files = [*_SHARED, *(self._room / "browser" / f"{name}.js" for name in self._scripts)]
        return _joined(files)

    @cached_property
    def kept(self) -> Kept:
        """Return all of it as it is served."""
        style = _joined([self._room / f"{name}.css" for name in self._styles])
        text = f"{self.text}\nexport const STYLE = {json.dumps(style)};\n"
        return Kept(text.encode(), ".js", "text/javascript")

    def component(self, name: str) -> Callable[..., Any]:
        """Register the component; once, when its module is imported: Streamlit warns of a second.

        Returns:
            What mounts it.
        """
        return st.components.v2.component(name, js=_LOADS % self.kept.path, isolate_styles=True)

    def inline(self, name: str, html: str) -> Callable[..., Any]:
        """Register one that is sent as text each time: it works where nothing else comes any more.

        Args:
            name: Of the component, which has no style.
            html: What its root holds before it is drawn.

        Returns:
            What mounts it.
        """
        return st.components.v2.component(name, js=self.text, html=html)


def _joined(files: Sequence[Path]) -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in files)
