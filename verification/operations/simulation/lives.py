"""All honest lives, and how many of a hundred people live each."""

from collections.abc import Callable, Iterator, Mapping

from verification.operations.simulation.babies import newborn
from verification.operations.simulation.evenings import evening_shift
from verification.operations.simulation.honest import (
    acute,
    cancer,
    chronic,
    dialysis,
    emergency,
    family,
    forgetful,
    pregnancy,
    referral,
    rehabilitation,
    two_clinics,
    typing,
)
from verification.operations.simulation.journeys import night_clinic, traveller
from verification.operations.simulation.people import Planned, World
from verification.operations.simulation.refills import early_refill

Life = Callable[[World], Iterator[Planned]]

# weight: of a hundred people; a shift is one life of an officer and many patients
LIVES: Mapping[Life, float] = {
    acute: 45, chronic: 24, dialysis: 0.25, cancer: 0.6, rehabilitation: 0.9, pregnancy: 4,
    newborn: 1, family: 6, two_clinics: 5, referral: 4, emergency: 5, typing: 2, forgetful: 1.5,
    traveller: 2.5, night_clinic: 2.5, early_refill: 2, evening_shift: 0.05,
}  # fmt: skip
