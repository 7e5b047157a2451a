"""The two engines: bytes only, ASCII only from pyzbar, and no code that they dispute."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest

from tests.support import FIXTURES, payload
from verification.adapters.scanning import engines
from verification.adapters.scanning.deadline import Deadline
from verification.adapters.scanning.engines import Found, read_only, uncontradicted, zbar, zxing
from verification.adapters.scanning.rescue.passes import WHOLE_STEPS

LONG = Deadline(86_400.0)  # that no busy machine uses up, nor the tests before
HERE = (10.0, 10.0, 50.0, 50.0)
BESIDE = (80.0, 10.0, 120.0, 50.0)


def picture(slug: str = "patient-1") -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return a fixture's picture in gray."""
    found = cv2.imread(str(FIXTURES / "qr" / f"{slug}.png"), cv2.IMREAD_GRAYSCALE)
    assert found is not None
    return np.asarray(found, np.uint8)


def fake(*answers: bytes) -> SimpleNamespace:
    """Return a pyzbar that always answers this."""
    box = SimpleNamespace(left=0, top=0, width=400, height=400)
    codes = [SimpleNamespace(data=data, rect=box) for data in answers]
    return SimpleNamespace(
        ZBarSymbol=SimpleNamespace(QRCODE=64), decode=lambda _gray, symbols: codes
    )


def test_zxing_gives_bytes_and_where_they_are() -> None:
    (found,) = zxing(picture())
    assert found.payload == payload("patient-1")
    left, top, right, low = found.box
    assert 0 < left < right < picture().shape[1]
    assert 0 < top < low < picture().shape[0]


def test_a_located_code_that_is_not_read_has_no_payload() -> None:
    damaged = picture()
    damaged[damaged.shape[0] // 2 :, damaged.shape[1] // 3 :] = 127
    assert read_only(zxing(damaged)) == []


def test_what_is_no_picture_reads_as_nothing() -> None:
    assert zxing(np.zeros((0, 0), np.uint8)) == []


def test_pyzbar_reads_a_card() -> None:
    if engines.pyzbar is None:
        pytest.skip("libzbar0 is not installed")
    assert [one.payload for one in zbar(picture())] == [payload("patient-1")]
    assert WHOLE_STEPS["whole pyzbar, soft"](picture(), LONG) == [payload("patient-1")]


def test_a_result_of_pyzbar_that_is_not_ascii_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "pyzbar", fake("Mẫu".encode(), b"", b"7900000011"))
    assert [one.payload for one in zbar(picture())] == [b"7900000011"]


def test_a_citizen_card_with_diacritics_is_not_read_by_pyzbar() -> None:
    assert zbar(picture("citizen-7")) == []


def test_without_libzbar_pyzbar_reads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "pyzbar", None)
    assert zbar(picture()) == []


def test_a_code_of_which_another_engine_says_something_else_is_dropped() -> None:
    one, other = Found(b"one", HERE), Found(b"other", HERE)
    assert uncontradicted([one], [other]) == []
    assert uncontradicted([one], [Found(b"one", HERE)]) == [one]
    assert uncontradicted([one], []) == [one]


def test_two_codes_side_by_side_do_not_contradict_each_other() -> None:
    one = Found(b"one", HERE)
    assert uncontradicted([one], [Found(b"other", BESIDE)]) == [one]


def test_a_rescue_step_drops_what_pyzbar_disputes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert WHOLE_STEPS["whole unsharp"](picture(), LONG) == [payload("patient-1")]
    monkeypatch.setattr(engines, "pyzbar", fake(b"another card"))
    assert WHOLE_STEPS["whole unsharp"](picture(), LONG) == []
