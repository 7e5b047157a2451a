"""The rules in force on a date as one page to print."""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from html import escape

from app_pages.shell.fonts import faces
from verification.basics.dates import vi_date
from verification.basics.rates import percent_text
from verification.basics.texts import Texts
from verification.rules.law.tables import Law, LawRow

_TEXTS = Texts("app_pages.what_if")
_DOUBTED = "hỏi cơ quan BHXH: mức của dòng sau, hoặc mức của thẻ"
_FACTORS = {"base": "mức của thẻ", "full": "100 %", "none": "hỏi cơ quan BHXH", "0": "0 %"}
_LIFTS = {"certain": "có", "ask": "hỏi BHXH", "never": "không"}
_UNSIGNED = "chưa ai ký"
_STYLE = faces() + (
    "body{font:12px/1.35 'Kiosk Sans','Noto Sans','Segoe UI',system-ui,sans-serif;margin:14mm 12mm}"
    "table{border-collapse:collapse;width:100%;margin-top:6px}"
    "td,th{border:1px solid #888;padding:3px 5px;"
    "text-align:left;vertical-align:top}th{background:#eee}h1{font-size:17px}"
    "@page{size:A4 landscape;margin:8mm}@media print{body{margin:0;font-size:10px}}"
)


def rules_page(law: Law, on: date, facility: str) -> str:
    """Return the rules, thresholds and changed digits of a day; every value is escaped."""
    title = escape(_TEXTS("rules_title", date=vi_date(on)).vi)
    rules = (_cells(law, on, row) for row in law.rows("entitlement_rules", on))
    numbers = ((row["id"], row["value"], row["unit"], *_signed(row)) for row in _numbers(law, on))
    digits = (
        (row["muc_huong"], f"{percent_text(Fraction(row['ty_le']))} %", row["vi"], *_signed(row))
        for row in law.rows("benefit_digits", on)
    )
    changed = (
        (row["ma_doi_tuong"], row["thay_cho"], row["muc_huong"], *_signed(row))
        for row in law.rows("object_codes", on)
        if row["thay_cho"]
    )
    return (
        f'<!doctype html><html lang="vi"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style><h1>{title}</h1>"
        f"<p>{escape(facility)} · {escape(_TEXTS('rate_reference').vi)}. "
        f"{escape(_TEXTS('rules_how').vi)}</p>"
        + _table(_TEXTS("rules_head").vi, rules)
        + _table(_TEXTS("rules_numbers").vi, numbers)
        + _table(_TEXTS("rules_digits").vi, digits)
        + _table(_TEXTS("rules_changed").vi, changed)
        + "</html>"
    )


def _table(head: str, rows: Iterable[Sequence[str]]) -> str:
    heading = "".join(f"<th>{escape(word)}</th>" for word in head.split("|"))
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return f"<table><tr>{heading}</tr>{body}</table>"


def _numbers(law: Law, on: date) -> tuple[LawRow, ...]:
    return tuple(row for row in law.rows("parameters", on) if row["confidence"])


def _signed(row: LawRow) -> tuple[str, str, str]:
    return row["source"], row["confidence"], row["checked_by"] or _UNSIGNED


def _cells(law: Law, on: date, row: LawRow) -> list[str]:
    names = ("id", "vi", "code", "factor", "lift", "source", "confidence", "checked_by")
    return [_cell(law, on, row, name) for name in names]


def _cell(law: Law, on: date, row: LawRow, name: str) -> str:
    value = row[name]
    if value.startswith("="):  # a parameter of the day
        value = law.parameter(value[1:], on)
    if name == "factor" and row["holds"]:
        return _DOUBTED
    if name == "factor":
        return _FACTORS.get(value) or f"{percent_text(Fraction(value))} % mức của thẻ"
    if name == "lift":
        return _LIFTS[value]
    return value or (_UNSIGNED if name == "checked_by" else "–")
