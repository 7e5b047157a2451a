"""What a frame shows."""

from dataclasses import dataclass
from typing import Literal

from verification.basics.texts import Text

Hint = Literal["too_small", "blurred", "too_soft", "too_dark", "overexposed", "glare", "cut_off"]


@dataclass(frozen=True)
class Reading:
    """What a frame shows.

    Args:
        payloads: Payload bytes of each QR, each once.
        step: What read it: `zxing` for the plain frame, else the name of a rescue step; None
            where nothing was read.
        unread: True where something like a code is there but was not read.
        hint: What the person who aims can do about it; None where no cause stands out.
        notes: What else is said of an uploaded file, such as pages that were not looked at.
    """

    payloads: tuple[bytes, ...] = ()
    step: str | None = None
    unread: bool = False
    hint: Hint | None = None
    notes: tuple[Text, ...] = ()
