"""A page in the place of the kiosk while its store cannot be opened: why, and who is to be told."""

import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from verification.basics.errors import StoreBusy, StoreError
from verification.operations.settings import Settings
from verification.operations.texts import TEXTS

EVERY_SECONDS = 3.0
# Asked beside the page: one loaded anew while the kiosk is just starting would be the browser's own
# error, which never comes back by itself.
_ASKS = """setInterval(async () => {
  try {
    const reply = await fetch(location.href, { cache: "no-store" });
    if (reply.status !== 503) return location.replace(location.pathname + location.search);
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    document.querySelector("main").replaceWith(page.querySelector("main"));
  } catch {}
}, 3000);"""
_DIGEST = b64encode(sha256(_ASKS.encode()).digest()).decode()
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; connect-src 'self'; "
    f"script-src 'sha256-{_DIGEST}'"
)
_PAGE = """<!doctype html><html lang="vi"><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<noscript><meta http-equiv="refresh" content="5"></noscript><title>{heading}</title>
<style>body{{margin:0;font:20px/1.5 system-ui,sans-serif;color:#1d2a33;background:#fff}}
h1{{margin:0;padding:1.2rem 2rem;background:#b3261e;color:#fff;font-size:2rem}}
main{{padding:1.2rem 2rem;max-width:60rem;overflow-wrap:anywhere}}
p{{margin:.6rem 0}}.en{{color:#52626d;font-size:16px}}</style>
<h1>{heading}</h1><main><p><strong>{why}</strong></p><p>{todo}</p>
<p class="en" lang="en">{why_en}</p><p class="en" lang="en">{todo_en}</p></main>
<script>{asks}</script></html>"""


def until_opened(
    settings: Settings, port: int, tried: Callable[[], object], told: Callable[[str], None]
) -> None:
    """Try until the store can be opened; meanwhile every address says why it cannot.

    Args:
        settings: Of the installation.
        port: Where the kiosk would answer.
        tried: Opens it; nothing is made that a house has lost.
        told: Is told each new reason.

    Raises:
        StoreBusy: Another process holds the file.
    """
    why = _why(settings, tried)
    if why is None:
        return
    told(str(why))
    shown = [why]
    ended = threading.Event()
    with _page(settings, port, lambda: drawn(settings, shown[-1])):
        while not ended.wait(EVERY_SECONDS):
            why = _why(settings, tried)
            if why is None:
                return
            if str(why) != str(shown[-1]):
                told(str(why))
            shown[:] = [why]


def drawn(settings: Settings, why: StoreError) -> str:
    """Return the page; whoever reaches it need not learn where on this machine a file lies."""
    folders = {str(settings.folder), str(settings.key_file.parent)} - {".", "/"}
    said = {"why": why.vi, "why_en": why.en}
    if settings.postgres:
        said = {name: text.replace(f" {settings.store}", "") for name, text in said.items()}
    for folder in sorted(folders, key=len, reverse=True):
        said = {name: text.replace(f"{folder}/", "") for name, text in said.items()}
    heading, todo = TEXTS("waiting_heading"), TEXTS("waiting_todo")
    said |= {"heading": heading.vi, "todo": todo.vi, "todo_en": todo.en}
    return _PAGE.format(asks=_ASKS, **{name: escape(text) for name, text in said.items()})


def _why(settings: Settings, tried: Callable[[], object]) -> StoreError | None:
    try:
        tried()
    except StoreError as error:
        if isinstance(error, StoreBusy) and not settings.postgres:  # that is held by another
            raise
        return error
    return None


@contextmanager
def _page(settings: Settings, port: int, page: Callable[[], str]) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10  # seconds that a connection may say nothing

        def do_GET(self) -> None:  # http.server's name
            body = page().encode()
            self.send_response(HTTPStatus.SERVICE_UNAVAILABLE)
            for name, value in {
                "content-type": "text/html; charset=utf-8",
                "content-length": str(len(body)),
                "content-security-policy": _POLICY,
                "cache-control": "no-store",
                "retry-after": "5",
            }.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_HEAD = do_POST = do_GET  # noqa: N815  # likewise

        def log_message(self, *_: object) -> None:
            """Say nothing: what was asked for is nobody's."""

    address = settings.address or "127.0.0.1"

    class Server(ThreadingHTTPServer):
        address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        daemon_threads = True

    with Server((address, port), Handler) as server:
        if settings.tls_cert:
            secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            secure.load_cert_chain(settings.tls_cert, settings.tls_key)
            server.socket = secure.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()
