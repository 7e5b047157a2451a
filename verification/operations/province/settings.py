"""What a province's receiver is started with: a file of its own, no setting of a kiosk."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from verification.adapters.store.postgres.address import Address, read_address
from verification.basics.errors import SettingsError
from verification.exchange.handover.signing import Secrets, secrets_of
from verification.log.key_file import KeyFile

_OF_OTHERS = 0o077


@dataclass(frozen=True)
class ProvinceSettings:
    """A province.

    Args:
        key: By which it makes its references; no house has it.
        shards: Where its rows lie, in an order that never changes.
        houses: What each house signs by; others are not known.
    """

    key: bytes = field(repr=False)
    shards: tuple[Address, ...]
    houses: Mapping[str, Secrets] = field(repr=False)


def read_province(path: Path) -> ProvinceSettings:
    """Read the settings; a key is made where there is none yet.

    Args:
        path: A TOML file: `key_file`, `shards = [ADDRESS, ...]`, `[houses]` with `CODE = SECRET`.

    Raises:
        SettingsError: It cannot be read, others may read it, or something in it is wrong; the
            sentence repeats no secret.
        StoreError: The key's file cannot be used.
    """
    try:
        if path.stat().st_mode & _OF_OTHERS:
            raise SettingsError(
                f"Người khác trên máy này đọc được {path}: hãy chạy chmod 600",
                f"Others on this machine may read {path}: run chmod 600",
            )
        given = tomllib.loads(path.read_text(encoding="utf-8"))
        houses = {_house(code): secrets_of(text) for code, text in given["houses"].items()}
        addresses = _shards(given["shards"])
        key_file = path.parent / given["key_file"]
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise SettingsError(
            f"{path}: cần key_file, shards và [houses], mỗi cơ sở một khóa ký từ 24 byte",
            f"{path}: needs key_file, shards and [houses], a secret of 24 bytes or more a house",
        ) from error
    return ProvinceSettings(KeyFile(key_file).make(), addresses, houses)


def _shards(given: Any) -> tuple[Address, ...]:  # noqa: ANN401  # whatever a file holds
    addresses = tuple(read_address("shards", one) for one in given)
    if not addresses or isinstance(given, str) or len({one.name for one in addresses}) < len(given):
        raise ValueError("shards")
    return addresses


def _house(code: str) -> str:
    if not (code.isascii() and code.isalnum()):  # it stands in an address
        raise ValueError("house")
    return code
