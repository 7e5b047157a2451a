"""Invented people of a day: each comes once, and each has a name of his own."""

import csv
from dataclasses import dataclass
from pathlib import Path

from fixtures.encode import build_payload
from fixtures.tables import Card, table

LISTED = 4  # of five people stand in the imported list, the fifth is a stranger
_VARIANTS = ("old15", "new17", "old_no_terminator", "hash_terminator", "upper_hex")
_SYLLABLES = ("An", "Bình", "Cường", "Dung", "Giang", "Hạnh", "Khánh", "Lan", "Minh", "Ngọc")
_LIKE = "DN4797900000011"


@dataclass(frozen=True)
class Person:
    """Somebody who comes.

    Args:
        card: The row of the list.
        listed: Whether it is in the list.
        text: What a scanner types.
    """

    card: Card
    listed: bool
    text: str

    @property
    def name(self) -> str:
        """Return the name as the desk shows it."""
        return self.card["ho_ten"].upper()


def person(at: int) -> Person:
    """Return the one who comes at a place in the row."""
    like = next(row for row in table("cards") if row["ma_the"] == _LIKE)
    name = " ".join(_SYLLABLES[int(digit)] for digit in f"{at:04d}")
    numbers = {"ma_so_bhxh": f"79{50_000_000 + at}", "so_cccd": f"0790{80_000_000 + at}"}
    card = like | numbers | {
        "ma_the": f"DN479{numbers['ma_so_bhxh']}",
        "ho_ten": f"Trần {name} Mẫu",
        "ngay_sinh": f"{1950 + at % 50}-{1 + at % 12:02d}-{1 + at % 28:02d}",
    }  # fmt: skip
    text = build_payload(card, _VARIANTS[at % len(_VARIANTS)]).decode()
    return Person(card, at % 5 < LISTED, "".join(one for one in text if one.isprintable()))


def write_list(folder: Path, people: int) -> None:
    """Write the demo's cards and those of the people who are listed, and what lies beside them."""
    folder.mkdir()
    rows = [*table("cards"), *(one.card for one in map(person, range(people)) if one.listed)]
    for name, lines in (("cards", rows), ("unlisted", table("unlisted"))):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, lines[0])
            writer.writeheader()
            writer.writerows(lines)
