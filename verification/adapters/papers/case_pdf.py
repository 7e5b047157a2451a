"""One case on paper: what was seen, what it scored, who decided."""

from fpdf.fonts import FontFace

from verification.adapters.papers.decision import decision_of
from verification.adapters.papers.page import AMBER, BLUE, GREY, LEFT, LINE, RED, WIDTH, Page
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

_COLUMNS = (22, 28, 26, 38, 26, 20, 20)
_MOST_ROWS = 40
_SIGNED = 36.0  # height of a place to sign


def case_pdf(file: CaseFile, actor: Actor, kiosk: Kiosk, lang: str) -> bytes:
    """Return a case as PDF; without a second person's approval it says that it is internal.

    Args:
        file: The case with its evidence.
        actor: Who prints.
        kiosk: The kiosk.
        lang: `vi` or `en`.
    """
    return _Paper(file, actor, kiosk, lang).printed()


class _Paper(Page):
    def __init__(self, file: CaseFile, actor: Actor, kiosk: Kiosk, lang: str) -> None:
        self._file, self._actor, self._kiosk, self._lang = file, actor, kiosk, lang
        super().__init__(word(lang, "paper.title", number=file.case.number))

    def footer(self) -> None:
        """Say on each page when and by whom it was printed."""
        self.set_y(-14)
        self.ink(7.5, colour=GREY)
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
        self._decision()

    def _word(self, key: str, **params: object) -> str:
        return word(self._lang, key if "." in key else f"paper.{key}", **params)

    def _head(self) -> None:
        second, case = self._file.approved_by, self._file.case
        self.ink(9, "B", BLUE if second else RED)
        maker = case.release.maker if case.release else ""
        outside = self._word("outside", maker=maker, second=second)
        self.says(outside if second else self._word("inside"))
        self.ink(16, "B")
        self.says(self._word("title", number=case.number), 9)

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
        self.ink(9)
        for name, value in facts.items():
            self.cell(48, LINE, self._word(name))
            self.says(value)

    def _decision(self) -> None:
        """Write what was decided and why, and leave room for two signatures, all on one page."""
        file = self._file
        made = decision_of(self._kiosk, file.case, file.approved_by, self._lang)
        if self.will_page_break(_SIGNED + LINE * (7 + len(made.words) // 90)):
            self.add_page()
        self.heading(self._word("decision"))
        at = f"{made.at.astimezone(VIETNAM):%H:%M %d/%m/%Y}" if made.at else ""
        told = {"outcome": made.outcome, "reason": made.reason, "said": made.words, "at": at}
        self.ink(9)
        for name, value in told.items():
            if value:
                self.cell(48, LINE, self._word(name))
                self.says(value)
        self.ln(2)
        top, wide = self.get_y(), WIDTH / 2 - 4
        self.set_draw_color(*GREY)
        for side, place in enumerate(made.signatures):
            left = LEFT + side * (wide + 8)
            self.rect(left, top, wide, _SIGNED)
            self.set_xy(left + 3, top + 2)
            self.ink(8.5, "B")
            self.multi_cell(wide - 6, 4.4, place.role)
            self.set_xy(left + 3, top + _SIGNED - 11)
            self.ink(9)
            self.multi_cell(wide - 6, 4.4, place.name)
            self.set_xy(left + 3, top + 7)
            self.ink(7.5, colour=GREY)
            self.cell(wide - 6, 4, self._word("sign"))
        self.set_y(top + _SIGNED)

    def _unread(self, card: Content) -> str:
        return card.unreadable[0].line.in_language(self._lang) if card.unreadable else "••••"

    def _timeline(self) -> Timeline:
        rows = [row for row in self._file.rows if not row.cancelled]
        return timeline(rows, self._kiosk.today(), self._word("page.at"))

    def _picture(self, picture: Timeline) -> None:
        lines = max((label.level + 1 for label in picture.labels), default=0)
        top, left, width = self.get_y() + 4 + 4 * lines, LEFT + 16, WIDTH - 20
        self.ink(7, colour=GREY)
        for row, code in enumerate(picture.facilities):
            self.text(LEFT, top + 6 * row + 4, code)
        bottom = top + 6 * len(picture.facilities) + 1
        self.set_draw_color(*GREY)
        self.line(left, bottom, left + width, bottom)
        for x, day in picture.ticks:
            self.text(left + x * width - 3, bottom + 4, f"{day:%d/%m}")
        self.set_fill_color(*AMBER)
        for bar in picture.bars:
            size = max((bar.end - bar.x) * width, 1.5)
            self.rect(left + bar.x * width, top + 6 * bar.line + 2, size, 2, style="F")
            days = f"{bar.first:%d/%m}–{bar.last:%d/%m}"
            self.text(left + bar.x * width + size + 1, top + 6 * bar.line + 4, days)
        for point in picture.points:
            self.set_fill_color(*(RED if point.red else BLUE))
            shape = self.rect if point.red else self.ellipse
            shape(left + point.x * width - 1.1, top + 6 * point.line + 1.9, 2.2, 2.2, style="F")
        self.ink(7, colour=RED)
        for label in picture.labels:
            at = left + label.x * width - self.get_string_width(label.text) / 2
            most = LEFT + WIDTH - self.get_string_width(label.text)
            self.text(max(LEFT, min(at, most)), top - 1 - 4 * label.level, label.text)
        self.set_y(bottom + 5)
        if picture.hidden:
            self.ink(7, colour=GREY)
            self.says(self._word("page.and_places", n=picture.hidden), 4)

    def _parts(self) -> None:
        self.heading(self._word("parts"))
        self.ink(9)
        for part in self._file.case.parts:
            points = f"+{part.score}" if part.hit else "0"
            version = f" (v{part.version})" if part.version else ""
            self.cell(14, LINE, points)
            said = flag_sentence(self._kiosk, part, self._lang)
            said += "" if part.hit else f" ({self._word(f'page.part_{part.state}')})"
            # "today" in a sentence is the day of its flag
            self.says(f"{part.rule}{version} {vi_date(local_day(part.at))}: {said}")

    def _rows(self) -> None:
        self.heading(self._word("rows"))
        self.ink(7.5)
        heads = ("when", "where", "how", "name", "officer", "document", "answer")
        bold = FontFace(emphasis="BOLD")
        self.set_fill_color(255)
        with self.table(
            col_widths=_COLUMNS, line_height=4.2, headings_style=bold, text_align="LEFT"
        ) as table:
            table.row([self._word(f"page.{head}") for head in heads])
            for row in self._file.rows[:_MOST_ROWS]:
                red = FontFace(color=RED) if row.rules else None
                table.row(self._cells(row), style=red)
        if (left := len(self._file.rows) - _MOST_ROWS) > 0:
            self.says(self._word("page.and_more", n=left), 4.4)

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
        self.heading(self._word("story"))
        self.ink(8)
        for entry in self._file.case.story:
            when = f"{entry.at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
            who, done = story_words(entry, self._lang)
            self.says(f"{when} · {f'{who}: ' if who else ''}{done}", 4.4)
