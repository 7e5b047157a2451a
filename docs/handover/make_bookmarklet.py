"""Make the line of a bookmark out of a readable script: `make_bookmarklet.py FILE.js`."""  # noqa: INP001  # a program of its own

import sys
from pathlib import Path
from urllib.parse import quote

_PLAIN = "!~*'()"  # as encodeURIComponent leaves them


def bookmarklet(source: str) -> str:
    """Return the address of a bookmark that runs a script; its line ends stay, so comments may."""
    return "javascript:" + quote(source.strip(), safe=_PLAIN)


if __name__ == "__main__":
    sys.stdout.write(bookmarklet(Path(sys.argv[1]).read_text(encoding="utf-8")) + "\n")
