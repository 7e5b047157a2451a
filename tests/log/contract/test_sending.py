"""What is taken to be sent, on each engine."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.exchange_support import receive
from verification.log.outbox import Errand, portal_item

if TYPE_CHECKING:
    from tests.support import Clock
    from verification.kiosk import Kiosk


def test_what_is_taken_is_told_by_name_until_its_lease_is_over(kiosk: Kiosk, clock: Clock) -> None:
    first, second = (portal_item(receive(kiosk).visit_id) for _ in range(2))
    clock.forward(seconds=20)
    until, exchanged = clock.now + timedelta(minutes=5), kiosk.written.exchanged
    assert not exchanged.sending(clock.now)
    taken = kiosk.written.write(lambda log: log.exchanged.lease(Errand.PORTAL, clock.now, until, 1))
    assert [item.item_id for item in taken] == [first]
    assert set(exchanged.sending(clock.now)) == {first}
    assert not exchanged.sending(until)
    kiosk.written.write(lambda log: log.exchanged.release(first))
    assert not exchanged.sending(clock.now)
    assert (exchanged.one(first), exchanged.one("portal:9-9")) == (taken[0], None)
    assert exchanged.one(second)
