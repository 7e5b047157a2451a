"""Passwords and PINs: which may be taken, and how they are kept and proved.

Length and the list of common ones follow NIST SP 800-63B, 3.1.1.2; argon2id with the parameters of
RFC 9106, second choice (64 MiB).
"""

import re
import sys
import threading
import unicodedata
from functools import lru_cache
from importlib import resources
from itertools import pairwise

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from verification.basics.errors import RequestError
from verification.basics.names import search_key

HASHER = PasswordHasher()
UNUSABLE = "!"
"""Stands where no password opens an account."""
NOBODYS = (
    "$argon2id$v=19$m=65536,t=3,p=4$Up8osAco0e+cGzBCJmD55g"
    "$WTTM1211WIraUEkWee4ZQv0YJA5YptjB5bVIo0ywkOI"
)
"""Hash of a forgotten random text, tried where no account is, so that the answer takes as long."""
LEAST = 8
_MOST = 200  # characters; nobody types more, and a long one would be work for nothing
_PIN = re.compile(r"\d{4,6}", re.ASCII)
_COMMON_PINS = frozenset(
    ["2580", "0852", "1470", "0741", "3690", "0963", "1379", "1397", "7913", "9731", "1004", "6969"]
)
_YEAR = re.compile(r"19[4-9]\d|20[0-3]\d")
_PAIRS = re.compile(r"(\d)\1(\d)\2(?:(\d)\3)?|(\d)(\d)\5\4")
_D, _M, _Y = r"(?:0[1-9]|[12]\d|3[01])", r"(?:0[1-9]|1[0-2])", r"(?:19|20)\d\d"
_SHORT_DATE = re.compile(rf"{_D}{_M}\d\d|\d\d{_M}{_D}")
_LONG_DATE = re.compile(rf"{_D}{_M}{_Y}|{_Y}{_M}{_D}")
_PHONE = re.compile(r"(?:\+?84|0)\d{8,11}")  # and the citizen number, 12 digits from 0 on
_BETWEEN = re.compile(r"[\s./-]+")
_NAME_AND_RUN = re.compile(rf"[a-z]{{2,9}}[^a-z0-9]{{0,2}}(?:12*3*4*5*6*|{_Y})[^a-z0-9]{{0,2}}")
_HUNG_ON = 3  # characters beside a plain run that make it no better
_LOOKALIKES = str.maketrans("@$!013457", "ASIOIEAST")
_NO_LETTERS = re.compile(r"[^A-Z]+")
_TURNS = threading.BoundedSemaphore(2)  # each takes 64 MiB


def hashed(secret: str) -> str:
    """Return the argon2 hash under which a password or PIN is kept."""
    with _TURNS:
        return HASHER.hash(_bytes(secret))


def is_ours(kept: str) -> bool:
    """Tell whether a hash asks for no more work than this kiosk's own do."""
    try:
        asked, own = extract_parameters(kept), extract_parameters(NOBODYS)
    except InvalidHashError:
        return False
    return asked.memory_cost <= own.memory_cost and asked.time_cost <= own.time_cost


def matches(kept: str | None, secret: str) -> bool:
    """Tell whether a secret is the kept one; takes as long where none is kept."""
    usable = kept if kept and kept != UNUSABLE and len(secret) <= _MOST else None
    try:
        with _TURNS:
            HASHER.verify(usable or NOBODYS, _bytes(secret[:_MOST]))
    except (VerificationError, InvalidHashError):
        return False
    return usable is not None


def renewed(kept: str, secret: str) -> str:
    """Return the hash to keep from now on: a new one where the parameters have changed."""
    return hashed(secret) if HASHER.check_needs_rehash(kept) else kept


def is_pin(secret: str) -> bool:
    """Tell whether a secret has the form of a PIN; no password has."""
    return _PIN.fullmatch(secret) is not None


