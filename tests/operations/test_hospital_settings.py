"""The settings of the ways to the hospital system: each named when it is wrong."""

from __future__ import annotations

import pytest

from verification.basics.errors import SettingsError
from verification.exchange.hospital import DEFAULT_TEMPLATE
from verification.operations.settings import read_settings, without_secrets


@pytest.mark.parametrize("given", [{}, {"KIOSK_HANDOVER_TEMPLATE": " \t\r\n"}])
def test_without_a_template_the_usual_line_is_copied(given: dict[str, str]) -> None:
    hospital = read_settings(given).hospital
    assert (hospital.template, hospital.link) == (DEFAULT_TEMPLATE, None)


def test_what_stands_at_the_ends_of_a_template_belongs_to_it() -> None:
    given = {"KIOSK_HANDOVER_TEMPLATE": "\t{ma_the}\t\r\n"}
    assert read_settings(given).hospital.template == "\t{ma_the}\t"


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("KIOSK_HANDOVER_TEMPLATE", "{mathe}", "không có trường mathe; các trường: ma_the, "),
        ("KIOSK_HANDOVER_TEMPLATE", "{ngay_sinh:us}", "không viết được ngay_sinh:us"),
        ("KIOSK_HANDOVER_LINK", "http://his.example/{token}", "http:// chỉ được dùng"),
        ("KIOSK_HANDOVER_LINK", "https://his.example/", "phải có {token} đúng một lần"),
    ],
)
def test_a_wrong_one_stops_the_start_and_is_named(name: str, value: str, why: str) -> None:
    with pytest.raises(SettingsError) as wrong:
        read_settings({name: value})
    assert f"Thiết lập {name} không hợp lệ: " in wrong.value.vi
    assert why in wrong.value.vi


def test_the_address_in_the_hospital_system_stands_in_no_list_of_settings() -> None:
    settings = read_settings({"KIOSK_HANDOVER_LINK": "https://his.example/secret/{token}"})
    assert "secret" not in repr(settings) + str(without_secrets(settings))
