"""What a watching program is told: what was counted, and gauges of how the kiosk stands now.

Nothing here reads a whole table: what costs more is what health found within the last minute.
"""

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

from app_pages.server.house import House
from verification.basics.errors import KioskError
from verification.card.portal import PortalLight, PortalState
from verification.log.outbox import Errand
from verification.officers.at_work import at_work
from verification.operations.health.line import Tone
from verification.operations.version import commit, stands_on


class Gauges(Collector):
    """All that is told of a house.

    Args:
        house: The running server.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._build = stands_on() | {"commit": commit()}

    def collect(self) -> Iterator[Metric]:
        """Return all of it; what cannot be read is left out and said to be so."""
        yield from self._house.metrics.registry.collect()
        yield InfoMetricFamily("kiosk_build", "What runs", value=self._build)
        failed = 0
        for read in (_portal, _outbox, _log, _sessions, _health, _sink, _backup, _disk):
            try:
                yield from read(self._house)
            except (KioskError, OSError):
                failed += 1
        yield _gauge("kiosk_scrape_failures", "Groups of gauges that could not be read", failed)


def _portal(house: House) -> Iterable[Metric]:
    state = house.portal.state() if house.portal else PortalState(PortalLight.OFF)
    lights = _gauge("kiosk_portal_state", "1 for how the portal is now", labels=["state"])
    for light in PortalLight:
        lights.add_metric([light.value], float(light is state.light))
    yield lights
    told = "Questions that wait for their turn"
    yield _gauge("kiosk_portal_waiting", told, state.waiting)


def _outbox(house: House) -> Iterable[Metric]:
    exchanged, now = house.kiosk.written.exchanged, house.kiosk.clock()
    size = _gauge("kiosk_outbox_items", "What waits to be sent", labels=["errand"])
    age = _gauge("kiosk_outbox_oldest_age_seconds", "Of what waits longest", labels=["errand"])
    for errand in Errand:
        count = exchanged.count(errand)
        size.add_metric([errand.value], count)
        oldest = next(iter(exchanged.waiting(errand, 1)), None) if count else None
        waited = now - oldest.since if oldest else timedelta(0)
        age.add_metric([errand.value], max(waited.total_seconds(), 0.0))
    return size, age


def _log(house: House) -> Iterable[Metric]:
    count = sum(head.count for head in house.kiosk.written.places.heads())
    yield _gauge("kiosk_log_events", "Events in the log, of all desks", count)


def _sessions(house: House) -> Iterable[Metric]:
    found = at_work(house.kiosk)
    sessions = _gauge("kiosk_sessions", "Sessions that have not ended", labels=["state"])
    sessions.add_metric(["live"], found.live)
    sessions.add_metric(["locked"], found.locked)
    yield sessions
    desks = found.desks.intersection(house.desks.names)
    yield _gauge("kiosk_desks_at_work", "Desks with a live session", len(desks))
    yield _gauge("kiosk_desks", "Desks of this server", len(house.desks.names))


def _health(house: House) -> Iterable[Metric]:
    found = Counter((line.key, line.tone) for line in house.health.found())
    lines = _gauge("kiosk_health_lines", "Lines of health, as looked at", labels=["line", "tone"])
    for key in sorted({key for key, _ in found}):
        for tone in Tone:
            lines.add_metric([key, tone.value], found[key, tone])
    yield lines


def _sink(house: House) -> Iterable[Metric]:
    if house.settings.head_sink is None:
        return
    told = "When the heads of the log were sent last, 0 for not since the start"
    yield _gauge("kiosk_last_head_sent_timestamp_seconds", told, _moment(house.sink.sent_at))
    failing = float(house.sink.failing_since is not None)
    yield _gauge("kiosk_head_sending_failing", "1 while it fails", failing)


def _backup(house: House) -> Iterable[Metric]:
    if house.settings.backup is None:
        return
    told = "Of when the newest sound backup is, 0 for none known"
    yield _gauge("kiosk_last_backup_timestamp_seconds", told, _moment(house.backups.made_at))
    failing = float(house.backups.failing_since is not None)
    yield _gauge("kiosk_backup_failing", "1 while it fails", failing)


def _disk(house: House) -> Iterable[Metric]:
    disk = shutil.disk_usage(house.settings.folder)
    yield _gauge("kiosk_disk_free_bytes", "Free where the store lies", disk.free)
    yield _gauge("kiosk_disk_size_bytes", "Size of that disk", disk.total)


def _moment(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0


def _gauge(
    name: str, told: str, value: float | None = None, labels: Sequence[str] | None = None
) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, told, value=value, labels=labels)
