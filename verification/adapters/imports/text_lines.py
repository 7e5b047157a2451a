"""The lines of a text file, some thousand at a time: a file of any length costs the same memory."""

import io
import re
from collections.abc import Generator
from pathlib import Path

from verification.adapters.imports.bounds import MOST_CHARS, too_heavy
from verification.adapters.imports.encodings import (
    Encoding,
    is_like_vietnamese,
    words_beyond_ascii,
)
from verification.adapters.imports.refused import file_refused
from verification.basics.errors import ImportFileError

_BLOCK = 1 << 18  # bytes read at once
_MARK_AT_A_BEGIN = re.compile("(^|[\r\n])\ufeff")  # where files were put one behind the other


class TextLines:
    """Reads a file as lines, each with the end that it has: LF, CR LF or CR.

    Args:
        path: The file.
        encoding: How it is to be read.
    """

    def __init__(self, path: Path, encoding: Encoding) -> None:
        self._path, self._encoding = path, encoding
        self._decode = encoding.decoder()
        self._at = 1  # the number of the first line that was not handed out
        self._left = ""
        self._known: set[str] = set()
        self._size, self._read = path.stat().st_size, 0
        self.doubtful: set[str] = set()  # words of what was handed out that are no Vietnamese

    def share(self) -> float:
        """Return which share of the file was read so far."""
        return self._read / self._size if self._size else 1.0

    def blocks(self) -> Generator[list[str]]:
        """Yield lines, those of a block together; no block is empty.

        Raises:
            ImportFileError: A line cannot be read, or is too long.
            OSError: The file cannot be read.
        """
        with self._path.open("rb") as file:
            file.seek(self._encoding.skip)
            more = True
            while more:
                raw = file.read(_BLOCK)
                more = bool(raw)
                self._read += len(raw)
                text = self._whole_lines(self._left + self._decoded(raw, ends=not more), more=more)
                if text:
                    lines = io.StringIO(text, newline="").readlines()
                    yield lines
                    self._at += len(lines)

    def _decoded(self, raw: bytes, *, ends: bool) -> str:
        try:
            text = self._decode(raw, ends)
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode(self._encoding.codec, "ignore")
            raise self._refused("bad_byte", before) from error
        if "\0" in text:
            raise self._refused("nul", text.partition("\0")[0])
        return text

    def _refused(self, key: str, before: str) -> ImportFileError:
        """Return the error of what follows so much of the text that was not handed out."""
        lines = io.StringIO(self._left + before, newline="")
        whole = sum(line.endswith(("\n", "\r")) for line in lines)
        return file_refused(self._path, key, line=self._at + whole)

    def _whole_lines(self, text: str, *, more: bool) -> str:
        # the CR at the end of what was read may be half of CR LF
        cut = 1 + max(text.rfind("\n"), text.rfind("\r", 0, -1)) if more else len(text)
        text, self._left = text[:cut], text[cut:]
        if len(self._left) > MOST_CHARS:
            raise too_heavy(self._path)
        if "\ufeff" in text:
            text = _MARK_AT_A_BEGIN.sub(r"\1", text)
        if self._encoding.spelled:
            text = self._encoding.spelled(text)
            self._look_at(text)
        return text

    def _look_at(self, text: str) -> None:
        new = words_beyond_ascii(text) - self._known
        self._known |= new
        self.doubtful |= {word for word in new if not is_like_vietnamese(word)}
