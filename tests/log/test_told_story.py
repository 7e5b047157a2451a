"""Both engines say the same of whatever is told and sent, in any order, and so does a rebuild."""

from __future__ import annotations

import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.log.portal_support import HERE, say
from tests.support import MASTER_KEY, Clock
from verification.adapters.store.sqlite.log import SqliteLog
from verification.log.memory import MemoryLog
from verification.log.outbox import handover_item, record_item
from verification.log.sending_events import Delivered, HisTold, NotDelivered
from verification.log.visit_events import (
    Cancelled,
    ContentErased,
    Corrected,
    IdChecked,
    Presented,
    Received,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.log.contract.engines import AnyLog
    from verification.log.events import Happening

    Told = tuple[Happening, Mapping[str, Any] | None]

VISITS = ("1-2", "1-3", "1-5")
"""As the events below are called; the first two are of one presentation."""
ONE = st.sampled_from(VISITS)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "ma_benh": st.sampled_from(["E11", "O80", ""]),
        "so_ngay_thuoc": st.sampled_from([0, 30, -1, "7"]),
        "ket_thuc": st.sampled_from(["", "tu_vong", "2026-11-30", "2026-11-01", "mai"]),
        "ma_loai_kcb": st.sampled_from(["01", "03"]),
        "ngay_ra": st.just("2026-11-28T10:00+07:00"),
        "ngay_vao_noi_tru": st.just("2026-11-23T10:00+07:00"),
    },
)
WHAT = st.one_of(
    st.builds(
        lambda visit, fields, record: (
            HisTold(visit, "his", tuple(sorted(fields)), record),
            {"his": fields},
        ),
        ONE,
        FIELDS,
        st.booleans(),
    ),
    st.builds(lambda visit: (Corrected(visit, phong="p1"), None), ONE),
    st.builds(lambda visit: (IdChecked(visit, "cccd"), None), ONE),
    st.builds(lambda visit: (Cancelled(visit, "khac"), None), ONE),
    st.builds(lambda visit: (ContentErased(visit, ()), None), ONE),
    st.builds(
        lambda visit, nth: (
            Delivered("handover", handover_item(visit, nth), visit, "webhook"),
            None,
        ),
        ONE,
        st.integers(1, 3),
    ),
    st.builds(
        lambda visit, rest: (
            Delivered("record", record_item(visit), visit, "portal", "GD", replaced=rest),
            None,
        ),
        ONE,
        st.booleans(),
    ),
    st.builds(
        lambda visit: (NotDelivered("record", record_item(visit), visit, "status"), None), ONE
    ),
)


def tell(log: AnyLog, clock: Clock, story: Sequence[Told]) -> None:
    """Let three visits begin and a story happen."""
    shown = Presented("bhyt_qr", "eligible", ("valid",), "vssid", ma_cskcb=HERE)
    begun: list[Told] = [
        (shown, {"sha256": "0f", "kem": {"ma_benh": "I10"}}),
        (Received("1-1", "eligible", "valid", "vssid", handover=True), None),
        (Received("1-1", "eligible", "valid", "vssid", again=True), None),
        (shown, {"sha256": "1f"}),
        (Received("1-4", "eligible", "valid", "vssid", handover=True), None),
    ]
    for what, content in (*begun, *story):
        clock.forward(seconds=1)
        say(log, what, content=content)


def says(log: AnyLog) -> tuple[object, ...]:
    """Return all that it adds up to; each log marks numbers by a key of its own."""
    found = (replace(one, shown=None) for one in log.history.visits_of("p", 0, 10**10))
    past = sorted(found, key=lambda one: one.id)
    return list(log.exchanged.waiting()), [log.visit(name) for name in VISITS], past


@settings(max_examples=15, deadline=None)
@given(st.lists(WHAT, max_size=12))
def test_both_engines_and_their_rebuilds_say_the_same_of_any_story(story: list[Told]) -> None:
    clock, other = Clock(), Clock()
    memory = MemoryLog(MASTER_KEY, clock)
    tell(memory, clock, story)
    expected = says(memory)
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(SqliteLog(Path(folder) / "kiosk.db", MASTER_KEY, other)) as log,
    ):
        tell(log, other, story)
        found = says(log)
        log.rebuild()
        again = says(log)
    memory.rebuild()
    assert says(memory) == expected
    assert found == expected
    assert again == expected