def check_password(name: str, password: str) -> None:
    """Refuse a password that is easily guessed.

    Args:
        name: Of the account; the password may not hold it.
        password: As typed.

    Raises:
        RequestError: The sentence says what is wrong with it.
    """
    if not LEAST <= len(unicodedata.normalize("NFC", password)) <= _MOST:
        raise RequestError(
            f"Mật khẩu cần từ {LEAST} đến {_MOST} ký tự",
            f"A password needs {LEAST} to {_MOST} characters",
        )
    if name.casefold() in password.casefold():
        raise RequestError(
            "Mật khẩu không được chứa tên tài khoản", "A password may not hold the account's name"
        )
    if _is_nearly_plain(password.casefold()):
        raise RequestError(
            "Mật khẩu chỉ là ký tự lặp hoặc dãy liên tiếp",
            "The password is only repeated characters or a plain run",
        )
    bare = _BETWEEN.sub("", password)
    if _LONG_DATE.fullmatch(bare) or _PHONE.fullmatch(bare):
        raise RequestError(
            "Mật khẩu không được là ngày tháng, số điện thoại hay số căn cước",
            "A password may not be a date, a phone number or a citizen number",
        )
    word = search_key(password).casefold()
    if _NAME_AND_RUN.fullmatch(word) or _forms(password) & _common():
        raise RequestError(
            "Mật khẩu này quá phổ biến, hãy chọn mật khẩu khác",
            "This password is too common, choose another one",
        )


def check_pin(pin: str) -> None:
    """Refuse what is no PIN or is easily guessed.

    Raises:
        RequestError: The sentence says what is wrong with it.
    """
    if not is_pin(pin):
        raise RequestError("PIN cần từ 4 đến 6 chữ số", "A PIN needs 4 to 6 digits")
    if pin in _COMMON_PINS or any(form.fullmatch(pin) for form in (_YEAR, _PAIRS, _SHORT_DATE)):
        raise RequestError(
            "PIN này dễ đoán: năm, ngày tháng, số cặp hay đường trên bàn phím",
            "This PIN is easily guessed: a year, a date, pairs or a line on the keypad",
        )
    if _is_plain(pin) or len({(int(b) - int(a)) % 10 for a, b in pairwise(pin)}) == 1:
        raise RequestError(
            "PIN không được là số lặp hoặc dãy liên tiếp như 1234",
            "A PIN may not be repeated digits or a run such as 1234",
        )


def _is_plain(text: str) -> bool:
    """Tell whether a text is one to three characters over and over, or a run up or down."""
    repeated = any((text[:n] * len(text)).startswith(text) for n in (1, 2, 3) if 2 * n <= len(text))
    circle = 10 if text.isascii() and text.isdigit() else sys.maxunicode  # after 9 comes 0
    steps = {(ord(b) - ord(a)) % circle for a, b in pairwise(text)}
    return repeated or steps in ({1}, {circle - 1})


def _is_nearly_plain(text: str) -> bool:
    """Tell whether a text is plain but for a few characters before or after."""
    sizes = range(min(_HUNG_ON, len(text) - 5) + 1)
    return any(_is_plain(text[n:]) or _is_plain(text[: len(text) - n]) for n in sizes)


def _forms(password: str) -> frozenset[str]:
    """Return what the list is asked for: the whole, and its word without what is hung on it."""
    whole = "".join(search_key(password).split())
    word = _NO_LETTERS.sub("", whole)
    alike = _NO_LETTERS.sub("", whole.rstrip("0123456789!@#$%.*").translate(_LOOKALIKES))
    return frozenset({whole, word, alike})


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    source = resources.files("verification.officers").joinpath("common_passwords.txt")
    lines = source.read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip().upper() for line in lines if line and not line.startswith("#"))


def _bytes(secret: str) -> bytes:
    # a keyboard may send a letter and its mark apart; both spell one password
    return unicodedata.normalize("NFC", secret).encode("utf-8", "surrogatepass")
