"""A file of refused rows, mended in a spreadsheet, is a list again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support import MORNING
from verification.adapters.imports.importing import IMPORTABLE, import_file

if TYPE_CHECKING:
    from pathlib import Path


def test_refused_rows_that_were_mended_are_imported_from_their_own_file(tmp_path: Path) -> None:
    source, folder = tmp_path / "list.csv", tmp_path / "cards"
    source.write_text(
        "ma_the,ho_ten,ngay_sinh,gt_the_den\n"
        "DN4797900000501,Người Mẫu,01/13/1990,-\n"
        "DN4797900000502,Người Mẫu,1990,2026-12-31\n",
        encoding="utf-8",
    )
    report = import_file(folder, IMPORTABLE["cards"], source, MORNING)
    assert (report.added, report.rejected) == (1, 1)
    assert report.rejects_file is not None
    mended = tmp_path / "mended.csv"
    with open(report.rejects_file, encoding="utf-8") as file:  # noqa: PTH123
        mended.write_text(file.read().replace(",01/13/1990,", ",13/01/1990,"), encoding="utf-8")
    again = import_file(folder, IMPORTABLE["cards"], mended, MORNING)
    assert (again.added, again.rejected, again.noted) == (1, 0, 0)
