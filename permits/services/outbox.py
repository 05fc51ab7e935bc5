"""Ordering a document: the job is enqueued in the transaction of the act that needs the paper."""

from permits.models import PermitCase
from permits.services.queue import enqueue


def effect_key(*, kind: str, subject: str) -> str:
    """Return the unique key of a document: one paper per kind and act."""
    return f"{kind}:{subject}"


def request_document(*, case: PermitCase, kind: str, subject: str) -> int:
    """Have the worker render, and where the kind needs it seal, the paper of one act; returns the job's id.

    ``subject`` is the UUID of the act (submission, request, hearing, decision version). Ordering twice issues once.
    """
    return enqueue(
        "workflows.issue_document",
        lock=effect_key(kind=kind, subject=subject),
        case_uuid=str(case.uuid),
        kind=kind,
        subject=subject,
    )
