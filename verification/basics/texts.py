"""What the kiosk says, in Vietnamese and English, and the one way to look it up.

Each room keeps its words in a `texts.toml` beside its code, in tables of any depth; the words of a
key stand as `key = { vi = "…", en = "…" }` and are looked up by all the names on the way to them,
`table.key`. What more than one room says stands in `basics/texts.toml`.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from string import Formatter
from typing import Any

LANGUAGES = ("vi", "en")
_SHARED = "verification.basics"


class UnknownText(KeyError):
    """Words were asked for that no room has: a mistake in the code, never one of a person."""


class UnfitText(ValueError):
    """Words that a file holds lack a language, or differ in their placeholders."""


@dataclass(frozen=True)
class Text:
    """The same words in both languages."""

    vi: str
    en: str

    @staticmethod
    def of(entry: Mapping[str, object]) -> "Text":
        """Return the words of a file's entry; what else stands in it is let be.

        Raises:
            UnfitText: A language is missing.
        """
        vi, en = (entry.get(lang) for lang in LANGUAGES)
        if not isinstance(vi, str) or not isinstance(en, str):
            raise UnfitText(f"vi, en: {dict(entry)!r}")
        return Text(vi, en)

    def in_language(self, lang: str) -> str:
        """Return the words in `vi` or `en`."""
        return self.en if lang == "en" else self.vi

    def filled(self, params: Mapping[str, object]) -> "Text":
        """Return it with its `{placeholders}` replaced; a value is never read as a template.

        Args:
            params: By name; a text fills in its words of the same language.
        """
        return Text(*(self.in_language(lang).format_map(_in(lang, params)) for lang in LANGUAGES))

    def checked(self) -> "Text":
        """Return it, once both languages are there and name the same placeholders.

        Raises:
            UnfitText: They do not.
        """
        if not (self.vi.strip() and self.en.strip()) or _holes(self.vi) != _holes(self.en):
            raise UnfitText(f"{self.vi!r} / {self.en!r}")
        return self


class Texts:
    """The words that a room says: its own, and those of the rooms below it that it says too.

    Args:
        rooms: Packages with a `texts.toml`, the room itself first; what is shared comes last.
    """

    def __init__(self, *rooms: str) -> None:
        self._rooms = (*rooms, _SHARED)

    def __call__(self, key: str, /, **params: object) -> Text:
        """Return the words of a key, filled in.

        Raises:
            UnknownText: No room has the key.
        """
        found = self.get(key)
        if found is None:
            raise UnknownText(f"{key}: {', '.join(self._rooms)}")
        return found.filled(params) if params else found

    def get(self, key: str) -> Text | None:
        """Return the words of a key that need not be there, unfilled."""
        return next((own[key] for own in map(of_room, self._rooms) if key in own), None)

    def group(self, name: str) -> Iterator[str]:
        """Iterate over the keys of a table of the room's own, without its name, in their order."""
        start = f"{name}."
        return (key[len(start) :] for key in of_room(self._rooms[0]) if key.startswith(start))


@cache
def of_room(room: str) -> Mapping[str, Text]:
    """Return a room's own words by key, checked.

    Raises:
        UnfitText: Some lack a language, or differ in their placeholders.
    """
    return dict(_flat(read(room, "texts.toml")))


def read(room: str, name: str) -> dict[str, Any]:
    """Return what a TOML file beside a room's code holds."""
    return tomllib.loads(resources.files(room).joinpath(name).read_text("utf-8"))


def _flat(entries: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Text]]:
    for key, entry in entries.items():
        if any(isinstance(entry.get(lang), str) for lang in LANGUAGES):
            yield f"{above}{key}", Text.of(entry).checked()
        else:
            yield from _flat(entry, f"{above}{key}.")


def _in(lang: str, params: Mapping[str, object]) -> dict[str, object]:
    said = params.items()
    return {name: p.in_language(lang) if isinstance(p, Text) else p for name, p in said}


def _holes(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
