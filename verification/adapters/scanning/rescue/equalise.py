"""Turn a grid of blurred darkness into clean modules.

The fixed modules of the code are known beforehand, so they teach a linear filter what this blur,
in whatever direction, did to a module (a least-squares equaliser); what it then reads surely
teaches it again.
"""

from collections.abc import Iterator

import numpy as np

from verification.adapters.scanning.gray import Gray
from verification.adapters.scanning.rescue.block import Floats
from verification.adapters.scanning.rescue.grid import Grid
from verification.adapters.scanning.rescue.pattern import marks

_RIDGE = 0.03  # share of the mean power that keeps noise from being taught
_SURE = 0.45  # answers beyond it teach the next round
_ROUNDS = 3
_PIXELS = 3  # a module in the clean picture
_QUIET = 4  # modules around it


def clean_pictures(grid: Grid) -> Iterator[Gray]:
    """Yield pictures of the code with ever better modules; the first is only cut at zero.

    Args:
        grid: Where its modules are.
    """
    known = marks(grid.modules).astype(np.float32)
    plain = grid.sample()
    yield _drawn(plain, known)
    features = _features(grid)
    answers = known
    for _ in range(_ROUNDS):
        guess = _taught(features, answers)
        yield _drawn(guess, known)
        sure = np.where(np.abs(guess) > _SURE, np.sign(guess), 0.0)
        answers = np.where(known != 0, known, sure)


def _features(grid: Grid) -> Floats:
    """Return modules x modules x features: darkness at half modules up to 1.5 around each."""
    halves = [(x / 2, y / 2) for x in range(-3, 4) for y in range(-3, 4)]
    return np.stack([grid.sample(at) for at in halves] + [np.ones_like(grid.sample())], axis=-1)


def _taught(features: Floats, answers: Floats) -> Floats:
    """Fit answers (0 where unknown) by the features; return the fit everywhere."""
    taught = answers != 0
    inputs, goals = features[taught].astype(np.float64), answers[taught].astype(np.float64)
    power = inputs.T @ inputs
    power += np.eye(len(power)) * _RIDGE * np.trace(power) / len(power)
    weights = np.linalg.solve(power, inputs.T @ goals)
    return np.asarray(features @ weights.astype(np.float32), np.float32)


def _drawn(darkness: Floats, known: Floats) -> Gray:
    dark = np.where(known != 0, known, darkness) > 0
    framed = np.pad(np.where(dark, 0, 255), _QUIET, constant_values=255)
    return np.kron(framed, np.ones((_PIXELS, _PIXELS))).astype(np.uint8)
