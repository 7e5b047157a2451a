"""What the kiosk writes is read by its own account alone."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

import pytest

from verification.basics.private import new_private_file, private_folder, private_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _open_handed() -> Iterator[None]:
    """Run under an account that lets others read what it makes."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_folder_is_made_for_one_account_and_keeps_what_it_had(tmp_path: Path) -> None:
    private_folder(tmp_path / "a" / "b")
    assert mode(tmp_path / "a" / "b") == 0o700
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o750)
    private_folder(shared)
    assert mode(shared) == 0o750


@pytest.mark.parametrize("how", ["w", "a", "x"])
def test_a_file_is_private_before_its_first_byte(tmp_path: Path, how: str) -> None:
    path = tmp_path / "f"
    with private_text(path, how) as file:  # type: ignore[arg-type]  # one of them
        assert mode(path) == 0o600
        file.write("Mẫu\r\n")
    assert path.read_bytes() == "Mẫu\r\n".encode()


@pytest.mark.parametrize("links", [True, False])
def test_a_new_file_has_its_name_when_it_is_whole_and_takes_no_other_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, links: bool
) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    if not links:
        monkeypatch.setattr(os, "link", refused)
    path = tmp_path / "day.pdf"
    with new_private_file(path) as file:
        file.write(b"half")
        assert not path.exists()
    assert (path.read_bytes(), mode(path)) == (b"half", 0o600)
    with pytest.raises(FileExistsError), new_private_file(path) as file:
        file.write(b"other")
    late = tmp_path / "late.pdf"
    with pytest.raises(FileExistsError), new_private_file(late) as file:
        late.write_bytes(b"theirs")
    assert late.read_bytes() == b"theirs"
    with pytest.raises(ZeroDivisionError), new_private_file(tmp_path / "no.pdf"):
        raise ZeroDivisionError
    assert sorted(one.name for one in tmp_path.iterdir()) == ["day.pdf", "late.pdf"]
