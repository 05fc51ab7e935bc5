"""Entering acts in the register of issued papers: in the transaction that makes the act, never changed afterwards."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection

from permits import legal_time
from permits.errors import StateError
from permits.models import (
    DecisionAct,
    IssuedDocument,
    NoticeChange,
    PermitAuthority,
    RegisterAct,
    RegisterCounter,
    RegisterEntry,
    User,
)
from permits.models.notice_change import ChangeKind
from permits.models.register import ENDING_ACTS
from permits.services.audit import canonical

ACTS: Mapping[str, RegisterAct] = {
    ChangeKind.CORRECTION: RegisterAct.CORRECTED,
    ChangeKind.WITHDRAWAL: RegisterAct.WITHDRAWN,
    ChangeKind.REVOCATION: RegisterAct.REVOKED,
}


def record_issue(*, document: IssuedDocument) -> RegisterEntry:
    """Enter a paper that was just stored. Runs in that transaction, with the case locked."""
    by, signed_by = _people(document)
    return _enter(document, act=RegisterAct.ISSUED, by=by, signed_by=signed_by)


def record_change(*, document: IssuedDocument, change: NoticeChange) -> RegisterEntry:
    """Enter a correction or revocation through the notice ``document`` that was just stored.

    Raises StateError where the concerned paper no longer counts.
    """
    origin = RegisterEntry.objects.get(document=change.concerns)
    return _enter(
        document,
        act=ACTS[change.kind],
        by=change.prepared_by,
        signed_by=change.signed_by,
        origin=origin,
        former=require_in_force(change.concerns),
        legal_basis=change.content["legal_basis"],
        reason=change.content["reasons"],
    )


def require_in_force(document: IssuedDocument) -> RegisterEntry:
    """Return the last entry about ``document``; raises StateError where it was withdrawn or revoked."""
    origin = RegisterEntry.objects.get(document=document)
    last = origin.later.order_by("-number").first()
    # The notice that takes back another is itself entered as that act, and counts.
    if last is not None and last.act in ENDING_ACTS:
        raise StateError(f"Der Bescheid {document.number} ist bereits {last.get_act_display().lower()}.")
    return last or origin


def context_digest(context: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a paper's data, as the register keeps it."""
    return hashlib.sha256(canonical(dict(context))).hexdigest()


def _enter(document: IssuedDocument, *, act: RegisterAct, **facts: Any) -> RegisterEntry:
    return RegisterEntry.objects.create(
        authority=document.authority,
        number=_next_number(document.authority),
        case=document.case,
        act=act,
        entered_at=legal_time.now(),
        document=document,
        kind=document.kind,
        document_number=document.number,
        title=document.title,
        sha256=document.sha256,
        unsealed_sha256=document.unsealed_sha256,
        seal_level=document.seal_level,
        seal_profile=document.seal_profile,
        seal_serial=document.seal_serial,
        context_sha256=context_digest(document.context),
        template_version=document.template_version,
        text_blocks=list(_text_blocks(document.context)),
        letter_parts=[
            {"place": part["place"], "key": part["key"], "version": part["version"]}
            for part in document.context.get("letter_parts") or []
        ],
        renderer_versions=document.renderer_versions,
        **facts,
    )


def _next_number(authority: PermitAuthority) -> int:
    """Draw the next number; the counter stays locked until the transaction ends, so that a rollback leaves no gap."""
    if not connection.in_atomic_block:
        raise RuntimeError("A register number is drawn inside the transaction that stores its entry.")
    RegisterCounter.objects.bulk_create([RegisterCounter(authority=authority)], ignore_conflicts=True)
    counter = RegisterCounter.objects.select_for_update().get(authority=authority)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


def _people(document: IssuedDocument) -> tuple[User | None, User | None]:
    """Who last wrote on the decision and who signed it; papers that follow by themselves have neither."""
    version = document.decision_version
    if version is None:
        return None, None
    rows = list(version.contributors.select_related("user").order_by("at", "pk"))
    wrote = [row.user for row in rows if row.act == DecisionAct.WROTE]
    signed = [row.user for row in rows if row.act == DecisionAct.SIGNED]
    return (wrote[-1] if wrote else None), (signed[-1] if signed else None)


def _text_blocks(data: object) -> Iterator[dict[str, Any]]:
    """Every text block that a paper's data name, wherever they stand, each once."""
    seen = set()
    for block in _named(data):
        reference = (block["key"], block["version"])
        if reference not in seen:
            seen.add(reference)
            yield block


def _named(data: object) -> Iterator[dict[str, Any]]:
    if isinstance(data, Mapping):
        for name, value in data.items():
            if name == "text_block" and value:
                yield dict(value)
            else:
                yield from _named(value)
    elif isinstance(data, list | tuple):
        for item in data:
            yield from _named(item)
