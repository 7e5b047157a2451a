"""A window, its clock, and a server that holds its routes only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app_pages.server.window import Guest
from tests.app_pages.guest.test_routes import Seconds, Site, serving
from tests.support import TODAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.kiosk import Kiosk


@pytest.fixture
def seconds() -> Seconds:
    """Return the window's clock."""
    return Seconds()


@pytest.fixture
def window(seconds: Seconds) -> Guest:
    """Return a window that nothing was shown in yet."""
    return Guest(seconds, lambda: TODAY)


@pytest.fixture
def site(window: Guest, kiosk: Kiosk) -> Iterator[Site]:
    """Return a running server of its routes."""
    with serving(window, kiosk) as own:
        yield own
