"""Everything that can go wrong and is told to a person.

KioskError
├── SettingsError     a setting is missing or wrong
├── StoreError        the database or its key cannot be used
│   ├── StoreBusy     somebody else holds it
│   ├── StoreFull     its disk is full
│   ├── KeyLost       a data key is not there, or does not open
│   └── StoreDamaged  what is kept beside the log cannot be read
├── ImportFileError   a file for import cannot be taken
├── PictureError      an uploaded file is no picture that can be opened
├── RequestError      what was asked for cannot be done
│   └── SignInError   nobody is let in with this
└── Forbidden         the officer has no right to it
"""


class KioskError(Exception):
    """One clear sentence for the person in front of the screen.

    Args:
        vi: The sentence in Vietnamese.
        en: The same sentence in English.
    """

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(vi)
        self.vi = vi
        self.en = en

    def __str__(self) -> str:
        return f"{self.vi} / {self.en}"


class SettingsError(KioskError):
    """A setting is missing or wrong."""


class StoreError(KioskError):
    """The database or its key cannot be used."""


class StoreBusy(StoreError):
    """Somebody else holds the database."""


class StoreFull(StoreError):
    """The disk has no room left for it."""


class KeyLost(StoreError):
    """A data key is not there, or does not open."""


class StoreDamaged(StoreError):
    """What the database keeps cannot be read; what is made from the log can be made again."""

    @classmethod
    def named(cls, name: str) -> "StoreDamaged":
        """Return the error with the sentence that says what to do.

        Args:
            name: Of the file.
        """
        return cls(
            f"Tệp {name} có chỗ hỏng, chưa ghi được gì. Báo người quản trị: trang Quản trị, mục "
            "Kho dữ liệu, nút Dựng lại (hoặc lệnh python -m verification rebuild)",
            f"{name} has damaged parts, nothing was written. Tell the administrator: page Quản "
            "trị, tab Data store, button Rebuild (or the command python -m verification rebuild)",
        )


class ImportFileError(KioskError):
    """A file for import cannot be taken."""


class PictureError(KioskError):
    """An uploaded file is no picture that can be opened."""


class RequestError(KioskError):
    """What was asked for cannot be done."""


class SignInError(RequestError):
    """Nobody is let in with this."""


class Forbidden(KioskError):
    """The officer has no right to it."""
