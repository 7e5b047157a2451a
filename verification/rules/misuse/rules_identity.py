"""Rules over who is there and what the card says (M07 to M11, M14 to M16).

Sources: domain reference 4.5, 5.3 and 7.3; thresholds are data.
"""

from collections import Counter
from itertools import pairwise

from verification.rules.misuse.facts import Facts, Hit, Numbers, Occasion
from verification.rules.misuse.lives import NEWBORN, Lives, ids, is_childs, is_infants_number
from verification.rules.misuse.places import same_house
from verification.rules.misuse.policy import MisusePolicy, RuleData

_INVALID = ("withdrawn", "reduced", "locked", "expired", "not_yet_valid")
UNSURE = frozenset({"renewal_unknown", "refused_row", "clock_wrong"})
"""What leaves open whether the card is invalid."""
_DIFFERENCES = ("name_differs", "birth_differs", "sex_differs")
_NOBODY = frozenset({"not_in_store", "bad_number"})
_NEAR = "near"
_OLDEST = 130  # years; a birth year that makes more, or less than none, is a slip
_YEAR = len("2026")
_OTHER = "other"
_UNREADABLE = "unreadable"


def m07_invalid_card(facts: Facts, data: RuleData, _policy: MisusePolicy) -> Hit | None:
    """Find an invalid card; whoever was told once and comes again knows."""
    reason = next((r for r in _INVALID if r in facts.reasons), None)
    if reason is None or UNSURE.intersection(facts.reasons):
        return None
    limits, today = data.limits, facts.now.day
    before = {
        v.day: v.id
        for v in facts.past
        if v.reason in _INVALID and 0 < today - v.day <= limits["again_days"]
    }
    past = int(facts.compared.get("expired_days", 0))
    numbers: Numbers = {"reason": reason, "before": len(before), "days": past}
    visits = tuple(before.values())
    if reason == "withdrawn":
        return Hit("withdrawn", numbers, visits, len(before))
    knows = len(before) >= limits["again"] and (reason != "expired" or past > limits["grace_days"])
    if knows:
        return Hit("again", numbers, visits, len(before) - limits["again"])
    if past > limits["long_days"]:
        return Hit("long", numbers, visits)
    return Hit("once", numbers, visits)


def m08_person_differs(facts: Facts, data: RuleData, policy: MisusePolicy) -> Hit | None:
    """Find a name, birth date or sex that the card store contradicts."""
    lives = Lives(facts, policy)
    # a newborn is shown with the mother's card; of another's document beside it M09 tells; where
    # only a list and the portal differ nobody showed anything
    elsewhere = facts.compared.get("beside") or facts.compared.get("unshown")
    if lives.explained(facts.now, NEWBORN) or elsewhere:
        return None
    unread = facts.compared.get("name") == _UNREADABLE  # damaged text is nobody else's name
    told = [r for r in _DIFFERENCES if r in facts.reasons]
    found = [r for r in told if not (unread and r == "name_differs")]
    if found == ["name_differs"] and lives.in_first_weeks():  # "the child of ..." has a name now
        return Hit("unnamed", {})
    apart = int(facts.compared.get("born_apart", 0))
    numbers: Numbers = {"count": len(found), "what": " ".join(found), "years": apart}
    if len(found) >= data.limits["several"]:
        return Hit("several", numbers)
    if "name_differs" in found:
        return Hit("name", numbers)
    if apart >= data.limits["years"]:  # with the same name and birth a wrong sex is the store's
        return Hit("other", numbers)
    if found:
        return Hit("one", numbers)
    if facts.compared.get("name") == _OTHER:  # a number that a hand typed may be the wrong one
        return Hit("typed", numbers)
    return None


def m09_other_document(facts: Facts, data: RuleData, policy: MisusePolicy) -> Hit | None:
    """Find a card used with the documents of several people, or a document with several cards."""
    now, lives = facts.now, Lives(facts, policy)
    if lives.explained(now, NEWBORN):
        return None
    grown = _is_grown(now, data, policy)
    documents = _with_other_citizen(facts, data) or _shared_citizen(facts, data, policy)
    if grown and documents:
        return documents
    # a child's number is written down wrong more often; a newborn's is new, and of one child
    own = is_infants_number(facts, policy)
    may_turn = own or (grown and not lives.after_a_birth(now))
    return _several_patient_numbers(facts, data, lives, may_turn=may_turn, own=own)


