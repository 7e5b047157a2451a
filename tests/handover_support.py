"""A visit and its answer, for tests of what a hospital system is given."""

from __future__ import annotations

from datetime import UTC, datetime

from verification.exchange.handover.facts import Judged
from verification.log.visit import CachTrinh, PortalWord, Visit

VISIT = Visit(
    *("visit-1", "1", datetime(2026, 11, 26, 1, 30, tzinfo=UTC), "person", "shown"),
    *("eligible", "valid", "4/5", "1.1", "an", CachTrinh.VSSID),
    so_thu_tu=12,
    portal=PortalWord.WAITING,
)
"""Received in the morning; the portal has not answered."""
JUDGED = Judged("eligible", "valid", "19/40", "1.1")
