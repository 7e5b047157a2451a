"""A portal on loopback that answers every card at once and counts what it was asked."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

_TOKEN = {
    "maKetQua": "200",
    "APIKey": {"access_token": "a", "id_token": "b", "token_type": "Bearer"},
}
_LOOK_UP, _HISTORY = "KQNhanLichSuKCB2024", "Lskcb2025"


@dataclass
class Loopback:
    """What it was asked.

    Args:
        port: Where it listens.
        looked_up: How often each card was.
        at: When, in seconds of the monotonic clock.
    """

    port: int
    looked_up: Counter[str] = field(default_factory=Counter)
    at: list[float] = field(default_factory=list)

    def answer(self, path: str, body: bytes) -> dict[str, object]:
        """Return the answer to a request, without its query."""
        if path.endswith(_LOOK_UP):
            words = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            self.looked_up[words["maThe"]] += 1
            self.at.append(time.monotonic())
            known = {"maThe": words["maThe"], "maSoBHXH": words["maThe"][-10:]}
            facts = {"hoTen": words["hoTen"], "ngaySinh": words["ngaySinh"], "maDKBD": "79014"}
            dates = {"gtTheTu": "01/01/2026", "gtTheDen": "31/12/2099"}
            return {"maKetQua": "000", "ghiChu": "Thông tin thẻ chính xác"} | known | facts | dates
        if path.endswith(_HISTORY):
            return {"maKetQua": "000", "ghiChu": None, "dsLichSuKCB2025": None}
        return _TOKEN

    def most_in(self, seconds: float) -> int:
        """Return the most look-ups in any stretch of so many seconds."""
        most, first = 0, 0
        for last, at in enumerate(self.at):
            while at - self.at[first] >= seconds:
                first += 1
            most = max(most, last - first + 1)
        return most


@contextmanager
def loopback(port: int = 0) -> Iterator[Loopback]:
    """Run it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # head and body are two packets

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            raw = json.dumps(portal.answer(self.path.partition("?")[0], body)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_words: object) -> None: ...

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", port), Handler) as server:
        portal = Loopback(server.server_port)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield portal
        finally:
            server.shutdown()
