"""`read`."""

import errno
import time
from pathlib import Path

import click

from verification.adapters.scanning.readers import Readers
from verification.adapters.scanning.upload import MOST_BYTES
from verification.basics.errors import PictureError
from verification.operations.commands import options, output


@options.command
@click.argument("pictures", nargs=-1, required=True, type=options.PATH, metavar="PICTURE...")
def read(*, pictures: tuple[Path, ...], emit: output.Emit) -> int:
    """Read the QRs of pictures. A bad file does not stop the others."""
    with Readers(places=1) as readers:
        opened = [_read_one(readers, path, emit) for path in pictures]
    return 0 if any(opened) else 1


def _read_one(readers: Readers, path: Path, emit: output.Emit) -> bool:
    try:
        data = _beginning(path)
        readers.start()
        begun = time.perf_counter()
        reading = readers.read(data)
    except (OSError, PictureError) as problem:
        error = _in_words(problem)
        emit({"file": str(path), "error": error}, f"{path}: {error}")
        return False
    texts = [payload.decode("utf-8", "backslashreplace") for payload in reading.payloads]
    ms = round((time.perf_counter() - begun) * 1000, 1)
    answer = {"file": str(path), "payloads": texts, "step": reading.step, "ms": ms}
    notes = "; ".join(f"{said.vi} / {said.en}" for said in reading.notes)
    plain = f"{path}: {' '.join(texts) or '(không có mã QR)'}"
    emit(answer | ({"note": notes} if notes else {}), f"{plain} ({notes})" if notes else plain)
    return True


def _beginning(path: Path) -> bytes:
    """Return a file, of a longer one as much as says that it is too long."""
    if path.exists() and not path.is_file():  # a device or a pipe may have no end, or no beginning
        raise OSError(errno.EINVAL, "không phải tệp thường / no regular file")
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _in_words(problem: OSError | PictureError) -> str:
    if isinstance(problem, PictureError):
        return str(problem)
    return f"không mở được: {problem.strerror}"
