"""The entitlement of one visit: code, rate or range, and why; the rules themselves are data.

Rows are tried from top to bottom. Where one depends on an input that is not known, both ways are
followed, so that the answer is exact over all that the visit may still turn out to be.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

from verification.basics.figures import dotted
from verification.basics.rates import percent_text
from verification.basics.texts import Text, Texts
from verification.rules.law.copayment import visit_threshold
from verification.rules.law.decision_table import Rule, card_rates, facility_words, rules_in_force
from verification.rules.law.papers import Paper
from verification.rules.law.tables import Law, weakest
from verification.rules.law.visit_inputs import Inputs
from verification.rules.law.visit_questions import QUESTIONS, asked_in_order

_TEXTS = Texts("verification.rules.law")
_VALUES: Mapping[str, tuple[object, ...]] = {q.name: q.choices for q in QUESTIONS if q.choices}
_YES_NO = (True, False)  # of an input that no question answers, such as where a card is registered
_MOST_QUESTIONS = 2
_OPEN = Fraction(2)  # wider than any range: no rate can be shown
_Known = Mapping[str, Any]
_Spread = tuple[Fraction, Fraction] | None


@dataclass(frozen=True)
class StillToAsk:
    """One question to the desk: the input that it fills, and its words."""

    input: str
    text: Text


@dataclass(frozen=True)
class LadderRow:
    """One row that was tried; `hit` is None where it depends on what is not known."""

    id: str
    hit: bool | None
    why: Text
    text: Text


@dataclass(frozen=True)
class Alternative:
    """A later row that fits too; the desk may choose it with a reason."""

    ma_doituong_kcb: str
    rate: Fraction | None


@dataclass(frozen=True)
class Entitlement:
    """What a visit is entitled to, as far as it is known.

    Args:
        ma_doituong_kcb: The code, None where it is not one.
        rate: The fund's share, None where it is not one value or none may be shown.
        rate_low: The least it can be; None where none may be shown.
        rate_high: The most it can be.
        ask: At most two questions that decide most.
        condition: What would still change the rate, in words.
        basis: Articles of the rows that may apply.
        confidence: The weakest of the rows used.
        ladder: The rows tried, to the last that may apply.
        alternatives: Later rows that fit too.
        unchecked: True while any row used is not signed off.
        notes: What staff must know beside it.
        reads: The inputs that each row read.
        papers: What the dates of papers say, as far as a row read it.
    """

    ma_doituong_kcb: str | None = None
    rate: Fraction | None = None
    rate_low: Fraction | None = None
    rate_high: Fraction | None = None
    ask: tuple[StillToAsk, ...] = ()
    condition: Text | None = None
    basis: str | None = None
    confidence: str | None = None
    ladder: tuple[LadderRow, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    unchecked: bool = True
    notes: tuple[Text, ...] = ()
    reads: Mapping[str, frozenset[str]] | None = None
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True)
class _Leaf:
    """One way that the visit may turn out: the row that hits, and with which rates."""

    rule: Rule
    known: _Known
    rates: frozenset[Fraction]


@lru_cache(maxsize=4096)  # a desk meets the same few situations all day
def decide(inputs: Inputs, law: Law) -> Entitlement:
    """Decide what a visit is entitled to; no input raises.

    Args:
        inputs: Made by `inputs_for`.
        law: The tables.
    """
    rules = rules_in_force(law, inputs.on)
    walk = _Walk(inputs, law)
    leaves = tuple(walk.leaves(rules, vars(inputs))) if inputs.answerable else ()
    if not leaves:
        return Entitlement()
    used = tuple(dict.fromkeys(leaf.rule for leaf in leaves))
    spread = None if _stands_open(used, inputs) else _spread(leaves)
    single = spread[0] if spread and spread[0] == spread[1] else None
    codes = {_listed(rule.code, law, inputs.on) for rule in used}
    papers = tuple(paper for paper in inputs.papers if walk.has_read(paper.input))
    return Entitlement(
        ma_doituong_kcb=codes.pop() if len(codes) == 1 else None,
        rate=single,
        rate_low=spread[0] if spread else None,
        rate_high=spread[1] if spread else None,
        ask=() if single is not None else _questions(leaves, inputs),
        condition=walk.condition(used, single),
        ladder=tuple(walk.ladder(rules, used)),
        alternatives=tuple(walk.alternatives(rules, used)),
        notes=(*_notes(used, inputs), *(paper.text for paper in papers)),
        papers=papers,
        reads={rule: frozenset(names) for rule, names in walk.reads.items()},
        **walk.support(used),
    )


def _listed(code: str | None, law: Law, day: date) -> str | None:
    """Return a visit code if the list of that day has it; an older list has other codes."""
    listed = _list_of(law, day)
    return code if not listed or code in listed else None


@lru_cache(maxsize=64)
def _list_of(law: Law, day: date) -> frozenset[str]:
    return frozenset(row["ma_doituong_kcb"] for row in law.rows("ma_doituong_kcb", day))


@lru_cache(maxsize=4096)  # every row of the ladder says why; the sentences are few
def _said(key: str, **words: Text) -> Text:
    return _TEXTS(key, **words)


def _stands_open(used: Sequence[Rule], inputs: Inputs) -> bool:
    """Tell whether the desk stated what leads to a row for which no rate may be shown."""
    stated = vars(inputs)
    silent = (rule for rule in used if rule.share is None)
    return any(stated[c.name] is True for rule in silent for c in rule.cells if c.asks)


class _Walk:
    """One way through the rules, with a note of what each row read."""

    def __init__(self, inputs: Inputs, law: Law) -> None:
        self.reads: dict[str, set[str]] = {}
        self._inputs = inputs
        self._law = law
        self._benefit = inputs.benefit
        self._threshold = visit_threshold(law, inputs.on)
        if inputs.newborn:  # a newborn is a child under 6, whosever card was shown
            self._bases = frozenset({Fraction(1)})
        elif self._benefit is None:
            self._bases = card_rates(law, inputs.on)
        else:
            self._bases = frozenset({self._benefit.rate})

    def leaves(self, rules: Sequence[Rule], known: _Known) -> Iterator[_Leaf]:
        """Yield every way that the visit may turn out; together they are all completions."""
        for at, rule in enumerate(rules):
            found = self._match(rule, known)
            if found is True:
                yield _Leaf(rule, known, self._rates(rule))
                if rule.doubted:
                    yield from self.leaves(rules[at + 1 :], known)
                return
            if found is not False:
                for value in _VALUES.get(found, _YES_NO):
                    yield from self.leaves(rules[at:], {**known, found: value})
                return

    def has_read(self, name: str) -> bool:
        """Tell whether an input mattered to any row that was tried."""
        return any(name in names for names in self.reads.values())

    def _match(self, rule: Rule, known: _Known) -> bool | str:
        """Tell whether a row holds, or name the input that it depends on."""
        reads = self.reads.setdefault(rule.id, set())
        for cell in rule.cells:
            reads.add(cell.name)
            value = known[cell.name]
            if value is None and cell.asks:
                return cell.name
            if value not in cell.allowed:
                return False
        return True

    def _rates(self, rule: Rule) -> frozenset[Fraction]:
        if rule.share is None:
            return frozenset()
        if rule.full:
            return frozenset({Fraction(1)})
        self.reads[rule.id].add("benefit")
        if rule.lift != "never" and self._lifted(rule) and rule.lift == "certain":
            return frozenset({Fraction(1)})
        return frozenset(base * rule.share for base in self._bases)

    def _lifted(self, rule: Rule) -> bool:
        """Tell whether digits 3 and 4 rise to 100 % by what is known of the money."""
        self.reads[rule.id] |= {"first_visit_cost", "copay_exempt"}
        cost = self._inputs.first_visit_cost
        cheap = None not in (cost, self._threshold) and cost < self._threshold  # type: ignore[operator]  # both are known here
        return cheap or self._inputs.copay_exempt is True

    def condition(self, used: Sequence[Rule], rate: Fraction | None) -> Text | None:
        """Return what may still raise one rate: certain where every row says so."""
        lifts = {rule.lift for rule in used}
        if rate is None or rate == 1 or "never" in lifts or self._threshold is None:
            return None
        if any(self._lifted(rule) for rule in used):
            return _TEXTS("condition.lifted", rate=percent_text(rate)) if "ask" in lifts else None
        if self._inputs.first_visit_cost is not None:
            return None
        limit = dotted(int(self._threshold))
        key = "condition.ask" if "ask" in lifts else "condition.certain"
        return _TEXTS(key, rate=percent_text(rate), limit=limit)

    def support(self, used: Sequence[Rule]) -> dict[str, Any]:
        """Return articles, confidence and signatures of all rows used, the card's too."""
        benefit = self._benefit
        sources = [rule.basis for rule in used] + [(benefit and benefit.changed_by) or ""]
        tags = [rule.confidence for rule in used] + ([benefit.confidence] if benefit else [])
        signed = all(rule.checked for rule in used) and benefit is not None and benefit.checked
        return {
            "basis": "; ".join(dict.fromkeys(source for source in sources if source)),
            "confidence": weakest(tags),
            "unchecked": not signed,
        }

    def alternatives(self, rules: Sequence[Rule], used: Sequence[Rule]) -> Iterator[Alternative]:
        """Yield the later rows of the same kind that fit for certain, where one row hits."""
        if len(used) > 1:
            return
        (hit,) = used
        for rule in rules[rules.index(hit) + 1 :]:
            fits = rule.group == hit.group and self._match(rule, vars(self._inputs)) is True
            if fits and rule.code:
                rates = frozenset() if rule.doubted else self._rates(rule)
                yield Alternative(rule.code, next(iter(rates)) if len(rates) == 1 else None)

    def ladder(self, rules: Sequence[Rule], used: Sequence[Rule]) -> Iterator[LadderRow]:
        """Yield the rows tried, to the last that may apply."""
        last = max(rules.index(rule) for rule in used)
        for rule in rules[: last + 1]:
            if rule in used:
                hit = True if len(used) == 1 else None
                why = self._why("hit" if hit else "maybe", rule)
                yield LadderRow(rule.id, hit, why, rule.text)
            else:
                yield LadderRow(rule.id, hit=False, why=self._why("miss", rule), text=rule.text)

    def _why(self, key: str, rule: Rule) -> Text:
        known = vars(self._inputs)
        certain = (c for c in rule.cells if known[c.name] is not None or not c.asks)
        cell = next((c for c in certain if known[c.name] not in c.allowed), None)
        if key != "miss":
            return _said(f"why.{key}", rule=rule.text)
        if cell is None:  # possible by itself, but the rows above leave nothing over
            return _said("why.before", rule=rule.text)
        name = _said(f"input.{cell.name}")
        found = self._found(cell.name, known[cell.name])
        return _said("why.miss", rule=rule.text, input=name, found=found)

    def _found(self, name: str, value: object) -> Text:
        if paper := next((p for p in self._inputs.papers if p.input == name), None):
            return paper.text
        words = facility_words(self._law, self._inputs.on)
        word = words.get(f"{name.removeprefix('registered_')}.{value}")
        return word or _TEXTS.get(f"value.{value}") or Text(str(value), str(value))


