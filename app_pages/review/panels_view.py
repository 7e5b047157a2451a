"""What stands under the evidence: exceptions, the card, other cards, what happened."""

from collections import Counter
from datetime import date

from app_pages.review.head_view import HeadView
from app_pages.shell.language import View
from verification.basics.dates import VIETNAM, vi_date
from verification.card import numbers
from verification.log.case import Case
from verification.review.context import said
from verification.review.evidence import CaseFile
from verification.review.exceptions import Turned, considered
from verification.review.labels import answer_words, story_words


class PanelsView(HeadView):
    """Draws the panels of the open case; none leaves a line out."""

    def panels(self, file: CaseFile) -> list[View]:
        """Return the panels of a case; a desk has no card of its own."""
        first = [self._exceptions(file)]
        if not file.case.desk:
            first += [self._changes(file), self._others(file)]
        return [*first, self._story(file.case)]

    def _exceptions(self, file: CaseFile) -> View:
        found = considered(self.actor, self.kiosk, file.case)
        red = any(one.flagged for one in found.turned)
        lines = [self._turned(one, found.flagged) for one in found.turned]
        missing = [self._series(one) for one in found.turned if not one.flagged + one.others]
        if file.case.desk:
            lines, missing = [self.word("exception_desk")], []
        if missing:
            lines.append(self.word("exception_none", series=", ".join(missing)))
        if found.untold:
            lines.append(self.word("exception_untold", n=found.untold, of=found.flagged))
        if found.without:
            lines.append(self.word("exception_without", rules=" ".join(found.without)))
        answers = Counter(row.answer for row in file.rows if row.answer)
        said = (f"{answer_words(self.kiosk, a, self.board.lang)} ({n})" for a, n in answers.items())
        if answers:
            lines.append(self.word("exception_answers", answers=", ".join(said)))
        lines = [line for line in lines if line]
        return {"title": self.word("exceptions"), "lines": lines or ["–"], "red": red}

    def _turned(self, one: Turned, of: int) -> str:
        series = self._series(one)
        if one.flagged:
            counts = {"n": one.flagged, "of": of, "others": one.others}
            return self.word("exception_flagged", series=series, **counts)
        if one.others:
            return self.word("exception_others", series=series, others=one.others)
        return ""

    def _series(self, one: Turned) -> str:
        return one.text.in_language(self.board.lang)

    def _changes(self, file: CaseFile) -> View:
        lines = [
            self.word(
                "otherwise",
                day=f"{row.at.astimezone(VIETNAM):%d/%m/%Y}",
                fact=self.word(f"fact.{name}"),
                shown=_fact(shown),
                kept=_fact(kept),
            )
            for row in file.rows
            for name, (shown, kept) in row.otherwise.items()
        ]
        lines += [
            f"{c.at.astimezone(VIETNAM):%d/%m/%Y}: {self.word(f'fact.{c.name}')} "
            f"{_fact(c.before)} → {_fact(c.after)}"
            for c in file.changes
        ]
        newest = next((row.facts for row in file.rows if row.facts), {})
        said = {name: value for name, value in newest.items() if name != "ma_the"}
        if newest.get("ma_the"):
            said["muc_huong"] = newest["ma_the"][2]
        facts = ", ".join(f"{self.word(f'fact.{name}')} {_fact(v)}" for name, v in said.items())
        red = bool(lines)
        lines = lines or ([self.word("no_changes", facts=facts)] if facts else ["–"])
        return {"title": self.word("changes"), "lines": lines, "red": red}

    def _others(self, file: CaseFile) -> View:
        lines = [
            " · ".join(
                (
                    numbers.spaced(numbers.mask(other.card.ma_the) or "••••"),
                    self.word(f"card.{other.trang_thai.value}"),
                    vi_date(other.card.gt_the_den) if other.card.gt_the_den else "–",
                )
            )
            for other in file.others
        ]
        lines = lines or [self.word("no_others")]
        return {"title": self.word("others"), "lines": lines, "red": False}

    def _story(self, case: Case) -> View:
        words, lines = said(self.actor, self.kiosk, case), []
        for entry in reversed(case.story):
            when = f"{entry.at.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
            who, done = story_words(entry, self.board.lang)
            line = f"{when}{f' {who}:' if who else ''} {done}".rstrip()
            if entry.event_id in words:
                line += f": {self.quoted(words[entry.event_id])}"
            lines.append(line)
        return {"title": self.word("story"), "lines": lines, "red": False}


def _fact(value: str) -> str:
    return vi_date(date.fromisoformat(value)) if len(value) == len("2026-01-01") else value
