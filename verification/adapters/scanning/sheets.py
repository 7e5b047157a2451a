"""A file as sheets: the frames of a picture, the pages of a PDF, one after the other.

What is too large to be held, or does not end in time, is left; it is said what was.
"""

from collections.abc import Generator
from dataclasses import dataclass, field

from PIL import Image

from verification.basics.errors import PictureError
from verification.basics.texts import Text, Texts

_TEXTS = Texts("verification.adapters.scanning")
MOST_SHEETS = 30  # pages or frames of a file that are looked at


class Late(Exception):
    """The time that a picture may cost is used up."""


@dataclass
class Sheets:
    """The sheets of a file.

    Args:
        each: True where each may show another code, as pages do and frames of a film do not.
        images: They themselves, made as they are asked for.
        notes: What is to be said of them; complete when the images are closed.
    """

    each: bool
    images: Generator[Image.Image] = field(default_factory=lambda: (_ for _ in ()))
    notes: list[Text] = field(default_factory=list)


def refused(kind: str, /, **params: object) -> PictureError:
    """Return the error of a file that cannot be opened, in words."""
    text = _TEXTS(kind, **params)
    return PictureError(text.vi, text.en)


def note(kind: str, /, **params: object) -> Text:
    """Return what is said of a file that was opened."""
    return _TEXTS(kind, **params)
