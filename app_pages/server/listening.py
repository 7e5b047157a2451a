"""Where the server listens, for which names, and who may ask."""

import re

from starlette.requests import HTTPConnection
from streamlit import config

from verification.basics.errors import SettingsError
from verification.operations.network_settings import address_of, lies_in
from verification.operations.settings import Settings

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104  # recognised, never chosen
# what proxies, load balancers and content networks say of whom they ask for: RFC 7239, RFC 9110
# (Via), and the usual names without a standard
_PROXYS = re.compile(
    r"forwarded|via|proxy-.*|x-(forwarded|original|real|client|cluster|envoy|proxy|remote|host|scheme"
    r"|url|rewrite|appengine|azure|arr|amzn|cloud|request-start)\b.*|(true-client|cf|fastly|fly|ali"
    r"|akamai|incap|wl-proxy|remote-addr|cdn)\b.*"
)
_WEB = {"ws": "http", "wss": "https"}


def https(settings: Settings) -> bool:
    """Tell whether browsers speak https, with the server or with the proxy in front of it."""
    return _own_https() or bool(settings.proxies)


def is_local() -> bool:
    """Tell whether only this machine can reach the server."""
    return _address() in _LOCAL


def checked(settings: Settings) -> None:
    """Refuse to listen where passwords and cards could be read on the way, or not as was set.

    Raises:
        SettingsError: Beyond this machine without https, or for every name there is; or the
            server was started in a way that leaves a setting out.
    """
    if ignored := _left_out(settings):
        raise SettingsError(
            f"{ignored} không có tác dụng khi chạy `streamlit run`: hãy chạy `make run` "
            "hoặc `python -m verification serve`",
            f"{ignored} would be ignored by `streamlit run`: start with `make run` "
            "or `python -m verification serve`",
        )
    if settings.proxies and not settings.hosts:
        raise SettingsError(
            "Có KIOSK_TRUSTED_PROXY thì hãy đặt KIOSK_HOSTS: tên mà trình duyệt gọi proxy",
            "With KIOSK_TRUSTED_PROXY set KIOSK_HOSTS too: the names by which browsers call it",
        )
    if is_local():
        return
    if not https(settings) and not settings.plain_http:
        raise SettingsError(
            "Không mở ra mạng khi chưa có https: đặt KIOSK_TLS_CERT và KIOSK_TLS_KEY "
            "(make certificate), hoặc KIOSK_TRUSTED_PROXY, "
            "hoặc KIOSK_ALLOW_PLAIN_HTTP_ON_NETWORK=yes",
            "Not opened to the network without https: set KIOSK_TLS_CERT and KIOSK_TLS_KEY "
            "(make certificate), or KIOSK_TRUSTED_PROXY, "
            "or KIOSK_ALLOW_PLAIN_HTTP_ON_NETWORK=yes",
        )
    if _address() in _EVERYWHERE and not settings.hosts:
        raise SettingsError(
            "Hãy đặt KIOSK_HOSTS: tên mà các máy gọi máy chủ này",
            "Set KIOSK_HOSTS: the names by which other machines call this server",
        )


def knows_host(settings: Settings, asked: HTTPConnection) -> bool:
    """Tell whether a request names this server, not one that was pointed at it."""
    name = _host_name(asked.headers.get("host", ""))
    if settings.proxies and is_through_proxy(asked):
        return name in settings.hosts
    if name in _LOCAL:
        return True
    return not is_local() and name in {*settings.hosts, _address()} - _EVERYWHERE


def is_own_origin(asked: HTTPConnection) -> bool:
    """Tell whether a page of this very server asks; a request that does not say is foreign."""
    scheme = str(asked.scope["scheme"])
    own = f"{_WEB.get(scheme, scheme)}://{asked.headers.get('host', '')}"
    return asked.headers.get("origin") == own


def admits(settings: Settings, address: str) -> bool:
    """Tell whether a machine may connect: without https of its own none but the proxy's and this.

    Nothing of a stranger's is read then, no password that was sent in the open either.
    """
    if not settings.proxies or _own_https() or settings.plain_http:
        return True
    found = address_of(address)
    return found is not None and (found.is_loopback or lies_in(address, settings.proxies))


def is_here(settings: Settings, asked: HTTPConnection) -> bool:
    """Tell whether the request comes from this machine and only this machine can ask."""
    if not is_local() or settings.proxies or is_through_proxy(asked):
        return False
    return asked.client is not None and asked.client.host in _LOCAL


def is_through_proxy(asked: HTTPConnection) -> bool:
    """Tell whether a proxy says of itself that it asks for somebody."""
    return any(_PROXYS.fullmatch(name) for name in asked.headers)


def url(settings: Settings) -> str:
    """Return the address of the start page, as a person types it."""
    if settings.proxies:
        return f"https://{next(iter(settings.hosts))}"
    name = next(iter(settings.hosts), "localhost") if _address() in _EVERYWHERE else _address()
    return f"{'https' if _own_https() else 'http'}://{name}:{config.get_option('server.port')}"


def _own_https() -> bool:
    return bool(config.get_option("server.sslCertFile"))


def _left_out(settings: Settings) -> str:
    """Name the settings that the server was not started with."""
    name = next(iter(settings.hosts), None)
    wanted = {
        "KIOSK_ADDRESS": ("server.address", settings.address),
        "KIOSK_HOSTS": ("browser.serverAddress", name),
        "KIOSK_TLS_CERT": ("server.sslCertFile", settings.tls_cert),
        "KIOSK_TLS_KEY": ("server.sslKeyFile", settings.tls_key),
    }
    return ", ".join(
        setting
        for setting, (option, value) in wanted.items()
        if value and str(config.get_option(option) or "") != str(value)
    )


def _address() -> str:
    return str(config.get_option("server.address") or "").strip("[]").lower()


def _host_name(host: str) -> str:
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return name.strip("[]").lower().rstrip(".")
