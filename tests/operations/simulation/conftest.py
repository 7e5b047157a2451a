"""A small simulated folder and what its replay says, made once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from verification.operations.simulation.people import OWN
from verification.operations.simulation.replay import Replayed, replay
from verification.operations.simulation.simulate import Wanted, write
from verification.rules.misuse.policy import shipped

if TYPE_CHECKING:
    from pathlib import Path

SMALL = Wanted(visits=700, days=60, prevalence=20, seed=10)


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with visits, cards and labels."""
    folder = tmp_path_factory.mktemp("simulated")
    write(folder, SMALL)
    return folder


@pytest.fixture(scope="session")
def replayed(simulated: Path) -> list[Replayed]:
    """Return what the shipped rules say of it."""
    return list(replay(simulated / "visits.csv", None, OWN, shipped()))
