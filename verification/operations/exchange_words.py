"""Why something was not sent, for who looks after the kiosk."""

from verification.adapters.portal.wording import cause_text
from verification.basics.texts import Text, Texts
from verification.card.portal import Cause, PortalOutcome
from verification.card.portal_codes import code_of

_TEXTS = Texts("verification.operations")
_CAUSES = {cause.value: cause for cause in Cause}
_OUTCOMES = frozenset(outcome.value for outcome in PortalOutcome)


def error_words(code: str) -> Text:
    """Return what an error that the outbox keeps means: a code, a cause, an outcome."""
    if known := code_of(code):
        return _TEXTS("error_coded", code=code, text=known.text)
    if cause := _CAUSES.get(code):
        return cause_text(cause)
    return _TEXTS("error_silent") if code in _OUTCOMES else _TEXTS("error_code", code=code)
