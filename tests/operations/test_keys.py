"""Where the master key may lie, when it is made, and what is said then."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import date
from typing import TYPE_CHECKING

import keyring
import keyring.backend
import keyring.backends.fail
import pytest
from keyring.errors import KeyringError, PasswordDeleteError

from tests.support import MORNING
from verification.__main__ import main
from verification.basics.errors import SettingsError, StoreError
from verification.log.help_events import HelpedToInstall
from verification.log.key_file import KeyFile, read_master_key
from verification.log.writing import write_alone
from verification.operations import keys
from verification.operations.keys import key_place, lies_beside, master_key
from verification.operations.settings import Settings, read_settings
from verification.operations.wiring import logging_kiosk, open_log, prepare_store
from verification.rights import command_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAY = date(2026, 11, 26)
REAL = {"KIOSK_FACILITY": "01001"}


class Ring(keyring.backend.KeyringBackend):
    """A keyring as a system's service is one, in memory."""

    priority = 1  # type: ignore[assignment]  # a number is what the library asks for

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self._answer()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._answer()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._answer()
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError(username)

    def _answer(self) -> None:
        if self.locked:
            raise KeyringError("locked")


@pytest.fixture
def ring() -> Iterator[Ring]:
    """Return the keyring of a system that has one."""
    before, own = keyring.get_keyring(), Ring()
    keyring.set_keyring(own)
    yield own
    keyring.set_keyring(before)


def settings(folder: Path, **given: str) -> Settings:
    return read_settings({"KIOSK_DB": str(folder / "data" / "kiosk.db"), **given})


def begun(chosen: Settings) -> None:
    """Open the log as any start does, and write something into it."""
    with logging_kiosk(chosen, lambda: MORNING) as kiosk:
        kiosk.written.write(lambda log: log.person("7900000011", []))


def told(chosen: Settings) -> str:
    with pytest.raises(StoreError) as refused:
        open_log(chosen).close()
    assert "Errno" not in refused.value.vi
    return str(refused.value)


# ---- beside the database


def test_a_real_house_does_not_begin_with_its_key_beside(tmp_path: Path) -> None:
    assert "KIOSK_KEY_BESIDE=yes" in told(settings(tmp_path, **REAL))
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("name", ["data/kiosk.key", "data/keys/kiosk.key", "data/../data/x.key"])
def test_nor_with_a_key_in_that_folder_by_another_name(tmp_path: Path, name: str) -> None:
    chosen = settings(tmp_path, KIOSK_KEY_FILE=str(tmp_path / name), **REAL)
    assert "KIOSK_KEY_BESIDE=yes" in told(chosen)


def test_nor_through_a_link_of_either(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "elsewhere").symlink_to(tmp_path / "data")
    by_key = settings(tmp_path, KIOSK_KEY_FILE=str(tmp_path / "elsewhere" / "k.key"), **REAL)
    by_db = read_settings(
        {
            "KIOSK_DB": str(tmp_path / "elsewhere" / "kiosk.db"),
            "KIOSK_KEY_FILE": str(tmp_path / "data" / "k.key"),
            **REAL,
        }
    )
    for chosen in (by_key, by_db):
        assert "KIOSK_KEY_BESIDE=yes" in told(chosen)


def test_nor_where_the_file_of_the_database_is_a_link_to_beside_the_key(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "disk").mkdir()
    (tmp_path / "data" / "kiosk.db").symlink_to(tmp_path / "disk" / "real.db")
    assert lies_beside(settings(tmp_path, KIOSK_KEY_FILE=str(tmp_path / "disk" / "kiosk.key")))


