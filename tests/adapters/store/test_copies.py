"""Copies of a store are gone when done, and what a kill left goes with the next one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT
from verification.adapters.store.copies import folder_of_copies

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONG_AGO = 1_000_000_000
HOLDS = """
import sys, time
from pathlib import Path
from verification.adapters.store.copies import folder_of_copies
with folder_of_copies("kiosk-proof-", Path(sys.argv[1])) as folder:
    (folder / "kiosk.db").write_bytes(b"patients")
    print(folder, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def other(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """Return a process that holds a copy, and the folder of that."""
    words = [sys.executable, "-c", HOLDS, str(tmp_path)]
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline().startswith(bytes(tmp_path))
    (folder,) = tmp_path.iterdir()
    os.utime(folder, (LONG_AGO, LONG_AGO))
    yield process, folder
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_copy_is_its_owners_alone_and_gone_when_done(tmp_path: Path) -> None:
    with folder_of_copies("kiosk-proof-", tmp_path) as folder:
        assert folder.parent.parent == tmp_path
        assert folder.parent.stat().st_mode & 0o077 == 0
        (folder / "kiosk.db").touch()
    assert list(tmp_path.iterdir()) == []


def test_what_a_kill_left_goes_with_the_next_and_what_is_held_stays(
    tmp_path: Path, other: tuple[subprocess.Popen[bytes], Path]
) -> None:
    process, left = other
    with folder_of_copies("kiosk-proof-", tmp_path):
        assert (left / "store" / "kiosk.db").exists()
    process.kill()
    process.wait()
    with folder_of_copies("kiosk-drill-", tmp_path):
        assert left.exists()  # of another kind
    with folder_of_copies("kiosk-proof-", tmp_path):
        assert not left.exists()


@pytest.mark.parametrize("holds", [(), ("held",), ("store",), ("held", "store", "thu.txt")])
def test_a_folder_of_such_a_name_that_is_somebodys_own_stays(
    tmp_path: Path, holds: tuple[str, ...]
) -> None:
    own = tmp_path / "migrate-cu"
    own.mkdir()
    for name in holds:
        (own / name).touch()
    link = tmp_path / "migrate-link"
    link.symlink_to(own)
    os.utime(own, (LONG_AGO, LONG_AGO))
    with folder_of_copies("migrate-", tmp_path):
        assert sorted(one.name for one in own.iterdir()) == sorted(holds)
        assert link.is_symlink()


def test_what_is_just_being_made_stays(tmp_path: Path) -> None:
    made = tmp_path / "kiosk-proof-new"
    made.mkdir()
    (tmp_path / "kiosk-proof-a-file").touch()
    with folder_of_copies("kiosk-proof-", tmp_path):
        assert made.exists()
    shutil.rmtree(made)


def test_a_place_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), folder_of_copies("x", tmp_path / "away"):
        pass
