"""An import that was killed goes on where it was, and ends as if it had never been."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support import MORNING, ROOT
from verification.adapters.imports.importing import IMPORTABLE, How, ImportReport, import_file
from verification.adapters.store.sqlite.card_folder import newest_file

if TYPE_CHECKING:
    from verification.adapters.imports.progress import Progress

HEADING = "ma_the,ho_ten,ngay_sinh,gioi_tinh,trang_thai\n"
_KILLED = """
import os, signal, sys
from pathlib import Path
from tests.support import MORNING
from verification.adapters.imports import progress, taking
from verification.adapters.imports.importing import IMPORTABLE, How, import_file
from verification.adapters.store.sqlite.draft import Draft
progress._KEEPS_AFTER = progress._SHARE = 0
taking._BATCH = 20
folder, source, left, kind = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
keep = Draft.keep
def kept(self, state):
    global left
    keep(self, state)
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
Draft.keep = kept
import_file(folder, IMPORTABLE[kind], source, MORNING, How(replace=True, remove_any=True))
"""


def listed(folder: Path, count: int = 200) -> Path:
    """Return a list of rows of which some are bad, some stand twice, and some withdraw a card."""
    rows = []
    for at in range(count):
        status = "thu_hoi" if at % 17 == 3 else "hieu_luc"
        birth = "1990-13-01" if at % 11 == 5 else "1990-01-01"
        number = at - 30 if at % 37 == 36 else at
        rows.append(f"DN479790{number:07d},Người Thứ {number},{birth},1,{status}\n")
    path = folder / "list.csv"
    path.write_text(HEADING + "".join(rows), encoding="utf-8")
    return path


def begun(folder: Path) -> Path:
    """Return a folder of card files that holds some of the cards, and others."""
    folder.mkdir()
    source = folder / "first.csv"
    rows = [f"DN479790{at:07d},Tên Cũ {at},1980-01-01,2,thu_hoi\n" for at in range(100, 320)]
    source.write_text(HEADING + "".join(rows), encoding="utf-8")
    import_file(folder, IMPORTABLE["cards"], source, MORNING)
    source.unlink()
    return folder


def killed(folder: Path, source: Path, after: int) -> None:
    """Import, and be killed once so often was kept how far it came."""
    words = [sys.executable, "-c", _KILLED, str(folder), str(source), str(after), "cards"]
    done = subprocess.run(words, cwd=ROOT, env=os.environ, capture_output=True, check=False)
    assert done.returncode == -9, done.stderr


def taken(folder: Path, source: Path, told: list[Progress]) -> ImportReport:
    """Import it again."""
    how = How(replace=True, remove_any=True)
    return import_file(folder, IMPORTABLE["cards"], source, MORNING, how, told=told.append)


def tables(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return all that the card file in use holds."""
    file = newest_file(folder)
    assert file
    with closing(sqlite3.connect(file)) as db:
        query = "SELECT name FROM sqlite_master WHERE type = 'table'"
        names = [
            name
            for (name,) in db.execute(query)
            if not name.startswith(("_sqlite_migrations", "name_part"))
        ]
        made = db.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
        rows = {name: sorted(db.execute(f"SELECT * FROM {name}"), key=repr) for name in names}
    return {**rows, "made": made}


@pytest.mark.parametrize("after", [1, 5, 9])
def test_a_killed_import_goes_on_and_ends_as_in_one_go(tmp_path: Path, after: int) -> None:
    source = listed(tmp_path)
    folder, other = begun(tmp_path / "killed"), begun(tmp_path / "whole")
    before = tables(folder)
    killed(folder, source, after)
    assert tables(folder) == before
    told: list[Progress] = []
    report, whole = taken(folder, source, told), taken(other, source, [])
    assert told[0].goes_on_at == 20 * after + 2
    assert tables(folder) == tables(other)
    assert (report.read, report.added, report.removed) == (whole.read, whole.added, whole.removed)
    assert report.changes == whole.changes
    files = [Path(str(one.rejects_file)) for one in (report, whole)]
    refused = [sorted(file.read_bytes().splitlines()) for file in files]
    assert refused[0] == refused[1]  # a batch tells of its bad rows first, then of repeated ones
    assert not list(folder.glob("*.draft*"))


def other_list(_folder: Path, source: Path) -> None:
    source.write_text(source.read_text(encoding="utf-8").replace("Thứ 3,", "Thứ Ba,"), "utf-8")


def other_base(folder: Path, source: Path) -> None:
    draft = next(folder.glob("*.draft")).read_bytes()
    import_file(folder, IMPORTABLE["cards"], source, MORNING)
    (folder / "cards-3.draft").write_bytes(draft)


def damaged(folder: Path, _source: Path) -> None:
    draft = next(folder.glob("*.draft"))
    raw = bytearray(draft.read_bytes())
    raw[8192:12288] = bytes(4096)
    draft.write_bytes(raw)


def cut(folder: Path, _source: Path) -> None:
    draft = next(folder.glob("*.draft"))
    draft.write_bytes(draft.read_bytes()[:5000])


def without_its_rejects(folder: Path, _source: Path) -> None:
    next(folder.glob("rejects-*")).unlink()


@pytest.mark.parametrize("change", [other_list, other_base, damaged, cut, without_its_rejects])
def test_what_does_not_fit_any_more_begins_anew(tmp_path: Path, change: object) -> None:
    source, folder = listed(tmp_path), begun(tmp_path / "killed")
    killed(folder, source, 4)
    assert callable(change)
    change(folder, source)
    told: list[Progress] = []
    assert taken(folder, source, told).read == 200
    assert not any(progress.goes_on_at for progress in told)
