"""The command that makes a hospital's own certificates."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from cryptography import x509

from verification.__main__ import main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def make(folder: Path, *names: str) -> int:
    words = [word for name in names for word in ("--name", name)]
    return main(["certificate", *words, "--out", str(folder)])


def test_it_makes_keys_that_only_their_owner_reads_and_a_server_that_its_own_ca_vouches_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make(tmp_path, "kiosk.benhvien.lan", "10.0.0.5") == 0
    assert "KIOSK_TLS_CERT=" in capsys.readouterr().out
    for name in ("ca.key", "key.pem"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    ca = x509.load_pem_x509_certificate((tmp_path / "ca.pem").read_bytes())
    cert = x509.load_pem_x509_certificate((tmp_path / "cert.pem").read_bytes())
    cert.verify_directly_issued_by(ca)
    assert (cert.not_valid_after_utc - cert.not_valid_before_utc).days <= 825
    names = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["kiosk.benhvien.lan"]
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(
        tmp_path / "cert.pem", tmp_path / "key.pem"
    )


def test_nothing_is_overwritten_and_the_authority_signs_the_next_server_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make(tmp_path, "mot.lan") == 0
    ca = (tmp_path / "ca.pem").read_bytes()
    assert make(tmp_path, "hai.lan") == 1
    assert "cert.pem" in (said := capsys.readouterr().err) or "key.pem" in said
    for name in ("cert.pem", "key.pem"):
        (tmp_path / name).rename(tmp_path / f"mot.{name}")
    assert make(tmp_path, "hai.lan") == 0
    assert (tmp_path / "ca.pem").read_bytes() == ca