def _with_other_citizen(facts: Facts, data: RuleData) -> Hit | None:
    now, verdict = facts.now, facts.compared.get("document")
    if now.cccd is None:
        return None
    if verdict is None:
        others = [v for v in facts.past if v.cccd and v.cccd != now.cccd]
        own = Counter(v.cccd for v in facts.past if v.cccd)
        if not others or own[now.cccd] >= len(others):
            return None
        numbers = {"count": len(own.keys() | {now.cccd})}
        return Hit("several", numbers, ids(others), len(own.keys() | {now.cccd}) - 2)
    if verdict == _NEAR:
        return Hit("near", {})
    if verdict == _OTHER:
        same = [v for v in facts.past if v.cccd == now.cccd]
        minutes = data.limits["minutes"]
        with_whom = [v for v in facts.shared if _may_be_within(v, now, minutes)]
        owner_here = int(facts.compared.get("owner_minutes", minutes + 1)) <= minutes
        if with_whom or owner_here:  # with a card of their own: a relative who helps
            return Hit("carer", {}, ids(with_whom[:1]))
        case = "other_again" if same else "other"
        return Hit(case, {"before": len(same)}, ids(same), len(same))
    return None


def _is_grown(visit: Occasion, data: RuleData, policy: MisusePolicy) -> bool:
    """Tell whether somebody has a document of their own, or may have one."""
    age = _age(visit)
    return not is_childs(visit, policy) if age is None else age >= data.limits["grown"]


def _shared_citizen(facts: Facts, data: RuleData, policy: MisusePolicy) -> Hit | None:
    if facts.compared.get("document") == "same":  # the others used this person's document
        return None
    grown = [
        v
        for v in facts.shared
        # a mistyped number is nobody's
        if not (v.typed and v.reason in _NOBODY)
        and not policy.explained(v, NEWBORN)  # the father's, beside the mother's card
        and _is_grown(v, data, policy)
    ]
    people = {v.person_ref for v in grown}
    if not people:
        return None
    numbers = {"count": len(people) + 1}
    return Hit("shared", numbers, ids(grown), len(people) - 1)


def _may_be_within(before: Occasion, now: Occasion, minutes: int) -> bool:
    """Tell whether a visit of the day may have been so shortly before; an unknown hour may."""
    seconds = now.seconds_since(before)
    return before.day == now.day if seconds is None else seconds <= minutes * 60


def _several_patient_numbers(
    facts: Facts, data: RuleData, lives: Lives, *, may_turn: bool, own: bool
) -> Hit | None:
    now = facts.now
    here = [
        v
        for v in facts.past
        if v.ma_bn
        and same_house(v.ma_cskcb, now.ma_cskcb)
        # a baby's number beside its mother's
        and (own or not lives.explained(v, NEWBORN))
    ]
    if now.ma_bn is None or not here or here[0].ma_bn == now.ma_bn:
        return None
    numbers = Counter(v.ma_bn for v in here)
    turns = sum(a.ma_bn != b.ma_bn for a, b in pairwise(here)) + 1
    count = {"count": len(numbers.keys() | {now.ma_bn})}
    # a hospital gives a second number by mistake once; two people take turns
    taking_turns = turns >= data.limits["turns"] and may_turn
    return Hit("patients" if taking_turns else "patient", count, ids(here), turns)


def m10_dead(facts: Facts, _data: RuleData, _policy: MisusePolicy) -> Hit | None:
    """Find a person who was recorded dead."""
    died = [v for v in facts.past if v.outcome == "tu_vong" and facts.now.surely_after(v)]
    if died:
        return Hit("visit", {"days": facts.now.day - died[0].day}, ids(died))
    return Hit("store", {}) if "holder_deceased" in facts.reasons else None


def m11_age_code(facts: Facts, data: RuleData, _policy: MisusePolicy) -> Hit | None:
    """Find an object code that does not go with the age."""
    age, code = _age(facts.now), facts.now.code[:2]
    if "child_past_72_months" in facts.reasons and facts.compared.get("child") != "unsure":
        return Hit("child", {"code": code})
    oldest, youngest = data.limits["oldest"].get(code), data.limits["youngest"].get(code)
    if age is None or not ((oldest and age > oldest) or (youngest and age < youngest)):
        return None
    return Hit("age", {"code": code})  # an age in the log would outlive an erasure


