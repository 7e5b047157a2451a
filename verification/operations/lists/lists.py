"""The lists that were handed in to a running server: which is being read, what came of it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from functools import partial
from pathlib import Path
from secrets import token_hex
from threading import Lock
from types import TracebackType
from typing import Self

from verification.adapters.imports.importing import CHANGED, How, ImportReport
from verification.adapters.imports.progress import Progress
from verification.basics.errors import KioskError, RequestError, StoreError
from verification.basics.texts import Text
from verification.operations.card_store import in_use
from verification.operations.lists.apart import Outcome, Task, Work
from verification.operations.lists.asked import Asked
from verification.operations.lists.shelf import Given, Rows, Shelf, State
from verification.operations.settings import Settings
from verification.operations.wiring import finish_import

FOLDER = "lists"
CUT_OFF = Text(
    "Việc nhập danh sách này bị ngắt vì máy chủ dừng; hãy xem trước rồi nhập lại",
    "The import of this list was cut off because the server ended; preview and import it again",
)
STOPPED = Text(
    "Việc nhập danh sách này đã bị dừng; dữ liệu thẻ vẫn như trước",
    "The import of this list was stopped; the card store is as before",
)


@dataclass(frozen=True)
class Running:
    """The list that is being read.

    Args:
        number: Of the list.
        preview: Whether nothing is changed.
        progress: How far it is, None while that is not known.
    """

    number: str
    preview: bool
    progress: Progress | None


@dataclass(frozen=True)
class Seen:
    """What was found out about a list, for who decides.

    Args:
        name: What its file was called.
        officer: Who asked.
        asked: How it was to be imported.
        preview: Whether nothing was changed.
        outcome: What came of it.
        base: Name of the card file that it was compared with.
        mark: Tells it from every other look at a list.
    """

    name: str
    officer: str
    asked: Asked
    preview: bool
    outcome: Outcome
    base: str
    mark: str = field(default_factory=partial(token_hex, 4))


class Lists:
    """The lists of a running server; one is read at a time.

    Args:
        settings: Of the installation.
        clock: Returns the present time.
        begin: Begins a task.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], datetime],
        begin: Callable[[Task, Callable[[Outcome], None]], Work] = Work,
    ) -> None:
        self.shelf = Shelf(settings.folder / FOLDER, clock)
        self.reject_share = settings.reject_share
        self._settings = settings
        self._clock = clock
        self._work_on = begin
        self._lock = Lock()
        self._closed = False
        self._work: tuple[str, bool, Work] | None = None
        self._seen: dict[str, Seen] = {}
        self.last: Seen | None = None

    def __enter__(self) -> Self:
        with suppress(OSError):
            self.shelf.tidy(begins=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        with self._lock:
            self._closed = True
        self.cancel()
        self.wait()

    @property
    def running(self) -> Running | None:
        """Return which list is being read, None while none is."""
        work = self._work
        return Running(*work[:2], work[2].progress) if work else None

    @property
    def pid(self) -> int | None:
        """Return the process that reads, None while none does."""
        work = self._work
        return work[2].pid if work else None

    def seen(self, number: str) -> Seen | None:
        """Return what was found out about a list since the server began."""
        return self._seen.get(number)

    def preview(self, number: str, asked: Asked, officer: str, how: How | None = None) -> None:
        """Begin to find out what a list would change.

        Args:
            number: Of the list.
            asked: How it is to be imported.
            officer: Who asks.
            how: What it may do beyond the shares; usually nothing.

        Raises:
            RequestError: It cannot be done so, or another one is being read.
        """
        given = self._given(number)
        asked = asked.checked(self._clock().date())
        self.shelf.note(given, asked=asked)
        self._begin(given, asked, replace(how or How(), preview=True), officer)

    def bring_in(self, number: str, officer: str, how: How | None = None) -> None:
        """Begin to import a list as it was previewed.

        Raises:
            RequestError: It was not, the store has changed since, or another one is being read.
        """
        given, seen = self._given(number), self.seen(number)
        if seen is None or not seen.preview or (seen.outcome.report is None and how is None):
            raise RequestError("Hãy xem trước danh sách này", "Preview this list first")
        if seen.base != self._base():
            self.forget(number)
            raise RequestError(*CHANGED)
        self._begin(given, seen.asked, replace(how or How(), base=seen.base), officer)

    def forget(self, number: str) -> None:
        """Forget what was found out about a list."""
        self._seen.pop(number, None)

    def drop(self, number: str) -> None:
        """Give a list up: it goes, with its refused rows."""
        running = self.running
        if running and running.number == number:
            self.cancel()
            self.wait()
        self.forget(number)
        if given := self.shelf.one(number):
            self.shelf.drop(given)

    def drop_rows(self, given: Given, rows: Rows) -> None:
        """Remove refused rows of a list; what was imported goes with the last of them."""
        self.shelf.take_rows(given, rows, None)
        now = self.shelf.one(given.number)
        left = [one for one in Rows if now and self.shelf.rows_of(now, one)]
        if now and now.state is State.IMPORTED and not left:
            self.drop(now.number)

    def cancel(self) -> None:
        """End the reading."""
        if work := self._work:
            work[2].cancel()

    def wait(self, seconds: float | None = None) -> None:
        """Wait until nothing is being read."""
        if work := self._work:
            work[2].wait(seconds)

    def _begin(self, given: Given, asked: Asked, how: How, officer: str) -> None:
        how = replace(
            how,
            replace=asked.replace,
            delta=asked.delta,
        )
        task = Task(self._settings, self.shelf.file_of(given), asked, how, officer)
        seen = Seen(given.name, officer, asked, how.preview, Outcome(), self._base())
        with self._lock:
            if self._work or self._closed:
                raise RequestError(
                    "Một danh sách khác đang được đọc, hãy chờ", "Another list is being read, wait"
                )
            self.forget(given.number)
            self.last = None
            if not how.preview:
                self.shelf.note(given, said=CUT_OFF)  # taken back once it ends
            try:
                work = self._work_on(task, lambda outcome: self._ended(given.number, seen, outcome))
            except OSError as error:
                self.shelf.note(given, said=given.said)
                raise RequestError(
                    "Máy chủ không mở được tiến trình để đọc danh sách",
                    "The server cannot begin a process that reads the list",
                ) from error
            self._work = (given.number, how.preview, work)

    def _ended(self, number: str, seen: Seen, outcome: Outcome) -> None:
        """Keep what came of it; the list of what was imported goes."""
        try:
            if not seen.preview and outcome.report is None:
                with suppress(KioskError):  # noted and not renamed: it is in use from now on
                    finish_import(self._settings)
            with suppress(KioskError):
                self._note(number, seen, outcome)
        finally:
            with self._lock:
                self._seen[number] = seen = replace(seen, outcome=outcome)
                if not seen.preview:
                    self.last = seen
                self._work = None

    def _note(self, number: str, seen: Seen, outcome: Outcome) -> None:
        given = self.shelf.one(number)
        if given is None:
            return
        report = outcome.report
        if report is not None:
            for rows in Rows:
                file = vars(report).get(f"{rows.value}_file")
                self.shelf.take_rows(given, rows, Path(file) if file else None)
            given = self.shelf.note(given, refused=report.rejected, said=None)
            if not seen.preview and _took(report):
                self.shelf.note(given, state=State.IMPORTED)
                self.shelf.drop_file(given)
        elif outcome.error:
            self.shelf.note(given, said=outcome.error)
        elif not seen.preview and not self._closed:
            self.shelf.note(given, said=STOPPED)

    def _given(self, number: str) -> Given:
        given = self.shelf.one(number)
        if given is None or given.state is State.IMPORTED:
            raise RequestError("Danh sách này không còn ở đây", "This list is no longer here")
        return given

    def _base(self) -> str:
        try:
            return in_use(self._settings)
        except (OSError, StoreError):
            return ""


def _took(report: ImportReport) -> bool:
    return report.read > report.rejected


def is_much_refused(report: ImportReport, share: Fraction) -> bool:
    """Tell whether more rows of a list are refused than that share of all of them."""
    return report.rejected > share * report.read


def waits(report: ImportReport, share: Fraction, *, demo: bool) -> Text | None:
    """Return why a list is not imported by itself, None where it may be.

    What lifts a bad status, loses a known end or removes somebody is for a person to decide; so is
    what builds on a store that cannot be read, or takes the place of invented cards.

    Args:
        report: Of its preview.
        share: Of its rows that may be refused; of a known number or not, nobody looks at it.
        demo: Whether the store holds invented cards.
    """
    if report.stopped:
        return report.stopped[0].text
    if report.lifted or report.removed:
        return Text(
            f"Sẽ gỡ {report.lifted} trạng thái xấu hay hạn đã biết, bỏ {report.removed} số",
            f"Would lift {report.lifted} bad statuses or ends, remove {report.removed} numbers",
        )
    if demo:
        return Text(
            "Kho đang giữ thẻ mẫu; danh sách thật đầu tiên do người quản trị nhập",
            "The store holds invented cards; the first real list is imported by an administrator",
        )
    if report.unread:
        return Text("Dữ liệu thẻ đang dùng không đọc được", "The card store in use cannot be read")
    if not _took(report):
        return Text("Không dòng nào nhập được", "No row can be taken")
    if is_much_refused(report, share):
        return Text(
            f"{report.rejected} trong {report.read} dòng bị từ chối",
            f"{report.rejected} of {report.read} rows are refused",
        )
    return None
