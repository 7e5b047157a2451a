"""Help while a number is typed: what is wrong already, or what is still missing."""

from dataclasses import dataclass

from verification.basics.texts import Text, Texts
from verification.card import numbers
from verification.card.presented import fault_finding

_TEXTS = Texts("verification.card")
_CARD_LENGTH = 15
_MOST = 200  # a longer text is no number being typed


@dataclass(frozen=True)
class Hint:
    """One line under the box; `tone` is `ok`, `wait` or `no`."""

    text: Text
    tone: str


def typing_hint(typed: str) -> Hint | None:
    """Return help for what stands in the box, None where there is nothing to say.

    A payload of a scanner, or what is plainly no number, gets no help while it comes in.
    """
    compact = numbers.compact(typed[:_MOST])
    if not compact or "|" in typed or len(typed) > _MOST:
        return None
    if numbers.kind_of(compact) not in {None, numbers.NumberKind.LEGACY}:
        return Hint(_TEXTS("hint_whole"), "ok")
    if not compact.isalnum() or not compact.isascii():
        return Hint(_TEXTS("hint_foreign"), "wait")
    if numbers.first_fault(compact, whole=False):
        return Hint(fault_finding(compact).sentence, "no")
    return Hint(_TEXTS("hint_missing", count=_missing(compact)), "wait")


def _missing(compact: str) -> int:
    if not compact[0].isdigit():
        return _CARD_LENGTH - len(compact)
    return next(length - len(compact) for length in (10, 12) if length > len(compact))
