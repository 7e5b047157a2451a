"""Sealing of personal content: AES-GCM with one data key a month, wrapped by a master key.

The master key lives in a file outside the database (0600). Who has only the database reads
nothing personal in it.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from verification.basics.errors import KeyLost, StoreError

_KEY_BYTES = 32
_NONCE_BYTES = 12
SALT_BYTES = 32
INDEX_KEY = "index-1"
_STAND_INS = 10


def load_master_key(path: Path) -> bytes:
    """Return the master key, made on first use.

    Raises:
        StoreError: The file is no key, or cannot be read or made.
    """
    try:
        if not path.exists():
            _make_key_file(path)
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise StoreError(
            f"Không dùng được tệp khóa {path.name}: {error}", f"Key file {path.name}: {error}"
        ) from error
    if len(key) != _KEY_BYTES:
        raise StoreError(
            f"Tệp khóa {path.name} không đúng độ dài", f"Key file {path.name} has a wrong length"
        )
    return key


def _make_key_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(_KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # two first starts at once must agree on one key
    except FileExistsError:
        pass
    finally:
        draft.unlink()


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
        if key_id not in self._keys and self._load(key_id) is None:  # opening makes no keys
            raise _lost(key_id)
        cipher = AESGCM(self._key(key_id))
        return _opened(cipher, sealed, event_id)

    def usable(self, key_id: str) -> str:
        """Return the id of a key to seal with: this one, or where it does not open another.

        A desk goes on where the key of the month is damaged; what it sealed is lost with it.

        Raises:
            KeyLost: None of its stand-ins opens either.
        """
        names = [key_id, *(f"{key_id}.{n}" for n in range(2, _STAND_INS))]
        found = next((name for name in names if self._opens(name)), None)
        if found is None:
            raise _lost(key_id)
        return found

    def require_any(self, key_ids: Iterable[str]) -> None:
        """Refuse a master key that opens none of some keys.

        Raises:
            StoreError: It opens none.
        """
        if not any(self._opens(key_id) for key_id in key_ids):
            raise _wrong_key_file()

    def _opens(self, key_id: str) -> bool:
        try:
            return bool(self._key(key_id))
        except KeyLost:
            return False

    def index(self, number: str) -> str:
        """Return the keyed hash under which a person's number is found again, hex."""
        return hmac.new(self._key(INDEX_KEY), number.encode(), hashlib.sha256).hexdigest()

    def _key(self, key_id: str) -> bytes:
        if key_id not in self._keys:
            wrapped = self._load(key_id)
            if wrapped is None:
                self._save(key_id, self._wrapped_new_key(key_id))
                wrapped = self._load(key_id) or b""
            try:
                self._keys[key_id] = _opened(self._master, wrapped, key_id)
            except StoreError as error:
                raise _lost(key_id) from error
        return self._keys[key_id]

    def forget(self, key_id: str) -> None:
        """Drop a key from memory, where its keeping was rolled back."""
        self._keys.pop(key_id, None)

    def _wrapped_new_key(self, key_id: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        key = secrets.token_bytes(_KEY_BYTES)
        return nonce + self._master.encrypt(nonce, key, key_id.encode())


def _lost(key_id: str) -> KeyLost:
    return KeyLost(
        f"Tệp khóa không đi với cơ sở dữ liệu này (khóa {key_id})",
        f"The key file does not fit this database (key {key_id})",
    )


def _wrong_key_file() -> StoreError:
    return StoreError(
        "Tệp khóa không đi với cơ sở dữ liệu này", "The key file does not fit this database"
    )


def _opened(cipher: AESGCM, sealed: bytes, bound_to: str) -> bytes:
    try:
        return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to.encode())
    except (InvalidTag, ValueError, TypeError) as error:  # of a damaged row anything may come
        raise _wrong_key_file() from error
