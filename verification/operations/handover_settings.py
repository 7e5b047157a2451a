"""The settings of where a hospital system gets messages about visits."""

import ssl
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from verification.basics.errors import SettingsError
from verification.exchange.handover.signing import LEAST_BYTES, secrets_of

_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_TO, _SECRET, _CA = "KIOSK_HANDOVER_TO", "KIOSK_HANDOVER_SECRET", "KIOSK_HANDOVER_CA"
_ADDRESS = "https://his.benhvien.example/kiosk"
_FILE = "data/tls/his-ca.pem"


def is_address(to: str) -> bool:
    """Tell whether messages go to a web address, and not to a folder."""
    return "://" in to


def handover_to(environ: Mapping[str, str], root: Path) -> str | None:
    """Return the folder or the web address, None where there is none.

    Raises:
        SettingsError: It is neither, or what its messages are signed by is missing.
    """
    given = environ.get(_TO, "").strip()
    if not given:
        return None
    if handover_secret(environ) is None:
        raise SettingsError(
            f"{_TO} cần thêm {_SECRET}: không ký thì hệ thống bệnh viện không biết tin do ai gửi",
            f"{_TO} needs {_SECRET}: unsigned, nobody knows who sent a message",
        )
    if is_address(given):
        return _address(given)
    folder = (root / given).resolve()
    if folder.exists() and not folder.is_dir():
        raise _wrong(_TO, f"data/his, {_ADDRESS}")
    return str(folder)


def handover_secret(environ: Mapping[str, str]) -> str | None:
    """Return what messages are signed by, None where nothing is set.

    Raises:
        SettingsError: It is no secret, or too short.
    """
    given = environ.get(_SECRET, "").strip()
    if not given:
        return None
    try:
        secrets_of(given)
    except ValueError as error:
        raise SettingsError(
            f"Thiết lập {_SECRET} không hợp lệ: cần ít nhất {LEAST_BYTES} byte, hoặc whsec_ và "
            "base64; nhiều khóa cách nhau bằng dấu cách",
            f"Setting {_SECRET} is not valid: at least {LEAST_BYTES} bytes, or whsec_ and base64; "
            "several apart by blanks",
        ) from error
    return given


def handover_ca(environ: Mapping[str, str], root: Path) -> Path | None:
    """Return the file of authorities, once it was seen to hold some.

    Raises:
        SettingsError: It does not.
    """
    given = environ.get(_CA, "").strip()
    if not given:
        return None
    file = (root / given).resolve()
    try:
        ssl.create_default_context(cafile=str(file))
    except OSError as error:  # an ssl error is one
        raise _wrong(_CA, _FILE) from error
    return file


def _address(text: str) -> str:
    try:
        parts = urlsplit(text)
        sound = bool(parts.hostname) and parts.port != 0
    except ValueError as error:
        raise _wrong(_TO, _ADDRESS) from error
    if parts.scheme == "http" and sound and parts.hostname not in _HERE:
        raise SettingsError(
            f"{_TO} phải bắt đầu bằng https://: qua http:// ai trên đường truyền cũng đọc được dữ "
            "liệu người bệnh",
            f"{_TO} must begin with https://: over http:// everybody on the way reads patients' "
            "data",
        )
    clean = text.isascii() and text.isprintable() and " " not in text
    more = parts.fragment or parts.username or parts.password
    if not (sound and clean) or more or parts.scheme not in {"http", "https"}:
        raise _wrong(_TO, _ADDRESS)
    return text


def _wrong(name: str, example: str) -> SettingsError:
    """Say which is wrong, never what it is."""
    return SettingsError(
        f"Thiết lập {name} không hợp lệ, ví dụ đúng: {example}",
        f"Setting {name} is not valid, a right one: {example}",
    )
