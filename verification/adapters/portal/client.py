"""Asks the portal: a card, its history, the co-payment of the year.

One question is at most: a look-up, the same once more with another officer, one of the card that
replaces it, the history; and once in all a new token and the request that it was refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from verification.adapters.portal.account import Body, PortalAccount
from verification.adapters.portal.codes import KNOWN_PERSON, MOVED, REPLACED, code_of
from verification.adapters.portal.limits import LIMITS, Limits
from verification.adapters.portal.reading import Fields, read_fields, status_failure
from verification.adapters.portal.replies import (
    card_answer,
    co_payment_answer,
    history_answer,
    without_answer,
    without_co_payment,
)
from verification.adapters.portal.token import Token, TokenKeeper
from verification.adapters.portal.transport import Failed, Reply, Sent, Transport
from verification.card.portal import (
    Cause,
    CoPayment,
    PortalAnswer,
    PortalOfficer,
    Question,
)

OFFICER_SETTING = "KIOSK_PORTAL_OFFICER"
_LOOK_UP = "/api/egw/KQNhanLichSuKCB2024"
_HISTORY = "/api/egw/Lskcb2025"
_CO_PAYMENT = "/api/TraCuuCCT/TraCuuTienMCCT"
_UNAUTHORISED = frozenset({401, 403})
_REFUSED = "401"
_FINE = range(200, 300)
_Make = Callable[[Token], Sent]


@dataclass
class _Attempt:
    """What one question may still do.

    Args:
        until: Second of the clock at which all is over.
        officer: Who asks.
        moved: The code for which `KIOSK_PORTAL_OFFICER` asks instead, or None.
        renewed: Whether the token was taken anew.
    """

    until: float
    officer: PortalOfficer | None
    moved: str | None = None
    renewed: bool = False


class PortalClient:
    """One line to the portal; one question at a time.

    Args:
        account: Of the facility.
        keeper: Of its token; lines share it.
        clock: The time of an answer.
        seconds: Of a clock that nobody sets.
        limits: How long is waited.
    """

    def __init__(
        self,
        account: PortalAccount,
        keeper: TokenKeeper,
        clock: Callable[[], datetime],
        seconds: Callable[[], float],
        limits: Limits = LIMITS,
    ) -> None:
        self._account = account
        self._keeper = keeper
        self._clock = clock
        self._seconds = seconds
        self._limits = limits
        self._transport = Transport(account, seconds, limits)
        self._denied: dict[str, float] = {}
        self._unknown: dict[str, tuple[str | None, float]] = {}

    def ask(
        self, question: Question, until: float, history: Callable[[], bool] = lambda: True
    ) -> PortalAnswer:
        """Look a card up, and the one that replaces it.

        Args:
            question: What to ask.
            until: Second of the clock at which all is over.
            history: Tells, once the card is answered, whether its history is asked for too.
        """
        begun = self._seconds()
        attempt = self._attempt(question, until)
        answer = self._looked_up(question, attempt)
        number, known = question.so_the, answer
        attempt.until = until - self._limits.seconds.spare  # who waits gives up at `until` itself
        if following := _following(number, answer):
            then = self._looked_up(replace(question, so_the=following), attempt)
            answer = replace(answer, then=then)
            if then.code in KNOWN_PERSON:  # else the history is asked for by the old number
                number, known = following, then
        if known.visits is None and known.code in KNOWN_PERSON and history():
            answer = self._with_history(answer, replace(question, so_the=number), attempt)
        if attempt.moved and answer.cause is None:
            answer = replace(answer, detail=f"{OFFICER_SETTING} {attempt.moved}")
        return replace(answer, ms=self._since(begun))

    def co_payment(self, question: Question, until: float) -> CoPayment:
        """Ask for the co-payment of the year."""
        begun, account = self._seconds(), self._account
        words = {"username": account.user, **_words(question)}

        def make(token: Token) -> Sent:
            secret = {"accessToken": token.access, "tokenId": token.id_token}
            headers = {**secret, "passwordHash": account.password_md5}
            return Sent(_CO_PAYMENT, json=words, headers=headers)

        attempt = _Attempt(until, None)
        fields = self._asked(_CO_PAYMENT, make, attempt, body_decides=True)
        at = self._clock()
        if isinstance(fields, Failed):
            found = without_co_payment(fields, at)
        else:
            found = co_payment_answer(fields, question, at)
        return replace(found, ms=self._since(begun))

    def abort(self) -> None:
        """End what is under way, from another thread."""
        self._transport.abort()

    def try_again(self) -> None:
        """Forget what was refused: somebody says that it is mended."""
        self._denied.clear()
        self._unknown.clear()
        self._keeper.try_again()

    def log_in(self, until: float) -> Failed | None:
        """Take a token anew, whatever was refused before, and return why there is none."""
        self.try_again()
        found = self._keeper.token(self._transport, until, anew=True)
        return found if isinstance(found, Failed) else None

    def _attempt(self, question: Question, until: float) -> _Attempt:
        """Return who asks: an officer whom the portal did not know just now need not be refused."""
        officer, other = question.officer, self._account.officer
        code, over = self._unknown.get(officer.so_cccd if officer else "", (None, 0.0))
        if other and over > self._seconds():
            return _Attempt(until, other, moved=code)
        return _Attempt(until, officer or other)

    def _looked_up(self, question: Question, attempt: _Attempt) -> PortalAnswer:
        begun = self._seconds()
        answer = self._look_up(question, attempt)
        other = self._account.officer
        if answer.cause is Cause.OFFICER and other and attempt.officer != other:
            if attempt.officer:
                over = self._seconds() + self._limits.seconds.officer
                self._unknown[attempt.officer.so_cccd] = (answer.code, over)
            attempt.officer, attempt.moved = other, answer.code
            answer = self._look_up(question, attempt)
        if answer.cause is Cause.OFFICER:
            answer = replace(answer, detail=OFFICER_SETTING)
        # what was asked with may be corrected before the answer is here
        return replace(answer, ms=self._since(begun), asked=question)

    def _look_up(self, question: Question, attempt: _Attempt) -> PortalAnswer:
        if attempt.officer is None:
            cause = Failed(Cause.NO_OFFICER, OFFICER_SETTING)
            return without_answer(cause, self._clock())
        words = {**_words(question), **_signed(attempt.officer)}
        fields = self._asked(_LOOK_UP, self._in_address(_LOOK_UP, words), attempt)
        if isinstance(fields, Failed):
            said_so = fields.cause is Cause.RIGHT and fields.detail == _REFUSED
            return without_answer(fields, self._clock(), _REFUSED if said_so else None)
        return card_answer(fields, question, self._account.user, self._clock())

    def _with_history(
        self, answer: PortalAnswer, question: Question, attempt: _Attempt
    ) -> PortalAnswer:
        """Add the visits; without them the answer stays what it is."""
        late = attempt.until - self._seconds() < self._limits.seconds.history
        if late or attempt.officer is None:
            return answer
        attempt.until = min(attempt.until, self._seconds() + self._limits.seconds.history_most)
        birth = question.ngay_sinh
        whole = birth.vi if birth.day is not None else str(birth.year)  # no month alone here
        words = {**_words(question), "ngaySinh": whole, **_signed(attempt.officer)}
        fields = self._asked(_HISTORY, self._in_address(_HISTORY, words), attempt)
        if isinstance(fields, Failed):
            return answer
        try:
            visits, looks = history_answer(fields, self._account.user)
        except ValueError:
            return answer
        return replace(answer, visits=visits, looked_up=answer.looked_up or tuple(looks))

    def _in_address(self, path: str, words: Mapping[str, str]) -> _Make:
        account = self._account
        form = account.body is Body.FORM

        def make(token: Token) -> Sent:
            query = {
                "token": token.access,
                "id_token": token.id_token,
                "username": account.user,
                "password": account.password_md5,
            }
            return Sent(path, query, form=words if form else None, json=None if form else words)

        return make

    def _asked(
        self, path: str, make: _Make, attempt: _Attempt, *, body_decides: bool = False
    ) -> Fields | Failed:
        """Send, once more with a new token where the token is refused, and return the answer."""
        if self._denied.get(path, 0.0) > self._seconds():
            return Failed(Cause.RIGHT)
        token = self._keeper.token(self._transport, attempt.until)
        if isinstance(token, Failed):
            return token
        found = self._transport.send(make(token), attempt.until)
        if _is_unauthorised(found) and not attempt.renewed:
            attempt.renewed = True
            token = self._keeper.token(self._transport, attempt.until, worn=token)
            if isinstance(token, Failed):
                return token
            found = self._transport.send(make(token), attempt.until)
        if isinstance(found, Failed):
            return found
        if _is_unauthorised(found):
            self._denied[path] = self._seconds() + self._limits.seconds.refused
            in_body = found.status in _FINE
            return Failed(Cause.RIGHT, _REFUSED if in_body else f"HTTP {found.status}")
        return _read(found, body_decides=body_decides)

    def _since(self, begun: float) -> int:
        return round((self._seconds() - begun) * 1000)


def _following(asked: str, answer: PortalAnswer) -> str | None:
    """Return the number that is looked up once more, None where there is no other."""
    new = answer.new.ma_the if answer.new else None
    person = answer.card.ma_so_bhxh if answer.card else None
    if answer.code in REPLACED:
        number = new
    elif answer.code in MOVED:
        number = new if new and new != asked else person
    else:
        return None
    return number if number != asked else None


def _words(question: Question) -> dict[str, str]:
    return {
        "maThe": question.so_the,
        "hoTen": question.ho_ten,
        "ngaySinh": question.ngay_sinh.vi,
    }


def _signed(officer: PortalOfficer) -> dict[str, str]:
    return {"hoTenCb": officer.ho_ten, "cccdCb": officer.so_cccd}


def _is_unauthorised(found: Reply | Failed) -> bool:
    """Tell whether the token counts no more; the portal says that in three ways."""
    if isinstance(found, Failed):
        return False
    if found.status in _UNAUTHORISED:
        return True
    fields = read_fields(found.body) if found.status in _FINE else None
    return fields is not None and code_of(fields) == _REFUSED


def _read(found: Reply, *, body_decides: bool) -> Fields | Failed:
    fields = read_fields(found.body)
    if body_decides and fields is not None and code_of(fields):
        return fields
    if failure := status_failure(found.status):
        return failure
    if found.status not in _FINE:
        return Failed(Cause.NOT_READABLE, f"HTTP {found.status}")
    return fields if fields is not None else Failed(Cause.NOT_READABLE)
