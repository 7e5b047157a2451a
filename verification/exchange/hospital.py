"""How a house is joined to its hospital system: what an installation decides of it."""

from dataclasses import dataclass, field
from pathlib import Path

DEFAULT_TEMPLATE = (
    "{ma_the}\t{ho_ten}\t{ngay_sinh}\t{gioi_tinh}\t{ma_dkbd}\t{gt_the_tu}\t{gt_the_den}"
)


@dataclass(frozen=True)
class Hospital:
    """The ways to the hospital system; none of them is on by itself but the copying.

    Args:
        template: `KIOSK_HANDOVER_TEMPLATE`, what F3 copies.
        link: `KIOSK_HANDOVER_LINK`, the address that is opened with a visit's token, or None.
        to: `KIOSK_HANDOVER_TO`, a folder or a web address that gets each visit, or None.
        secret: `KIOSK_HANDOVER_SECRET`, what its messages are signed by, or None.
        ca: `KIOSK_HANDOVER_CA`, a file of authorities to believe, or None for the usual ones.
        signer: `KIOSK_SIGNER`, a command or an address that signs check-in records, or None.
    """

    template: str = DEFAULT_TEMPLATE
    link: str | None = field(default=None, repr=False)
    to: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    ca: Path | None = None
    signer: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        """Tell which ways are open, for lists of settings."""
        ways = {"link": self.link, "to": self.to, "signer": self.signer}
        return " ".join(name for name, value in ways.items() if value) or "–"
