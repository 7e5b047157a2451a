"""What a hand writes into the box: help while it writes, and a name in place of a number."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from verification.basics.errors import RequestError
from verification.basics.names import search_key
from verification.basics.texts import Text, Texts
from verification.card import framing, numbers
from verification.card.reasons import Reason
from verification.card.repairs import Codes, Repair, repair_of, span_of
from verification.card.typing_hint import Hint, typing_hint
from verification.kiosk import Kiosk
from verification.reception.answer import Answer, Scan
from verification.reception.asked import Asked, understood

_TEXTS = Texts("verification.reception")
_LONGEST = 200  # a longer text is written by nobody's hand
_DAY = 8  # digits of a birth date
_LEAST_LETTERS = 3  # two may be the beginning of a card number
_WORDS = re.compile(r"[^\W\d_]+(?:[ '’.-]+[^\W\d_]+)*[ '’.-]*")
_VOWEL = re.compile("[aeiouy]", re.IGNORECASE)


@dataclass(frozen=True)
class Help:
    """Help for what stands in the box.

    Args:
        hint: A line under it.
        wrong: Where its wrong character stands, begin and end, None for nowhere.
        repair: What it was surely meant to be.
    """

    hint: Hint | None = None
    wrong: tuple[int, int] | None = None
    repair: Repair | None = None

    @property
    def offer(self) -> Text | None:
        """Return the words that offer the repair."""
        return _TEXTS("offer_repair", put=self.repair.put) if self.repair else None


def help_for(kiosk: Kiosk, typed: str) -> Help:
    """Return help for what stands in the box; nothing is looked up."""
    if len(typed) > _LONGEST or "|" in typed:
        return Help()
    number = framing.unlabelled(typed.lstrip())
    repair = repair_of(number, _codes(kiosk))
    if repair is None and _is_name(typed):
        return Help(Hint(_TEXTS("hint_name"), "ok"))
    hint, fault = typing_hint(number), numbers.first_fault(numbers.compact(number), whole=False)
    before = len(typed) - len(number)
    wrong = span_of(number, fault.position) if fault and fault.position else None
    return Help(hint, wrong and (before + wrong[0], before + wrong[1]), repair)


def name_in(scan: Scan, day: date) -> str | None:
    """Return what somebody wrote to be found by, None where it is no name or a machine read it.

    Args:
        scan: What came from the box.
        day: The visit date.
    """
    if scan.quet or len(scan.payloads) != 1 or len(scan.payloads[0]) > 4 * _LONGEST:
        return None
    text = scan.payloads[0].decode("utf-8", "replace").strip()
    reading = scan.shows(day).counts
    finding = next(iter(reading.findings), None)
    if reading.card or finding is None or not _is_name(text):
        return None
    known = finding.reason is Reason.NOT_A_CARD and finding.params.get("case") != "unknown"
    return None if known else text


def mistyped(scan: Scan, answer: Answer) -> str | None:
    """Return a wrong number as a hand typed it, None for anything else.

    Args:
        scan: What was presented.
        answer: The answer to it.
    """
    verdict = answer.verdict
    if scan.quet or len(scan.payloads) != 1 or len(scan.payloads[0]) > _LONGEST:
        return None
    bent = verdict.headline.params.get("case") == "input_method"
    unknown = verdict.headline.reason is Reason.NOT_A_CARD and verdict.card is None
    if verdict.headline.reason is not Reason.BAD_NUMBER and not bent and not unknown:
        return None
    text = scan.payloads[0].decode("utf-8", "replace").strip()
    return text if text.isprintable() and "|" not in text else None


def asked_in(text: str) -> Asked | None:
    """Return the name and the birth date that a text is, None where it is neither."""
    with suppress(RequestError):
        asked = understood(text)
        return asked if asked.number is None else None
    return None


def _is_name(text: str) -> bool:
    """Tell whether a text is a name, with a birth date or without; no beginning of a number is."""
    asked = asked_in(text)
    if asked is None or not _WORDS.fullmatch(asked.name.strip(" ,;")):
        return False
    letters = sum(map(str.isalpha, asked.name))
    spelled = bool(_VOWEL.search(search_key(asked.name))) and letters >= _LEAST_LETTERS
    return spelled or not asked.name.isascii()


def is_number(text: str) -> bool:
    """Tell whether a text is a number, or was meant as one, and no name and no year."""
    compact = numbers.compact(text)
    return len(compact) > _DAY and not _is_name(text) and numbers.is_attempt(compact)


def _codes(kiosk: Kiosk) -> Codes:
    law, day = kiosk.rules.law, kiosk.today()
    groups = frozenset(row["ma_doi_tuong"] for row in law.rows("object_codes", day))
    return Codes(groups, frozenset(row["ma_tinh"] for row in law.rows("provinces", day)))
