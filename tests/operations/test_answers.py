"""What the first start was answered stands below the environment, or is named as unreadable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from verification.basics.errors import SettingsError
from verification.operations.answers import answers_file, keep, with_answers
from verification.operations.settings import read_settings

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_kept_is_read_where_the_environment_says_nothing(tmp_path: Path) -> None:
    db = tmp_path / "house" / "kiosk.db"
    keep(db, "KIOSK_BACKUP", str(tmp_path))
    keep(db, "KIOSK_HEAD_SINK", "off")
    keep(db, "KIOSK_BACKUP", "a=\x0cb")
    assert with_answers({}, db)["KIOSK_BACKUP"] == "a=\x0cb"
    keep(db, "KIOSK_BACKUP", "OFF")
    assert answers_file(db).read_text() == "KIOSK_BACKUP=OFF\nKIOSK_HEAD_SINK=off\n"
    assert [file.name for file in db.parent.iterdir()] == ["kiosk.db.answers"]
    assert answers_file(db).stat().st_mode & 0o777 == 0o600
    house = {"KIOSK_DB": str(db), "KIOSK_FACILITY": "01C34", "KIOSK_HEAD_SINK": " "}
    assert read_settings(house).unsaid == ()
    said = read_settings({**house, "KIOSK_BACKUP": str(tmp_path)}).backup
    assert said is not None, "the environment wins"
    assert with_answers(house, tmp_path / "other.db") is house


@pytest.mark.parametrize(
    "text", ["KIOSK_BACKUP", "KIOSK_BACKUP=", "KIOSK_DB=/x", "\x00", "KIOSK_BACKUP=a\nrubbish"]
)
def test_answers_that_are_none_are_named_and_nothing_is_guessed(tmp_path: Path, text: str) -> None:
    db = tmp_path / "kiosk.db"
    answers_file(db).write_text(text)
    with pytest.raises(SettingsError, match=r"kiosk\.db\.answers"):
        read_settings({"KIOSK_DB": str(db)})


def test_bytes_that_are_no_text_and_a_folder_are_named_too(tmp_path: Path) -> None:
    answers_file(tmp_path / "a.db").write_bytes(b"\xff\xfe")
    answers_file(tmp_path / "b.db").mkdir()
    for name in "ab":
        with pytest.raises(SettingsError, match=rf"{name}\.db\.answers"):
            read_settings({"KIOSK_DB": str(tmp_path / f"{name}.db")})
