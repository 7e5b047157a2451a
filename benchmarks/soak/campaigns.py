"""The campaigns by name."""

from collections.abc import Callable, Iterator, Mapping

from benchmarks.soak import kills, payloads, pictures, symbols
from benchmarks.soak.outcome import Outcome

Campaign = Callable[[int, int, float | None], Iterator[Outcome]]


def _payloads(count: int, seed: int, minutes: float | None) -> Iterator[Outcome]:
    yield payloads.payloads(count, seed, minutes)


def _pictures(count: int, seed: int, minutes: float | None) -> Iterator[Outcome]:
    yield pictures.pictures(count, seed, minutes)


def _kills(count: int, seed: int, minutes: float | None) -> Iterator[Outcome]:
    yield kills.kills(count, seed, minutes)


CAMPAIGNS: Mapping[str, tuple[Campaign, int]] = {
    "kills": (_kills, kills.COUNT),
    "payloads": (_payloads, payloads.COUNT),
    "pictures": (_pictures, pictures.COUNT),
    "symbols": (symbols.symbols, symbols.COUNT),
}
"""Each with its usual count."""
