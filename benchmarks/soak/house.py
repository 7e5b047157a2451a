"""A house in a folder for the campaign of kills: what works in it, and whether it is sound."""

import itertools
import random
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from verification.adapters.imports.importing import HOSPITAL, IMPORTABLE, How
from verification.adapters.store.heads import foreign_lines, head_file, noted_heads
from verification.adapters.store.sql.reading import read_chains
from verification.adapters.store.sqlite.card_folder import digest_of, newest_file
from verification.adapters.store.sqlite.database import Statements, connect
from verification.basics.errors import RequestError
from verification.log import chain
from verification.log.card_files import CardFile, CardNotes, Fit, fit_of
from verification.operations.backup.making import UNFINISHED, back_up
from verification.operations.backup.restoring import drill
from verification.operations.keys import existing_master_key
from verification.operations.settings import Settings, read_settings
from verification.operations.wiring import (
    finish_import,
    import_list,
    local_now,
    logging_kiosk,
    open_log,
)
from verification.reception import checkin
from verification.reception.answer import Scan
from verification.rights import desk_officer

DESKS = ("1", "2", "3", "4")
LISTS = 5
_ROWS = 60  # of the shortest list
_ALL = How(replace=True, remove_any=True, reject_any=True)
_HEADING = "ma_the,ho_ten,ngay_sinh,gioi_tinh,dia_chi\n"
Say = Callable[[str], None]


@dataclass(frozen=True)
class House:
    """One house.

    Args:
        folder: Where it is; the lists and the backups lie beside.
    """

    folder: Path

    @property
    def settings(self) -> Settings:
        """Return its settings."""
        return read_settings(
            {"KIOSK_DB": str(self.folder / "kiosk.db"), "KIOSK_DESKS": ",".join(DESKS)}
        )

    @property
    def backups(self) -> Path:
        """Return where its backups go."""
        return self.folder.parent / "backups"


def write_lists(folder: Path) -> None:
    """Write the lists that are imported in turn; each row says which list it is of."""
    for number in range(LISTS):
        rows = (
            f"DN479{at:010d},Người Mẫu Thứ {at},1990,1,Lần {number}\n"
            for at in range(size_of(number))
        )
        (folder / f"list-{number}.csv").write_text(_HEADING + "".join(rows), encoding="utf-8")


def size_of(number: int) -> int:
    """Return how many cards a list has; no two have as many."""
    return _ROWS + 20 * number


def desks(house: House, seed: str, say: Say) -> None:
    """Check in at all desks at once until killed; each visit is said once it is written down."""
    with logging_kiosk(house.settings) as kiosk:

        def work(desk: str) -> None:
            chance, actor = random.Random(f"{seed}:{desk}"), desk_officer(desk)
            while True:
                number = f"DN479{chance.randrange(20_000):010d}"
                if chance.random() < 0.5:
                    number = f"HT379{chance.randrange(10**10):010d}"
                answer = checkin.check_in(actor, kiosk, Scan((number.encode(),)))
                if answer.visit:
                    say(f"visit {answer.visit.visit_id}")

        threads = [threading.Thread(target=_told, args=(work, desk, say)) for desk in DESKS]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def _told(work: Callable[[str], None], desk: str, say: Say) -> None:
    try:
        work(desk)
    except Exception as error:  # noqa: BLE001  # the campaign is to hear of it
        say(f"! desk {desk}: {error!r}")


def imports(house: House, first: int, say: Say) -> None:
    """Import one list after the other until killed; each is said before and after."""
    for turn in itertools.count(first):
        file = house.folder.parent / f"list-{turn % LISTS}.csv"
        say(f"begins {turn}")
        import_list(house.settings, IMPORTABLE["cards"], file, _ALL, HOSPITAL)
        say(f"imported {turn}")


