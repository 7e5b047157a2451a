"""Rates of the fund as text."""

from fractions import Fraction


def rate_text(rate: Fraction) -> str:
    """Write a rate in lowest terms, always with a slash: `4/5`, `1/1`."""
    return f"{rate.numerator}/{rate.denominator}"


def percent_text(rate: Fraction) -> str:
    """Write a rate in percent without trailing zeros: `80`, `47.5`."""
    percent = rate * 100
    if percent.denominator == 1:
        return str(percent.numerator)
    return f"{float(percent):.4f}".rstrip("0")
