"""What the entitlement decision adds to a check: a day of mixed patients, and nothing repeated."""

import csv
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from benchmarks.figures import machine, milliseconds, percentile, row
from verification.card.facts import Card, Facility
from verification.rules.law.entitlement import decide
from verification.rules.law.tables import shipped
from verification.rules.law.visit_inputs import Said, inputs_for

VISITS = 5_000
LIMIT_MS = 1.0
_FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
_DAY = date(2026, 11, 22)
_SEED = 20_261_122
_MAYBE = (None, None, True, False)


def measure(visits: int = VISITS) -> Iterator[str]:
    """Yield the lines of the report."""
    chance = random.Random(_SEED)
    cards, places = _cards(), _facilities()
    here = next(place for place in places if place.hang_cu == "tw" and place.cap == "chuyen_sau")
    one = [(chance.choice(cards), here, _said(chance)) for _ in range(visits)]
    many = [(chance.choice(cards), chance.choice(places), _said(chance)) for _ in range(visits)]
    _decide(*one[0])  # the tables of the day are read once, before the first patient
    decide.cache_clear()
    day = milliseconds(lambda at: _decide(*one[at]), visits)

    def anew(at: int) -> None:
        decide.cache_clear()
        _decide(*many[at])

    fresh = milliseconds(anew, visits)
    yield f"{machine()}; {visits} visits of one day, {len(cards)} cards, {len(places)} places"
    yield "| | count | p50 ms | p95 ms | p99 ms |"
    yield "|---|---|---|---|---|"
    yield row("entitlement, a day at a former-central hospital", day)
    yield row("entitlement, all places, each worked out anew", fresh)
    worst = max(percentile(day, 99), percentile(fresh, 99))
    verdict = "within" if worst <= LIMIT_MS else "over"
    yield f"added to a check at p99: {worst:.3f} ms, {verdict} {LIMIT_MS:.0f} ms"


def _decide(card: Card, facility: Facility, said: Said) -> None:
    law = shipped()
    decide(inputs_for(card, facility, _DAY, said, law=law), law)


def _said(chance: random.Random) -> Said:
    return Said(
        emergency=chance.choice(_MAYBE),
        inpatient=chance.choice(_MAYBE),
        referral=chance.choice(_MAYBE),
        disease=chance.choice((None, "none", "I", "II")),
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (_FIXTURES / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _cards() -> list[Card]:
    return [Card(ma_the=r["ma_the"], ma_dkbd=r["ma_dkbd"]) for r in _rows("cards.csv")]


def _facilities() -> list[Facility]:
    return [
        Facility(
            r["ma_cskcb"],
            r["ten"],
            r["ma_tinh"],
            cap=r["cap"] or None,
            diem=r["diem"] or None,
            hang_cu=r["hang_cu"] or None,
            loai_12=r["loai_12"] == "1",
        )
        for r in _rows("facilities.csv")
    ]
