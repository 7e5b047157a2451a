"""`read`."""

import time
from pathlib import Path

import click

from verification.adapters.scanning.upload import read_upload
from verification.operations.commands import options, output


@options.command
@click.argument("pictures", nargs=-1, required=True, type=Path, metavar="PICTURE...")
def read(*, pictures: tuple[Path, ...], emit: output.Emit) -> int:
    """Read the QRs of pictures. A bad file does not stop the others."""
    opened = [_read_one(path, emit) for path in pictures]
    return 0 if any(opened) else 1


def _read_one(path: Path, emit: output.Emit) -> bool:
    begun = time.perf_counter()
    try:
        reading = read_upload(path.read_bytes())
        error = "không phải ảnh" if reading is None else None
    except OSError as problem:
        reading, error = None, f"không mở được: {problem.strerror}"
    if reading is None:
        emit({"file": str(path), "error": error}, f"{path}: {error}")
        return False
    texts = [payload.decode("utf-8", "backslashreplace") for payload in reading.payloads]
    ms = round((time.perf_counter() - begun) * 1000, 1)
    answer = {"file": str(path), "payloads": texts, "step": reading.step, "ms": ms}
    emit(answer, f"{path}: {' '.join(texts) or '(không có mã QR)'}")
    return True
