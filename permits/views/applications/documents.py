"""Bauvorlagen of a draft: the checklist, uploads with their inspection, new versions, removal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from permits.errors import InvalidInputError, StateError
from permits.forms.applications.files import DocumentForm, VersionForm
from permits.law import Law, RequiredDocument
from permits.models import DocumentVersion, PermitCase, SubmittedDocument
from permits.selectors.applications import current_documents
from permits.selectors.clock import law_of
from permits.selectors.signatures import SignatureResult, signature_result
from permits.services.documents import remove_document, upload_document
from permits.views.access import SignedInRequest
from permits.views.applications.frame import crumbs, draft_page, page


@dataclass(frozen=True)
class ShownDocument:
    """A document with its kind and its current version."""

    document: SubmittedDocument
    kind: str
    version: DocumentVersion

    @property
    def signatures(self) -> SignatureResult | None:
        """What the last check of the current version's signatures found."""
        return signature_result(self.version)

    @property
    def findings(self) -> list[dict[str, str]]:
        """What the inspection advises (NBauVorlVO Anlage 1)."""
        found: list[dict[str, str]] = self.version.inspection.get("findings", [])
        return found


@dataclass(frozen=True)
class ChecklistRow:
    """A document that the procedure asks for, and what is there."""

    required: RequiredDocument
    documents: list[ShownDocument]

    @property
    def open(self) -> bool:
        """Whether a required file is missing."""
        return self.required.need == "required" and not self.required.by_form and not self.documents


def checklist(case: PermitCase, law: Law) -> tuple[list[ChecklistRow], list[ShownDocument]]:
    """Return the rows of the procedure, and the documents that belong to none."""
    documents = shown_documents(case, law)
    rows = [
        ChecklistRow(row, [shown for shown in documents if shown.document.document_type in row.codes])
        for row in law.required_documents(case.procedure)
    ]
    listed = {shown.document.pk for row in rows for shown in row.documents}
    return rows, [shown for shown in documents if shown.document.pk not in listed]


def shown_documents(case: PermitCase, law: Law) -> list[ShownDocument]:
    """Return the documents of a case that have a version, in the order of their codes."""
    found = []
    for document in current_documents(case):
        versions = list(document.versions.all())
        if versions:
            kind = law.document_types.get(document.document_type)
            found.append(ShownDocument(document, kind.title if kind else document.document_type, versions[-1]))
    return found


@draft_page()
def application_documents(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Show what is required, what applies to some and what may follow."""
    rows, further = checklist(case, law_of(case))
    groups = [
        (title, text, [row for row in rows if row.required.need == need])
        for need, title, text in (
            ("required", "Erforderlich", "Ohne diese Unterlagen ist der Antrag nicht vollständig."),
            ("if_applicable", "Falls zutreffend", "Nur wenn Ihr Vorhaben den Fall betrifft."),
            ("later", "Kann nachgereicht werden", "Diese Unterlagen dürfen Sie später einreichen."),
        )
    ]
    context = page(
        case,
        "Bauvorlagen",
        groups=groups,
        further=further,
        missing=sum(row.open for row in rows),
        unverified=not all(row.required.verified for row in rows),
    )
    return render(request, "applications/documents.html", context)


@draft_page()
def application_document_new(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Upload one or several files of a kind."""
    law = law_of(case)
    form = DocumentForm(
        request.POST or None,
        request.FILES or None,
        law=law,
        initial={"document_type": request.GET.get("art", "")[:10]},
    )
    if request.method == "POST" and form.is_valid():
        stored = upload_each(
            form,
            law,
            lambda content, name, kind, title: upload_document(
                case=case,
                by=request.user,
                document_type=kind,
                title=title,
                content=content,
                original_name=name,
            ),
        )
        for version in stored:
            _tell(request, version)
        if form.is_valid():
            return redirect("application_documents", case.uuid)
    context = page(case, "Bauvorlage hochladen", form=form)
    context["crumbs"] = crumbs(
        case, ("Bauvorlagen", reverse("application_documents", args=[case.uuid])), ("Hochladen", "")
    )
    return render(request, "applications/document_new.html", context, status=form.status)


def upload_each(
    form: DocumentForm, law: Law, upload: Callable[[bytes, str, str, str], DocumentVersion]
) -> list[DocumentVersion]:
    """Upload every file of a valid form; a refused one is named in the form, the others are kept."""
    kind = form.cleaned_data["document_type"]
    files: list[UploadedFile[Any]] = form.cleaned_data["file"]
    stored = []
    for number, file in enumerate(files, start=1):
        title = form.cleaned_data["title"] or law.document_type(kind).title
        name = file.name or "dokument.pdf"
        try:
            stored.append(upload(file.read(), name, kind, f"{title} ({number})" if len(files) > 1 else title))
        except (InvalidInputError, StateError) as error:
            form.refuse(error)
    return stored


@draft_page()
def application_document(request: SignedInRequest, case: PermitCase, document: UUID) -> HttpResponse:
    """Show a document with its versions; POST adds one."""
    found = get_object_or_404(SubmittedDocument, case=case, uuid=document, removed_at__isnull=True)
    form = VersionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        if form.carried_out(
            lambda: upload_document(
                case=case,
                by=request.user,
                document_type=found.document_type,
                title=found.title,
                content=file.read(),
                original_name=file.name,
                document=found,
            )
        ):
            _tell(request, found.versions.order_by("-number")[0])
            return redirect("application_document", case.uuid, found.uuid)
    kind = law_of(case).document_types.get(found.document_type)
    versions = list(found.versions.select_related("file", "uploaded_by").order_by("-number"))
    context = page(
        case,
        found.title,
        document=found,
        kind=kind,
        versions=versions,
        checked=[(version, signature_result(version)) for version in versions],
        form=form,
    )
    context["crumbs"] = crumbs(
        case, ("Bauvorlagen", reverse("application_documents", args=[case.uuid])), (found.title, "")
    )
    return render(request, "applications/document.html", context, status=form.status)


@require_POST
@draft_page()
def application_document_remove(request: SignedInRequest, case: PermitCase, document: UUID) -> HttpResponse:
    """Take a document out of the draft."""
    found = get_object_or_404(SubmittedDocument, case=case, uuid=document, removed_at__isnull=True)
    try:
        remove_document(case=case, by=request.user, document=found)
    except (InvalidInputError, StateError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"„{found.title}“ ist aus dem Antrag genommen.")
    return redirect("application_documents", case.uuid)


def _tell(request: SignedInRequest, version: DocumentVersion) -> None:
    findings: list[dict[str, Any]] = version.inspection.get("findings", [])
    if findings:
        count = "einen Hinweis" if len(findings) == 1 else f"{len(findings)} Hinweise"
        messages.warning(
            request, f"{version.original_name} ist hochgeladen. Die Durchsicht ergab {count}, siehe unten."
        )
    else:
        messages.success(request, f"{version.original_name} ist hochgeladen.")
