"""What the auditor's page and papers say."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from verification.basics.marked import Pieces
from verification.basics.texts import Texts
from verification.card.side_by_side import Pair
from verification.kiosk import Kiosk
from verification.log.case import CaseOutcome, Entry, Part, Proposed
from verification.log.events import EventKind
from verification.log.outside import OUTSIDER
from verification.review.grounds import ground_text

_TEXTS = Texts("verification.review", "verification.rules.misuse", "verification.card")
# of what a hospital system tells, what the rules of misuse read
_READ_BY_RULES = ("ma_benh", "so_ngay_thuoc", "ket_thuc", "ma_loai_kcb", "ma_doituong_kcb")
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
    if group in {"rule", "how", "reason", "his_field", "his_end"} and _TEXTS.get(key) is None:
        return code
    return _TEXTS(key, **params).in_language(lang)


def his_words(lang: str, names: Sequence[str], told: Mapping[str, object]) -> str:
    """Return what a hospital system told; of what the rules read the values too.

    Args:
        lang: The language.
        names: Of the fields.
        told: Their values, as far as they can be read.
    """
    first = [name for name in _READ_BY_RULES if name in names]
    ordered = (*first, *(name for name in names if name not in first))
    return ", ".join(_his_field(lang, name, told.get(name)) for name in ordered) or "–"


def _his_field(lang: str, name: str, value: object) -> str:
    said = word(lang, f"his_field.{name}")
    if name not in _READ_BY_RULES or value in {None, ""}:
        return said
    end = "/".join(reversed(str(value).split("-"))) if name == "ket_thuc" else str(value)
    return f"{said} {word(lang, f'his_end.{end}')}"


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
    decided = entry.kind in {EventKind.CASE_CLOSED, EventKind.CASE_UNDONE}
    outcomes = decided and entry.what in set(CaseOutcome)
    group = "outcome" if outcomes else "proposed"
    coded = entry.what in {*CaseOutcome, *Proposed}
    what = word(lang, f"{group}.{entry.what}") if coded else entry.what
    if entry.reason:
        what += f" ({ground_text(entry.what, entry.reason).in_language(lang)})"
    by_rules = entry.kind in {EventKind.CASE_OPENED, EventKind.CASE_JOINED}
    who = word(lang, "page.from_outside") if entry.officer == OUTSIDER else entry.officer
    return "" if by_rules else who, f"{word(lang, f'event.{entry.kind.value}')} {what}"
