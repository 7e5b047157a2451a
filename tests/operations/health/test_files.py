"""The end of a log that is lost is told by the heads beside it, until somebody says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support import DESK, open_kiosk, payload
from tests.tamper_support import proved
from verification.adapters.store.heads import head_file
from verification.officers.log_note import note_log
from verification.operations.health.files import file_lines, lost_heads
from verification.operations.health.line import Tone
from verification.reception.answer import Scan
from verification.reception.checkin import check_in
from verification.rights import command_line

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import Clock


def test_a_wal_that_went_between_two_runs_is_told_until_it_is_noted(
    store_folder: Path, clock: Clock
) -> None:
    db = store_folder / "kiosk.db"
    with open_kiosk(store_folder, clock) as (kiosk, log):
        check_in(DESK, kiosk, Scan((payload("patient-1"),)))
        assert [line.tone for line in file_lines(head_file(db), log)] == [Tone.OK]
    before = db.read_bytes()  # as it is without what the WAL held
    with open_kiosk(store_folder, clock) as (kiosk, log):
        check_in(DESK, kiosk, Scan((payload("s2"),)))
    db.write_bytes(before)
    for end in ("-wal", "-shm"):
        db.with_name(f"{db.name}{end}").unlink(missing_ok=True)
    assert {finding.kind.value for finding in proved(db).findings} == {"cut"}
    with open_kiosk(store_folder, clock) as (kiosk, log):
        check_in(DESK, kiosk, Scan((payload("s3"),)))
        (line,) = file_lines(head_file(db), log)
        assert (line.key, line.tone) == ("cut", Tone.BAD)
        note_log(
            command_line("1"), kiosk, "mất điện", log.places.heads(), lost_heads(head_file(db), log)
        )
        assert [line.tone for line in file_lines(head_file(db), log)] == [Tone.OK]
