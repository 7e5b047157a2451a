"""The master key in the keyring of the system, through the library `keyring`."""

from datetime import date
from types import ModuleType

from verification.basics.errors import StoreError
from verification.log.key_file import key_of, new_key


class KeyRing:
    """A master key kept in a keyring, under a service and a name.

    Args:
        service: Of the entry.
        name: Of the entry; `NAME.new` and `NAME.old-DATE` beside it while and after keys are
            rotated.
    """

    def __init__(self, service: str, name: str) -> None:
        self._service = service
        self._name = name

    @property
    def name(self) -> str:
        """Return where the key lies, as it is told to a person."""
        return self._told(self._name)

    def exists(self) -> bool:
        """Tell whether there is an entry.

        Raises:
            StoreError: There is no keyring, or it does not answer.
        """
        return self._get(self._name) is not None

    def read(self) -> bytes:
        """Return the key.

        Raises:
            StoreError: There is no keyring, no such entry, or it is no key.
        """
        return key_of(self._get(self._name) or "", self.name)

    def make(self) -> bytes:
        """Make a key where there is none, and return the one that is there.

        Raises:
            StoreError: The keyring does not take it.
        """
        if not self.exists():
            self._set(self._name, new_key())
        return self.read()

    def put_next(self, key: bytes) -> None:
        """Write the next key beside the present one.

        Raises:
            StoreError: The keyring does not take it.
        """
        self._set(self._next, key)

    def next_key(self) -> bytes | None:
        """Return the next key, None where there is none.

        Raises:
            StoreError: There is no keyring, or it is no key.
        """
        text = self._get(self._next)
        return key_of(text, self._told(self._next)) if text else None

    def drop_next(self) -> None:
        """Delete a next key."""
        library = _library()
        try:
            library.delete_password(self._service, self._next)
        except library.errors.PasswordDeleteError:
            pass
        except library.errors.KeyringError as error:
            raise _silent(error) from error

    def take_next(self, day: date) -> str:
        """Put the next key into the place of the present one, which is kept.

        Returns:
            Where the former key is now.

        Raises:
            StoreError: The keyring does not take it.
        """
        following = self.next_key()
        if following is None:  # another process was faster
            return self._told(f"{self._name}.old-{day:%Y-%m-%d}")
        present = self.read()
        former, number = f"{self._name}.old-{day:%Y-%m-%d}", 1
        while self._get(former) not in {None, present.hex()}:
            number += 1
            former = f"{self._name}.old-{day:%Y-%m-%d}-{number}"
        if present != following:  # else it was killed before the last step
            self._set(former, present)
            self._set(self._name, following)
        self.drop_next()
        return self._told(former)

    @property
    def _next(self) -> str:
        return f"{self._name}.new"

    def _told(self, name: str) -> str:
        return f"keyring:{self._service}/{name}"

    def _get(self, name: str) -> str | None:
        library = _library()
        try:
            found: str | None = library.get_password(self._service, name)
        except library.errors.KeyringError as error:
            raise _silent(error) from error
        return found

    def _set(self, name: str, key: bytes) -> None:
        library = _library()
        try:
            library.set_password(self._service, name, key.hex())
        except library.errors.KeyringError as error:
            raise _silent(error) from error


def _library() -> ModuleType:
    import keyring  # noqa: PLC0415  # slow, and of no use to a house that keeps its key in a file

    return keyring


def _silent(error: Exception) -> StoreError:
    return StoreError(
        "Không dùng được kho khóa của hệ điều hành: dịch vụ kho khóa chưa chạy, đang bị khóa hoặc "
        "không có; hãy mở nó, hoặc đặt KIOSK_KEY_FILE là một tệp",
        "The system's keyring cannot be used: its service is not running, is locked, or there is "
        f"none ({type(error).__name__}); open it, or let KIOSK_KEY_FILE name a file",
    )
