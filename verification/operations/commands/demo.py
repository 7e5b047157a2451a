"""`demo-portal`: the demo kiosk with the practice portal beside it."""

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping

import click

from verification import ROOT
from verification.adapters.portal.practice.faults import Fault
from verification.adapters.portal.practice.server import Pace
from verification.adapters.portal.practice.switching import Switch
from verification.adapters.store.sqlite.opening import open_cards
from verification.basics.errors import RequestError
from verification.basics.texts import Texts
from verification.operations.beforehand import file_of
from verification.operations.commands import options, output
from verification.operations.commands.practice import (
    PORT,
    STDIN,
    practice_of,
    say_with,
    settings_for,
    takes_faults,
    told_to_end,
)
from verification.operations.settings import Settings, read_settings
from verification.operations.wiring import only_server, prepare_store

_TEXTS = Texts("verification.adapters.portal.practice")
_USUAL = 0.8  # seconds; at once nobody would see that the answer came from the store first
_PATIENCE = 20.0  # seconds that the kiosk has to end by itself
_DEMO_DB = "data/demo-portal/kiosk.db"


@options.command
@click.option("--port", type=int, default=8501, help="of the kiosk")
@click.option("--portal-port", type=PORT, default=0, help="of the portal; 0: any free one")
@takes_faults
def demo_portal(
    *, port: int, portal_port: int, faults: frozenset[Fault], slow: float, emit: output.Emit
) -> int:
    """Start the demo kiosk with the practice portal beside it."""
    environ, pace = _environ(), Pace(slow, _USUAL)
    _refuse_real(environ)
    ended: queue.SimpleQueue[None] = queue.SimpleQueue()
    with told_to_end(ended) as told, practice_of(portal_port, faults, pace, emit) as practice:
        kiosk = _kiosk(port, {**environ, **settings_for(practice)})
        threading.Thread(target=_watch, args=(kiosk, ended), daemon=True).start()
        switch = Switch(practice, say_with(emit))
        switch.help()
        url = f"http://localhost:{port}"
        words = _TEXTS("try", url=url)
        emit({"url": url, "portal": practice.url}, f"\n{words.vi}\n\n{words.en}\n")
        switch.listen(STDIN)
        told()
        return _ended(kiosk)


def _environ() -> dict[str, str]:
    """Return the environment of the demo: its own store, and nobody else's portal."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("KIOSK_PORTAL_")}
    return {**kept, "KIOSK_DB": os.environ.get("KIOSK_DB") or _DEMO_DB}


def _refuse_real(environ: Mapping[str, str]) -> None:
    """Refuse a store of real people: what the practice portal says of them is invented.

    Raises:
        RequestError: It is one.
    """
    settings = read_settings(environ)
    if settings.real or not _is_demo(settings):
        raise RequestError(
            f"{settings.store} là kho của một cơ sở thật; Cổng luyện tập chỉ chạy cạnh kho mẫu",
            f"{settings.store} is a real house's; the practice portal runs beside a demo store",
        )


def _is_demo(settings: Settings) -> bool:
    """Tell whether a store is the demo's, or will be: the kiosk makes one where there is none."""
    if not file_of(settings).exists():
        return True
    with open_cards(settings.folder, lambda _: None) as cards:
        if cards.status().demo:
            return True
    with only_server(settings):  # a first start may have been broken off
        return bool(prepare_store(settings, ROOT / "fixtures")["demo"])


def _kiosk(port: int, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "verification", "serve", "--port", str(port)]
    return subprocess.Popen(words, cwd=ROOT, env=environ, stdin=subprocess.DEVNULL)


def _watch(kiosk: subprocess.Popen[bytes], ended: queue.SimpleQueue[None]) -> None:
    kiosk.wait()
    ended.put(None)


def _ended(kiosk: subprocess.Popen[bytes]) -> int:
    """End the kiosk, if it has not ended; return 1 where it did so by itself."""
    if kiosk.poll() is not None:
        return int(kiosk.returncode != 0)
    kiosk.terminate()
    try:
        kiosk.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        kiosk.kill()
        kiosk.wait()
    return 0
