"""One visit that was opened, as the plain texts that the component draws."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from app_pages.review.case_view import CaseView
from app_pages.shell.language import View
from verification.basics.dates import VIETNAM
from verification.basics.errors import KioskError
from verification.basics.rates import percent_text
from verification.basics.texts import Text
from verification.card import numbers
from verification.card.portal_codes import code_of
from verification.log.events import Event, EventKind
from verification.log.portal_events import PortalAnswered
from verification.log.sending_events import Delivered, HisTold
from verification.log.unreadable import Content
from verification.log.visit import Visit
from verification.log.visit_events import (
    REFUTED,
    Cancelled,
    Corrected,
    FlagAnswered,
    Flagged,
    IdChecked,
    KeptFlag,
    SaidOfVisit,
)
from verification.review.labels import his_words
from verification.review.one_visit import VisitFile, visit_file

_SYSTEM = "his:"  # what the name of an officer begins with that is a system of the hospital
_HEADS = ("when", "where", "how", "name", "document", "officer", "answer")


class VisitView(CaseView):
    """Draws a visit with its evidence, as a case's is drawn."""

    def find(self, key: str, **params: object) -> str:
        """Return words of the tabs beside the cases."""
        return self.word(f"find.{key}", **params)

    def answered(self, visit: Visit) -> str:
        """Return what the desk was told, and the rate."""
        rate = f" {_percent(visit.rate)} %" if visit.rate else ""
        return f"{self.word(f'verdict.{visit.verdict}')}{rate}"

    def opened_visit(self, visit_id: str | None) -> View | None:
        """Return an opened visit, or why it may not be seen any more."""
        if visit_id is None:
            return None
        try:
            return self._visit(visit_file(self.actor, self.kiosk, visit_id))
        except KioskError as error:  # received meanwhile by the auditor
            said = Text(error.vi, error.en).in_language(self.board.lang)
            title = self.find("visit", visit=visit_id)
            banner = {"tone": "no", "text": said}
            return {"number": visit_id, "title": title, "banner": banner, "barred": True}

    def _visit(self, found: VisitFile) -> View:
        visit, file = found.visit, found.file
        own = {visit.visit_id, visit.presented}
        # the visit itself is marked, whether a rule points at it or not
        seen = [replace(r, rules=r.rules or ("",)) if r.visit in own else r for r in file.rows]
        return {
            "number": visit.visit_id,
            "barred": False,
            "title": self.find("visit", visit=visit.visit_id),
            "banner": {"tone": "no", "text": self.find("undone")} if visit.cancelled else None,
            "facts": [{"label": a, "text": b} for a, b in self._facts(found) if b],
            "timeline": self._timeline(seen),
            "heads": [self.word(key) for key in _HEADS],
            "named": _HEADS.index("name"),
            "evidence": self.word("evidence"),
            "rows": [self._row(row, desk=False) | {"red": row.visit in own} for row in file.rows],
            "why": self.word(
                "why", score=file.case.score, level=self.word(f"level.{file.case.level}")
            ),
            "scale": self.scale(),
            "parts": [self._part(part) for part in file.case.parts],
            "panels": [self._happened(found), self._changes(file), self._others(file)],
            "buttons": [],
            "judged": None,
        }

    def _facts(self, found: VisitFile) -> list[tuple[str, str]]:
        visit, card = found.visit, found.file.card
        whole = card.get("ma_the") or card.get("ma_so_bhxh") or card.get("so_cccd")
        local = visit.happened_at.astimezone(VIETNAM)
        desk = self.word("desk", desk=visit.desk)
        hits = [part.rule for part in found.file.case.parts if part.hit]
        rate = f"{_percent(visit.rate)} %" if visit.rate else self.find("rate_open")
        code = self.find("code", code=visit.ma_doituong_kcb) if visit.ma_doituong_kcb else ""
        return [
            (self.find("patient"), self._patient(found)),
            (self.find("number"), numbers.spaced(numbers.mask(whole) or "")),
            (self.find("at"), f"{local:%d/%m/%Y %H:%M} · {desk} · {visit.officer}"),
            (self.find("how"), self.word(f"how.{visit.cach_trinh.value}")),
            (self.find("answer"), self.word(f"verdict.{visit.verdict}")),
            (
                self.find("reasons"),
                "; ".join(self.word(f"reason.{code}") for code in found.reasons),
            ),
            (self.find("rate"), " · ".join(filter(None, (rate, code)))),
            (self.find("flags"), " ".join(hits) or self.find("no_flags")),
        ]

    def _patient(self, found: VisitFile) -> str:
        card = found.file.card
        if card.unreadable:
            return card.unreadable[0].line.in_language(self.board.lang)
        born = "/".join(reversed(str(card.get("ngay_sinh", "")).split("-")))
        sex = card.get("gioi_tinh")
        said = (card.get("ho_ten", ""), born, self.word(f"sex.{sex}") if sex in {"1", "2"} else "")
        return " · ".join(filter(None, said)) or self.find("erased")

    def _happened(self, found: VisitFile) -> View:
        lines = []
        for event in found.story:
            at = f"{event.recorded_at.astimezone(VIETNAM):%d/%m %H:%M}"
            kind = event.kind.value
            if event.kind is EventKind.FLAGGED and refuted(Flagged.of(event.codes).flags):
                kind = "flag_refuted"
            said = self.word(f"happened.{kind}", **self._params(event))
            system = event.officer.removeprefix(_SYSTEM)
            named = self.find("system", name=system) if system != event.officer else system
            lines.append(f"{at} {named}: {said}")
        return {"title": self.find("story"), "lines": lines, "red": False}

    def _params(self, event: Event) -> Mapping[str, object]:
        codes, what = event.codes, "–"
        match event.kind:
            case EventKind.TOLD:
                rate = SaidOfVisit.of(codes).rate
                return {"rate": f"{_percent(rate)} %" if rate else self.find("rate_open")}
            case EventKind.CORRECTED:
                done = Corrected.of(codes)
                what = self.word(f"how.{done.cach_trinh}") if done.cach_trinh else what
                name = f"fact.{done.field}"
                known = done.field in {"ho_ten", "ngay_sinh", "gioi_tinh", "so_cccd"}
                what = self.word(name) if known else done.field or done.nguoi_trinh or what
            case EventKind.ID_CHECKED:
                what = self.word(f"doc.{IdChecked.of(codes).doi_chieu}")
            case EventKind.NOTED:
                content = self.kiosk.written.content(event.event_id) or Content()
                what = str(content.get("ghi_chu", what))
            case EventKind.FLAGGED:
                found = Flagged.of(codes).flags
                what = " ".join(flag.rule for flag in found if flag.hit or refuted(found))
            case EventKind.PORTAL_ANSWERED | EventKind.HIS_TOLD | EventKind.DELIVERED:
                return self._by_others(event)
            case EventKind.FLAG_ANSWERED:
                what = FlagAnswered.of(codes).answer
            case EventKind.CANCELLED:
                what = self.word(f"undone_why.{Cancelled.of(codes).why}")
        return {"what": what}

    def _by_others(self, event: Event) -> Mapping[str, object]:
        """Return what the portal answered or took, and what a hospital system told."""
        if event.kind is EventKind.PORTAL_ANSWERED:
            return {"what": self._by_the_portal(PortalAnswered.of(event.codes).code)}
        if event.kind is EventKind.DELIVERED:
            return {"what": Delivered.of(event.codes).receipt or "–"}
        told = HisTold.of(event.codes)
        content = self.kiosk.written.content(event.event_id) or Content()
        held = content.get("his")
        values = held if isinstance(held, dict) else {}
        return {"what": his_words(self.board.lang, told.fields, values)}

    def _by_the_portal(self, code: str | None) -> str:
        known = code_of(code)
        return f"{code} ({known.text.in_language(self.board.lang)})" if known else code or "?"


def refuted(flags: Sequence[KeptFlag]) -> bool:
    """Tell whether an event says of flags alone that they hold no longer."""
    return bool(flags) and all(flag.state == REFUTED for flag in flags)


def _percent(rate: str | None) -> str:
    return percent_text(Fraction(rate)).replace(".", ",") if rate else ""
