"""QR in view to answer on the screen, and what an empty desk costs, in a real Chromium.

The clip runs in a loop, so the patients come by again; each pass adds four answers.
"""

import itertools
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import psutil
from numpy.typing import NDArray

from benchmarks.figures import machine, percentile
from fixtures.clip import write_clip
from fixtures.make import CLIP_SLUGS
from tests.browser.running import Server, Watched, browser
from verification.adapters.scanning.decoder import read_frame

PASSES = 12
EMPTY_SECONDS = 60.0
_CLIP_SECONDS = 10.0
_FRAMES_A_SECOND = 30
_JPEG = b"\xff\xd8\xff"  # how each picture of a clip begins

_BRIGHT = 185  # mean gray of a piece of the phone below its code: above it a phone is there
_MIDDLE = (560, 570, 160, 30)  # x, y, width, height of that piece

# In the page, on the page's clock: when a phone came into view, and when each answer was drawn.
_WATCH = """([x, y, width, height, bright]) => {
  const hosts = [...document.querySelectorAll('*')];
  const root = hosts.find((e) => e.shadowRoot?.querySelector('video'));
  const video = root.shadowRoot.querySelector('video');
  const pen = Object.assign(document.createElement('canvas'), { width: 16, height: 16 })
    .getContext('2d', { willReadFrequently: true });
  window.came = []; window.drawn = [];
  let there = true;
  const look = (now) => {
    pen.drawImage(video, x, y, width, height, 0, 0, 16, 16);
    const { data } = pen.getImageData(0, 0, 16, 16);
    let sum = 0;
    for (let at = 0; at < data.length; at += 4) sum += data[at + 1];
    const seen = sum / 256 > bright;
    if (seen && !there) window.came.push(now / 1000);
    there = seen;
    video.requestVideoFrameCallback(look);
  };
  video.requestVideoFrameCallback(look);
  let last = '';
  new MutationObserver(() => {
    // "scanned, waiting" over the answer before is no answer
    const text = root.shadowRoot.querySelector('.card:not(.pending)')?.innerText ?? '';
    if (text && root.shadowRoot.querySelector('.band') && text.slice(0, 60) !== last) {
      last = text.slice(0, 60);
      window.drawn.push(performance.now() / 1000);
    }
  }).observe(root.shadowRoot, { subtree: true, childList: true, characterData: true });
}"""

# When frames were posted and answered with a code, and what went over the page's WebSocket.
_MARKS = """() => {
  const now = () => performance.now() / 1000;
  window.frames_read = []; window.sent = []; window.got = [];
  const ask = window.fetch;
  window.fetch = async (...asked) => {
    const posted = now(), reply = await ask(...asked);
    if (String(asked[0]).endsWith('/kiosk/frame')) {
      const read = now();
      reply.clone().json().then(({ payloads }) => {
        if (payloads?.length) window.frames_read.push([posted, read]);
      }, () => {});
    }
    return reply;
  };
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    window.sent.push(now());
    if (!this.marked) this.addEventListener('message', () => window.got.push(now()));
    this.marked = true;
    return send.call(this, data);
  };
}"""
_STEPS = (
    "readable to posted",
    "posted to read",
    "read to the event sent",
    "event sent to the last of the rerun",
    "the rerun to drawn",
)


def measure(passes: int = PASSES, empty_seconds: float = EMPTY_SECONDS) -> Iterator[str]:
    """Yield the lines of the report."""
    yield machine()
    with tempfile.TemporaryDirectory() as folder:
        yield from _latency(Path(folder), passes)
    with tempfile.TemporaryDirectory() as folder:
        yield from _empty_desk(Path(folder), empty_seconds)


def readable_after(clip: Path) -> list[float]:
    """Return for each phone how long after coming into view it can first be read, in seconds."""
    after: list[float] = []
    came, there, read = 0, True, True
    for at, frame in enumerate(_frames(clip)):
        x, y, width, height = _MIDDLE
        seen = float(frame[y : y + height, x : x + width].mean()) > _BRIGHT
        if seen and not there:
            came, read = at, False
        there = seen
        if not read and read_frame(frame).payloads:
            after.append((at - came) / _FRAMES_A_SECOND)
            read = True
    return after


