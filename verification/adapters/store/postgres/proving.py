"""A store on PostgreSQL as it is proved: one snapshot of it, copied into a file that is looked at.

The checks are those of a file. The register alone is another one: each desk has its own.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from verification.adapters.store.copies import folder_of_copies
from verification.adapters.store.heads import heads_in
from verification.adapters.store.postgres.address import Address
from verification.adapters.store.postgres.database import Connection, Working, run
from verification.adapters.store.postgres.proving_cards import card_file
from verification.adapters.store.postgres.register import unproved
from verification.adapters.store.postgres.taking_out import take_out
from verification.adapters.store.postgres.whole import snapshot
from verification.adapters.store.sqlite.database import connect, errors_in_words
from verification.adapters.store.sqlite.proof.copying import PROOF, Copy, DeskRegister, opening
from verification.log.chain import Head
from verification.log.sealing import Binder

_COPY = "copy.db"
_ENTRIES = "SELECT n, seq, mac FROM log_written WHERE desk = ? ORDER BY n"
_END = "SELECT count, digest, mac FROM log_end WHERE desk = ?"


@contextmanager
def copied(
    address: Address,
    beside: Path,
    head_file: Path,
    master: bytes | None = None,
    given: Sequence[Head] = (),
    *,
    elsewhere: bool = False,
    half: bool = False,
) -> Iterator[Copy]:
    """Copy a store and open the copy; the store is not changed and nobody waits.

    Args:
        address: Of the database, or of a replica of it.
        beside: Where its file would lie: this server's card files lie in that folder.
        head_file: Where this server notes ends of chains.
        master: The master key, None where it is not there, `NO_KEY` where its file holds none.
        given: Heads that whoever asks kept elsewhere.
        elsewhere: True for one that is not this installation's own.
        half: True where it may be one half copied.

    Raises:
        StoreError: It cannot be reached, or holds no log.
    """
    heads = heads_in(head_file)  # before the log, which may be longer than they, never shorter
    with folder_of_copies(PROOF) as folder:
        file = folder / _COPY
        with errors_in_words(file), closing(connect(file)) as connection:
            with snapshot(address) as source:
                met = take_out(source, connection, half=half)
                connection.execute("PRAGMA temp_store = MEMORY")
                sealer, binder, wrong = opening(connection, master)
                registers = _registers(source, binder) if binder else {}
                is_kept, differing = card_file(source, connection, file.parent)
            yield Copy(
                connection,
                file if is_kept else beside,
                head_file,
                heads,
                given,
                sealer,
                binder,
                wrong_key=wrong,
                elsewhere=elsewhere,
                registers=registers,
                met=[*met, *differing],
            )


def _registers(source: Connection, binder: Binder) -> dict[str, DeskRegister]:
    """Return the registers that do not prove their desks."""
    return {desk: _register(source, desk) for desk in unproved(Working(source), binder)}


def _register(source: Connection, desk: str) -> DeskRegister:
    ends = run(source, _END, (desk,))
    return DeskRegister(run(source, _ENTRIES, (desk,)), ends[0] if ends else None)
