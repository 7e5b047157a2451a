"""Looks after the watched folder while the server runs: a thread that looks again and again."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from threading import Event, Thread

from verification.basics.errors import KioskError, RequestError
from verification.basics.texts import Text
from verification.card.facts import Origin
from verification.operations.lists.asked import Asked, day_in
from verification.operations.lists.lists import CUT_OFF, Lists, waits
from verification.operations.lists.shelf import Given, State
from verification.operations.lists.watched import (
    Ledger,
    Lying,
    Size,
    copied,
    lying_in,
    opened,
    packed,
    put_away,
)
from verification.rights import FOLDER

EVERY_SECONDS = 5.0
_TIDY_EVERY = 720  # looks: an hour
_LAST_SECONDS = 2.0  # an ending server waits no longer
_log = logging.getLogger(__name__)
_NO_DAY = Text(
    "Danh sách của BHXH cần ngày: tên tệp không có một ngày rõ ràng",
    "A list of the insurer needs a day: the name of the file has no single one",
)
_BEFORE = Text("Tệp này đã được nhận trước đó", "This file was taken in before")
_DONE = Text(
    "Tệp này đã xong nhưng không chuyển được vào done/; hãy tự chuyển đi",
    "This file is dealt with but cannot be moved to done/; move it away",
)
_WAITS = Text("Chờ đến lượt", "Waits for its turn")
_AWAY = Text(
    "Không đọc được thư mục theo dõi; kiểm tra ổ đĩa, quyền, KIOSK_IMPORT_FOLDER",
    "The watched folder cannot be read; see disk, modes, KIOSK_IMPORT_FOLDER",
)
_BROKEN = Text("Việc theo dõi gặp lỗi, sẽ thử lại", "The watching failed, it is tried again")


@dataclass(frozen=True)
class Left:
    """A file that stays in the folder.

    Args:
        name: With the folder that it lies in.
        why: What keeps it there.
    """

    name: str
    why: Text


@dataclass
class Watch:
    """How the watching goes; its thread writes, the page reads.

    Args:
        folder: Which folder, None where none is watched.
        looked: When it was last looked at.
        trouble: Why it cannot be.
        left: Files that stay there though they were dealt with.
    """

    folder: Path | None = None
    looked: datetime | None = None
    trouble: Text | None = None
    left: Sequence[Left] = ()


@dataclass
class Watcher:
    """Looks at the folder.

    Args:
        folder: Which.
        lists: Takes files in.
        clock: Returns the present time.
        watch: Told how it goes.
        demo: Tells whether the store holds invented cards.
        ended: Set once the server ends.
    """

    folder: Path
    lists: Lists
    clock: Callable[[], datetime]
    watch: Watch
    demo: Callable[[], bool]
    ended: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self._ledger = Ledger(self.lists.shelf.folder / "taken.txt")
        self._before: dict[Path, Size] = {}
        self._dealt: dict[tuple[Path, Size], tuple[str, Text]] = {}

    def run(self, every: float) -> None:
        """Look until the server ends."""
        looks = 0
        while not self.ended.wait(every):
            looks += 1
            if looks % _TIDY_EVERY == 0:
                self.lists.shelf.tidy()
            self.look()

    def look(self) -> None:
        """Look once; what goes wrong is told by the page and tried again."""
        trouble = None
        try:
            self._resume()
            self._take()
        except OSError:
            trouble = _AWAY
        except KioskError as error:
            trouble = Text(error.vi, error.en)
        except Exception:  # noqa: BLE001  # the watching goes on, whatever a file does
            _log.exception("watched folder")
            trouble = _BROKEN
        self.watch.trouble, self.watch.looked = trouble, self.clock()

    def _take(self) -> None:
        now = {lying.path: lying for lying in lying_in(self.folder)}
        still = [one for one in now.values() if self._before.get(one.path) == one.size]
        self._before = {path: lying.size for path, lying in now.items()}
        self._dealt = {k: v for k, v in self._dealt.items() if self._before.get(k[0]) == k[1]}
        new = [one for one in still if (one.path, one.size) not in self._dealt and one.size[0]]
        bundle = [one for one in new if _is_of_many(one)]
        if len(bundle) > 1:
            self._in_words(bundle, self._take_many)
        for lying in new if len(bundle) < 2 else [one for one in new if one not in bundle]:  # noqa: PLR2004  # one is no bundle
            if not self.ended.is_set():
                self._in_words([lying], self._take_one)
        self._put_away(still)

    def _in_words(self, files: Sequence[Lying], take: Callable[[Sequence[Lying]], None]) -> None:
        """Take files in; where that cannot be, the page says why, and the others go on."""
        try:
            take(files)
        except OSError:
            why = Text("Không đọc được tệp", "The file cannot be read")
        except RequestError as error:
            why = Text(error.vi, error.en)
        else:
            return
        for lying in files:
            self._dealt[lying.path, lying.size] = ("", why)

    def _take_one(self, files: Sequence[Lying]) -> None:
        (lying,) = files
        if self._is_known(lying):
            return
        asked, why = self._asked(lying)
        watched = str(lying.path)
        with self.lists.shelf.receiving(lying.path.name, FOLDER, asked, watched) as (coming, whole):
            if not copied(lying, coming):
                return  # it grew meanwhile
            given = whole()
        self._ledger.note([given.digest])
        self._dealt[lying.path, lying.size] = (given.number, _DONE)
        if why:
            self.lists.shelf.note(given, said=why)
        else:
            self._import(given)

    def _take_many(self, files: Sequence[Lying]) -> None:
        new = [lying for lying in files if not self._is_known(lying)]
        if not new:
            return
        name = f"xml1-{self.clock():%Y%m%d-%H%M%S}.zip"
        asked = Asked(origin=Origin.XML1)
        watched = str(new[0].path.parent)
        with self.lists.shelf.receiving(name, FOLDER, asked, watched) as (coming, whole):
            packed(new, coming)
            given = whole()
        self._ledger.note([_digest(lying) for lying in new])
        for lying in new:
            self._dealt[lying.path, lying.size] = (given.number, _DONE)
        self._import(given)

    def _is_known(self, lying: Lying) -> bool:
        known = _digest(lying) in self._ledger
        if known:
            mine = [one for one in self.lists.shelf.all() if one.watched == str(lying.path)]
            number = mine[0].number if mine else ""
            self._dealt[lying.path, lying.size] = (number, _BEFORE)
        return known

    def _asked(self, lying: Lying) -> tuple[Asked, Text | None]:
        today = self.clock().date()
        day = None if lying.origin is Origin.XML1 else day_in(lying.path.name, today)
        lacks = lying.origin is Origin.BHXH and day is None
        return Asked(origin=lying.origin, as_of=day), _NO_DAY if lacks else None

    def _resume(self) -> None:
        """Go on with what was taken in and not yet looked at, because another list was read."""
        for given in self.lists.shelf.all():
            fresh = given.state is State.WAITS and given.said in {None, CUT_OFF}
            ours = given.officer == FOLDER and fresh
            if ours and not self.ended.is_set():
                self._import(given)

    def _import(self, given: Given) -> None:
        try:
            self.lists.preview(given.number, given.asked, FOLDER)
        except RequestError as error:
            if not self.lists.running:  # else in the next look
                self._note(given.number, Text(error.vi, error.en))
            return
        self.lists.wait()
        seen = self.lists.seen(given.number)
        if self.ended.is_set() or seen is None:
            return
        if seen.outcome.report is None:
            if seen.outcome.error is None:
                self._note(given.number, Text("Việc đọc đã bị dừng", "The reading was ended"))
            return  # the error was noted with it
        if why := waits(seen.outcome.report, self.lists.reject_share, demo=self.demo()):
            self._note(given.number, why)
            return
        self.lists.bring_in(given.number, FOLDER)
        self.lists.wait()

    def _note(self, number: str, why: Text) -> None:
        if given := self.lists.shelf.one(number):
            self.lists.shelf.note(given, said=why)

    def _put_away(self, still: Sequence[Lying]) -> None:
        """Move away what was dealt with; what cannot be moved is named on the page."""
        left = []
        for lying in still:
            if (lying.path, lying.size) not in self._dealt:
                continue
            number, why = self._dealt[lying.path, lying.size]
            given = self.lists.shelf.one(number) if number else None
            waiting = given is not None and given.state is State.WAITS
            unread = not number and why is not _BEFORE
            if not waiting and not unread and put_away(lying.path, number or "truoc"):
                self._before.pop(lying.path, None)
                continue
            name = f"{lying.origin.value}/{lying.path.name}"
            left.append(Left(name, (given.said or _WAITS) if waiting and given else why))
        self.watch.left = tuple(left)


def _is_of_many(lying: Lying) -> bool:
    return lying.origin is Origin.XML1 and lying.path.suffix.lower() == ".xml"


def _digest(lying: Lying) -> str:
    with opened(lying) as file:
        return file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # a file of bytes


@contextmanager
def watching(
    folder: Path | None,
    lists: Lists,
    clock: Callable[[], datetime],
    demo: Callable[[], bool],
    every: float = EVERY_SECONDS,
) -> Iterator[Watch]:
    """Watch a folder while the server runs; without one nothing is watched."""
    watch = Watch(folder)
    if folder is None:
        yield watch
        return
    watcher = Watcher(folder, lists, clock, watch, demo)
    thread = Thread(target=watcher.run, args=(every,), name="kiosk-folder", daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        watcher.ended.set()
        lists.cancel()
        thread.join(_LAST_SECONDS)
