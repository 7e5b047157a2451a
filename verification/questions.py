"""What the desk is told after the scan: answers to the one or two questions, another code, no card.

Each is an event; what was logged before stays as it is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from verification.answer import Answer, entitled, entitlement_codes
from verification.card import Card
from verification.dates import vi_date
from verification.entitlement import Alternative
from verification.entitlement_inputs import NOTHING_TOLD, Told, contradiction
from verification.errors import RequestError
from verification.events import Event, EventKind, NewEvent
from verification.kiosk import Kiosk
from verification.misuse import flagging
from verification.names import tidy
from verification.ports import LogTransaction
from verification.presented import QR_KINDS, Kind, read
from verification.reasons import Finding, Reason
from verification.rights import Actor, Right, needs
from verification.sealed import content_of, noted
from verification.texts import Text, catalogue
from verification.verdict import Source, Verdict, judge
from verification.visit import CachTrinh, Visit

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
NO_CARD_CASES = ("newborn", "child", "emergency", "lost", "donor")
_TOLD_BY_CASE = {
    "newborn": Told(newborn=True),
    "child": Told(child=True),
    "donor": Told(donor=True),
    "emergency": Told(emergency=True),
}
_DIGITS = re.compile(r"\d+")


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
    pages, first = catalogue().pages, found.ask[0]
    if first.input in _ROUTE and not any(getattr(answer.told, name) for name in _ROUTE):
        return _combined("route", _ROUTES)
    if first.input in _CONDITIONS["special"]:
        return _combined("condition", _CONDITIONS if answer.told.special is None else _DISEASES)
    replies = ((pages[f"answer_{key}"], {first.input: value}) for key, value in _YES_NO.items())
    return DeskQuestion(first.text, tuple(replies))


def flag_question(kiosk: Kiosk, answer: Answer) -> DeskQuestion | None:
    """Return the sentence and question of the gravest flag; asked before the entitlement's.

    A flag is rare and about the person who stands there now; the rate can be asked a key later.
    """
    asked = None if answer.flag_told else flagging.asked(kiosk.misuse, answer.flags)
    if asked is None or answer.flagged is None:
        return None
    found, sentence, question = asked
    choices = ((words, {"rule": found.rule, "answer": a}) for a, words in question.answers.items())
    text = Text(f"{sentence.vi}. {question.text.vi}", f"{sentence.en}. {question.text.en}")
    return DeskQuestion(text, tuple(choices))


@needs(Right.RECEIVE)
def answer_flag(actor: Actor, kiosk: Kiosk, answer: Answer, said: Mapping[str, Any]) -> Answer:
    """Keep what the desk answered to a flag; nothing else changes.

    Args:
        actor: Who answered.
        kiosk: The kiosk.
        answer: The answer on the screen.
        said: What a choice of `flag_question` tells.
    """
    codes = dict(said) | {"of": answer.flagged, "officer": actor.officer}
    codes |= {"visit": answer.visit.visit_id} if answer.visit else {}
    person = answer.event.person_ref
    event = NewEvent(actor.desk, EventKind.FLAG_ANSWERED, None, codes, person)
    kiosk.written.write(lambda log: log.append(event))
    return replace(answer, flag_told=str(said["answer"]))


def _combined(name: str, choices: Mapping[str, Mapping[str, Any]]) -> DeskQuestion:
    """Return a question whose one key answers several inputs."""
    pages = catalogue().pages
    replies = tuple((pages[f"{name}_{key}"], told) for key, told in choices.items())
    return DeskQuestion(pages[f"question_{name}"], replies)


@needs(Right.RECEIVE)
def tell(actor: Actor, kiosk: Kiosk, answer: Answer, said: Mapping[str, Any]) -> Answer:
    """Take what the desk was told and return the answer that follows.

    Args:
        actor: Who was told.
        kiosk: The kiosk.
        answer: The answer on the screen.
        said: Fields of `Told` and their values.

    Raises:
        RequestError: It cannot hold together with what was told before.
    """
    told = replace(answer.told, **said)
    if wrong := contradiction(told, answer.verdict.card):
        raise RequestError(wrong.vi, wrong.en)
    following = entitled(kiosk, answer, told)
    codes = {"told": {name: _plain(value) for name, value in said.items()}}
    return _logged(actor, kiosk, following, codes | entitlement_codes(following))


@needs(Right.RECEIVE)
def choose_alternative(
    actor: Actor, kiosk: Kiosk, answer: Answer, chosen: Alternative, why: str
) -> Answer:
    """Take another row that fits too, with the desk's reason.

    Raises:
        RequestError: There is no reason.
    """
    if not why.strip():
        raise RequestError("Hãy viết lý do vào ô trước", "Write the reason into the field first")
    following = replace(answer, chosen=chosen)
    return _logged(actor, kiosk, following, entitlement_codes(following), noted(why))


@needs(Right.RECEIVE)
def ask_again(actor: Actor, kiosk: Kiosk, answer: Answer) -> Answer:
    """Forget what was told of this visit and the code that was chosen; both stay in the log."""
    following = entitled(kiosk, replace(answer, asked=0, chosen=None), NOTHING_TOLD)
    return _logged(actor, kiosk, following, {"told": {}} | entitlement_codes(following))


@needs(Right.RECEIVE)
def present_without_card(
    actor: Actor, kiosk: Kiosk, case: str, words: str, scan_id: str | None = None
) -> Answer:
    """Present a patient who has no card to show: undetermined, with the law's next step.

    Args:
        actor: Who is at the desk.
        kiosk: The kiosk.
        case: One of `NO_CARD_CASES`.
        words: What is known: a name, for a newborn the mother's name and the time of birth.
        scan_id: Name of the input, the same when it is resent.

    Raises:
        RequestError: Nothing was written.
    """
    name = tidy(words)
    if not name:
        raise RequestError("Hãy viết họ tên vào ô trước", "Write the name into the field first")
    verdict = Verdict(
        kind=Kind.UNREADABLE,
        digest="",
        on=kiosk.today(),
        reasons=(Finding(Reason.NO_CARD, {"case": case}),),
        card=Card(ho_ten=name),
        source=Source.NONE,
    )
    codes: dict[str, Any] = {
        "kind": "no_card",
        "case": case,
        "verdict": verdict.outcome.value,
        "reasons": [Reason.NO_CARD.value],
        "cach_trinh": CachTrinh.GO.value,
        "officer": actor.officer,
    }
    codes |= {"scan": scan_id} if scan_id else {}
    content = {"ban_ghi": {"ho_ten": name}, "cach_doc": {"ho_ten": "go"}}

    def work(log: LogTransaction) -> Event:
        known = log.scan(scan_id) if scan_id else None
        event = NewEvent(
            actor.desk, EventKind.PRESENTED, None, codes, log.person(None, ()), content
        )
        return known or log.append(event)

    answer = Answer(verdict, kiosk.written.write(work), None)
    return entitled(kiosk, answer, _TOLD_BY_CASE.get(case, NOTHING_TOLD))


@needs(Right.RECEIVE)
def complete(actor: Actor, kiosk: Kiosk, answer: Answer, typed: str) -> Answer:
    """Add the card of a patient who was received without one; the visit is judged anew.

    Raises:
        RequestError: The patient was not received yet, or there is no card in the text.
    """
    visit = answer.visit
    if visit is None:
        raise RequestError("Tiếp nhận bệnh nhân trước (F2)", "Receive the patient first (F2)")
    reading = read(typed.encode("utf-8", "replace"), visit.day)
    if reading.card is None:
        sentence = reading.findings[0].sentence
        raise RequestError(sentence.vi, sentence.en)
    verdict = judge(reading, kiosk.cards, kiosk.rules, visit.day, kiosk.today())
    following = entitled(kiosk, replace(answer, verdict=verdict), answer.told)
    codes = entitlement_codes(following) | {
        "visit": visit.visit_id,
        "verdict": verdict.outcome.value,
        "reason": verdict.headline.reason.value,
        "officer": actor.officer,
    }
    card = verdict.card or reading.card
    others = [n for n in (card.ma_the, card.so_cccd) if n]
    content = content_of(verdict, quet=reading.kind in QR_KINDS)

    def work(log: LogTransaction) -> Visit | None:
        person = log.person(card.ma_so_bhxh, others)
        log.append(NewEvent(actor.desk, EventKind.COMPLETED, None, codes, person, content))
        return log.visit(visit.visit_id)

    return replace(following, visit=kiosk.written.write(work))


def parse_cost(text: str) -> int:
    """Read a cost in dong as a hand writes it, `350.000`.

    Raises:
        RequestError: It is none.
    """
    digits = "".join(_DIGITS.findall(text))
    if not digits or len(digits) > 12:  # noqa: PLR2004  # more than any visit costs
        raise RequestError("Hãy gõ số tiền bằng đồng", "Type the amount in dong")
    return int(digits)


def _logged(
    actor: Actor,
    kiosk: Kiosk,
    answer: Answer,
    codes: dict[str, Any],
    content: dict[str, Any] | None = None,
) -> Answer:
    said = codes | {"of": answer.event.event_id, "officer": actor.officer}
    said |= {"visit": answer.visit.visit_id} if answer.visit else {}
    person = answer.event.person_ref
    event = NewEvent(actor.desk, EventKind.TOLD, None, said, person, content)
    kiosk.written.write(lambda log: log.append(event))
    visit = kiosk.written.visit(answer.visit.visit_id) if answer.visit else None
    return replace(answer, visit=visit)


def _plain(value: object) -> str | int:
    if isinstance(value, bool):
        return int(value)
    return vi_date(value) if isinstance(value, date) else value  # type: ignore[return-value]  # numbers and words stay
