"""Storing issued papers: exactly one per act, whatever happens to workers (design decisions 2 and 10)."""

import dataclasses

from permits.models import CaseStatus, DecisionVersion, IssuedDocument, Level, PermitCase, User
from permits.services import audit
from permits.services.communication import open_system_task
from permits.services.documents_out import PreparedDocument, prepare
from permits.services.files import store_file
from permits.services.letters import NOTICE_KINDS
from permits.services.outbox import effect_key
from permits.services.writing import writing

# What officers read when a paper could not be issued.
FAILURES = {
    "permit_notice": "Der Bescheid",
    "refusal_notice": "Der Bescheid",
    "receipt": "Die Eingangsbestätigung",
    "information_request": "Das Nachforderungsschreiben",
    "hearing_letter": "Das Anhörungsschreiben",
    "withdrawal_confirmation": "Die Bestätigung der Rücknahme",
}


def existing_document(*, kind: str, subject: str) -> IssuedDocument | None:
    """Return the paper of an act if it is issued already."""
    return IssuedDocument.objects.filter(effect_key=effect_key(kind=kind, subject=subject)).first()


def prepare_document(*, case: PermitCase, kind: str, subject: str) -> PreparedDocument | IssuedDocument:
    """Return the rendered and sealed paper, or the issued one if an earlier run got that far. Writes nothing."""
    return existing_document(kind=kind, subject=subject) or prepare(case=case, kind=kind, subject=subject)


def issue_document(*, case: PermitCase, prepared: PreparedDocument | IssuedDocument) -> IssuedDocument:
    """Store a prepared paper with everything that proves it. A second paper of the same act is dropped."""
    if isinstance(prepared, IssuedDocument):
        return prepared
    key = effect_key(kind=prepared.kind, subject=prepared.subject)
    with writing(case=case, by=None, level=Level.PROCESS) as locked:
        existing = IssuedDocument.objects.filter(effect_key=key).first()
        if existing is not None:
            return existing
        rendered, sealed = prepared.rendered, prepared.sealed
        stored = store_file(authority=locked.authority, content=prepared.pdf, media_type="application/pdf")
        for asset in rendered.assets.values():
            store_file(authority=locked.authority, content=asset.content, media_type=asset.media_type)
        version = DecisionVersion.objects.get(uuid=prepared.subject) if prepared.kind in NOTICE_KINDS else None
        document = IssuedDocument.objects.create(
            case=locked,
            authority=locked.authority,
            kind=prepared.kind,
            effect_key=key,
            decision_version=version,
            number=prepared.number,
            verification_code=prepared.code,
            title=prepared.title,
            issued_at=prepared.issued_at,
            file=stored,
            sha256=stored.sha256,
            unsealed_sha256=rendered.pdf_sha256,
            sealed=sealed is not None,
            seal_level=sealed.level if sealed else "",
            seal_serial=sealed.serial if sealed else "",
            context=dict(rendered.context),
            html=rendered.html,
            css=rendered.css,
            assets=sorted(rendered.assets),
            attachments=[dataclasses.asdict(attachment) for attachment in rendered.attachments],
            rendered_at=rendered.created_at,
            template_version=rendered.template_version,
            renderer_versions=dict(rendered.renderer_versions),
        )
        audit.record(
            type="notice.issued",
            by=None,
            case=locked,
            subject={"document": str(document.uuid), "number": document.number, "sha256": document.sha256},
        )
        return document


def record_failure(*, case: PermitCase, kind: str, subject: str, error_id: str) -> None:
    """Say that a paper could not be issued, and give officers a task; ``error_id`` leads the technicians to the log."""
    with writing(case=case, by=None, level=Level.PROCESS) as locked:
        audit.record(
            type="notice.failed",
            by=None,
            case=locked,
            subject={"kind": kind, "act": subject, "error": error_id},
        )
        open_system_task(
            case=locked,
            text=f"{FAILURES.get(kind, 'Ein Schreiben')} konnte nicht ausgefertigt werden (Fehler {error_id}). "
            "Bitte wenden Sie sich an die Technik.",
            effect_key=f"issue-failed:{error_id}",
        )


def record_retry(*, case: PermitCase, by: User) -> PermitCase:
    """Say in the log that an officer has a failed notice issued again; the flow then schedules the job."""
    with writing(case=case, by=by, level=Level.PROCESS, states=(CaseStatus.DECISION_SIGNED,)) as locked:
        audit.record(type="notice.retried", by=by, case=locked)
        return locked
