"""The settings of the national portal: all of them, or none."""

import re
import ssl
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from verification.adapters.portal.account import Body, Letters, PortalAccount
from verification.basics.errors import SettingsError
from verification.basics.names import tidy
from verification.card.portal import PortalOfficer

_NEEDED = ("KIOSK_PORTAL_URL", "KIOSK_PORTAL_USER", "KIOSK_PORTAL_PASSWORD")
_EXAMPLE = "https://egw.baohiemxahoi.gov.vn"
_USER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{2,39}", re.ASCII)
_CITIZEN = re.compile(r"\d{12}", re.ASCII)
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_LONGEST_NAME = 100
_USUAL_RATE = 120
_MOST_RATE = 6_000


def read_portal(environ: Mapping[str, str], root: Path) -> PortalAccount | None:
    """Read the portal's settings; None where it is not set.

    Args:
        environ: The environment.
        root: Folder that a relative file starts at.

    Raises:
        SettingsError: One of them is wrong or missing; the sentence says which.
    """
    given = {name: environ.get(name, "").strip() for name in _NEEDED[:2]}
    given[_NEEDED[2]] = environ.get(_NEEDED[2], "").strip("\r\n")  # blanks may belong to it
    rest = {
        "officer": _officer(environ),
        "body": Body(_one_of(environ, "KIOSK_PORTAL_BODY", Body.FORM, Body.JSON)),
        "letters": Letters(_one_of(environ, "KIOSK_PORTAL_MD5", Letters.UPPER, Letters.LOWER)),
        "proxy": _proxy(environ),
        "ca": _authorities(environ, root),
        "rate": _rate(environ),
    }
    if not any(given.values()):
        return None
    if missing := [name for name in _NEEDED if not given[name]]:
        raise SettingsError(
            f"Thiếu thiết lập {', '.join(missing)}: Cổng BHXH cần đủ {', '.join(_NEEDED)}",
            f"Setting {', '.join(missing)} is missing: the portal needs {', '.join(_NEEDED)}",
        )
    url, user, password = (given[name] for name in _NEEDED)
    if not _USER.fullmatch(user):
        raise _wrong("KIOSK_PORTAL_USER", "79014_BV")
    if not password.isprintable():
        raise _wrong("KIOSK_PORTAL_PASSWORD", "…")
    return PortalAccount(_address(url), user, password, **rest)  # type: ignore[arg-type]  # each by its name above


def _wrong(name: str, example: str) -> SettingsError:
    """Say which is wrong, never what it is."""
    return SettingsError(
        f"Thiết lập {name} không hợp lệ, ví dụ đúng: {example}",
        f"Setting {name} is not valid, a right one: {example}",
    )


def _address(text: str) -> str:
    """Return the base address: https, or plain http to this machine alone."""
    parts = _split("KIOSK_PORTAL_URL", text, _EXAMPLE)
    plain = parts.scheme == "http"
    more = parts.query or parts.fragment or parts.username or parts.password
    if plain and parts.hostname not in _HERE:
        raise SettingsError(
            "KIOSK_PORTAL_URL phải bắt đầu bằng https://: qua http:// ai trên đường truyền cũng "
            "đọc được mật khẩu và dữ liệu người bệnh",
            "KIOSK_PORTAL_URL must begin with https://: over http:// everybody on the way reads "
            "the password and patients' data",
        )
    if more or parts.scheme not in {"http", "https"}:
        raise _wrong("KIOSK_PORTAL_URL", _EXAMPLE)
    return text.rstrip("/")


def _split(name: str, text: str, example: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        sound = bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise _wrong(name, example) from error
    if not sound or not text.isascii() or not text.isprintable() or " " in text:
        raise _wrong(name, example)
    return parts


def _officer(environ: Mapping[str, str]) -> PortalOfficer | None:
    given = environ.get("KIOSK_PORTAL_OFFICER", "").strip()
    if not given:
        return None
    name, _, number = given.rpartition("|")
    name, number = tidy(name), number.strip()
    if not (name and len(name) <= _LONGEST_NAME and _CITIZEN.fullmatch(number)):
        raise _wrong("KIOSK_PORTAL_OFFICER", "Nguyễn Thị Mẫu|001190000001")
    return PortalOfficer(name, number)


def _one_of(environ: Mapping[str, str], name: str, usual: str, other: str) -> str:
    given = environ.get(name, "").strip().lower() or usual
    if given not in {usual, other}:
        raise _wrong(name, f"{usual} | {other}")
    return given


def _proxy(environ: Mapping[str, str]) -> str | None:
    given = environ.get("KIOSK_PORTAL_PROXY", "").strip()
    example = "http://proxy.benhvien.example:3128"
    if given and _split("KIOSK_PORTAL_PROXY", given, example).scheme not in {"http", "https"}:
        raise _wrong("KIOSK_PORTAL_PROXY", example)
    return given or None


def _authorities(environ: Mapping[str, str], root: Path) -> Path | None:
    """Return the file of authorities, once it was seen to hold some."""
    given = environ.get("KIOSK_PORTAL_CA", "").strip()
    if not given:
        return None
    file = (root / given).resolve()
    try:
        ssl.create_default_context(cafile=str(file))
    except OSError as error:  # an ssl error is one
        raise _wrong("KIOSK_PORTAL_CA", "data/tls/ca.pem") from error
    return file


def _rate(environ: Mapping[str, str]) -> int:
    given = environ.get("KIOSK_PORTAL_RATE", "").strip() or str(_USUAL_RATE)
    if not (given.isascii() and given.isdigit() and 0 < int(given[:9]) <= _MOST_RATE):
        raise _wrong("KIOSK_PORTAL_RATE", str(_USUAL_RATE))
    return int(given)
