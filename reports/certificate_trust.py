"""Whether the certificate of a signature is to be trusted: every reason that is known why not.

The rules are those of ETSI EN 319 102-1, held to what the file and the given certificates and revocation lists
prove; nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from asn1crypto import crl, ocsp
from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    ExpiredError,
    InsufficientRevinfoError,
    NotYetValidError,
    PathBuildingError,
    RevokedError,
    ValidationError,
)

from reports.certificate_names import short_name
from reports.formatting import german_moment

SIGNING_USAGES = {"digital_signature", "non_repudiation"}
UNCHANGED = "Das Dokument ist seit dem Signieren unverändert"


class SignatureState(StrEnum):
    """TOTAL-PASSED, TOTAL-FAILED and INDETERMINATE of ETSI EN 319 102-1."""

    VALID = "valid"
    INVALID = "invalid"
    CANNOT_BE_ESTABLISHED = "cannot_be_established"


@dataclass(frozen=True)
class Trust:
    """What signatures are held against: roots, revocation lists, and whether proof of no revocation is needed."""

    roots: Sequence[Certificate]
    revocation_lists: Sequence[crl.CertificateList] = ()
    revocation_needed: bool = True


@dataclass
class Evidence:
    """Certificates, lists and answers that the file itself holds."""

    certificates: list[Certificate] = field(default_factory=list)
    lists: list[crl.CertificateList] = field(default_factory=list)
    answers: list[ocsp.OCSPResponse] = field(default_factory=list)


async def trusted(
    certificate: Certificate,
    trust: Trust,
    evidence: Evidence,
    moment: datetime,
    claimed: datetime | None,
    stamped_at: datetime | None,
) -> tuple[SignatureState, str]:
    """Return the verdict on an unchanged document: whose certificate, valid then, revoked then."""
    then = stamped_at or moment
    usage = certificate.key_usage_value
    if usage is not None and not SIGNING_USAGES & usage.native:
        return SignatureState.INVALID, "Das Zertifikat ist nicht zum Signieren ausgestellt."
    error = await _path_error(certificate, trust, evidence, then, needed=False)
    early, late = then < certificate.not_valid_before, then > certificate.not_valid_after
    if isinstance(error, PathBuildingError | ExpiredError | NotYetValidError) or early or late:
        return _out_of_time_or_unknown(certificate, error, then, stamped_at)
    if error is not None and not isinstance(error, RevokedError):
        return _open(f"{UNCHANGED}, aber die Kette der Zertifikate ist nicht regelgerecht.")
    revoked = error if isinstance(error, RevokedError) else None
    if revoked is None and trust.revocation_needed:
        error = await _path_error(certificate, trust, evidence, then, needed=True)
        revoked = error if isinstance(error, RevokedError) else None
        if error is not None and revoked is None:
            old = " (die vorhandenen sind veraltet)" if type(error) is not InsufficientRevinfoError else ""
            return _open(
                f"{UNCHANGED} und das Zertifikat stammt von einer bekannten Stelle. "
                f"Ob es gesperrt ist, lässt sich nicht feststellen: Sperrinformationen fehlen{old}."
            )
    if revoked is not None:
        return _revoked(revoked.revocation_dt, claimed, stamped_at)
    proven = f", belegt durch einen Zeitstempel vom {german_moment(stamped_at)}" if stamped_at else ""
    return SignatureState.VALID, f"Die Signatur ist gültig, das Dokument ist seit dem Signieren unverändert{proven}."


def _out_of_time_or_unknown(
    certificate: Certificate, error: Exception | None, then: datetime, stamped_at: datetime | None
) -> tuple[SignatureState, str]:
    """Name every reason that is known: an unknown issuer does not hide that the certificate is out of time."""
    early, late = then < certificate.not_valid_before, then > certificate.not_valid_after
    reasons = []
    if isinstance(error, PathBuildingError):
        issuer = short_name(certificate.issuer)
        reasons.append(f"Die ausstellende Stelle „{issuer}“ ist hier nicht als vertrauenswürdig hinterlegt.")
    proof = "der Zeitstempel ist jünger" if stamped_at else "kein Zeitstempel belegt, dass vorher signiert wurde"
    if late:
        end = german_moment(certificate.not_valid_after)
        reasons.append(f"Das Zertifikat ist abgelaufen (es galt bis {end}), und {proof}.")
    elif isinstance(error, ExpiredError):
        reasons.append(f"Das Zertifikat eines Ausstellers ist abgelaufen, und {proof}.")
    if early:
        start = german_moment(certificate.not_valid_before)
        reasons.append(f"Das Zertifikat war zum Zeitpunkt der Signatur noch nicht gültig (es gilt erst ab {start}).")
    elif isinstance(error, NotYetValidError):
        reasons.append("Das Zertifikat eines Ausstellers war zum Zeitpunkt der Signatur noch nicht gültig.")
    if early or isinstance(error, NotYetValidError):
        return SignatureState.INVALID, " ".join(reasons)
    return _open(" ".join([f"{UNCHANGED}, aber die Signatur lässt sich nicht bestätigen.", *reasons]))


def _open(reason: str) -> tuple[SignatureState, str]:
    return SignatureState.CANNOT_BE_ESTABLISHED, reason


def _revoked(since: datetime, claimed: datetime | None, stamped_at: datetime | None) -> tuple[SignatureState, str]:
    if stamped_at is not None or (claimed is not None and claimed >= since):
        reason = f"Das Zertifikat war beim Signieren schon gesperrt (seit {german_moment(since)})."
        return SignatureState.INVALID, reason
    return _open(
        f"Das Zertifikat ist seit {german_moment(since)} gesperrt, und kein Zeitstempel belegt, dass vorher signiert "
        "wurde."
    )


async def _path_error(
    certificate: Certificate, trust: Trust, evidence: Evidence, moment: datetime, *, needed: bool
) -> Exception | None:
    context = context_of(trust, evidence, moment, needed=needed)
    validator = CertificateValidator(certificate, evidence.certificates, validation_context=context)
    try:
        await validator.async_validate_usage(set())  # type: ignore[no-untyped-call]
    except (PathBuildingError, ValidationError) as error:
        return error
    return None


def context_of(trust: Trust, evidence: Evidence, moment: datetime, *, needed: bool) -> ValidationContext:
    """Return the trust and proof that a path is built from; ``needed``: only with proof of no revocation."""
    return ValidationContext(
        trust_roots=list(trust.roots),
        other_certs=evidence.certificates,
        crls=[*trust.revocation_lists, *evidence.lists],
        ocsps=evidence.answers,
        moment=moment,
        # A list of later says as well whether the certificate was revoked then.
        retroactive_revinfo=True,
        allow_fetching=False,
        revocation_mode="require" if needed else "soft-fail",
    )


def evidence_of(reader: PdfFileReader) -> Evidence:
    """Return the proof that the file itself holds."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return Evidence()
    return Evidence(
        list(store.load_certs()),
        [crl.CertificateList.load(data) for data in _streams(store.crls)],
        [ocsp.OCSPResponse.load(data) for data in _streams(store.ocsps)],
    )


def _streams(references: Iterable[object]) -> list[bytes]:
    return [reference.get_object().data for reference in references]  # type: ignore[attr-defined]