def _spread(leaves: Sequence[_Leaf]) -> _Spread:
    """Return least and most; None where no rate may be shown."""
    rules = {leaf.rule: leaf.rates for leaf in leaves}
    if any(rule.share is None for rule in rules):
        return None
    rates = [rate for each in rules.values() for rate in each]
    return min(rates), max(rates)


def _width(leaves: Sequence[_Leaf]) -> Fraction:
    spread = _spread(leaves)
    return _OPEN if spread is None else spread[1] - spread[0]


def _answers(leaves: Sequence[_Leaf], name: str) -> list[list[_Leaf]]:
    """Return what each answer to a question would leave."""
    return [
        [leaf for leaf in leaves if leaf.known[name] in (None, value)] for value in _VALUES[name]
    ]


def _questions(leaves: Sequence[_Leaf], inputs: Inputs) -> tuple[StillToAsk, ...]:
    """Choose the questions whose answers narrow the range most; equals stay in their order."""
    names = [name for name in asked_in_order() if vars(inputs)[name] is None]
    chosen: list[str] = []
    while len(chosen) < _MOST_QUESTIONS and _width(leaves):
        left = [name for name in names if name not in chosen]
        scored = {name: [_width(a) for a in _answers(leaves, name)] for name in left}
        useful = [name for name in left if min(scored[name]) < _width(leaves)]
        if not useful:
            break
        best = min(
            useful, key=lambda name: (max(scored[name]), sum(scored[name]) / len(scored[name]))
        )
        chosen.append(best)
        leaves = max(_answers(leaves, best), key=_width)
    return tuple(StillToAsk(name, _TEXTS(f"ask.{name}")) for name in chosen)


def _notes(used: Sequence[Rule], inputs: Inputs) -> tuple[Text, ...]:
    # a doubt about papers that nobody has shown would drown the question that settles it
    spoken = (rule for rule in used if not rule.doubted or _is_stated(rule, inputs))
    keys = dict.fromkeys(rule.note for rule in spoken if rule.note)
    return tuple(_TEXTS(f"note.{key}") for key in keys)


def _is_stated(rule: Rule, inputs: Inputs) -> bool:
    return all(vars(inputs)[cell.name] is not None for cell in rule.cells)
