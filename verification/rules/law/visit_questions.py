"""Every question about a visit, once; desk, command line and what-if page are drawn from here.

A question is a line of `QUESTIONS`, a field of `Said` and words in `texts.toml`, by its name:
`ask.NAME` where the desk is made to ask, `input.NAME` as a label.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

AREAS = ("K1", "K2", "K3")
NO_AREA = "none"
_YES_NO = (True, False)


class AnswerKind(Enum):
    """What an answer looks like, in the order in which a command line lists its options."""

    YES_NO = "yes_no"
    CHOICE = "choice"
    DONG = "dong"
    DAY = "day"
    MARK = "mark"  # said or not said, never denied


@dataclass(frozen=True)
class VisitQuestion:
    """One question about a visit; "not known" is an answer to each but a mark.

    Args:
        name: The field of `Said` that keeps the answer.
        kind: What the answer looks like.
        answers: The inputs of the decision that it answers.
        values: Of a choice: what there is to choose.
        asked: Its place among questions that decide equally much; None where the rules never ask.
        what_if: True where the what-if page asks it.
        menu: Key of its words in the desk's menu of the rate; None where it is not in it.
        option: False where the command line does not take it.
        hint: What the command line says beside it.
    """

    name: str
    kind: AnswerKind
    answers: frozenset[str]
    values: tuple[str, ...] = ()
    asked: int | None = None
    what_if: bool = False
    menu: str | None = None
    option: bool = True
    hint: str | None = None

    @property
    def choices(self) -> tuple[bool | str, ...]:
        """Return the answers there are, "not known" aside; none of sums and days."""
        return _YES_NO if self.kind in {AnswerKind.YES_NO, AnswerKind.MARK} else self.values


@dataclass(frozen=True)
class KeyQuestion:
    """A question whose one key answers several others at once.

    Args:
        name: Its name; `question_NAME` and `NAME_KEY` are its words.
        keys: What each key says, by names of questions.
    """

    name: str
    keys: Mapping[str, Mapping[str, bool | str]]

    @property
    def covers(self) -> frozenset[str]:
        """Return the names of the questions that it answers."""
        return frozenset(name for said in self.keys.values() for name in said)

    def keys_beside(self, known: str) -> Mapping[str, Mapping[str, bool | str]]:
        """Return the keys that are left where one of the questions is answered already."""
        return {
            key: {name: value for name, value in said.items() if name != known}
            for key, said in self.keys.items()
            if said.get(known) is not True
        }


def _asked(place: int, name: str, *beside: str) -> VisitQuestion:
    """Return a question of yes and no that the rules ask."""
    answers = frozenset({name, *beside})
    return VisitQuestion(name, AnswerKind.YES_NO, answers, asked=place, what_if=True)


# they count as not shown beside an emergency, a newborn or a donor when nobody spoke of them
PAPERS = ("referral", "reappointment", "stay_change")

QUESTIONS = (
    _asked(1, "emergency", *PAPERS),
    _asked(3, "inpatient"),
    _asked(2, "referral", "papers"),
    _asked(4, "reappointment"),
    _asked(6, "stay_change"),
    _asked(7, "special"),
    VisitQuestion(
        "disease",
        AnswerKind.CHOICE,
        frozenset({"disease"}),
        values=("I", "II", "none"),
        asked=5,
        what_if=True,
        hint="of TT 01/2025",
    ),
    VisitQuestion(
        "area",
        AnswerKind.CHOICE,
        frozenset({"special"}),
        values=(*AREAS, NO_AREA),
        hint="not the card's",
    ),
    VisitQuestion(
        "admitted",
        AnswerKind.DAY,
        frozenset({"in_stay", "inpatient"}),
        menu="menu_admitted",
        hint="first day of an unfinished stay",
    ),
    VisitQuestion(
        "referral_signed",
        AnswerKind.DAY,
        frozenset({"referral", "papers"}),
        hint="day on which the referral slip was signed; its working days are counted",
    ),
    VisitQuestion(
        "reappointment_due",
        AnswerKind.DAY,
        frozenset({"reappointment", "papers"}),
        hint="day that the re-appointment slip names",
    ),
    VisitQuestion(
        "referral_year",
        AnswerKind.YES_NO,
        frozenset({"referral", "papers"}),
        hint="the referral is for a disease of Appendix III of TT 01/2025",
    ),
    # a paper was shown whose day nobody told: it is neither good nor bad
    VisitQuestion("referral_undated", AnswerKind.MARK, frozenset({"papers"}), option=False),
    VisitQuestion("reappointment_undated", AnswerKind.MARK, frozenset({"papers"}), option=False),
    VisitQuestion(
        "first_visit_cost",
        AnswerKind.DONG,
        frozenset({"first_visit_cost"}),
        menu="menu_cost",
    ),
    VisitQuestion(
        "copay_before_july", AnswerKind.DONG, frozenset({"copay_exempt", "copay_remaining"})
    ),
    VisitQuestion("copay_since", AnswerKind.DONG, frozenset({"copay_exempt"})),
    VisitQuestion(
        "copay_exempt",
        AnswerKind.YES_NO,
        frozenset({"copay_exempt"}),
        menu="told_copay_exempt",
    ),
    VisitQuestion(
        "drug_pickup",
        AnswerKind.MARK,
        frozenset({"drug_pickup", "emergency", "inpatient"}),
        menu="told_drug_pickup",
        hint="collects drugs only",
    ),
    VisitQuestion(
        "newborn",
        AnswerKind.YES_NO,
        frozenset({"newborn", "answerable", "benefit", "registered", *PAPERS}),
        menu="told_newborn",
    ),
    VisitQuestion("donor", AnswerKind.YES_NO, frozenset({"donor", "answerable", *PAPERS})),
    # follows from why there is no card: a birth paper was shown
    VisitQuestion(
        "child",
        AnswerKind.MARK,
        frozenset({"answerable", "benefit"}),
        option=False,
    ),
)

_NOT_SENT = dict.fromkeys(("emergency", "referral", "reappointment", "stay_change"), False)
ROUTE = KeyQuestion(
    "route",
    {
        "self_outpatient": _NOT_SENT | {"inpatient": False},
        "self_inpatient": _NOT_SENT | {"inpatient": True},
        "emergency": {"emergency": True},
        # papers stand before an emergency: with them nothing is said of one
        "referral": {"referral": True},
        "reappointment": {"referral": False, "reappointment": True, "stay_change": False},
        "stay_change": _NOT_SENT | {"stay_change": True},
    },
)
CONDITION = KeyQuestion(
    "condition",
    {
        "none": {"disease": "none", "special": False},
        "I": {"disease": "I"},
        "II": {"disease": "II"},
        "special": {"disease": "none", "special": True},
    },
)


def question(name: str) -> VisitQuestion:
    """Return a question by its name."""
    return _BY_NAME[name]


def asked_in_order() -> tuple[str, ...]:
    """Return the names of what the rules may ask; of equals the first is asked first."""
    places = {q.asked: q.name for q in QUESTIONS if q.asked is not None}
    return tuple(places[place] for place in sorted(places))


_BY_NAME = {q.name: q for q in QUESTIONS}
