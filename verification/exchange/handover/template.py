r"""What F3 copies: a line that the hospital wrote down once, filled with a patient's facts.

`{ma_the}\t{ho_ten}\t{ngay_sinh:iso}`: a name in braces, behind a colon how it is written. Tabs and
line ends stand in the template alone, so that no value ever takes the place of another one.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from verification.basics.errors import RequestError
from verification.basics.texts import Texts
from verification.card.invisible import without_unseen
from verification.exchange.handover.facts import NAMES, Facts
from verification.log.visit import PortalWord

_TEXTS = Texts("verification.exchange.handover")
_PART = re.compile(r"\{\{|\}\}|\{(?P<field>[^{}]*)\}|\\(?P<code>.?)|[{}]", re.DOTALL)
_SIGNS = {"tab": "\t", "dong": "\n"}
_CODES = {"t": "\t", "n": "\n", "\\": "\\"}
_LINE_ENDS = re.compile(r"\r\n|\r|\n")
_LONGEST = 2_000
_EXAMPLE = r"{ma_the}\t{ho_ten}\t{ngay_sinh:iso}"
PORTAL = "cong"

Written = Callable[[str], str]


def _as_known(text: str) -> str:
    return text


def _dmy(text: str) -> str:
    """Write `1994-04-17T08:30:00` as `17/04/1994 08:30`, `1955-07` as `07/1955`."""
    day, _, time = text.partition("T")
    return " ".join(filter(None, ("/".join(reversed(day.split("-"))), time[:5])))


def _digits(text: str) -> str:
    """Write `1994-04-17T08:30:00` as `199404170830`, `1955-07` as `195507`."""
    return re.sub(r"\D", "", text)[:12]


def _sex(text: str) -> str:
    return word.vi if (word := _TEXTS.get(f"sex.{text}")) else ""


def _portal(text: str) -> str:
    word = _TEXTS.get(f"portal.{text}")
    return word.vi if word else ""


_DATES: Mapping[str, Written] = {"dmy": _dmy, "iso": _as_known, "so": _digits}
_WAYS: Mapping[str, Mapping[str, Written]] = {
    **dict.fromkeys(
        ("ngay_sinh", "gt_the_tu", "gt_the_den", "ngay_du_5_nam", "ngay", "thoi_diem"), _DATES
    ),
    "gioi_tinh": {"so": _as_known, "chu": _sex},
    "ho_ten": {"thuong": _as_known, "hoa": str.upper},
    PORTAL: {"chu": _portal, "ma": _as_known},
}
"""How a fact can be written; the first way is the usual one."""


@dataclass(frozen=True)
class _Field:
    name: str
    written: Written


@dataclass(frozen=True)
class Template:
    """A template that was checked.

    Args:
        parts: Fixed text and fields, in order.
    """

    parts: tuple[str | _Field, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the facts that it holds, in order."""
        return tuple(part.name for part in self.parts if isinstance(part, _Field))

    def filled(self, facts: Facts) -> str:
        """Return the line of a patient; what is not known is empty, nothing stands in for it.

        Where the portal has not answered or spoke against the card, and the template does not say
        so itself, a last field says it: the others stay where they are.
        """
        parts = [part if isinstance(part, str) else _value(part, facts) for part in self.parts]
        word = facts.get(PORTAL) or PortalWord.ANSWERED
        note = _portal(word) if PORTAL not in self.names else ""
        tells = word != PortalWord.ANSWERED and facts.get("huy") is None
        return "".join(parts) + (f"\t{note}" if tells and note else "")


def _value(field: _Field, facts: Facts) -> str:
    known = facts.get(field.name)
    return one_line(field.written(known)) if known else ""


def one_line(text: str) -> str:
    """Return a value in NFC that holds no tab, no line end and no sign that nobody sees."""
    seen = without_unseen(unicodedata.normalize("NFC", text))
    kept = ("" if unicodedata.category(sign) in {"Cf", "Cs"} else sign for sign in seen)
    blank = (" " if unicodedata.category(sign) in {"Cc", "Zl", "Zp"} else sign for sign in kept)
    return " ".join("".join(blank).split())


@cache
def template_of(text: str) -> Template:
    r"""Read a template.

    Args:
        text: As the setting holds it; `\t`, `\n` and `\\` may be written as two characters, a tab
            as `{tab}` and a line end as `{dong}`, a brace as two.

    Raises:
        RequestError: It is none; the sentence names what in it is wrong.
    """
    if len(text) > _LONGEST:
        raise _wrong("long")
    parts: list[str | _Field] = []
    end = 0
    for found in _PART.finditer(text):
        parts += [text[end : found.start()], _part(found)]
        end = found.end()
    parts.append(text[end:])
    template = Template(tuple(_joined(parts)))
    if not template.names:
        raise _wrong("empty", example=_EXAMPLE)
    return template


def _part(found: re.Match[str]) -> str | _Field:
    whole, field, code = found[0], found["field"], found["code"]
    if whole in {"{{", "}}"}:
        return whole[0]
    if code is not None:
        if code not in _CODES:
            raise _wrong("code", what=whole)
        return _CODES[code]
    if field is None:
        raise _wrong("brace")
    return _SIGNS.get(field) or _field(field)


def _field(written: str) -> _Field:
    name, colon, way = written.partition(":")
    if name not in NAMES:
        raise _wrong("field", what=name, names=", ".join((*NAMES, *_SIGNS)))
    ways = _WAYS.get(name, {})
    if colon and way not in ways:
        names = ", ".join(ways) or "–"
        raise _wrong("way", what=written, names=names)
    usual = next(iter(ways.values()), _as_known)
    return _Field(name, ways[way] if colon else usual)


def _joined(parts: list[str | _Field]) -> list[str | _Field]:
    """Return the parts with each run of fixed text as one, its line ends as browsers have them."""
    joined: list[str | _Field] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        elif part:
            joined.append(part)
    return [_LINE_ENDS.sub("\n", one) if isinstance(one, str) else one for one in joined]


def _wrong(why: str, **said: str) -> RequestError:
    text = _TEXTS(f"template.{why}", **said)
    return RequestError(text.vi, text.en)
