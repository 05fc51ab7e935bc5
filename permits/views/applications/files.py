"""Files of a case for whoever may see it: streamed by us, never by path, and reading is logged."""

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from permits.models import (
    CheckRun,
    DocumentVersion,
    IssuedDocument,
    Level,
    PermitCase,
    ResultDrawing,
    SitePlanVersion,
    StoredFile,
)
from permits.selectors.access import STAFF_LEVELS
from permits.selectors.notices import may_read, why_unreadable
from permits.services.documents import clean_file_name, record_reading
from permits.services.files import open_file
from permits.views.access import SignedInRequest, case_page

# A PDF may run nothing and load nothing; the browser's own viewer shows it.
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"


@require_safe
@case_page(Level.READ)
def document_file(request: SignedInRequest, case: PermitCase, version: UUID) -> HttpResponseBase:
    """Answer one version of a document; staff see it once it is submitted."""
    found = get_object_or_404(
        DocumentVersion.objects.select_related("file", "document__case"), document__case=case, uuid=version
    )
    if found.submitted_at is None and not request.levels & {Level.OWN, Level.CONTRIBUTE}:
        raise Http404
    record_reading(version=found, by=request.user)
    return _answer(request, found.file, found.original_name, inline=True)


@require_safe
@case_page(Level.READ)
def issued_file(request: SignedInRequest, case: PermitCase, document: UUID) -> HttpResponseBase:
    """Answer an issued paper. A notice that waits to be fetched is fetched first, on the page of the case."""
    found = get_object_or_404(IssuedDocument.objects.select_related("file"), case=case, uuid=document)
    if not request.levels & STAFF_LEVELS and not may_read(found, request.user):
        messages.info(request, why_unreadable(found, request.user))
        return redirect("case_detail", case.uuid)
    return _answer(request, found.file, f"{found.number}.pdf", inline=True)


@require_safe
@case_page(Level.READ)
def site_plan_file(request: SignedInRequest, case: PermitCase, plan: UUID) -> HttpResponseBase:
    """Answer the original of a site plan."""
    found = get_object_or_404(SitePlanVersion.objects.select_related("file"), case=case, uuid=plan)
    return _answer(request, found.file, found.original_name, inline=False)


@require_safe
@case_page(Level.READ)
def case_drawing(request: SignedInRequest, case: PermitCase, run: UUID) -> HttpResponse:
    """Answer the to-scale drawing of a check run as an image."""
    found = get_object_or_404(CheckRun, case=case, uuid=run)
    return _drawing(found.drawing_svg, "lageplan.svg")


@require_safe
@case_page(Level.READ)
def result_drawing(request: SignedInRequest, case: PermitCase, result: UUID) -> HttpResponse:
    """Answer the drawing of one result as an image; with ``?schmal`` the one for narrow screens."""
    found = get_object_or_404(
        ResultDrawing.objects.select_related("result"), result__run__case=case, result__uuid=result
    )
    narrow = "schmal" in request.GET and found.narrow_svg
    return _drawing(narrow or found.svg, f"{found.result.check_id}.svg")


def _drawing(svg: str, name: str) -> HttpResponse:
    response = HttpResponse(svg, content_type="image/svg+xml")
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    patch_cache_control(response, private=True, max_age=3600)
    return response


def _answer(request: SignedInRequest, stored: StoredFile, name: str, *, inline: bool) -> FileResponse:
    pdf = stored.media_type == "application/pdf"
    try:
        handle = open_file(stored)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        handle,
        as_attachment=not (inline and pdf) or "herunterladen" in request.GET,
        filename=clean_file_name(name),
        content_type="application/pdf" if pdf else "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = FILE_POLICY
    patch_cache_control(response, private=True, no_store=True)
    return response
