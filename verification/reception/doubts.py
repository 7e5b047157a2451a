"""Is the card that is added later this patient's? What speaks against it, to be asked about."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from verification.basics.dates import PartialDate, age_in_years, parse_partial
from verification.basics.errors import RequestError
from verification.basics.names import Likeness, compare, name_key
from verification.basics.texts import Text, Texts
from verification.card.facts import Card
from verification.card.reasons import Reason
from verification.card.side_by_side import Pair, pair
from verification.rules.law.verdict import Verdict

_TEXTS = Texts("verification.reception")
_LEAST_LETTERS = 4  # of a name that counts as named inside other words
_NOT_THE_NAME = re.compile(r",.*|\b\d.*")  # time of birth, and what else is written behind
_CHILD = "child"
_OLDEST_CHILD = 6
_DIFFERENCES = frozenset({Reason.NAME_DIFFERS, Reason.BIRTH_DIFFERS, Reason.SEX_DIFFERS})


@dataclass(frozen=True)
class Doubt:
    """Why a card may be another person's.

    Args:
        lines: What speaks against it.
        pairs: Facts that differ, the card's as `shown`, the visit's as `kept`.
    """

    lines: tuple[Text, ...]
    pairs: tuple[Pair, ...] = ()


class AnotherPerson(RequestError):
    """A card seems to be another person's; whoever adds it must say why it is not.

    Args:
        doubt: What speaks against it.
    """

    def __init__(self, doubt: Doubt) -> None:
        self.doubt = doubt
        super().__init__(*(". ".join(getattr(t, lang) for t in doubt.lines) for lang in _LANGS))


_LANGS = ("vi", "en")


def doubt_of(
    patient: Mapping[str, str] | None, case: str | None, verdict: Verdict, *, here_today: bool
) -> Doubt | None:
    """Return what speaks against a card's being the patient's, None for nothing.

    Args:
        patient: What is known of the patient who was received, as text; None where what was
            written of the patient cannot be read.
        case: Why the patient had no card, None where one was shown.
        verdict: The card, judged.
        here_today: Whether the card's holder was received today, in another visit.
    """
    card = verdict.card or Card()
    pairs: list[Pair] = []
    lines = [f.sentence for f in verdict.reasons if f.reason in _DIFFERENCES]
    if patient is None:
        patient, lines = {}, [*lines, _TEXTS("doubt_unreadable")]
    lines += _about_name(patient.get("ho_ten", ""), card, pairs)
    lines += _about_birth(patient.get("ngay_sinh"), card, pairs)
    if patient.get("gioi_tinh") and card.gioi_tinh not in {None, patient["gioi_tinh"]}:
        pairs.append(pair("gioi_tinh", str(card.gioi_tinh), patient["gioi_tinh"]))
        lines.append(_TEXTS("doubt_sex"))
    if case == _CHILD and card.ngay_sinh and _is_too_old(card.ngay_sinh, verdict.on):
        lines.append(_TEXTS("doubt_no_child", birth=card.ngay_sinh.vi))
    if any(finding.reason is Reason.HOLDER_DECEASED for finding in verdict.reasons):
        lines.append(_TEXTS("doubt_deceased"))
    if here_today:
        lines.append(_TEXTS("doubt_here_today"))
    return Doubt(tuple(lines), tuple(pairs)) if lines else None


def _about_name(known: str, card: Card, pairs: list[Pair]) -> Iterator[Text]:
    if not known:
        return
    if not card.ho_ten:
        yield _TEXTS("doubt_unknown")
    elif not _names(known, card.ho_ten):
        pairs.append(pair("ho_ten", card.ho_ten, known))
        yield _TEXTS("doubt_name")


def _names(words: str, name: str) -> bool:
    """Tell whether words written by hand name a person: alone, or as the mother of a newborn."""
    written = _NOT_THE_NAME.sub("", words).strip() or words
    key, among = name_key(name), name_key(written)
    inside = key in among or (len(among) >= _LEAST_LETTERS and among in key)
    return (len(key) >= _LEAST_LETTERS and inside) or compare(written, name) in {
        Likeness.SAME,
        Likeness.LITTLE,
    }


def _about_birth(known: str | None, card: Card, pairs: list[Pair]) -> Iterator[Text]:
    born = parse_partial(known) if known else None
    if born and card.ngay_sinh and not born.agrees(card.ngay_sinh):
        pairs.append(pair("ngay_sinh", card.ngay_sinh.vi, born.vi))
        yield _TEXTS("doubt_birth")


def _is_too_old(born: PartialDate, on: date) -> bool:
    return age_in_years(born, on) > _OLDEST_CHILD
