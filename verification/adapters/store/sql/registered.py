"""What a register of the log adds up to."""

import hashlib
from dataclasses import dataclass

from verification.log import chain

ROW, END = "log-row", "log-end"
"""What an entry and an end are bound as."""


@dataclass(frozen=True)
class End:
    """How many events were registered, and the digest of their entries."""

    count: int = 0
    digest: str = chain.START

    def after(self, n: int, mac: str) -> "End":
        """Return the end behind one more entry."""
        return End(n, hashlib.sha256(f"{self.digest}{mac}".encode()).hexdigest())
