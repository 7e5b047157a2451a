"""Where a hospital system gets messages: a folder or an address, never without a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from verification.basics.errors import SettingsError
from verification.operations.settings import read_settings, without_secrets

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "mot-khoa-ky-du-dai-24-byte"
HERE = {"KIOSK_HANDOVER_SECRET": SECRET}


@pytest.mark.parametrize(
    "to",
    [
        *("https://his.benhvien.example/kiosk", "https://his.benhvien.example:8443/a?khoa=x"),
        *("http://127.0.0.1:8765/", "http://localhost:8765/kiosk", "http://[::1]:8765/"),
    ],
)
def test_an_address_is_https_or_this_machine(tmp_path: Path, to: str) -> None:
    found = read_settings({**HERE, "KIOSK_HANDOVER_TO": to}, tmp_path)
    assert found.hospital.to == to
    assert without_secrets(found)["hospital"] == "to"
    assert SECRET not in repr(found)
    assert to not in repr(found)


def test_a_folder_may_be_a_share_that_is_not_there_now(tmp_path: Path) -> None:
    found = read_settings({**HERE, "KIOSK_HANDOVER_TO": "his"}, tmp_path)
    assert found.hospital.to == str(tmp_path / "his")


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({**HERE, "KIOSK_HANDOVER_TO": "http://his.benhvien.example/"}, "KIOSK_HANDOVER_TO"),
        ({**HERE, "KIOSK_HANDOVER_TO": "ftp://his.benhvien.example/"}, "KIOSK_HANDOVER_TO"),
        ({**HERE, "KIOSK_HANDOVER_TO": "https://"}, "KIOSK_HANDOVER_TO"),
        ({**HERE, "KIOSK_HANDOVER_TO": "https://a:b@his.example/"}, "KIOSK_HANDOVER_TO"),
        ({**HERE, "KIOSK_HANDOVER_TO": "https://his.example/#x"}, "KIOSK_HANDOVER_TO"),
        ({**HERE, "KIOSK_HANDOVER_TO": "https://his.example:0/"}, "KIOSK_HANDOVER_TO"),
        ({**HERE, "KIOSK_HANDOVER_TO": "https://bệnhviện.example/"}, "KIOSK_HANDOVER_TO"),
        ({**HERE, "KIOSK_HANDOVER_TO": "a-file"}, "KIOSK_HANDOVER_TO"),
        ({"KIOSK_HANDOVER_TO": "his"}, "KIOSK_HANDOVER_SECRET"),
        ({"KIOSK_HANDOVER_SECRET": "bi-mat-qua-ngan"}, "KIOSK_HANDOVER_SECRET"),
        ({"KIOSK_HANDOVER_SECRET": "whsec_khong-phai"}, "KIOSK_HANDOVER_SECRET"),
        ({"KIOSK_HANDOVER_CA": "a-file"}, "KIOSK_HANDOVER_CA"),
        ({"KIOSK_HANDOVER_CA": "none"}, "KIOSK_HANDOVER_CA"),
    ],
)
def test_a_wrong_one_is_named_and_never_shown(
    tmp_path: Path, given: dict[str, str], named: str
) -> None:
    (tmp_path / "a-file").write_text("x")
    with pytest.raises(SettingsError) as wrong:
        read_settings(given, tmp_path)
    said = f"{wrong.value.vi} {wrong.value.en}"
    assert named in said
    secrets = [value for value in given.values() if value not in {"https://", "his", "none"}]
    assert not [value for value in secrets if value in said]
