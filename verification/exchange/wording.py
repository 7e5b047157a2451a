"""What the outbox keeps as codes, in words."""

from verification.basics.texts import Text, Texts
from verification.card.portal_codes import code_of
from verification.exchange.closing import Unverified
from verification.exchange.waiting import State

_TEXTS = Texts("verification.exchange")


def state_words(state: State) -> Text:
    """Return how something that waits stands."""
    return _TEXTS(f"state.{state.value}")


def word_of(one: Unverified) -> Text:
    """Return how far a visit's question is, with what the portal answered."""
    word, code = _TEXTS(f"word.{one.word}"), one.visit.portal_code
    if code is None:
        return word
    if known := code_of(code):
        return _TEXTS("word.coded", word=word, code=code, why=known.text)
    return _TEXTS("word.code", word=word, code=code)
