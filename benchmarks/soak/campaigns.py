"""The campaigns by name."""

from collections.abc import Callable, Iterator, Mapping

from benchmarks import soak_routes
from benchmarks.soak import day, kills, kills_postgres, payloads, pictures, symbols
from benchmarks.soak.outcome import Outcome, Progress

Campaign = Callable[[int, int, float | None], Iterator[Outcome]]


def _payloads(count: int, seed: int, minutes: float | None) -> Iterator[Outcome]:
    yield payloads.payloads(count, seed, minutes)


def _pictures(count: int, seed: int, minutes: float | None) -> Iterator[Outcome]:
    yield pictures.pictures(count, seed, minutes)


def _kills(count: int, seed: int, minutes: float | None) -> Iterator[Outcome]:
    yield kills.kills(count, seed, minutes)


def _kills_postgres(count: int, seed: int, minutes: float | None) -> Iterator[Outcome]:
    yield kills_postgres.kills(count, seed, minutes)


def _day(count: int, seed: int, minutes: float | None) -> Iterator[Outcome]:
    yield day.day(count, seed, minutes)


def _routes(count: int, seed: int, _minutes: float | None) -> Iterator[Outcome]:
    progress = Progress("routes", count)
    came = soak_routes.routes(count, seed)
    yield Outcome("routes asked", count, seed, progress.seconds, came.told(), came.found)


CAMPAIGNS: Mapping[str, tuple[Campaign, int]] = {
    "day": (_day, day.COUNT),
    "kills": (_kills, kills.COUNT),
    "kills-postgres": (_kills_postgres, kills_postgres.COUNT),
    "payloads": (_payloads, payloads.COUNT),
    "pictures": (_pictures, pictures.COUNT),
    "routes": (_routes, soak_routes.COUNT),
    "symbols": (symbols.symbols, symbols.COUNT),
}
"""Each with its usual count."""
