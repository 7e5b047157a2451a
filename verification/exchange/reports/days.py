"""Of which days a report may be made."""

from datetime import date

from verification.basics.dates import vi_date
from verification.basics.errors import RequestError
from verification.kiosk import Kiosk

_FIRST_YEAR = 1900  # before it no house kept anything; a clock in UTC has no day before the first


def refuse_other_days(kiosk: Kiosk, on: date) -> None:
    """Refuse a day that has not come yet, and one of long before there were kiosks.

    Raises:
        RequestError: It is one of these.
    """
    if on.year < _FIRST_YEAR:
        raise RequestError(f"Ngày {vi_date(on)} không có số liệu", f"{on} has no figures")
    if on > kiosk.today():
        raise RequestError(f"Ngày {on:%d/%m/%Y} chưa đến", f"{on} has not come yet")
