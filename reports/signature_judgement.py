"""What the signatures in a PDF are worth: valid, invalid, or not to be established, each with its reason.

The rules are those of ETSI EN 319 102-1, held to what the file and the given certificates and revocation lists
prove; nothing is fetched. A doubt is "not to be established", never "valid".
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from asn1crypto import crl, ocsp
from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import (
    DocumentSecurityStore,
    EmbeddedPdfSignature,
    PdfSignatureStatus,
    SignatureCoverageLevel,
    async_validate_pdf_signature,
)
from pyhanko.sign.validation.errors import NoDSSFoundError, SignatureValidationError
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    ExpiredError,
    InsufficientRevinfoError,
    NotYetValidError,
    PathBuildingError,
    RevokedError,
    ValidationError,
)

from reports.formatting import german_moment

UNREADABLE = (PdfError, SigningError, SignatureValidationError, ValueError, KeyError, TypeError, AttributeError)
# DER of the statements in a certificate (ETSI EN 319 412-5) that it is qualified, and its key in a secure device.
QC_COMPLIANCE, QC_DEVICE = bytes.fromhex("060604008e460101"), bytes.fromhex("060604008e460104")
SIGNING_USAGES = {"digital_signature", "non_repudiation"}


class SignatureState(StrEnum):
    """TOTAL-PASSED, TOTAL-FAILED and INDETERMINATE of ETSI EN 319 102-1."""

    VALID = "valid"
    INVALID = "invalid"
    CANNOT_BE_ESTABLISHED = "cannot_be_established"


class UnreadableSignatureError(Exception):
    """The file is no readable PDF, or its signatures cannot be found."""


@dataclass(frozen=True)
class Trust:
    """What signatures are held against: roots, revocation lists, and whether proof of no revocation is needed."""

    roots: Sequence[Certificate]
    revocation_lists: Sequence[crl.CertificateList] = ()
    revocation_needed: bool = True


@dataclass(frozen=True, kw_only=True)
class SignatureFinding:
    """One signature. ``claimed_at`` is what the file says, ``stamped_at`` what a trusted time stamp proves."""

    state: SignatureState
    reason: str
    signer: str | None = None
    issuer: str | None = None
    field_name: str = ""
    claimed_at: datetime | None = None
    stamped_at: datetime | None = None
    covers: str = ""
    covers_whole_file: bool = False
    is_time_stamp: bool = False
    claims_qualified: bool = False


@dataclass
class _Evidence:
    """Certificates, lists and answers that the file itself holds."""

    certificates: list[Certificate] = field(default_factory=list)
    lists: list[crl.CertificateList] = field(default_factory=list)
    answers: list[ocsp.OCSPResponse] = field(default_factory=list)


def judge_signatures(pdf: bytes, trust: Trust, *, at: datetime | None = None) -> list[SignatureFinding]:
    """Judge every signature of ``pdf`` in the order they were made, at the moment ``at`` or now.

    Raises ``UnreadableSignatureError`` for what is no readable PDF.
    """
    moment = at or datetime.now(UTC)
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        signatures = list(reader.embedded_signatures)
        evidence = _evidence_of(reader)
    except (*UNREADABLE, RecursionError, IndexError, AssertionError) as error:
        raise UnreadableSignatureError(str(error)) from error
    return [_judge(signature, trust, evidence, moment) for signature in signatures]


def _judge(signature: EmbeddedPdfSignature, trust: Trust, evidence: _Evidence, moment: datetime) -> SignatureFinding:
    try:
        return asyncio.run(_judged(signature, trust, evidence, moment))
    except (*UNREADABLE, ValidationError, RecursionError, IndexError, AssertionError):
        return SignatureFinding(
            state=SignatureState.INVALID,
            reason="Die Signatur ist beschädigt oder nicht nach den Regeln für PDF-Signaturen aufgebaut.",
            field_name=_name_of(signature),
        )


async def _judged(
    signature: EmbeddedPdfSignature, trust: Trust, evidence: _Evidence, moment: datetime
) -> SignatureFinding:
    is_time_stamp = signature.sig_object.get("/Type") == "/DocTimeStamp"
    # First whether the document is what was signed; whose certificate it is comes after that.
    itself = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
    stamps = _context(trust, evidence, moment, needed=False)
    status = await async_validate_pdf_signature(signature, itself, ts_validation_context=stamps)
    certificate: Certificate = signature.signer_cert
    stamp = status.timestamp_validity
    stamped_at = stamp.timestamp if stamp is not None and stamp.intact and stamp.valid and stamp.trusted else None
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    changed = not whole and _changed_since(signature, status)
    claimed = signature.self_reported_timestamp
    if not status.intact or not status.valid:
        state, reason = SignatureState.INVALID, "Das Dokument wurde nach dem Signieren verändert."
        if not status.valid and status.intact:
            reason = "Die Signatur passt nicht zum Zertifikat, mit dem sie geprüft wird."
    elif changed:
        state, reason = SignatureState.INVALID, "Nach dem Signieren wurde der Inhalt der Datei verändert."
    else:
        evidence.certificates += signature.other_embedded_certs
        state, reason = await _trusted(certificate, trust, evidence, moment, claimed, stamped_at)
    return SignatureFinding(
        state=state,
        reason=reason,
        signer=certificate.subject.human_friendly,
        issuer=certificate.issuer.human_friendly,
        field_name=_name_of(signature),
        claimed_at=claimed,
        stamped_at=stamped_at,
        covers=_coverage(whole, changed or not status.intact),
        covers_whole_file=whole,
        is_time_stamp=is_time_stamp,
        claims_qualified=_claims_qualified(certificate),
    )


def _changed_since(signature: EmbeddedPdfSignature, status: PdfSignatureStatus) -> bool:
    """Whether later revisions add more than signatures and what proves them."""
    if signature.reader.xrefs.total_revisions <= signature.signed_revision + 1:
        return True  # bytes that are no revision
    difference = status.diff_result
    level = status.modification_level
    if level is None or level > ModificationLevel.FORM_FILLING or not status.docmdp_ok:
        return True
    fields = {name for name, _, _ in enumerate_sig_fields(signature.reader)}
    filled = difference.changed_form_fields if isinstance(difference, DiffResult) else set()
    return bool(set(filled) - fields)


async def _trusted(
    certificate: Certificate,
    trust: Trust,
    evidence: _Evidence,
    moment: datetime,
    claimed: datetime | None,
    stamped_at: datetime | None,
) -> tuple[SignatureState, str]:
    """The verdict on an unchanged document: whose certificate, valid then, revoked then."""
    then = stamped_at or moment
    unknown = SignatureState.CANNOT_BE_ESTABLISHED
    usage = certificate.key_usage_value
    if usage is not None and not SIGNING_USAGES & usage.native:
        return SignatureState.INVALID, "Das Zertifikat ist nicht zum Signieren ausgestellt."
    error = await _path_error(certificate, trust, evidence, then, needed=False)
    if isinstance(error, PathBuildingError):
        return unknown, (
            f"Das Dokument ist seit dem Signieren unverändert, aber die ausstellende Stelle „{_short(certificate)}“ "
            "ist hier nicht als vertrauenswürdig hinterlegt."
        )
    if isinstance(error, ExpiredError):
        return unknown, (
            "Das Dokument ist seit dem Signieren unverändert, aber das Zertifikat oder eines seiner Aussteller ist "
            f"abgelaufen (das Zertifikat gilt bis {german_moment(certificate.not_valid_after)}), und kein Zeitstempel "
            "belegt, dass vorher signiert wurde."
        )
    if isinstance(error, NotYetValidError):
        return SignatureState.INVALID, "Das Zertifikat war zum Zeitpunkt der Signatur noch nicht gültig."
    if error is not None and not isinstance(error, RevokedError):
        return unknown, "Das Dokument ist unverändert, aber die Kette der Zertifikate ist nicht regelgerecht."
    revoked = error if isinstance(error, RevokedError) else None
    if revoked is None and trust.revocation_needed:
        error = await _path_error(certificate, trust, evidence, then, needed=True)
        revoked = error if isinstance(error, RevokedError) else None
        if error is not None and revoked is None:
            old = " (die vorhandenen sind veraltet)" if type(error) is not InsufficientRevinfoError else ""
            return unknown, (
                "Das Dokument ist seit dem Signieren unverändert und das Zertifikat stammt von einer bekannten Stelle. "
                f"Ob es gesperrt ist, lässt sich nicht feststellen: Sperrinformationen fehlen{old}."
            )
    if revoked is not None:
        return _revoked(revoked.revocation_dt, claimed, stamped_at)
    proven = f", belegt durch einen Zeitstempel vom {german_moment(stamped_at)}" if stamped_at else ""
    return SignatureState.VALID, f"Die Signatur ist gültig, das Dokument ist seit dem Signieren unverändert{proven}."


def _revoked(since: datetime, claimed: datetime | None, stamped_at: datetime | None) -> tuple[SignatureState, str]:
    if stamped_at is not None or (claimed is not None and claimed >= since):
        return (
            SignatureState.INVALID,
            f"Das Zertifikat war beim Signieren schon gesperrt (seit {german_moment(since)}).",
        )
    return SignatureState.CANNOT_BE_ESTABLISHED, (
        f"Das Zertifikat ist seit {german_moment(since)} gesperrt, und kein Zeitstempel belegt, dass vorher signiert "
        "wurde."
    )


async def _path_error(
    certificate: Certificate, trust: Trust, evidence: _Evidence, moment: datetime, *, needed: bool
) -> Exception | None:
    context = _context(trust, evidence, moment, needed=needed)
    validator = CertificateValidator(certificate, evidence.certificates, validation_context=context)
    try:
        await validator.async_validate_usage(set())  # type: ignore[no-untyped-call]
    except (PathBuildingError, ValidationError) as error:
        return error
    return None


def _context(trust: Trust, evidence: _Evidence, moment: datetime, *, needed: bool) -> ValidationContext:
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


def _evidence_of(reader: PdfFileReader) -> _Evidence:
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return _Evidence()
    return _Evidence(
        list(store.load_certs()),
        [crl.CertificateList.load(data) for data in _streams(store.crls)],
        [ocsp.OCSPResponse.load(data) for data in _streams(store.ocsps)],
    )


def _streams(references: Iterable[object]) -> list[bytes]:
    return [reference.get_object().data for reference in references]  # type: ignore[attr-defined]


def _coverage(whole: bool, changed: bool) -> str:
    if changed:
        return "nicht die Datei, wie sie vorliegt"
    if whole:
        return "die ganze Datei"
    return "die Datei bis zu dieser Signatur; danach kamen nur Signaturen und deren Prüfdaten hinzu"


def _short(certificate: Certificate) -> str:
    named = certificate.issuer.native
    return str(named.get("common_name") or named.get("organization_name") or certificate.issuer.human_friendly)


def _name_of(signature: EmbeddedPdfSignature) -> str:
    return str(signature.field_name or "")


def _claims_qualified(certificate: Certificate) -> bool:
    for extension in certificate["tbs_certificate"]["extensions"]:
        if extension["extn_id"].dotted == "1.3.6.1.5.5.7.1.3":
            statements: bytes = extension["extn_value"].contents
            return QC_COMPLIANCE in statements and QC_DEVICE in statements
    return False
