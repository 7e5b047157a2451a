"""What the desk is asked after the scan: one or two questions, each answered by one key."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from verification.basics.texts import Text, Texts
from verification.kiosk import Kiosk
from verification.reception.answer import Answer
from verification.rules.misuse.policy import flag_to_ask

_TEXTS = Texts("verification.reception")
_YES_NO = {"yes": True, "no": False}
_ROUTE = ("emergency", "referral", "reappointment", "stay_change", "inpatient")
_NOT_REFERRED = dict.fromkeys(_ROUTE[:4], False)
# One key says how the patient came; it answers five inputs at once.
_ROUTES: dict[str, dict[str, Any]] = {
    "self_outpatient": _NOT_REFERRED | {"inpatient": False},
    "self_inpatient": _NOT_REFERRED | {"inpatient": True},
    "emergency": {"emergency": True},
    "referral": {"emergency": False, "referral": True},
    "reappointment": _NOT_REFERRED | {"reappointment": True},
    "stay_change": _NOT_REFERRED | {"stay_change": True},
}
_CONDITIONS: dict[str, dict[str, Any]] = {
    "none": {"disease": "none", "special": False},
    "I": {"disease": "I"},
    "II": {"disease": "II"},
    "special": {"disease": "none", "special": True},
}
_DISEASES: dict[str, dict[str, Any]] = {key: {"disease": key} for key in ("none", "I", "II")}
_MOST_QUESTIONS = 2


@dataclass(frozen=True)
class DeskQuestion:
    """A question at the desk, answered by one key.

    Args:
        text: In words.
        choices: Words of each answer, and what it tells, by fields of `Told`.
    """

    text: Text
    choices: tuple[tuple[Text, Mapping[str, Any]], ...]


def desk_question(answer: Answer) -> DeskQuestion | None:
    """Return the question that decides most now; the desk asks two at the most."""
    found = answer.entitlement
    if found is None or not found.ask or answer.asked >= _MOST_QUESTIONS:
        return None
    first = found.ask[0]
    if first.input in _ROUTE and not any(getattr(answer.told, name) for name in _ROUTE):
        return _combined("route", _ROUTES)
    if first.input in _CONDITIONS["special"]:
        return _combined("condition", _CONDITIONS if answer.told.special is None else _DISEASES)
    replies = ((_TEXTS(f"answer_{key}"), {first.input: value}) for key, value in _YES_NO.items())
    return DeskQuestion(first.text, tuple(replies))


def flag_question(kiosk: Kiosk, answer: Answer) -> DeskQuestion | None:
    """Return the sentence and question of the gravest flag; asked before the entitlement's.

    A flag is rare and about the person who stands there now; the rate can be asked a key later.
    """
    asked = None if answer.flag_told else flag_to_ask(kiosk.misuse, answer.flags)
    if asked is None or answer.flagged is None:
        return None
    found, sentence, question = asked
    choices = ((words, {"rule": found.rule, "answer": a}) for a, words in question.answers.items())
    text = Text(f"{sentence.vi}. {question.text.vi}", f"{sentence.en}. {question.text.en}")
    return DeskQuestion(text, tuple(choices))


def _combined(name: str, choices: Mapping[str, Mapping[str, Any]]) -> DeskQuestion:
    """Return a question whose one key answers several inputs."""
    replies = tuple((_TEXTS(f"{name}_{key}"), told) for key, told in choices.items())
    return DeskQuestion(_TEXTS(f"question_{name}"), replies)
