"""What honest life explains: courses and transfers by their codes, a newborn's first weeks.

A newborn is seen on its mother's card or on a number of its own (a temporary one first), for
checks, weight, jaundice, vaccination; most of these codes say nothing of it in anybody else.
"""

from verification.rules.misuse.facts import Facts, Occasion
from verification.rules.misuse.places import house
from verification.rules.misuse.policy import MisusePolicy

NEWBORN = frozenset({"newborn"})


class Lives:
    """Answers for the visits of one person, those before and now.

    Args:
        facts: What a rule reads.
        policy: Data of the rules.
    """

    def __init__(self, facts: Facts, policy: MisusePolicy) -> None:
        self._facts = facts
        self._policy = policy
        self._born: list[int] | None = None

    def explained(self, visit: Occasion, names: frozenset[str] | None = None) -> bool:
        """Tell whether honest life explains a visit.

        Args:
            visit: The visit.
            names: Look at these series alone.
        """
        if self._policy.explained(visit, names):
            return True
        wanted = names is None or bool(names & NEWBORN)
        return wanted and self._seen_as_a_newborn(visit)

    def in_first_weeks(self) -> bool:
        """Tell whether now is a child's who was first seen here or elsewhere a few weeks ago.

        The year of birth is all that the history keeps of an age; a newborn's number is new.
        """
        now, weeks = self._facts.now, self._policy.newborn
        if not may_be_infant(now, self._policy):
            return False
        first = min((v.day for v in self._facts.past), default=now.day)
        return now.day - first <= weeks.days

    def is_birth(self, visit: Occasion) -> bool:
        """Tell whether a visit is for a birth, or after it."""
        return visit.ma_benh.startswith(self._policy.newborn.births)

    def after_a_birth(self, visit: Occasion) -> bool:
        """Tell whether a visit is in the weeks after a birth on the same card."""
        return any(0 <= visit.day - day <= self._policy.newborn.days for day in self._births())

    def _seen_as_a_newborn(self, visit: Occasion) -> bool:
        policy, code = self._policy, visit.ma_benh
        if code and not code.startswith(policy.newborn.ma_benh):
            return False
        if may_be_infant(visit, policy):
            return (bool(code) and visit.born is not None) or self.in_first_weeks()
        return bool(code) and self.after_a_birth(visit)

    def _births(self) -> list[int]:
        if self._born is None:
            visits = (self._facts.now, *self._facts.past)
            self._born = [
                v.day for v in visits if self.is_birth(v) or self._policy.explained(v, NEWBORN)
            ]
        return self._born


def is_childs(visit: Occasion, policy: MisusePolicy) -> bool:
    """Tell whether a visit is on the number of a child under six."""
    return visit.code.startswith(policy.newborn.code)


def may_be_infant(visit: Occasion, policy: MisusePolicy) -> bool:
    """Tell whether a visit may be an infant's: of a typed number that nobody knows it may."""
    if not is_childs(visit, policy):
        return False
    return visit.born is None or 0 <= visit.year - visit.born <= 1


def is_infants_number(facts: Facts, policy: MisusePolicy) -> bool:
    """Tell whether now is surely on the number of a child who was born in this year."""
    now = facts.now
    born = next((v.born for v in (now, *facts.past) if v.born), None)
    return is_childs(now, policy) and born == now.year


def one_a_day(visits: list[Occasion]) -> list[Occasion]:
    """Return one visit for each day and facility: two clinics in one house are one visit."""
    kept: dict[tuple[int, str], Occasion] = {}
    for visit in visits:
        kept.setdefault((visit.day, house(visit.ma_cskcb)), visit)
    return list(kept.values())


def ids(visits: list[Occasion]) -> tuple[str, ...]:
    """Return the names of visits."""
    return tuple(v.id for v in visits)


def same_disease(a: Occasion, b: Occasion) -> bool:
    """Tell whether two visits name one group of diseases."""
    return bool(a.ma_benh) and a.ma_benh[:3] == b.ma_benh[:3]
