"""What was searched for and opened beside the cases, as plain texts for the component."""

from datetime import timedelta

from app_pages.review.visit_view import VisitView
from app_pages.shell.language import View
from verification.basics.dates import VIETNAM, vi_date
from verification.basics.figures import dotted
from verification.card import numbers
from verification.review.looking import SAMPLE, SEARCH
from verification.review.sample import WHYS, Judgement, Sample, months
from verification.review.search import Found, Row

_QUICK = {"today": 0, "yesterday": 1, "month": 30, "year": 365}
_TONES = {"eligible": "ok", "not_eligible": "no"}


class SearchView(VisitView):
    """Draws the tabs of search and sample."""

    def search(self) -> View:
        """Return the tab of the search."""
        found, opened = self.board.looking.found, self.board.looking.visit(SEARCH)
        return {
            "form": self._form_of(found),
            "understood": self._understood(found) if found else "",
            "as_name": self.find("as_name") if found and self._is_account(found) else None,
            "cases": self._cases(found) if found else [],
            "rows": [self._row_of(row, opened) for row in (found.rows if found else ())],
            "none": self._none(found),
            "seen": self._seen(found) if found else [],
            "more": self.find("go_on") if found and found.place else None,
            "visit": self.opened_visit(opened),
            "choose": self.find("choose" if found else "start"),
        }

    def sample(self) -> View:
        """Return the tab of the sample."""
        sample, opened = self.board.looking.sample, self.board.looking.visit(SAMPLE)
        if sample is None:
            return {"months": [], "rows": [], "lines": [], "visit": None, "choose": "", "none": ""}
        rows = [
            self._row_of(row, opened) | self._state(sample.judged.get(row.visit.visit_id))
            for row in sample.rows
        ]
        visit = self.opened_visit(opened)
        if visit and not visit["barred"]:
            judged = sample.judged.get(opened or "")
            visit |= {"buttons": self._judging(), "judged": self._judged(judged)}
        return {
            "months": self._months(sample),
            "lines": self._result(sample),
            "rows": rows,
            "none": "" if rows else self.find("no_sample"),
            "visit": visit,
            "choose": self.find("choose_sample"),
        }

    def judging(self) -> View | None:
        """Return the form that asks what is not in order."""
        looking = self.board.looking
        if looking.menu != "wrong" or self.board.tab != SAMPLE:
            return None
        options = [(code, self.find(f"why.{code}")) for code in WHYS]
        return {
            "title": self.find("wrong_title"),
            "text": "",
            "fields": [
                {
                    "name": "why",
                    "label": self.word("reason_field"),
                    "type": "choice",
                    "options": [{"value": value, "text": text} for value, text in options],
                },
                {"name": "words", "label": self.find("words_field"), "type": "text"},
            ],
            "save": self.word("save"),
            "cancel": self.word("cancel"),
            "release": None,
            "acts": {
                "submit": "judge",
                "cancel": "cancel_judge",
                "more": {"visit": looking.visit(SAMPLE)},
            },
        }

    def _form_of(self, found: Found | None) -> View:
        today = self.kiosk.today()
        quick = [
            {
                "text": self.find(f"quick.{name}"),
                "first": vi_date(today - timedelta(days=days)),
                "last": vi_date(today - timedelta(days=days if name == "yesterday" else 0)),
            }
            for name, days in _QUICK.items()
        ]
        return {
            "label": self.find("box"),
            "hint": self.find("hint"),
            "text": found.text if found else "",
            "first": self.board.looking.days[0],
            "last": self.board.looking.days[1],
            "first_label": self.find("first"),
            "last_label": self.find("last"),
            "day": self.find("day"),
            "go": self.find("go"),
            "quick": quick,
        }

    def _is_account(self, found: Found) -> bool:
        return bool(found.asked.officer) and not found.asked.words

    def _understood(self, found: Found) -> str:
        asked, said = found.asked, []
        if asked.number:
            said.append(self.find("by_number"))
        if asked.tail:
            said.append(self.find("by_part", head=asked.head, tail=asked.tail))
        if asked.case:
            said.append(self.find("by_case", number=asked.case))
        if asked.officer:
            said.append(self.find("by_officer", officer=asked.officer))
        if asked.words:
            said.append(self.find("by_name"))
        if asked.birth:
            said.append(self.find("by_birth", birth=asked.birth.vi))
        days = self.find("span", first=vi_date(found.first), last=vi_date(found.last))
        if found.first == found.last:
            days = vi_date(found.first)
        return " · ".join([*(said or [self.find("by_days")]), days])

    def _cases(self, found: Found) -> list[View]:
        return [
            {
                "number": case.number,
                "text": " · ".join(
                    filter(None, (self.word("case", number=case.number), self._about(case)))
                ),
            }
            for case in found.cases
        ]

    def _none(self, found: Found | None) -> str:
        if found is None or found.rows:
            return ""
        return self.find("nobody_yet" if found.place else "nobody")

    def _seen(self, found: Found) -> list[str]:
        counts = {"n": dotted(found.looked), "hits": len(found.rows)}
        if found.place and found.reached:
            span = {"last": vi_date(found.last), "reached": vi_date(found.reached)}
            said = [self.find("seen_part", **counts, **span)]
        else:
            said = [self.find("seen_all", **counts)]
        return [*said, *([self.find("unread", n=found.unread)] if found.unread else [])]

    def _row_of(self, row: Row, opened: str | None) -> View:
        visit = row.visit
        about = (
            numbers.spaced(row.number) if row.number else "",
            self.word("desk", desk=visit.desk),
            visit.officer,
            self.answered(visit),
        )
        marks = (
            *(self.find("in_case", number=one) for one in row.cases),
            self.find("undone") if visit.cancelled else "",
        )
        return {
            "visit": visit.visit_id,
            "when": f"{visit.happened_at.astimezone(VIETNAM):%d/%m/%Y %H:%M}",
            "who": self._who(row),
            "about": " · ".join(filter(None, about)),
            "tone": _TONES.get(visit.verdict, "wait"),
            "mark": " ".join(filter(None, marks)),
            "struck": visit.cancelled is not None,
            "on": visit.visit_id == opened,
        }

    def _who(self, row: Row) -> str:
        if row.barred:
            return self.find("barred")
        if row.name:
            return row.name
        if row.unreadable is not None:
            return row.unreadable.unreadable[0].line.in_language(self.board.lang)
        return self.find("erased" if row.erased else "no_name")

    def _months(self, sample: Sample) -> list[View]:
        return [
            {
                "value": month,
                "text": self.find("month", month=month_read(month)),
                "on": month == sample.month,
            }
            for month in months(self.kiosk.today())
        ]

    def _result(self, sample: Sample) -> list[str]:
        counts = {"drawn": len(sample.drawn), "looked": sample.looked, "wrong": sample.wrong}
        return [
            self.find("drawn", drawn=len(sample.drawn), greens=sample.greens),
            self.find("result" if sample.looked else "result_none", **counts),
            self.find("standing" if sample.final else "running"),
        ]

    def _state(self, judged: Judgement | None) -> View:
        if judged is None:
            return {"state": self.find("open"), "state_tone": ""}
        outcome = self.find(judged.outcome)
        return {"state": outcome, "state_tone": "no" if judged.wrong else "ok"}

    def _judged(self, judged: Judgement | None) -> View | None:
        if judged is None:
            return None
        day = vi_date(judged.at.astimezone(VIETNAM).date())
        text = self.find("judged", outcome=self.find(judged.outcome), officer=judged.by, day=day)
        why = self.find(f"why.{judged.why}") if judged.why else ""
        told = ": ".join(filter(None, (why, judged.words)))
        return {
            "tone": "no" if judged.wrong else "ok",
            "text": " · ".join(filter(None, (text, told))),
        }

    def _judging(self) -> list[View]:
        return [
            {"act": "in_order", "key": "Y", "text": self.find("in_order"), "main": True},
            {"act": "wrong", "key": "W", "text": self.find("wrong"), "main": False},
        ]


def month_read(month: str) -> str:
    """Write a month as it is read: `11/2026`."""
    return "/".join(reversed(month.split("-")))
