"""Answering a request for information: upload what is missing, then hand it in."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from permits.errors import InvalidInputError, StateError
from permits.forms.applications.draft import ServiceForm
from permits.forms.applications.files import DocumentForm, PlanUploadForm, VersionForm
from permits.law import Law
from permits.models import (
    AdditionalInformationRequest,
    CaseStatus,
    DocumentVersion,
    Level,
    PermitCase,
    SubmittedDocument,
)
from permits.selectors.applicant_case import open_request_of
from permits.selectors.clock import law_of
from permits.selectors.site_plans import current_plan
from permits.services.checking import save_site_plan
from permits.services.documents import upload_document
from permits.services.plan_reading import UnplacedPlanError
from permits.views.access import SignedInRequest, case_page
from permits.views.applications.documents import shown_documents, upload_each
from permits.views.applications.frame import page
from permits.views.applications.plan_match import ask_for_points
from workflows import actions
from workflows.locks import CaseBusyError
from workflows.views.applicant.frame import busy, carried_out


@case_page(Level.CONTRIBUTE)
def answer_request(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Show what is asked for and what is there; POST hands it in."""
    if case.status != CaseStatus.INFORMATION_REQUESTED:
        return _closed(request, case)
    if request.method != "POST":
        return _render(request, case)
    try:
        actions.answer_request(case=case, by=request.user)
    except (InvalidInputError, StateError) as error:
        return _render(request, case, problem=str(error))
    except CaseBusyError:
        return busy(request, case)
    messages.success(request, "Ihre Unterlagen sind eingereicht. Die Behörde prüft den Antrag jetzt wieder.")
    return redirect("case_detail", case.uuid)


@require_POST
@case_page(Level.CONTRIBUTE)
def answer_upload(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Add documents."""
    form = DocumentForm(request.POST, request.FILES, law=law_of(case))
    if form.is_valid():

        def upload(content: bytes, name: str, kind: str, title: str) -> DocumentVersion:
            return upload_document(
                case=case, by=request.user, document_type=kind, title=title, content=content, original_name=name
            )

        stored = upload_each(form, law_of(case), upload)
        for version in stored:
            messages.success(request, f"{version.original_name} ist hochgeladen, aber noch nicht eingereicht.")
        if form.is_valid():
            return redirect("answer_request", case.uuid)
    return _render(request, case, document=form)


@require_POST
@case_page(Level.CONTRIBUTE)
def answer_version(request: SignedInRequest, case: PermitCase, document: UUID) -> HttpResponse:
    """Add a new version of a document."""
    found = get_object_or_404(SubmittedDocument, case=case, uuid=document, removed_at__isnull=True)
    form = VersionForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        if carried_out(
            form,
            lambda: upload_document(
                case=case,
                by=request.user,
                document_type=found.document_type,
                title=found.title,
                content=file.read(),
                original_name=file.name,
                document=found,
            ),
        ):
            messages.success(request, f"{file.name} ist hochgeladen, aber noch nicht eingereicht.")
            return redirect("answer_request", case.uuid)
    return _render(request, case, failed=form, failed_document=found)


@require_POST
@case_page(Level.CONTRIBUTE)
def answer_site_plan(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Add a new version of the site plan."""
    form = PlanUploadForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["plan"]
        content = file.read()
        try:
            saved = carried_out(
                form, lambda: save_site_plan(case=case, by=request.user, content=content, original_name=file.name)
            )
        except UnplacedPlanError:
            return ask_for_points(request, case, content, file.name)
        if saved:
            messages.success(request, "Der neue Lageplan ist gespeichert.")
            return redirect("answer_request", case.uuid)
    return _render(request, case, plan=form)


def _closed(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    messages.info(request, "Es gibt keine offene Nachforderung zu diesem Vorgang.")
    return redirect("case_detail", case.uuid)


def _render(
    request: SignedInRequest,
    case: PermitCase,
    *,
    problem: str = "",
    document: DocumentForm | None = None,
    plan: PlanUploadForm | None = None,
    failed: ServiceForm | None = None,
    failed_document: SubmittedDocument | None = None,
) -> HttpResponse:
    law = law_of(case)
    bound = next((form for form in (document, plan, failed) if form is not None), None)
    found = open_request_of(case)
    if found is None:
        return _closed(request, case)
    documents = [
        {
            "shown": shown,
            "new": shown.version.submitted_at is None,
            "form": failed
            if failed_document == shown.document
            else VersionForm(auto_id=f"id_{shown.document.uuid}_%s"),
        }
        for shown in shown_documents(case, law)
    ]
    current = current_plan(case)
    new_plan = current is not None and current.created_at > found.sent_at
    context: dict[str, Any] = page(
        case,
        "Unterlagen nachreichen",
        problem=problem,
        info_request=found,
        findings=_findings(found, law),
        documents=documents,
        ready=new_plan or any(row["new"] for row in documents),
        new_plan=new_plan,
        document_form=document or DocumentForm(law=law, initial={"document_type": request.GET.get("art", "")[:10]}),
        plan_form=plan or PlanUploadForm(),
        plan=current,
        failed_form=bound,
        letters=case.issued_documents.filter(kind="information_request"),
        action=reverse("answer_request", args=[case.uuid]),
    )
    status = 409 if problem else bound.status if bound else 200
    return render(request, "cases/applicant_answer.html", context, status=status)


def _findings(found: AdditionalInformationRequest, law: Law) -> list[dict[str, str]]:
    kinds = law.document_types
    return [
        {
            "kind": finding.get_kind_display(),
            "text": finding.text,
            "document": kinds[finding.document_type].title if finding.document_type in kinds else "",
            "code": finding.document_type,
        }
        for finding in found.check_round.findings.order_by("pk")
    ]
