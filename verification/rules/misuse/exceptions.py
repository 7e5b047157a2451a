"""Which of the visits that honest life explains each rule takes into account."""

from collections.abc import Mapping

from verification.rules.misuse.lives import NEWBORN
from verification.rules.misuse.policy import MisusePolicy
from verification.rules.misuse.rules_desk import EMERGENCY
from verification.rules.misuse.rules_places import OUT_OF_BED, SESSIONS, TRANSFERS

_EVERY = frozenset[str]()
_LOOKS_AT: Mapping[str, frozenset[str]] = {
    "M01": _EVERY,
    "M02": SESSIONS,
    "M03": OUT_OF_BED,
    "M04": _EVERY,
    "M05": _EVERY,
    "M06": _EVERY,
    "M08": NEWBORN,
    "M09": NEWBORN,
    "M13": EMERGENCY,
    "M14": _EVERY,
    "M17": TRANSFERS,
    "M18": _EVERY,
}


def looked_at(rule: str, policy: MisusePolicy) -> tuple[str, ...]:
    """Return the series that a rule leaves out, in the order of the data; empty for none.

    Args:
        rule: Its id.
        policy: Data of the rules.
    """
    names = _LOOKS_AT.get(rule)
    if names is None:
        return ()
    return tuple(one.name for one in policy.series if names == _EVERY or one.name in names)
