"""What the strips call the pages: words short enough for a line with everything else."""

from verification.basics.texts import Texts

_TEXTS = Texts("app_pages.shell")
_SHORTER = frozenset({"desk", "tai_khoan"})


def page_text(name: str, lang: str) -> str:
    """Return the words for a page."""
    key = f"strip_{name}" if name in _SHORTER else f"go_{name}"
    return _TEXTS(key).in_language(lang)
