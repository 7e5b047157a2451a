"""What stands around the tables of a week or a month."""

from collections.abc import Sequence
from fractions import Fraction

from verification.basics.errors import RequestError
from verification.basics.figures import dotted, share_text
from verification.basics.texts import Text
from verification.exchange.reports.counts.figures import Figures
from verification.exchange.reports.counts.words import TEXTS
from verification.exchange.reports.report import Report, ReportKind, Sheet, Table
from verification.kiosk import Kiosk

_SIGNED = ("made", "head")


def reported(
    officer: str, kiosk: Kiosk, kind: ReportKind, found: Figures, made: Sequence[Table], to: str
) -> Report:
    """Return tables as a report.

    Args:
        officer: By whom.
        kiosk: The kiosk.
        kind: Of what.
        found: What was counted.
        made: Its tables.
        to: To whom it goes, a word of `to`.
    """
    place = kiosk.cards.facility(kiosk.facility) if kiosk.facility else None
    told = told_result(found.visits.persons, found.visits.with_app)
    sheet = Sheet(
        Text("", ""),
        tuple(made),
        facts=((TEXTS("fact.result"), told),),
        notes=(TEXTS("note.reasons"),),
        signatures=tuple(TEXTS(f"sign.{who}") for who in _SIGNED),
    )
    return Report(
        kind,
        TEXTS(f"title.{kind.value}"),
        kiosk.facility or "",
        place.ten if place else "",
        found.span.period(kiosk.clock()),
        kiosk.clock(),
        officer,
        (sheet,),
        TEXTS(f"to.{to}"),
    )


def told_result(whole: int, part: int) -> Text:
    """Return in one sentence how many there are, and how many use the application."""
    if not whole:
        return TEXTS("fact.nobody")
    rest = whole - part
    shares = {
        "share": share_text(Fraction(part, whole)),
        "left": share_text(Fraction(rest, whole)),
    }
    counts = {"whole": dotted(whole), "part": dotted(part), "rest": dotted(rest)}
    return TEXTS("fact.told", **counts, **shares)


def refuse_desk(desk: str | None) -> None:
    """Refuse a report of one desk where it is one of the whole facility.

    Raises:
        RequestError: A desk is asked for.
    """
    if desk:
        raise RequestError(
            "Báo cáo này là của cả cơ sở, không lập riêng cho một quầy",
            "This report is the facility's, there is none of one desk",
        )
