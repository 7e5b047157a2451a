"""Memory of the server's camera in five minutes: a clip in a loop, and one that comes and goes."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import machine
from fixtures.clip import write_clip
from fixtures.make import CLIP_SLUGS
from verification.adapters.scanning.camera import ServerCamera
from verification.adapters.scanning.live import LiveDecoder

SECONDS, EACH = 300, 10
_GONE_EVERY = 60  # seconds after which the second source goes, for half of that time
_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1e6


def measure(seconds: int = SECONDS) -> Iterator[str]:
    """Yield the lines of the report: resident memory each ten seconds while both cameras run."""
    yield machine()
    with tempfile.TemporaryDirectory() as folder:
        clip, going = Path(folder) / "clip.mjpeg", Path(folder) / "going.mjpeg"
        write_clip(clip, CLIP_SLUGS, seconds=10)
        cameras = [ServerCamera(str(path), LiveDecoder().read).start() for path in (clip, going)]
        begun = time.monotonic()
        while (now := time.monotonic() - begun) < seconds:
            there = int(now) // (_GONE_EVERY // 2) % 2 == 1
            if there and not going.exists():
                shutil.copy(clip, going)
            elif not there:
                going.unlink(missing_ok=True)
            state = cameras[1].seen().state
            yield f"{now:.0f} s: {_resident_mb():.1f} MB, second source {state}"
            time.sleep(EACH)
        for camera in cameras:
            camera.stop()


def _resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * _PAGE_MB


if __name__ == "__main__":
    for line in measure():
        print(line, flush=True)
