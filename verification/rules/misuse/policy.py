"""Thresholds, levels, exceptions, sentences and questions of the rules: data, never code."""

import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from verification.basics.errors import RequestError
from verification.basics.texts import Text
from verification.rules.misuse.facts import Flag, Level, Occasion

T = TypeVar("T")


@dataclass(frozen=True)
class HitCase:
    """One way in which a rule hits.

    Args:
        level: Its level.
        score: Its part of the visit's score.
        step: What each unit above the threshold adds.
        most: The most that the steps add.
        text: The sentence, with placeholders for the numbers.
        question: The question that the desk may ask, or None.
    """

    level: Level
    score: int
    step: int
    most: int
    text: Text
    question: str | None


@dataclass(frozen=True)
class RuleData:
    """What a rule takes from data.

    Args:
        version: Counts up with every change.
        begin: First day on which it holds.
        end: Last day, or None.
        source: Where the pattern comes from.
        limits: Thresholds by name.
        cases: Its cases by name.
    """

    version: int
    begin: date
    end: date | None
    source: str
    limits: Mapping[str, Any]
    cases: Mapping[str, HitCase]


@dataclass(frozen=True)
class Series:
    """Visits that honest life explains, recognised by their codes; `text` is their name."""

    name: str
    text: Text
    ma_benh: tuple[str, ...]
    ma_doituong_kcb: tuple[str, ...]
    ma_loai_kcb: tuple[str, ...]

    def fits(self, visit: Occasion) -> bool:
        """Tell whether a visit belongs to it."""
        return (
            (bool(visit.ma_benh) and visit.ma_benh.startswith(self.ma_benh))
            or visit.ma_doituong_kcb in self.ma_doituong_kcb
            or visit.ma_loai_kcb in self.ma_loai_kcb
        )


@dataclass(frozen=True)
class FlagQuestion:
    """What the desk may ask, and the answers by code."""

    text: Text
    answers: Mapping[str, Text]


@dataclass(frozen=True)
class NewbornData:
    """How a newborn's visits are recognised where no code of a newborn stands.

    Args:
        code: Object code of a child's own number.
        days: How long the first weeks last, for a number and after a birth.
        ma_benh: Why a newborn is seen.
        births: What a birth is called.
    """

    code: str = "TE"
    days: int = 60
    ma_benh: tuple[str, ...] = ()
    births: tuple[str, ...] = ()


@dataclass(frozen=True)
class MisusePolicy:
    """All data of the rules."""

    rules: Mapping[str, RuleData]
    series: tuple[Series, ...]
    questions: Mapping[str, FlagQuestion]
    words: Mapping[str, Text] = field(default_factory=dict)
    newborn: NewbornData = field(default_factory=NewbornData)

    def explained(self, visit: Occasion, names: frozenset[str] | None = None) -> str | None:
        """Return the series to which a visit belongs, None for none.

        Args:
            visit: The visit.
            names: Look at these series alone.
        """
        for series in self.series:
            if (names is None or series.name in names) and series.fits(visit):
                return series.name
        return None

    def sentence(self, rule: str, numbers: Mapping[str, str | int]) -> Text:
        """Return why a rule hit, in words; what this version does not know is told by its id."""
        data = self.rules.get(rule)
        case = data.cases.get(str(numbers.get("case", ""))) if data else None
        if case is None:
            return Text(f"{rule}: quy tắc không chạy được", f"{rule}: the rule could not run")
        plain = {name: Text(str(value), str(value)) for name, value in numbers.items()}
        said = {name: self.words.get(text.vi, text) for name, text in plain.items()}
        # of an older version's numbers some are not told
        vi = defaultdict(lambda: "?", {name: text.vi for name, text in said.items()})
        en = defaultdict(lambda: "?", {name: text.en for name, text in said.items()})
        return Text(case.text.vi.format_map(vi), case.text.en.format_map(en))

    def scale(self) -> Mapping[Level, tuple[int, int]]:
        """Return the least and the most that a hit of each level scores, the mildest first.

        A case's score is the sum of its rules; its level is that of its gravest hit, whatever the
        sum.
        """
        scores: dict[Level, list[int]] = defaultdict(list)
        for case in (case for data in self.rules.values() for case in data.cases.values()):
            scores[case.level] += [case.score, case.score + (case.most if case.step else 0)]
        return {level: (min(found), max(found)) for level in Level if (found := scores.get(level))}

    def question(self, rule: str, numbers: Mapping[str, str | int]) -> FlagQuestion | None:
        """Return what the desk may ask after a hit."""
        data = self.rules.get(rule)
        case = data.cases.get(str(numbers.get("case", ""))) if data else None
        return self.questions.get(case.question) if case and case.question else None


