"""Who may touch the file of the master key, and how it is made and replaced."""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.support import MASTER_KEY
from verification.basics.errors import StoreError
from verification.log.key_file import KeyFile, new_key, read_master_key

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2026, 11, 26)
needs_modes = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows has no such modes")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a key file as it should be."""
    file = tmp_path / "kiosk.key"
    file.write_text(MASTER_KEY.hex())
    file.chmod(0o600)
    return file


def told(path: Path) -> StoreError:
    with pytest.raises(StoreError) as refused:
        read_master_key(path)
    assert "Errno" not in refused.value.vi
    return refused.value


def mended_by_what_is_said(error: StoreError) -> None:
    """Run the command at the end of the sentence, as a person would."""
    command = error.vi.partition("hãy chạy: ")[2]
    assert error.en.endswith(f"run: {command}")
    subprocess.run(shlex.split(command), check=True)


def test_the_key_is_made_once_and_is_only_the_owners(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "kiosk.key"
    key = KeyFile(path).make()
    assert len(key) == 32
    assert KeyFile(path).make() == read_master_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["kiosk.key"]


def test_reading_never_makes_a_key(tmp_path: Path) -> None:
    assert "kiosk.key" in told(tmp_path / "kiosk.key").vi
    assert list(tmp_path.iterdir()) == []


def test_two_first_starts_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: KeyFile(tmp_path / "kiosk.key").make(), range(16)))
    assert len(set(keys)) == 1


@pytest.mark.parametrize("content", ["", "zz", "00" * 31, "00" * 33, "Mẫu", "0" * 100_000])
def test_a_file_that_is_no_key_is_told(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8")
    assert "kiosk.key" in told(path).vi


@needs_modes
@pytest.mark.parametrize(
    "mode", [0o644, 0o640, 0o660, 0o620, 0o602, 0o604, 0o666, 0o777, 0o610, 0o440]
)
def test_a_key_that_others_may_touch_is_refused_with_what_mends_it(path: Path, mode: int) -> None:
    path.chmod(mode)
    mended_by_what_is_said(told(path))
    assert read_master_key(path) == MASTER_KEY


@needs_modes
@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_key_that_only_its_owner_reads_is_taken(path: Path, mode: int) -> None:
    path.chmod(mode)
    assert read_master_key(path) == MASTER_KEY


@needs_modes
@pytest.mark.parametrize(("mode", "taken"), [(0o777, False), (0o703, False), (0o1777, True)])
def test_a_folder_in_which_anybody_swaps_files_is_refused(
    path: Path, mode: int, *, taken: bool
) -> None:
    path.parent.chmod(mode)
    if not taken:
        mended_by_what_is_said(told(path))
    assert read_master_key(path) == MASTER_KEY


@needs_modes
def test_a_key_of_another_user_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    assert "sudo chown" in told(path).vi


@needs_modes
def test_a_link_is_refused_and_the_key_itself_put_there(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "a link.key"
    link.symlink_to(path)
    mended_by_what_is_said(told(link))
    assert read_master_key(link) == MASTER_KEY


@needs_modes
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_a_pipe_and_a_folder_are_refused_at_once(tmp_path: Path, make: object) -> None:
    path = tmp_path / "kiosk.key"
    make(path)  # type: ignore[operator]  # either takes a path
    mended_by_what_is_said(told(path))
    assert not KeyFile(path).exists()


@needs_modes
def test_a_link_to_nowhere_is_not_a_first_start(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.key"
    path.symlink_to(tmp_path / "gone")
    assert KeyFile(path).exists()
    assert "kiosk.key" in told(path).vi


def test_the_key_of_a_copy_may_have_any_modes(path: Path) -> None:
    path.chmod(0o644)
    assert read_master_key(path, of_copy=True) == MASTER_KEY


def test_the_next_key_takes_the_place_and_the_former_one_is_kept(path: Path) -> None:
    keeper, following = KeyFile(path), new_key()
    keeper.put_next(following)
    assert (keeper.read(), keeper.next_key()) == (MASTER_KEY, following)
    former = KeyFile(path.with_name("kiosk.key.old-2026-11-26"))
    assert keeper.take_next(DAY) == former.name
    assert (keeper.read(), keeper.next_key(), former.read()) == (following, None, MASTER_KEY)


def test_a_second_rotation_of_a_day_overwrites_no_former_key(path: Path) -> None:
    keeper = KeyFile(path)
    for _ in range(3):
        keeper.put_next(new_key())
        keeper.take_next(DAY)
    assert len(list(path.parent.glob("kiosk.key.old-2026-11-26*"))) == 3


def test_a_try_that_was_killed_between_both_names_is_taken_up(path: Path) -> None:
    keeper = KeyFile(path)
    keeper.put_next(new_key())
    os.link(path, path.with_name("kiosk.key.old-2026-11-26"))
    assert keeper.take_next(DAY).endswith("old-2026-11-26")
    assert len(list(path.parent.glob("*.old-*"))) == 1


def test_a_disk_without_second_names_gets_copies(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    assert KeyFile(path.with_name("other.key")).make()
    keeper, following = KeyFile(path), new_key()
    keeper.put_next(following)
    assert read_master_key(type(path)(keeper.take_next(DAY))) == MASTER_KEY
    assert keeper.read() == following
