"""How long a token is kept: at most nine minutes, whatever a server or our clock says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.portal_support import GOOD_TOKEN, TAKE, Says, little_portal
from tests.support import each
from verification.adapters.portal.limits import LIMITS
from verification.adapters.portal.token import Token, TokenKeeper, read_moment
from verification.adapters.portal.transport import Failed, Transport
from verification.card.portal import Cause

NOW = datetime(2026, 11, 22, 1, 12, tzinfo=UTC)
MOST = LIMITS.token.most
SERVER = {"Date": "Sun, 22 Nov 2026 01:12:00 GMT"}
KEY = GOOD_TOKEN["APIKey"]


def in_(**ahead: float) -> str:
    return f"{NOW + timedelta(**ahead):%Y-%m-%dT%H:%M:%S}.1234567Z"


@each(
    ("expires", "kept"),
    [
        (in_(minutes=5), 240),
        (in_(minutes=10), MOST),
        (in_(hours=20), MOST),
        (in_(minutes=-5), MOST),
        ("2026-11-22T08:17:00+07:00", 240),
        ("22/11/2026 01:17:00", 240),
        ("20261122011700", 240),
        ("Sun, 22 Nov 2026 01:17:00 GMT", 240),
        ("/Date(1795310220000)/", 240),
        ("1795310220", 240),
        ("300", 240),
        (None, MOST),
        ("", MOST),
        ("mười phút", MOST),
        ("99999999999999999999", MOST),
        ([], MOST),
    ],
)
def test_a_token_is_kept_until_a_minute_before_its_end(expires: object, kept: float) -> None:
    said = Says({"maKetQua": "200", "APIKey": {**KEY, "expires_in": expires}}, headers=SERVER)  # type: ignore[dict-item]
    passed = 0.0
    wrong = NOW - timedelta(days=3)  # our own clock: the server's counts
    with little_portal({TAKE: said}) as portal:
        keeper = TokenKeeper(portal.account(), lambda: passed, clock=lambda: wrong)
        line = Transport(portal.account(), lambda: passed)
        keeper.token(line, passed + 5)
        passed = kept - 1
        keeper.token(line, passed + 5)
        assert len(portal.asked) == 1
        passed = kept + 1
        keeper.token(line, passed + 5)
        assert len(portal.asked) == 2


@each(
    ("said", "cause"),
    [
        (Says({"maKetQua": "401"}), Cause.ACCOUNT),
        (Says({"maKetQua": 403}), Cause.ACCOUNT),
        (Says("", 401), Cause.ACCOUNT),
        (Says({"maKetQua": "500"}), Cause.PORTAL_ERROR),
        (Says({"maKetQua": "200", "APIKey": None}), Cause.NOT_READABLE),
        (Says({"maKetQua": "200", "APIKey": {"access_token": ["x"]}}), Cause.NOT_READABLE),
        (Says({"maKetQua": "200", "APIKey": {**KEY, "id_token": ""}}), Cause.NOT_READABLE),  # type: ignore[dict-item]
        (Says("<html>"), Cause.NOT_READABLE),
        (Says("", 503), Cause.PORTAL_ERROR),
    ],
)
def test_why_there_is_no_token_is_told(said: Says, cause: Cause) -> None:
    with little_portal({TAKE: said}) as portal:
        found = TokenKeeper(portal.account(), lambda: 0.0).token(
            Transport(portal.account(), lambda: 0.0), 5.0
        )
    assert isinstance(found, Failed)
    assert found.cause is cause


def test_the_token_that_was_refused_is_not_handed_out_again() -> None:
    with little_portal() as portal:
        keeper = TokenKeeper(portal.account(), lambda: 0.0)
        line = Transport(portal.account(), lambda: 0.0)
        first = keeper.token(line, 5.0)
        assert isinstance(first, Token)
        assert keeper.token(line, 5.0) == first
        portal.script[TAKE] = Says({"maKetQua": "200", "APIKey": {**KEY, "access_token": "tok-2"}})  # type: ignore[dict-item]
        second = keeper.token(line, 5.0, worn=first)
        assert keeper.token(line, 5.0, worn=first) == second  # another line met the old one too
    assert len(portal.asked) == 2


def test_a_moment_that_is_none_is_none() -> None:
    assert read_moment("2026-13-40") is None
