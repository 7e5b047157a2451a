"""Saying of a restored, older log that it was restored, so that the heads it lost count no more."""

from collections.abc import Sequence

from verification.basics.errors import RequestError
from verification.kiosk import Kiosk
from verification.log.chain import Head
from verification.log.content import noted
from verification.log.events import Event
from verification.log.house_events import LogNoted
from verification.log.writing import write_alone
from verification.rights import Actor, Right, needs


@needs(Right.CHANGE_HOUSE)
def note_log(
    actor: Actor, kiosk: Kiosk, why: str, stood: Sequence[Head], over: Sequence[Head]
) -> Event:
    """Note that an older log was restored.

    Args:
        actor: An administrator.
        kiosk: The kiosk.
        why: The reason, in words; sealed.
        stood: The end of each desk's chain as it stands.
        over: Heads noted before that contradict it; these alone are excused.

    Raises:
        RequestError: There is no reason, or nothing contradicts the log.
    """
    if not why.strip():
        raise RequestError("Hãy ghi lý do", "Give a reason")
    if not over:
        raise RequestError(
            "Không có đầu chuỗi nào trái với nhật ký, nên không có gì để ghi chú",
            "No noted head contradicts the log, so there is nothing to note",
        )
    what = LogNoted(tuple(map(str, stood)), tuple(map(str, over)))
    return write_alone(kiosk.written, actor, what, content=noted(why))
