"""The settings of the ways to the hospital system."""

from collections.abc import Mapping
from pathlib import Path

from verification.exchange.hospital import DEFAULT_TEMPLATE, Hospital
from verification.operations.handover_settings import (
    handover_ca,
    handover_secret,
    handover_to,
)


def read_hospital(environ: Mapping[str, str], root: Path) -> Hospital:
    """Read the settings of the ways to the hospital system.

    Args:
        environ: The environment.
        root: Folder that a relative file starts at.

    Raises:
        SettingsError: One of them is wrong or missing; the sentence says which.
    """
    return Hospital(
        template=environ.get("KIOSK_HANDOVER_TEMPLATE", "") or DEFAULT_TEMPLATE,
        link=environ.get("KIOSK_HANDOVER_LINK", "").strip() or None,
        to=handover_to(environ, root),
        secret=handover_secret(environ),
        ca=handover_ca(environ, root),
        signer=environ.get("KIOSK_SIGNER", "").strip() or None,
    )
