"""One script out of a page's files: Streamlit takes a component outside a package only as text."""

from collections.abc import Sequence
from pathlib import Path

# What every component draws with; text from outside becomes text nodes.
_ELEMENTS = Path(__file__).parent / "browser" / "el.js"


def joined(folder: Path, names: Sequence[str]) -> str:
    """Return the scripts of a folder joined in their order, behind what all of them draw with."""
    files = [_ELEMENTS, *(folder / f"{name}.js" for name in names)]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)
