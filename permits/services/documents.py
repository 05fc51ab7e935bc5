"""Uploading documents: versions are immutable, a refused upload changes nothing."""

import dataclasses
import json
from pathlib import PurePosixPath

from django.conf import settings
from django.db.models import Max, Sum

from permits import legal_time
from permits.errors import InvalidInputError
from permits.models import CaseStatus, DocumentVersion, Level, Party, PermitCase, SubmittedDocument, User
from permits.services import audit
from permits.services.documents_out import inspect_upload
from permits.services.files import store_file
from permits.services.sealing import fonts
from permits.services.signature_checks import SIGNED, check_content, record_check
from permits.services.writing import writing

# A draft is filled in; an open request for information is answered.
UPLOAD_STATES = (CaseStatus.DRAFT, CaseStatus.INFORMATION_REQUESTED)
MEGABYTE = 1_000_000


def clean_file_name(name: str) -> str:
    """Return the last part of a file name, at most 200 characters of those that our papers can print."""
    last = PurePosixPath(name.replace("\\", "/")).name
    lost = fonts().missing(last)
    return "".join(char for char in last if char.isprintable() and char not in lost)[-200:] or "dokument.pdf"


def upload_document(
    *,
    case: PermitCase,
    by: User,
    document_type: str,
    title: str,
    content: bytes,
    original_name: str,
    document: SubmittedDocument | None = None,
    responsible: Party | None = None,
) -> DocumentVersion:
    """Add a PDF to a case: a new document, or with ``document`` its next version.

    Raises InvalidInputError with a German reason where the file is no readable PDF, encrypted or too large.
    """
    _check_size(case, content)
    # Looking into the file takes up to seconds, so it happens before any row is locked.
    report = inspect_upload(content, file_name=original_name)
    signed = any(finding.code == SIGNED for finding in report.findings)
    check = check_content(content) if signed else None
    with writing(case=case, by=by, level=Level.CONTRIBUTE, states=UPLOAD_STATES) as locked:
        if document is None:
            document = SubmittedDocument.objects.create(case=locked, document_type=document_type, title=title)
        elif document.case_id != locked.pk:
            raise InvalidInputError("Diese Bauvorlage gehört zu einem anderen Antrag.")
        last = document.versions.aggregate(last=Max("number"))["last"] or 0
        version = DocumentVersion.objects.create(
            document=document,
            number=last + 1,
            file=store_file(authority=locked.authority, content=content, media_type="application/pdf"),
            original_name=clean_file_name(original_name),
            page_count=report.page_count,
            inspection=json.loads(json.dumps(dataclasses.asdict(report))),
            responsible=responsible,
            uploaded_by=by,
            uploaded_at=legal_time.now(),
        )
        if check is not None:
            record_check(version=version, check=check, by=None)
        locked.revision += 1
        locked.save(update_fields=["revision"])
        audit.record(
            type="document.uploaded",
            by=by,
            case=locked,
            subject={"document": str(document.uuid), "version": version.number, "sha256": version.file.sha256},
            payload={"name": version.original_name},
        )
        return version


def _check_size(case: PermitCase, content: bytes) -> None:
    if not content:
        raise InvalidInputError("Die Datei ist leer. Bitte wählen Sie die Datei erneut aus.", field="file")
    if len(content) > settings.MAX_UPLOAD_BYTES:
        raise InvalidInputError(
            f"Die Datei ist {len(content) / MEGABYTE:.0f} MB groß; erlaubt sind "
            f"{settings.MAX_UPLOAD_BYTES / MEGABYTE:.0f} MB je Datei. Bitte teilen oder verkleinern Sie sie.",
            field="file",
        )
    used = DocumentVersion.objects.filter(document__case=case).aggregate(total=Sum("file__size"))["total"] or 0
    if used + len(content) > settings.MAX_CASE_BYTES:
        raise InvalidInputError(
            f"Alle Dateien eines Antrags dürfen zusammen {settings.MAX_CASE_BYTES / MEGABYTE:.0f} MB groß sein.",
            field="file",
        )


def remove_document(*, case: PermitCase, by: User, document: SubmittedDocument) -> None:
    """Take a document out of a draft; its versions stay in the history."""
    with writing(case=case, by=by, level=Level.CONTRIBUTE, states=(CaseStatus.DRAFT,)) as locked:
        if document.case_id != locked.pk:
            raise InvalidInputError("Diese Bauvorlage gehört zu einem anderen Antrag.")
        document.removed_at = legal_time.now()
        document.save(update_fields=["removed_at"])
        audit.record(type="document.removed", by=by, case=locked, subject={"document": str(document.uuid)})


def record_reading(*, version: DocumentVersion, by: User) -> None:
    """Log that a person opened a document of a case (sensitive reads are logged)."""
    case = version.document.case
    with writing(case=case, by=by, level=Level.READ) as locked:
        audit.record(
            type="document.read",
            by=by,
            case=locked,
            subject={"document": str(version.document.uuid), "version": version.number},
        )
