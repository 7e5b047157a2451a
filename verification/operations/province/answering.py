"""What a province answers a house: that its message is kept, or flags of a visit of its own."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus

from verification.adapters.store.postgres.province.months import AHEAD
from verification.adapters.store.postgres.province.province import Province
from verification.basics.dates import VIETNAM
from verification.basics.errors import StoreError
from verification.exchange.handover.signing import is_signed
from verification.exchange.province.flags import flags
from verification.exchange.province.told import NotToldRight, read
from verification.operations.province.settings import ProvinceSettings
from verification.rules.misuse.policy import MisusePolicy

Answer = tuple[HTTPStatus, bytes]
_NOTHING = b""
_FAST_CLOCK = timedelta(days=1)  # of a house; later days would make partitions for ever


@dataclass(frozen=True)
class Answering:
    """Answers signed requests, whatever server took them.

    Args:
        settings: Key and houses.
        province: The database.
        policy: Data of the rules.
        clock: The time, with time zone.
    """

    settings: ProvinceSettings
    province: Province
    policy: MisusePolicy
    clock: Callable[[], datetime]

    def answer(self, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer one request.

        Args:
            path: `/HOUSE/messages` or `/HOUSE/flags`.
            headers: Names in lower case.
            body: Exact bytes.
        """
        house, _, asked = path.removeprefix("/").partition("/")
        secrets, now = self.settings.houses.get(house, ()), self.clock()
        if not is_signed(headers, body, secrets, int(now.timestamp())):
            return HTTPStatus.UNAUTHORIZED, _NOTHING
        do = {"messages": self._take, "flags": self._flags}.get(asked)
        if do is None:
            return HTTPStatus.NOT_FOUND, _NOTHING
        try:
            return do(house, body)
        except NotToldRight:
            return HTTPStatus.UNPROCESSABLE_ENTITY, _NOTHING
        except StoreError:
            return HTTPStatus.SERVICE_UNAVAILABLE, _NOTHING

    def _take(self, house: str, body: bytes) -> Answer:
        told, today = read(house, body, self.settings.key), self._today()
        if max(told.day, told.written) > today + _FAST_CLOCK:
            raise NotToldRight("day")
        self.province.make_months(today, AHEAD + 1)
        for day in (told.day, told.written):
            self.province.make_months(day, 1)
        new = self.province.take(told)
        return (HTTPStatus.NO_CONTENT if new else HTTPStatus.CONFLICT), _NOTHING

    def _flags(self, house: str, body: bytes) -> Answer:
        visit, day = _asked(body)
        found = self.province.about(house, visit, day)
        if found is None:
            return HTTPStatus.NOT_FOUND, _NOTHING
        back = [asdict(flag) for flag in flags(*found, self.policy)]
        return HTTPStatus.OK, json.dumps({"flags": back}).encode()

    def _today(self) -> date:
        return self.clock().astimezone(VIETNAM).date()


def _asked(body: bytes) -> tuple[str, date]:
    """Read a question.

    Raises:
        NotToldRight: It is none.
    """
    try:
        said = json.loads(body)
        visit, day = said["visit_id"], date.fromisoformat(said["ngay"])
    except (ValueError, LookupError, TypeError, RecursionError):
        raise NotToldRight("question") from None
    if not isinstance(visit, str) or "\0" in visit:
        raise NotToldRight("visit_id")
    return visit, day
