"""The rules in force on a date as one page to print."""

from datetime import date
from fractions import Fraction
from html import escape

from verification.dates import vi_date
from verification.law import Law, Row
from verification.rate import percent_text
from verification.texts import catalogue

_FACTORS = {"base": "mức của thẻ", "full": "100 %", "none": "hỏi cơ quan BHXH", "0": "0 %"}
_STYLE = (
    "body{font:12px/1.35 'Noto Sans','Segoe UI',system-ui,sans-serif;margin:14mm 12mm}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #888;padding:3px 5px;"
    "text-align:left;vertical-align:top}th{background:#eee}h1{font-size:17px}"
    "@page{size:A4 landscape;margin:8mm}@media print{body{margin:0;font-size:10px}}"
)


def rules_page(law: Law, on: date, facility: str) -> str:
    """Return the table as HTML; every value from outside is escaped."""
    head = catalogue().pages["rules_head"].vi.split("|")
    heading = "".join(f"<th>{escape(word)}</th>" for word in head)
    rows = "".join(_row(law, on, row) for row in law.rows("entitlement_rules", on))
    title = f"Quy tắc mức hưởng BHYT áp dụng ngày {vi_date(on)}"
    reference = catalogue().pages["rate_reference"].vi
    return (
        f'<!doctype html><html lang="vi"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style><h1>{title}</h1>"
        f"<p>{escape(facility)} · mức dự kiến, {reference}. Xét từ trên xuống, dòng khớp đầu tiên "
        f"quyết định.</p><table><tr>{heading}</tr>{rows}</table></html>"
    )


def _row(law: Law, on: date, row: Row) -> str:
    names = ("id", "vi", "code", "factor", "source", "confidence", "checked_by")
    cells = (f"<td>{escape(_cell(law, on, row, name))}</td>" for name in names)
    return f"<tr>{''.join(cells)}</tr>"


def _cell(law: Law, on: date, row: Row, name: str) -> str:
    value = row[name]
    if value.startswith("="):  # a parameter of the day
        value = law.parameter(value[1:], on)
    if name == "factor":
        return _FACTORS.get(value) or f"{percent_text(Fraction(value))} % mức của thẻ"
    return value or ("chưa ai ký" if name == "checked_by" else "–")
