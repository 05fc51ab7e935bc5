"""Storing issued papers: exactly one per act, whatever happens to workers (design decisions 2 and 10)."""

import dataclasses

from permits.errors import StateError
from permits.models import (
    ChangeKind,
    ChangeState,
    DecisionVersion,
    IssuedDocument,
    Level,
    NoticeChange,
    PermitCase,
)
from permits.services import audit, register
from permits.services.documents_out import PreparedDocument, prepare
from permits.services.files import store_file
from permits.services.letters import CHANGE_KINDS, NOTICE_KINDS
from permits.services.notice_ends import announce_end
from permits.services.outbox import effect_key
from permits.services.renewed_remedies import let_the_year_run
from permits.services.revocation_periods import require_in_time
from permits.services.serving import provide_notice
from permits.services.writing import writing


class NumberTakenError(StateError):
    """Another paper bears the number that this one was sealed with."""


def existing_document(*, kind: str, subject: str) -> IssuedDocument | None:
    """Return the paper of an act if it is issued already."""
    return IssuedDocument.objects.filter(effect_key=effect_key(kind=kind, subject=subject)).first()


def prepare_document(*, case: PermitCase, kind: str, subject: str) -> PreparedDocument | IssuedDocument:
    """Return the rendered and sealed paper, or the issued one if an earlier run got that far. Writes nothing.

    Raises RevocationPeriodError for a withdrawal or revocation whose time ran out between signature and now.
    """
    issued = existing_document(kind=kind, subject=subject)
    if issued is None and kind in CHANGE_KINDS:
        require_in_time(NoticeChange.objects.select_related("case__authority").get(case=case, uuid=subject))
    return issued or prepare(case=case, kind=kind, subject=subject)


def issue_document(*, case: PermitCase, prepared: PreparedDocument | IssuedDocument) -> IssuedDocument:
    """Store a prepared paper with everything that proves it, and enter it in the register: all or nothing.

    A second paper of the same act is dropped. Raises NumberTakenError, and StateError for a change of a notice that no
    longer counts.
    """
    if isinstance(prepared, IssuedDocument):
        return prepared
    key = effect_key(kind=prepared.kind, subject=prepared.subject)
    with writing(case=case, by=None, level=Level.PROCESS) as locked:
        existing = IssuedDocument.objects.filter(effect_key=key).first()
        if existing is not None:
            return existing
        if IssuedDocument.objects.filter(number=prepared.number).exists():
            raise NumberTakenError(f"Die Nummer {prepared.number} ist bereits vergeben. Es wurde nichts ausgefertigt.")
        rendered, sealed = prepared.rendered, prepared.sealed
        version, change = _act_of(locked, prepared)
        stored = store_file(authority=locked.authority, content=prepared.pdf, media_type="application/pdf")
        for asset in rendered.assets.values():
            store_file(authority=locked.authority, content=asset.content, media_type=asset.media_type)
        document = IssuedDocument.objects.create(
            case=locked,
            authority=locked.authority,
            kind=prepared.kind,
            effect_key=key,
            decision_version=version,
            change=change,
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
            seal_profile=sealed.profile if sealed else "",
            context=dict(rendered.context),
            html=rendered.html,
            css=rendered.css,
            assets=sorted(rendered.assets),
            attachments=[dataclasses.asdict(attachment) for attachment in rendered.attachments],
            rendered_at=rendered.created_at,
            template_version=rendered.template_version,
            renderer_versions=dict(rendered.renderer_versions),
        )
        entry = register.record_change(document=document, change=change) if change else None
        entry = entry or register.record_issue(document=document)
        audit.record(
            type="notice.issued",
            by=None,
            case=locked,
            subject={
                "document": str(document.uuid),
                "number": document.number,
                "sha256": document.sha256,
                "register": entry.number,
            },
        )
        if change is not None:
            _take_effect(locked, change, document)
        return document


def _act_of(case: PermitCase, prepared: PreparedDocument) -> tuple[DecisionVersion | None, NoticeChange | None]:
    """Return the decision or the change that a notice belongs to; letters belong to neither."""
    if prepared.kind in NOTICE_KINDS:
        return DecisionVersion.objects.get(decision__case=case, uuid=prepared.subject), None
    if prepared.kind in CHANGE_KINDS:
        change = NoticeChange.objects.select_for_update(of=("self",)).get(case=case, uuid=prepared.subject)
        if change.state != ChangeState.SIGNED:
            raise StateError("Diese Berichtigung oder Aufhebung ist nicht gezeichnet.")
        return None, change
    return None, None


def _take_effect(case: PermitCase, change: NoticeChange, document: IssuedDocument) -> None:
    """What follows from the issue of a change: what it ends is on its way out, and everybody concerned is served."""
    change.state, change.failed_error = ChangeState.ISSUED, ""
    change.save(update_fields=["state", "failed_error"])
    if change.kind != ChangeKind.CORRECTION:
        announce_end(case=case, document=document)
    audit.record(
        type=f"notice.{register.ACTS[change.kind]}",
        by=None,
        case=case,
        subject={"change": str(change.uuid), "document": str(change.concerns.uuid), "by": str(document.uuid)},
    )
    let_the_year_run(case=case, correction=document, by=None)
    provide_notice(case=case, document=document)
