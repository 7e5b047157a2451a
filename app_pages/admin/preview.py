"""What an import would change: the bad statuses that it lifts first and in red, then the rest."""

import csv
import re
from fractions import Fraction
from itertools import islice
from pathlib import Path

import streamlit as st

from app_pages.admin.tables import Toned, grouped, table
from app_pages.shell.language import Words, in_language, plainly
from verification.adapters.imports.changes import Change, ChangeKind
from verification.adapters.imports.importing import ImportReport
from verification.basics.texts import Texts
from verification.card import numbers
from verification.operations.lists.lists import is_much_refused

_TEXTS = Texts("app_pages.admin", "app_pages.shell")
words = Words(_TEXTS)
_STORED = re.compile(rf"\b({'|'.join(map(re.escape, _TEXTS.group('stored')))})\b")
_FIRST = 10
_LONG = re.compile(r"[A-Z]{0,2}\d{9,15}", re.ASCII)
_CELL = re.compile("“(.*)”(?=: )", re.DOTALL)  # of a reason; the cell itself may hold such marks
_UNSEEN = "•••"
_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b", re.ASCII)
_TONES = {ChangeKind.LIFTED: "bad", ChangeKind.REMOVED: "wait"}


def preview(report: ImportReport, rejects: Path | None, share: Fraction) -> None:
    """Draw it.

    Args:
        report: Of the list.
        rejects: Its refused rows.
        share: Of all rows; when more of them are refused that is said in amber.
    """
    lifted = report.changes.examples.get(ChangeKind.LIFTED, ())
    if report.lifted or lifted:
        st.error(words("preview_lifted", count=grouped(report.lifted)), icon="⚠️")
        _examples(lifted, "bad")
    for stop in report.stopped:
        st.error(plainly(in_language(stop.text)), icon="⚠️")
    if report.unread:
        st.warning(words("preview_unread"), icon="⚠️")
    if is_much_refused(report, share):
        st.warning(words("preview_much", **_counts(report)), icon="⚠️")
    st.markdown(words("preview_read", **_counts(report)))
    _kinds(report)
    for kind, found in report.changes.examples.items():
        if kind is not ChangeKind.LIFTED and found:
            with st.expander(words("preview_some", kind=words(f"change_{kind.value}"))):
                _examples(found, _TONES.get(kind, ""))
    if rejects and report.rejected:
        with st.expander(words("preview_refused", count=grouped(report.rejected)), expanded=True):
            _refused(rejects)


def _counts(report: ImportReport) -> dict[str, object]:
    share = report.rejected * 100 / report.read if report.read else 0.0
    percent = f"{share:.1f}" if words.lang == "en" else f"{share:.1f}".replace(".", ",")
    return {
        "read": grouped(report.read),
        "same": grouped(report.same),
        "removed": grouped(report.removed),
        "rejected": grouped(report.rejected),
        "share": percent,
    }


def _kinds(report: ImportReport) -> None:
    counts = report.changes.counts
    rows = [
        (_toned(words(f"change_{kind.value}"), kind), _toned(grouped(counts[kind]), kind))
        for kind in ChangeKind
        if counts.get(kind)
    ]
    if rows:
        table([words("preview_kind"), words("preview_count")], rows)
    else:
        st.caption(words("preview_nothing"))


def _toned(text: str, kind: ChangeKind) -> str | Toned:
    tone = _TONES.get(kind)
    return Toned(text, tone) if tone else text


def _examples(changes: tuple[Change, ...], tone: str) -> None:
    rows = [
        [Toned(text, tone) if tone else text for text in _told(change)]
        for change in changes[:_FIRST]
    ]
    if rows:
        table([words(f"preview_{name}") for name in ("number", "before", "after")], rows)


def _told(change: Change) -> tuple[str, str, str]:
    before = _in_words(change.before) if change.before else words("preview_not_yet")
    after = _in_words(change.after) if change.after else words("preview_no_more")
    return _masked_in(change.number), before, after


def _in_words(text: str) -> str:
    """Write the store's words and days as the page's language does."""
    text = _DAY.sub(r"\3/\2/\1", text)
    return _STORED.sub(lambda found: words(f"stored.{found[1]}"), _masked_in(text))


def _masked_in(text: str) -> str:
    """Mask what is as long as a number of a person."""
    return _LONG.sub(lambda found: numbers.mask(found[0]) or "", text)


def _number_in(cell: str, column: str) -> str:
    """Return a number as it may be seen; a cell of another column may hold a name."""
    if column != "ma_the" or cell == "–" or _LONG.fullmatch(cell):
        return _masked_in(cell)
    return _UNSEEN


def _why(reason: object) -> str:
    """Return a reason; of the cell that it quotes digits and dates alone: it may be a name."""
    quoted = _CELL.sub(
        lambda found: f"“{_UNSEEN if _has_letters(found[1]) else found[1]}”", str(reason)
    )
    return _masked_in(quoted)


def _has_letters(text: str) -> bool:
    return any(char.isalpha() for char in text)


def _refused(rejects: Path) -> None:
    """Show the first refused rows with their reasons."""
    try:
        with rejects.open(encoding="utf-8-sig", newline="") as file:
            rows = [*islice(csv.DictReader(file), _FIRST)]
    except (OSError, ValueError, csv.Error):
        st.caption(words("preview_gone"))
        return
    why = "reason" if words.lang == "en" and rows and "reason" in rows[0] else "ly_do"
    key = next(
        (name for name in ("ma_the", "ma_cskcb", "ma_co_quan") if rows and name in rows[0]), ""
    )
    shown = [
        (str(row.get("dong", "")), _number_in(str(row.get(key) or "–"), key), _why(row.get(why)))
        for row in rows
    ]
    table([words(f"preview_{name}") for name in ("line", "number", "reason")], shown)
