"""One case on paper: what was seen, what it scored, who decided."""

from importlib import resources

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace, TTFFont

from verification.basics.dates import VIETNAM, vi_date
from verification.card.numbers import mask, spaced
from verification.kiosk import Kiosk
from verification.log.case import local_day
from verification.log.unreadable import Content
from verification.review.evidence import CaseFile, EvidenceRow
from verification.review.labels import answer_words, flag_sentence, pair_words, story_words, word
from verification.review.outsider import second_words
from verification.review.timeline import Timeline, timeline
from verification.rights import Actor

_FONT = "DejaVu"
_RED, _BLUE, _AMBER, _GREY = (179, 38, 30), (10, 77, 140), (217, 154, 0), (82, 98, 109)
_LINE = 5.2  # millimetres
_LEFT, _WIDTH = 15.0, 180.0
_COLUMNS = (22, 28, 26, 38, 26, 20, 20)
_MOST_ROWS = 40


def case_pdf(file: CaseFile, actor: Actor, kiosk: Kiosk, lang: str) -> bytes:
    """Return a case as PDF; without a second person's approval it says that it is internal.

    Args:
        file: The case with its evidence.
        actor: Who prints.
        kiosk: The kiosk.
        lang: `vi` or `en`.
    """
    paper = _Paper(file, actor, kiosk, lang)
    # read lazily and left open by the package, which puts others in their place at the end
    opened = [font.ttfont for font in paper.fonts.values() if isinstance(font, TTFFont)]
    try:
        paper.draw()
        return bytes(paper.output())
    finally:
        for font_file in opened:
            font_file.close()


