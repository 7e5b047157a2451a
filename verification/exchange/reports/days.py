"""Of which days a report may be made."""

from datetime import date

from verification.basics.errors import RequestError
from verification.kiosk import Kiosk


def refuse_future(kiosk: Kiosk, on: date) -> None:
    """Refuse a day that has not come yet.

    Raises:
        RequestError: It has not.
    """
    if on > kiosk.today():
        raise RequestError(f"Ngày {on:%d/%m/%Y} chưa đến", f"{on} has not come yet")
