"""Systems of the hospital: the keys by which they ask, and who asks with one.

A key is `kiosk_ID_SECRET`; the secret has 256 bits and is shown once. The store keeps a digest, so
that whoever reads it can ask for nothing; and each row is bound to the master key and to the log,
so that whoever writes into it lets nobody in either.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from verification.basics.errors import RequestError
from verification.kiosk import Kiosk
from verification.log.api_keys import ApiKey, changed
from verification.log.ports import LogTransaction
from verification.log.writing import write
from verification.rights import Actor, Right, SystemRole, needs

USUAL_PER_MINUTE = 1_200
MOST_PER_MINUTE = 6_000
OVERLAP = timedelta(hours=24)
LONGEST_OVERLAP = timedelta(days=31)
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}", re.ASCII)
_KEY = re.compile(r"kiosk_([a-z2-7]{10})_[A-Za-z0-9_-]{43}", re.ASCII)
_ID_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_ID_LENGTH = 10
_SECRET_BYTES = 32
_NOBODYS = "0" * 64  # what an unknown key is compared with, so that it costs the same


@dataclass(frozen=True)
class NewKey:
    """A key just made: the text to hand over, kept nowhere, and what is kept of it."""

    text: str
    key: ApiKey


@needs(Right.MANAGE)
def list_keys(_actor: Actor, kiosk: Kiosk) -> Sequence[ApiKey]:
    """Return all keys by system, those that ended too; no digests."""
    return [replace(key, digest="") for key in kiosk.written.api_keys.known()]


@needs(Right.CHANGE_HOUSE)
def make_key(
    actor: Actor,
    kiosk: Kiosk,
    name: str,
    rights: frozenset[SystemRole],
    per_minute: int = USUAL_PER_MINUTE,
) -> NewKey:
    """Make the key of a system that has none.

    Args:
        actor: Who makes it.
        kiosk: The kiosk.
        name: Of the system: 2 to 32 of `a-z 0-9 . - _`.
        rights: What it may do.
        per_minute: How many requests it may make in a minute.

    Raises:
        RequestError: Something of it cannot be taken; the sentence says what.
    """
    name, fresh = _checked_name(name), _fresh()
    _checked(rights, per_minute)

    def work(log: LogTransaction) -> NewKey:
        if _living(log, name, kiosk.clock()):
            raise RequestError(
                f"Hệ thống {name} đã có khóa: hãy đổi khóa, hoặc chấm dứt khóa cũ trước",
                f"The system {name} has a key: rotate it, or end it first",
            )
        key = ApiKey(fresh[0], name, fresh[1], rights, per_minute, kiosk.clock())
        return NewKey(fresh[2], _keep(log, actor, "made", key))

    return kiosk.written.write(work)


@needs(Right.CHANGE_HOUSE)
def rotate_key(actor: Actor, kiosk: Kiosk, name: str, overlap: timedelta = OVERLAP) -> NewKey:
    """Make a system's next key; the one before is taken beside it for a while.

    Args:
        actor: Who does it.
        kiosk: The kiosk.
        name: Of the system.
        overlap: For how long both are taken.

    Raises:
        RequestError: The system has no key, or the time is none.
    """
    name, fresh = _checked_name(name), _fresh()
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        raise RequestError(
            "Thời gian dùng song song hai khóa: từ 0 giờ đến 31 ngày",
            "Both keys are taken for 0 hours to 31 days",
        )

    def work(log: LogTransaction) -> NewKey:
        now = kiosk.clock()
        *_, newest = former = _some(log, name, now)
        for key in former:
            ends = min(key.ends or now + overlap, now + overlap)
            if ends > now:
                _keep(log, actor, "changed", replace(key, ends=ends))
            else:
                _end(log, actor, key, now)
        key = ApiKey(fresh[0], name, fresh[1], newest.rights, newest.per_minute, now)
        return NewKey(fresh[2], _keep(log, actor, "rotated", key))

    return kiosk.written.write(work)


@needs(Right.CHANGE_HOUSE)
def change_key(
    actor: Actor,
    kiosk: Kiosk,
    name: str,
    rights: frozenset[SystemRole] = frozenset(),
    per_minute: int | None = None,
) -> None:
    """Give a system other rights or another pace; its keys stay, and the next request has them.

    Args:
        actor: Who does it.
        kiosk: The kiosk.
        name: Of the system.
        rights: What it may do from now on; none leaves what it may.
        per_minute: How often from now on; None leaves it.

    Raises:
        RequestError: The system has no key, or something of it cannot be taken.
    """
    if not rights and per_minute is None:
        raise RequestError("Hãy ghi quyền hoặc số yêu cầu", "Give rights or a number of requests")

    def work(log: LogTransaction) -> None:
        for key in _some(log, _checked_name(name), kiosk.clock()):
            pace = key.per_minute if per_minute is None else per_minute
            after = replace(key, rights=rights or key.rights, per_minute=pace)
            _checked(after.rights, after.per_minute)
            _keep(log, actor, "changed", after)

    kiosk.written.write(work)


@needs(Right.CHANGE_HOUSE)
def end_key(actor: Actor, kiosk: Kiosk, name: str) -> int:
    """End keys at once: all of a system, or the one of an id; return how many.

    Raises:
        RequestError: There is none that is taken.
    """
    wanted = name.strip().lower()

    def work(log: LogTransaction) -> int:
        now = kiosk.clock()
        found = [key for key in log.api_keys.known() if wanted in {key.system, key.key_id}]
        living = [key for key in found if key.lives(now)]
        if not living:
            raise _none()
        for key in living:
            _end(log, actor, key, now)
        return len(living)

    return kiosk.written.write(work)


def key_of(kiosk: Kiosk, text: str) -> ApiKey | None:
    """Return the key that a text is, one that has ended too; None where it is none of ours.

    What is compared costs the same whatever is wrong with it.
    """
    found = _KEY.fullmatch(text)
    key = kiosk.written.api_keys.key(found[1] if found else "")
    same = hmac.compare_digest(_digest(text), key.digest if key and key.sound else _NOBODYS)
    return key if found and key and key.sound and same else None


def _fresh() -> tuple[str, str, str]:
    """Return id, digest and text of a new key."""
    key_id = "".join(secrets.choice(_ID_LETTERS) for _ in range(_ID_LENGTH))
    text = f"kiosk_{key_id}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    return key_id, _digest(text), text


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _checked_name(name: str) -> str:
    name = name.strip().lower()
    if not _NAME.fullmatch(name):
        raise RequestError(
            "Tên hệ thống cần 2 đến 32 ký tự a-z 0-9 . - _",
            "The name of a system is 2 to 32 of a-z 0-9 . - _",
        )
    return name


def _checked(rights: frozenset[SystemRole], per_minute: int) -> None:
    if not rights or not rights <= {*SystemRole}:
        raise RequestError("Khóa cần ít nhất một quyền", "A key needs a right")
    if not 1 <= per_minute <= MOST_PER_MINUTE:
        raise RequestError(
            f"Số yêu cầu mỗi phút: từ 1 đến {MOST_PER_MINUTE}",
            f"Requests a minute: 1 to {MOST_PER_MINUTE}",
        )


def _living(log: LogTransaction, name: str, now: datetime) -> list[ApiKey]:
    return [key for key in log.api_keys.known() if key.system == name and key.lives(now)]


def _some(log: LogTransaction, name: str, now: datetime) -> list[ApiKey]:
    found = _living(log, name, now)
    if not found:
        raise _none()
    return found


def _none() -> RequestError:
    return RequestError(
        "Không có hệ thống hay khóa nào như vậy đang dùng",
        "There is no such system or key in use",
    )


def _end(log: LogTransaction, actor: Actor, key: ApiKey, now: datetime) -> None:
    # without rights it stays ended whatever the clock says later
    _keep(log, actor, "ended", replace(key, rights=frozenset(), ends=now))


def _keep(log: LogTransaction, actor: Actor, act: str, key: ApiKey) -> ApiKey:
    """Log what became of a key, and keep it so."""
    write(log, actor, changed(key, act))
    log.api_keys.put_key(key)
    return key
