"""How a sending ended is written down of what was sent, not of what was asked for meanwhile."""

from __future__ import annotations

import pytest

from tests.exchange_support import receive, waiting_kiosk
from tests.log.sending_support import his_told
from tests.support import Clock
from verification.exchange.sending import Sent, note_end
from verification.log.outbox import record_item
from verification.log.sending_events import Delivered, NotDelivered
from verification.log.visit import RecordWord

TAKEN = Sent(ok=True, to="portal", receipt="GD-1")
REFUSED = Sent(ok=False, to="portal", cause="record_refused")


@pytest.mark.parametrize(("ended", "code"), [(TAKEN, "GD-1"), (REFUSED, None)])
def test_a_record_asked_for_anew_while_it_was_sent_waits_as_it_was(
    ended: Sent, code: str | None
) -> None:
    kiosk = waiting_kiosk(Clock())
    visit = receive(kiosk).visit_id
    his_told(kiosk.written, visit, record=True)
    sent = kiosk.written.exchanged.one(record_item(visit))
    assert sent
    newer = his_told(kiosk.written, visit, record=True)
    event = note_end(kiosk, sent, ended, None)
    made = {Delivered.kind: Delivered, NotDelivered.kind: NotDelivered}[event.kind]
    assert made.of(event.codes).replaced is True  # type: ignore[attr-defined]
    waits = kiosk.written.exchanged.one(record_item(visit))
    assert waits
    assert (waits.event, waits.is_dead, waits.attempts) == (newer.event_id, False, 0)
    after = kiosk.written.visit(visit)
    assert after
    assert (after.record, after.record_code) == (RecordWord.WAITING, code)
    assert note_end(kiosk, waits, TAKEN, None).codes.get("replaced") is None
    assert kiosk.written.exchanged.one(record_item(visit)) is None
