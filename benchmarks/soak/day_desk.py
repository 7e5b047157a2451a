"""One desk of the day: a page of a real Chromium, worked by scanner and keys as an officer does."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, Page

from benchmarks.soak.day_people import Person
from tests.browser.running import PASSWORD, Server, listens, wait_for, word
from tests.browser.scanner import Scanner

PATIENCE = 60.0
RECEIVED, WAITING = "ĐÃ TIẾP NHẬN", "CHƯA TIẾP NHẬN"
NO_CAMERA = """navigator.mediaDevices.getUserMedia = () =>
  Promise.reject(new DOMException("", "NotFoundError"));"""
# On the page's own clock: from the scanner's last key until the name stands in the answer.
WATCH = """
window.pressed = 0;
addEventListener('keydown', (e) => {
  if (e.key === 'Enter') window.pressed = performance.now();
}, true);
window.painted = (name, most) => new Promise((tell) => {
  const roots = () => [...document.querySelectorAll('*')].map((e) => e.shadowRoot).filter(Boolean);
  const stands = () => roots().some((root) => root.querySelector('.card:not(.pending) .band') &&
    root.querySelector('.card h1')?.textContent.normalize('NFC').toUpperCase() === name);
  const end = performance.now() + most;
  const look = () => {
    if (stands()) requestAnimationFrame(() => tell(performance.now() - window.pressed));
    else if (performance.now() > end) tell(null);
    else setTimeout(look, 20);
  };
  look();
});
"""
# Of forty patients: after so many of them an officer does this, too.
OFTEN: Mapping[str, int] = {
    "again": 2, "escape": 4, "list": 6, "lock": 2,
    "menu": 3, "out and in": 1, "shift": 1, "undo": 4,
}  # fmt: skip


class Unexpected(Exception):
    """A desk shows what it must not, or nothing."""


@dataclass
class Tally:
    """What the desks have done, and what was on their screens.

    Args:
        received: Card numbers of those whose visit was acknowledged.
        undone: Of those the ones whose visit was undone again.
        unsure: Card numbers whose acknowledgement was not seen.
        scans: Milliseconds from the key to the painted answer, in their order.
        acts: How often each was done.
        found: What went wrong.
    """

    received: list[str] = field(default_factory=list)
    undone: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    scans: list[float] = field(default_factory=list)
    acts: dict[str, int] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)

    def did(self, act: str) -> None:
        """Count an act."""
        self.acts[act] = self.acts.get(act, 0) + 1


class Desk:
    """A desk.

    Args:
        context: A browser with cookies of its own.
        server: The kiosk.
        name: Of the desk, and of the officer at it.
        chance: Draws what is done when.
        tally: Where it is counted.
    """

    def __init__(
        self,
        context: BrowserContext,
        server: Server,
        name: str,
        chance: random.Random,
        tally: Tally,
    ) -> None:
        context.set_default_timeout(PATIENCE * 1000)
        context.add_init_script(NO_CAMERA)
        context.add_init_script(WATCH)
        self.page: Page = context.new_page()
        self._server, self._name, self._chance, self._tally = server, name, chance, tally
        self._row: list[str] = []
        self._last: Person | None = None
        self._acts: Mapping[str, Callable[[], None]] = {
            "again": self._again, "escape": self._escape, "list": self._list, "lock": self._lock,
            "menu": self._menu, "out and in": self._out_and_in, "shift": self._shift,
            "undo": self._undo,
        }  # fmt: skip
        self.sign_in()

    def sign_in(self) -> None:
        """Sign in at the desk and wait until it listens."""
        self.page.goto(self._server.url)
        form = self.page.locator("form[action='/dang-nhap/vao']")
        form.get_by_label("Quầy").select_option(self._name)
        form.get_by_label("Tài khoản").fill(officer_of(self._name))
        form.get_by_label("Mật khẩu").fill(PASSWORD)
        form.get_by_role("button").click()
        self._ready()

    def receive(self, person: Person) -> None:
        """Scan somebody, receive him by F2 where he is not by himself, and see it acknowledged."""
        self._scan(person)
        wait_for(lambda: "TIẾP NHẬN" in word(self.page), PATIENCE)
        if RECEIVED not in word(self.page):
            wait_for(lambda: self._by_key(person), PATIENCE)
        self._tally.received.append(person.card["ma_the"])
        self._last = person

    def _by_key(self, person: Person) -> bool:
        """Press F2 until the band says so; the portal's answer may receive him meanwhile."""
        if RECEIVED not in word(self.page):
            self.page.keyboard.press("F2")
            self._tally.did("F2")
            self.page.wait_for_timeout(700)
        if self.page.locator(".menu .item").count():  # a second visit is nobody's wish
            self.page.keyboard.press("Escape")
        if not self._shown(person):
            raise Unexpected("another patient is on the screen")
        return RECEIVED in word(self.page)

    def _shown(self, person: Person) -> bool:
        names = self.page.locator(".card h1").all_inner_texts()
        return person.name in [name.upper() for name in names]

    def next_act(self) -> None:
        """Do what an officer does between two patients; mostly nothing."""
        if not self._row:
            acts = [act for act, often in OFTEN.items() for _ in range(often)]
            self._row = acts + [""] * (40 - len(acts))
            self._chance.shuffle(self._row)
        if act := self._row.pop():
            self._acts[act]()
            self._tally.did(act)

    def recover(self) -> None:
        """Begin anew after something went wrong: without a session, as one who comes to work."""
        self._last = None
        self.page.goto("about:blank")
        self.page.context.clear_cookies()
        self.sign_in()

    def _ready(self) -> None:
        listens(self.page)
        self._scanner = Scanner(self.page)

    def _scan(self, person: Person) -> None:
        self._scanner.scan(person.text)
        taken = self.page.evaluate(
            "([name, most]) => window.painted(name, most)", [person.name, PATIENCE * 1000]
        )
        if taken is None:
            raise Unexpected("no answer")
        self._tally.scans.append(float(taken))

    def _again(self) -> None:
        """Hold the same card up again: no second visit."""
        if self._last:
            before = self._presented()
            self._scanner.scan(self._last.text)
            wait_for(lambda: self._presented() > before, PATIENCE)
            wait_for(lambda: RECEIVED in word(self.page), PATIENCE)

    def _presented(self) -> int:
        asked = "SELECT count(*) FROM log WHERE kind = 'presented' AND desk = ?"
        return int(self._server.asked(asked, self._name)[0][0])

    def _escape(self) -> None:
        """Press it with nothing open: the answer stays until its time is over."""
        self.page.keyboard.press("Escape")

    def _list(self) -> None:
        self.page.keyboard.press("F10")
        self.page.locator(".today tr").first.wait_for()
        self.page.keyboard.press("Escape")
        self.page.locator(".today tr").first.wait_for(state="hidden")

    def _menu(self) -> None:
        self.page.keyboard.press("F9")
        self.page.locator(".menu .item").first.wait_for()
        self.page.keyboard.press("Escape")
        self.page.locator(".menu .item").first.wait_for(state="hidden")

    def _undo(self) -> None:
        if not self._last:
            return
        self.page.keyboard.press("F4")
        self.page.get_by_text("Hủy lượt nào?").wait_for()
        self.page.keyboard.press("Alt+1")
        self.page.get_by_text("Vì sao hủy?").wait_for()
        self.page.keyboard.press("Alt+2")
        self.page.get_by_text("Đã hủy lượt").wait_for()
        self._tally.undone.append(self._last.card["ma_the"])
        self._last = None

    def _lock(self) -> None:
        form = self.page.get_by_text("Màn hình đang khóa")
        wait_for(lambda: self._locked(form.is_visible), PATIENCE)
        self.page.get_by_label("PIN hoặc mật khẩu").fill(PASSWORD)
        self.page.get_by_role("button", name="Mở khóa").click()
        self._ready()

    def _out_and_in(self) -> None:
        form = self.page.get_by_text("Màn hình đang khóa")
        wait_for(lambda: self._locked(form.is_visible), PATIENCE)
        self.page.get_by_text("Đăng xuất").click()
        self.page.get_by_role("heading", name="Đăng nhập").wait_for()
        self._last = None
        self.sign_in()

    def _locked(self, visible: Callable[[], bool]) -> bool:
        self.page.keyboard.press("Alt+k")
        self.page.wait_for_timeout(1_500)
        return visible()

    def _shift(self) -> None:
        """Close the shift; its sheet opens beside and is put away."""
        self.page.keyboard.press("F9")
        self.page.locator(".menu .item").first.wait_for()
        self.page.keyboard.press("Alt+0")
        self.page.keyboard.press("Alt+6")
        self.page.get_by_text(f"Kết ca quầy {self._name}?").wait_for()
        with self.page.context.expect_page() as sheet:
            self.page.keyboard.press("Enter")
        sheet.value.close()
        self.page.bring_to_front()
        self._last = None
        self._ready()


def officer_of(desk: str) -> str:
    """Return the account of who sits at a desk."""
    return f"an.quay{desk}"
