"""The parts of the manual, and which files of `docs/` are read in the house: by a list alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from verification import ROOT
from verification.basics.texts import Text, Texts

_TEXTS = Texts("app_pages.help")
DOCS = ROOT / "docs"
ADDRESS = "/kiosk/sach"
KEY_CARD = "phim"


@dataclass(frozen=True)
class Part:
    """A part of the manual.

    Args:
        name: As its address names it; a page's is called as the page.
        title: What it is called.
        vi: Its file below `docs/`.
        en: Its short form in English.
    """

    name: str
    title: Text
    vi: str
    en: str

    def file(self, lang: str) -> str:
        """Return its file in a language."""
        return self.en if lang == "en" else self.vi


_ENGLISH = {
    "le-tan": "desk",
    "giam-dinh": "auditor",
    "quan-tri": "administrator",
    "tro-giup": "help",
    "muc-huong": "rates",
    "tai-khoan": "account",
}
PARTS: Mapping[str, Part] = {
    name: Part(name, _TEXTS(f"manual.{name}"), f"{name}.md", f"en/{english}.md")
    for name, english in _ENGLISH.items()
}
"""The parts that are written, by name; the key card is made of the keys themselves."""


@cache
def pages() -> Mapping[str, str]:
    """Return the file below `docs/` by the name in its address, of every page there is."""
    named = {path.stem: path.name for path in sorted(DOCS.glob("*.md"))}
    short = {f"en-{path.stem}": f"en/{path.name}" for path in sorted(DOCS.glob("en/*.md"))}
    return {**named, **short}


@cache
def pictures() -> Mapping[str, Path]:
    """Return the pictures of `docs/` by name."""
    return {path.name: path for path in DOCS.glob("*.png")}


def address_of(file: str, lang: str) -> str | None:
    """Return where a file below `docs/` is read in the house; None where it is not.

    Args:
        file: Its path below `docs/`.
        lang: The language that is read.
    """
    for part in PARTS.values():
        if file in {part.vi, part.en}:
            return f"{ADDRESS}/{part.name}?lang={'en' if file == part.en else 'vi'}"
    found = next((name for name, path in pages().items() if path == file), None)
    return f"{ADDRESS}/{found}?lang={lang}" if found else None
