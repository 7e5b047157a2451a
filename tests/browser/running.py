"""A real kiosk server on loopback, and a real Chromium with a clip for its webcam."""

from __future__ import annotations

import atexit
import os
import re
import signal
import socket
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import closing, contextmanager, suppress
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error, sync_playwright

from tests.browser.furnished import furnish
from tests.browser.warm import launched, ran
from tests.support import citizen_number, quickly_hashed
from verification.officers import staff
from verification.operations.for_tests import find_browser
from verification.operations.settings import DEMO_DESK, read_settings
from verification.operations.wiring import logging_kiosk
from verification.rights import Role, command_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright

    from tests.browser.warm import Running

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "ba con cá bơi ngược"
SERVERS: list[Server] = []
"""Those that were started and not ended, and those of the test that runs now."""
PAGES: list[str] = []
"""What stood on the pages when a test failed that closes its browser."""
PATIENCE = 120.0  # seconds until a condition must hold, on however busy a machine
SCROLLED = "node => node.scrollIntoViewIfNeeded()"  # whether or not it is just drawn anew
FOCUSED = "document.activeElement?.shadowRoot?.activeElement?.className === 'box'"
_AT_REST = (
    "() => { const app = document.querySelector('[data-testid=stApp]');"
    "return !app || app.dataset.testScriptState === 'notRunning'; }"
)
DESKTOP = {"width": 1366, "height": 768}
# With `RenderDocument` a page or context whose page is just then loading anew may never be closed
# (playwright#42068); the others are what Playwright itself leaves out, for this takes their place.
_LEFT_OUT = (
    "RenderDocument",
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
_ARGUMENTS = (
    f"--disable-features={','.join(_LEFT_OUT)}",
    "--no-sandbox",
    "--disable-gpu",
    # pages of one browser are drawn by one process, which has read their scripts already
    "--process-per-site",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
)


def wait_for(what: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait until a condition holds; on a page that is just being loaded anew it does not.

    Raises:
        TimeoutError: It did not.
    """
    end = time.monotonic() + seconds
    while not _holds(what):
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.05)


def _holds(what: Callable[[], object]) -> bool:
    try:
        return bool(what())
    except Error as error:
        if "context was destroyed" not in error.message:
            raise
        return False


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A kiosk server as a process of its own.

    Args:
        folder: Where its database is.
        environ: Its environment; settings beside `KIOSK_DB`.
    """

    starts = staticmethod(launched)

    def __init__(self, folder: Path, **environ: str) -> None:
        self.db = folder / "kiosk.db"
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.environ = {**os.environ, "KIOSK_DB": str(self.db), **environ}
        furnish(self.db, self.environ)
        self._log = folder / "server.log"
        self._process: Running | None = None
        self.browsers: list[BrowserContext] = []
        """Those that wait for the next test of this server, `browser_again`."""

    @property
    def runs(self) -> bool:
        """Tell whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Return the process id."""
        assert self._process is not None
        return self._process.pid

    def launch(self) -> None:
        """Start it."""
        SERVERS.append(self)
        words = ["serve", "--port", str(self.port)]
        self._process = self.starts(words, self.environ, self._log)

    def start(self) -> Server:
        """Start it and wait until it answers."""
        self.launch()
        ended = lambda: self._process is None or self._process.poll() is not None  # noqa: E731
        wait_for(lambda: self.answers() or ended())
        assert self.answers(), self._log.read_text()
        return self

    def answers(self) -> bool:
        """Tell whether it answers; without a session it does so with 401 and the form."""
        try:
            with urllib.request.urlopen(f"{self.url}/kiosk/alive", timeout=20):
                return False
        except urllib.error.HTTPError as error:
            with error:  # it holds the connection open
                return error.code == HTTPStatus.UNAUTHORIZED
        except (urllib.error.URLError, OSError):
            return False

    def metrics(self) -> str:
        """Return what it tells a program that watches."""
        with urllib.request.urlopen(f"{self.url}/metrics", timeout=20) as reply:
            return str(reply.read().decode())

    def kill(self) -> None:
        """Kill it with no chance to tidy up."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """End it; one that does not end is killed, and that is told.

        Raises:
            subprocess.TimeoutExpired: It did not end.
        """
        while self.browsers:
            self.browsers.pop().close()
        if self._process and self.runs:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.kill()
                raise

    def signal(self, sign: int) -> None:
        """Send it a signal."""
        assert self._process is not None
        self._process.send_signal(sign)

    def wait(self, seconds: float) -> int:
        """Wait until it has ended; return its exit status."""
        assert self._process is not None
        return self._process.wait(seconds)

    def log(self) -> str:
        """Return what it has said, nothing once its folder is gone with the test."""
        return self._log.read_text() if self._log.exists() else ""

    def command(self, *words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run a command of the kiosk on the same database."""
        return ran(list(words), self.environ, stdin)

    def asked(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        """Return what its database answers, the connection closed again."""
        with closing(sqlite3.connect(self.db)) as db:
            return db.execute(query, values).fetchall()

    def first_link(self) -> str | None:
        """Return the link that the server printed for the first administrator."""
        found = re.search(r"http\S+/dang-nhap/moi\?ma=\S+", self._log.read_text())
        return found[0] if found else None

    def account(self, name: str, *roles: str, number: str = "") -> None:
        """Make an officer's account, with a citizen number of its own unless one is given."""
        facts = {"ho_ten": f"Mẫu {name}", "so_cccd": number or citizen_number(name)}
        held = frozenset(Role(role) for role in roles)
        with quickly_hashed(), logging_kiosk(read_settings(self.environ)) as kiosk:
            staff.create(command_line(DEMO_DESK), kiosk, name, held, PASSWORD, **facts)

    def change_roles(self, name: str, *roles: str) -> None:
        """Give an officer other roles."""
        held = frozenset(Role(role) for role in roles)
        with logging_kiosk(read_settings(self.environ)) as kiosk:
            staff.change_roles(command_line(DEMO_DESK), kiosk, name, held)


def real_house(folder: Path, officer: str) -> Server:
    """Start a house that is no demo: lists of its own, a receptionist, no invented cards."""
    place = {"KIOSK_FACILITY": "79001", "KIOSK_DESK": "1", "KIOSK_KEY_BESIDE": "yes"}
    place |= {"KIOSK_BACKUP": "off", "KIOSK_HEAD_SINK": "off"}  # asked for otherwise
    server = Server(folder, KIOSK_CAMERA="none", **place)
    for table in ("facilities", "offices", "cards"):
        done = server.command(f"import-{table}", str(ROOT / "fixtures" / f"{table}.csv"))
        assert done.returncode == 0, done.stderr
    server.account(officer, "receptionist")
    return server.start()


PROBES = tuple(
    f"/{page}/_stcore/{name}"
    for page in ("giam-dinh", "quan-tri", "tro-giup", "tai-khoan", "muc-huong")
    for name in ("health", "host-config")
)


class Watched:
    """A page whose console errors and requests are kept."""

    def __init__(self, context: BrowserContext, server: Server) -> None:
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self.outside: list[str] = []
        self._server = server
        self.page.on("console", self._note_message)
        self.page.on("pageerror", lambda e: self.errors.append(str(e)))
        self.page.on("request", lambda r: self._note(r.url))

    def _note_message(self, message: ConsoleMessage) -> None:
        # Streamlit asks below the page's own address first, then at the root
        probed = message.location.get("url", "").endswith(PROBES)
        if message.type == "error" and not probed:
            self.errors.append(f"{message.text} {message.location.get('url', '')}".strip())

    def _note(self, url: str) -> None:
        host = f"localhost:{self._server.port}"
        if not url.startswith((f"http://{host}/", f"ws://{host}/", "data:", "blob:")):
            self.outside.append(url)

    def enter(self, name: str = "Vào thử: tiếp đón") -> Page:
        """Sign in anew by the demo's button; the form's own 401 is no error."""
        self._leave()
        self.page.goto(self._server.url)
        self.page.get_by_role("button", name=name).click()
        self.page.locator("[data-testid=stApp]").wait_for()
        at_rest(self.page)
        self.errors.clear()
        return self.page

    def sign_in(self, name: str, path: str = "/") -> Page:
        """Sign in with a password, from any address; wait until the page is there."""
        self._leave()
        self.page.goto(f"{self._server.url}{path}")
        self.page.get_by_label("Tài khoản").fill(name)
        self.page.get_by_label("Mật khẩu").fill(PASSWORD)
        self.page.get_by_role("button", name="Đăng nhập").click()
        self.page.locator("[data-testid=stApp]").wait_for()
        at_rest(self.page)
        self.errors.clear()
        return self.page

    def _leave(self) -> None:
        """Leave the page before its session: without one it loads the form in what follows."""
        self.page.goto("about:blank")
        self.page.context.clear_cookies()

    def open(self) -> Page:
        """Open the desk and wait until it listens to keys."""
        self.enter()
        listens(self.page)
        return self.page


def at_rest(page: Page) -> None:
    """Wait until no run of Streamlit is drawing the page: a form may be filled in and sent."""
    page.wait_for_function(_AT_REST)


def listens(page: Page) -> None:
    """Wait until the desk is drawn and listens to keys: one pressed before that is lost."""
    page.locator("input[type=text]").first.wait_for()
    page.wait_for_function(FOCUSED)


def word(page: Page) -> str:
    """Return what the band of the answer says, nothing while there is none."""
    return " ".join(page.locator(".band").all_inner_texts())


def see(page: Page, expected: str) -> None:
    """Wait until the band of the answer says something."""
    wait_for(lambda: expected in word(page))


def present(page: Page, number: str) -> None:
    """Type a number as a hand does."""
    page.keyboard.type(number, delay=90)
    page.keyboard.press("Enter")


def code_of(desk: Page) -> str:
    """Return the code that the desk's menu shows; the next answer of the camera closes the menu."""
    told: list[str] = []

    def asked() -> bool:
        with suppress(Error):
            desk.keyboard.press("F9")
            desk.keyboard.press("Alt+Digit0")  # on the second page of the menu
            desk.get_by_text("Màn hình cho bệnh nhân (/khach)").click(timeout=5_000)
            told.append(desk.get_by_text("nhập mã:").inner_text(timeout=5_000))
        return bool(told)

    wait_for(asked)
    code = re.search(r"mã: (\d{3}) (\d{3})", told[-1])
    assert code is not None
    return code[1] + code[2]


# What is seen, that of components included: they lie outside the body's own text.
_TEXT = """root => {
  const hosts = [...root.querySelectorAll("*")].filter((node) => node.shadowRoot);
  const parts = hosts.flatMap((host) => [...host.shadowRoot.children]);
  const drawn = parts.filter((part) => !["STYLE", "LINK", "SCRIPT"].includes(part.tagName));
  return [document.body, ...drawn].map((part) => part?.innerText ?? "").join("\\n").trim();
}"""


@cache
def _playwright() -> Playwright:
    """Return the driver, started once for all who use it until it is ended."""
    return sync_playwright().start()


@atexit.register
def end_browsers() -> None:
    """End the driver and its Chromium, if there are any.

    The driver keeps its event loop running in the thread that started it: as long as it lives,
    nothing else of that thread can run one.
    """
    _without_clip.cache_clear()
    if _playwright.cache_info().currsize:
        _playwright().stop()
        _playwright.cache_clear()


def _launched(*more: str) -> Browser:
    arguments = [*_ARGUMENTS, *more]
    return _playwright().chromium.launch(executable_path=find_browser(), args=arguments)


@cache
def _without_clip() -> Browser:
    """Return the one Chromium whose tests need no webcam of their own."""
    return _launched("--in-process-gpu")  # a process less that draws


def texts(chromium: Browser | None = None) -> Iterator[str]:
    """Yield the address and the visible text of each open page; by itself of the one browser."""
    if chromium is None:
        if not _without_clip.cache_info().currsize:
            return
        chromium = _without_clip()
    for page in [page for context in chromium.contexts for page in context.pages]:
        try:
            yield f"{page.url}\n{page.locator(':root').evaluate(_TEXT, timeout=3_000)}"
        except Error as error:  # it may be what failed
            yield f"{page.url}\n{error}"


def _context(chromium: Browser, **context: object) -> BrowserContext:
    """Open one with cookies of its own; nothing in it moves that no test looks at."""
    options = {"viewport": DESKTOP, "locale": "vi-VN", "reduced_motion": "reduce", **context}
    opened = chromium.new_context(**options)  # type: ignore[arg-type]  # options of the test
    opened.set_default_timeout(PATIENCE * 1000)
    return opened


@contextmanager
def browser(clip: Path | None = None, **context: object) -> Iterator[BrowserContext]:
    """Open Chromium, with cookies of its own; its webcam plays the clip, or there is none."""
    chromium = _launched(f"--use-file-for-fake-video-capture={clip}") if clip else _without_clip()
    before = chromium.contexts
    opened = _context(chromium, **context)
    if clip:
        opened.grant_permissions(["camera"])
    try:
        yield opened
    except BaseException:
        PAGES.extend(texts(chromium))
        raise
    finally:
        for one in chromium.contexts:  # and those that the test opened beside it
            if one not in before:
                one.close()
        if clip:
            chromium.close()


@contextmanager
def browser_again(server: Server) -> Iterator[BrowserContext]:
    """Open the Chromium that a test of this server has used before, as if it were new.

    It knows nobody and nothing is open in it. It only has read the scripts of the pages: that is
    half of what the first page of a new one costs. For tests that change nothing of it but its
    network: what they add to it stays.
    """
    if server.browsers:
        opened = server.browsers.pop()
    else:
        opened = _context(_without_clip())
        opened.new_page()  # as long as one is there, so is what draws them
    try:
        yield opened
    except BaseException:
        PAGES.extend(texts())
        opened.close()
        raise
    _forget(opened, server)
    server.browsers.append(opened)


def _forget(opened: BrowserContext, server: Server) -> None:
    """Close what is open, and let it forget what it holds of a server."""
    holds, *pages = opened.pages
    for page in pages:
        page.close()
    opened.set_offline(False)
    opened.clear_cookies()
    holds.goto(f"{server.url}/kiosk/alive")
    kept = opened.new_cdp_session(holds)
    kept.send("Storage.clearDataForOrigin", {"origin": server.url, "storageTypes": "all"})
    holds.evaluate("sessionStorage.clear()")
    kept.detach()
