"""Sealing of personal content: AES-GCM with one data key a month, wrapped by a master key.

The master key lives outside the database (`key_file`). Who has only the database reads nothing
personal in it.
"""

import hmac
import secrets
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from verification.basics.errors import StoreError
from verification.log.key_file import KEY_BYTES

_NONCE_BYTES = 12
SALT_BYTES = 32
INDEX_KEY = "index-1"


class Sealer:
    """Seals and opens with keys that a store keeps wrapped.

    Args:
        master: The master key.
        load: Returns a wrapped key by its id, or None.
        save: Keeps a new wrapped key.
    """

    def __init__(
        self,
        master: bytes,
        load: Callable[[str], bytes | None],
        save: Callable[[str, bytes], None],
    ) -> None:
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
            StoreError: It was changed, moved to another event, or sealed with another key.
        """
        cipher = AESGCM(self._key(key_id))
        return _opened(cipher, sealed, event_id)

    def index(self, number: str) -> str:
        """Return the keyed hash under which a person's number is found again, hex."""
        return hmac.digest(self._key(INDEX_KEY), number.encode(), "sha256").hex()

    def has(self, key_id: str) -> bool:
        """Tell whether the master key opens a key that is kept."""
        try:
            self._key(key_id)
        except StoreError:
            return False
        return True

    def key_of_month(self, month: str) -> str:
        """Return the id of the key that seals now; a rotation adds a second one to a month."""
        if month not in self._newest:
            self._newest[month] = self._numbered(month, beyond=0)
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
        return _wrapped(AESGCM(master), key_id, _opened(self._master, wrapped, key_id))

    def _numbered(self, month: str, beyond: int) -> str:
        number = 1
        while self._load(f"{month}.{number + 1}") is not None:
            number += 1
        if number + beyond == 1:
            return month
        return f"{month}.{number + beyond}"

    def _key(self, key_id: str) -> bytes:
        if key_id not in self._keys:
            wrapped = self._load(key_id)
            if wrapped is None:
                self._save(key_id, self.new_wrapped_key(key_id))
                wrapped = self._load(key_id) or b""
            self._keys[key_id] = _opened(self._master, wrapped, key_id)
        return self._keys[key_id]

    def forget(self, key_id: str) -> None:
        """Drop a key from memory, where its keeping was rolled back."""
        self._keys.pop(key_id, None)


def _wrapped(master: AESGCM, key_id: str, key: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + master.encrypt(nonce, key, key_id.encode())


def _opened(cipher: AESGCM, sealed: bytes, bound_to: str) -> bytes:
    try:
        return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to.encode())
    except (InvalidTag, ValueError) as error:
        raise StoreError(
            "Tệp khóa không đi với cơ sở dữ liệu này", "The key file does not fit this database"
        ) from error
