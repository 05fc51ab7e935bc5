"""Whether a sealed paper is genuine and still counts: by its number and the code printed on it."""

import hmac
from dataclasses import dataclass

from permits.models import IssuedDocument

SEAL_LEVELS = {
    "demo": "Demo-Siegel, ohne Rechtswirkung",
    "advanced": "fortgeschrittenes elektronisches Siegel",
    "qualified": "qualifiziertes elektronisches Siegel",
}


@dataclass(frozen=True)
class VerifiedDocument:
    """What anybody may know who holds the paper; nothing about a person or a site."""

    document: IssuedDocument
    seal: str
    revoked: bool


def normalised_code(text: str) -> str:
    """Return a typed code without blanks and dashes, in capitals."""
    return "".join(char for char in text.upper() if char.isalnum())


def verified_document(*, number: str, code: str) -> VerifiedDocument | None:
    """Return the sealed paper with this number and code; None for an unknown number and for a wrong code alike."""
    document = (
        IssuedDocument.objects.filter(number__iexact=number.strip(), sealed=True)
        .select_related("authority", "revocation")
        .first()
    )
    # Compared in any case, so that the time of the answer tells nothing either.
    expected = normalised_code(document.verification_code) if document else "-"
    if not hmac.compare_digest(expected.encode(), normalised_code(code).encode()) or document is None:
        return None
    return VerifiedDocument(
        document=document,
        seal=SEAL_LEVELS.get(document.seal_level, document.seal_level),
        revoked=hasattr(document, "revocation"),
    )
