"""One script out of a page's files: Streamlit takes a component outside a package only as text."""

from collections.abc import Sequence
from pathlib import Path

_FOLDER = Path(__file__).parent / "browser"
# What every component draws with, text from outside as text nodes; and the manual beside it.
_SHARED = (_FOLDER / "el.js", _FOLDER / "beside.js")


def joined(folder: Path, names: Sequence[str]) -> str:
    """Return the scripts of a folder joined in their order, behind what all of them draw with."""
    files = [*_SHARED, *(folder / f"{name}.js" for name in names)]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)
