"""A code on a screen turned down so far that its change of gray is hardly more than the noise.

So faint a change also comes from grain and cloth, so a place counts only where it is dark and the
three finders of a code stand in it.
"""

import numpy as np

from verification.adapters.scanning.gray import Gray
from verification.adapters.scanning.rescue.block import MARGIN, darkness, straightened
from verification.adapters.scanning.rescue.finders import finders
from verification.adapters.scanning.rescue.locator import Candidate, Changes, Search, are_alike

_LEAST, _OVER_NOISE = 0.5, (1.2, 0.1)
# Whole phone or code alone: which level cuts out the code depends on light and noise.
_SEARCHES = [Search(_LEAST, _OVER_NOISE, (share,)) for share in (0.5, 0.3, 0.15, 0.0)]
_MOST_TRIED = 4  # places in a frame; each costs some 18 ms
_SMALLEST = 80.0  # pixels a side: a smaller code is not read in any light
_FLAT = 0.97  # correlation that no finder reaches: a flat corner of the place divides by nothing
_LIGHTEST, _MOST_SPREAD = 160, 40  # gray of the brightest tenth, and over the darkest
_THREE = 1.9  # correlations of the three finders together; dark blocks without a code reach 1.8


def faint_places(gray: Gray, found: Changes) -> list[Candidate]:
    """Find the place where a code stands in the dark.

    Args:
        gray: Height x width.
        found: Its changes.

    Returns:
        That place, or none.
    """
    tried: list[Candidate] = []
    for search in _SEARCHES:
        for one in found.places(search):
            if len(tried) == _MOST_TRIED:
                return []
            if one.side < _SMALLEST or any(are_alike(one, other) for other in tried):
                continue
            if _is_faint_code(gray, one):
                return [one]
            tried.append(one)
    return []


def _is_faint_code(gray: Gray, candidate: Candidate) -> bool:
    flat = straightened(gray, candidate)
    dark, white = np.percentile(flat[MARGIN:-MARGIN, MARGIN:-MARGIN], (10, 90))
    if white > _LIGHTEST or white - dark > _MOST_SPREAD:
        return False
    _, peaks = finders(darkness(flat))
    scores = sorted(score if score < _FLAT else 0.0 for score, _ in peaks)
    return sum(scores[1:]) > _THREE