class _Paper(FPDF):
    def __init__(self, file: CaseFile, actor: Actor, kiosk: Kiosk, lang: str) -> None:
        super().__init__()
        self._file, self._actor, self._kiosk, self._lang = file, actor, kiosk, lang
        fonts = resources.files("verification.adapters.papers").joinpath("fonts")
        for style, name in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
            with resources.as_file(fonts.joinpath(name)) as path:
                self.add_font(_FONT, style, path)
        self.set_margins(_LEFT, 14, _LEFT)
        self.set_title(word(lang, "paper.title", number=file.case.number))
        self.add_page()

    def footer(self) -> None:
        """Say on each page when and by whom it was printed."""
        self.set_y(-14)
        self._ink(7.5, colour=_GREY)
        time = f"{self._kiosk.clock().astimezone(VIETNAM):%H:%M %d/%m/%Y}"
        said = self._word("printed", time=time, officer=self._actor.officer)
        self.cell(0, 4, f"{said} · {self._word('page', n=self.page_no())}")

    def draw(self) -> None:
        """Draw all of it."""
        self._head()
        self._facts()
        self._picture(self._timeline())
        self._parts()
        self._rows()
        self._story()

    def _word(self, key: str, **params: object) -> str:
        return word(self._lang, key if "." in key else f"paper.{key}", **params)

    def _ink(
        self, size: float, style: str = "", colour: tuple[int, int, int] = (16, 32, 43)
    ) -> None:
        self.set_font(_FONT, style, size)
        self.set_text_color(*colour)

    def _text(self, text: str, height: float = _LINE) -> None:
        self.multi_cell(0, height, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _heading(self, text: str) -> None:
        self.ln(3)
        self._ink(10.5, "B")
        self._text(text, 6)

    def _head(self) -> None:
        second, case = self._file.approved_by, self._file.case
        self._ink(9, "B", _BLUE if second else _RED)
        maker = case.release.maker if case.release else ""
        outside = self._word("outside", maker=maker, second=second)
        self._text(outside if second else self._word("inside"))
        self._ink(16, "B")
        self._text(self._word("title", number=case.number), 9)

    def _facts(self) -> None:
        case, card = self._file.case, self._file.card
        place = self._kiosk.cards.facility(self._kiosk.facility or "")
        desk = self._word("page.desk", desk=case.desk) if case.desk else ""
        masked = mask(card.get("ma_the") or card.get("ma_so_bhxh") or card.get("so_cccd"))
        decided = [
            name for name in (case.closed_by, second_words(self._kiosk.written, case)) if name
        ]
        outcome = case.outcome.value if case.outcome else "none"
        score = f"{case.score} ({self._word(f'level.{case.level}')})"
        facts = {
            "facility": f"{self._kiosk.facility or ''} {place.ten if place else ''}".strip(),
            "card": desk or (spaced(masked) if masked else self._unread(card)),
            "state": self._word(f"state.{case.state.value}"),
            "outcome": self._word(f"outcome.{outcome}"),
            "decided": ", ".join(decided) or self._word("none"),
            "score": score,
            "ma_lk": self._word("none"),
        }
        self._ink(9)
        for name, value in facts.items():
            self.cell(48, _LINE, self._word(name))
            self._text(value)

    def _unread(self, card: Content) -> str:
        return card.unreadable[0].line.in_language(self._lang) if card.unreadable else "••••"

    def _timeline(self) -> Timeline:
        rows = [row for row in self._file.rows if not row.cancelled]
        return timeline(rows, self._kiosk.today(), self._word("page.at"))

    def _picture(self, picture: Timeline) -> None:
        lines = max((label.level + 1 for label in picture.labels), default=0)
        top, left, width = self.get_y() + 4 + 4 * lines, _LEFT + 16, _WIDTH - 20
        self._ink(7, colour=_GREY)
        for row, code in enumerate(picture.facilities):
            self.text(_LEFT, top + 6 * row + 4, code)
        bottom = top + 6 * len(picture.facilities) + 1
        self.set_draw_color(*_GREY)
        self.line(left, bottom, left + width, bottom)
        for x, day in picture.ticks:
            self.text(left + x * width - 3, bottom + 4, f"{day:%d/%m}")
        self.set_fill_color(*_AMBER)
        for bar in picture.bars:
            size = max((bar.end - bar.x) * width, 1.5)
            self.rect(left + bar.x * width, top + 6 * bar.line + 2, size, 2, style="F")
            days = f"{bar.first:%d/%m}–{bar.last:%d/%m}"
            self.text(left + bar.x * width + size + 1, top + 6 * bar.line + 4, days)
        for point in picture.points:
            self.set_fill_color(*(_RED if point.red else _BLUE))
            shape = self.rect if point.red else self.ellipse
            shape(left + point.x * width - 1.1, top + 6 * point.line + 1.9, 2.2, 2.2, style="F")
        self._ink(7, colour=_RED)
        for label in picture.labels:
            at = left + label.x * width - self.get_string_width(label.text) / 2
            most = _LEFT + _WIDTH - self.get_string_width(label.text)
            self.text(max(_LEFT, min(at, most)), top - 1 - 4 * label.level, label.text)
        self.set_y(bottom + 5)
        if picture.hidden:
            self._ink(7, colour=_GREY)
            self._text(self._word("page.and_places", n=picture.hidden), 4)

    def _parts(self) -> None:
        self._heading(self._word("parts"))
        self._ink(9)
        for part in self._file.case.parts:
            points = f"+{part.score}" if part.hit else "0"
            version = f" (v{part.version})" if part.version else ""
            self.cell(14, _LINE, points)
            said = flag_sentence(self._kiosk, part, self._lang)
            # "today" in a sentence is the day of its flag
            self._text(f"{part.rule}{version} {vi_date(local_day(part.at))}: {said}")

    def _rows(self) -> None:
        self._heading(self._word("rows"))
        self._ink(7.5)
        heads = ("when", "where", "how", "name", "officer", "document", "answer")
        bold = FontFace(emphasis="BOLD")
        self.set_fill_color(255)
        with self.table(
            col_widths=_COLUMNS, line_height=4.2, headings_style=bold, text_align="LEFT"
        ) as table:
            table.row([self._word(f"page.{head}") for head in heads])
            for row in self._file.rows[:_MOST_ROWS]:
                red = FontFace(color=_RED) if row.rules else None
                table.row(self._cells(row), style=red)
        if (left := len(self._file.rows) - _MOST_ROWS) > 0:
            self._text(self._word("page.and_more", n=left), 4.4)

    def _cells(self, row: EvidenceRow) -> list[str]:
        local = row.at.astimezone(VIETNAM)
        desk = f" · {self._word('page.at_desk', desk=row.desk)}" if row.desk else ""
        how = self._word("how.typed" if row.typed else f"how.{row.how}")
        if row.until:
            how = self._word("how.noi_tru", day=f"{row.until:%d/%m/%Y}")
        told = [one.line.in_language(self._lang) for one in row.unreadable]
        told += [pair_words(pair, self._lang).text for pair in row.differences]
        told += [pair_words(pair, self._lang, corrected=True).text for pair in row.corrected]
        return [
            f"{local:%d/%m/%Y %H:%M}"
            + (f" ({self._word('page.cancelled')})" if row.cancelled else ""),
            f"{row.ma_cskcb}{desk}",
            how,
            "; ".join([row.name or ("–" if not row.unreadable else ""), *told]).strip("; "),
            row.officer or "–",
            self._word(f"doc.{row.doi_chieu}") if row.doi_chieu else "–",
            answer_words(self._kiosk, row.answer, self._lang) or "–",
        ]

    def _story(self) -> None:
        self._heading(self._word("story"))
        self._ink(8)
        for entry in self._file.case.story:
            when = f"{entry.at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
            who, done = story_words(entry, self._lang)
            self._text(f"{when} · {f'{who}: ' if who else ''}{done}", 4.4)
