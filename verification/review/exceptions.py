"""Honest explanations that the rules of a case take into account, and how each turned out.

What is known by now is looked at: a diagnosis that was told after the flag may explain it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from verification.basics.texts import Text
from verification.kiosk import Kiosk
from verification.log.case import Case
from verification.review.conflict import LOOKS_BACK
from verification.rights import Actor, Right, needs
from verification.rules.misuse.exceptions import looked_at
from verification.rules.misuse.facts import Facts, Occasion
from verification.rules.misuse.lives import NEWBORN, Lives


@dataclass(frozen=True)
class Turned:
    """How one explanation turned out.

    Args:
        text: What the series of visits is called.
        rules: Rules of the case that look at it.
        flagged: Flagged visits that it explains, as far as is known now.
        others: Other visits of the year that it explains; they were left out of the count.
    """

    text: Text
    rules: tuple[str, ...]
    flagged: int
    others: int


@dataclass(frozen=True)
class Considered:
    """What was taken into account.

    Args:
        turned: Each explanation, in the order of the data.
        without: Rules of the case that know no exception.
        flagged: How many flagged visits were looked at.
        untold: How many of these have neither diagnosis nor code of the visit: nothing explains
            them, since nothing is known of them.
    """

    turned: tuple[Turned, ...]
    without: tuple[str, ...]
    flagged: int
    untold: int


@needs(Right.REVIEW)
def considered(_actor: Actor, kiosk: Kiosk, case: Case) -> Considered:
    """Return which explanations the rules of a case look at, and how each turned out."""
    policy, rules = kiosk.misuse, [part.rule for part in case.parts if part.hit]
    looks = {rule: looked_at(rule, policy) for rule in rules}
    flagged, others = _visits(kiosk, case)
    lives = Lives(Facts(flagged[0], past=tuple(flagged[1:] + others)), policy) if flagged else None

    def count(name: str, visits: Sequence[Occasion]) -> int:
        names = frozenset({name})
        fits = (policy.explained(v, names) or _as_newborn(lives, v, names) for v in visits)
        return sum(map(bool, fits))

    asked = dict.fromkeys(name for names in looks.values() for name in names)
    turned = tuple(
        Turned(
            series.text,
            tuple(rule for rule in rules if series.name in looks[rule]),
            count(series.name, flagged),
            count(series.name, others),
        )
        for series in policy.series
        if series.name in asked
    )
    without = tuple(rule for rule in rules if not looks[rule])
    untold = sum(not (v.ma_benh or v.ma_doituong_kcb or v.ma_loai_kcb) for v in flagged)
    return Considered(turned, without, len(flagged), untold)


def _as_newborn(lives: Lives | None, visit: Occasion, names: frozenset[str]) -> bool:
    return bool(lives and names == NEWBORN and lives.explained(visit, NEWBORN))


def _visits(kiosk: Kiosk, case: Case) -> tuple[list[Occasion], list[Occasion]]:
    """Return the visits that were flagged, and the others of the year, newest first."""
    if case.person_ref is None:
        return [], []
    since, until = case.opened_at - LOOKS_BACK, kiosk.clock() + timedelta(days=1)
    known = kiosk.written.history.visits_of(
        case.person_ref, int(since.timestamp()), int(until.timestamp())
    )
    received = (kiosk.written.cases.received_from(of) for of in case.presented)
    marked = {*case.visits, *case.presented, *(e.event_id for made in received for e in made)}
    return [v for v in known if v.id in marked], [v for v in known if v.id not in marked]
