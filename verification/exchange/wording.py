"""What the outbox keeps as codes, in words."""

from verification.basics.dates import VIETNAM
from verification.basics.figures import dotted
from verification.basics.texts import Text, Texts
from verification.card.portal_codes import code_of
from verification.exchange.closing import Unverified
from verification.exchange.waiting import SETTINGS, State
from verification.log.outbox import Errand, Heap

_TEXTS = Texts("verification.exchange")
_MOMENT = "%H:%M %d/%m"


def error_words(code: str) -> Text:
    """Return why something was not settled: a cause, an outcome, or a code of the portal."""
    if known := code_of(code):
        return _TEXTS("cause.coded", code=code, text=known.text)
    named = code.isascii() and code.replace("_", "").isalpha()
    return (_TEXTS.get(f"cause.{code}") if named else None) or _TEXTS("cause.code", code=code)


def errand_words(errand: Errand) -> Text:
    """Return what is sent, and to whom."""
    return _TEXTS(f"errand.{errand.value}")


def heap_words(heap: Heap) -> Text:
    """Return how much waits of an errand, and since when."""
    since = f"{heap.oldest.astimezone(VIETNAM):{_MOMENT}}"
    return _TEXTS(f"heap.{heap.errand.value}", n=dotted(heap.count), since=since)


def off_words(errand: Errand) -> Text:
    """Return that an errand goes nowhere, and which setting says where."""
    return _TEXTS(f"off.{errand.value}", setting=SETTINGS[errand])


def state_words(state: State) -> Text:
    """Return how something that waits stands."""
    return _TEXTS(f"state.{state.value}")


def word_of(one: Unverified) -> Text:
    """Return how far a visit's question is, with what the portal answered."""
    word, code = _TEXTS(f"word.{one.word}"), one.visit.portal_code
    return _TEXTS("word.coded", word=word, why=error_words(code)) if code else word
