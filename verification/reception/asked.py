"""What a hand wrote to find somebody by: a number, or a name with what is known of the birth."""

import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass

from verification.basics.dates import PartialDate, parse_partial
from verification.basics.errors import RequestError
from verification.card import numbers

_DIGITS = r"[\d/.\-\s]*\d"
_AT_THE_END = re.compile(rf"(?P<name>\D*[^\W\d_])\W*?(?P<birth>{_DIGITS})\W*")
_AT_THE_START = re.compile(rf"\W*(?P<birth>{_DIGITS})\W*(?P<name>[^\W\d_]\D*)")
# `Sinh` alone is a name
_BORN = re.compile(
    r"\W+(?:sinh (?:năm|ngày)|(?:năm|ngày) sinh|born(?: on| in)?)\W*$", re.IGNORECASE
)
_LONGEST = 200  # of a name with a date
_ISO = re.compile(r"\d{4}-.*")


@dataclass(frozen=True)
class Asked:
    """What somebody is looked for by.

    Args:
        number: A number, or the text of a card's QR; else None.
        name: A name or some of its words, where it is no number.
        birth: The birth date as far as it was written.
    """

    number: str | None = None
    name: str = ""
    birth: PartialDate | None = None


def understood(text: str) -> Asked:
    """Understand what was written.

    Args:
        text: `DN 4 79…`, `Nguyễn Thị Mẫu`, `mau nguyen 1994`, `Mẫu, 05/03/1994`.

    Raises:
        RequestError: It is neither; what is wrong with it.
    """
    compact = numbers.compact(text)
    if numbers.kind_of(compact) is not None or "|" in text:
        return Asked(number=text)
    composed = unicodedata.normalize("NFKC", text)[:_LONGEST]
    found = _AT_THE_END.fullmatch(composed) or _AT_THE_START.fullmatch(composed)
    if found and (birth := _birth(found["birth"])):
        return Asked(name=_BORN.sub("", found["name"]), birth=birth)
    if numbers.is_attempt(compact) or not any(map(str.isalpha, text)):
        raise RequestError(
            "Viết họ tên, hoặc số thẻ, số BHXH, số CCCD đủ 15, 10, 12 ký tự",
            "Write a name, or a whole card, BHXH or citizen number: 15, 10, 12 characters",
        )
    if any(map(str.isdigit, composed)):
        wrong = found["birth"].strip() if found else composed
        raise RequestError(f"Ngày sinh {wrong!r} không đúng", f"{wrong!r} is no birth date")
    return Asked(name=text)


def _birth(written: str) -> PartialDate | None:
    plain = "".join(written.split())
    with suppress(ValueError):
        return parse_partial(plain if _ISO.fullmatch(plain) else re.sub(r"[.\-]", "/", plain))
    return None
