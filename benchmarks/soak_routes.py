"""A real server asked by hands that are not ours: requests, then what open pages may say.

First strangers without a session ask, and nothing of the store may change by it; then officers of
every role, and no answer may be an error of the server, show its insides or be waited for in vain.
"""

import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.rough_events import message
from benchmarks.rough_pages import OpenPage
from benchmarks.rough_requests import PATIENCE, Rough, Said, rough, say
from tests.app_pages.knocking import Caller, RawSocket
from tests.browser.running import Server

COUNT = 20_000
OF_PAGES = 0.01  # of the count: messages over open pages, a run of a page each
ROLES = ("receptionist", "auditor", "administrator")
_SESSION = 60  # requests, before the next session: each may ask so often only
_INSIDES = (b"Traceback (most", b'File "/', b"site-packages", b"sqlite3.")
# What everybody may read; a stranger is given nothing else.
_PUBLIC = (
    "/khach",
    "/huong-dan",
    "/ngon-ngu",
    "/kiosk/font",
    "/healthz",
    "/readyz",
    "/metrics",
    "/dang-nhap",
)
_KEPT = ("visit", "account", "session", "review_case", "scan", "outbox", "api_key")


@dataclass
class Came:
    """What came of it.

    Args:
        statuses: How often each status was answered.
        messages: How often a page answered, and how many events it acknowledged as handled.
        found: What must never be, in words.
        slowest: The longest answer, seconds.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    messages: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def told(self) -> str:
        """Return it in one line."""
        answered = ", ".join(
            f"{count} x {status}" for status, count in sorted(self.statuses.items())
        )
        pages = ", ".join(f"{count} {what}" for what, count in sorted(self.messages.items()))
        return f"{answered}; pages: {pages}; slowest answer {self.slowest:.1f} s"


def routes(count: int = COUNT, seed: int = 20_261_127) -> Came:
    """Ask a server of its own; a small part of the count goes over open pages.

    Args:
        count: How many requests and messages in all.
        seed: Of what is asked.

    Returns:
        What came of it; `found` is empty where all held.
    """
    chance, came = random.Random(seed), Came()
    of_pages = int(count * OF_PAGES)
    asked = count - of_pages
    with _serving() as server:
        _strangers(server, chance, asked // 3, came)
        _officers(server, chance, asked - asked // 3, came)
        _pages(server, chance, of_pages, came)
        if not server.runs or Caller(server).try_out().ask("/kiosk/alive").status != 200:
            came.found.append("the server no longer serves")
        log = server.log() + server.db.with_name("kiosk.server.log").read_text()
        came.found += [f"in its log: {line}" for line in _errors(log)]
    return came


def _strangers(server: Server, chance: random.Random, count: int, came: Came) -> None:
    before = _counted(server)
    for _ in range(count):
        asked = rough(chance, {}, server.port, "")
        said = _ask(server, asked, came)
        is_public = asked.address in {"/", ""} or asked.address.startswith(_PUBLIC)
        if 200 <= said.status < 300 and said.body and not is_public:
            came.found.append(f"{asked.method} {asked.address} gave a stranger {said.status}")
    if (after := _counted(server)) != before:
        came.found.append(f"strangers changed the store: {before} -> {after}")


def _officers(server: Server, chance: random.Random, count: int, came: Came) -> None:
    with RawSocket(Caller(server).try_out()) as page:
        token = page.page_token()
    cookies: Mapping[str, str] = {}
    for at in range(count):
        if at % _SESSION == 0:
            cookies = Caller(server).try_out(chance.choice(ROLES)).cookies
        _ask(server, rough(chance, cookies, server.port, token), came)


def _ask(server: Server, asked: Rough, came: Came) -> Said:
    what = f"{asked.method} {asked.address}"
    try:
        said = say(server.port, asked.sent)
    except TimeoutError:
        came.found.append(f"{what}: no answer within {PATIENCE:.0f} s: {asked.sent[:200]!r}")
        return Said(0, b"", PATIENCE)
    came.statuses[said.status] += 1
    came.slowest = max(came.slowest, said.seconds)
    if said.status >= 500 or any(inside in said.body for inside in _INSIDES):
        came.found.append(f"{what}: {said.status}: {asked.sent[:400]!r}")
    return said


def _pages(server: Server, chance: random.Random, count: int, came: Came) -> None:
    number = 0
    while number < count:
        role = chance.choice(ROLES)
        with OpenPage(Caller(server).try_out(role)) as page:
            for _ in range(min(20, count - number)):
                number += 1
                sent = message(chance, page.component, number, page.mark)
                outcome = page.says(sent)
                came.messages[outcome] += 1
                came.messages["handled"] += page.handled
                page.handled = 0
                if outcome not in {"run", "closed"}:
                    came.found.append(f"{role}: {outcome}: {sent[:400]!r}")
                if outcome != "run":
                    break


def _counted(server: Server) -> Mapping[str, int]:
    return {name: server.asked(f"SELECT count(*) FROM {name}")[0][0] for name in _KEPT}


def _errors(log: str) -> Iterator[str]:
    lines = log.splitlines()
    for at, line in enumerate(lines):
        if "Traceback (most" in line:
            last = next((more for more in lines[at + 1 :] if more and not more[0].isspace()), "")
            yield last[:200]


@contextmanager
def _serving() -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), KIOSK_CAMERA="none").start()
        try:
            yield server
        finally:
            server.stop()


def main() -> None:
    """Run the whole campaign."""
    begun = time.monotonic()
    came = routes()
    print(f"{COUNT} requests and messages, {time.monotonic() - begun:.0f} s: {came.told()}")
    print(*came.found or ("nothing found",), sep="\n")


if __name__ == "__main__":
    main()
