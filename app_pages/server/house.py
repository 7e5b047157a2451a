"""The one open kiosk of this server, shared by its pages and routes."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from app_pages.server import listening
from app_pages.server.accesses import Accesses
from app_pages.server.asking import Asking, Late
from app_pages.server.desks import DeskPlace, Desks
from app_pages.server.handover_tokens import HandoverTokens
from app_pages.server.pairing import Pairing
from app_pages.server.paying import Paying
from app_pages.server.screens import Screens
from app_pages.server.signer import Signer
from app_pages.server.tickets import Tickets
from app_pages.server.window import Guest
from verification.adapters.portal.checking import PortalChecks
from verification.adapters.scanning.camera import ServerCamera
from verification.adapters.scanning.live import Budget, LiveDecoder
from verification.adapters.scanning.readers import Readers
from verification.adapters.scanning.reading import Reading
from verification.card.portal import Portal
from verification.kiosk import Kiosk
from verification.log.writing import Stranger
from verification.operations.backup.noting import note_backup
from verification.operations.backup.scheduled import Backups, backing_up
from verification.operations.exchange_worker import Exchange, exchanging
from verification.operations.guide_folder import GuideFolder, guide_folder
from verification.operations.head_sink import Sink, sending
from verification.operations.health import looked_at
from verification.operations.health.verifying import Verifying
from verification.operations.health.watching import Health, looking
from verification.operations.holding import holding
from verification.operations.keeping import keeping
from verification.operations.keys import existing_master_key
from verification.operations.lists.lists import Lists
from verification.operations.lists.watching import Watch, watching
from verification.operations.metrics import Metrics
from verification.operations.outboxes import outboxes
from verification.operations.portal import portal_worker
from verification.operations.settings import BROWSER_CAMERA, DEMO_DESK, NO_CAMERA, Settings
from verification.operations.turns import turns_of
from verification.operations.wiring import desks_of, logging_kiosk, only_server
from verification.rights import SCHEDULE


@dataclass(frozen=True)
class House:
    """A running server.

    Args:
        settings: Of the installation.
        kiosk: The open kiosk.
        boot: Random name of this start; a browser that knows another one reloads.
        token: Secret that the pages hand to their routes.
        readers: Read the files that somebody sends, apart from this process.
        signer: Signs cookies and forms.
        screens: What each session's desk shows.
        desks: The desks, and what each has of its own.
        pairing: Which screens may look at a desk.
        tickets: Files that may be fetched once.
        handover_tokens: By which visits are opened in the hospital system.
        sink: How the sending of the log's heads goes.
        lists: Lists for the card store that were handed in.
        watch: How the watching of the folder of lists goes.
        health: How everything stands that an administrator looks after.
        verifying: Whether the log is being verified.
        exchange: How the sending of what waits goes.
        asking: The desks' questions to it.
        paying: Their questions for the co-payment of a year.
        guides: Short guides in further languages.
        backups: How the backing up goes.
        camera: The server's own camera, where one is set; it belongs to one desk.
        portal: Asks the national portal, where it is set.
        portal_checks: The way to the portal step by step, likewise.
        accesses: What systems of the hospital asked.
        metrics: What this server counts of its own work.
    """

    settings: Settings
    kiosk: Kiosk
    boot: str
    token: str
    readers: Readers
    signer: Signer
    screens: Screens
    desks: Desks
    pairing: Pairing
    tickets: Tickets
    handover_tokens: HandoverTokens
    sink: Sink
    lists: Lists
    watch: Watch
    health: Health
    verifying: Verifying
    exchange: Exchange
    asking: Asking
    paying: Paying
    guides: GuideFolder
    camera: ServerCamera | None = None
    portal: Portal | None = None
    portal_checks: PortalChecks | None = None
    accesses: Accesses = field(default_factory=Accesses)
    backups: Backups = field(default_factory=Backups)
    metrics: Metrics = field(default_factory=Metrics)


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
    late, metrics, turns = Late(), Metrics(), turns_of(settings)
    with (
        only_server(settings),
        logging_kiosk(settings, watch=metrics) as kiosk,
        holding(kiosk),
        sending(settings.head_file, settings.head_sink, kiosk.clock) as sink,
        backing_up(
            settings,
            settings.backup,
            kiosk.clock,
            partial(
                note_backup, kiosk.written, Stranger(settings.first_desk or DEMO_DESK, SCHEDULE)
            ),
        ) as backups,
        Readers() as readers,
        Lists(settings, kiosk.clock) as lists,
        watching(
            settings.import_folder, lists, kiosk.clock, lambda: kiosk.cards.status().demo
        ) as watch,
        portal_worker(settings, kiosk.clock, checks=True) as portal,
        exchanging(kiosk, turns, outboxes(kiosk, settings, portal, late.note)) as exchange,
        keeping(kiosk, settings.keeping, settings.first_desk or DEMO_DESK, turns) as kept,
        looking(
            looked_at.House(
                settings, kiosk, sink, watch, kiosk.clock(), exchange, portal, backups, kept
            )
        ) as health,
    ):
        desks = _desks(settings, kiosk)
        camera = _camera(settings, desks)
        house = House(
            settings,
            kiosk,
            boot=secrets.token_hex(8),
            token=secrets.token_urlsafe(24),
            readers=readers,
            signer=Signer(existing_master_key(settings), https=listening.https(settings)),
            screens=Screens(kiosk),
            desks=desks,
            pairing=Pairing(kiosk.stopwatch()),
            tickets=Tickets(kiosk.stopwatch()),
            handover_tokens=HandoverTokens(kiosk.stopwatch()),
            sink=sink,
            lists=lists,
            watch=watch,
            health=health,
            verifying=Verifying(settings, kiosk),
            exchange=exchange,
            asking=Asking(kiosk, portal, late),
            paying=Paying(kiosk, portal),
            guides=guide_folder(settings),
            camera=camera,
            portal=portal,
            portal_checks=portal.checks if portal else None,
            backups=backups,
            metrics=metrics,
        )
        kiosk.cards.version()  # reckoned beside, before an administrator asks
        _open.append(house)
        try:
            yield house
        finally:
            _open.remove(house)
            house.verifying.stop()
            if camera:
                camera.stop()


def _desks(settings: Settings, kiosk: Kiosk) -> Desks:
    together = Budget(settings.decode_budget)  # of many desks at once each gets less

    def make() -> DeskPlace:
        guest = Guest(kiosk.stopwatch(), kiosk.likely_day)
        return DeskPlace(LiveDecoder(settings.decode_budget, together=together), guest)

    return Desks(lambda: desks_of(settings, kiosk), settings.desk, make)


def _camera(settings: Settings, desks: Desks) -> ServerCamera | None:
    if settings.camera in {BROWSER_CAMERA, NO_CAMERA}:
        return None

    def read(frame: object) -> Reading:
        place = desks.place(desks.with_camera)
        return place.live.read(frame) if place else Reading()

    def told(jpeg: bytes, reading: Reading) -> None:
        if place := desks.place(desks.with_camera):
            place.guest.note_frame(jpeg, reading)

    return ServerCamera(settings.camera, read, told).start()
