"""Sealing of personal content: AES-GCM with one data key a month, wrapped by a master key.

The master key lives outside the database (`key_file`). Who has only the database reads nothing
personal in it.
"""

import hmac
import json
import secrets
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from verification.basics.errors import KeyLost, StoreError
from verification.log.key_file import KEY_BYTES

_NONCE_BYTES = 12
SALT_BYTES = 32
INDEX_KEY = "index-1"
_BOUND = "bound:"  # what a data key is wrapped to once the log of its store is registered
_BINDS = "kiosk binds "  # no other use of the master key derives a key so


class Binder:
    """Binds what a store holds to the master key: who lacks it cannot make it anew.

    HMAC-SHA256 under a key of its own for each label, derived from the master key. Fields keep
    their borders and their types: 1, "1", b"1" and None are four things.

    Args:
        master: The master key.
    """

    def __init__(self, master: bytes) -> None:
        self._master = master
        self._keys: dict[str, bytes] = {}

    def bind(self, label: str, *fields: str | int | bytes | None) -> str:
        """Return what binds these fields under a label, hex.

        Args:
            label: What is bound, such as `account`; the same fields differ under another one.
            fields: Values as the store holds them, always in the same order.
        """
        return hmac.digest(self._key(label), _FIELDS.encode(fields).encode(), "sha256").hex()

    def holds(self, bound: object, label: str, *fields: str | int | bytes | None) -> bool:
        """Tell whether fields were bound so; whatever else a store may hold is no."""
        if not (isinstance(bound, str) and bound.isascii()):
            return False
        return hmac.compare_digest(bound, self.bind(label, *fields))

    def _key(self, label: str) -> bytes:
        if label not in self._keys:
            self._keys[label] = hmac.digest(self._master, f"{_BINDS}{label}".encode(), "sha256")
        return self._keys[label]


def _bytes_as_json(value: object) -> dict[str, str]:
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    raise TypeError(type(value).__name__)


_FIELDS = json.JSONEncoder(separators=(",", ":"), default=_bytes_as_json)


