"""What the signatures in a PDF are worth: valid, invalid, or not to be established, each with its reason.

The rules are those of ETSI EN 319 102-1, held to what the file and the given certificates and revocation lists
prove; nothing is fetched. A doubt is "not to be established", never "valid".
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    PdfSignatureStatus,
    SignatureCoverageLevel,
    async_validate_pdf_signature,
)
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import ValidationError

from reports.certificate_names import readable_name, visible
from reports.certificate_trust import (
    UNCHANGED,
    Evidence,
    SignatureState,
    Times,
    Trust,
    context_of,
    evidence_of,
    trusted,
)
from reports.later_appearances import pages_with_later_appearances

__all__ = ["SignatureFinding", "SignatureState", "Trust", "UnreadableSignatureError", "judge_signatures"]
# What reading a strange file can raise.
DAMAGE = (
    *(PdfError, SigningError, SignatureValidationError, ValueError, KeyError, TypeError, AttributeError),
    *(RecursionError, IndexError, AssertionError),
)
KINDS = {str(kind.value) for kind in SigSeedSubFilter}
# DER of the statements in a certificate (ETSI EN 319 412-5) that it is qualified, and its key in a secure device.
QC_COMPLIANCE, QC_DEVICE = bytes.fromhex("060604008e460101"), bytes.fromhex("060604008e460104")


class UnreadableSignatureError(Exception):
    """The file is no readable PDF, or its signatures cannot be found."""


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


def judge_signatures(pdf: bytes, trust: Trust, *, at: datetime | None = None) -> list[SignatureFinding]:
    """Judge every signature of ``pdf`` in the order they were made, at the moment ``at`` or now.

    What is no readable signature stands first. Raises ``UnreadableSignatureError`` for what is no readable PDF.
    """
    moment = at or datetime.now(UTC)
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        fields = list(enumerate_sig_fields(reader, filled_status=True))
        evidence = evidence_of(reader)
    except DAMAGE as error:
        raise UnreadableSignatureError(str(error)) from error
    signatures: list[EmbeddedPdfSignature] = []
    unreadable: list[SignatureFinding] = []
    for name, value, signature_field in fields:
        try:
            kind = str(value.get_object().get("/SubFilter", ""))
            if kind not in KINDS:
                unreadable.append(_of_unknown_kind(str(name), kind))
            else:
                signatures.append(EmbeddedPdfSignature(reader, signature_field, name))
        except DAMAGE:
            unreadable.append(_damaged(str(name)))
    signatures.sort(key=lambda signature: signature.signed_revision)
    return unreadable + [_judge(signature, trust, evidence, moment) for signature in signatures]


def _damaged(name: str) -> SignatureFinding:
    reason = "Die Signatur ist beschädigt oder nicht nach den Regeln für PDF-Signaturen aufgebaut."
    return SignatureFinding(state=SignatureState.INVALID, reason=reason, field_name=visible(name))


def _of_unknown_kind(name: str, kind: str) -> SignatureFinding:
    called = visible(kind.lstrip("/")[:60]) or "ohne Angabe"
    return SignatureFinding(
        state=SignatureState.CANNOT_BE_ESTABLISHED,
        reason=f"Signaturen dieser Art ({called}) können hier nicht geprüft werden.",
        field_name=visible(name),
    )


def _judge(signature: EmbeddedPdfSignature, trust: Trust, evidence: Evidence, moment: datetime) -> SignatureFinding:
    try:
        return asyncio.run(_judged(signature, trust, evidence, moment))
    except (*DAMAGE, ValidationError):
        return _by_cryptography_alone(signature)


def _by_cryptography_alone(signature: EmbeddedPdfSignature) -> SignatureFinding:
    """Judge a signature that nothing more can be said about: an intact one is not damaged, only open."""
    name = _name_of(signature)
    try:
        certificate: Certificate = signature.signer_cert
        digest = signature.compute_digest()
        content_type = signature.signed_data["encap_content_info"]["content_type"].native
        intact, valid = validate_sig_integrity(signature.signer_info, certificate, content_type, digest)
        whole = signature.evaluate_signature_coverage() == SignatureCoverageLevel.ENTIRE_FILE
    except (*DAMAGE, ValidationError):
        return _damaged(name)
    if not (intact and valid and whole):
        return _damaged(name)
    return SignatureFinding(
        state=SignatureState.CANNOT_BE_ESTABLISHED,
        reason=f"{UNCHANGED}, aber das Zertifikat ist nicht nach den Regeln aufgebaut und lässt sich nicht auswerten.",
        signer=readable_name(certificate.subject),
        issuer=readable_name(certificate.issuer),
        field_name=name,
        covers=_coverage(whole, changed=False),
        covers_whole_file=whole,
    )


async def _judged(
    signature: EmbeddedPdfSignature, trust: Trust, evidence: Evidence, moment: datetime
) -> SignatureFinding:
    is_time_stamp = signature.sig_object.get("/Type") == "/DocTimeStamp"
    # First whether the document is what was signed; whose certificate it is comes after that.
    itself = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
    stamps = context_of(trust, evidence, moment, needed=False)
    status = await async_validate_pdf_signature(signature, itself, ts_validation_context=stamps)
    certificate: Certificate = signature.signer_cert
    stamped_at = _proven(status.timestamp_validity)
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    changed = not whole and _changed_since(signature, status)
    pages = () if whole or changed else pages_with_later_appearances(signature)
    claimed = signature.self_reported_timestamp
    if not status.intact or not status.valid:
        state, reason = SignatureState.INVALID, "Das Dokument wurde nach dem Signieren verändert."
        if not status.valid and status.intact:
            reason = "Die Signatur passt nicht zum Zertifikat, mit dem sie geprüft wird."
    elif changed:
        state, reason = SignatureState.INVALID, "Nach dem Signieren wurde der Inhalt der Datei verändert."
    else:
        evidence.certificates += signature.other_embedded_certs
        times = Times(
            checked_at=moment,
            claimed_at=claimed,
            stamped_at=stamped_at,
            content_stamped_at=_proven(status.content_timestamp_validity),
        )
        state, reason = await trusted(certificate, trust, evidence, times)
        if pages and state is not SignatureState.INVALID:
            state, reason = SignatureState.CANNOT_BE_ESTABLISHED, _after(pages, state, reason)
    return SignatureFinding(
        state=state,
        reason=reason,
        signer=readable_name(certificate.subject),
        issuer=readable_name(certificate.issuer),
        field_name=_name_of(signature),
        claimed_at=claimed,
        stamped_at=stamped_at,
        covers=_coverage(whole, changed or not status.intact, pages),
        covers_whole_file=whole,
        is_time_stamp=is_time_stamp,
        claims_qualified=_claims_qualified(certificate),
    )


def _proven(stamp: TimestampSignatureStatus | None) -> datetime | None:
    """Return the time of a time stamp that is to be believed."""
    return stamp.timestamp if stamp is not None and stamp.intact and stamp.valid and stamp.trusted else None


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


def _after(pages: Sequence[int], state: SignatureState, reason: str) -> str:
    """Say what came after a signature and can be seen; no program can tell whether it deceives."""
    said = (
        f"Nach dieser Signatur kam auf {_named(pages)} ein sichtbares Feld hinzu, das Inhalt verdecken oder ergänzen "
        "kann. Bitte lassen Sie sich die Datei ohne dieses Feld vorlegen, und vergleichen Sie."
    )
    if state is SignatureState.VALID:
        return said
    return f"{said} Außerdem: {reason.replace(UNCHANGED, 'Der unterschriebene Stand ist unverändert')}"


def _named(pages: Sequence[int]) -> str:
    return f"Seite {pages[0]}" if len(pages) == 1 else f"Seite {pages[0]} und weiteren Seiten"


def _coverage(whole: bool, changed: bool, pages: Sequence[int] = ()) -> str:
    if changed:
        return "nicht die Datei, wie sie vorliegt"
    if whole:
        return "die ganze Datei"
    if pages:
        return f"die Datei bis zu dieser Signatur; danach kam auf {_named(pages)} ein sichtbares Feld hinzu"
    return "die Datei bis zu dieser Signatur; danach kamen nur Signaturen und deren Prüfdaten hinzu"


def _name_of(signature: EmbeddedPdfSignature) -> str:
    return visible(str(signature.field_name or ""))


def _claims_qualified(certificate: Certificate) -> bool:
    for extension in certificate["tbs_certificate"]["extensions"]:
        if extension["extn_id"].dotted == "1.3.6.1.5.5.7.1.3":
            statements: bytes = extension["extn_value"].contents
            return QC_COMPLIANCE in statements and QC_DEVICE in statements
    return False
