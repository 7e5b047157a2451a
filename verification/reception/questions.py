"""What the desk is asked after the scan: one or two questions, each answered by one key."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from verification.basics.texts import Text, Texts
from verification.kiosk import Kiosk
from verification.reception.answer import Answer
from verification.reception.fund import is_open
from verification.rules.law.papers import Paper
from verification.rules.law.visit_questions import AREAS, CONDITION, ROUTE
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
    """Return the question that decides most now.

    The desk asks two at the most, and on until it is known whether the fund pays at all.
    """
    found = answer.entitlement
    if found is None or not found.ask:
        return None
    if answer.asked >= _MOST_QUESTIONS and not is_open(answer):
        return None
    first = found.ask[0]
    if paper := next((paper for paper in found.papers if paper.asks), None):
        return _about_paper(paper)
    if first.input in ROUTE.covers and not any(getattr(answer.said, n) for n in ROUTE.covers):
        return _combined(ROUTE.name, ROUTE.keys)
    if first.input in CONDITION.covers:
        keys = CONDITION.keys_beside("special") if _special_known(answer) else CONDITION.keys
        return _combined(CONDITION.name, keys)
    replies = ((_TEXTS(f"answer_{key}"), {first.input: value}) for key, value in _YES_NO.items())
    return DeskQuestion(first.text, tuple(replies))


def _about_paper(paper: Paper) -> DeskQuestion:
    """Return what settles whether a paper counts: its date, or whether it holds for a year."""
    if paper.asks == "referral_year":
        replies = ((_TEXTS(f"answer_{key}"), {paper.asks: v}) for key, v in _YES_NO.items())
        return DeskQuestion(_TEXTS("papers.ask_year"), tuple(replies))
    without = {paper.input: False, f"{paper.input}_undated": False}
    return DeskQuestion(
        _TEXTS(f"papers.ask_{paper.input}"),
        (
            (_TEXTS("papers.now_known"), {paper.input: True}),
            (_TEXTS("papers.none"), without),
        ),
    )


def flag_question(kiosk: Kiosk, answer: Answer) -> DeskQuestion | None:
    """Return the sentence and question of the gravest flag; asked before the entitlement's.

    A flag is rare and about the person who stands there now; the rate can be asked a key later,
    unless it decides who is received.
    """
    if asks_first(answer):
        return None
    asked = None if answer.flag_answer else flag_to_ask(kiosk.misuse, answer.flags)
    if asked is None or answer.flagged is None:
        return None
    found, sentence, question = asked
    choices = ((words, {"rule": found.rule, "answer": a}) for a, words in question.answers.items())
    text = Text(f"{sentence.vi}. {question.text.vi}", f"{sentence.en}. {question.text.en}")
    return DeskQuestion(text, tuple(choices))


def asks_first(answer: Answer) -> bool:
    """Tell whether a question must be answered before the patient is received by itself."""
    return answer.visit is None and is_open(answer) and desk_question(answer) is not None


def _special_known(answer: Answer) -> bool:
    card = answer.verdict.card
    area = answer.said.area or (card.ma_kv if card else None)
    return answer.said.special is not None or area in AREAS


def _combined(name: str, choices: Mapping[str, Mapping[str, Any]]) -> DeskQuestion:
    """Return a question whose one key answers several inputs."""
    replies = tuple((_TEXTS(f"{name}_{key}"), said) for key, said in choices.items())
    return DeskQuestion(_TEXTS(f"question_{name}"), replies)
