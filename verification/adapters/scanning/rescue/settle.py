"""Let each neighbourhood of a grid settle: for folds that corners and bows cannot follow."""

from dataclasses import replace
from itertools import product

import cv2
import numpy as np

from verification.adapters.scanning.rescue.block import Floats
from verification.adapters.scanning.rescue.bow import Bowed
from verification.adapters.scanning.rescue.layout import symbol_marks

_ROUNDS = 3
_WAYS = (-0.5, -0.25, 0.0, 0.25, 0.5)  # modules a round
_WINDOW, _SPREAD = (7, 7), 1.8  # modules that are a neighbourhood
_FIXED, _LIGHT = 2.0, -0.7  # what a fixed module counts, and a light one of no known sign
_FAR_COSTS = 0.06  # sureness, by the square of the way
_UNSURE = 0.25  # sureness from which on a neighbourhood pulls the others


def settled(grid: Bowed) -> Bowed:
    """Move each neighbourhood to where its modules are surest; sure ones pull the others."""
    middles, pitch = grid.middles(), np.float32(grid.pixels)
    shifts = np.zeros_like(middles)
    for _ in range(_ROUNDS):
        best, moves = _surest(grid, middles + shifts * pitch)
        weight = np.clip(best - _UNSURE, 0.02, 1) ** 2
        pulled = _wide((shifts + moves) * weight[..., None])
        shifts = np.asarray(pulled / _wide(weight)[..., None], np.float32)
    return replace(grid, shifts=shifts * pitch)


def _surest(grid: Bowed, points: Floats) -> tuple[Floats, Floats]:
    """Return how sure each neighbourhood is at its best, and the way there in modules."""
    known = symbol_marks(grid.modules).astype(np.float32)
    best = np.full(known.shape, -np.inf, np.float32)
    moves = np.zeros_like(points)
    for across, down in product(_WAYS, repeat=2):
        way = np.array([across, down], np.float32)
        dark = grid.at(points + way * np.float32(grid.pixels))
        sure = np.where(known != 0, _FIXED * dark * known, np.maximum(dark, _LIGHT * dark))
        near = _wide(sure.astype(np.float32), _WINDOW) - np.float32(_FAR_COSTS) * (way @ way)
        better = near > best
        best[better], moves[better] = near[better], way
    return best, moves


def _wide(field: Floats, window: tuple[int, int] = (0, 0)) -> Floats:
    return np.asarray(cv2.GaussianBlur(field, window, _SPREAD), np.float32)
