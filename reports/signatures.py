"""Check the signatures of an uploaded PDF without trusting it: in a limited process, with a bounded answer."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reports.limited import ask_limited
from reports.signature_judgement import SignatureFinding, SignatureState

__all__ = ["SignatureCheck", "SignatureFinding", "SignatureLimits", "SignatureState", "check_signatures"]

WORKER = Path(__file__).with_name("signature_worker.py")
ANSWER_LIMIT = 1_000_000
UNREADABLE = "Die Signaturen der Datei lassen sich nicht lesen. Die Datei ist beschädigt oder kein PDF."
TOO_COSTLY = "Die Signaturen der Datei lassen sich nicht prüfen: Das braucht zu viel Zeit oder Speicher."


@dataclass(frozen=True, kw_only=True)
class SignatureLimits:
    """Bounds of one check."""

    max_memory_bytes: int = 1_500_000_000
    max_seconds: int = 30


@dataclass(frozen=True, kw_only=True)
class SignatureCheck:
    """What was found; ``problem`` says in German why nothing could be looked at, and is empty otherwise."""

    checked_at: datetime
    signatures: tuple[SignatureFinding, ...] = ()
    problem: str = ""

    @property
    def state(self) -> str:
        """The worst state of all signatures: "unsigned" where there is none. Time stamps alone sign nothing."""
        if self.problem:
            return SignatureState.CANNOT_BE_ESTABLISHED
        states = {item.state for item in self.signatures if not item.is_time_stamp}
        worst_first = (SignatureState.INVALID, SignatureState.CANNOT_BE_ESTABLISHED, SignatureState.VALID)
        return next((state for state in worst_first if state in states), "unsigned")


def check_signatures(
    content: bytes,
    *,
    roots: Sequence[bytes],
    revocation_lists: Sequence[bytes] = (),
    at: datetime | None = None,
    limits: SignatureLimits | None = None,
) -> SignatureCheck:
    """Judge every signature of an upload; ``roots`` and ``revocation_lists`` are PEM or DER.

    Whatever the file tries, the answer is a check: one that could not be made says so.
    """
    limits = limits or SignatureLimits()
    moment = at or datetime.now(UTC)
    job = {
        "roots": [base64.b64encode(item).decode() for item in roots],
        "revocation_lists": [base64.b64encode(item).decode() for item in revocation_lists],
        "at": moment.isoformat(),
        "max_memory_bytes": limits.max_memory_bytes,
        "max_seconds": limits.max_seconds,
    }
    data = json.dumps(job).encode() + b"\n" + content
    found = ask_limited(WORKER, data, seconds=limits.max_seconds, answer_limit=ANSWER_LIMIT)
    if "refusal" in found:
        return SignatureCheck(checked_at=moment, problem=UNREADABLE if found["refusal"] == "unreadable" else TOO_COSTLY)
    return SignatureCheck(checked_at=moment, signatures=tuple(_finding(row) for row in found["signatures"]))


def _finding(row: dict[str, Any]) -> SignatureFinding:
    moments = {
        name: datetime.fromisoformat(row[name]) if row[name] is not None else None
        for name in ("claimed_at", "stamped_at")
    }
    return SignatureFinding(**{**row, **moments, "state": SignatureState(row["state"])})
