"""The facility's account at the national portal, and how the portal is reached."""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from verification.card.portal import PortalOfficer

_SHOWN = 2  # characters of the account's name that may be told: the province


class Body(StrEnum):
    """How a question is written: the portal's own papers and its clients differ."""

    FORM = "form"
    JSON = "json"


class Letters(StrEnum):
    """The letters of the password's MD5: CV 1245 says capitals, many clients send small ones."""

    UPPER = "upper"
    LOWER = "lower"


@dataclass(frozen=True)
class PortalAccount:
    """What is needed to ask the portal; nothing that lets anybody in is in its text.

    Args:
        url: Base address, without a slash at its end.
        user: The facility's account, `79014_BV`.
        password: As it was given; only its MD5 is ever sent.
        officer: Who asks where the one at the desk is not known to the portal, or None.
        body: How questions are written.
        letters: Letters of the password's MD5.
        proxy: Address of a proxy, or None; those of the environment are not taken.
        ca: A file of authorities to believe, or None for the usual ones.
        rate: Questions a minute.
    """

    url: str
    user: str
    password: str = field(repr=False)
    officer: PortalOfficer | None = field(default=None, repr=False)
    body: Body = Body.FORM
    letters: Letters = Letters.UPPER
    proxy: str | None = field(default=None, repr=False)
    ca: Path | None = None
    rate: int = 120

    @property
    def password_md5(self) -> str:
        """Return what the portal takes for the password."""
        found = hashlib.md5(self.password.encode(), usedforsecurity=False).hexdigest()
        return found.upper() if self.letters is Letters.UPPER else found

    @property
    def host(self) -> str:
        """Return the portal's host."""
        return urlsplit(self.url).hostname or ""

    @property
    def masked_user(self) -> str:
        """Return the account's name as it may stand on papers: `79…_BV`."""
        name, line, kind = self.user.partition("_")
        return f"{name[:_SHOWN]}…{line}{kind}"

    def __str__(self) -> str:
        """Return the host and the masked account, for lists of settings."""
        return f"{self.host} ({self.masked_user})"
