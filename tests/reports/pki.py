"""A small public-key infrastructure for tests, with its own servers on the loopback: time stamps, CRL, OCSP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, ExtensionOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from reports.demo_pki import DOCUMENT_SIGNING
from reports.seal_keys import PfxKey, SealKey

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
PASSWORD = "nur-fuer-tests"
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Credential:
    """A key and its certificate."""

    key: Key
    certificate: x509.Certificate
    issuer: x509.Certificate

    def key_file(self, folder: Path, name: str = "key.pfx") -> SealKey:
        """The credential as a PFX file in ``folder``, with its issuer."""
        path = folder / name
        path.write_bytes(
            pkcs12.serialize_key_and_certificates(
                b"Siegel", self.key, self.certificate, [self.issuer], BestAvailableEncryption(PASSWORD.encode())
            )
        )
        return PfxKey(path=path, password=PASSWORD)


@dataclass
class Pki:
    """A root that issues to people, seals and a time-stamp server. ``base`` is the address of its servers, if any."""

    name: str = "Test-Wurzel"
    base: str = ""
    revoked: dict[int, datetime] = field(default_factory=dict)
    # What the time-stamp server does: "" answers, "garbage" is nonsense, "down" an error, "forged" stamps other bytes.
    fault: str = ""
    requests: list[str] = field(default_factory=list)

    @cached_property
    def root(self) -> Credential:
        """The root, self-signed."""
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.now(UTC)
        certificate = (
            _builder(self.name, self.name, key, now - 10 * YEAR, now + 20 * YEAR)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_usage(authority=True), critical=True)
            .sign(key, hashes.SHA256())
        )
        return Credential(key, certificate, certificate)

    @property
    def root_pem(self) -> bytes:
        """The root's certificate."""
        return self.root.certificate.public_bytes(Encoding.PEM)

    def own(self, name: str, *, end: datetime | None = None, authority: bool = False) -> Credential:
        """A certificate that ``name`` issued to themselves; ``authority``: one that says it may issue others."""
        key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
        certificate = (
            _builder(name, name, key, now - YEAR, end or now + 2 * YEAR)
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(_usage(authority=False), critical=True)
            .sign(key, hashes.SHA256())
        )
        return Credential(key, certificate, certificate)

    def issue(
        self,
        name: str,
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        stamping: bool = False,
        usage: bytes | None = None,
    ) -> Credential:
        """A certificate for ``name``; with a base address it says where to ask whether it is revoked.

        ``usage`` takes the place of the DER of its key usage.
        """
        now = datetime.now(UTC)
        key: Key = (
            rsa.generate_private_key(public_exponent=65537, key_size=2048)
            if stamping
            else ec.generate_private_key(ec.SECP256R1())
        )
        purpose = ExtendedKeyUsageOID.TIME_STAMPING if stamping else DOCUMENT_SIGNING
        builder = (
            _builder(name, self.name, key, start or now - YEAR, end or now + 2 * YEAR)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(
                x509.UnrecognizedExtension(ExtensionOID.KEY_USAGE, usage) if usage else _usage(authority=False),
                critical=True,
            )
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=stamping)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.root.key.public_key()), critical=False
            )
        )
        if self.base:
            places = [x509.UniformResourceIdentifier(f"{self.base}/crl")]
            point = x509.DistributionPoint(places, None, None, None)
            builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
            if not stamping:
                access = x509.AccessDescription(
                    AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(f"{self.base}/ocsp")
                )
                builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
        return Credential(key, builder.sign(self.root.key, hashes.SHA256()), self.root.certificate)

    def intermediate(self, name: str, *, start: datetime, end: datetime) -> Pki:
        """An authority below this one, whose own certificate counts from ``start`` to ``end``."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            _builder(name, self.name, key, start, end)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_usage(authority=True), critical=True)
            .sign(self.root.key, hashes.SHA256())
        )
        below = Pki(name=name)
        below.__dict__["root"] = Credential(key, certificate, self.root.certificate)
        return below

    @cached_property
    def stamping(self) -> Credential:
        """Key and certificate of the time-stamp server."""
        return self.issue("Zeitstempel für Tests", stamping=True)

    def stamper(self, *, at: datetime | None = None) -> DummyTimeStamper:
        """A time stamper of this PKI without a server; ``at`` sets its clock."""
        key = self.stamping.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        certificate = Certificate.load(self.stamping.certificate.public_bytes(Encoding.DER))
        return DummyTimeStamper(certificate, asn1_keys.PrivateKeyInfo.load(key), fixed_dt=at)

    def revoke(self, credential: Credential, at: datetime) -> None:
        """Revoke from ``at`` on."""
        self.revoked[credential.certificate.serial_number] = at

    def crl(self, *, at: datetime | None = None) -> bytes:
        """The revocation list (DER), issued ``at`` or now."""
        moment = (at or datetime.now(UTC)) - timedelta(minutes=1)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.root.certificate.subject)
            .last_update(moment)
            .next_update(moment + timedelta(days=7))
            .add_extension(x509.CRLNumber(1), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.root.key.public_key()), critical=False
            )
        )
        for serial, date in self.revoked.items():
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(date)
            builder = builder.add_revoked_certificate(
                entry.add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), critical=False).build()
            )
        return builder.sign(self.root.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def answer_ocsp(self, request: bytes) -> bytes:
        """An OCSP response about the certificate that ``request`` names, signed by the root."""
        asked = ocsp.load_der_ocsp_request(request)
        now = datetime.now(UTC)
        date = self.revoked.get(asked.serial_number)
        builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
            issuer_name_hash=asked.issuer_name_hash,
            issuer_key_hash=asked.issuer_key_hash,
            serial_number=asked.serial_number,
            algorithm=asked.hash_algorithm,
            cert_status=ocsp.OCSPCertStatus.REVOKED if date else ocsp.OCSPCertStatus.GOOD,
            this_update=now - timedelta(minutes=1),
            next_update=now + timedelta(days=1),
            revocation_time=date,
            revocation_reason=x509.ReasonFlags.key_compromise if date else None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self.root.certificate)
        for extension in asked.extensions:
            if isinstance(extension.value, x509.OCSPNonce):
                builder = builder.add_extension(extension.value, critical=False)
        return builder.sign(self.root.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def answer_stamp(self, request: bytes) -> bytes:
        """An RFC 3161 response to ``request``."""
        asked = tsp.TimeStampReq.load(request)
        if self.fault == "forged":
            asked["message_imprint"]["hashed_message"] = b"\x00" * 32
        content: bytes = self.stamper().request_tsa_response(asked).dump()
        return content


@contextmanager
def serving(pki: Pki) -> Iterator[Pki]:
    """Serve ``pki`` on the loopback: POST /tsa, GET /crl, POST /ocsp."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(200, "application/pkix-crl", pki.crl())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/ocsp":
                self._send(200, "application/ocsp-response", pki.answer_ocsp(body))
            elif pki.fault == "down":
                self._send(503, "text/plain", b"Wartung")
            elif pki.fault == "garbage":
                self._send(200, "application/timestamp-reply", b"0\x03garbage")
            else:
                self._send(200, "application/timestamp-reply", pki.answer_stamp(body))

        def _send(self, status: int, media_type: str, content: bytes) -> None:
            pki.requests.append(self.path)
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            del args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    pki.base = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield pki
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _builder(subject: str, issuer: str, key: Key, start: datetime, end: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"), x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
