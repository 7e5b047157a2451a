"""Runs every rule over the facts; a rule that fails is an answer too."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta

from verification.rules.misuse import (
    rules_desk,
    rules_drugs,
    rules_identity,
    rules_officer,
    rules_places,
    rules_visits,
)
from verification.rules.misuse.facts import Facts, Flag, Hit, Level
from verification.rules.misuse.policy import MisusePolicy, RuleData

Rule = Callable[[Facts, RuleData, MisusePolicy], Hit | None]
CARD_RULES: Mapping[str, Rule] = dict(
    sorted(
        (
            rules_visits.RULES
            | rules_places.RULES
            | rules_drugs.RULES
            | rules_identity.RULES
            | rules_officer.RULES
        ).items()
    )
)
DESK_RULES: Mapping[str, Rule] = rules_desk.RULES
_EPOCH = date(1970, 1, 1)
_MOST_VISITS = 60  # an event names; whoever received one of them may not judge it


def run(
    facts: Facts,
    policy: MisusePolicy,
    rules: Mapping[str, Rule],
    snoozed: frozenset[str] = frozenset(),
) -> list[Flag]:
    """Return what the rules found.

    Args:
        facts: What they read.
        policy: Their data; a rule without data does not run.
        rules: `CARD_RULES` or `DESK_RULES`.
        snoozed: Rules that an auditor has silenced for this subject.
    """
    day = _EPOCH + timedelta(days=facts.now.day)
    found = (_one(name, rule, facts, policy, day) for name, rule in rules.items())
    return [
        Flag(f.rule, f.version, Level.NONE, 0, "snoozed", f.numbers, f.visits)
        if f.rule in snoozed and f.state == "hit"
        else f
        for f in found
        if f
    ]


def _one(name: str, rule: Rule, facts: Facts, policy: MisusePolicy, day: date) -> Flag | None:
    data = policy.rules.get(name)
    if data is None:
        return None
    try:
        if day < data.begin or (data.end and day > data.end):
            return None
        hit = rule(facts, data, policy)
        return _flag(name, data, hit) if hit else None
    except Exception as error:  # noqa: BLE001  # one broken rule must not silence the others
        return failed(name, data.version, error)


def failed(name: str, version: int, error: Exception) -> Flag:
    """Return the flag of a rule that could not run."""
    numbers = {"error": type(error).__name__}  # its words may hold personal data
    return Flag(name, version, Level.NONE, 0, "error", numbers)


def _flag(name: str, data: RuleData, hit: Hit) -> Flag:
    case = data.cases[hit.case]
    score = case.score + min(case.step * max(hit.excess, 0), case.most)
    numbers = {"case": hit.case} | dict(hit.numbers)
    return Flag(name, data.version, case.level, score, "hit", numbers, hit.visits[:_MOST_VISITS])


def level_of(flags: Iterable[Flag]) -> Level:
    """Return the highest level."""
    return max((flag.level for flag in flags), key=lambda level: level.rank, default=Level.NONE)
