"""Sealing the heads of the audit chains outside the database, so that even its owner cannot rewrite history unseen."""

import hashlib
import json
from pathlib import Path
from typing import Any

from django.db import transaction

from permits import legal_time
from permits.models import AuditChain, AuditEvent, AuditSeal
from permits.selectors.audit import chain_heads
from permits.services import audit
from permits.services.sealing import seal_key, trust_roots
from reports.detached import DetachedSeal, seal_bytes, verify_bytes


@transaction.atomic
def seal_heads(*, folder: Path) -> AuditSeal:
    """Write ``heads-<time>.json`` with a detached signature (CMS) beside it; returns the row that names it."""
    now = legal_time.now()
    content = audit.canonical({"sealed_at": now.isoformat(), "heads": list(chain_heads())})
    sealed: DetachedSeal = seal_bytes(content, seal_key())
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"heads-{now:%Y%m%dT%H%M%SZ}.json"
    path.write_bytes(content)
    path.with_suffix(".p7s").write_bytes(sealed.signature)
    seal = AuditSeal.objects.create(sealed_at=now, heads_sha256=hashlib.sha256(content).hexdigest(), file=path.name)
    audit.record(type="audit.sealed", by=None, subject={"file": path.name, "sha256": seal.heads_sha256})
    return seal


def verify_heads(*, path: Path) -> list[str]:
    """Compare the database with sealed heads; returns German faults (none: the log still holds what it held)."""
    content = path.read_bytes()
    problem = verify_bytes(content, path.with_suffix(".p7s").read_bytes(), trust_roots())
    if problem:
        return [f"{path.name}: {problem}"]
    data: dict[str, Any] = json.loads(content)
    faults: list[str] = []
    for head in data["heads"]:
        if head["sequence"] == 0:
            continue
        event = AuditEvent.objects.filter(chain=head["chain"], sequence=head["sequence"]).first()
        if event is None or event.hash != head["hash"]:
            faults.append(f"Kette {head['chain']}: Eintrag {head['sequence']} ist nicht mehr der gesiegelte.")
    known = set(AuditChain.objects.values_list("pk", flat=True))
    faults += [f"Kette {head['chain']} fehlt." for head in data["heads"] if head["chain"] not in known]
    return faults
