"""The address in the hospital system that is opened for a visit: a token in it, never a number."""

import ipaddress
from urllib.parse import SplitResult, urlsplit

from verification.basics.errors import RequestError
from verification.basics.texts import Texts

TOKEN = "{token}"  # noqa: S105  # the place of one
_TEXTS = Texts("verification.operations")
_EXAMPLE = "https://his.benhvien.example/tiep-don?phieu={token}"
_INSIDE = (".local", ".lan", ".internal", ".home.arpa", ".intranet")
_LONGEST = 1_000


def checked_link(text: str) -> str:
    """Return an address template if a visit may be opened by it.

    Plain http is for this machine and the hospital's own network, named by a private address, a
    name without a dot or one of those that no public server can have.

    Raises:
        RequestError: It may not; the sentence says why and shows nothing of it.
    """
    parts = _split(text)
    if text.count(TOKEN) != 1 or TOKEN in parts.netloc:
        raise _wrong("token", token=TOKEN)
    if parts.scheme == "http" and not _is_inside(parts.hostname or ""):
        raise _wrong("plain")
    return text


def with_token(link: str, token: str) -> str:
    """Return the address of one visit."""
    return link.replace(TOKEN, token)


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        sound = bool(parts.hostname) and parts.port != 0 and not (parts.username or parts.password)
    except ValueError as error:
        raise _wrong("other", example=_EXAMPLE) from error
    rest = text.replace(TOKEN, "")
    plain = text.isascii() and text.isprintable() and not set(' <>"{}\\^`|') & set(rest)
    if not (sound and plain and parts.scheme in {"http", "https"} and len(text) <= _LONGEST):
        raise _wrong("other", example=_EXAMPLE)
    return parts


def _is_inside(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(_INSIDE)
    return address.is_private or address.is_loopback


def _wrong(why: str, **said: str) -> RequestError:
    text = _TEXTS(f"handover_link.{why}", **said)
    return RequestError(text.vi, text.en)
