"""`POST /kiosk/tra-cuu` as somebody types, beside a route that answers nothing, in the same run.

A real server with 14,000 invented facilities and 700 offices, imported as a house does it. Names
and codes are typed letter by letter, ten a second over one connection that stays open: each begin
is one question. In turn with each, the desk's help for an empty box is asked: the same way through
session, right, token and limit, with nothing at its end. Times are those of whoever asks, and those
of the server's processor, by which what others do on the machine does not count.
"""

import csv
import http.client
import json
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

from benchmarks.figures import machine, milliseconds, percentile, row
from tests.app_pages.knocking import Caller, RawSocket
from tests.browser.running import PASSWORD, Server
from verification.operations.settings import read_settings
from verification.operations.wiring import logging_kiosk
from verification.reception.places.finding import find_places
from verification.rights import Role, desk_officer
from verification.rules.law.tables import shipped

FACILITIES = 14_000
OFFICES = 700
QUESTIONS = 1_000
A_SECOND = 10
_SEED = 20_261_127
_KINDS = (
    *["Trạm y tế xã"] * 6,
    *["Trạm y tế phường"] * 3,
    "Bệnh viện Đa khoa",
    "Trung tâm y tế",
    "Phòng khám đa khoa",
)
_WORDS = """
An Bình Cẩm Châu Đại Đông Đức Giang Hà Hải Hòa Hoàng Hồng Hưng Khánh Kim La Lâm Liên Long Lộc Mai
Minh Mỹ Nam Nghĩa Ngọc Nhơn Ninh Phong Phú Phước Quảng Quang Sơn Tam Tân Tây Thạch Thái Thanh
Thành Thịnh Thọ Thủy Thượng Tiên Trung Trường Vân Vĩnh Xuân Yên
"""
_CODES = ("079", "07921", "DN4", "120", "K2", "1.11", "not_in_store", "hết hạn", "hộ nghèo")


def names(count: int) -> Iterator[tuple[str, str]]:
    """Yield invented names with the code of a province, as alike as real ones are."""
    chance = random.Random(_SEED)
    provinces = [one["ma_tinh"] for one in shipped().history("provinces") if not one.valid_to]
    words = _WORDS.split()
    for _ in range(count):
        name = " ".join((chance.choice(_KINDS), *chance.sample(words, chance.choice((1, 2, 2, 3)))))
        yield name, chance.choice(provinces)


def fill(folder: Path) -> tuple[Path, Path]:
    """Write both lists; return their files."""
    count = Counter[str]()
    facilities, offices = folder / "facilities.csv", folder / "offices.csv"
    with facilities.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(("ma_cskcb", "ten", "ma_tinh", "cap", "diem", "hang_cu", "loai_12"))
        for at, (name, province) in enumerate(names(FACILITIES)):
            code = f"{province}{count[province]:03d}"
            count[province] += 1
            lines.writerow((code, name, province, "ban_dau", "", "xa", at % 2))
    with offices.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(("ma_co_quan", "ten", "ma_tinh", "dia_chi"))
        count.clear()
        for name, province in names(OFFICES):
            code = f"0{province}{count[province]:02d}"
            count[province] += 1
            lines.writerow((code, f"BHXH cơ sở {name.split(maxsplit=3)[-1]}", province, ""))
    return facilities, offices


def typed() -> list[str]:
    """Return what stands in the box after each letter."""
    chance = random.Random(_SEED + 1)
    known = [name for name, _ in names(FACILITIES)]
    questions: list[str] = []
    while len(questions) < QUESTIONS:
        asked = chance.choice((chance.choice(known), chance.choice(_CODES)))
        words = asked.split()
        chance.shuffle(words)
        text = " ".join(words)
        questions += [text[: end + 1] for end in range(len(text))]
    return questions[:QUESTIONS]


