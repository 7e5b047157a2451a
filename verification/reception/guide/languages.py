"""Short guides in further languages: data of the hospital, never of the code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from verification.basics.texts import Text

NUMBER = "{number}"
"""Where the hotline's number stands in its line."""


@dataclass(frozen=True)
class ShortGuide:
    """The guide in short, in a language that some patients of this hospital speak.

    Args:
        lang: The language's code, which is the file's name too.
        name: What the language calls itself.
        direction: `ltr`, or `rtl` for a script that runs from right to left.
        title: The heading.
        lines: What to do, in order.
        hotline: The line with the hotline's `{number}`; empty for none.
        checked_by: Who speaks the language and has read it; empty while nobody has.
        day: When it was written or checked.
    """

    lang: str
    name: str
    direction: str
    title: str
    lines: tuple[str, ...]
    hotline: str
    checked_by: str
    day: date

    def called(self, number: str | None) -> str:
        """Return the line of the hotline with its number, empty where this house names none."""
        if NUMBER in self.hotline and not number:
            return ""
        return self.hotline.replace(NUMBER, number or "")


@dataclass(frozen=True)
class Languages:
    """What a hospital has put into its folder.

    Args:
        guides: Those that are right, by their codes.
        troubles: One sentence for each that is left out.
    """

    guides: Mapping[str, ShortGuide] = field(default_factory=dict)
    troubles: tuple[Text, ...] = ()
