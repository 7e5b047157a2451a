"""Check-in records, as the outbox sends them: built anew at each try, signed, sent.

What lacks something is not signed and not tried in vain: it waits until the hospital system tells
more, the desk corrects the visit, or a person says so.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime

from verification.exchange.outbox import End
from verification.exchange.record.building import Unneeded, built
from verification.exchange.record.fields import Check, CheckIn, tag_of, wrong_ones
from verification.exchange.sending import Sent, beside, note_end
from verification.kiosk import Kiosk
from verification.log.outbox import Errand, Waiting
from verification.log.visit import UNNEEDED

INCOMPLETE, WRONG = "record_incomplete", "record_wrong"
_TO = "portal"
_TOGETHER = 4  # a signer may need its seconds for each


@dataclass(frozen=True)
class RecordErrand:
    """The handler of `Errand.RECORD`.

    Args:
        kiosk: The kiosk.
        write: Writes records as a file.
        check: Finds what is wrong with records.
        submit: Has a file signed and sends it.
        errand: Which it is.
    """

    kiosk: Kiosk
    write: Callable[[Sequence[CheckIn]], bytes]
    check: Check
    submit: Callable[[bytes], Sent]
    errand: Errand = Errand.RECORD

    def room(self) -> int | None:
        """Return how many may be taken at once."""
        return _TOGETHER

    def send(self, item: Waiting) -> Future[Sent] | None:
        """Build the record as it is known now, have it signed and send it."""
        visit = self.kiosk.written.visit(item.visit)
        if visit is None:
            return None
        found = built(self.kiosk, visit)
        if isinstance(found, Unneeded):
            return _ended(UNNEEDED, found.value)
        if found.missing:
            return _ended(INCOMPLETE, ", ".join(map(tag_of, found.missing)))
        if wrong := wrong_ones(self.check([found.check_in])):
            names = [tag_of(flaw.name) for flaw in wrong if flaw.name]
            return _ended(WRONG, ", ".join(dict.fromkeys(names)))
        record = self.write([found.check_in])
        return beside(lambda: self.submit(record))

    def end(self, result: Sent) -> End:
        """Return how it ended."""
        return result.end

    def note(self, item: Waiting, result: Sent, again_at: datetime | None) -> None:
        """Write down how it ended."""
        note_end(self.kiosk, item, result, again_at)


def _ended(cause: str, detail: str) -> Future[Sent]:
    done: Future[Sent] = Future()
    done.set_result(Sent(ok=False, to=_TO, cause=cause, detail=detail))
    return done