class Sealer:
    """Seals and opens with keys that a store keeps wrapped.

    Args:
        master: The master key.
        load: Returns a wrapped key by its id, or None.
        save: Keeps a new wrapped key.

    `binder` binds by the same master key what a store holds unsealed.
    """

    def __init__(
        self,
        master: bytes,
        load: Callable[[str], bytes | None],
        save: Callable[[str, bytes], None],
    ) -> None:
        self.binder = Binder(master)
        self._master = AESGCM(master)
        self._load = load
        self._save = save
        self._keys: dict[str, bytes] = {}
        self._newest: dict[str, str] = {}
        self._known_index: bytes | None = None

    def seal(self, key_id: str, event_id: str, content: bytes) -> bytes:
        """Return nonce and ciphertext, bound to the event."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + AESGCM(self._key(key_id)).encrypt(nonce, content, event_id.encode())

    def open(self, key_id: str, event_id: str, sealed: bytes) -> bytes:
        """Return the content.

        Raises:
            KeyLost: Its key is not there, or does not open.
            StoreError: It was changed, moved to another event, or sealed with another key.
        """
        if not self.is_kept(key_id):  # opening makes no keys
            raise _lost(key_id)
        cipher = AESGCM(self._key(key_id))
        return _opened(cipher, sealed, event_id)

    def index(self, number: str) -> str:
        """Return the keyed hash under which a person's number is found again, hex."""
        return hmac.digest(self._key(INDEX_KEY), number.encode(), "sha256").hex()

    def is_kept(self, key_id: str) -> bool:
        """Tell whether a key is there, right or wrong; asking makes none."""
        return key_id in self._keys or self._load(key_id) is not None

    def has(self, key_id: str) -> bool:
        """Tell whether the master key opens a key that is kept."""
        try:
            self._key(key_id)
        except StoreError:
            return False
        return True

    def key_of_month(self, month: str) -> str:
        """Return the id of the key that seals now; a rotation adds a second one to a month.

        So does a desk that goes on though the key of the month does not open: what was sealed with
        that is lost with it.
        """
        if month not in self._newest:
            self._newest[month] = self._numbered(month, beyond=0)
        if not self.has(self._newest[month]):
            self._newest[month] = self._numbered(month, beyond=1)
        return self._newest[month]

    def next_key_of_month(self, month: str) -> str:
        """Return the id of the key that a rotation makes."""
        return self._numbered(month, beyond=1)

    def forget_rotated(self) -> None:
        """Drop all keys from memory where another process has rotated them meanwhile."""
        index = self._load(INDEX_KEY)
        if index != self._known_index:
            self._keys.clear()
            self._newest.clear()
        self._known_index = index

    def new_wrapped_key(self, key_id: str) -> bytes:
        """Return a new key, wrapped; whoever asks keeps it."""
        return _wrapped(self._master, key_id, secrets.token_bytes(KEY_BYTES))

    def rewrapped(self, key_id: str, wrapped: bytes, master: bytes) -> bytes:
        """Return a key wrapped by another master key.

        Raises:
            StoreError: This one does not open it.
        """
        return _wrapped(AESGCM(master), key_id, self._unwrapped(key_id, wrapped))

    def _numbered(self, month: str, beyond: int) -> str:
        number = 1
        while self._load(f"{month}.{number + 1}") is not None:
            number += 1
        if number + beyond == 1:
            return month
        return f"{month}.{number + beyond}"

    def check(self, key_id: str) -> None:
        """Open a key that is kept.

        Raises:
            StoreError: The master key does not fit it.
        """
        self._key(key_id)

    def _key(self, key_id: str) -> bytes:
        if key_id not in self._keys:
            wrapped = self._load(key_id)
            if wrapped is None:
                self._save(key_id, self.new_wrapped_key(key_id))
                wrapped = self._load(key_id) or b""
            try:
                self._keys[key_id] = self._unwrapped(key_id, wrapped)
            except StoreError as error:
                raise _lost(key_id) from error
        return self._keys[key_id]

    def is_bound(self, key_id: str, wrapped: bytes) -> bool:
        """Tell whether a data key was wrapped when the log of its store was already registered."""
        try:
            _opened(self._master, wrapped, f"{_BOUND}{key_id}")
        except StoreError:
            return False
        return True

    def opens(self, key_id: str, wrapped: bytes) -> bool:
        """Tell whether the master key opens a data key."""
        try:
            self._unwrapped(key_id, wrapped)
        except StoreError:
            return False
        return True

    def bound(self, key_id: str, wrapped: bytes) -> bytes:
        """Return a data key wrapped as one of a store whose log is registered.

        Raises:
            StoreError: It does not open.
        """
        return _wrapped(self._master, key_id, self._unwrapped(key_id, wrapped))

    def _unwrapped(self, key_id: str, wrapped: bytes) -> bytes:
        try:
            return _opened(self._master, wrapped, f"{_BOUND}{key_id}")
        except StoreError:
            return _opened(self._master, wrapped, key_id)

    def forget(self, key_id: str) -> None:
        """Drop a key from memory, where its keeping was rolled back."""
        self._keys.pop(key_id, None)


def _wrapped(master: AESGCM, key_id: str, key: bytes) -> bytes:
    """Return a data key wrapped as one of a store whose log is registered."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + master.encrypt(nonce, key, f"{_BOUND}{key_id}".encode())


def _lost(key_id: str) -> KeyLost:
    return KeyLost(
        f"Tệp khóa không đi với cơ sở dữ liệu này (khóa {key_id})",
        f"The key file does not fit this database (key {key_id})",
    )


def _opened(cipher: AESGCM, sealed: bytes, bound_to: str) -> bytes:
    try:
        return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to.encode())
    except (InvalidTag, ValueError, TypeError) as error:  # of a damaged row anything may come
        raise StoreError(
            "Tệp khóa không đi với cơ sở dữ liệu này", "The key file does not fit this database"
        ) from error
