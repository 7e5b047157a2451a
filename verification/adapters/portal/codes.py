"""What a code of the portal (`maKetQua`) means for the question: how it ended, and why."""

import re

from verification.adapters.portal.reading import Fields
from verification.card.portal import Cause, PortalOutcome
from verification.card.portal_codes import LookAgain, portal_codes

_FORM = re.compile(r"[0-9A-Za-z_-]{1,12}", re.ASCII)
_REFUSALS = frozenset(
    {Cause.ACCOUNT, Cause.RIGHT, Cause.OFFICER, Cause.NO_OFFICER, Cause.PARAMETERS}
)
REPLACED = frozenset(c for c, said in portal_codes().items() if said.again is LookAgain.NEW_CARD)
"""The card was replaced: the new one is looked up."""
OF_ONE_CARD = frozenset({"100"})
"""The portal works, but has no data of this card now."""
MOVED = frozenset(c for c, said in portal_codes().items() if said.again is LookAgain.PERSON)
"""The person is insured elsewhere: looked up by the new number, or by `maSoBHXH`."""
KNOWN_PERSON = frozenset({"000", "001", "002", "003", "004", "010", "110", "120", "124"}) | MOVED
"""The card is this person's: its history may be asked for."""


def code_of(fields: Fields) -> str | None:
    """Return the code of an answer, None where there is none that can be one."""
    code = fields.text("maketqua", width=3)
    return code if code and _FORM.fullmatch(code) else None


def meaning(code: str) -> tuple[PortalOutcome, Cause | None]:
    """Return how a question ended, and the cause where there is no answer that counts."""
    said = portal_codes().get(code)
    return (said.outcome, said.cause) if said else (PortalOutcome.UNKNOWN_CODE, None)


def outcome_of(cause: Cause) -> PortalOutcome:
    """Return how a question ended that has no answer that counts."""
    return PortalOutcome.REFUSED_US if cause in _REFUSALS else PortalOutcome.SILENT
