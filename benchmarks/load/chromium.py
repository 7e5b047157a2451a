"""One desk that is a real Chromium with a clip for its webcam: what a person sees, and when."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page

from benchmarks.soak.day_desk import officer_of
from tests.browser.running import PASSWORD, Server, browser, listens

# In the page, on its clock: which post first carried a payload, and when its answer was painted.
_MARKS = """() => {
  const now = () => performance.now();
  const nothing = () => ({ answered: [], posts: [], refused: 0, unanswered: 0 });
  let kept = nothing();
  window.noted = () => {
    const before = kept;
    kept = nothing();
    return before;
  };
  let waits = null, last = 0, lastRead = '', shown = '', watched = null;
  const ask = window.fetch;
  window.fetch = async (...asked) => {
    const posted = now(), reply = await ask(...asked);
    if (String(asked[0]).endsWith('/kiosk/frame')) {
      const read = now();
      kept.posts.push(read - posted);
      if (!reply.ok) kept.refused += 1;
      reply.clone().json().then(({ payloads }) => {
        if (!payloads?.length) return;
        const what = payloads.join();
        if (what !== lastRead || read - last > 10000) {
          if (waits) kept.unanswered += 1;
          waits = { posted, read };
        }
        [last, lastRead] = [read, what];
      }, () => {});
    }
    return reply;
  };
  const look = (root) => {
    const stands = root.querySelector('.card:not(.pending) .band');
    const name = stands && root.querySelector('.card h1')?.textContent;
    if (!name || name === shown || !waits) return;
    shown = name;
    const came = waits;
    waits = null;
    const painted = () => kept.answered.push({ ...came, painted: now() });
    requestAnimationFrame(() => setTimeout(painted));
  };
  setInterval(() => {
    const roots = [...document.querySelectorAll('*')].map((e) => e.shadowRoot).filter(Boolean);
    const root = roots.find((one) => one.querySelector('video'));
    if (!root || root === watched) return;
    watched = root;
    const all = { subtree: true, childList: true, characterData: true, attributes: true };
    new MutationObserver(() => look(root)).observe(root, all);
  }, 500);
}"""


@dataclass
class Seen:
    """What was seen at it, in milliseconds.

    Args:
        painted: From the post that first carried a payload to the painted answer.
        read: From that post to its answer.
        posts: Each frame.
        unanswered: Payloads whose answer was never painted.
        errors: What went wrong, in words.
    """

    painted: list[float]
    read: list[float]
    posts: list[float]
    unanswered: int
    errors: list[str]


class Screen:
    """The page of that desk.

    Args:
        page: In Chromium.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._seen = Seen([], [], [], 0, [])
        page.on("pageerror", lambda error: self._seen.errors.append(str(error)))
        page.on("framenavigated", lambda _: self._seen.errors.append("the page was loaded anew"))

    def begin(self) -> None:
        """Forget what was seen until now."""
        self._take()
        self._seen = Seen([], [], [], 0, [])

    def wait(self, seconds: float) -> None:
        """Let it go on for a while."""
        self._page.wait_for_timeout(1000 * seconds)
        self._take()

    def seen(self) -> Seen:
        """Return what was seen since it began."""
        self._take()
        return self._seen

    def _take(self) -> None:
        """Take over what the page has noted: one that is loaded anew forgets it."""
        try:
            noted: Mapping[str, Any] | None = self._page.evaluate("window.noted?.()")
        except Error as error:  # it is just being loaded
            self._seen.errors.append(error.message)
            return
        if noted is None:
            return
        self._seen.painted.extend(one["painted"] - one["posted"] for one in noted["answered"])
        self._seen.read.extend(one["read"] - one["posted"] for one in noted["answered"])
        self._seen.posts.extend(noted["posts"])
        self._seen.unanswered += noted["unanswered"]
        self._seen.errors.extend(["a frame was refused"] * noted["refused"])


@contextmanager
def screen(server: Server, desk: str, clip: Path) -> Iterator[Screen]:
    """Open the page of a desk, signed in, its camera on."""
    with browser(clip) as context:
        page = context.new_page()
        page.add_init_script(f"({_MARKS})()")
        page.goto(server.url)
        form = page.locator("form[action='/dang-nhap/vao']")
        form.get_by_label("Quầy").select_option(desk)
        form.get_by_label("Tài khoản").fill(officer_of(desk))
        form.get_by_label("Mật khẩu").fill(PASSWORD)
        form.get_by_role("button").click()
        listens(page)
        page.locator("video").wait_for()
        yield Screen(page)
