"""What the desk is asked after the scan: one or two questions, each answered by one key."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from verification.basics.texts import Text, Texts
from verification.kiosk import Kiosk
from verification.reception.answer import Answer
from verification.rules.law.visit_questions import CONDITION, ROUTE
from verification.rules.misuse.policy import flag_to_ask

_TEXTS = Texts("verification.reception")
_YES_NO = {"yes": True, "no": False}
_MOST_QUESTIONS = 2


@dataclass(frozen=True)
class DeskQuestion:
    """A question at the desk, answered by one key.

    Args:
        text: In words.
        choices: Words of each answer, and what it says, by fields of `Said`.
    """

    text: Text
    choices: tuple[tuple[Text, Mapping[str, Any]], ...]


def desk_question(answer: Answer) -> DeskQuestion | None:
    """Return the question that decides most now; the desk asks two at the most."""
    found = answer.entitlement
    if found is None or not found.ask or answer.asked >= _MOST_QUESTIONS:
        return None
    first = found.ask[0]
    if first.input in ROUTE.covers and not any(getattr(answer.said, n) for n in ROUTE.covers):
        return _combined(ROUTE.name, ROUTE.keys)
    if first.input in CONDITION.covers:
        known = answer.said.special is not None
        return _combined(
            CONDITION.name, CONDITION.keys_beside("special") if known else CONDITION.keys
        )
    replies = ((_TEXTS(f"answer_{key}"), {first.input: value}) for key, value in _YES_NO.items())
    return DeskQuestion(first.text, tuple(replies))


def flag_question(kiosk: Kiosk, answer: Answer) -> DeskQuestion | None:
    """Return the sentence and question of the gravest flag; asked before the entitlement's.

    A flag is rare and about the person who stands there now; the rate can be asked a key later.
    """
    asked = None if answer.flag_answer else flag_to_ask(kiosk.misuse, answer.flags)
    if asked is None or answer.flagged is None:
        return None
    found, sentence, question = asked
    choices = ((words, {"rule": found.rule, "answer": a}) for a, words in question.answers.items())
    text = Text(f"{sentence.vi}. {question.text.vi}", f"{sentence.en}. {question.text.en}")
    return DeskQuestion(text, tuple(choices))


def _combined(name: str, choices: Mapping[str, Mapping[str, Any]]) -> DeskQuestion:
    """Return a question whose one key answers several inputs."""
    replies = tuple((_TEXTS(f"{name}_{key}"), said) for key, said in choices.items())
    return DeskQuestion(_TEXTS(f"question_{name}"), replies)
