"""What a code of the portal (`maKetQua`) means for the question: how it ended, and what follows."""

import re

from verification.adapters.portal.reading import Fields
from verification.card.portal import Cause, PortalOutcome
from verification.card.portal_codes import LookAgain, portal_codes

_FORM = re.compile(r"[0-9A-Za-z_-]{1,12}", re.ASCII)
_REFUSALS = frozenset(
    {Cause.ACCOUNT, Cause.RIGHT, Cause.OFFICER, Cause.NO_OFFICER, Cause.PARAMETERS}
)
OF_ONE_CARD = frozenset({"100"})
"""The portal works, but has no data of this card now."""
KNOWN_PERSON = frozenset(
    {"000", "001", "002", "003", "004", "010", "110", "120", "121", "122", "123", "124"}
)
"""The card is this person's: its history may be asked for."""


def code_of(fields: Fields) -> str | None:
    """Return the code of an answer, None where there is none that can be one."""
    code = fields.text("maketqua", width=3)
    return code if code and _FORM.fullmatch(code) else None


def meaning(code: str) -> tuple[PortalOutcome, Cause | None]:
    """Return how a question ended, and the cause where there is no answer that counts."""
    known = portal_codes().get(code)
    return (known.outcome, known.cause) if known else (PortalOutcome.UNKNOWN_CODE, None)


def looked_up_again(code: str | None) -> LookAgain | None:
    """Return by what the card is looked up once more, None where it is not."""
    known = portal_codes().get(code or "")
    return known.again if known else None


def outcome_of(cause: Cause) -> PortalOutcome:
    """Return how a question ended that has no answer that counts."""
    return PortalOutcome.REFUSED_US if cause in _REFUSALS else PortalOutcome.SILENT