@lru_cache(maxsize=1)
def shipped() -> MisusePolicy:
    """Return the rules shipped in `misuse.toml`."""
    return _policy(
        resources.files("verification.rules.misuse").joinpath("misuse.toml").read_bytes()
    )


def load(path: Path) -> MisusePolicy:
    """Return the rules of a file.

    Raises:
        RequestError: It cannot be read, or it holds no rules.
    """
    try:
        return _policy(path.read_bytes())
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RequestError(
            f"Không dùng được tệp quy tắc {path.name}: {error}", f"{path.name} holds no rules"
        ) from error


def _policy(source: bytes) -> MisusePolicy:
    data = tomllib.loads(source.decode())
    return MisusePolicy(
        {name: _rule(entry) for name, entry in data["rule"].items()},
        tuple(_series(name, entry) for name, entry in data["series"].items()),
        {name: _question(entry) for name, entry in data["question"].items()},
        {code: Text.of(words) for code, words in data.get("word", {}).items()},
        _newborn(data.get("newborn", {})),
    )


def _newborn(entry: dict[str, Any]) -> NewbornData:
    return NewbornData(
        _a(str, entry.get("code", NewbornData.code)),
        _a(int, entry.get("days", NewbornData.days)),
        *(tuple(_a(list, entry.get(key, []))) for key in ("ma_benh", "births")),
    )


def _rule(entry: dict[str, Any]) -> RuleData:
    cases = {name: _case(case) for name, case in entry["case"].items()}
    end = entry.get("end")
    return RuleData(
        _a(int, entry["version"]),
        _a(date, entry["begin"]),
        None if end is None else _a(date, end),
        _a(str, entry["source"]),
        _a(dict, entry.get("limits", {})),
        cases,
    )


def _a(kind: type[T], value: object) -> T:
    """Return a value of just this kind; a moment is no day, a text no number.

    Raises:
        TypeError: It is another.
    """
    if type(value) is not kind:
        raise TypeError(f"{value!r} không phải {kind.__name__}")
    return value


def _case(entry: dict[str, Any]) -> HitCase:
    return HitCase(
        Level(entry["level"]),
        int(entry["score"]),
        int(entry.get("step", 0)),
        int(entry.get("most", 30)),
        Text.of(entry),
        entry.get("question"),
    )


def _series(name: str, entry: dict[str, Any]) -> Series:
    keys = ("ma_benh", "ma_doituong_kcb", "ma_loai_kcb")
    codes = (tuple(_a(list, entry.get(key, []))) for key in keys)
    # a file of rules from before these had words is read all the same
    return Series(name, Text.of(entry) if "vi" in entry else Text(name, name), *codes)


def _question(entry: dict[str, Any]) -> FlagQuestion:
    answers = {code: Text.of(words) for code, words in entry["answer"].items()}
    return FlagQuestion(Text.of(entry), answers)


def flag_to_ask(
    policy: MisusePolicy, flags: Sequence[Flag]
) -> tuple[Flag, Text, FlagQuestion] | None:
    """Return the flag of which the desk may ask, its sentence and the one question."""
    ranked = sorted(flags, key=lambda f: -f.score)
    for found in ranked:
        question = policy.question(found.rule, found.numbers)
        if question and found.level.rank >= Level.REVIEW.rank:
            return found, policy.sentence(found.rule, found.numbers), question
    return None
