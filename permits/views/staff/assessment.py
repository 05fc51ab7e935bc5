"""Assessment: the map, the drawing to scale, and a card per check."""

from typing import Any

from django.http import HttpResponse

from permits.forms.staff.assessment import ReviewForm
from permits.models import OPEN_STATUSES, PermitCase
from permits.selectors.case_assessment import Finding, FindingGroup, assessment_view
from permits.services.assessment import WORKING_STATES
from permits.views.access import SignedInRequest
from permits.views.staff.frame import Forms, Problem, show, staff_view


def assessment_page(
    request: SignedInRequest, case: PermitCase, *, forms: Forms | None = None, problem: Problem | None = None
) -> HttpResponse:
    """Show what the checks found and what the authority made of it."""
    given = forms or {}
    view = assessment_view(case)
    context = {
        "view": view,
        "groups": [_cards(group, given) for group in view.groups],
        "working": case.status in WORKING_STATES,
        "is_open": case.status in OPEN_STATUSES,
        "case_crs": f"EPSG:{case.authority.crs_epsg}",
    }
    return show(
        request, case, section="staff_assessment", template="cases/staff/assessment.html", context=context,
        problem=problem,
    )  # fmt: skip


def _cards(group: FindingGroup, given: Forms) -> dict[str, Any]:
    """A group with a form per card; one whose form came back with errors is opened."""
    returned = [given.get(str(row.result.uuid)) for row in group.findings]
    return {
        "key": group.key,
        "title": group.title,
        "open": any(form is not None for form in returned),
        "cards": [
            {"finding": row, "form": form or review_form(row)}
            for row, form in zip(group.findings, returned, strict=True)
        ],
    }


def review_form(finding: Finding) -> ReviewForm:
    """Return the form of a card, with what counts now."""
    review = finding.review
    initial = {"verdict": review.verdict if review else finding.result.verdict}
    return ReviewForm(initial=initial, auto_id=f"review_{finding.result.check_id}_%s", check=finding.result.check_id)


@staff_view()
def staff_assessment(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """The page's address."""
    return assessment_page(request, case)
