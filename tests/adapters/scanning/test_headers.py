"""What a picture says of itself, and which frames are decoded at all."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fixtures.filed import FILES, drawn, saved
from tests.adapters.scanning import bombs
from tests.support import FIXTURES, each, payload
from verification.adapters.scanning import live
from verification.adapters.scanning.headers import Claim, claimed, is_frame
from verification.adapters.scanning.limits import FRAME_SCANS
from verification.adapters.scanning.live import LiveDecoder
from verification.adapters.scanning.rescue import outlined
from verification.adapters.scanning.rescue.contours import few_outlines

CODE = (FIXTURES / "qr" / "patient-1.png").read_bytes()


def sent(kind: str, mode: str = "RGB", **how: object) -> bytes:
    """Return a picture of 1280 by 720 as the page sends it, or nearly so."""
    return saved(Image.new(mode, (1280, 720), 128), kind, **how)


@each(
    "data",
    [
        sent("JPEG", quality=85),
        sent("JPEG", "L"),
        sent("JPEG", exif=b"Exif\0\0" + bytes(20_000)),
        sent("JPEG", progressive=True),
        sent("PNG"),
        sent("WEBP"),
        sent("WEBP", lossless=True),
        sent("WEBP", "RGBA"),
        sent("WEBP", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"),
        b"\xff\xd8\xff" + sent("JPEG")[2:],
    ],
)
def test_what_a_browser_sends_says_its_size_and_is_read(data: bytes) -> None:
    claim = claimed(data)
    assert claim is not None
    assert (claim.width, claim.height) == (1280, 720)
    assert claim.scans <= FRAME_SCANS
    assert is_frame(data)


def test_an_upright_phone_is_as_good_as_one_that_lies() -> None:
    assert is_frame(saved(Image.new("L", (720, 1280)), "JPEG"))
    assert is_frame(saved(Image.new("L", (1280, 1280)), "JPEG"))


@pytest.mark.parametrize("name", bombs.FRAMES)
def test_a_bomb_sent_as_a_frame_is_refused_before_it_is_decoded(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[bytes] = []
    monkeypatch.setattr(live, "open_picture", decoded.append)
    assert LiveDecoder().read_picture(bombs.frame(name)) is None
    assert decoded == []


def test_a_frame_of_a_card_is_read_as_ever() -> None:
    found = LiveDecoder().read_picture(CODE)
    assert found is not None
    assert found.payloads == (payload("patient-1"),)


def test_a_claim_is_read_from_the_header_alone() -> None:
    assert claimed(bombs.png_of(60_000, 50_000)[:24]) == Claim(60_000, 50_000)
    many = claimed(bombs.jpeg_of_scans(64, 500))
    assert many is not None
    assert many.scans > 500


@pytest.mark.parametrize("form", FILES)
def test_a_claim_agrees_with_the_library_that_opens_the_file(form: str) -> None:
    data = FILES[form](drawn(payload("patient-1")))
    claim = claimed(data)
    if claim is not None:
        with Image.open(BytesIO(data)) as image:
            assert (claim.width, claim.height) == image.size


@given(st.binary(max_size=300), st.sampled_from([b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"RIFF"]))
def test_no_bytes_break_the_reading_of_a_header(rest: bytes, start: bytes) -> None:
    claimed(start + rest)
    claimed(start + b"0000WEBPVP8X" + rest)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_every_beginning_of_a_picture_is_a_claim_or_none(kind: str) -> None:
    whole = sent(kind)
    for length in range(80):
        assert claimed(whole[:length]) in {None, Claim(1280, 720), Claim(1280, 720, 0)}


def test_a_live_frame_of_nothing_but_outlines_is_left() -> None:
    chess = bombs.checkered(1_280, 1_280)
    assert not few_outlines(chess, 30_000)
    assert not few_outlines(255 - chess, 30_000)
    assert few_outlines(bombs.checkered(300, 300, 30), 30_000)


def test_a_live_step_does_not_go_through_outlines_without_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gone_through: list[int] = []
    monkeypatch.setattr(outlined, "finder_quads", lambda *_: gone_through.append(1) or [])
    outlined.by_outlines_live(bombs.corners(1_280, 1_280), outlined.Deadline(600.0))
    assert gone_through == []