def m14_typed_again(facts: Facts, data: RuleData, policy: MisusePolicy) -> Hit | None:
    """Find a card that is typed again and again, by one officer, and never compared."""
    now, limits = facts.now, data.limits
    if not now.typed:
        return None
    here = [v for v in facts.past if v.desk and now.day - v.day <= limits["days"]]
    typed = [v for v in here if v.typed]
    if len(typed) + 1 < limits["times"]:
        return None
    numbers = {"count": len(typed) + 1, "days": limits["days"]}
    alone = [v for v in typed if v.officer == now.officer and _unseen(v)]
    most = len(alone) * 3 >= len(typed) * 2  # of a regular's visits other officers type some
    enough = most and len(alone) + 1 >= limits["one_officer"] and not _types_all(facts, alone, data)
    if _unseen(now) and enough and not policy.explained(now) and not _refills(now, alone, data):
        numbers["count"] = len(alone) + 1
        return Hit("one_officer", numbers, ids(alone), len(alone) + 1 - limits["one_officer"])
    return Hit("typed", numbers, ids(typed))


def _types_all(facts: Facts, alone: list[Occasion], data: RuleData) -> bool:
    """Tell whether on these evenings all were typed, many with a document: a broken scanner."""
    days = {facts.now.day, *(v.day for v in alone)}
    beside = [v for v in facts.evenings if v.day in days]
    shown = sum(not _unseen(v) for v in beside)
    return bool(shown and shown * 100 >= len(beside) * data.limits["shown_percent"])


def _refills(now: Occasion, before: list[Occasion], data: RuleData) -> bool:
    """Tell whether visits are the same disease, about a month apart: drugs are fetched."""
    line = [now, *before]
    apart = all(a.day - b.day >= data.limits["refill_days"] for a, b in pairwise(line))
    return apart and bool(now.ma_benh) and len({v.ma_benh[:3] for v in line}) == 1


def m15_card_changed(facts: Facts, data: RuleData, _policy: MisusePolicy) -> Hit | None:
    """Find a card whose dates or benefit digit changed, and the card store does not know why.

    A later period of the number is a renewal; one that only an untrusted copy calls ended may be.
    """
    now, later = facts.now, int(facts.compared.get("den", 0))
    if later > 0:
        seen = [v for v in facts.past if v.gt_the_den == now.gt_the_den and v.reason != "expired"]
        # an insurer that ends a card early leaves a QR that was shown before
        past = int(facts.compared.get("expired_days", 0))
        doubtful = past > data.limits["grace_days"] and not seen and "expired" in facts.reasons
        doubtful = doubtful and "renewed" not in facts.compared
        return Hit("prolonged" if doubtful else "later", {"days": later}, ids(seen[:1]))
    before = next((v for v in facts.past if v.gt_the_tu or v.gt_the_den or v.code), None)
    if before is None or facts.compared.get("stored") == 1:
        return None
    if before.code and now.code and before.code[:2] == now.code[:2] and before.code != now.code:
        return Hit("digit", {"before": before.code, "now": now.code}, (before.id,))
    dated = before.gt_the_den and now.gt_the_den
    # of a child's first card only the year is known: two of one year may begin on two days
    whole = before.gt_the_tu is None or len(before.gt_the_tu) > _YEAR
    same_start = before.gt_the_tu == now.gt_the_tu and whole and dated
    if same_start and str(now.gt_the_den) > str(before.gt_the_den):
        numbers = {"before": str(before.gt_the_den), "now": str(now.gt_the_den)}
        return Hit("moved", numbers, (before.id,))
    return None


def m16_never_compared(facts: Facts, data: RuleData, _policy: MisusePolicy) -> Hit | None:
    """Find a person whose photo nobody has compared on several visits running."""
    here = [v for v in facts.past if v.desk][: data.limits["visits"]]
    if len(here) < data.limits["visits"] or not all(_unseen(v) for v in here):
        return None
    return Hit("never", {"count": len(here)}, ids(here))


def _unseen(visit: Occasion) -> bool:
    return visit.doi_chieu in {None, "", "chua"} and visit.cccd is None


def _age(visit: Occasion) -> int | None:
    """Return the age in years, None where it is not known or no age of anybody."""
    age = visit.year - visit.born if visit.born else -1
    return age if 0 <= age <= _OLDEST else None


RULES = {
    "M07": m07_invalid_card,
    "M08": m08_person_differs,
    "M09": m09_other_document,
    "M10": m10_dead,
    "M11": m11_age_code,
    "M14": m14_typed_again,
    "M15": m15_card_changed,
    "M16": m16_never_compared,
}
