"""The open form of the auditor's page, as the plain texts that the component draws."""

from collections.abc import Sequence
from datetime import date

from app_pages.review.queue_view import QueueView
from app_pages.shell.language import View
from verification.basics.dates import vi_date
from verification.log.case import Case, CaseOutcome, Part, Proposal, terms
from verification.log.events import EventKind
from verification.log.unreadable import Unreadable
from verification.review.context import colleagues, said
from verification.review.grounds import ground_text, listed, needs_two
from verification.review.steps import DECISIONS


class Menus(QueueView):
    """Draws the form that is open over the page."""

    def password(self) -> View:
        """Return the form that asks for the password before something leaves the house."""
        asked = str((self.board.asked or {}).get("act"))
        explained = {"text": self.word("password_text"), "save": self.word(f"save_{asked}")}
        return self._form("password", [self._typed("password", "password")]) | explained

    def menu(self, case: Case) -> View | None:
        """Return the open form of a case."""
        name = self.board.menu
        if outcome := DECISIONS.get(name or ""):
            return self._decision(str(name), case, outcome)
        match name:
            case "comment":
                explained = {"text": self.word("comment_text"), "save": self.word("save_comment")}
                return self._form(name, [self._typed("comment", "textarea")]) | explained
            case "approve" | "reject":
                return self._agreement(name, case)
            case "snooze":
                return self._form(name, self._snooze(case))
            case "reopen":
                return self._form(name, [self._typed("reason")])
            case "more":
                release = {"release": self.word("release")}
                return self._form(name, self._more(case)) | release
            case "outsider" | "code":
                asked = ("ho_ten", "co_quan") if name == "outsider" else ("code",)
                fields = [self._typed(key) for key in (*asked, "so_cccd")]
                explained = {"text": self.word(f"{name}_text"), "save": self.word(f"save_{name}")}
                return self._form(name, fields) | explained
        return None

    def _form(self, name: str, fields: Sequence[View]) -> View:
        return {
            "title": self.word(f"{name}_title"),
            "text": "",
            "fields": fields,
            "save": self.word("save"),
            "cancel": self.word("cancel"),
            "release": None,
        }

    def _decision(self, name: str, case: Case, outcome: CaseOutcome) -> View:
        """Return the form that asks why, and says what follows: closed at once, or proposed."""
        two, seconds = needs_two(case, outcome), terms()["undo"]["seconds"]
        why = ""
        if outcome is not CaseOutcome.CONFIRMED:
            why = self.word("decision_confirmed" if case.was_confirmed else "decision_urgent")
        alone = self.word("decision_alone", n=seconds)
        follows = self.word("decision_two", why=why, n=seconds) if two else alone
        reasons = listed(outcome).items()
        grounds = [(code, text.in_language(self.board.lang)) for code, text in reasons]
        fields = [
            self._select("ground", grounds) | {"name": "reason", "type": "choice"},
            self._typed("words") | {"name": "why"},
        ]
        save = self.word("save_propose" if two else "save_close")
        return self._form(name, fields) | {"text": follows, "save": save}

    def _agreement(self, name: str, case: Case) -> View | None:
        """Return the form that asks once more, and says what is agreed to."""
        if case.proposal is None:
            return None
        what, maker = self.proposed(case.proposal, case), case.proposal.maker
        if name == "reject" and self.made(case):
            name = "withdraw"
        text = self.word("proposal_text", number=case.number, maker=maker, what=what)
        save = self.word("save_agree" if name == "approve" else f"save_{name}")
        return self._form(name, []) | {"text": text, "save": save}

    def made(self, case: Case) -> bool:
        """Tell whether the auditor, by whatever account, made the proposal of a case."""
        return case.proposal is not None and case.proposal.maker in self.own

    def proposed(self, proposal: Proposal, case: Case) -> str:
        """Say what is proposed, with its reason."""
        what = self.word(f"proposed.{proposal.what.value}")
        if not proposal.reason:
            return what
        ground = ground_text(proposal.what, proposal.reason).in_language(self.board.lang)
        return f"{what} ({ground}{self.words_of(case)})"

    def words_of(self, case: Case) -> str:
        """Return what stands beside the reason of what is proposed or was closed, quoted."""
        of = case.proposal.nonce if case.proposal else None
        if of is None and case.closing:
            before = case.story[: case.story.index(case.closing)]
            proposed = (e for e in reversed(before) if e.kind is EventKind.CASE_PROPOSED)
            agreed = next(proposed, None) if case.approved_by else None
            of = (agreed or case.closing).event_id  # the maker's words are the ones agreed to
        found = said(self.actor, self.kiosk, case).get(of or "")
        return f": {self.quoted(found)}" if found else ""

    def quoted(self, words: str | Unreadable) -> str:
        """Return what somebody wrote, in quotes, or why it cannot be read."""
        if isinstance(words, Unreadable):
            return words.line.in_language(self.board.lang)
        return f"“{words}”" if words else self.word("comment_erased")

    def _snooze(self, case: Case) -> list[View]:
        days = [(str(n), self.word("days", n=n)) for n in terms()["snooze"]["choices_days"]]
        return [
            self._select("rule", [(p.rule, self._named(p)) for p in case.parts]),
            self._select("until", days) | {"name": "days"},
            self._typed("reason"),
        ]

    def _more(self, case: Case) -> list[View]:
        return [
            self._date("due", case.due),
            self._date("diary", case.diary),
            self._select("to", self._colleagues(case)),
        ]

    def _colleagues(self, case: Case) -> list[tuple[str, str]]:
        found = colleagues(self.actor, self.kiosk, case)
        nobody = self.word("to_nobody" if found else "to_none")
        named = [(one.account, f"{one.ho_ten} ({one.account})") for one in found]
        return [("", nobody), *named]

    def _named(self, part: Part) -> str:
        return f"{part.rule} {self.word(f'rule.{part.rule}')}"

    def _typed(self, name: str, kind: str = "text") -> View:
        sent = "why" if name == "reason" else name
        return {"name": sent, "label": self.word(f"{name}_field"), "type": kind}

    def _select(self, name: str, options: Sequence[tuple[str, str]]) -> View:
        made = [{"value": value, "text": text} for value, text in options]
        return self._typed(name, "select") | {"options": made}

    def _date(self, name: str, value: date | None) -> View:
        # a browser's own field of a day follows the browser's language, not the page's
        return self._typed(name) | {"value": vi_date(value) if value else ""}
