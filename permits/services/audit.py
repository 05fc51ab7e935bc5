"""The one place that writes the audit log (design decision 9)."""

import datetime as dt
import hashlib
import json
import secrets
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from permits import legal_time
from permits.audit_types import AUDIT_TYPES
from permits.models import AuditChain, AuditEvent, AuditPayload, PermitAuthority, PermitCase, User


class UnknownAuditTypeError(Exception):
    """An event type that ``audit_types`` does not know."""


def canonical(data: object) -> bytes:
    """Return ``data`` as JSON with sorted keys and no blanks, for hashing."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, cls=DjangoJSONEncoder).encode()


def payload_digest(salt: str, data: object) -> str:
    """Return the salted SHA-256 of a payload; without the salt the digest tells nothing."""
    return hashlib.sha256(salt.encode() + canonical(data)).hexdigest()


def event_hash(event: AuditEvent) -> str:
    """Return the hash of an event over all its fields and its predecessor's hash."""
    content = {
        "uuid": str(event.uuid),
        "chain": event.chain_id,
        "sequence": event.sequence,
        "type": event.type,
        "at": event.at.astimezone(dt.UTC).isoformat(),
        "actor": str(event.actor) if event.actor else None,
        "subject": event.subject,
        "payload": event.payload_digest,
        "previous": event.previous_hash,
    }
    return hashlib.sha256(canonical(content)).hexdigest()


@transaction.atomic
def record(
    *,
    type: str,  # noqa: A002 - the word of the log
    by: User | None,
    case: PermitCase | None = None,
    authority: PermitAuthority | None = None,
    subject: Mapping[str, object] | None = None,
    payload: Mapping[str, object] | None = None,
) -> AuditEvent:
    """Append an event to the case's chain, or to the authority's (the site's, with neither).

    ``subject`` holds ids only; ``payload`` may hold personal data and can be erased later. Raises
    UnknownAuditTypeError. Must run in the transaction of the write that it records.
    """
    if type not in AUDIT_TYPES:
        raise UnknownAuditTypeError(type)
    chain = _locked_chain(case=case, authority=authority)
    data = json.loads(canonical(dict(payload or {})))
    salt = secrets.token_hex(16)
    event = AuditEvent(
        uuid=uuid.uuid4(),
        chain=chain,
        sequence=chain.head_sequence + 1,
        type=type,
        at=legal_time.now(),
        actor=by.uuid if by else None,
        subject=json.loads(canonical(dict(subject or {}))),
        payload_digest=payload_digest(salt, data),
        previous_hash=chain.head_hash,
    )
    event.hash = event_hash(event)
    event.save(force_insert=True)
    AuditPayload.objects.create(event=event, salt=salt, data=data)
    chain.head_sequence, chain.head_hash = event.sequence, event.hash
    chain.save(update_fields=["head_sequence", "head_hash"])
    return event


def _locked_chain(*, case: PermitCase | None, authority: PermitAuthority | None) -> AuditChain:
    lookup: dict[str, Any] = {"case": case} if case else {"case": None, "authority": authority}
    defaults = {"authority": case.authority} if case else {}
    chain, _ = AuditChain.objects.get_or_create(**lookup, defaults=defaults)
    return AuditChain.objects.select_for_update(of=("self",)).get(pk=chain.pk)
