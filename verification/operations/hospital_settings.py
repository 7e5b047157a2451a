"""The settings of the ways to the hospital system."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from verification.adapters.hospital.signer import signer_of
from verification.basics.errors import RequestError, SettingsError
from verification.exchange.handover.template import template_of
from verification.exchange.hospital import DEFAULT_TEMPLATE, Hospital
from verification.operations.handover_settings import (
    handover_ca,
    handover_secret,
    handover_to,
)
from verification.operations.hospital_link import checked_link


def read_hospital(environ: Mapping[str, str], root: Path) -> Hospital:
    """Read the settings of the ways to the hospital system.

    Args:
        environ: The environment.
        root: Folder that a relative file starts at.

    Raises:
        SettingsError: One of them is wrong or missing; the sentence says which.
    """
    signer = environ.get("KIOSK_SIGNER", "").strip() or None
    if signer:
        signer_of(signer)  # a wrong one is told before anything waits for it
    return Hospital(
        template=_template(environ),
        link=_link(environ),
        to=handover_to(environ, root),
        secret=handover_secret(environ),
        ca=handover_ca(environ, root),
        signer=signer,
    )


def _template(environ: Mapping[str, str]) -> str:
    """Return what F3 copies; blanks and tabs at its ends may belong to it, an end of line not."""
    given = environ.get("KIOSK_HANDOVER_TEMPLATE", "").strip("\r\n")
    template = given if given.strip() else DEFAULT_TEMPLATE
    with _named("KIOSK_HANDOVER_TEMPLATE"):
        template_of(template)
    return template


def _link(environ: Mapping[str, str]) -> str | None:
    given = environ.get("KIOSK_HANDOVER_LINK", "").strip()
    with _named("KIOSK_HANDOVER_LINK"):
        return checked_link(given) if given else None


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Say of which setting it is that something is wrong."""
    try:
        yield
    except RequestError as error:
        raise SettingsError(
            f"Thiết lập {name} không hợp lệ: {error.vi}",
            f"Setting {name} is not valid: {error.en}",
        ) from error
