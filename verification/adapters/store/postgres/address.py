"""The address of a PostgreSQL: what it may say, and how it is named to people."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, urlsplit

from verification.basics.errors import SettingsError

SCHEMES = ("postgresql", "postgres")
_SAFE = frozenset({"verify-full", "verify-ca"})
# a server that is gone is noticed in seconds, not when TCP gives up after a quarter of an hour
_WAITS = {
    "connect_timeout": "5",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
_OURS = frozenset({"sslmode", "sslrootcert", "sslcert", "sslkey", *_WAITS})


def is_address(db: str) -> bool:
    """Tell whether a value of `KIOSK_DB` is the address of a PostgreSQL."""
    return db.partition("://")[0].lower() in SCHEMES and "://" in db


@dataclass(frozen=True)
class Address:
    """A PostgreSQL.

    Args:
        url: As libpq takes it, without a password: that comes from `PGPASSFILE`.
        name: Host and database, for people.
        parameters: What is added to it.
    """

    url: str
    name: str
    parameters: tuple[tuple[str, str], ...] = ()


def read_address(setting: str, url: str) -> Address:
    """Return an address.

    Args:
        setting: Its name, for the sentence.
        url: `postgresql://USER@HOST[:PORT]/DATABASE[?sslmode=…&sslrootcert=…]`.

    Raises:
        SettingsError: It holds a password, names no user, host or database, or sends what it
            sends to another machine without seeing that machine's certificate. The sentence does
            not repeat it: it may hold a password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
        given = (
            dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True))
            if (parts.query)
            else {}
        )
    except ValueError:
        raise _unfit(setting) from None
    if parts.password is not None or "password" in given or "passfile" in given:
        raise SettingsError(
            f"{setting}: địa chỉ không được chứa mật khẩu; hãy ghi mật khẩu vào tệp và đặt "
            "PGPASSFILE",
            f"{setting}: the address must hold no password; write it into a file and let "
            "PGPASSFILE name that",
        )
    host, database = parts.hostname, parts.path.removeprefix("/")
    if not (is_address(url) and parts.username and host and database) or "/" in database:
        raise _unfit(setting)
    if "," in host or parts.fragment or not given.keys() <= _OURS:  # several hosts are libpq's own
        raise _unfit(setting)
    return Address(_without_query(parts), _named(host, port, database), _told(setting, host, given))


def _told(setting: str, host: str, given: dict[str, str]) -> tuple[tuple[str, str], ...]:
    near = _is_loopback(host)
    mode = given.get("sslmode", "prefer" if near else "verify-full")
    if not near and mode not in _SAFE:
        raise SettingsError(
            f"{setting}: máy chủ PostgreSQL ở máy khác phải có TLS được kiểm chứng chỉ, "
            "sslmode=verify-full (hoặc verify-ca)",
            f"{setting}: a PostgreSQL on another machine needs TLS with its certificate checked, "
            "sslmode=verify-full (or verify-ca)",
        )
    return tuple((_WAITS | given | {"sslmode": mode}).items())


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _without_query(parts: SplitResult) -> str:
    return parts._replace(scheme=SCHEMES[0], query="", fragment="").geturl()


def _named(host: str, port: int | None, database: str) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"{shown}:{port}/{database}" if port else f"{shown}/{database}"


def _unfit(setting: str) -> SettingsError:
    return SettingsError(
        f"{setting} phải có dạng postgresql://NGƯỜI_DÙNG@MÁY[:CỔNG]/CƠ_SỞ_DỮ_LIỆU, sau đó chỉ được "
        "có ?sslmode=… và các mục TLS",
        f"{setting} must be postgresql://USER@HOST[:PORT]/DATABASE, then only ?sslmode=… and "
        "what belongs to TLS",
    )
