"""Is the seal of a PDF of ours good? Three answers: valid, invalid, or not to be established."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reports.seal_keys import parse_certificates
from reports.signature_judgement import SignatureState, Trust, UnreadableSignatureError, judge_signatures

__all__ = ["SealState", "SealValidation", "validate_seal"]

SealState = SignatureState


@dataclass(frozen=True, kw_only=True)
class SealValidation:
    """Result: state, German reason, whose certificate, when sealed, and whether the whole file is covered."""

    state: SignatureState
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
    roots = [item for root in trust_roots for item in parse_certificates(_content(root))]
    try:
        found = judge_signatures(pdf, Trust(roots, revocation_needed=False), at=at)
    except UnreadableSignatureError:
        return SealValidation(state=SealState.INVALID, reason="Die Datei ist keine lesbare PDF-Datei.")
    seals = [item for item in found if not item.is_time_stamp]
    if len(seals) != 1:
        count = "kein Siegel" if not seals else f"{len(seals)} Signaturen statt eines Siegels"
        return SealValidation(state=SealState.INVALID, reason=f"Die Datei enthält {count}.")
    [seal] = seals
    reason = "Das Siegel ist gültig, das Dokument ist seit dem Siegeln unverändert."
    return SealValidation(
        state=seal.state,
        reason=reason if seal.state is SealState.VALID else seal.reason,
        signer=seal.signer,
        sealed_at=seal.claimed_at,
        covers_whole_file=seal.covers_whole_file,
    )


def _content(root: bytes | Path) -> bytes:
    return root.read_bytes() if isinstance(root, Path) else root
