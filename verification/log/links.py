"""What the links between the rows of one chain tell of a change, without any key.

Each row names the hash of the row before and its own, which covers its place. So most rows that
somebody moved, renumbered or left alone still say where they stood; what does not is what changed.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from typing import Any

START = "0" * 64
LogRow = Mapping[str, Any]
"""A row of the table `log`, by column."""

HashAt = Callable[[LogRow, int], str]
"""Returns the hash that a row would have at a place."""

MOST_NAMED = 1_000
"""So many missing rows of one gap are named; a forged place may lie any distance away."""

_TRIES = 200_000  # hashes in all that displaced rows are searched with


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a chain, and at which place."""

    seq: int
    kind: str


@dataclass(eq=False)
class _Node:
    """A row, where it says that it belongs, and under which hash others know it."""

    row: LogRow
    seq: int
    place: int = 0
    name: str = ""
    sound: bool = False
    path: tuple[int, int] = (0, 0)  # rows that lead to it and that follow from it

    @property
    def previous(self) -> str:
        return str(self.row["prev_hash"])

    @property
    def weight(self) -> tuple[int, bool, bool]:
        """Rank those that claim one place: whoever carries most of the chain stands there."""
        return sum(self.path), self.sound, self.seq != self.place


def diagnose(rows: Sequence[LogRow], hash_at: HashAt) -> list[Problem]:
    """Name each change of a chain that is not sound.

    Args:
        rows: Of one desk, by `seq`.
        hash_at: As `chain.row_hash`.
    """
    nodes = [_Node(row, row["seq"]) for row in rows]
    _find_places(nodes, hash_at)
    _place_by_links(nodes)
    _measure(nodes)
    return _named(*_chosen(nodes))


def _find_places(nodes: Sequence[_Node], hash_at: HashAt) -> None:
    referred = {node.previous for node in nodes}
    dangling = referred - {node.row["hash"] for node in nodes} - {START}
    search = _Search(hash_at, dangling, len(nodes) + MOST_NAMED)
    places: dict[str, int] = {}
    for node in nodes:
        own = node.row["hash"]
        here = hash_at(node.row, node.seq)
        if here == own and (own in referred or not dangling):
            found: tuple[int, str] | None = (node.seq, own)
        elif here in dangling:  # its hash was changed, what follows still names the true one
            found = (node.seq, here)
        else:
            found = search.place_of(node, places.get(node.previous, 0) + 1)
            found = found or ((node.seq, own) if here == own else None)
        if found:
            node.place, node.name = found
            node.sound = True
        else:
            node.name = own
        places.setdefault(node.name, node.place)


@dataclass
class _Search:
    """Looks for the place at which a row's hash is right, or is one that another row names."""

    hash_at: HashAt
    dangling: set[str]
    highest: int
    shift: int = 0  # of the row before: who inserts or deletes moves all that follow alike
    tries: int = _TRIES

    def place_of(self, node: _Node, guess: int) -> tuple[int, str] | None:
        near = (guess, node.seq + self.shift)
        everywhere = chain(near, _around(node.seq, self.highest))
        for place in islice(everywhere, max(self.tries, len(near))):
            self.tries -= 1
            found = self.hash_at(node.row, place)
            if found in self.dangling or (found == node.row["hash"] and place != node.seq):
                self.shift = place - node.seq
                return place, found
        return None


def _around(seq: int, highest: int) -> Iterator[int]:
    """Yield the places of a chain, the nearest first."""
    middle = min(max(seq, 1), highest)
    yield middle
    for distance in range(1, highest):
        if middle > distance:
            yield middle - distance
        if middle + distance <= highest:
            yield middle + distance


def _place_by_links(nodes: Sequence[_Node]) -> None:
    """Put a row whose hash fits nowhere between those that it links."""
    named = {START: 0} | {node.name: node.place for node in nodes if node.place}
    following = {node.previous: node.place for node in nodes if node.place}
    for node in nodes:
        if not node.place:
            behind, before = named.get(node.previous), following.get(node.name)
            node.place = behind + 1 if behind is not None else (before or node.seq + 1) - 1
            named.setdefault(node.name, node.place)


