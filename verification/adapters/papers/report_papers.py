"""A report as a file: CSV for programs, XLSX for sums, PDF to sign; one drawing for every kind."""

from collections.abc import Callable, Mapping

from verification.adapters.papers.report_words import said
from verification.adapters.papers.sheets import XLSX_TYPE
from verification.basics.errors import RequestError
from verification.exchange.reports.report import Report

FORMS: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": XLSX_TYPE,
    "pdf": "application/pdf",
}
"""What a report is written as, with the type that a browser is told."""


def printed(report: Report, form: str, lang: str = "vi") -> bytes:
    """Return a report as a file.

    Args:
        report: The report.
        form: `csv`, `xlsx` or `pdf`.
        lang: `vi` or `en`.

    Raises:
        RequestError: There is no such form.
    """
    if form not in FORMS:
        raise RequestError(said("no_form", "vi"), said("no_form", "en"))
    return _drawing(form)(report, lang)


def _drawing(form: str) -> Callable[[Report, str], bytes]:
    # the libraries are slow to import: who wants one form does not wait for the others
    if form == "pdf":
        from verification.adapters.papers.report_pdf import report_pdf  # noqa: PLC0415

        return report_pdf
    if form == "xlsx":
        from verification.adapters.papers.report_workbook import report_workbook  # noqa: PLC0415

        return report_workbook
    from verification.adapters.papers.report_sheets import report_csv  # noqa: PLC0415

    return report_csv