def test_nor_where_the_key_has_a_second_name_there(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    key = KeyFile(tmp_path / "disk" / "kiosk.key")
    key.make()
    chosen = settings(tmp_path, KIOSK_KEY_FILE=key.name, **REAL)
    assert not lies_beside(chosen)
    os.link(key.path, tmp_path / "data" / "copy.key")
    assert "KIOSK_KEY_BESIDE=yes" in told(chosen)


def test_a_key_that_lay_there_before_the_first_start_does_not_count_as_begun(
    tmp_path: Path,
) -> None:
    KeyFile(tmp_path / "data" / "kiosk.db.key").make()
    assert "KIOSK_KEY_BESIDE=yes" in told(settings(tmp_path, **REAL))


def test_who_accepts_it_may_and_sees_amber(tmp_path: Path) -> None:
    chosen = settings(tmp_path, KIOSK_KEY_BESIDE="yes", **REAL)
    begun(chosen)
    assert key_place(chosen).beside
    assert key_place(chosen).trouble is None


def test_a_house_that_works_with_its_key_beside_goes_on(tmp_path: Path) -> None:
    begun(settings(tmp_path))
    begun(settings(tmp_path, **REAL))
    assert key_place(settings(tmp_path, **REAL)).beside


@pytest.mark.parametrize("facility", ["", "79014"])
def test_the_demo_needs_no_setting(tmp_path: Path, facility: str) -> None:
    begun(settings(tmp_path, KIOSK_FACILITY=facility))


def test_a_key_on_another_disk_is_not_beside(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    chosen = settings(tmp_path, KIOSK_KEY_FILE=str(tmp_path / "disk" / "kiosk.key"), **REAL)
    begun(chosen)
    assert not key_place(chosen).beside
    assert [path.name for path in (tmp_path / "disk").iterdir()] == ["kiosk.key"]


@pytest.mark.parametrize("wrong", ["true", "1", "YES!", "có"])
def test_a_wrong_word_for_beside_is_named(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(SettingsError, match="KIOSK_KEY_BESIDE"):
        settings(tmp_path, KIOSK_KEY_BESIDE=wrong)


# ---- a key that is not there


def test_a_disk_that_is_not_there_at_the_first_start_is_told_and_nothing_is_made(
    tmp_path: Path,
) -> None:
    lost = tmp_path / "mnt" / "usb"
    chosen = settings(tmp_path, KIOSK_KEY_FILE=str(lost / "kiosk.key"), **REAL)
    assert str(lost) in told(chosen)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_gone_later_is_told_and_no_key_is_made_anew(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    chosen = settings(tmp_path, KIOSK_KEY_FILE=str(disk / "kiosk.key"), **REAL)
    begun(chosen)
    (disk / "kiosk.key").unlink()  # its mount point alone
    for _ in range(2):
        assert "không tạo khóa mới" in told(chosen)
    shutil.rmtree(disk)
    assert "gắn đĩa" in told(chosen)
    assert not disk.exists()


def test_a_log_whose_keys_were_deleted_still_belongs_to_its_key(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    prepare_store(chosen, tmp_path / "none")
    with logging_kiosk(chosen, lambda: MORNING) as kiosk:
        write_alone(kiosk.written, command_line("1"), HelpedToInstall())
    chosen.key_file.unlink()
    assert "không tạo khóa mới" in told(chosen)


def test_a_key_that_others_may_read_stops_every_start(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    begun(chosen)
    chosen.key_file.chmod(0o644)
    assert f"chmod 600 {chosen.key_file}" in told(chosen)
    place = key_place(chosen)
    assert place.trouble
    assert "chmod 600" in place.trouble.vi


# ---- what is said


def test_the_first_start_says_where_the_key_lies_and_what_is_lost_without_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = settings(tmp_path)
    begun(chosen)
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 4  # two lines in either language
    assert said.count(str(chosen.key_file)) == 2
    assert "mất vĩnh viễn" in said
    assert read_master_key(chosen.key_file).hex() not in said
    begun(chosen)
    assert capsys.readouterr().err == ""


def test_the_command_shows_where_the_key_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = settings(tmp_path)
    begun(chosen)
    monkeypatch.setenv("KIOSK_DB", str(chosen.db))
    capsys.readouterr()
    assert main(["keys", "show", "--json"]) == 0
    said = capsys.readouterr().out
    assert f'"where": "{chosen.key_file}", "beside": true, "trouble": null' in said
    assert main(["keys", "show", "--master"]) == 2


# ---- the keyring of the system


def test_a_key_in_the_keyring_is_made_once_and_opens_the_house_again(
    tmp_path: Path, ring: Ring
) -> None:
    chosen = settings(tmp_path, KIOSK_KEY_FILE="keyring:kiosk-bhyt/khoa chính", **REAL)
    for _ in range(2):
        begun(chosen)
    ((entry, key),) = ring.kept.items()
    assert entry == ("kiosk-bhyt", "khoa chính")
    assert master_key(chosen, DAY).hex() == key
    assert [path.suffix for path in (tmp_path / "data").glob("*.key")] == []
    assert (key_place(chosen).name, key_place(chosen).beside) == (
        "keyring:kiosk-bhyt/khoa chính",
        False,
    )


@pytest.mark.parametrize("wrong", ["keyring:", "keyring:kiosk", "keyring:/x", "keyring:kiosk/ "])
def test_a_keyring_without_service_or_name_is_a_wrong_setting(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(SettingsError, match="keyring:kiosk/master"):
        settings(tmp_path, KIOSK_KEY_FILE=wrong)


def test_a_machine_without_a_keyring_is_told_in_one_sentence(tmp_path: Path) -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())
    try:
        assert "kho khóa của hệ điều hành" in told(settings(tmp_path, KIOSK_KEY_FILE="keyring:a/b"))
    finally:
        keyring.set_keyring(before)


def test_a_locked_keyring_is_no_first_start(tmp_path: Path, ring: Ring) -> None:
    chosen = settings(tmp_path, KIOSK_KEY_FILE="keyring:a/b")
    begun(chosen)
    ring.locked = True
    assert "đang bị khóa" in told(chosen)
    ring.locked = False
    begun(chosen)


@pytest.mark.parametrize("kept", ["", "no key", "00" * 31])
def test_an_entry_that_is_no_key_is_told(tmp_path: Path, ring: Ring, kept: str) -> None:
    ring.kept["a", "b"] = kept
    assert "keyring:a/b" in told(settings(tmp_path, KIOSK_KEY_FILE="keyring:a/b"))


def test_keys_in_the_keyring_are_rotated_and_the_former_one_is_kept(
    tmp_path: Path,
    ring: Ring,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    chosen = settings(tmp_path, KIOSK_KEY_FILE="keyring:a/b")
    begun(chosen)
    former = ring.kept["a", "b"]
    monkeypatch.setenv("KIOSK_DB", str(chosen.db))
    monkeypatch.setenv("KIOSK_KEY_FILE", "keyring:a/b")
    for count in (1, 2):
        assert main(["keys", "rotate", "--master", "--json"]) == 0
        assert len(ring.kept) == count + 1
    assert former in ring.kept.values()
    assert ring.kept["a", "b"] != former
    capsys.readouterr()
    begun(chosen)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_a_rotation_in_the_keyring_that_is_broken_off_is_finished(
    tmp_path: Path,
    ring: Ring,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    at: int,
) -> None:
    """The keyring stops answering at its first to fourth change."""
    chosen = settings(tmp_path, KIOSK_KEY_FILE="keyring:a/b")
    begun(chosen)
    monkeypatch.setenv("KIOSK_DB", str(chosen.db))
    monkeypatch.setenv("KIOSK_KEY_FILE", "keyring:a/b")
    changes: list[str] = []
    put = Ring.set_password

    def stumbling(self: Ring, service: str, username: str, password: str) -> None:
        changes.append(username)
        self.locked = len(changes) == at
        put(self, service, username, password)

    with monkeypatch.context() as patch:
        patch.setattr(Ring, "set_password", stumbling)
        assert main(["keys", "rotate", "--master"]) == (0 if at == 4 else 1)
    ring.locked = False
    capsys.readouterr()
    begun(chosen)
    assert ("keyring:a/b" in capsys.readouterr().err) is (at in {2, 3})
    begun(chosen)
    assert capsys.readouterr().err == ""


def test_the_library_is_not_imported_for_a_key_in_a_file(tmp_path: Path) -> None:
    program = (
        "import sys; from verification.operations import wiring, rotating; "
        "sys.exit('keyring' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
    assert keys.kept(settings(tmp_path)).name.endswith("kiosk.db.key")
