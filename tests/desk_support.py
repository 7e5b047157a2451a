"""Random days at the desks, as people make them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from tests.support import Clock, payload
from verification.basics.errors import RequestError
from verification.log.visit import CachTrinh, CancelReason, DoiChieu, NguoiTrinh
from verification.reception import checkin, lookup
from verification.reception import corrections as visits
from verification.reception.answer import Answer, Scan
from verification.rights import desk_officer

if TYPE_CHECKING:
    from verification.kiosk import Kiosk

SLUGS = ["same-old15", "number-10", "patient-1", "patient-2", "patient-3", "foreign-1", "s2"]
STEPS = st.tuples(
    st.sampled_from(["present", "check_in", "again", "receive", "undo", "compare", "how", "who",
                     "field", "note", "resend", "viewed", "wait", "back"]),
    st.sampled_from(SLUGS),
    st.sampled_from(["1", "2"]),
    st.integers(0, 30),
)  # fmt: skip


class Desk:
    """Does random things to a kiosk, as people would."""

    def __init__(self, kiosk: Kiosk, clock: Clock) -> None:
        self._kiosk = kiosk
        self._clock = clock
        self._answers: list[Answer] = []
        self._visits: list[str] = []

    def do(self, what: str, slug: str, desk: str, pick: int) -> None:
        """Do one thing; what cannot be done is refused in words."""
        actor, scan = desk_officer(desk), Scan((payload(slug),), f"{slug}:{pick}")
        try:
            match what:
                case "present" | "resend":
                    self._keep(checkin.present(actor, self._kiosk, scan, lookup=pick % 5 == 0))
                case "check_in":
                    self._keep(checkin.check_in(actor, self._kiosk, scan))
                case "again":
                    self._keep(checkin.check_in(actor, self._kiosk, scan, again="khác"))
                case "receive" if self._answers:
                    answer = self._answers[pick % len(self._answers)]
                    again = "khác" if pick % 3 == 0 else None
                    self._keep(checkin.receive(actor, self._kiosk, answer, again))
                case "viewed" if self._answers:
                    event = self._answers[pick % len(self._answers)].event
                    lookup.viewed(actor, self._kiosk, event, "number")
                case "wait":
                    self._clock.forward(hours=pick)
                case "back":  # a clock that is set right while two desks work
                    self._clock.jump(seconds=-pick)
                case _ if self._visits:
                    self._change(what, desk, self._visits[pick % len(self._visits)], pick)
        except RequestError:
            return

    def _change(self, what: str, desk: str, visit_id: str, pick: int) -> None:
        actor, kiosk = desk_officer(desk), self._kiosk
        match what:
            case "undo":
                visits.undo(actor, kiosk, visit_id, list(CancelReason)[pick % 4])
            case "compare":
                visits.compare_id(actor, kiosk, visit_id, list(DoiChieu)[pick % 4])
            case "how":
                visits.correct_presentation(actor, kiosk, visit_id, list(CachTrinh)[pick % 5])
            case "who":
                visits.correct_presenter(actor, kiosk, visit_id, list(NguoiTrinh)[pick % 3])
            case "field":
                visits.correct_field(actor, kiosk, visit_id, "ho_ten", f"Tên {pick}")
            case "note":
                visits.note(actor, kiosk, visit_id, "ghi")

    def _keep(self, answer: Answer) -> None:
        self._answers.append(answer)
        if answer.visit:
            self._visits.append(answer.visit.visit_id)
