"""Seal a PDF as PAdES, into its tagged signature field, and prove at once that the wanted profile was reached."""

from __future__ import annotations

import asyncio
import hashlib
import io
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from asn1crypto.x509 import Certificate
from pkcs11.exceptions import PKCS11Error
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError

from reports.certificate_names import readable_name
from reports.contexts.parts import SealInfo, SealLevel
from reports.finish import FIELD_NAME
from reports.formatting import short_date
from reports.seal_errors import SealError
from reports.seal_keys import SealKey
from reports.seal_policy import SealPolicy, SealProfile
from reports.seal_proof import prove_profile

__all__ = ["SealError", "SealPolicy", "SealProfile", "SealedPdf", "seal_pdf"]
# What a time-stamp server, a device or a revocation server can make pyHanko raise, garbled answers included.
FAULTS = (SigningError, PathError, PKCS11Error, PdfError, OSError, ValueError, TypeError, KeyError, AttributeError)


@dataclass(frozen=True, kw_only=True)
class SealedPdf:
    """A sealed document: bytes, SHA-256, and whose seal of which level and profile it bears."""

    pdf: bytes = field(repr=False)
    sha256: str
    level: SealLevel
    profile: SealProfile
    serial: str
    sealed_at: datetime
    certificate_subject: str
    certificate_sha256: str


class _DatedSigner(PdfSigner):
    """Dates the signature with the moment that is printed on the document."""

    def __init__(self, *args: Any, moment: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._moment = moment

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self._moment
        return session


def seal_pdf(
    pdf: bytes,
    key: SealKey,
    *,
    seal: SealInfo,
    location: str = "",
    policy: SealPolicy | None = None,
) -> SealedPdf:
    """Seal ``pdf``, which has the field "Siegel" since its context had this ``seal``.

    The seal has the profile of ``policy`` (B-B by default) or there is none: it is validated before it is returned.

    Raises
    ------
    SealError
        The printed level is not the key's, the certificate is not valid at the moment
        of sealing, the field is missing or has a seal already, signing failed, or the
        profile cannot be reached.
    SealKeyError
        The key, or a certificate or revocation list of the policy, cannot be opened.
    """
    policy = policy or SealPolicy()
    if gaps := policy.gaps():
        raise SealError(" ".join(gaps))
    if seal.level is not key.level:
        raise SealError(f"Das Dokument nennt „{seal.level.label}“, der Schlüssel erzeugt „{key.level.label}“.")
    writer = _open_unsealed(pdf)
    moment = seal.sealed_at.astimezone(UTC).replace(microsecond=0)
    with key.open() as signer:
        certificate: Certificate = signer.signing_cert
        _require_validity(certificate, moment)
        out = _sign(writer, signer, moment, seal.serial, location, policy)
    prove_profile(out, policy)
    return SealedPdf(
        pdf=out,
        sha256=hashlib.sha256(out).hexdigest(),
        level=key.level,
        profile=policy.profile,
        serial=seal.serial,
        sealed_at=moment,
        certificate_subject=readable_name(certificate.subject),
        certificate_sha256=hashlib.sha256(certificate.dump()).hexdigest(),
    )


def _open_unsealed(pdf: bytes) -> IncrementalPdfFileWriter:
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        fields = list(enumerate_sig_fields(writer, filled_status=None, with_name=FIELD_NAME))
    except (PdfError, ValueError) as error:
        raise SealError("Das Dokument ist keine lesbare PDF-Datei.") from error
    if not fields:
        raise SealError("Das Dokument hat kein Siegelfeld.")
    if fields[0][1] is not None:
        raise SealError("Das Dokument ist bereits gesiegelt.")
    return writer


def _require_validity(certificate: Certificate, moment: datetime) -> None:
    start, end = certificate.not_valid_before, certificate.not_valid_after
    if not start <= moment <= end:
        raise SealError(
            f"Das Siegelzertifikat gilt vom {short_date(start)} bis zum {short_date(end)}, "
            f"gesiegelt werden soll am {short_date(moment)}."
        )


def _sign(
    writer: IncrementalPdfFileWriter,
    signer: Signer,
    moment: datetime,
    serial: str,
    location: str,
    policy: SealPolicy,
) -> bytes:
    lasting = policy.profile is SealProfile.B_LT
    context = policy.context(fetching=True) if lasting else None
    metadata = PdfSignatureMetadata(
        field_name=FIELD_NAME,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=f"Elektronisches Siegel {serial}",
        location=location or None,
        embed_validation_info=lasting,
        validation_context=context,
    )
    # The visible text is in the page: pyHanko's own stamp embeds no font and breaks PDF/A.
    empty = StaticStampStyle(background=RawContent(b"", box=BoxConstraints(width=1, height=1)), border_width=0)
    pdf_signer = _DatedSigner(metadata, signer, timestamper=policy.time_stamper(), stamp_style=empty, moment=moment)
    try:
        out = asyncio.run(_signing(pdf_signer, writer, context))
    except TimestampRequestError as error:
        raise SealError(f"Der Zeitstempeldienst hat nicht brauchbar geantwortet: {_words(error)}") from error
    except FAULTS as error:
        plain = policy.profile is SealProfile.B_B
        what = "Das Siegeln ist fehlgeschlagen" if plain else f"Das Siegel erreicht {policy.profile.label} nicht"
        raise SealError(f"{what}: {_words(error)}") from error
    content: bytes = out.getvalue()
    return content


async def _signing(
    signer: PdfSigner, writer: IncrementalPdfFileWriter, context: ValidationContext | None
) -> io.BytesIO:
    try:
        out: io.BytesIO = await signer.async_sign_pdf(writer, existing_fields_only=True)
        return out
    finally:
        if context is not None:
            await context.aclose()  # type: ignore[no-untyped-call]


def _words(error: BaseException) -> str:
    """What went wrong, with its cause, for the technicians; a bare exception by its name."""
    said = str(error).strip() or type(error).__name__
    return f"{said} ({error.__cause__})" if error.__cause__ is not None and str(error.__cause__).strip() else said
