"""Two values side by side: what was presented and what the store has, the differing part marked."""

from collections.abc import Iterable
from dataclasses import dataclass

from verification.basics import marked
from verification.basics.marked import Pieces
from verification.card.reasons import Finding, Reason

_FACTS = {
    Reason.NAME_DIFFERS: "ho_ten",
    Reason.NAME_DIFFERS_LITTLE: "ho_ten",
    Reason.NAME_UNREADABLE: "ho_ten",
    Reason.BIRTH_DIFFERS: "ngay_sinh",
    Reason.SEX_DIFFERS: "gioi_tinh",
    Reason.CITIZEN_DIFFERS: "so_cccd",
}


@dataclass(frozen=True)
class Pair:
    """One fact that two sources have otherwise.

    Args:
        fact: Its official field name.
        shown: As presented.
        kept: As the other source has it.
        on_citizen_card: True where the citizen card beside the BHYT card shows it.
    """

    fact: str
    shown: Pieces
    kept: Pieces
    on_citizen_card: bool = False

    @property
    def kept_text(self) -> str:
        """Return the other source's value without its marks."""
        return "".join(piece.text for piece in self.kept)


def pair(fact: str, shown: str, kept: str, places: Iterable[int] = ()) -> Pair:
    """Return two values of a fact with their differing parts marked.

    Args:
        fact: Its official field name.
        shown: As presented; dates `17/04/1994`, a citizen number masked or not.
        kept: As the other source has it.
        places: Where numbers differ, from 1, as masked ones do not show it.
    """
    match fact:
        case "ho_ten":
            return Pair(fact, *marked.names(shown, kept))
        case "ngay_sinh":
            return Pair(fact, *marked.dates(shown, kept))
        case "so_cccd":
            return Pair(fact, *marked.numbers(shown, kept, tuple(places)), on_citizen_card=True)
    return Pair(fact, *marked.whole(shown, kept))


def pairs_of(findings: Iterable[Finding]) -> tuple[Pair, ...]:
    """Return what was presented otherwise than the store has it, as the reasons found it."""
    return tuple(
        _of(finding, _FACTS[finding.reason])
        for finding in findings
        if finding.reason in _FACTS and "shown" in finding.params
    )


def _of(finding: Finding, fact: str) -> Pair:
    said = finding.params
    places = map(int, said.get("places", "").split())
    made = pair(fact, said["shown"], said["store"], places)
    on_card = made.on_citizen_card or said.get("case", "").startswith("citizen")
    return Pair(fact, made.shown, made.kept, on_card)
