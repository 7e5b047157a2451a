"""What a running server counts of its own work, for a program that watches (Prometheus).

Labels are members of our own enums alone, so that no number, no name and no text that somebody
sent ever gets into one. Counters begin at zero with the server, as Prometheus expects.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
)

from verification.card.portal import Cause, PortalOutcome
from verification.card.reasons import Reason
from verification.log.events import Event, EventKind
from verification.log.portal_events import PortalAnswered, PortalFailed
from verification.log.visit import CachTrinh
from verification.log.visit_events import Presented, Received
from verification.rules.law.verdict import Outcome

OTHER = "other"
"""What stands for whatever is no member: what an older or a damaged event holds."""
disable_created_metrics()  # type: ignore[no-untyped-call]  # series that nobody reckons with
_MILLI = 1_000
_ASKED_BY = ("desk", "outbox", "command")
_DESK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_STORE = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0)
_PORTAL = (0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0, 120.0)


class ScanSource(StrEnum):
    """Where a scan came from, as the desk's page says it."""

    CAMERA = "camera"
    SCANNER = "scanner"
    PICTURE = "picture"
    TYPED = "typed"


class Metrics:
    """Counts and measures; it is the log's `Watch`, and each is quick.

    Args:
        registry: What is scraped.
    """

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        self._presented = self._count(
            "kiosk_presentations", "Cards presented at a desk", "verdict", "reason"
        )
        self._looked = self._count("kiosk_looks", "Cards that were only looked up", "verdict")
        self._received = self._count("kiosk_checkins", "Patients received", "form", "verdict")
        self._undone = self._count("kiosk_checkins_undone", "Visits undone")
        self._written = self._count("kiosk_events_written", "Events written, by kind", "kind")
        self._portal = self._count(
            "kiosk_portal_questions", "Questions to the portal that ended", "outcome", "by"
        )
        self._causes = self._count(
            "kiosk_portal_failures", "Questions without an answer that counts", "cause"
        )
        self._refused = self._count(
            "kiosk_store_commit_failures", "Commits that the disk or the file did not take"
        )
        self._measure()

    def _measure(self) -> None:
        self._portal_time = self._time("kiosk_portal", "All requests of a question", _PORTAL)
        self._scan_time = self._time(
            "kiosk_scan_answer", "From a scan's arrival to its answer", _DESK, "source"
        )
        self._frame_time = self._time("kiosk_frame_decode", "To read a frame of a camera", _DESK)
        self._writing = self._time("kiosk_store_write", "Waiting included", _STORE)
        self._commit = self._time("kiosk_store_commit", "One commit", _STORE)
        self._lookup = self._time("kiosk_card_lookup", "A look-up in the card store", _STORE)
        waiting = "Pieces of work that wait to be written or are being written"
        self._waiting = Gauge("kiosk_store_waiting", waiting, registry=self.registry)

    def _count(self, name: str, told: str, *labels: str) -> Counter:
        return Counter(name, told, labels, registry=self.registry)

    def _time(self, name: str, told: str, buckets: Iterable[float], *labels: str) -> Histogram:
        edges = tuple(buckets)
        return Histogram(f"{name}_seconds", told, labels, buckets=edges, registry=self.registry)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold while somebody waits for a piece of work to be written."""
        begun = time.perf_counter()
        self._waiting.inc()
        try:
            yield
        finally:
            self._waiting.dec()
            self._writing.observe(time.perf_counter() - begun)

    def committed(self, seconds: float, *, failed: bool) -> None:
        """Note one commit."""
        if failed:
            self._refused.inc()
        else:
            self._commit.observe(seconds)

    def looked_up(self, seconds: float) -> None:
        """Note a look-up in the card store."""
        self._lookup.observe(seconds)

    def scanned(self, source: str, seconds: float) -> None:
        """Note how long a scan waited for its answer.

        Args:
            source: As the page says it.
            seconds: How long.
        """
        self._scan_time.labels(_member(ScanSource, source)).observe(seconds)

    def framed(self, seconds: float) -> None:
        """Note how long a frame took to be read."""
        self._frame_time.observe(seconds)

    def wrote(self, event: Event) -> None:
        """Note an event that is written."""
        self._written.labels(event.kind.value).inc()
        kinds: Mapping[EventKind, Callable[[Event], None]] = {
            EventKind.PRESENTED: self._note_presented,
            EventKind.RECEIVED: self._note_received,
            EventKind.CANCELLED: lambda _: self._undone.inc(),
            EventKind.PORTAL_ANSWERED: self._note_answered,
            EventKind.PORTAL_FAILED: self._note_failed,
        }
        if note := kinds.get(event.kind):
            note(event)

    def _note_presented(self, event: Event) -> None:
        told = Presented.of(event.codes)
        verdict = _member(Outcome, told.verdict)
        if told.lookup:
            self._looked.labels(verdict).inc()
            return
        reason = _member(Reason, next(iter(told.reasons), ""))
        self._presented.labels(verdict, reason).inc()

    def _note_received(self, event: Event) -> None:
        told = Received.of(event.codes)
        form, verdict = _member(CachTrinh, told.cach_trinh), _member(Outcome, told.verdict)
        self._received.labels(form, verdict).inc()

    def _note_answered(self, event: Event) -> None:
        told = PortalAnswered.of(event.codes)
        self._asked(told.outcome, told.by, told.ms)

    def _note_failed(self, event: Event) -> None:
        told = PortalFailed.of(event.codes)
        self._asked(told.outcome, told.by, told.ms)
        self._causes.labels(_member(Cause, told.cause)).inc()

    def _asked(self, outcome: str, by: str, ms: int) -> None:
        who = by if by in _ASKED_BY else OTHER
        self._portal.labels(_member(PortalOutcome, outcome), who).inc()
        self._portal_time.observe(ms / _MILLI)


def _member(kinds: type[StrEnum], value: str | None) -> str:
    return value if value in frozenset(kinds) else OTHER
