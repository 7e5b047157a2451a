"""That a copy of the whole house was taken is written down, beside it: it is what it was then."""

from verification.log.ports import Log
from verification.log.visit_events import Exported
from verification.log.writing import Who, write_alone
from verification.operations.backup.making import Made


def note_backup(log: Log, who: Who, made: Made) -> None:
    """Log who took a backup, and of how many visits; of a damaged store nothing more is written.

    Args:
        log: The log.
        who: The command line, or the house itself by its schedule.
        made: The backup.

    Raises:
        StoreError: It cannot be written; the backup is there.
    """
    if made.manifest.sound:
        write_alone(log, who, Exported("backup", rows=made.manifest.counts.get("visit")))
