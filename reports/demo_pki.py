"""A certification authority and a sealing key for demonstrations, made at set-up."""

from __future__ import annotations

import fcntl
import os
import secrets
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID, ObjectIdentifier

DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336
# Demo cases lie in the past; their seals need a certificate that was valid then.
BACKDATED = timedelta(days=5 * 365)
LIFETIME = timedelta(days=20 * 365)


@dataclass(frozen=True)
class DemoPki:
    """Files of the demo: root certificate (PEM), sealing key (PKCS#12) and its password."""

    ca_certificate: Path
    pfx: Path
    password_file: Path

    @property
    def password(self) -> str:
        """Password of the PFX file."""
        return self.password_file.read_text(encoding="utf-8")

    @property
    def is_complete(self) -> bool:
        """True where a run has written every file."""
        return self.pfx.exists() and self.ca_certificate.exists() and self.password_file.exists()


def make_demo_pki(folder: Path, *, organisation: str, now: datetime | None = None) -> DemoPki:
    """Make a demo root and a sealing key for ``organisation`` in ``folder``, once.

    A complete folder stays as it is. The root's private key is thrown away, so nobody
    can issue more certificates. The files are readable for their owner only.
    """
    pki = DemoPki(folder / "demo-ca.pem", folder / "demo-siegel.pfx", folder / "demo-siegel.password")
    if not pki.is_complete:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (folder / "lock").open("w") as lock:
            # Web server and worker may both be the first to need it; files of two runs do not fit together.
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not pki.is_complete:
                _make(pki, organisation, now or datetime.now(UTC))
    return pki


def _make(pki: DemoPki, organisation: str, moment: datetime) -> None:
    root_key, root = _make_root(organisation, moment)
    seal_key, certificate = _make_seal_certificate(organisation, moment, root_key, root)
    password = secrets.token_urlsafe(24)
    _write(pki.ca_certificate, root.public_bytes(Encoding.PEM))
    _write(pki.password_file, password.encode())
    # The PFX comes last: a folder that has it is complete.
    _write(
        pki.pfx,
        pkcs12.serialize_key_and_certificates(
            b"Demosiegel", seal_key, certificate, [root], BestAvailableEncryption(password.encode())
        ),
    )


def _make_root(organisation: str, now: datetime) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(organisation, "Demo-Zertifizierungsstelle (ohne Rechtswirkung)")
    usage = _key_usage(sign_certificates=True)
    certificate = (
        _builder(name, name, key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return key, certificate


def _make_seal_certificate(
    organisation: str, now: datetime, root_key: ec.EllipticCurvePrivateKey, root: x509.Certificate
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _builder(_name(organisation, "Demosiegel (ohne Rechtswirkung)"), root.subject, key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(sign_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    return key, certificate


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(organisation: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _key_usage(*, sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign_certificates,
        content_commitment=not sign_certificates,
        key_cert_sign=sign_certificates,
        crl_sign=sign_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write(path: Path, content: bytes) -> None:
    """Write at once and for the owner only: a killed set-up leaves no half file."""
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    Path(name).replace(path)
