"""Ten thousand questions after a day's outage, and fifty desks on one account of the portal."""

import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.figures import machine, percentile
from benchmarks.loopback_portal import Loopback, loopback
from benchmarks.store import numbers, write_cards
from verification.adapters.imports.importing import IMPORTABLE, import_file
from verification.basics.dates import PartialDate
from verification.card.portal import PortalAnswer, Question
from verification.exchange.outbox import Outbox
from verification.kiosk import Kiosk
from verification.log.events import EventKind
from verification.log.portal_events import PortalAnswered
from verification.operations.outboxes import questions
from verification.operations.portal import portal_worker
from verification.operations.settings import Settings, read_settings
from verification.operations.wiring import MachineClock, local_now, logging_kiosk, open_log
from verification.reception import checkin
from verification.reception.answer import Scan
from verification.rights import desk_officer

VISITS = 10_000
_PROBES = 40  # of the day without a portal
_DESKS, _EACH = 50, 4
_HIGH, _LOW = 6_000, 1_200  # questions a minute
_WINDOW = 10.0


class _Later(MachineClock):
    """The machine's clock, some time off."""

    def __init__(self, by: timedelta) -> None:
        self.by = by

    def __call__(self) -> datetime:
        """Return the time."""
        return super().__call__() + self.by

    def steady(self) -> float:
        """Return the seconds."""
        return super().steady() + self.by.total_seconds()


def measure(visits: int = VISITS) -> Iterator[str]:
    """Yield the lines of the report."""
    yield machine()
    yield from _outage(visits)
    yield from _desks()


def _settings(folder: str, port: int, rate: int) -> Settings:
    return read_settings(
        {
            "KIOSK_DB": f"{folder}/kiosk.db",
            "KIOSK_FACILITY": "79014",
            "KIOSK_PORTAL_URL": f"http://127.0.0.1:{port}",
            "KIOSK_PORTAL_USER": "79014_BV",
            "KIOSK_PORTAL_PASSWORD": "mật khẩu thử",
            "KIOSK_PORTAL_OFFICER": "Người Mẫu|079194000099",
            "KIOSK_PORTAL_RATE": str(rate),
        }
    )


def _outage(visits: int) -> Iterator[str]:
    with loopback() as free:
        port = free.port  # from now on nobody listens there
    clock = _Later(timedelta(days=-1))
    with tempfile.TemporaryDirectory() as folder:
        settings = _settings(folder, port, _HIGH)
        source = Path(folder) / "cards.csv"
        write_cards(source, visits)
        open_log(settings).close()
        import_file(settings.db.parent, IMPORTABLE["cards"], source, local_now())
        with logging_kiosk(settings, clock) as kiosk, portal_worker(settings, clock) as worker:
            for number in numbers(visits):
                checkin.check_in(desk_officer("1"), kiosk, Scan((number.encode(),)))
            outbox = questions(kiosk, worker)
            failed = _fails_for_a_day(outbox, clock)
            clock.by = timedelta(0)
            waiting = kiosk.written.exchanged.count()
            with loopback(port) as portal:
                begun = time.monotonic()
                _settle(kiosk, outbox)
                seconds = time.monotonic() - begun
            yield from _settled(kiosk, portal, waiting, failed, seconds)


def _fails_for_a_day(outbox: Outbox[PortalAnswer], clock: _Later) -> int:
    """Ask while nobody answers, an outage of a day told in some tries."""
    failed = 0
    for _ in range(_PROBES):
        clock.by += timedelta(days=1) / (_PROBES + 1)
        failed += outbox.settle().failed
    return failed


def _settle(kiosk: Kiosk, outbox: Outbox[PortalAnswer]) -> None:
    while kiosk.written.exchanged.count():
        done = outbox.settle()
        if not done.some:
            time.sleep(done.pause or 0.05)


def _settled(
    kiosk: Kiosk, portal: Loopback, waiting: int, failed: int, seconds: float
) -> Iterator[str]:
    since = kiosk.clock() - timedelta(days=3)
    events = kiosk.written.events((EventKind.PORTAL_ANSWERED,), since)
    answered = Counter(v for event in events for v in PortalAnswered.of(event.codes).visits)
    yield f"{waiting} questions waited, {failed} tries in vain during the outage"
    yield (
        f"settled in {seconds:.0f} s ({waiting / seconds:.0f} a second, allowed {_HIGH / 60:.0f}); "
        f"still waiting {kiosk.written.exchanged.count()}"
    )
    yield (
        f"answered {len(answered)}, answered twice {sum(n > 1 for n in answered.values())}; cards "
        f"asked {len(portal.looked_up)}, look-ups {sum(portal.looked_up.values())}"
    )


def _desks() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder, loopback() as portal:
        settings = _settings(folder, portal.port, _LOW)
        with portal_worker(settings, local_now) as worker:
            if worker is None:
                return
            answers, waits = _ask_all(lambda question: worker.ask(question, urgent=True))
    ended = Counter(str(answer.cause or answer.outcome) for answer in answers)
    yield (
        f"{_DESKS} desks, {_EACH} questions each, {_LOW} a minute allowed: "
        f"{', '.join(f'{count} {name}' for name, count in sorted(ended.items()))}"
    )
    p50, p99 = (percentile(waits, part) for part in (50, 99))
    yield f"wait for the answer, p50 {p50:.0f} ms, p99 {p99:.0f} ms"
    allowed = settings.portal.rate / 60 * _WINDOW + 10 if settings.portal else 0
    yield f"most look-ups in {_WINDOW:.0f} s: {portal.most_in(_WINDOW)}, allowed {allowed:.0f}"


def _ask_all(
    ask: Callable[[Question], Future[PortalAnswer]],
) -> tuple[list[PortalAnswer], list[float]]:
    answers: list[PortalAnswer] = []
    waits: list[float] = []

    def desk(at: int) -> None:
        for one in range(_EACH):
            number = f"DN479{at * _EACH + one:010d}"
            begun = time.monotonic()
            answers.append(ask(Question(number, "Mẫu", PartialDate(1990, 1, 1))).result())
            waits.append((time.monotonic() - begun) * 1000)
            time.sleep(1.0)  # a desk with a queue is not faster

    threads = [threading.Thread(target=desk, args=(at,)) for at in range(_DESKS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers, waits
