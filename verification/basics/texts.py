"""The one catalogue of what the kiosk says, in Vietnamese and English."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any

LANGUAGES = ("vi", "en")


@dataclass(frozen=True)
class Text:
    """The same words in both languages."""

    vi: str
    en: str

    def in_language(self, lang: str) -> str:
        """Return the words in `vi` or `en`."""
        return self.en if lang == "en" else self.vi

    def filled(self, params: Mapping[str, str]) -> "Text":
        """Return it with its `{placeholders}` replaced; a value is never read as a template."""
        return Text(self.vi.format_map(params), self.en.format_map(params))


@dataclass(frozen=True)
class NextStep:
    """What the desk does next.

    Args:
        text: In words.
        key: The key of the reception page that does it, if one does.
    """

    text: Text
    key: str | None = None


@dataclass(frozen=True)
class ReasonText:
    """The catalogue's entry of one reason.

    Args:
        cls: Its class.
        cases: Sentences by case; the case `""` is the usual one.
        next: What the desk does next.
    """

    cls: str
    cases: Mapping[str, Text]
    next: tuple[NextStep, ...]

    def sentence(self, params: Mapping[str, str]) -> Text:
        """Return the sentence for these particulars."""
        return self.cases[params.get("case", "")].filled(params)


@dataclass(frozen=True)
class Catalogue:
    """All texts.

    Args:
        reasons: By reason code.
        pages: Words of the pages, by key.
        entitlement: Words of the entitlement decision, by `group.key`.
    """

    reasons: Mapping[str, ReasonText]
    pages: Mapping[str, Text]
    entitlement: Mapping[str, Text] = field(default_factory=dict)

    def page(self, key: str, lang: str, **params: str) -> str:
        """Return words of a page."""
        return self.pages[key].filled(params).in_language(lang)


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Return the catalogue shipped in `rules/texts.toml`."""
    source = resources.files("verification.basics").joinpath("texts.toml").read_bytes()
    data = tomllib.loads(source.decode())
    return Catalogue(
        {code: _reason(entry) for code, entry in data["reason"].items()},
        {key: Text(**entry) for key, entry in data["page"].items()},
        {
            f"{group}.{key}": Text(**words)
            for group, entries in data["entitlement"].items()
            for key, words in entries.items()
        },
    )


def _reason(entry: dict[str, Any]) -> ReasonText:
    cases = {"": Text(entry["vi"], entry["en"])} if "vi" in entry else {}
    cases |= {case: Text(**words) for case, words in entry.get("case", {}).items()}
    steps = (NextStep(Text(s["vi"], s["en"]), s.get("key")) for s in entry.get("next", ()))
    return ReasonText(entry["class"], cases, tuple(steps))
