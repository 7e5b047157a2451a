"""The portal's settings: all or none, each named when it is wrong, no secret in any text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support import each
from verification.adapters.portal.account import Body, Letters
from verification.basics.errors import SettingsError
from verification.card.portal import PortalOfficer
from verification.operations.settings import read_settings, without_secrets

if TYPE_CHECKING:
    from pathlib import Path

GIVEN = {
    "KIOSK_PORTAL_URL": "https://egw.baohiemxahoi.gov.vn/",
    "KIOSK_PORTAL_USER": "79014_BV",
    "KIOSK_PORTAL_PASSWORD": " Bí mật\r\n",
}


def test_without_any_the_portal_is_not_asked() -> None:
    assert read_settings({}).portal is None
    assert read_settings({"KIOSK_PORTAL_OFFICER": "Lê Mẫu|079190000001"}).portal is None


def test_all_are_read() -> None:
    more = {
        "KIOSK_PORTAL_OFFICER": " Lê  Thị Mẫu | 079190000001 ",
        "KIOSK_PORTAL_BODY": "json",
        "KIOSK_PORTAL_MD5": "LOWER",
        "KIOSK_PORTAL_PROXY": "http://proxy.example:3128",
        "KIOSK_PORTAL_RATE": "30",
    }
    account = read_settings({**GIVEN, **more}).portal
    assert account
    assert (account.url, account.user) == ("https://egw.baohiemxahoi.gov.vn", "79014_BV")
    assert account.password == " Bí mật"  # blanks may belong to it, an end of line never does
    assert account.officer == PortalOfficer("Lê Thị Mẫu", "079190000001")
    assert (account.body, account.letters, account.rate) == (Body.JSON, Letters.LOWER, 30)
    assert account.proxy == "http://proxy.example:3128"


@pytest.mark.parametrize("left_out", GIVEN)
def test_one_that_is_missing_is_named(left_out: str) -> None:
    with pytest.raises(SettingsError, match=f"Thiếu thiết lập {left_out}:"):
        read_settings({name: value for name, value in GIVEN.items() if name != left_out})


@each(
    ("name", "values"),
    [
        (
            "KIOSK_PORTAL_URL",
            [
                *("egw.baohiemxahoi.gov.vn", "ftp://a.vn", "https://", "http://egw.example"),
                *("https://u:p@a.vn", "https://a.vn/?token=1", "https://a.vn:99999", "https://a b"),
            ],
        ),
        ("KIOSK_PORTAL_USER", ["79014 BV", "x", "bệnh viện"]),
        ("KIOSK_PORTAL_PASSWORD", ["a\x00b", "a\nb"]),
        ("KIOSK_PORTAL_OFFICER", ["Lê Mẫu", "Lê Mẫu|123", "|079190000001", "Lê Mẫu|07919000000a"]),
        ("KIOSK_PORTAL_BODY", ["xml"]),
        ("KIOSK_PORTAL_MD5", ["sha256"]),
        ("KIOSK_PORTAL_PROXY", ["proxy:3128", "socks5://proxy:1080", "http://a b:1"]),
        ("KIOSK_PORTAL_RATE", ["0", "-1", "2.5", "6001", "9" * 5000, "٣"]),
        ("KIOSK_PORTAL_CA", ["not-there.pem"]),
    ],
)
def test_a_wrong_one_is_named_and_never_repeated(name: str, values: list[str]) -> None:
    for value in values:
        with pytest.raises(SettingsError) as raised:
            read_settings({**GIVEN, name: value})
        assert name in str(raised.value)
        if len(value) in range(6, 30) and name != "KIOSK_PORTAL_URL":  # its example looks alike
            assert value not in str(raised.value)


def test_a_file_that_holds_no_authority_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("no certificate")
    with pytest.raises(SettingsError, match="KIOSK_PORTAL_CA"):
        read_settings({**GIVEN, "KIOSK_PORTAL_CA": str(file)})


def test_plain_http_is_for_this_machine_alone() -> None:
    for url in ("http://127.0.0.1:8600", "http://localhost:1", "http://[::1]:1"):
        assert read_settings({**GIVEN, "KIOSK_PORTAL_URL": url}).portal


def test_no_list_of_settings_shows_what_lets_anybody_in() -> None:
    settings = read_settings({**GIVEN, "KIOSK_PORTAL_PROXY": "http://u:geheim@proxy.example:1"})
    told = without_secrets(settings)["portal"]
    assert told == "egw.baohiemxahoi.gov.vn (79…_BV)"
    assert settings.portal
    for text in (repr(settings), repr(settings.portal), str(settings.portal), told):
        assert "Bí mật" not in text
        assert "geheim" not in text
        assert settings.portal.password_md5 not in text
