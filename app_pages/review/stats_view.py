"""The figures of the auditors' page, each with what it is counted from."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from app_pages.review.queue_view import QueueView
from app_pages.review.search_view import month_read
from app_pages.shell.language import View
from verification.basics.figures import dotted
from verification.log.case import Case, CaseOutcome, local_day
from verification.review import figures, sample
from verification.review.waiting import YEAR, since_when, waiting_cases

_DAYS = 30
_ENOUGH = 20  # closed cases from which on a share in percent says something


class StatsView(QueueView):
    """Draws flags by day and rule, outcomes by rule, samples by month, and what waits."""

    def stats(self) -> View:
        """Return the tab of figures."""
        first = local_day(self.kiosk.clock()) - timedelta(days=_DAYS - 1)
        since = self.kiosk.clock() - timedelta(days=_DAYS - 1)
        days = figures.flags_by_day(self.actor, self.kiosk, since - timedelta(days=1))
        shown = {key: n for key, n in days.items() if key[0] >= first}
        outcomes = figures.tallies(self.actor, self.kiosk, self.kiosk.clock() - YEAR)
        return {
            "waiting": self._waiting(waiting_cases(self.actor, self.kiosk)),
            "days": self._by_day(shown, first, figures.visits_since(self.actor, self.kiosk, since)),
            "outcomes": self._outcomes(outcomes),
            "samples": self._samples(sample.tallies(self.actor, self.kiosk)),
            "none": self.word("stats_none"),
        }

    def _by_day(self, counts: Mapping[tuple[date, str], int], first: date, visits: int) -> View:
        span = [first + timedelta(days=n) for n in range(_DAYS)]
        rules = sorted({rule for _, rule in counts})
        rows = [
            {
                "id": rule,
                "text": self.word(f"rule.{rule}"),
                "counts": [counts.get((day, rule), 0) for day in span],
            }
            for rule in rules
        ]
        total = [sum(counts.get((day, rule), 0) for rule in rules) for day in span]
        every = {"id": "", "text": self.word("stats_all"), "counts": total}
        base = {"flags": sum(total), "visits": _counted(visits)}
        return {
            "title": self.word("stats_days", **base),
            "days": [f"{day:%d/%m}" for day in span],
            "rows": [every, *rows] if rows else [],
        }

    def _outcomes(self, outcomes: Mapping[str, Mapping[CaseOutcome, int]]) -> View:
        return {
            "title": self.word("stats_outcomes"),
            "heads": [self.word("rule_field"), self.word("stats_closed"), self.word("precision")],
            "kinds": [
                {"id": o.value, "text": self.word(f"outcome.{o.value}")} for o in CaseOutcome
            ],
            "rows": [self._outcome_row(rule, counts) for rule, counts in outcomes.items()],
        }

    def _outcome_row(self, rule: str, counts: Mapping[CaseOutcome, int]) -> View:
        closed = sum(counts.values())
        right = counts[CaseOutcome.CONFIRMED] + counts[CaseOutcome.VALUABLE]
        share = self.word("share", part=right, whole=closed)
        if closed >= _ENOUGH:
            share += f" ({round(100 * right / closed)} %)"
        return {
            "rule": f"{rule} {self.word(f'rule.{rule}')}",
            "counts": [counts[outcome] for outcome in CaseOutcome],
            "share": share,
        }

    def _samples(self, tallies: Sequence[sample.Tally]) -> View:
        return {
            "title": self.word("find.samples_title"),
            "heads": self.word("find.samples_heads").split("|"),
            "none": self.word("find.samples_none"),
            "rows": [
                [
                    month_read(one.month),
                    _counted(one.greens),
                    str(one.drawn),
                    self.word("share", part=one.looked, whole=one.drawn),
                    self.word("share", part=one.wrong, whole=one.looked) if one.looked else "–",
                ]
                for one in tallies
            ],
        }

    def _waiting(self, waiting: Sequence[Case]) -> str:
        own = sum(not self.passes(case, "second") for case in waiting)
        said = self.word("stats_waiting", n=len(waiting), own=own)
        if not waiting:
            return said
        first = local_day(min(since_when(case) for case in waiting))
        return f"{said}. {self.word('stats_since', day=self.near(first))}"


def _counted(n: int) -> str:
    return dotted(n)
