"""`practice-portal`: the national portal played on this machine, with faults at will."""

import queue
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

import click

from verification import ROOT
from verification.adapters.hospital.xml0.checking import check_file
from verification.adapters.portal.practice.asked import Entry
from verification.adapters.portal.practice.faults import Fault, Faults, UnknownFault, faults_of
from verification.adapters.portal.practice.register import people
from verification.adapters.portal.practice.server import Pace, Practice
from verification.adapters.portal.practice.switching import Switch
from verification.basics.dates import VIETNAM
from verification.basics.texts import Texts
from verification.exchange.record.fields import wrong_ones
from verification.operations.commands import options, output
from verification.rules.law.tables import shipped

_TEXTS = Texts("verification.adapters.portal.practice")
_MOST_SAID = 5
STDIN = 0
PORT = click.IntRange(0, 65535)
_LOOK = 0.5  # seconds; a console of Windows lets nobody wait for longer and be interrupted


class _Faults(click.ParamType[frozenset[Fault]]):
    """Names of faults with commas between them."""

    name = "NAME,..."

    def convert(
        self,
        value: str | frozenset[Fault],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> frozenset[Fault]:
        """Read the names; one that is none is wrong usage."""
        try:
            return value if isinstance(value, frozenset) else faults_of(value)
        except UnknownFault as error:
            self.fail(f"{error}: {', '.join(Fault)}", param, ctx)


takes_faults = options.takes(
    click.option("--faults", type=_Faults(), default="", help="which are on from the start"),
    click.option(
        "--slow", type=click.FloatRange(0, 600), default=1.2, help="seconds of an answer when slow"
    ),
)


@options.command
@click.option("--port", type=PORT, required=True, help="0: any free one")
@takes_faults
def practice_portal(*, port: int, faults: frozenset[Fault], slow: float, emit: output.Emit) -> int:
    """Play the national portal, with faults at will."""
    with told_to_end() as told, practice_of(port, faults, Pace(slow), emit) as practice:
        switch = Switch(practice, say_with(emit))
        if sys.stdin is not None and sys.stdin.isatty():
            switch.help()
        emit({"url": practice.url, "faults": sorted(faults)}, _words(practice))
        switch.listen(STDIN)
        told()
    return 0


@contextmanager
def told_to_end(also: "queue.SimpleQueue[None] | None" = None) -> Iterator[Callable[[], None]]:
    """Give what waits for Ctrl+C or a signal to end.

    Args:
        also: Where something else is put that is to end the waiting.
    """
    # of all that wakes a waiter only this may be put to by a handler of signals
    ends: queue.SimpleQueue[None] = queue.SimpleQueue() if also is None else also

    def wait() -> None:
        while True:
            with suppress(queue.Empty):
                return ends.get(timeout=_LOOK)

    if hasattr(signal, "SIGTTIN"):  # else a key press that is waited for stops it in the background
        signal.signal(signal.SIGTTIN, signal.SIG_IGN)
    signals = (signal.SIGINT, signal.SIGTERM)
    before = {one: signal.signal(one, lambda *_: ends.put(None)) for one in signals}
    try:
        yield wait
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def practice_of(port: int, faults: frozenset[Fault], pace: Pace, emit: output.Emit) -> Practice:
    """Start a practice portal over the demo's cards that tells what it is asked."""

    def tell(entry: Entry) -> None:
        told = {"at": output.iso_utc(entry.at), "call": entry.call.word, "number": entry.number}
        with suppress(OSError):  # who read the console is gone; the portal goes on
            emit({**told, "result": entry.came_of_it}, entry.line)

    return Practice(
        ROOT / "fixtures",
        port,
        clock=lambda: datetime.now(VIETNAM),
        faults=Faults(faults),
        pace=pace,
        tell=tell,
        look=wrong_record,
    )


def wrong_record(record: bytes) -> str | None:
    """Return what is wrong with a check-in record as a portal says it, None for nothing."""
    wrong = wrong_ones(check_file(record, shipped()).flaws)
    return "; ".join(flaw.words.vi for flaw in wrong[:_MOST_SAID]) or None


def settings_for(practice: Practice) -> dict[str, str]:
    """Return the settings of a kiosk that asks it."""
    data = people()
    number, name = next(iter(data["officers"].items()))
    return {
        "KIOSK_PORTAL_URL": practice.url,
        "KIOSK_PORTAL_USER": data["account"]["user"],
        "KIOSK_PORTAL_PASSWORD": data["account"]["password"],
        "KIOSK_PORTAL_OFFICER": f"{name}|{number}",
    }


def say_with(emit: output.Emit) -> Callable[[str], None]:
    """Return what prints a line as the command prints its answers."""
    return lambda line: emit({"said": line}, line)


def _words(practice: Practice) -> str:
    words = _TEXTS("listens", url=practice.url, cards=practice.calls.cards)
    lines = "\n".join(f'{name}="{value}"' for name, value in settings_for(practice).items())
    heading = _TEXTS("settings")
    return f"{words.vi}\n{words.en}\n{heading.vi} / {heading.en}:\n{lines}"
