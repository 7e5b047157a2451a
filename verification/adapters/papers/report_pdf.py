"""A report as sheets of A4, as official reports look, with places to sign."""

from collections.abc import Sequence

from fpdf.enums import Align

from verification.adapters.papers.page import BLUE, GREY, INK, LEFT, LINE, RED, WIDTH, Page
from verification.adapters.papers.report_table import Fitted, fitted, laid
from verification.adapters.papers.report_words import (
    NOTHING,
    at_read,
    bars,
    cell_read,
    facility_read,
    period_read,
    said,
)
from verification.basics.dates import VIETNAM
from verification.exchange.reports.report import Cell, Report, Share, Sheet, Table

_SIZES = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
_BAR_ROOM, _BAR_HEIGHT = 38.0, 2.6
_ROW_PAD = 0.8
_SIGNED = 32.0
_HALF = WIDTH / 2
_BOTTOM = 20.0
_PALE = (236, 241, 246)
_MOST_OF_FACTS = 66.0
_TITLE, _KEPT_WHOLE = 11.0, 70.0  # a table that is no higher is not parted
_MOST_IN_A_ROW = 3  # places to sign


def report_pdf(report: Report, lang: str) -> bytes:
    """Return a report as PDF."""
    return _Paper(report, lang).printed()


class _Paper(Page):
    def __init__(self, report: Report, lang: str) -> None:
        self._report, self._lang = report, lang
        super().__init__(report.title.in_language(lang))
        self.set_lang(lang)
        self.set_auto_page_break(auto=True, margin=_BOTTOM)

    def footer(self) -> None:
        """Say who made it when, and which page of how many it is."""
        self.set_y(-13)
        self.ink(7.5, colour=GREY)
        made, officer = at_read(self._report.made_at), self._report.officer
        self.cell(WIDTH - 40, 4, self._said("made", at=made, officer=officer))
        page = self._said("page", page=self.page_no(), pages="{nb}")
        self.cell(40, 4, page, align=Align.R)

    def draw(self) -> None:
        """Write all of it."""
        for at, sheet in enumerate(self._report.sheets):
            if at:
                self.add_page()
            self._heading(sheet)
            self._sheet(sheet)

    def _said(self, key: str, **params: object) -> str:
        return said(key, self._lang, **params)

    def _heading(self, sheet: Sheet) -> None:
        report, made = self._report, self._report.made_at.astimezone(VIETNAM)
        day = {"day": f"{made:%d}", "month": f"{made:%m}", "year": made.year}
        name, code = report.facility_name, report.facility
        coded = self._said("facility", code=code) if code else self._said("facility_unknown")
        left = [(name.upper() or facility_read(report, self._lang), "B")]
        left += [(coded, "")] if name else []
        right = [(self._said("state"), "B"), (self._said("motto"), "B")]
        top = self.get_y()
        ends = [self._column(LEFT, left, top), self._column(LEFT + _HALF, right, top)]
        self._under(LEFT + _HALF, ends[1], 44)
        self._under(LEFT, ends[0], 24)
        top = max(ends) + 2.5
        self._column(LEFT, [(self._said("number"), "")], top)
        self.set_y(self._column(LEFT + _HALF, [(self._said("dated", **day), "")], top))
        self._titles(sheet)

    def _column(self, left: float, lines: Sequence[tuple[str, str]], top: float) -> float:
        """Write lines in the middle of a half of the page; return where they end."""
        for text, style in lines:
            self.ink(9, style)
            for line in laid(text, _HALF, self.get_string_width):
                self.set_xy(left, top)
                self.cell(_HALF, 4.6, line, align=Align.C)
                top += 4.6
        return top

    def _under(self, left: float, y: float, wide: float) -> None:
        self.set_draw_color(*INK)
        middle = left + _HALF / 2
        self.line(middle - wide / 2, y + 0.8, middle + wide / 2, y + 0.8)

    def _titles(self, sheet: Sheet) -> None:
        self.ln(4)
        self.ink(13, "B", BLUE)
        self._middle(self._report.title.in_language(self._lang), 6.5)
        if title := sheet.title.in_language(self._lang):
            self.ink(10.5, "B")
            self._middle(title, 5.6)
        self.ink(9)
        self._middle(period_read(self._report.period, self._lang), 5)
        if self._report.to:
            self.ln(1.5)
            self.ink(10, "B")
            self._middle(self._said("to", whom=self._report.to.in_language(self._lang)), 5.4)
        self.ln(2)

    def _middle(self, text: str, height: float) -> None:
        for line in laid(text, WIDTH, self.get_string_width):
            self.cell(0, height, line, align=Align.C, new_x="LMARGIN", new_y="NEXT")

    def _warned(self, warnings: Sequence[str]) -> None:
        self.ink(9.5, "B", RED)
        for warning in warnings:
            self.set_x(LEFT)
            self.says(warning, 4.8)
            self.ln(1)

    def _sheet(self, sheet: Sheet) -> None:
        self._warned([one.in_language(self._lang) for one in sheet.warnings])
        facts = [(name.in_language(self._lang), value) for name, value in sheet.facts]
        self.ink(9)
        longest = max((self.get_string_width(name) for name, _ in facts), default=0.0)
        for name, value in facts:
            self._fact(name, value, min(longest + 6, _MOST_OF_FACTS))
        for table in sheet.tables:
            self._table(table)
        if sheet.below:
            self._later()
            for table in sheet.below:
                self._table(table)
        if sheet.notes:
            self.ln(2)
            self._notes([note.in_language(self._lang) for note in sheet.notes])
        self._copies(sheet)
        self._signatures([one.in_language(self._lang) for one in sheet.signatures])

    def _fact(self, name: str, value: Cell, beside: float) -> None:
        """Write a name and its value; `beside` is how much room the names have."""
        self.ink(9)
        width, read = self.get_string_width, cell_read(value, self._lang) or NOTHING
        named, told = laid(name, beside, width), laid(read, WIDTH - beside, width)
        height = LINE * max(len(named), len(told))
        if self.will_page_break(height):
            self.add_page()
        top = self.get_y()
        for left, lines, colour in ((LEFT, named, GREY), (LEFT + beside, told, INK)):
            self.ink(9, colour=colour)
            self._lines(lines, left, top, WIDTH, Align.L, LINE)
        self.set_xy(LEFT, top + height)

    def _later(self) -> None:
        if self.will_page_break(24):
            self.add_page()
        self.ln(5)
        self.set_draw_color(*GREY)
        self.set_dash_pattern(dash=1.5, gap=1.2)
        self.line(LEFT, self.get_y(), LEFT + WIDTH, self.get_y())
        self.set_dash_pattern()
        self.ln(1.5)
        self.ink(9.5, "B", GREY)
        self.says(self._said("later", at=at_read(self._report.made_at)))

    def _notes(self, notes: Sequence[str]) -> None:
        self.ink(8, colour=GREY)
        for note in notes:
            self.set_x(LEFT)
            self.says(note, 4.1)

    def _table(self, table: Table) -> None:
        _Drawn(self, table, self._lang).write()
        if table.notes:
            self.ln(0.8)
            self._notes([note.in_language(self._lang) for note in table.notes])

    def _copies(self, sheet: Sheet) -> None:
        if not (self._report.to and sheet.signatures):
            return
        if self.will_page_break(16 + _SIGNED):  # they stay with the signatures
            self.add_page()
        self.ln(3)
        self.ink(8.5, "B")
        self.says(self._said("copies"), 4.2)
        self.ink(8.5)
        self.says(self._said("copy_to", whom=self._report.to.in_language(self._lang)), 4.2)
        self.says(self._said("copy_kept"), 4.2)

    def _signatures(self, signed: Sequence[str]) -> None:
        for begin in range(0, len(signed), _MOST_IN_A_ROW):
            self._row_of_signatures(signed[begin : begin + _MOST_IN_A_ROW])

    def _row_of_signatures(self, signed: Sequence[str]) -> None:
        if self.will_page_break(_SIGNED + 4):
            self.add_page()
        self.ln(3)
        top, wide = self.get_y(), (WIDTH - 5 * (len(signed) - 1)) / len(signed)
        self.set_draw_color(*GREY)
        for at, who in enumerate(signed):
            left = LEFT + at * (wide + 5)
            self.rect(left, top, wide, _SIGNED)
            self.ink(8.5, "B")
            lines = laid(who, wide - 4, self.get_string_width)
            self._lines(lines, left + 2, top + 2, wide - 4, Align.C, 4.2)
            self.ink(7.5, colour=GREY)
            below = top + 2 + 4.2 * len(lines)
            self._lines([self._said("sign")], left + 2, below, wide - 4, Align.C, 4)
        self.set_xy(LEFT, top + _SIGNED)

    def _lines(
        self, lines: Sequence[str], left: float, top: float, wide: float, align: Align, high: float
    ) -> None:
        for at, line in enumerate(lines):
            self.set_xy(left, top + at * high)
            self.cell(wide, high, line, align=align)


