"""The portal's token: taken once, kept for its life, and taken anew where it counts no more."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from verification.adapters.portal.account import Body, PortalAccount
from verification.adapters.portal.codes import code_of
from verification.adapters.portal.limits import LIMITS, Limits
from verification.adapters.portal.reading import Fields, read_fields, status_failure
from verification.adapters.portal.transport import Failed, Reply, Sent, Transport
from verification.card.portal import Cause

_TAKE = "/api/token/take"
_LONGEST = 4_096  # letters of a token; they stand in an address
_UNAUTHORISED = frozenset({401, 403})
_GOOD = "200"
_DENIED = frozenset({"401", "403"})
_FRACTION = re.compile(r"(?<=\d)[.,](\d+)")
_EPOCH = re.compile(r"(?:/Date\()?(\d{10}|\d{13})(?:[+-]\d{4})?(?:\)/)?", re.ASCII)
_MILLIS = 13
_COUNT = re.compile(r"\d{1,6}", re.ASCII)  # of seconds
_FORMS = ("%d/%m/%Y %H:%M:%S", "%Y%m%d%H%M%S", "%Y%m%d%H%M", "%d/%m/%Y %H:%M")


@dataclass(frozen=True)
class Token:
    """What each question carries.

    Args:
        access: `access_token`.
        id_token: `id_token`.
        until: Second of the clock from which it counts no more.
    """

    access: str = field(repr=False)
    id_token: str = field(repr=False)
    until: float


class TokenKeeper:
    """Keeps the token of an account; several lines ask with one.

    Args:
        account: Whose.
        seconds: Of a clock that nobody sets.
        limits: How long a token is kept.
        clock: The date, where the server tells none.
    """

    def __init__(
        self,
        account: PortalAccount,
        seconds: Callable[[], float],
        limits: Limits = LIMITS,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._account = account
        self._seconds = seconds
        self._limits = limits
        self._clock = clock
        self._turn = threading.Lock()
        self._token: Token | None = None
        self._refused: tuple[Failed, float] | None = None

    def token(
        self,
        transport: Transport,
        until: float,
        worn: Token | None = None,
        *,
        anew: bool = False,
    ) -> Token | Failed:
        """Return the token.

        Args:
            transport: Where one is asked for.
            until: Second of the clock at which there must be one.
            worn: One that the portal refused: it is not returned again.
            anew: Whether one is taken even where there is one.
        """
        if not self._turn.acquire(timeout=max(0.0, until - self._seconds())):
            return Failed(Cause.TIMEOUT)
        try:
            known, now = self._token, self._seconds()
            if known and known.until > now and known != worn and not anew:
                return known
            if self._refused and self._refused[1] > now:
                return self._refused[0]
            return self._taken(transport, min(until, now + self._limits.seconds.login))
        finally:
            self._turn.release()

    def refuse(self, failed: Failed) -> None:
        """Remember that the account is refused: the portal is let be for a while."""
        until = self._seconds() + self._limits.seconds.refused
        self._refused, self._token = (failed, until), None

    def try_again(self) -> None:
        """Forget a refusal: somebody says that it is mended."""
        self._refused = None

    def _taken(self, transport: Transport, until: float) -> Token | Failed:
        account = self._account
        words = {"username": account.user, "password": account.password_md5}
        form = account.body is Body.FORM
        asked = self._seconds()
        found = transport.send(
            Sent(_TAKE, form=words if form else None, json=None if form else words), until
        )
        if isinstance(found, Failed):
            return found
        token = self._read(found, asked)
        if isinstance(token, Token):
            self._token, self._refused = token, None
        elif token.cause is Cause.ACCOUNT:
            self.refuse(token)
        return token

    def _read(self, found: Reply, asked: float) -> Token | Failed:
        if found.status in _UNAUTHORISED:
            return Failed(Cause.ACCOUNT, f"HTTP {found.status}")
        if failure := status_failure(found.status):
            return failure
        fields = read_fields(found.body)
        if fields is None:
            return Failed(Cause.NOT_READABLE, "token")
        code, key = code_of(fields), fields.inner("apikey")
        if code in _DENIED:
            return Failed(Cause.ACCOUNT, code)
        access, id_token = (key.exact(name, _LONGEST) for name in ("access_token", "id_token"))
        if code != _GOOD or not (access and id_token):
            return Failed(
                Cause.PORTAL_ERROR if code and code != _GOOD else Cause.NOT_READABLE, code
            )
        return Token(access, id_token, asked + self._life(key, found.date))

    def _life(self, key: Fields, date: str | None) -> float:
        """Return the seconds that it is kept; by the server's own clock, where that tells."""
        most, told = self._limits.token.most, key.text("expires_in") or ""
        if _COUNT.fullmatch(told):
            life = float(told)
        elif end := read_moment(told):
            life = (end - _server_time(date, self._clock())).total_seconds()
        else:
            return most
        life -= self._limits.token.before
        return min(life, most) if life > 0 else most


def _server_time(date: str | None, ours: datetime) -> datetime:
    try:
        found = parsedate_to_datetime(date or "")
    except (ValueError, TypeError, OverflowError):
        return ours
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def read_moment(text: str) -> datetime | None:
    """Read when a token ends, in any of the forms that servers write; naive ones are UTC."""
    text = text.strip()
    try:
        if found := _EPOCH.fullmatch(text):
            number = int(found[1])
            return datetime.fromtimestamp(number / (1000 if len(found[1]) == _MILLIS else 1), UTC)
        return _written(_FRACTION.sub("", text))
    except (ValueError, OverflowError, OSError):
        return None


def _written(text: str) -> datetime | None:
    for form in _FORMS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    if not re.match(r"\d{4}-\d", text):
        return parsedate_to_datetime(text)
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
