"""The thread that settles: it goes on whatever happens, stops quickly, and is alone at it."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from filelock import FileLock

from tests.exchange_support import Told, receive, waiting_kiosk
from verification.basics.errors import StoreError
from verification.card.portal import Cause, PortalAnswer
from verification.exchange.again import shipped
from verification.exchange.handover.errand import HandoverErrand, HisCause
from verification.exchange.outbox import Outbox
from verification.exchange.portal_errand import PortalErrand
from verification.exchange.sending import Sent
from verification.exchange.waiting import send_again
from verification.log.outbox import Errand, handover_item
from verification.operations.exchange_worker import Exchange, Lane, Sender, exchanging
from verification.operations.turns import Turns
from verification.rights import command_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tests.support import Clock
    from verification.exchange.handover.message import Message
    from verification.kiosk import Kiosk

SOON = 0.01
LONG = 20.0


def outbox(kiosk: Kiosk, told: Told) -> Outbox[PortalAnswer]:
    errand = PortalErrand(told, told.question, told.note, kiosk.clock)
    return Outbox(kiosk, errand, shipped(), Random(1))


def becomes(true: Callable[[], object]) -> bool:
    """Wait until something is so."""
    pause = threading.Event()
    return any(true() or pause.wait(SOON) for _ in range(int(LONG / SOON)))


@contextmanager
def running(kiosk: Kiosk, folder: Path, told: Told) -> Iterator[Exchange]:
    with exchanging(kiosk, Turns(folder / "kiosk.db"), [outbox(kiosk, told)], SOON) as exchange:
        yield exchange
    assert not [one for one in threading.enumerate() if one.name.startswith("kiosk-outbox")]


def test_what_waits_is_settled_beside_the_desks_and_the_thread_ends_at_once(
    clock: Clock, tmp_path: Path
) -> None:
    kiosk = waiting_kiosk(clock)
    told = Told(kiosk)
    for _ in range(20):
        receive(kiosk)
    with running(kiosk, tmp_path, told) as exchange:
        assert exchange.sends(Errand.PORTAL)
        assert becomes(lambda: exchange.looked)
        assert not told.asked  # nothing is due yet
        clock.forward(seconds=20)
        assert becomes(lambda: not kiosk.written.exchanged.count())
    assert len(told.asked) == 20


def test_a_disk_that_fails_is_a_state_that_is_told_and_not_the_end(
    clock: Clock, tmp_path: Path
) -> None:
    kiosk = waiting_kiosk(clock)
    told = Told(kiosk)
    receive(kiosk)
    clock.forward(seconds=20)
    full = True

    def fail() -> None:
        if full:
            raise StoreError("Đĩa đầy", "The disk is full")

    told.then = fail
    with running(kiosk, tmp_path, told) as exchange:
        assert becomes(lambda: exchange.trouble)
        assert exchange.trouble
        assert exchange.trouble.vi == "Đĩa đầy"
        full = False
        exchange.wake()
        assert becomes(lambda: not kiosk.written.exchanged.count())
        assert becomes(lambda: exchange.trouble is None)


def test_while_the_portal_takes_nothing_it_rests_until_somebody_wakes_it(
    clock: Clock, tmp_path: Path
) -> None:
    kiosk = waiting_kiosk(clock)
    told = Told(kiosk, Cause.ACCOUNT)
    for _ in range(2):
        receive(kiosk)
    clock.forward(seconds=20)
    with running(kiosk, tmp_path, told) as exchange:
        assert becomes(lambda: exchange.pauses == {Errand.PORTAL: "account"})
        assert not becomes_soon(lambda: len(told.asked) > 1)
        told.cause = None
        exchange.wake()
        assert becomes(lambda: len(told.asked) == 2)
        assert becomes(lambda: not exchange.pauses)


def test_a_pause_ends_when_another_process_has_something_sent_again(
    clock: Clock, tmp_path: Path
) -> None:
    kiosk = waiting_kiosk(clock)
    told = Told(kiosk, Cause.ACCOUNT)
    for _ in range(2):
        receive(kiosk)
    clock.forward(seconds=20)
    with running(kiosk, tmp_path, told) as exchange:
        assert becomes(lambda: exchange.pauses == {Errand.PORTAL: "account"})
        told.cause = None
        send_again(command_line("1"), kiosk)
        assert becomes(lambda: not kiosk.written.exchanged.count())


def becomes_soon(true: Callable[[], object]) -> bool:
    """Tell whether something is so in ten looks of the thread."""
    pause = threading.Event()
    return any(true() or pause.wait(SOON) for _ in range(10))


def test_only_one_process_sends_and_the_other_takes_over_when_it_ends(
    clock: Clock, tmp_path: Path
) -> None:
    kiosk = waiting_kiosk(clock)
    told = Told(kiosk)
    receive(kiosk)
    clock.forward(seconds=20)
    other = FileLock(tmp_path / "kiosk.db.sending", timeout=0)
    with other:
        sender = Sender(
            kiosk, Turns(tmp_path / "kiosk.db"), outbox(kiosk, told), Lane(Errand.PORTAL)
        )
        assert sender.until(lambda: True) is False
        with running(kiosk, tmp_path, told) as exchange:
            assert not becomes_soon(lambda: told.asked)
            assert exchange.looked == clock()  # who has the turn looks for all
            other.release()
            assert becomes(lambda: told.asked)
    assert not kiosk.written.exchanged.count()


def test_a_command_sends_until_it_is_enough(clock: Clock, tmp_path: Path) -> None:
    kiosk = waiting_kiosk(clock)
    told = Told(kiosk)
    for _ in range(9):
        receive(kiosk)
    clock.forward(seconds=20)
    sender = Sender(kiosk, Turns(tmp_path / "kiosk.db"), outbox(kiosk, told), Lane(Errand.PORTAL))
    assert sender.until(lambda: not kiosk.written.exchanged.count())
    assert len(told.asked) == 9


def test_a_clock_that_is_set_back_while_it_sends_holds_nothing_up(
    clock: Clock, tmp_path: Path
) -> None:
    kiosk = waiting_kiosk(clock)
    told = Told(kiosk)
    sender = Sender(kiosk, Turns(tmp_path / "kiosk.db"), outbox(kiosk, told), Lane(Errand.PORTAL))
    clock.forward(hours=7)
    rounds = iter(range(9))

    def enough() -> bool:
        if next(rounds) == 2:
            receive(kiosk)
            clock.forward(hours=-7)
        return bool(told.asked)

    assert sender.until(enough)
    assert told.asked


def test_where_nothing_is_sent_anywhere_there_is_no_thread(clock: Clock, tmp_path: Path) -> None:
    with exchanging(waiting_kiosk(clock), Turns(tmp_path / "kiosk.db"), []) as exchange:
        assert not exchange.lanes
    assert not (tmp_path / "kiosk.db.sending").exists()


def test_a_receiver_that_hangs_keeps_the_portals_questions_waiting_for_nothing(
    clock: Clock, tmp_path: Path
) -> None:
    kiosk = replace(waiting_kiosk(clock), hands_over=True)
    hangs, told = threading.Event(), Told(kiosk)

    class Hangs:
        to = "webhook"

        def carry(self, _message: Message, _headers: Mapping[str, str]) -> Sent:
            hangs.wait(LONG)
            return Sent(ok=True, to=self.to)

    receive(kiosk, handover=True)
    clock.forward(seconds=20)
    errand = HandoverErrand(kiosk, Hangs(), [b"x" * 24])
    both = [Outbox(kiosk, errand, shipped(), Random(1)), outbox(kiosk, told)]
    with exchanging(kiosk, Turns(tmp_path / "kiosk.db"), both, SOON) as exchange:
        assert exchange.sends(Errand.HANDOVER)
        assert becomes(lambda: told.asked)
        assert becomes(lambda: kiosk.written.exchanged.count() == 2)  # with what the answer tells
        assert {item.errand for item in kiosk.written.exchanged.waiting()} == {Errand.HANDOVER}
        hangs.set()
        assert becomes(lambda: not kiosk.written.exchanged.count())
    assert [lane.settled for lane in exchange.lanes] == [clock.now, clock.now]


def test_a_new_worker_frees_what_its_own_errand_took_and_leaves_the_others_be(
    clock: Clock, tmp_path: Path
) -> None:
    kiosk = replace(waiting_kiosk(clock), hands_over=True)
    visit = receive(kiosk, handover=True)
    clock.forward(seconds=20)
    until = clock.now + timedelta(minutes=5)
    for one in (Errand.PORTAL, Errand.HANDOVER):
        kiosk.written.write(lambda log, one=one: log.exchanged.lease(one, clock.now, until, 9))
    told = Told(kiosk)
    sender = Sender(kiosk, Turns(tmp_path / "kiosk.db"), outbox(kiosk, told), Lane(Errand.PORTAL))
    assert sender.until(lambda: bool(told.asked))
    assert handover_item(visit.visit_id, 1) in kiosk.written.exchanged.sending(clock.now)


def test_each_errand_has_a_pause_and_a_lock_of_its_own(clock: Clock, tmp_path: Path) -> None:
    kiosk = replace(waiting_kiosk(clock), hands_over=True)
    told, refused = Told(kiosk), [True]

    class Denies:
        to = "webhook"

        def carry(self, _message: Message, _headers: Mapping[str, str]) -> Sent:
            cause = HisCause.DENIED if refused[0] else None
            return Sent(ok=cause is None, to=self.to, cause=cause)

    receive(kiosk, handover=True)
    clock.forward(seconds=20)
    errand = HandoverErrand(kiosk, Denies(), [b"x" * 24])
    both = [Outbox(kiosk, errand, shipped(), Random(1)), outbox(kiosk, told)]
    with exchanging(kiosk, Turns(tmp_path / "kiosk.db"), both, SOON) as exchange:
        assert becomes(lambda: exchange.pauses == {Errand.HANDOVER: "his_denied"})
        assert becomes(lambda: told.asked)
        refused[0] = False
        [dead] = kiosk.written.exchanged.waiting(Errand.HANDOVER)[:1]
        send_again(command_line("1"), kiosk, dead.item_id)  # another process may have said so
        assert becomes(lambda: not kiosk.written.exchanged.count())
    names = {file.name for file in tmp_path.iterdir()}
    assert {"kiosk.db.sending", "kiosk.db.sending-handover"} <= names
