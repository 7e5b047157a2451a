"""`certificate`: a hospital's own authority, and a server's certificate signed by it."""

import ipaddress
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from verification.basics.errors import RequestError
from verification.operations.commands import options, output

SERVER_DAYS = 825  # what browsers take at most from a private authority (Apple HT210176)
_CA_DAYS = 3650
_OTHER_USES = (
    *("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
    *("encipher_only", "decipher_only", "digital_signature"),
)
_Pair = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


@options.command
@click.option("--name", "names", multiple=True, required=True, help="host name or IP address")
@click.option("--out", "folder", type=options.PATH, default=Path("data/tls"), metavar="DIR")
def certificate(*, names: tuple[str, ...], folder: Path, emit: output.Emit) -> int:
    """Make a certificate for https; nothing is overwritten."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        authority = _authority(folder)
        cert, key = _server(authority, names)
        _write(folder / "key.pem", _key_bytes(key))
        _write(folder / "cert.pem", _pem(cert) + _pem(authority[0]))
    except FileExistsError as error:
        raise RequestError(
            f"Đã có {error.filename}, hãy chuyển tệp cũ đi trước",
            f"There is {error.filename} already, move the old one away first",
        ) from error
    except (OSError, ValueError) as error:
        raise RequestError(
            f"Không tạo được chứng thư trong {folder}: {error}",
            f"No certificate could be made in {folder}: {error}",
        ) from error
    _tell(names, folder, cert, emit)
    return 0


def _tell(names: tuple[str, ...], folder: Path, cert: x509.Certificate, emit: output.Emit) -> None:
    files = {name: str(folder / name) for name in ("ca.pem", "ca.key", "cert.pem", "key.pem")}
    until = f"{cert.not_valid_after_utc:%Y-%m-%d}"
    emit(
        {"names": names, "until": until, **files},
        f"KIOSK_TLS_CERT={files['cert.pem']} KIOSK_TLS_KEY={files['key.pem']} (đến / until {until})"
        f"\nCài {files['ca.pem']} vào kho tin cậy của từng máy mở kiosk / install it as trusted on "
        f"each machine that opens the kiosk\nCất {files['ca.key']} khỏi máy chủ / keep it off the "
        "server: whoever has it can pose as any site to those machines",
    )


def _authority(folder: Path) -> _Pair:
    """Return the authority of the folder, made on first use."""
    cert_file, key_file = folder / "ca.pem", folder / "ca.key"
    if cert_file.exists() and key_file.exists():
        key = serialization.load_pem_private_key(key_file.read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError(key_file.name)
        return x509.load_pem_x509_certificate(cert_file.read_bytes()), key
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Kiosk BHYT CA")])
    uses = dict.fromkeys(_OTHER_USES, False)
    cert = (
        _builder(name, name, key.public_key(), _CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(key_cert_sign=True, crl_sign=True, **uses), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write(key_file, _key_bytes(key))
    _write(cert_file, _pem(cert))
    return cert, key


def _server(authority: _Pair, names: tuple[str, ...]) -> _Pair:
    ca, ca_key = authority
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    cert = (
        _builder(subject, ca.subject, key.public_key(), SERVER_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([_name(n) for n in names]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
        )
        .sign(ca_key, hashes.SHA256())
    )
    return cert, key


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    began = datetime.now(UTC) - timedelta(hours=1)  # for a desk whose clock is a little behind
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(began + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(cert: x509.Certificate) -> bytes:
    return cert.public_bytes(serialization.Encoding.PEM)


def _key_bytes(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(path: Path, content: bytes) -> None:
    """Write a new file that only its owner reads."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
