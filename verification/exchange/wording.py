"""What the outbox keeps as codes, in words."""

from verification.basics.texts import Text, Texts
from verification.exchange.closing import Unverified
from verification.exchange.waiting import State

_TEXTS = Texts("verification.exchange")


def error_words(code: str) -> Text:
    """Return why something was not settled: a cause, an outcome, or a code of the portal."""
    known = code.isalpha() or "_" in code
    return (_TEXTS.get(f"cause.{code}") if known else None) or _TEXTS("cause.code", code=code)


def state_words(state: State) -> Text:
    """Return how something that waits stands."""
    return _TEXTS(f"state.{state.value}")


def word_of(one: Unverified) -> Text:
    """Return how far a visit's question is."""
    return _TEXTS(f"word.{one.word}")
