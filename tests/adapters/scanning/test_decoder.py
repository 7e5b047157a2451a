"""The decoder reads every fixture and raises on nothing."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from fixtures.hard import LEVELS, Kind, hard_frame
from tests.support import FIXTURES, each, payload, share, slugs
from verification.adapters.scanning import decoder, engines
from verification.adapters.scanning.decoder import read_frame, read_picture
from verification.adapters.scanning.gray import to_gray
from verification.adapters.scanning.reading import Reading
from verification.adapters.scanning.rescue.passes import STEPS

Picture = np.ndarray[Any, np.dtype[Any]]
SLUG = "patient-1"


def picture(slug: str = SLUG) -> Picture:
    """Return a fixture's picture in gray."""
    found = cv2.imread(str(FIXTURES / "qr" / f"{slug}.png"), cv2.IMREAD_GRAYSCALE)
    assert found is not None
    return np.asarray(found)


def encoded(suffix: str, image: Picture) -> bytes:
    """Return a picture file."""
    done, data = cv2.imencode(suffix, image)
    assert done
    return data.tobytes()


def read(frame: object) -> bytes | None:
    """Return the one payload of a frame."""
    payloads = read_frame(frame).payloads
    assert len(payloads) < 2
    return payloads[0] if payloads else None


# ---- reads


@each("slug", slugs())
def test_each_fixture_is_read_to_the_byte(slug: str) -> None:
    reading = read_picture((FIXTURES / "qr" / f"{slug}.png").read_bytes())
    assert reading is not None
    assert reading.payloads == (payload(slug),)
    assert (reading.step, reading.unread) == ("zxing", False)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".bmp", ".tiff"])
def test_each_kind_of_picture_file_is_read(suffix: str) -> None:
    reading = read_picture(encoded(suffix, picture()))
    assert reading is not None
    assert reading.payloads == (payload(SLUG),)


@each("channels", [None, 1, 2, 3, 4])
@each(
    ("dtype", "white"),
    [
        (np.uint8, 255),
        (np.uint16, 65_535),
        (np.int16, 255),
        (np.int32, 255),
        (np.uint64, 255),
        (np.float16, 1.0),
        (np.float32, 1.0),
        (np.float32, 255.0),
        (np.float64, 1.0),
        (np.bool_, True),
    ],
)
def test_a_frame_of_any_type_and_channel_count_is_read(
    dtype: type[np.generic], white: float, channels: int | None
) -> None:
    plain = ((picture() > 127) * white).astype(dtype)
    frame = plain if channels is None else np.stack([plain] * channels, axis=2)
    assert read(frame) == payload(SLUG)


def test_an_inverted_code_is_read() -> None:
    assert read(255 - picture()) == payload(SLUG)


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_turned_code_is_read(turns: int) -> None:
    assert read(np.rot90(picture(), turns)) == payload(SLUG)


def test_a_view_that_is_not_contiguous_is_read() -> None:
    wide = np.repeat(picture(), 2, axis=1)
    assert read(wide[:, ::2]) == payload(SLUG)


def test_nan_and_infinity_do_not_disturb() -> None:
    frame = picture().astype(np.float32)
    frame[0, 0], frame[0, 1], frame[1, 0] = np.nan, np.inf, -np.inf
    assert read(frame) == payload(SLUG)


def test_two_codes_in_one_picture_are_both_read() -> None:
    one, other = picture("s1-new"), picture("s4")
    height = max(one.shape[0], other.shape[0])

    def fitted(image: Picture) -> Picture:
        below = height - image.shape[0]
        return np.pad(image, ((0, below), (30, 30)), constant_values=255)

    reading = read_frame(np.hstack([fitted(one), fitted(other)]))
    assert set(reading.payloads) == {payload("s1-new"), payload("s4")}


def test_the_same_code_twice_is_one_payload() -> None:
    twice = np.hstack([np.pad(picture(), 30, constant_values=255)] * 2)
    assert read_frame(twice).payloads == (payload(SLUG),)