def backs_up(house: House, say: Say) -> None:
    """Make backups until killed."""
    while True:
        with suppress(RequestError):  # a second in which one was made already
            say(f"backup {back_up(house.settings, house.backups, local_now).folder.name}")


def faults(house: House, acknowledged: Sequence[str], turns: Mapping[str, int], say: Say) -> None:
    """Say what is wrong with a house whose processes were killed; open it as the next start does.

    Args:
        house: The house.
        acknowledged: Visits that were said to be written down.
        turns: The import that was last `imported`, and the last that `begins`.
        say: Takes a line for each; further lines that begin with `=` count what was met.
    """
    for line in itertools.chain(_log_faults(house, acknowledged), _card_faults(house, turns)):
        say(line)
    with closing(open_log(house.settings)) as log:
        for part in log.damaged():
            say(f"the projection is not what the log adds up to: {part}")
        for row in log.unreadable():
            say(f"cannot be read: {row}")


def _log_faults(house: House, acknowledged: Sequence[str]) -> Iterator[str]:
    db = house.settings.db
    with closing(connect(db, read_only=True)) as connection:
        chains = read_chains(Statements(connection))
        visits = {row[0] for row in connection.execute("SELECT visit_id FROM visit")}
        whole = connection.execute("PRAGMA integrity_check").fetchone()[0]
    if whole != "ok":
        yield f"integrity: {whole}"
    heads = noted_heads(db)
    for desk, rows in chains.items():
        yield from (f"chain {desk}: {one}" for one in chain.verify(rows, heads.get(desk, ())))
    yield from (f"no head of {desk}" for desk in heads if desk not in chains)
    yield from (f"a line that is no head: {at}" for at in foreign_lines(head_file(db)))
    logged = {f"{desk}-{row['seq']}" for desk, rows in chains.items() for row in rows}
    yield from (f"lost: visit {one}" for one in acknowledged if one not in visits)
    yield from (f"lost: event {one}" for one in acknowledged if one not in logged)


def _card_faults(house: House, turns: Mapping[str, int]) -> Iterator[str]:
    """Yield what is wrong with the card file; a draft that was noted is first put in its place."""
    if _fit(house) is not Fit.FITS:
        yield "= killed between note and rename"
    drafts = list(house.folder.glob("*.draft"))
    if drafts:
        yield "= a draft was left"
    finish_import(house.settings)
    if (fit := _fit(house)) is not Fit.FITS:
        yield f"the card file in use is not the noted one: {fit}"
    file = newest_file(house.folder)
    if file is None:
        yield "no card file"
        return
    try:
        with closing(connect(file, read_only=True)) as connection:
            whole = connection.execute("PRAGMA integrity_check").fetchone()[0]
            by_list = "SELECT dia_chi, count(*) FROM card GROUP BY dia_chi"
            held = dict(connection.execute(by_list).fetchall())
    except sqlite3.Error as error:
        yield f"{file.name}: {error}"
        return
    if whole != "ok":
        yield f"{file.name}: {whole}"
    may_be = [turn % LISTS for turn in range(turns["imported"], turns["begins"] + 1)]
    if held not in [{f"Lần {number}": size_of(number)} for number in may_be]:
        yield f"the cards in use are {held}, of the imports {dict(turns)}"


def _fit(house: House) -> Fit:
    with closing(open_log(house.settings)) as log:
        noted = CardNotes(log).newest()
    file = newest_file(house.folder)
    return fit_of(noted, CardFile(file.name, digest_of(file)) if file else None)


def backup_faults(house: House, say: Say) -> None:
    """Say which backup one could not go back to; what was broken off bears another name."""
    key = existing_master_key(house.settings)
    for folder in sorted(house.backups.iterdir()):
        if folder.name.startswith(UNFINISHED):
            say("= a backup was broken off")
            continue
        say("= backups drilled")
        done = drill(house.settings, folder, key, local_now, house.folder.parent)
        for problem in done.problems:
            say(f"backup {folder.name}: {problem.en}")
