"""The settings of how long content is kept, in whole years; the least is the law's."""

from collections.abc import Mapping

from verification.basics.errors import SettingsError
from verification.log.terms import Terms, given_terms

_NAMES = {
    "visits": "KIOSK_KEEP_VISITS",
    "portal": "KIOSK_KEEP_PORTAL",
    "access": "KIOSK_KEEP_ACCESS",
}
_LONGEST = 100


def read_keeping(environ: Mapping[str, str]) -> Terms:
    """Read how long a house keeps content.

    Args:
        environ: The environment.

    Raises:
        SettingsError: One of them is no whole number of years, or less than the law asks.
    """
    return Terms(**{what: _years(environ, what) for what in _NAMES})


def _years(environ: Mapping[str, str], what: str) -> int:
    name, least = _NAMES[what], given_terms()["least"][what]
    given = environ.get(name, "").strip() or str(given_terms()["usual"][what])
    years = int(given) if given.isascii() and given.isdigit() and len(given) <= len("100") else 0
    if not least <= years <= _LONGEST:
        raise SettingsError(
            f"Thiết lập {name} phải là số năm nguyên, từ {least} đến {_LONGEST}",
            f"Setting {name} must be a whole number of years, from {least} to {_LONGEST}",
        )
    return years
