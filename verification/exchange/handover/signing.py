"""Signing messages as Standard Webhooks says: HMAC-SHA256 over id, moment and exact body."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence

LEAST_BYTES = 24
OLDEST_SECONDS = 300
_MOST_DIGITS = 12
_PREFIX = "whsec_"
_VERSION = "v1"
Secrets = Sequence[bytes]


def secrets_of(text: str) -> tuple[bytes, ...]:
    """Return the secrets that a setting holds, one or more, apart by blanks or commas.

    Args:
        text: Each as `whsec_` and base64, or as it is.

    Raises:
        ValueError: There is none, or one of them is none or too short.
    """
    found = tuple(_secret(one) for one in text.replace(",", " ").split())
    if not found or min(map(len, found)) < LEAST_BYTES:
        raise ValueError("secret")
    return found


def _secret(text: str) -> bytes:
    if not text.startswith(_PREFIX):
        return text.encode()
    try:
        return base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("secret") from error


def wire_id(item_id: str) -> str:
    """Return a message's name as it is sent: a full stop, which a desk may have, ends it there."""
    return item_id.replace(".", "%2E")


def signed(item_id: str, second: int, body: bytes, secrets: Secrets) -> dict[str, str]:
    """Return the three headers of a message.

    Args:
        item_id: Its name in the outbox.
        second: When it is sent, seconds since 1970.
        body: Its exact bytes.
        secrets: Each signs it, so that a receiver may change its own at any time.
    """
    name = wire_id(item_id)
    words = f"{name}.{second}.".encode() + body
    marks = (hmac.new(secret, words, hashlib.sha256).digest() for secret in secrets)
    signature = " ".join(f"{_VERSION},{base64.b64encode(mark).decode()}" for mark in marks)
    return {
        "webhook-id": name,
        "webhook-timestamp": str(second),
        "webhook-signature": signature,
    }


def is_signed(headers: Mapping[str, str], body: bytes, secrets: Secrets, second: int) -> bool:
    """Tell whether somebody who has one of the secrets signed a message, and not long ago.

    Args:
        headers: Of the message, names in lower case.
        body: Its exact bytes.
        secrets: Those of its sender.
        second: Now, seconds since 1970.
    """
    name, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    told = at.isascii() and at.isdigit() and len(at) <= _MOST_DIGITS
    if not (name and told) or abs(second - int(at)) > OLDEST_SECONDS:
        return False
    words = f"{name}.{at}.".encode("utf-8", "surrogateescape") + body
    given = [one.encode("utf-8", "replace") for one in headers.get("webhook-signature", "").split()]
    marks = [base64.b64encode(hmac.digest(secret, words, hashlib.sha256)) for secret in secrets]
    right = [f"{_VERSION},".encode() + mark for mark in marks]
    return any(hmac.compare_digest(mark, one) for mark in right for one in given)
