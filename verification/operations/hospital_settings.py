"""The settings of the ways to the hospital system."""

from collections.abc import Mapping
from pathlib import Path

from verification.adapters.hospital.signer import signer_of
from verification.exchange.hospital import DEFAULT_TEMPLATE, Hospital


def read_hospital(environ: Mapping[str, str], root: Path) -> Hospital:
    """Read the settings of the ways to the hospital system.

    Args:
        environ: The environment.
        root: Folder that a relative file starts at.

    Raises:
        SettingsError: One of them is wrong or missing; the sentence says which.
    """
    ca = environ.get("KIOSK_HANDOVER_CA", "").strip()
    signer = environ.get("KIOSK_SIGNER", "").strip() or None
    if signer:
        signer_of(signer)  # a wrong one is told before anything waits for it
    return Hospital(
        template=environ.get("KIOSK_HANDOVER_TEMPLATE", "") or DEFAULT_TEMPLATE,
        link=environ.get("KIOSK_HANDOVER_LINK", "").strip() or None,
        to=environ.get("KIOSK_HANDOVER_TO", "").strip() or None,
        secret=environ.get("KIOSK_HANDOVER_SECRET", "").strip("\r\n") or None,
        ca=root / ca if ca else None,
        signer=signer,
    )
