"""Going back to the card file before the last import."""

from pathlib import Path

from verification.adapters.store.sqlite.card_file import next_card_file
from verification.adapters.store.sqlite.card_folder import before_of, is_of
from verification.basics.errors import RequestError
from verification.log.card_files import CardNotes, NewCards, Undoable


def undo(folder: Path, notes: CardNotes, *, keep_demo: bool) -> Undoable:
    """Take the cards from before the last import into use again, in a file of a new number.

    The note comes first and the rename after it, as for an import. Only the file that the log names
    as the one before is taken, byte for byte; one that is in use and was never noted is put aside.

    Args:
        folder: Where the card files are.
        notes: Of the log.
        keep_demo: Whether invented cards may come back.

    Returns:
        What was undone.

    Raises:
        RequestError: There is nothing to go back to, or nothing that may be taken.
        StoreError: The store cannot be written; nothing was changed.
    """
    found: list[Undoable] = []

    def chosen() -> Path:
        found.append(_undoable(notes))
        return _file_before(folder, found[0])

    with next_card_file(folder, notes, keep_demo=keep_demo, chosen=chosen) as draft:
        if draft.begun.demo_left:
            raise RequestError(
                "Trước lần nhập này chỉ có thẻ dùng thử, không quay lại; không có gì bị thay đổi",
                "Before this import there were invented cards only, which do not come back; "
                "nothing was changed",
            )
        what = found[0].what
        draft.what = NewCards("undo", what.table, what.source, what.counts)
    return found[0]


def _undoable(notes: CardNotes) -> Undoable:
    last = notes.last_import()
    if last is not None and last.what.why == "undo":
        raise RequestError(
            "Lần nhập trước đã được hoàn tác rồi, chỉ quay lại được một lần nhập",
            "The last import was undone already, only one can be",
        )
    if last is None or last.before is None:
        raise RequestError(
            "Không có dữ liệu thẻ nào trước lần nhập này để quay lại",
            "There is no card file before this import to go back to",
        )
    return last


def _file_before(folder: Path, last: Undoable) -> Path:
    """Return the file before: under its name for later, or its own where a kill left it so."""
    name = last.before.name if last.before else ""
    there = [file for file in (before_of(folder / name), folder / name) if file.is_file()]
    sound = [file for file in there if is_of(file, last.before)]
    if sound:
        return sound[0]
    if there:
        raise RequestError(
            f"Tệp {there[0].name} không còn như khi được nhập (hỏng hoặc bị thay), không quay lại "
            "được; hãy nhập lại danh sách thẻ",
            f"{there[0].name} is not as it was imported (damaged or replaced), it is not taken; "
            "import the cards again",
        )
    lost = before_of(folder / name).name
    raise RequestError(
        f"Không còn dữ liệu thẻ trước đó ({lost}); hãy nhập lại danh sách thẻ",
        f"The card file before ({lost}) is there no more; import the cards again",
    )
