"""Completeness: findings of the round in progress, the request, its answer, earlier rounds."""

from django.http import HttpResponse

from permits import legal_time
from permits.forms.staff.completeness import ExtensionForm, FindingForm, RequestForm
from permits.models import CaseStatus, PermitCase
from permits.selectors.case_documents import checklist
from permits.selectors.clock import law_of, permit_fiction_applies
from permits.selectors.periods import deemed_withdrawn_on, default_information_due, latest_extension
from permits.views.access import SignedInRequest
from permits.views.staff.frame import Forms, Problem, show, staff_view


def completeness_page(
    request: SignedInRequest, case: PermitCase, *, forms: Forms | None = None, problem: Problem | None = None
) -> HttpResponse:
    """Show the formal examination."""
    given = forms or {}
    today = legal_time.today()
    due = default_information_due(case, today)
    rounds = list(
        case.completeness_checks.select_related("checked_by", "request").prefetch_related("findings__document")
    )
    waiting = case.information_requests.filter(answered_at__isnull=True).order_by("-sent_at").first()
    is_waiting = case.status == CaseStatus.INFORMATION_REQUESTED and waiting is not None
    documents = checklist(case)
    noted = {finding.document_type for finding in rounds[-1].findings.all()} if rounds else set()
    latest = latest_extension(case, waiting.due_on) if is_waiting and waiting else None
    context = {
        "rounds": rounds[::-1],
        "current": rounds[-1] if rounds else None,
        "checking": case.status == CaseStatus.COMPLETENESS,
        "waiting": waiting if is_waiting else None,
        "is_due": bool(is_waiting and waiting and today >= waiting.deemed_withdrawn_on),
        "latest_extension": latest,
        "withdrawn_on": deemed_withdrawn_on(case, due),
        "fiction": permit_fiction_applies(case, law_of(case)),
        "checklist": documents,
        "missing": [
            row.required for row in documents.rows if row.tone == "danger" and not noted & set(row.required.codes)
        ],
        "finding_form": given.get("finding") or FindingForm(case=case, auto_id="finding_%s"),
        "request_form": given.get("request") or RequestForm(initial={"due_on": due}, auto_id="request_%s"),
        "extension_form": given.get("extension") or ExtensionForm(initial={"until": latest}, auto_id="extension_%s"),
    }
    return show(
        request, case, section="staff_completeness", template="cases/staff/completeness.html", context=context,
        problem=problem,
    )  # fmt: skip


@staff_view()
def staff_completeness(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """The page's address."""
    return completeness_page(request, case)
