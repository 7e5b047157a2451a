"""The one open kiosk of this server, shared by its pages and routes."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from app_pages.server.screens import Screens
from app_pages.server.signer import Signer
from app_pages.server.window import Guest
from verification.adapters.scanning.camera import ServerCamera
from verification.adapters.scanning.live import LiveDecoder
from verification.kiosk import Kiosk
from verification.log.sealing import load_master_key
from verification.operations.head_sink import sending
from verification.operations.settings import BROWSER_CAMERA, NO_CAMERA, Settings
from verification.operations.wiring import desk_of, logging_kiosk, only_server


@dataclass(frozen=True)
class House:
    """A running server.

    Args:
        settings: Of the installation.
        kiosk: The open kiosk.
        boot: Random name of this start; a browser that knows another one reloads.
        token: Secret that the pages hand to their routes.
        live: Reads the frames of the desk's camera.
        signer: Signs cookies and forms.
        screens: What each session's desk shows.
        guest: What the patient's window shows.
        camera: The server's own camera, where one is set.
    """

    settings: Settings
    kiosk: Kiosk
    boot: str
    token: str
    live: LiveDecoder
    signer: Signer
    screens: Screens
    guest: Guest
    camera: ServerCamera | None = None

    @property
    def desk(self) -> str | None:
        """Return the desk's name, None while it has none."""
        return desk_of(self.settings, self.kiosk)


_open: list[House] = []


def current() -> House:
    """Return the open kiosk.

    Raises:
        RuntimeError: The server has not started.
    """
    if not _open:
        raise RuntimeError("the kiosk is not open")
    return _open[-1]


@contextmanager
def opened(settings: Settings) -> Iterator[House]:
    """Open the kiosk for the life of a server; a second server on one file is refused.

    Raises:
        StoreBusy: Another server holds the file.
        StoreError: The store cannot be used.
    """
    with only_server(settings), logging_kiosk(settings) as kiosk:
        guest = Guest(kiosk.stopwatch(), kiosk.likely_day)
        camera = _camera(settings, guest)
        house = House(
            settings,
            kiosk,
            boot=secrets.token_hex(8),
            token=secrets.token_urlsafe(24),
            live=LiveDecoder(settings.decode_budget),
            signer=Signer(load_master_key(settings.key_file)),
            screens=Screens(kiosk),
            guest=guest,
            camera=camera,
        )
        kiosk.cards.version()  # reckoned beside, before an administrator asks
        _open.append(house)
        try:
            with sending(settings.db, settings.head_sink):
                yield house
        finally:
            _open.remove(house)
            if camera:
                camera.stop()


def _camera(settings: Settings, guest: Guest) -> ServerCamera | None:
    if settings.camera in {BROWSER_CAMERA, NO_CAMERA}:
        return None
    live = LiveDecoder(settings.decode_budget)
    return ServerCamera(settings.camera, live.read, guest.note_frame).start()