class _Drawn:
    """A table on the paper; its heading stands on every page that it reaches."""

    def __init__(self, paper: _Paper, table: Table, lang: str) -> None:
        self._paper, self._table, self._lang = paper, table, lang
        self._charted = table.charted if table.rows else None
        head = [name.in_language(lang) for name in table.head]
        self._rows = [[cell_read(cell, lang) for cell in row] for row in table.rows]
        self._head = head
        self._fit = self._fitted([head, *self._rows])
        self._high = self._fit.size * 0.46
        self._bars = bars(table)
        self._most = max((bar for bar in self._bars if bar), default=0)

    def write(self) -> None:
        """Write it: title, heading and first row are not parted, and a short table is not."""
        paper, title = self._paper, self._table.title.in_language(self._lang)
        paper.ink(self._fit.size, "B")
        head = self._laid(self._head)
        first = self._laid(self._rows[0]) if self._rows else [[""]]
        least = _TITLE + self._height(head) + self._height(first)
        paper.ink(self._fit.size)
        whole = least + sum(self._height(self._laid(row)) for row in self._rows[1:])
        if paper.will_page_break(whole if whole <= _KEPT_WHOLE else least):
            paper.add_page()
        if title:
            paper.heading(title)
        paper.ink(self._fit.size, "B")
        self._line(head, None)
        for row, cells, bar in zip(self._rows, self._table.rows, self._bars, strict=True):
            paper.ink(self._fit.size)
            middle = self._row(self._laid(row), cells)
            if bar:
                self._bar(middle, bar)
        if not self._rows:
            paper.ink(self._fit.size, colour=GREY)
            paper.says(said("none", self._lang))
        paper.set_x(LEFT)

    def _fitted(self, cells: Sequence[Sequence[str]]) -> Fitted:
        room = WIDTH - (_BAR_ROOM if self._charted is not None else 0)
        self._paper.ink(1.0, "B")  # the widest that its words are written in
        return fitted(cells, room, _SIZES, self._width_of_a_point)

    def _width_of_a_point(self, text: str) -> float:
        return float(self._paper.get_string_width(text))

    def _laid(self, row: Sequence[str]) -> list[list[str]]:
        width = self._paper.get_string_width
        return [laid(text, wide, width) for text, wide in zip(row, self._fit.widths, strict=True)]

    def _height(self, row: Sequence[Sequence[str]]) -> float:
        return max(map(len, row)) * self._high + 2 * _ROW_PAD

    def _row(self, row: list[list[str]], cells: Sequence[Cell]) -> float:
        """Write a row, one that is longer than a page goes on, on the next; return its middle."""
        paper = self._paper
        while True:
            if paper.will_page_break(self._height(row)):
                paper.add_page()
                paper.ink(self._fit.size, "B")
                self._line(self._laid(self._head), None)
                paper.ink(self._fit.size)
            room = paper.page_break_trigger - paper.get_y() - 2 * _ROW_PAD
            fits = max(1, int(room / self._high))
            top = paper.get_y()
            self._line([lines[:fits] for lines in row], cells)
            row = [lines[fits:] for lines in row]
            if not any(row):
                return (top + paper.get_y()) / 2

    def _line(self, row: Sequence[Sequence[str]], cells: Sequence[Cell] | None) -> None:
        """Write one line of the table; the heading where it has no cells."""
        paper, top, height = self._paper, self._paper.get_y(), self._height(row)
        paper.set_draw_color(*GREY)
        paper.set_fill_color(*_PALE)
        left = LEFT
        for at, (lines, wide) in enumerate(zip(row, self._fit.widths, strict=True)):
            paper.rect(left, top, wide, height, style="D" if cells else "DF")
            align = Align.C if cells is None else _side(cells[at])
            for down, line in enumerate(lines):
                paper.set_xy(left, top + _ROW_PAD + down * self._high)
                paper.cell(wide, self._high, line, align=align)
            left += wide
        paper.set_xy(LEFT, top + height)

    def _bar(self, middle: float, value: int) -> None:
        left, wide = LEFT + WIDTH - _BAR_ROOM + 2, (_BAR_ROOM - 3) * value / self._most
        self._paper.set_fill_color(*BLUE)
        self._paper.rect(left, middle - _BAR_HEIGHT / 2, wide, _BAR_HEIGHT, style="F")


def _side(cell: Cell) -> Align:
    """Return on which side of its column a cell stands: numbers on the right."""
    return Align.R if isinstance(cell, int | Share) else Align.L
