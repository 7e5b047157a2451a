"""Whole numbers and shares as Vietnamese readers write them: `94.288` and `29,33 %`."""

from fractions import Fraction
from math import floor

_HALF = Fraction(1, 2)


def dotted(number: int) -> str:
    """Write a whole number with dots between thousands."""
    return f"{number:,}".replace(",", ".")


def hundredths(rate: Fraction) -> int:
    """Return how many hundredths of a percent a share is, half of one rounded up."""
    return floor(rate * 10_000 + _HALF)


def share_text(rate: Fraction) -> str:
    """Write a share in percent with two decimals, half up: `29,33 %`."""
    percent, rest = divmod(hundredths(rate), 100)
    return f"{dotted(percent)},{rest:02d} %"


def share_number(rate: Fraction) -> str:
    """Write a share in percent as programs read it: `29.33`."""
    percent, rest = divmod(hundredths(rate), 100)
    return f"{percent}.{rest:02d}"
