"""What the store mended by itself, a line each in the server's own record.

The names of its files and counts alone are told; a command that mends says nothing of it.
"""

import logging
from pathlib import Path

_log = logging.getLogger("kiosk.store")  # told from INFO on where a server runs


def mended(path: Path, what: str) -> None:
    """Have one line written.

    Args:
        path: The file that it is about; its name alone is written.
        what: What happened, and how it stands now.
    """
    _log.info("%s: %s", path.name, what)
