"""Which system asks: by its key in the header `Authorization`, and how often it may."""

import logging
from collections.abc import Callable

from anyio import sleep, to_thread
from starlette.requests import Request

from app_pages.api.limits import API_LIMITS
from app_pages.api.problems import Refused, known, wait
from app_pages.server.connections import door_of, place_of
from app_pages.server.house import House
from verification.basics.errors import StoreError
from verification.basics.limiter import Limiter, Window
from verification.log.api_keys import ApiKey
from verification.log.officer_events import SignInFailed
from verification.log.writing import Stranger, write_alone
from verification.officers.systems import key_of
from verification.rights import SYSTEM, SYSTEMS_DESK

BY_KEY = "api_key"
"""By what somebody was not let in, as the log has it."""
_log = logging.getLogger(__name__)
_MINUTE = 60.0
_ALL = "all"
_SCHEME = "bearer"


class Keys:
    """Takes keys, and keeps each system to its pace.

    A right key is taken whatever others do behind the same address: 256 bits are not guessed, and
    who guesses on is kept waiting, a few at a time.

    Args:
        clock: Seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._paces: dict[int, Limiter] = {}
        self._wrong = Limiter(clock, Window(API_LIMITS.wrong_a_minute, _MINUTE))
        self._noted = Limiter(clock, Window(API_LIMITS.noted_a_minute, _MINUTE))
        self._noted_in_all = Limiter(clock, Window(API_LIMITS.noted_in_all_a_minute, _MINUTE))
        self._waiting = 0

    async def taken(self, house: House, request: Request) -> ApiKey:
        """Return the key of the system that asks.

        Raises:
            Refused: There is no key, it is not taken, or its pace is kept.
        """
        text = _sent(request)
        key = await to_thread.run_sync(key_of, house.kiosk, text) if text else None
        alive = key is not None and key.lives(house.kiosk.clock())
        _belongs(request, f"{SYSTEM}{key.system}" if key and alive else None)
        if key is None or not alive:
            raise await self._refused(house, request, text, key)
        pace = self._paces.setdefault(key.per_minute, _a_minute(self._clock, key.per_minute))
        if not pace.allows(key.system):
            raise Refused(wait("too_many", pace.wait(key.system)))
        return key

    async def _refused(
        self, house: House, request: Request, text: str, key: ApiKey | None
    ) -> Refused:
        if not text:
            return Refused(known("no_key"))
        address = request.client.host if request.client else ""
        left = self._wrong.wait(address)
        self._wrong.note(address)
        await to_thread.run_sync(self._note, house, address, key)
        if left > 0:
            await self._wait()
            return Refused(wait("too_many_wrong", left))
        return Refused(known("key_ended" if key else "key_unknown"))

    async def _wait(self) -> None:
        if self._waiting < API_LIMITS.wrong_waiting:
            self._waiting += 1
            try:
                await sleep(API_LIMITS.wrong_waits)
            finally:
                self._waiting -= 1

    def _note(self, house: House, address: str, key: ApiKey | None) -> None:
        """Write down that a key was not taken, now and then: a million tries fill no log."""
        who = f"{address} {key.key_id if key else ''}"
        if self._noted.wait(who) > 0 or not self._noted_in_all.allows(_ALL):
            return
        self._noted.note(who)
        stranger = Stranger(SYSTEMS_DESK, f"{SYSTEM}{key.system}" if key else "")
        try:
            write_alone(house.kiosk.written, stranger, SignInFailed(BY_KEY, address))
        except StoreError:
            _log.warning("a key that was not taken could not be written down")


def _sent(request: Request) -> str:
    """Return the key of a request, empty where it does not hold exactly one."""
    [*headers] = request.headers.getlist("authorization")
    scheme, _, text = headers[0].partition(" ") if len(headers) == 1 else ("", "", "")
    return text.strip(" ") if scheme.lower() == _SCHEME else ""


def _belongs(request: Request, whose: str | None) -> None:
    door, place = door_of(request.scope), place_of(request.scope)
    if door and place:
        door.belongs(place, whose)


def _a_minute(clock: Callable[[], float], most: int) -> Limiter:
    return Limiter(clock, Window(most, _MINUTE))
