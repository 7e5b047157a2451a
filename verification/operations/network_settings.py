"""Settings that name machines: addresses and networks."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from verification.basics.errors import SettingsError

Network = IPv4Network | IPv6Network
_WIDEST = 8  # bits of a network's prefix, at least
_EXAMPLE = "10.0.0.5, 10.1.0.0/16"


def read_networks(environ: Mapping[str, str], name: str) -> tuple[Network, ...]:
    """Return the networks of a setting; a whole half of the internet is a mistake.

    Args:
        environ: The environment.
        name: The setting.

    Raises:
        SettingsError: One of them is no network, or too wide.
    """
    given = environ.get(name, "").replace(",", " ").split()
    try:
        found = tuple(ip_network(one) for one in given)
    except ValueError as error:
        raise _wrong(name) from error
    if any(one.prefixlen < _WIDEST for one in found):
        raise _wrong(name)
    return found


def address_of(text: str) -> IPv4Address | IPv6Address | None:
    """Return an address as it is compared, an IPv4 one inside IPv6 as IPv4; None where it is none.

    Args:
        text: As a connection or a proxy writes it, without a port.
    """
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def lies_in(text: str, networks: tuple[Network, ...]) -> bool:
    """Tell whether an address is in one of the networks; what is none is in no one."""
    address = address_of(text)
    return address is not None and any(address in one for one in networks)


def _wrong(name: str) -> SettingsError:
    return SettingsError(
        f"Thiết lập {name} không hợp lệ, ví dụ đúng: {_EXAMPLE}",
        f"Setting {name} is not valid, a right one: {_EXAMPLE}",
    )
