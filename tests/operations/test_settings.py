"""Settings are read once and named when wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import ROOT, each
from verification.basics.errors import SettingsError
from verification.kiosk import Room, Slips
from verification.operations.settings import checked_desk, checked_facility, read_settings


def test_without_any_setting_the_defaults_hold() -> None:
    settings = read_settings({})
    assert settings.db == ROOT / "data/kiosk.db"
    assert settings.key_file == ROOT / "data/kiosk.db.key"
    assert (settings.facility, settings.desk) == (None, None)
    assert (settings.camera, settings.record_days) == ("browser", 30)
    assert (settings.idle_seconds, settings.session_hours) == (300, 12)


def test_a_relative_file_starts_at_the_folder_that_is_handed_in(tmp_path: Path) -> None:
    for name in ("cert.pem", "key.pem"):
        (tmp_path / name).touch()
    given = {
        "KIOSK_DB": "own/k.db",
        "KIOSK_KEY_FILE": "k.key",
        "KIOSK_HEAD_SINK": "heads.txt",
        "KIOSK_TLS_CERT": "cert.pem",
        "KIOSK_TLS_KEY": "key.pem",
    }
    settings = read_settings(given, tmp_path)
    assert (settings.db, settings.key_file) == (tmp_path / "own/k.db", tmp_path / "k.key")
    assert settings.head_sink == str(tmp_path / "heads.txt")
    assert (settings.tls_cert, settings.tls_key) == (tmp_path / "cert.pem", tmp_path / "key.pem")


def test_a_web_address_for_the_heads_is_no_file() -> None:
    address = "https://heads.example/take"
    assert read_settings({"KIOSK_HEAD_SINK": address}).head_sink == address


def test_every_setting_is_read() -> None:
    settings = read_settings(
        {
            "KIOSK_DB": "/srv/k.db",
            "KIOSK_KEY_FILE": "/etc/k.key",
            "KIOSK_FACILITY": " 01C34 ",
            "KIOSK_DESK": "ban-2.a_B",
            "KIOSK_CAMERA": "none",
            "KIOSK_RECORD_DAYS": "7",
        }
    )
    assert (settings.db, settings.key_file) == (Path("/srv/k.db"), Path("/etc/k.key"))
    assert (settings.facility, settings.desk) == ("01C34", "ban-2.a_B")
    assert (settings.camera, settings.record_days) == ("none", 7)


def test_one_desk_or_a_list_of_desks() -> None:
    assert read_settings({}).desks == ()
    assert read_settings({"KIOSK_DESK": "2"}).desks == ("2",)
    several = read_settings({"KIOSK_DESKS": " 1, ngoai-tru 3"})
    assert (several.desks, several.desk) == (("1", "ngoai-tru", "3"), None)
    assert several.first_desk == "1"
    usual = read_settings({"KIOSK_DESKS": "1,2", "KIOSK_DESK": "2"})
    assert (usual.desk, usual.first_desk) == ("2", "2")
    with pytest.raises(SettingsError, match="không có trong KIOSK_DESKS"):
        read_settings({"KIOSK_DESKS": "1,2", "KIOSK_DESK": "3"})


@each(
    ("name", "values"),
    [
        ("KIOSK_DESKS", ["1,bàn", "1,1", "a,A", "1,-", " ".join(map(str, range(101)))]),
        ("KIOSK_FACILITY", ["7901", "790145", "AB014", "79-14", "７９014"]),
        ("KIOSK_DESK", ["1 2", "a:b", "x" * 21, "bàn", "../1", "1\n2"]),
        ("KIOSK_CAMERA", ["webcam", "-1", "100"]),
        ("KIOSK_IDLE_SECONDS", ["0", "5m"]),
        ("KIOSK_SESSION_HOURS", ["0", "-1", "9" * 12]),
        ("KIOSK_SLIP", ["A4", "80", "yes"]),
        ("KIOSK_SLIP_BACK", ["yes", "no", "On"]),
        ("KIOSK_HOTLINE", ["hotline", "1", "1900 9068; rm"]),
        ("KIOSK_RECORD_DAYS", ["0", "-1", "x", "1.5", "٣"]),
        ("KIOSK_FORMER_DISTRICT_CODE", ["1.14", "3,3", "33", "x"]),
        ("KIOSK_DRUG_PICKUP_CODE", ["7.2", "1", "x"]),
    ],
)
def test_a_wrong_setting_is_named_in_both_languages(name: str, values: list[str]) -> None:
    for value in values:
        with pytest.raises(SettingsError) as told:
            read_settings({name: value})
        assert name in told.value.vi
        assert name in told.value.en


def test_the_houses_codes_of_the_law_are_read_and_only_those_that_are_set() -> None:
    assert read_settings({}).law == {}
    assert read_settings({"KIOSK_FORMER_DISTRICT_CODE": " "}).law == {}
    named = {"KIOSK_FORMER_DISTRICT_CODE": "1.13", "KIOSK_DRUG_PICKUP_CODE": "7"}
    assert read_settings(named).law == {"former_district_code": "1.13", "drug_pickup_code": "7"}


def test_blank_settings_count_as_not_set() -> None:
    names = ("KIOSK_FACILITY", "KIOSK_DESK", "KIOSK_CAMERA", "KIOSK_RECORD_DAYS")
    assert read_settings(dict.fromkeys(names, " ")) == read_settings({})


def test_a_desk_and_a_facility_of_the_command_line_are_checked() -> None:
    assert checked_desk("ban-2") == "ban-2"
    for form in ("01c34", "01 - C34", "01-c34", "01 C34", " 01C34 ", "01 – C34", "01.C34"):
        assert checked_facility(form) == "01C34"
    for wrong in ("", "a:b", "1-2\n"):
        with pytest.raises(SettingsError):
            checked_desk(wrong)
    with pytest.raises(SettingsError):
        checked_facility("790")
    for form in ("", "79 - 14", "790145", "AB014", "79/014", "79014x"):
        with pytest.raises(SettingsError, match="79014"):
            checked_facility(form)


@pytest.mark.parametrize("value", ["browser", "none", "0", "12", "clip.mjpeg", "rtsp://camera/1"])
def test_a_camera_is_the_browsers_none_or_one_of_the_server(value: str) -> None:
    assert read_settings({"KIOSK_CAMERA": value}).camera == value


def test_slips_are_80_mm_with_the_hotline_and_no_rooms_unless_the_house_says_otherwise() -> None:
    assert read_settings({}).slips == Slips("80mm", "1900 9068", ())
    given = {"KIOSK_SLIP": "a5", "KIOSK_HOTLINE": "off"}
    assert read_settings(given).slips == Slips("a5", None, ())
    assert not read_settings({"KIOSK_SLIP": "off"}).slips.printed
    assert read_settings({"KIOSK_SLIP_BACK": "on"}).slips.back
    assert not read_settings({"KIOSK_SLIP_BACK": "off"}).slips.back


@pytest.mark.parametrize(
    "text",
    [
        "ma,ten\nP12,Nội tổng quát\n\nTMH, Tai Mũi Họng\n",
        "\ufeffma;ten\r\nP12;Nội tổng quát\r\nTMH;Tai Mũi Họng\r\n",
    ],
)
def test_rooms_are_read_in_the_order_of_the_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "rooms.csv").write_text(text, encoding="utf-8")
    rooms = read_settings({"KIOSK_ROOMS": "rooms.csv"}, tmp_path).slips.rooms
    assert rooms == (Room("P12", "Nội tổng quát"), Room("TMH", "Tai Mũi Họng"))


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (None, 1),
        (b"", 1),
        (b"ma,ten\n", 1),
        (b"P12,X\n", 1),
        (b"ma,ten\nP12,X\nP12,Y\n", 3),
        (b"ma,ten\nP12\n", 2),
        (b"ma,ten\nP 12,X\n", 2),
        (b"ma,ten\nP12,\n", 2),
        (b"ma,ten\nP12,\x07\n", 2),
        (b"ma,ten\nP12,\xff\n", 1),
        (b"ma,ten\n" + b"".join(b"P%d,X\n" % at for at in range(100)), 101),
    ],
)
def test_a_wrong_list_of_rooms_is_named_with_its_line(
    tmp_path: Path, raw: bytes | None, line: int
) -> None:
    if raw is not None:
        (tmp_path / "rooms.csv").write_bytes(raw)
    with pytest.raises(SettingsError, match=rf"KIOSK_ROOMS: rooms.csv, dòng {line} "):
        read_settings({"KIOSK_ROOMS": "rooms.csv"}, tmp_path)
