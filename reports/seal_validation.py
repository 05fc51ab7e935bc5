"""Is the seal of a PDF good? Three answers: valid, invalid, or not to be established."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    PdfSignatureStatus,
    SignatureCoverageLevel,
    validate_pdf_signature,
)
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

from reports.seal_keys import parse_certificates


class SealState(StrEnum):
    """TOTAL-PASSED, TOTAL-FAILED and INDETERMINATE of ETSI EN 319 102-1."""

    VALID = "valid"
    INVALID = "invalid"
    CANNOT_BE_ESTABLISHED = "cannot_be_established"


@dataclass(frozen=True, kw_only=True)
class SealValidation:
    """Result: state, German reason, whose certificate, when sealed, and whether the whole file is covered."""

    state: SealState
    reason: str
    signer: str | None = None
    sealed_at: datetime | None = None
    covers_whole_file: bool = False


def validate_seal(pdf: bytes, trust_roots: Sequence[bytes | Path], *, at: datetime | None = None) -> SealValidation:
    """Validate the only seal of ``pdf`` against ``trust_roots`` (PEM or DER), at the moment ``at`` or now.

    Changes after sealing make it invalid, apart from time stamps and revocation data
    added for long-term proof. An unknown root, or a certificate that is out of time,
    leaves it open.
    """
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        seals = [item for item in reader.embedded_signatures if item.sig_object.get("/Type") != "/DocTimeStamp"]
        if len(seals) != 1:
            found = "kein Siegel" if not seals else f"{len(seals)} Signaturen statt eines Siegels"
            return SealValidation(state=SealState.INVALID, reason=f"Die Datei enthält {found}.")
        context = ValidationContext(
            trust_roots=[certificate for root in trust_roots for certificate in _certificates(root)],
            moment=at,
            allow_fetching=False,
        )
        status = validate_pdf_signature(seals[0], context)
    except (PdfError, SigningError, SignatureValidationError, ValueError, KeyError, TypeError, RecursionError):
        return SealValidation(
            state=SealState.INVALID, reason="Die Datei ist keine lesbare PDF-Datei oder ihr Siegel ist beschädigt."
        )
    return _judge(seals[0], status)


def _certificates(root: bytes | Path) -> list[object]:
    return list(parse_certificates(root.read_bytes() if isinstance(root, Path) else root))


def _judge(seal: EmbeddedPdfSignature, status: PdfSignatureStatus) -> SealValidation:
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    # Bytes after the sealed revision are fine only as a further revision that adds proof, and nothing else.
    changed = not whole and (
        seal.reader.xrefs.total_revisions <= seal.signed_revision + 1
        or not status.docmdp_ok
        or status.modification_level is None
        or status.modification_level > ModificationLevel.LTA_UPDATES
    )
    if not status.intact or not status.valid or changed:
        state = SealState.INVALID
        reason = "Das Dokument wurde nach dem Siegeln verändert, oder das Siegel ist beschädigt."
    elif status.revoked:
        state, reason = SealState.INVALID, "Das Siegelzertifikat wurde gesperrt."
    elif not status.trusted:
        state = SealState.CANNOT_BE_ESTABLISHED
        reason = (
            "Das Dokument ist seit dem Siegeln unverändert, aber das Siegelzertifikat lässt sich auf keine bekannte "
            "vertrauenswürdige Stelle zurückführen oder ist zeitlich nicht gültig."
        )
    else:
        state, reason = SealState.VALID, "Das Siegel ist gültig, das Dokument ist seit dem Siegeln unverändert."
    return SealValidation(
        state=state,
        reason=reason,
        signer=status.signing_cert.subject.human_friendly,
        sealed_at=seal.self_reported_timestamp,
        covers_whole_file=whole,
    )