def _frames(clip: Path) -> Iterator[NDArray[np.uint8]]:
    for part in clip.read_bytes().split(_JPEG)[1:]:
        picture = cv2.imdecode(np.frombuffer(_JPEG + part, np.uint8), cv2.IMREAD_GRAYSCALE)
        if picture is not None:
            yield picture.astype(np.uint8, copy=False)


def _latency(folder: Path, passes: int) -> Iterator[str]:
    clip = folder / "queue.mjpeg"
    write_clip(clip, CLIP_SLUGS, seconds=_CLIP_SECONDS)
    after = readable_after(clip)
    server = Server(folder).start()
    with browser(clip) as context:
        watched = Watched(context, server)
        watched.page.add_init_script(f"({_MARKS})()")
        page = watched.open()
        page.locator("video").wait_for()
        process = psutil.Process(server.pid)
        before = process.cpu_times()
        page.evaluate(_WATCH, [*_MIDDLE, _BRIGHT])
        time.sleep(_CLIP_SECONDS * passes)
        came, drawn = page.evaluate("window.came"), page.evaluate("window.drawn")
        marks = page.evaluate("[window.frames_read, window.sent, window.got]")
        used = process.cpu_times()
    server.stop()
    times = [1000 * delay for delay in _delays(came, drawn, max(after))]
    yield f"each phone can first be read {min(after):.2f} to {max(after):.2f} s after it comes"
    yield "| | phones | missed | p50 ms | p95 ms |"
    yield "|---|---|---|---|---|"
    yield (
        f"| first readable frame to answer on the screen | {len(came)} | {len(came) - len(times)} "
        f"| {percentile(times, 50):.0f} | {percentile(times, 95):.0f} |"
    )
    for step, taken in zip(_STEPS, _steps(came, drawn, max(after), *marks), strict=False):
        yield f"| – {step} | | | {percentile(taken, 50):.0f} | {percentile(taken, 95):.0f} |"
    each = 1000 * (used.user + used.system - before.user - before.system) / max(1, len(times))
    yield f"server, all frames and reruns: {each:.0f} ms of processor time an answer"


def _steps(
    came: list[float],
    drawn: list[float],
    readable: float,
    frames: list[tuple[float, float]],
    sent: list[float],
    got: list[float],
) -> list[list[float]]:
    """Return for each step how long it took for each phone that was answered, in milliseconds."""
    rows: list[list[float]] = []
    for begin, end in zip(came, [*came[1:], came[-1] + _CLIP_SECONDS], strict=True):
        answer = next((d for d in drawn if begin < d < end), None)
        frame = next((f for f in frames if f[1] > begin), None)
        event = next((s for s in sent if frame and s >= frame[1]), None)
        if answer is None or frame is None or event is None or event > answer:
            continue
        last = max((g for g in got if event < g <= answer), default=answer)
        at = [begin + readable, *frame, event, last, answer]
        rows.append([1000 * (b - a) for a, b in itertools.pairwise(at)])
    return [list(step) for step in zip(*rows, strict=True)] if len(rows) > 1 else []


def _delays(came: list[float], drawn: list[float], readable: float) -> list[float]:
    """Return the time from readable to drawn of each phone that was answered before the next."""
    following = [*came[1:], came[-1] + _CLIP_SECONDS]
    pairs = zip(came, following, strict=True)
    answers = [(b, next((d for d in drawn if b < d < end), None)) for b, end in pairs]
    return [answer - begin - readable for begin, answer in answers if answer is not None]


def _empty_desk(folder: Path, seconds: float) -> Iterator[str]:
    clip = folder / "empty.mjpeg"
    write_clip(clip, CLIP_SLUGS, seconds=_CLIP_SECONDS)
    first = clip.read_bytes().split(_JPEG)[1]
    clip.write_bytes((_JPEG + first) * 60)  # the bare desk
    server = Server(folder).start()
    with browser(clip) as context:
        page = Watched(context, server).open()
        page.locator("video").wait_for()
        time.sleep(5)
        process = psutil.Process(server.pid)
        begun, before = time.monotonic(), process.cpu_times()
        time.sleep(seconds)
        after, ended = process.cpu_times(), time.monotonic()
    server.stop()
    used = (after.user + after.system) - (before.user + before.system)
    yield f"empty desk, server: {100 * used / (ended - begun):.2f} % of a core over {seconds:.0f} s"
