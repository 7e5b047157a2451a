"""The sheet that shows that the portal failed for whoever is on the screen."""

from verification.basics.errors import RequestError
from verification.basics.texts import Texts
from verification.exchange.evidence import has_failed
from verification.kiosk import Kiosk
from verification.reception.answer import Answer

_TEXTS = Texts("verification.reception")


def visit_to_show(kiosk: Kiosk, answer: Answer) -> str:
    """Return the visit whose sheet is to be made.

    Raises:
        RequestError: Nobody was received, or no question about this visit failed.
    """
    if answer.visit is None:
        raise _refused("toast_sheet_receive_first")
    if not has_failed(kiosk, answer.visit):
        raise _refused("toast_sheet_nothing")
    return answer.visit.visit_id


def _refused(key: str) -> RequestError:
    text = _TEXTS(key)
    return RequestError(text.vi, text.en)
