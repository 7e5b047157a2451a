"""Lists of cases as CSV and XLSX; no cell of theirs is ever read as a formula."""

import csv
import io
from collections.abc import Sequence

from openpyxl import Workbook

from verification.case import Case
from verification.case_file import card_of
from verification.case_texts import word
from verification.dates import VIETNAM, vi_date
from verification.kiosk import Kiosk
from verification.number import mask

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_COLUMNS = ("number", "subject", "score", "level", "rules", "state", "outcome", "opened", "due")
_PEOPLE = ("held_by", "closed_by", "approved_by")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def list_rows(kiosk: Kiosk, cases: Sequence[Case], lang: str) -> list[list[str]]:
    """Return the heading and one row a case, numbers masked."""
    heading = [word(lang, f"list.{name}") for name in (*_COLUMNS, *_PEOPLE)]
    return [heading, *(_row(kiosk, case, lang) for case in cases)]


def as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Return rows as CSV, UTF-8 with the mark that spreadsheets look for."""
    text = io.StringIO()
    csv.writer(text).writerows([neutral(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    """Return rows as a workbook of one sheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append([neutral(cell) for cell in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def neutral(cell: str) -> str:
    """Return a cell that no spreadsheet computes: what begins like a formula gets a quote."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _row(kiosk: Kiosk, case: Case, lang: str) -> list[str]:
    card = card_of(kiosk, case) if case.person_ref else {}
    masked = mask(card.get("ma_the") or card.get("ma_so_bhxh") or card.get("so_cccd"))
    desk = word(lang, "page.desk", desk=case.desk) if case.desk else ""
    outcome = word(lang, f"outcome.{case.outcome.value}") if case.outcome else ""
    told = [
        case.number,
        desk or masked or "",
        str(case.score),
        word(lang, f"level.{case.level}"),
        " ".join(part.rule for part in case.parts if part.hit),
        word(lang, f"state.{case.state.value}"),
        outcome,
        f"{case.opened_at.astimezone(VIETNAM):%H:%M %d/%m/%Y}",
        vi_date(case.due) if case.due else "",
    ]
    return told + [name or "" for name in (case.held_by, case.closed_by, case.approved_by)]
