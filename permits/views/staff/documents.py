"""Documents: the list against what is required, each plan in the browser, the files themselves."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from permits.models import DocumentVersion, IssuedDocument, Level, PermitCase, StoredFile
from permits.selectors.case_documents import checklist, document_row
from permits.selectors.signatures import signature_result
from permits.services.documents import record_reading
from permits.services.files import open_file
from permits.services.signature_checks import check_again
from permits.views.access import SignedInRequest
from permits.views.staff.frame import show, staff_view


@staff_view()
def staff_documents(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Show what was handed in beside what the procedure asks for."""
    plan = case.site_plans.order_by("-number").first()
    context = {
        "checklist": checklist(case),
        "plan": plan,
        "issued": case.issued_documents.defer("html", "css", "context"),
    }
    return show(request, case, section="staff_documents", template="cases/staff/documents.html", context=context)


@staff_view()
def staff_document(request: SignedInRequest, case: PermitCase, version: UUID) -> HttpResponse:
    """Show one version of a document with what was found in the file."""
    found = _version(case, version)
    context = {
        "version": found,
        "row": document_row(case, found.document),
        "signatures": signature_result(found),
    }
    return show(request, case, section="staff_documents", template="cases/staff/document.html", context=context)


@require_POST
@staff_view(Level.PROCESS)
def staff_signatures_again(request: SignedInRequest, case: PermitCase, version: UUID) -> HttpResponse:
    """Check the signatures of a version once more."""
    check_again(version=_version(case, version), by=request.user)
    messages.success(request, "Die Signaturen wurden erneut geprüft.")
    return redirect("staff_document", case.uuid, version)


@staff_view()
@xframe_options_sameorigin
def staff_document_file(request: SignedInRequest, case: PermitCase, version: UUID) -> HttpResponseBase:
    """Send the file, and log who opened it."""
    found = _version(case, version)
    record_reading(version=found, by=request.user)
    return send_file(found.file, found.original_name)


@staff_view()
@xframe_options_sameorigin
def staff_issued_file(request: SignedInRequest, case: PermitCase, document: UUID) -> HttpResponseBase:
    """Send a paper that the authority issued."""
    found = IssuedDocument.objects.select_related("file").filter(case=case, uuid=document).first()
    if found is None:
        raise Http404
    return send_file(found.file, f"{found.number}.pdf")


def send_file(stored: StoredFile, name: str) -> HttpResponseBase:
    """Send a stored PDF to be shown in the browser; a lost file is a 404."""
    try:
        handle = open_file(stored)
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(handle, as_attachment=False, filename=name, content_type=stored.media_type)


def _version(case: PermitCase, version: UUID) -> DocumentVersion:
    found = (
        DocumentVersion.objects.select_related("document", "file", "uploaded_by", "responsible")
        .filter(document__case=case, uuid=version, submitted_at__isnull=False)
        .first()
    )
    if found is None:
        raise Http404
    return found
