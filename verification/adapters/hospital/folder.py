"""A folder that a hospital system reads: each message is a file, there whole or not at all."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from verification.basics.private import private_text
from verification.exchange.handover.errand import HisCause
from verification.exchange.handover.message import Message
from verification.exchange.sending import Sent

_MOST_BYTES = 1_000_000  # no message is larger
_MILLI = 1000


@dataclass(frozen=True)
class FolderCarrier:
    """Puts messages into a folder, which is never made: a share may not be there now.

    Args:
        folder: The folder.
    """

    folder: Path
    to: str = "folder"

    def carry(self, message: Message, headers: Mapping[str, str]) -> Sent:
        """Put a message there; one that lies there already is taken."""
        begun, file = monotonic(), self.folder / file_name(message)
        try:
            taken = self._put(file, message, headers)
        except (OSError, ValueError, RecursionError) as error:  # whatever lies there
            why = type(error).__name__
            return Sent(ok=False, to=self.to, cause=HisCause.FOLDER, detail=why)
        ms = round((monotonic() - begun) * _MILLI)
        if taken:
            return Sent(ok=True, to=self.to, ms=ms)
        return Sent(ok=False, to=self.to, cause=HisCause.OCCUPIED, ms=ms)

    def _put(self, file: Path, message: Message, headers: Mapping[str, str]) -> bool:
        """Put it there; tell whether it lies there then."""
        if file.exists():
            return _is_this(file, message, headers)
        part = file.with_name(f".{file.name}.part")  # one process sends: what it left is its own
        with private_text(part, "w") as out:
            json.dump(dict(headers) | {"body": message.body.decode()}, out, ensure_ascii=False)
            out.flush()
            os.fsync(out.fileno())
        try:
            _give_name(part, file)
        except FileExistsError:
            return _is_this(file, message, headers)
        finally:
            part.unlink(missing_ok=True)
        _keep_names(self.folder)
        return True


def file_name(message: Message) -> str:
    """Return the name of a message's file; those of a visit are in order by it."""
    return f"{message.visit}.{message.nth:04}.json"


def _give_name(part: Path, file: Path) -> None:
    """Give the written file its name; one that is there stays as it is.

    Raises:
        FileExistsError: There is one.
        OSError: It cannot be given.
    """
    try:
        os.link(part, file)
    except FileExistsError:
        raise
    except OSError:  # a file system without a second name for a file
        if file.exists():
            raise FileExistsError from None
        part.rename(file)


def _keep_names(folder: Path) -> None:
    """Have the names of a folder outlast a power cut, where a system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _is_this(file: Path, message: Message, headers: Mapping[str, str]) -> bool:
    """Tell whether a file that lies there is this message, written at an earlier try.

    Of another house, or of a store that was put back since, one may have the same name: it tells
    of another event.
    """
    if not file.is_file():  # a pipe would never end
        return False
    with file.open("rb") as opened:
        text = opened.read(_MOST_BYTES)
    try:
        found = json.loads(text)
        event = json.loads(found["body"]).get("event")
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return False
    same: bool = event == json.loads(message.body).get("event")
    return same and found.get("webhook-id") == headers["webhook-id"]
