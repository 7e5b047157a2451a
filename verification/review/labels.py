"""What the auditor's page and papers say."""

from typing import NamedTuple

from verification.basics.marked import Pieces
from verification.basics.texts import Texts
from verification.card.side_by_side import Pair
from verification.kiosk import Kiosk
from verification.log.case import CaseOutcome, Entry, Part, Proposed
from verification.log.events import EventKind
from verification.log.outside import OUTSIDER

_TEXTS = Texts("verification.review")
_Marked = list[tuple[str, bool]]


class PairWords(NamedTuple):
    """Two values of a fact in words: its name, and of each side its source and marked parts."""

    fact: str
    left: str
    shown: _Marked
    right: str
    kept: _Marked

    @property
    def text(self) -> str:
        """Return it without the marks."""
        shown, kept = ("".join(text for text, _ in side) for side in (self.shown, self.kept))
        return f"{self.fact}: {self.left} {shown}, {self.right} {kept}"


def word(lang: str, key: str, **params: object) -> str:
    """Return words in a language; an unknown code of a known group is said as itself."""
    group, _, code = key.partition(".")
    if group in {"rule", "how", "reason"} and _TEXTS.get(key) is None:
        return code
    return _TEXTS(key, **params).in_language(lang)


def flag_sentence(kiosk: Kiosk, part: Part, lang: str) -> str:
    """Return the rule's sentence for what it compared.

    Flags outlive the version that wrote them: numbers that today's sentence lacks are listed.
    """
    try:
        return kiosk.misuse.sentence(part.rule, part.numbers).in_language(lang)
    except KeyError:
        said = ", ".join(f"{name} {value}" for name, value in part.numbers.items())
        return f"{word(lang, f'rule.{part.rule}')} ({said})"


def pair_words(found: Pair, lang: str, *, corrected: bool = False) -> PairWords:
    """Return what two values side by side are called, and the values as they are read.

    Args:
        found: The values.
        lang: The language.
        corrected: True where the desk changed one into the other.
    """
    left = "after" if corrected else "citizen" if found.on_citizen_card else "shown"
    right = "before" if corrected else "kept"
    sides = (_sided(found.shown, found.fact, lang), _sided(found.kept, found.fact, lang))
    left, right = word(lang, f"side.{left}"), word(lang, f"side.{right}")
    return PairWords(word(lang, f"fact.{found.fact}"), left, sides[0], right, sides[1])


def _sided(pieces: Pieces, fact: str, lang: str) -> _Marked:
    coded = fact == "gioi_tinh"
    return [(word(lang, f"sex.{p.text}") if coded else p.text, p.differs) for p in pieces]


def answer_words(kiosk: Kiosk, answer: str, lang: str) -> str:
    """Return what the desk answered to a flag's question, its code where no rule knows it."""
    asked = kiosk.misuse.questions.values()
    known = next((q.answers[answer] for q in asked if answer in q.answers), None)
    return known.in_language(lang) if known else answer


def story_words(entry: Entry, lang: str) -> tuple[str, str]:
    """Return who did it, empty where rules did, and what was done."""
    group = "outcome" if entry.kind is EventKind.CASE_CLOSED else "proposed"
    coded = entry.what in {*CaseOutcome, *Proposed}
    what = word(lang, f"{group}.{entry.what}") if coded else entry.what
    by_rules = entry.kind in {EventKind.CASE_OPENED, EventKind.CASE_JOINED}
    who = word(lang, "page.from_outside") if entry.officer == OUTSIDER else entry.officer
    return "" if by_rules else who, f"{word(lang, f'event.{entry.kind.value}')} {what}"