def measure() -> Iterator[str]:
    """Yield the lines of the report."""
    questions = typed()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        place = {"KIOSK_FACILITY": "79001", "KIOSK_DESK": "1", "KIOSK_KEY_BESIDE": "yes"}
        server = Server(folder, KIOSK_CAMERA="none", **place)
        for kind, file in zip(("facilities", "offices"), fill(folder), strict=True):
            done = server.command(f"import-{kind}", str(file))
            if done.returncode:
                raise RuntimeError(done.stderr.decode())
        server.account("do.nhanh", Role.RECEPTIONIST)
        first, alone, count = _alone(server, questions)
        load = os.getloadavg()[0]
        server.start()
        try:
            (ours, bare), (worked, idle) = _asked(server, questions)
        finally:
            server.stop()
    yield f"{machine()}; load {load:.1f} before, {os.getloadavg()[0]:.1f} after"
    yield f"{count} facilities and offices; index made in {first:.0f} ms"
    yield ""
    yield f"| what, {A_SECOND} a second | count | p50 ms | p95 ms | p99 ms |"
    yield "|---|---|---|---|---|"
    yield row("`POST /kiosk/tra-cuu`, letter by letter", ours)
    yield row("a route that answers nothing (`/kiosk/hint`, empty)", bare)
    yield row("the same, the server's processor alone", worked)
    yield row("the route that answers nothing, likewise", idle)
    yield row("the search alone, in process", alone)
    over = percentile(ours, 95) - percentile(bare, 95)
    yield ""
    yield f"p95 over the route that answers nothing: {over:.1f} ms"


def _alone(server: Server, questions: Sequence[str]) -> tuple[float, list[float], int]:
    """Return how long the index takes, the times of the search, and how many lines lists give."""
    with logging_kiosk(read_settings(server.environ)) as kiosk:
        actor = desk_officer("1")
        count = len(kiosk.cards.facilities()) + len(kiosk.cards.offices())
        first = milliseconds(lambda _: find_places(actor, kiosk, ""), 1)[0]
        times = milliseconds(lambda at: find_places(actor, kiosk, questions[at]), len(questions))
    return first, times, count


Both = tuple[list[float], list[float]]


def _asked(server: Server, questions: Sequence[str]) -> tuple[Both, Both]:
    """Return the times in ms, of the questions and of those that ask nothing; the processor's."""
    caller = Caller(server)
    caller.sign_in("do.nhanh", PASSWORD)
    with RawSocket(caller) as page:
        token = page.page_token()
    headers = {
        "Cookie": "; ".join(f"{name}={value}" for name, value in caller.cookies.items()),
        "Origin": server.url,
        "X-Kiosk-Token": token,
        "Content-Type": "text/plain;charset=utf-8",
    }
    times: Both = ([], [])
    works: Both = ([], [])
    rows = 0
    connection = http.client.HTTPConnection("localhost", server.port, timeout=30)
    with closing(connection):
        _ask(connection, "/kiosk/tra-cuu", "", headers)  # the page does so when it is opened
        begun = time.perf_counter() + 1
        for at, question in enumerate(questions):
            time.sleep(max(0.0, begun + at / A_SECOND - time.perf_counter()))
            asked = (("/kiosk/tra-cuu", question), ("/kiosk/hint", ""))
            for of, (path, text) in enumerate(asked):
                before = _processor_ms(server.pid)
                spent, answer = _ask(connection, path, text, headers)
                works[of].append(max(0.0, _processor_ms(server.pid) - before))
                times[of].append(spent)
                rows += len(answer.get("rows", ()))
    if not rows:
        raise RuntimeError("nothing was found")
    return times, works


def _processor_ms(pid: int) -> float:
    """Return how long a process has had a processor, all its threads together."""
    spent = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that has just ended
            spent += int((task / "schedstat").read_text().split()[0])
    return spent / 1e6


def _ask(
    connection: http.client.HTTPConnection, path: str, text: str, headers: dict[str, str]
) -> tuple[float, dict[str, list[object]]]:
    begun = time.perf_counter()
    connection.request("POST", path, text.encode(), headers)
    reply = connection.getresponse()
    answer = reply.read()
    spent = (time.perf_counter() - begun) * 1000
    if reply.status != http.client.OK:
        raise RuntimeError(f"{reply.status} {answer!r}")
    return spent, json.loads(answer)
