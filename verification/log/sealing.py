"""Sealing of personal content: AES-GCM with one data key a month, wrapped by a master key.

The master key lives in a file outside the database (0600). Who has only the database reads
nothing personal in it.
"""

import hashlib
import hmac
import json
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
_BOUND = "bound:"  # what a data key is wrapped to once the log of its store is registered
_BINDS = "kiosk binds "  # no other use of the master key derives a key so


def load_master_key(path: Path) -> bytes:
    """Return the master key, made on first use.

    Raises:
        StoreError: The file is no key, or cannot be read or made.
    """
    try:
        if not path.exists():
            _make_key_file(path)
    except OSError as error:
        raise _unusable(path, error) from error
    return read_master_key(path)


def read_master_key(path: Path) -> bytes:
    """Return the master key of a file that is there; none is ever made.

    Raises:
        StoreError: The file is no key, or cannot be read.
    """
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise _unusable(path, error) from error
    if len(key) != _KEY_BYTES:
        raise StoreError(
            f"Tệp khóa {path.name} không đúng độ dài", f"Key file {path.name} has a wrong length"
        )
    return key


def _unusable(path: Path, error: Exception) -> StoreError:
    return StoreError(
        f"Không dùng được tệp khóa {path.name}: {error}", f"Key file {path.name}: {error}"
    )


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
                self._save(key_id, self._wrapped_new_key(key_id))
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
        return self._wrapped(key_id, self._unwrapped(key_id, wrapped))

    def _unwrapped(self, key_id: str, wrapped: bytes) -> bytes:
        try:
            return _opened(self._master, wrapped, f"{_BOUND}{key_id}")
        except StoreError:
            return _opened(self._master, wrapped, key_id)

    def forget(self, key_id: str) -> None:
        """Drop a key from memory, where its keeping was rolled back."""
        self._keys.pop(key_id, None)

    def _wrapped_new_key(self, key_id: str) -> bytes:
        return self._wrapped(key_id, secrets.token_bytes(_KEY_BYTES))

    def _wrapped(self, key_id: str, key: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._master.encrypt(nonce, key, f"{_BOUND}{key_id}".encode())


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
