"""Hold a fresh seal against the profile that was asked for: no silent downgrade."""

from __future__ import annotations

import io

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    PdfSignatureStatus,
    SignatureCoverageLevel,
    validate_pdf_signature,
)
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError, SignatureValidationError
from pyhanko_certvalidator import ValidationContext

from reports.seal_errors import SealError
from reports.seal_keys import load_certificates
from reports.seal_policy import SealPolicy, SealProfile


def prove_profile(pdf: bytes, policy: SealPolicy) -> None:
    """Validate the only seal of ``pdf`` from the file alone; raises ``SealError`` for what falls short of ``policy``.

    Nothing is fetched: what proves a B-LT seal has to be in the file.
    """
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        seal = reader.embedded_regular_signatures[0]
        status = _validate(seal, policy)
    except NoDSSFoundError as error:
        raise SealError(f"Das Siegel erreicht {policy.profile.label} nicht: Sperrinformationen fehlen.") from error
    except (PdfError, SigningError, SignatureValidationError, ValueError, KeyError, TypeError, IndexError) as error:
        raise SealError(f"Das Siegel ist nach dem Siegeln nicht lesbar: {error}") from error
    if not (status.intact and status.valid):
        raise SealError("Das Siegelgerät hat eine ungültige Signatur geliefert.")
    if policy.profile is not SealProfile.B_LT and status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        raise SealError("Das Siegel deckt nicht die ganze Datei ab.")
    if policy.profile is SealProfile.B_B:
        return
    stamp = status.timestamp_validity
    if stamp is None or not (stamp.intact and stamp.valid):
        raise SealError("Der Zeitstempel fehlt oder gehört nicht zu diesem Dokument.")
    if not stamp.trusted:
        raise SealError(
            "Der Zeitstempel lässt sich auf keine hinterlegte vertrauenswürdige Stelle zurückführen, oder sein "
            "Zertifikat ist nicht gültig oder nicht auf Sperrung geprüft."
        )
    if not status.trusted:
        raise SealError(
            "Das Siegelzertifikat lässt sich auf keine hinterlegte vertrauenswürdige Stelle zurückführen, oder es ist "
            "gesperrt oder nicht auf Sperrung geprüft."
        )


def _validate(seal: EmbeddedPdfSignature, policy: SealPolicy) -> PdfSignatureStatus:
    if policy.profile is SealProfile.B_B:
        # Who trusts the certificate is no question of the profile.
        return validate_pdf_signature(seal, ValidationContext(trust_roots=[seal.signer_cert], allow_fetching=False))
    if policy.profile is SealProfile.B_T:
        context = policy.context(fetching=False)
    else:
        store = DocumentSecurityStore.read_dss(seal.reader)
        context = store.as_validation_context(
            {
                "trust_roots": load_certificates(policy.trust_roots),
                "allow_fetching": False,
                "revocation_mode": "require",
            }
        )
    return validate_pdf_signature(seal, context, ts_validation_context=context)
