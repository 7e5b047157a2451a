"""Tables that show what is bad in red and what is old in amber; text from outside stays text."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from verification.basics.figures import dotted

_LOOK = {
    "": "",
    "ok": "color:#0b6b3a;font-weight:600",
    "bad": "background:#fdeceb;color:#b3261e;font-weight:600",
    "wait": "background:#fff4dc;color:#7a4e00;font-weight:600",
}
_LONG, _WIDE = 30, "min-width:14rem;"
_CELL = "padding:.25rem .6rem;border-bottom:1px solid #d9e1e6;text-align:left;vertical-align:top"


@dataclass(frozen=True)
class Toned:
    """A cell that stands out.

    Args:
        text: What it says.
        tone: `bad`, `wait`, `ok` or nothing.
    """

    text: str
    tone: str


def table(heading: Sequence[str], rows: Sequence[Sequence[str | Toned]]) -> None:
    """Draw a table; on a narrow screen it scrolls by itself."""
    head = "".join(f'<th scope="col" style="{_CELL}">{escape(name)}</th>' for name in heading)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    st.html(
        '<div style="overflow-x:auto" tabindex="0"><table style="border-collapse:collapse;'
        f'font-size:14px;width:100%"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def banner(said: Toned) -> None:
    """Say one thing over a table, in its colour."""
    look = f"{_LOOK[said.tone]};padding:.6rem .9rem;border-radius:8px;font-size:17px"
    st.html(f'<p role="status" style="{look}">{escape(said.text)}</p>')


def grouped(count: int) -> str:
    """Write a count with dots between thousands, in either language."""
    return dotted(count)


def _cell(cell: str | Toned) -> str:
    text, tone = (cell.text, cell.tone) if isinstance(cell, Toned) else (cell, "")
    wide = _WIDE if len(text) > _LONG else ""
    return f'<td style="{_CELL};{wide}{_LOOK[tone]}">{escape(text)}</td>'