def test_a_damaged_code_is_unread_or_nothing() -> None:
    damaged = picture().copy()
    damaged[damaged.shape[0] // 2 :, damaged.shape[1] // 3 :] = 127
    reading = read_frame(damaged)
    assert reading.payloads == ()
    assert reading.step is None


# ---- reads nothing, raises nothing


@each(
    "frame",
    [
        None,
        "text",
        7,
        [[0, 0], [0, 0]],
        np.zeros(0, np.uint8),
        np.zeros(()),
        np.zeros((0, 0), np.uint8),
        np.zeros((0, 100, 3), np.uint8),
        np.zeros((100, 0, 3), np.uint8),
        np.zeros((100, 100, 0), np.uint8),
        np.zeros((100, 100, 0), np.float32),
        np.zeros((100, 100, 5), np.uint8),
        np.zeros((2, 100, 100, 3), np.uint8),
        np.zeros((1, 1), np.uint8),
        np.zeros((20, 500), np.uint8),
        np.zeros((100, 100), np.uint8),
        np.full((100, 100), 255, np.uint8),
        np.full((100, 100, 3), np.nan, np.float32),
        np.full((100, 100), np.inf),
        np.full((100, 100), -1e300),
        np.zeros((100, 100), np.complex128),
        np.zeros((100, 100), object),
        np.zeros((100, 100), "datetime64[s]"),
        np.zeros((100, 100), "U4"),
        np.zeros((100, 100), np.longdouble),
        np.zeros((21, 21), [("a", np.uint8)]),
    ],
)
def test_what_is_no_picture_or_empty_gives_nothing(frame: object) -> None:
    reading = read_frame(frame)
    assert (reading.payloads, reading.step) == ((), None)


@each(
    "data",
    [
        b"",
        b"\0",
        b"no picture at all",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"GIF89a" + b"\xff" * 20,
        bytes(range(256)) * 100,
    ],
)
def test_bytes_that_are_no_picture_give_none(data: bytes) -> None:
    assert read_picture(data) is None


def test_a_picture_that_claims_to_be_huge_gives_none() -> None:
    claimed = bytearray(encoded(".png", picture()))
    claimed[16:24] = (100_000).to_bytes(4, "big") * 2
    assert read_picture(bytes(claimed)) is None


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_a_picture_cut_anywhere_never_raises(suffix: str) -> None:
    whole = encoded(suffix, picture())
    for end in range(0, len(whole), max(len(whole) // 40, 1)):
        reading = read_picture(whole[:end])
        assert reading is None or reading.payloads in {(), (payload(SLUG),)}


@given(st.binary(max_size=400))
def test_arbitrary_bytes_never_raise(data: bytes) -> None:
    reading = read_picture(data)
    assert reading is None or isinstance(reading, Reading)


@settings(max_examples=40)  # `make soak` damages pictures by the hundred thousand
@given(st.data())
def test_a_corrupt_picture_never_raises(data: st.DataObject) -> None:
    whole = bytearray(encoded(data.draw(st.sampled_from([".png", ".jpg"])), picture("number-10")))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    reading = read_picture(bytes(whole))
    assert reading is None or isinstance(reading.payloads, tuple)


@given(
    hnp.arrays(
        hnp.boolean_dtypes() | hnp.integer_dtypes() | hnp.unsigned_integer_dtypes()
        | hnp.floating_dtypes() | hnp.complex_number_dtypes(),
        hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=40),
        fill=st.nothing() | st.just(1),
    )
)  # fmt: skip
def test_an_arbitrary_array_never_raises(frame: Picture) -> None:
    assert isinstance(read_frame(frame), Reading)
    gray = to_gray(frame)
    assert gray is None or (gray.dtype == np.uint8 and gray.ndim == 2)


# ---- the cascade


def test_without_libzbar_zxing_reads_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoder, "_pyzbar", None)
    monkeypatch.setattr(engines, "pyzbar", None)
    assert not decoder.has_pyzbar()
    assert read(picture()) == payload(SLUG)
    assert read_frame(np.zeros((100, 100), np.uint8)) == Reading()


@pytest.mark.parametrize(
    ("kind", "cause", "level"),
    [("phone", "blur", 0.6), ("paper", "motion", 2.0), ("citizen", "scale", 1.25)],
)
def test_what_only_a_rescue_reads_names_its_step(kind: Kind, cause: str, level: float) -> None:
    frame = hard_frame(kind, 1, cause, level)
    reading = read_frame(frame.picture)
    assert reading.payloads == (frame.payload,)
    assert reading.step in STEPS
    assert (reading.unread, reading.hint) == (False, None)


def test_where_no_step_reads_the_reading_says_unread_and_why() -> None:
    frame = hard_frame("phone", 1, "blur", 1.1)
    assert read_frame(frame.picture) == Reading(unread=True, hint="too_soft")


@pytest.mark.parametrize("cause", share(["mixed", "finder", "cracks", "glare"], "mixed", "glare"))
def test_what_is_too_hard_is_never_read_wrongly(cause: str) -> None:
    frame = hard_frame("phone", 2, cause, max(LEVELS[cause]))
    assert read_frame(frame.picture).payloads in {(), (frame.payload,)}


def test_two_cards_of_which_one_is_hard_to_read_are_never_mixed() -> None:
    one, other = (hard_frame("citizen", seed, "scale", 1.75) for seed in (1, 2))
    both = np.hstack([one.picture, other.picture])
    assert set(read_frame(both).payloads) <= {one.payload, other.payload}


@pytest.mark.parametrize("shape", [(60, 9_000), (9_000, 60), (21, 40_000), (40_000, 25)])
def test_a_long_strip_of_noise_gives_nothing_and_raises_nothing(shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(4).integers(0, 256, shape, dtype=np.uint8)
    assert read_frame(noise).payloads == ()


def test_a_picture_of_nothing_is_not_unread() -> None:
    noise = np.random.default_rng(3).normal(128, 6, (720, 1280))
    assert read_frame(noise.clip(0, 255).astype(np.uint8)) == Reading()
