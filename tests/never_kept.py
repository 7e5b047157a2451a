"""What must never lie in the tree: secrets, real-looking numbers, addresses of machines."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Finding(NamedTuple):
    """What was found, and what kind of thing it is."""

    kind: str
    text: str


# A password is told by its name and by letters and digits in it.
PATTERNS: Mapping[str, re.Pattern[str]] = {
    "private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY"),
    "token": re.compile(
        r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bgh[pousr]_\w{30,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}"
        r"|\bxox[abpr]-[\w-]{10,}|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}|\bBearer [A-Za-z0-9_.-]{24,}"
        r"|\bkiosk_(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{30,}|\bsk-[A-Za-z0-9]{20,}"
    ),
    "password": re.compile(
        r"(?i)(?:password|passwd|mat_khau|secret|api_?key|token)[\"']?\s*[:=]\s*[\"']"
        r"(?=[^\"' ]*[A-Za-z])(?=[^\"' ]*\d)[^\"' ${}<>()]{8,}[\"']"
    ),
    "credentials in an address": re.compile(r"\b[a-z+]{3,10}://[^\s/:@\"']{3,}:[^\s/:@\"']{6,}@"),
    "e-mail": re.compile(
        r"(?<![\w.+-])[\w.+-]{1,64}+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[a-z]{2,10}\b"
    ),
    "registry": re.compile(
        r"(?i)\b(?:pypi\.org|files\.pythonhosted\.org|registry\.npmjs\.org"
        r"|(?:artifactory|nexus|jfrog)[\w-]*(?:\.[\w-]+)+)/\S*"
    ),
    "machine path": re.compile(
        r"(?:/home/|/Users/|[A-Z]:\\Users\\)\w+|/root/[\w.]+|(?<![\w.*])/work/\w+"
    ),
    "phone": re.compile(r"(?<![\w.])(?:0|\+84)(?:3[2-9]|5[25689]|7[06-9]|8\d|9\d)\d{7}(?![\w.])"),
    "citizen number": re.compile(r"(?<![\w.])0\d{2}[0-3]\d{8}(?![\w.])"),
    "card": re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[1-5]\d{12}(?!\d)"),
}
# What a match of the kind surely holds, in small letters: where none is there nobody need search.
_SIGNS: Mapping[str, tuple[str, ...]] = {
    "private key": ("-----begin",),
    "token": (
        *("akia", "asia", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox"),
        *("eyj", "bearer ", "kiosk_", "sk-"),
    ),
    "password": ("password", "passwd", "mat_khau", "secret", "apikey", "api_key", "token"),
    "credentials in an address": ("://",),
    "e-mail": ("@",),
    "registry": ("pypi", "pythonhosted", "npmjs", "artifactory", "nexus", "jfrog"),
    "machine path": ("/home/", "/users/", "\\users\\", "/root/", "/work/"),
}
_CANDIDATE = re.compile(r"(?<![\w/+.-])[A-Za-z0-9+/_-]{32,}={0,2}(?![\w/+.-])")
_HEX = re.compile(r"[0-9a-f-]+|[0-9A-F-]+")
_ENTROPY = 4.3  # bits a character: base64 of a key has about 5, a long name 3.5 to 4

# An invented number shows: zeros, one digit over and over, steps, or the range of officers.
_INVENTED = re.compile(
    r"000|(\d)\1{4}|(?:0123|1234|2345|3456|4567)(?:\d*)|987654|1235$|^079194|^0791(?:87|71)"
)
# RFC 2606, and words of this house for places that do not exist.
_NOWHERE = (".example", ".example.com", ".mau", ".test", ".invalid", "vi.du", ".localhost")


def found(text: str) -> Iterator[Finding]:
    """Yield what looks like a secret, a real person's number or a real address."""
    small = text.lower()
    for kind, pattern in PATTERNS.items():
        if kind in _SIGNS and not any(sign in small for sign in _SIGNS[kind]):
            continue
        for match in pattern.finditer(text):
            if not _is_invented(kind, match[0]):
                yield Finding(kind, match[0])
    for candidate in _CANDIDATE.findall(text):
        if _is_random(candidate):
            yield Finding("high entropy", candidate)


def _is_invented(kind: str, text: str) -> bool:
    if kind in {"phone", "citizen number", "card"}:
        return bool(_INVENTED.search(text))
    return kind == "e-mail" and text.endswith(_NOWHERE)


def _is_random(text: str) -> bool:
    """Tell whether a text is a key rather than a name; digests in hex are no secrets."""
    mixed = (str.islower, str.isupper, str.isdigit)
    if not all(any(map(kind, text)) for kind in mixed) or _HEX.fullmatch(text):
        return False
    shares = [count / len(text) for count in Counter(text).values()]
    return -sum(share * math.log2(share) for share in shares) > _ENTROPY
