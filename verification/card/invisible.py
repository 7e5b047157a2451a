"""Characters that nobody sees: copied along from a page or a file, they are no part of a number.

The list is Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties, Unicode 15.1) with the
interlinear annotations; signs that are seen, such as U+0600 or U+FFFD, are not in it.
"""

import re

_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)


def without_unseen(text: str) -> str:
    """Return a text without the characters that nobody sees; blanks stay."""
    return text if text.isascii() else _UNSEEN.sub("", text)
