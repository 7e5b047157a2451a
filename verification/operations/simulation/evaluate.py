"""How right the flags are on labelled visits: precision by case, recall, false flags by group."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from verification.basics.errors import ImportFileError
from verification.operations.simulation.replay import Replayed, replay
from verification.rules.misuse.facts import Level
from verification.rules.misuse.policy import MisusePolicy

_TOPS = (20, 50)
_DRAWS = 200  # of the random baseline
_DESK_RULES = frozenset({"M13"})
_DESK_SCHEMES = frozenset({"probing"})


@dataclass
class _Case:
    """The review flags of one card or desk, joined."""

    parts: dict[str, int] = field(default_factory=dict)
    right: bool = False

    @property
    def score(self) -> int:
        return sum(self.parts.values())


def evaluate(folder: Path, facility: str | None, policy: MisusePolicy) -> dict[str, Any]:
    """Replay a labelled folder and say how right the flags are.

    A case joins the `review` and `urgent` flags of one card, or of one desk; its score is the sum
    of each rule's best part; it is right when one of the rows it flags is labelled. Recall counts
    instances: of a scheme all rows of one card, of a scheme of the desk all rows of one desk and
    day; only instances with a row of this facility, and one is found when one of its rows has a
    `review` flag. False flags are counted over the honest rows of this facility.

    Args:
        folder: With `visits.csv`, `labels.csv`, and `cards.csv` if there is a store.
        facility: This facility; that of the first row if None.
        policy: The rules.

    Raises:
        ImportFileError: A file is missing or wrong.
    """
    labels = _labels(folder / "labels.csv")
    rows = list(replay(folder / "visits.csv", None, facility, policy))
    own = [row for row in rows if row.verdict is not None]
    if missing := [str(row.row) for row in own if row.row not in labels]:
        raise ImportFileError(
            f"labels.csv thiếu dòng {', '.join(missing[:5])}",
            f"labels.csv lacks row {', '.join(missing[:5])}",
        )
    cases = _cases(own, labels)
    ranked = sorted(cases.values(), key=lambda c: -c.score)
    found, false = _found(own, labels), _false(own, labels)
    return {
        **{f"precision_{top}": _precision([c.right for c in ranked], top) for top in _TOPS},
        "recall": _rates(found, 1, 4),
        "false_per_1000": _rates({"": _sum(false)}, 1000, 3)[""],
        "false_per_1000_by_group": _rates(false, 1000, 3),
        "counts": {"found": found, "false": false},
        "baselines": {"random": _random(own, labels), "visits_30d": _by_visits(own, labels)},
        "cases": len(ranked),
        "visits": len(own),
    }


_Labels = Mapping[int, tuple[str, str]]


def _labels(path: Path) -> dict[int, tuple[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return {
                int(r["row"]): (r["scheme"] or "", r.get("group") or "")
                for r in csv.DictReader(file)
            }
    except (OSError, KeyError, TypeError, ValueError, csv.Error) as error:
        raise ImportFileError(f"Không đọc được {path}", f"Cannot read {path}") from error


def _reviewed(row: Replayed) -> bool:
    return any(flag.level.rank >= Level.REVIEW.rank for flag in row.flags)


def _cases(rows: Iterable[Replayed], labels: _Labels) -> dict[tuple[str, str], _Case]:
    cases: dict[tuple[str, str], _Case] = defaultdict(_Case)
    for row in rows:
        for flag in row.flags:
            if flag.level.rank < Level.REVIEW.rank:
                continue
            at_desk = flag.rule in _DESK_RULES
            case = cases[("desk", row.desk) if at_desk else ("card", row.subject)]
            case.parts[flag.rule] = max(case.parts.get(flag.rule, 0), flag.score)
            case.right = case.right or bool(labels[row.row][0])
    return cases


def _precision(right: list[bool], top: int) -> float | None:
    best = right[:top]
    return round(sum(best) / len(best), 4) if best else None


_Counts = Mapping[str, tuple[int, int]]  # how many, of how many


def _rates(counts: _Counts, of: int, digits: int) -> dict[str, float]:
    return {name: round(of * part / max(all_, 1), digits) for name, (part, all_) in counts.items()}


def _sum(counts: _Counts) -> tuple[int, int]:
    return sum(part for part, _ in counts.values()), sum(all_ for _, all_ in counts.values())


def _found(rows: Iterable[Replayed], labels: _Labels) -> _Counts:
    found: dict[str, dict[tuple[str, ...], bool]] = defaultdict(dict)
    for row in rows:
        scheme = labels[row.row][0]
        if scheme:
            # the numbers tried at a desk are one attempt
            own = (row.desk, str(row.day)) if scheme in _DESK_SCHEMES else (row.subject,)
            found[scheme][own] = found[scheme].get(own, False) or _reviewed(row)
    return {scheme: (sum(own.values()), len(own)) for scheme, own in sorted(found.items())}


def _false(rows: Iterable[Replayed], labels: _Labels) -> _Counts:
    flagged: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        scheme, group = labels[row.row]
        if not scheme:
            flagged[group or "-"].append(_reviewed(row))
    return {group: (sum(found), len(found)) for group, found in sorted(flagged.items())}


def _by_card(rows: Iterable[Replayed]) -> dict[str, list[Replayed]]:
    cards: dict[str, list[Replayed]] = defaultdict(list)
    for row in rows:
        cards[row.subject].append(row)
    return cards


def _random(rows: Iterable[Replayed], labels: _Labels) -> dict[str, float]:
    """Return the mean precision of cards drawn by chance."""
    right = [any(labels[r.row][0] for r in found) for found in _by_card(rows).values()]
    chance = Random(1)
    tops = {}
    for top in _TOPS:
        size = min(top, len(right))
        drawn = sum(sum(chance.sample(right, size)) for _ in range(_DRAWS))
        tops[f"precision_{top}"] = round(drawn / max(size * _DRAWS, 1), 4)
    return tops


def _by_visits(rows: Iterable[Replayed], labels: _Labels) -> dict[str, float | None]:
    """Return the precision of the cards with the most visits in any 30 days."""
    ranked = sorted(_by_card(rows).values(), key=lambda found: -_busiest(found))
    right = [any(labels[r.row][0] for r in found) for found in ranked]
    return {f"precision_{top}": _precision(right, top) for top in _TOPS}


def _busiest(rows: list[Replayed]) -> int:
    days = [row.day for row in rows]
    return max(sum(0 <= later - day < 30 for later in days) for day in days)  # noqa: PLR2004  # the baseline's own window
