"""Detached seals (CMS, as in PAdES and CAdES) over bytes that are no PDF."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from asn1crypto.cms import ContentInfo
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko_certvalidator import ValidationContext

from reports.seal_keys import SealKey, load_certificates


@dataclass(frozen=True)
class DetachedSeal:
    """A CMS signature in DER, and the level of its key."""

    signature: bytes
    level: str


def seal_bytes(content: bytes, key: SealKey) -> DetachedSeal:
    """Seal ``content``; raises ``SealKeyError`` where the key cannot be opened."""
    with key.open() as signer:
        signature = asyncio.run(signer.async_sign_general_data(content, "sha256", detached=True))
        return DetachedSeal(signature.dump(), key.level)


def verify_bytes(content: bytes, signature: bytes, trust_roots: Sequence[Path]) -> str:
    """Return an empty text where ``signature`` is a trusted seal over ``content``, else a German reason."""
    context = ValidationContext(trust_roots=load_certificates(tuple(trust_roots)), allow_fetching=False)
    try:
        signed_data = ContentInfo.load(signature)["content"]
        status = asyncio.run(async_validate_detached_cms(content, signed_data, signer_validation_context=context))
    except (SigningError, SignatureValidationError, ValueError, TypeError, KeyError):
        return "Das Siegel ist nicht lesbar."
    if not (status.intact and status.valid):
        return "Die Datei wurde nach dem Siegeln verändert."
    return "" if status.trusted else "Das Zertifikat des Siegels ist nicht vertrauenswürdig."
