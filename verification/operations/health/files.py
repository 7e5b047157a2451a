"""Whether what is written is found again, and whether something that was written is not there."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from verification.adapters.store.heads import heads_in
from verification.basics.errors import KioskError
from verification.basics.texts import Text, Texts
from verification.log.chain import Head
from verification.log.events import EventKind
from verification.log.house_events import LogNoted
from verification.log.ports import Log
from verification.operations.health.line import Line, Tone

_TEXTS = Texts("verification.operations.health")
_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)


def file_lines(heads: Path, log: Log) -> Iterable[Line]:
    """Return the lines of the files of the log.

    Args:
        heads: The file of heads.
        log: The log.
    """
    limit = _TEXTS("files_limit")
    try:
        log.keep()
    except KioskError as error:
        yield Line("files", Tone.BAD, Text(error.vi, error.en), limit)
        return
    if lost := lost_heads(heads, log):
        told = {"heads": ", ".join(f"{head.desk}: {head.count}" for head in lost)}
        yield Line("cut", Tone.BAD, _TEXTS("cut_some", **told), _TEXTS("cut_limit"))
    else:
        yield Line("files", Tone.OK, _TEXTS("files_good"), limit)


def lost_heads(file: Path, log: Log) -> Sequence[Head]:
    """Return of each desk the newest head that was noted and behind which its log was shorter.

    As far as the file of heads tells; what a note excuses is left out.
    """
    stand = {head.desk: head for head in log.places.heads()}
    noted = log.events((EventKind.LOG_NOTED,), _LONG_AGO)
    excused = {one for event in noted if event.is_readable for one in LogNoted.of(event.codes).over}
    lost: dict[str, Head] = {}
    for desk, heads in heads_in(file).items():
        for head, following in pairwise([*heads, stand.get(desk, Head(desk, 0, ""))]):
            if _is_behind(following, head) and str(head) not in excused:
                lost[desk] = head
    return list(lost.values())


def _is_behind(head: Head, before: Head) -> bool:
    return head.count < before.count or (head.count == before.count and head.hash != before.hash)
