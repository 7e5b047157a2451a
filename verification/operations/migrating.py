"""A hospital's store brought into PostgreSQL and back, while no server works on it."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from verification.adapters.store.heads import head_file
from verification.adapters.store.postgres import back, migrating, proving
from verification.adapters.store.postgres.address import Address
from verification.adapters.store.postgres.migrating import Migration, State
from verification.adapters.store.postgres.taking_in import Told
from verification.adapters.store.sql.chains import SqlChains
from verification.adapters.store.sqlite.database import Statements, connect
from verification.adapters.store.sqlite.proof.checks import Proof, prove
from verification.adapters.store.sqlite.proof.copying import Copy, copied
from verification.adapters.store.sqlite.schema import KIOSK
from verification.basics.errors import RequestError, StoreError
from verification.log.findings import Finding
from verification.log.sealing import Binder
from verification.operations.settings import read_settings
from verification.operations.wiring import only_server

if TYPE_CHECKING:
    from verification.adapters.store.postgres.database import Connection

_MOST_NAMED = 5
Said = Callable[[str], None]
"""Is told which step comes: `prove`, `copy`, `cards`, `verify`."""


@dataclass(frozen=True)
class Moved:
    """What was copied.

    Args:
        state: Rows of each table and the heads, the same on both sides.
        card_file: The cards in use, by the name of their file; None where there were none.
        went_on: True where a copying that was ended went on.
        bytes: Of what was made.
    """

    state: State
    card_file: str | None
    went_on: bool
    bytes: int


def into_postgres(file: Path, address: Address, key: bytes, told: Told, said: Said) -> Moved:
    """Copy a store into an empty or half copied database; the file stays as it is.

    Args:
        file: `kiosk.db`, with its card files beside it.
        address: Of the database.
        key: The master key of the store.
        told: Is told how far the copying is.
        said: Is told which step comes.

    Raises:
        RequestError: The file is not sound, or the database holds something else.
        StoreError: Either cannot be read or written; what was copied is gone on from.
        StoreBusy: A server works on the file, or another copies into the database.
    """
    house = read_settings({"KIOSK_DB": str(file.absolute())})
    if not file.exists():
        raise StoreError(f"Không có tệp {file}", f"There is no file {file}")
    with (
        only_server(house),
        copied(file, key) as copy,
        migrating.alone(address) as target,
    ):
        binder = _binder(copy)
        move = Migration(copy, target, binder)

        def proves() -> None:
            said("prove")
            _refuse_unsound(prove(copy), file.name)

        went_on = move.begin(proves)
        said("copy")
        move.copy(told)
        said("cards")
        cards = move.take_cards(address, file.absolute().parent)
        said("verify")
        with proving.copied(address, file, head_file(file), key, half=True) as there:
            _refuse_unsound(prove(there), address.name)
            state = migrating.state_of(there)
        _refuse_written(copy, file)
        move.finish(state)
        return Moved(state, cards.name if cards else None, went_on, migrating.bytes_of(target))


def out_of_postgres(address: Address, file: Path, key: bytes, heads: Path, said: Said) -> Moved:
    """Make a file of a store on PostgreSQL, to go back to; the database stays as it is.

    Args:
        address: Of the database.
        file: The new `kiosk.db`; nothing is overwritten.
        key: The master key of the store.
        heads: Where ends of its chains were noted.
        said: Is told which step comes.

    Raises:
        RequestError: A server works on the database, it is not sound, or the file is there.
        StoreError: Either cannot be read or written; nothing of it is left.
    """
    with migrating.alone(address) as target:
        _refuse_servers(target)
        with back.made(address, file, key, heads, said) as copy:
            said("verify")
            _refuse_unsound(prove(copy), address.name)
            state = migrating.state_of(copy)
            _refuse_servers(target)  # what one wrote meanwhile would be missing
    return Moved(state, back.card_file_of(file), went_on=False, bytes=file.stat().st_size)


def _refuse_servers(target: "Connection") -> None:
    if migrating.servers_on(target):
        raise RequestError(
            "Vẫn còn máy chủ đang nối vào cơ sở dữ liệu: hãy tắt mọi máy chủ rồi chạy lại",
            "Servers are still connected to the database: stop all of them and run this again",
        )


def _binder(copy: Copy) -> Binder:
    if KIOSK.lacks(copy.connection):
        raise RequestError(
            f"{copy.path.name} là của bản kiosk trước: hãy khởi động bản này trên tệp đó một lần",
            f"{copy.path.name} is of a version before: start this version once on that file",
        )
    if copy.binder is None:
        raise RequestError(
            f"Khóa không đi với {copy.path.name}", f"The key does not fit {copy.path.name}"
        )
    return copy.binder


def _refuse_unsound(proof: Proof, name: str) -> None:
    """Refuse to go on from a store, or to end with one, that is not proved.

    Raises:
        RequestError: It is not.
    """
    if proof.findings:
        _refuse(proof.findings, name)


def _refuse(findings: Sequence[Finding], name: str) -> NoReturn:
    shown = [f"{one.desk} {one.seq} {one.kind} {one.what}".strip() for one in findings]
    more = ", …" if len(shown) > _MOST_NAMED else ""
    told = ", ".join(shown[:_MOST_NAMED]) + more
    raise RequestError(
        f"verify-log thấy {len(findings)} chỗ sai ở {name} ({told}): chưa chuyển được",
        f"verify-log finds {len(findings)} faults in {name} ({told}): it is not moved",
    )


def _refuse_written(copy: Copy, file: Path) -> None:
    """Refuse to end where a command wrote into the file while it was copied.

    Raises:
        RequestError: One did.
    """
    with closing(connect(file, read_only=True)) as now:
        heads = SqlChains(Statements(now, file)).heads()
    if {str(head) for head in heads} != {str(copy.log.head(desk)) for desk in copy.log.counts}:
        raise RequestError(
            f"{file.name} đã được ghi thêm trong khi chép: hãy tạo một cơ sở dữ liệu trống rồi "
            "chạy lại",
            f"{file.name} was written while it was copied: make an empty database and run this "
            "again",
        )