def _measure(nodes: Sequence[_Node]) -> None:
    """Count for each row how long the chain is that it carries."""
    behind: dict[tuple[str, int], int] = defaultdict(int)
    for node in sorted(nodes, key=lambda one: one.place):
        length = behind[node.previous, node.place - 1] + 1
        node.path = (length, 0)
        key = (node.name, node.place)
        behind[key] = max(behind[key], length)
    before: dict[tuple[str, int], int] = defaultdict(int)
    for node in sorted(nodes, key=lambda one: -one.place):
        length = before[node.name, node.place + 1]
        node.path = (node.path[0], length)
        key = (node.previous, node.place)
        before[key] = max(before[key], length + 1)


def _chosen(nodes: Sequence[_Node]) -> tuple[dict[int, _Node], list[_Node]]:
    """Return who stands at each place of the chain, and who is none of it."""
    stands: dict[int, _Node] = {}
    strays: list[_Node] = []
    names: set[str] = set()
    far = len(nodes) + MOST_NAMED
    first = sorted(nodes, key=lambda one: one.seq != one.place)  # before its own copies
    for node in sorted(first, key=lambda one: one.weight, reverse=True):
        copied = node.sound and node.name in names
        if copied or node.place in stands or not 0 < node.place <= far:
            strays.append(node)
        else:
            stands[node.place] = node
            names.add(node.name)
    return stands, strays


def _named(stands: Mapping[int, _Node], strays: Sequence[_Node]) -> list[Problem]:
    open_places = {place for place in range(1, max(stands, default=0)) if place not in stands}
    standing = {node.seq for node in strays if node.seq in open_places}
    edited = {node.seq for node in strays if node.seq in standing}
    inserted = [node.seq for node in strays if node.seq not in standing]
    deleted = sorted(open_places - standing)
    placed = [stands[place] for place in sorted(stands)]
    edited |= {n.seq for n in placed if not n.sound or _rehashed_in_place(n)}
    edited |= set(_broken(placed, edited))
    pairs = [(node.place, node.seq) for node in placed]
    swapped = moved([seq for _, seq in pairs])
    edited |= set(unexplained([p for p in pairs if p[1] not in swapped], inserted, deleted))
    found = {"edited": edited, "inserted": inserted, "deleted": deleted, "swapped": swapped}
    return [Problem(seq, kind) for kind, seqs in found.items() for seq in seqs]


def _rehashed_in_place(node: _Node) -> bool:
    return node.seq == node.place and node.name != node.row["hash"]


def _broken(placed: Sequence[_Node], edited: set[int]) -> Iterator[int]:
    """Yield who is to blame where a row does not link to the one before it."""
    referred = {node.previous for node in placed}
    if placed and placed[0].place == 1 and placed[0].previous != START:
        yield placed[0].seq
    for one, following in pairwise(placed):
        apart = following.place != one.place + 1 or {one.seq, following.seq} & edited
        if not apart and following.previous != one.name:
            yield following.seq if one.name in referred else one.seq


def unexplained(
    pairs: Iterable[tuple[int, int]], inserted: Sequence[int], deleted: Sequence[int]
) -> Iterator[int]:
    """Yield rows that were given another number where no row put in or taken out explains it."""
    before = (0, 0)
    for place, seq in pairs:
        if seq - place != before[1] - before[0]:
            put_in = any(before[1] < one < seq for one in inserted)
            taken = any(before[0] < one < place for one in deleted)
            if not (put_in or taken):
                yield seq
        before = (place, seq)


def moved(numbers: Sequence[int]) -> set[int]:
    """Return which of these numbers, which should rise, were moved.

    Where some changed places in pairs it is both of each pair, else the fewest whose moving
    explains the order.
    """
    if all(one < following for one, following in pairwise(numbers)):
        return set()
    right = {number: at for at, number in enumerate(sorted(numbers))}
    away = [at for at, number in enumerate(numbers) if right[number] != at]
    if all(right[numbers[right[numbers[at]]]] == at for at in away):
        return {numbers[at] for at in away}
    return set(numbers) - set(_longest_rising(numbers))


def _longest_rising(numbers: Sequence[int]) -> list[int]:
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        at = bisect_left(ends, number)
        before[number] = ends[at - 1] if at else None
        ends[at : at + 1] = [number]
    kept: list[int] = []
    last: int | None = ends[-1] if ends else None
    while last is not None:
        kept.append(last)
        last = before[last]
    return kept[::-1]
