"""Keys that seal documents: from a PFX file, or in a PKCS#11 device."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asn1crypto import pem
from asn1crypto.x509 import Certificate
from pkcs11 import Attribute, ObjectClass, Session
from pkcs11.exceptions import PKCS11Error
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers import Signer, SimpleSigner

from reports.contexts.parts import SealLevel

if TYPE_CHECKING:
    from collections.abc import Iterator


class SealKeyError(Exception):
    """A key cannot be used. The message is German and holds no secret."""


class SealKey(ABC):
    """A key, its certificate, and the level that its seals have."""

    level: SealLevel

    @abstractmethod
    def open(self) -> AbstractContextManager[Signer]:
        """The signer, for as long as the context lasts; raises ``SealKeyError``."""


@dataclass(frozen=True, kw_only=True)
class PfxKey(SealKey):
    """A key in a PKCS#12 file.

    Its seals are never qualified: those need a qualified seal creation device
    (Art. 3 No. 27 eIDAS), which a file is not.
    """

    path: Path
    password: str = field(repr=False)
    level: SealLevel = SealLevel.DEMO
    chain: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        """Refuse the level "qualified"."""
        if self.level is SealLevel.QUALIFIED:
            raise SealKeyError("Ein Schlüssel aus einer Datei kann kein qualifiziertes Siegel erzeugen.")

    @contextmanager
    def open(self) -> Iterator[Signer]:
        """The signer of the file; nothing stays open."""
        try:
            content = self.path.read_bytes()
        except OSError as error:
            raise SealKeyError(f"Die Siegeldatei „{self.path}“ ist nicht lesbar.") from error
        try:
            signer = SimpleSigner.load_pkcs12_data(
                content, other_certs=load_certificates(self.chain), passphrase=self.password.encode()
            )
        except ValueError as error:
            raise SealKeyError(
                f"Die Siegeldatei „{self.path}“ lässt sich nicht öffnen: falsches Kennwort oder keine PKCS#12-Datei."
            ) from error
        yield signer


@dataclass(frozen=True, kw_only=True)
class Pkcs11Key(SealKey):
    """A key in a device behind a PKCS#11 module.

    The certificate comes from the device, under ``certificate_label`` (the key's
    label by default), or from the file ``certificate``.
    """

    module: Path
    token: str
    key_label: str
    pin: str = field(repr=False)
    level: SealLevel = SealLevel.DEMO
    certificate_label: str | None = None
    certificate: Path | None = None
    chain: tuple[Path, ...] = ()

    @contextmanager
    def open(self) -> Iterator[Signer]:
        """The signer of the device; its session ends with the context."""
        try:
            session = open_pkcs11_session(
                str(self.module), token_criteria=TokenCriteria(label=self.token), user_pin=self.pin
            )
        except (PKCS11Error, RuntimeError) as error:
            raise SealKeyError(
                f"Das Siegelgerät (Token „{self.token}“) lässt sich nicht öffnen. Bitte Modul, Token und PIN prüfen."
            ) from error
        try:
            certificate = self._certificate(session)
            yield PKCS11Signer(
                session,
                signing_cert=certificate,
                key_label=self.key_label,
                ca_chain=load_certificates(self.chain),
                # Every device signs a hash that it is given; not all can hash for elliptic curves.
                use_raw_mechanism=certificate.public_key.algorithm == "ec",
            )
        finally:
            session.close()

    def _certificate(self, session: Session) -> Certificate:
        if self.certificate is not None:
            return load_certificates((self.certificate,))[0]
        label = self.certificate_label or self.key_label
        query = {Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.LABEL: label}
        found = [Certificate.load(item[Attribute.VALUE]) for item in session.get_objects(query)]
        if len(found) != 1:
            raise SealKeyError(f"Im Siegelgerät gibt es {len(found)} Zertifikate mit dem Namen „{label}“ statt eines.")
        return found[0]


def load_certificates(paths: tuple[Path, ...]) -> list[Certificate]:
    """Certificates of PEM or DER files; raises ``SealKeyError`` naming the file."""
    found: list[Certificate] = []
    for path in paths:
        try:
            found += parse_certificates(path.read_bytes())
        except (OSError, ValueError) as error:
            raise SealKeyError(f"Die Zertifikatsdatei „{path}“ ist nicht lesbar.") from error
    return found


def parse_certificates(content: bytes) -> list[Certificate]:
    """Certificates of PEM (several) or DER (one); ``ValueError`` for anything else."""
    blocks: list[Any] = [der for _, _, der in pem.unarmor(content, multiple=True)] if pem.detect(content) else [content]
    certificates = [Certificate.load(der) for der in blocks]
    for certificate in certificates:
        certificate.native  # noqa: B018  parsing is lazy: a broken file has to fail here
    return certificates
