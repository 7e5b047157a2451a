"""What one file or frame that somebody sends may cost, and why so much.

A file is read by a process apart (`readers.py`), which is ended when it has cost that much; what a
header says is believed before anything is decoded.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path

# A file of its own accord begins nothing new after 3.2 s; what is under way then ends within
# 5 s on a free machine. This is for what does not end, and for a busy machine.
SECONDS = 8.0
# Address space: a picture of 64 megapixels in colour with transparency, or of 16 bits, takes
# 1.45 GiB for a moment, half a gigabyte of which are libraries.
MEMORY = 1792 << 20
# Of the process that draws a PDF: a page of 40 megapixels takes a tenth of it.
DRAWING_MEMORY = 1 << 30
# Files read at one time. One of each desk at most is at work: four desks at once are answered
# within the 20 s after which the browser gives up, two rounds of 8 s.
PLACES = 2
ANSWER_BYTES = 4_000_000  # of what the process says: thirty pages full of the largest codes

# Frames are read by the server itself, so that they are read at once. The page sends JPEG whose
# longer side is 1280. zxing-cpp needs 1.1 s for as many pixels of nothing but corners of codes,
# its worst, and four times as long for twice as many.
FRAME_PIXELS = 1280 * 1280
FRAME_SIDE = 4096  # of a strip
# Scans of a JPEG: browsers write one, a progressive file of today's encoders has ten. Each goes
# over all pixels, though it may be of 20 bytes.
FRAME_SCANS = 16
# Bytes that the pixels of a PNG unpack to: of that many pixels with 16 bits of each colour and of
# transparency, 13 million. What is beyond costs a second for every 400 million.
FRAME_UNPACKED = 16_000_000
# Outlines in a live frame that are gone through: noise has 21,000, and from some 50,000 on OpenCV
# needs seconds to say which lies in which.
FRAME_OUTLINES = 30_000


def be_modest(memory: int) -> None:
    """Let everybody else go first, and take no more memory than that; as far as the system can."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  # there is none on Windows

    os.nice(10)
    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):  # a system that knows no such limit
            resource.setrlimit(what, (most, most))
    with suppress(OSError):  # Linux only: what is short of memory ends this one first
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
