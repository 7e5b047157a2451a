"""Turn a grid of blurred darkness into what the code says.

The fixed modules of the code are known beforehand, so they teach a linear filter what this blur,
in whatever direction, did to a module (a least-squares equaliser); what it then reads surely, and
each block that could be corrected, teach it again. OpenCV does the sums, in one thread: numpy's
would take every core of the server.
"""

from typing import Protocol

import cv2
import numpy as np

from verification.adapters.scanning.deadline import Deadline
from verification.adapters.scanning.engines import read_only, zxing
from verification.adapters.scanning.rescue.block import Floats, multiplied
from verification.adapters.scanning.rescue.codewords import Symbol
from verification.adapters.scanning.rescue.solomon import KEPT

REACH = 5  # half modules each way that a module is read from
_RIDGES = (0.03, 0.01, 0.003, 0.002)  # share of the mean power that keeps noise from being taught
_SURE = 0.45  # answers beyond it teach the next round
_ASKED = (1, 3, 6)  # rounds after which the guess is corrected; later ones while blocks are won
_PATIENCE, _MOST_ROUNDS = 2, 14


class Sampled(Protocol):
    """A module grid on a picture."""

    @property
    def modules(self) -> int:
        """Modules a side."""

    def lattice(self, reach: int) -> Floats:
        """Return the darkness at half modules, from `reach` of them before the first on.

        Args:
            reach: Half modules before the middle of the first module and after the last.
        """


def payloads(grid: Sampled, ends: Deadline, kept: int = KEPT) -> list[bytes]:
    """Read the code on a grid.

    Args:
        grid: Where its modules are.
        ends: When to give up.
        kept: Parity codewords kept back where codewords are given up.
    """
    symbol = Symbol(grid.modules, kept)
    if _is_whole(symbol, grid, ends):
        return [one.payload for one in read_only(zxing(symbol.drawn(), pure=True))]
    return []


def _is_whole(symbol: Symbol, grid: Sampled, ends: Deadline) -> bool:
    """Tell whether a guess could be corrected, the plain one or one after some teaching."""
    lattice = grid.lattice(REACH)
    inside = slice(REACH, len(lattice) - REACH, 2)
    if symbol.correct(lattice[inside, inside], ends):
        return True
    features = _features(lattice, grid.modules)
    answers, last = symbol.known.astype(np.float32), _ASKED[-1]
    for at in range(_MOST_ROUNDS):
        if ends.over or at > last:
            return False
        guess = taught(features, answers, _RIDGES[min(at, len(_RIDGES) - 1)])
        if at in _ASKED or at > _ASKED[-1]:
            before = symbol.corrected
            if symbol.correct(guess, ends):
                return True
            if symbol.corrected > before or (at == _ASKED[-1] and before):
                last = max(last, at + _PATIENCE)
        answers = _answers(symbol, guess)
    return False


def _answers(symbol: Symbol, guess: Floats) -> Floats:
    """Return what is known by now, and what the guess is sure of; 0 elsewhere."""
    sure = np.where(np.abs(guess) > _SURE, np.sign(guess), 0.0)
    return np.where(symbol.known != 0, symbol.known, sure).astype(np.float32)


def _features(lattice: Floats, modules: int) -> Floats:
    """Return modules x modules x features: darkness at half modules around each, and 1."""
    wide = range(2 * REACH + 1)
    long = 2 * modules - 1
    taps = [lattice[y : y + long : 2, x : x + long : 2] for y in wide for x in wide]
    return np.stack([*taps, np.ones_like(taps[0])], axis=-1)


def taught(features: Floats, answers: Floats, ridge: float) -> Floats:
    """Fit answers (0 where unknown) by the features; return the fit everywhere."""
    known = answers.reshape(-1) != 0
    inputs = np.ascontiguousarray(features.reshape(known.size, -1)[known])
    goals = answers.reshape(-1, 1)[known]
    power = cv2.mulTransposed(inputs, aTa=True)
    power += np.eye(len(power), dtype=np.float32) * (ridge * np.trace(power) / len(power))
    aims = multiplied(inputs, goals, cv2.GEMM_1_T)
    _, weights = cv2.solve(
        power.astype(np.float64), aims.astype(np.float64), flags=cv2.DECOMP_CHOLESKY
    )
    fit = multiplied(features.reshape(known.size, -1), weights.astype(np.float32))
    return fit.reshape(answers.shape)
