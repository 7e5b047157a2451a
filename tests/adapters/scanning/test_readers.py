"""Files are read by processes apart, which are ended and followed by others."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from fixtures.documents import endless, letter
from fixtures.strangers import boxed
from tests.adapters.scanning import bombs
from tests.browser.running import wait_for
from tests.support import FIXTURES, ROOT, payload
from verification.adapters.scanning import reader, readers
from verification.adapters.scanning.readers import Readers
from verification.adapters.scanning.reading import Reading
from verification.adapters.scanning.upload import read_upload
from verification.basics.errors import PictureError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CODE = (FIXTURES / "qr" / "patient-1.png").read_bytes()
READ = Reading((payload("patient-1"),), "zxing")
HEAVY = "Tệp này quá lớn hoặc quá phức tạp để đọc"
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="limits of the system, and /proc")


@pytest.fixture(scope="module")
def one() -> Iterator[Readers]:
    """Return one process that files are read by; a test that ends it gets the next."""
    with Readers(1) as made:
        yield made


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that only waits to be missed does not."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:  # noqa: PTH123  # vanishes any time
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def children(pid: int) -> list[int]:
    """Return the processes that a process has begun."""
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(word) for word in listed.stdout.split()]


@pytest.mark.parametrize("data", [CODE, letter(payload("patient-1"), 2, 2)])
def test_a_file_is_read_apart_as_it_is_read_here(one: Readers, data: bytes) -> None:
    assert one.read(data) == read_upload(data)


def test_what_is_said_of_a_file_comes_back_in_both_languages(one: Readers) -> None:
    with pytest.raises(PictureError) as told:
        one.read(boxed(b"heic", b"mif1", b"heic"))
    assert (told.value.vi[:8], told.value.en[:7]) == ("Ảnh HEIC", "A phone")
    pages = letter(payload("patient-1"), 40, 35)
    assert one.read(pages).notes[-1].vi.startswith("Tệp có 40 trang")


def test_the_process_stays_from_file_to_file(one: Readers) -> None:
    one.read(CODE)
    before = one.pids
    for data in (CODE, b"no picture", boxed(b"heic"), b""):
        try:
            one.read(data)
        except PictureError:
            continue
    assert one.pids == before


def test_none_begins_before_it_is_needed() -> None:
    with Readers(2) as both:
        assert both.pids == []
        both.start()
        assert len(both.pids) == 1
        both.read(CODE)
        assert len(both.pids) == 1


def test_a_file_that_does_not_end_ends_its_process_and_the_next_is_read() -> None:
    with Readers(1, seconds=0.3) as hurried:
        hurried.start()
        before = hurried.pids
        with pytest.raises(PictureError, match=HEAVY):
            hurried.read(endless())
        assert hurried.pids
        assert hurried.pids != before
        hurried._seconds = 60.0
        assert hurried.read(CODE) == READ


def test_a_file_that_breaks_its_process_is_told_and_the_next_is_read(one: Readers) -> None:
    one.read(CODE)
    (pid,) = one.pids
    # by then it was taken, on a busy machine too, and to read it takes three seconds of processor
    killed = threading.Timer(1.0, os.kill, (pid, signal.SIGTERM))
    killed.start()
    with pytest.raises(PictureError, match=HEAVY):
        one.read(endless())
    killed.join()
    assert one.read(CODE) == READ
    assert one.pids != [pid]


def test_a_process_that_died_between_two_files_costs_none_of_them(one: Readers) -> None:
    assert one.read(CODE) == READ
    (pid,) = one.pids
    os.kill(pid, signal.SIGTERM)
    wait_for(lambda: not alive(pid))
    assert one.read(CODE) == READ
    assert one.pids != [pid]


@pytest.mark.parametrize("data", [CODE, bombs.flat_png(50) + bytes(300_000)], ids=["fits", "not"])
def test_a_file_that_no_process_took_is_read_by_the_next_and_blamed_for_nothing(
    data: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ends = "import sys; print('{}', flush=True); sys.stdin.buffer.read(8); sys.exit()"
    first = tmp_path / "first"
    code = (
        f"from pathlib import Path; first = Path({str(first)!r})\n"
        f"if not first.exists():\n    first.touch(); {ends}\n"
        "from verification.adapters.scanning import reader; reader.main()"
    )
    monkeypatch.setattr(readers, "_PROGRAM", (sys.executable, "-c", code))
    with Readers(1, seconds=60.0) as once:
        assert once.read(data) == read_upload(data)
    monkeypatch.setattr(readers, "_PROGRAM", (sys.executable, "-c", ends))
    with Readers(1) as never, pytest.raises(PictureError, match="Máy chủ hiện chưa đọc được tệp"):
        never.read(data)


@LINUX
def test_a_file_that_takes_memory_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    code = (
        "import resource; from pathlib import Path;"
        "from verification.adapters.scanning import reader;"
        "held = int(Path('/proc/self/statm').read_text().split()[0]) * resource.getpagesize();"
        "reader.MEMORY = held + (50 << 20); reader.main()"
    )
    monkeypatch.setattr(readers, "_PROGRAM", (sys.executable, "-c", code))
    with Readers(1) as small:
        with pytest.raises(PictureError, match=HEAVY):
            small.read(bombs.flat_png(8_190))
        assert small.read(CODE) == READ


def test_closing_ends_what_is_under_way() -> None:
    told: list[str] = []
    house = Readers(1)
    house.start()
    (pid,) = house.pids

    def read() -> None:
        try:
            house.read(endless())
        except PictureError as error:
            told.append(error.vi)

    reading = threading.Thread(target=read)
    reading.start()
    wait_for(lambda: children(pid))
    house.close()
    reading.join()
    assert told
    assert told[0].startswith(HEAVY)
    assert house.pids == []
    with pytest.raises(PictureError, match="Máy chủ hiện chưa đọc được tệp"):
        house.read(CODE)


def test_a_machine_that_begins_no_process_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "_PROGRAM", ("/nowhere/python",))
    with (
        Readers(1) as none,
        pytest.raises(PictureError, match="Máy chủ hiện chưa đọc được tệp"),
    ):
        none.read(CODE)


def test_a_program_that_cannot_begin_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "_PROGRAM", (sys.executable, "-c", "raise SystemExit"))
    with (
        Readers(1) as none,
        pytest.raises(PictureError, match="Máy chủ hiện chưa đọc được tệp"),
    ):
        none.read(CODE)


@pytest.mark.parametrize(
    "said",
    [
        "print('{}')",
        "print('[]')",
        "print('nothing')",
        "print('{\"error\": 7}')",
        "print('{\"payloads\": [7]}')",
        "print('1' * 9_000_000)",
        "print('{\"payloads\": [], \"step\"', end='')",
        "raise SystemExit",
    ],
)
def test_whatever_a_process_says_nothing_of_it_breaks_the_server(
    said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = "print('{}', flush=True); sys.stdin.buffer.read(8); print('{\"taken\": true}')"
    code = f"import sys; {taken}; {said}"
    monkeypatch.setattr(readers, "_PROGRAM", (sys.executable, "-c", code))
    with Readers(1) as strange, pytest.raises(PictureError, match=HEAVY):
        strange.read(CODE)


def test_two_are_read_at_a_time_and_the_third_waits() -> None:
    done: list[int] = []
    slow = bombs.png(bombs.checkered(450, 450))
    with Readers(2) as both:

        def read(number: int) -> None:
            with suppress(PictureError):  # on a busy machine it may cost too much
                both.read(slow)
            done.append(number)

        threads = [threading.Thread(target=read, args=(number,)) for number in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(done) == list(range(5))
        assert len(both.pids) == 2


@LINUX
def test_a_process_gives_way_and_is_the_first_to_go_when_memory_is_short(one: Readers) -> None:
    one.read(CODE)
    (pid,) = one.pids
    assert os.getpriority(os.PRIO_PROCESS, pid) >= 10
    with open(f"/proc/{pid}/oom_score_adj", encoding="ascii") as score:  # noqa: PTH123  # of the system
        assert score.read().strip() == "1000"
    with open(f"/proc/{pid}/limits", encoding="ascii") as limits:  # noqa: PTH123  # as above
        said = limits.read()
    assert f"Max address space         {reader.MEMORY}" in said


_OWNER = """
import os, signal, sys, threading, time
from verification.adapters.scanning.readers import Readers
from fixtures.documents import endless
made = Readers(1)
made.start()
if sys.argv[1] == "busy":
    threading.Thread(target=made.read, args=(endless(),), daemon=True).start()
    while not os.popen(f"ps -o pid= --ppid {made.pids[0]}").read().strip():
        time.sleep(0.02)
print(made.pids[0], flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@LINUX
@pytest.mark.parametrize("state", ["idle", "busy"])
def test_nothing_is_left_when_the_server_is_killed(state: str) -> None:
    owner = subprocess.run(
        [sys.executable, "-c", _OWNER, state], cwd=ROOT, capture_output=True, text=True, check=False
    )
    pid = int(owner.stdout)
    drawing = children(pid)
    wait_for(lambda: not any(map(alive, [pid, *drawing])))
