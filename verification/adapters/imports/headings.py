"""The heading of a list from outside: their words for a column turned into ours."""

import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

from verification.basics.names import search_key


def our_words(heading: Sequence[str]) -> list[str]:
    """Return the names of columns, in our words where they are known."""
    return [_aliases().get(_plain(name), name.strip()) for name in heading]


def _plain(name: str) -> str:
    return search_key(name.replace("_", " "))


@lru_cache(maxsize=1)
def _aliases() -> dict[str, str]:
    source = resources.files("verification.adapters.imports").joinpath("headings.toml").read_bytes()
    known = tomllib.loads(source.decode())["heading"]
    return {_plain(alias): name for name, aliases in known.items() for alias in (name, *aliases)}
