"""The decision: draft and hearing for the officer, comparison and second signature for the head of unit."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.clickjacking import xframe_options_sameorigin

from permits import legal_time
from permits.errors import InvalidInputError
from permits.forms.staff.decision import DecisionForm, HearingForm, ReturnForm, SignForm, WaiverForm
from permits.models import CaseStatus, DecisionState, DecisionVersion, Outcome, PermitCase
from permits.selectors.case_decision import DecisionView, decision_view, proposed_tenor
from permits.selectors.clock import law_of
from permits.selectors.decision_grounds import decision_grounds
from permits.selectors.open_steps import open_step
from permits.services.assessment import WORKING_STATES
from permits.services.documents_out import preview_decision
from permits.services.hearings import hearing_gap
from permits.views.access import SignedInRequest
from permits.views.staff.frame import Forms, Problem, show, staff_view

FIRST_REVISION = 1


def decision_page(
    request: SignedInRequest, case: PermitCase, *, forms: Forms | None = None, problem: Problem | None = None
) -> HttpResponse:
    """Show the decision as it stands, with what this person may do about it."""
    given = forms or {}
    view = decision_view(case)
    step = open_step(case)
    node = step.node if step else ""
    drafting = node == "draft_decision" and case.status in WORKING_STATES
    context: dict[str, Any] = {
        "view": view,
        "grounds": decision_grounds(case),
        "node": node,
        "drafting": drafting,
        "signing": case.status == CaseStatus.DECISION_DRAFTED,
        "hearings": list(case.hearings.select_related("held_by").order_by("-held_at")),
        "hearing_gap": hearing_gap(case) if drafting else "",
        "own_contribution": view.wrote(request.user),
        "decision_form": given.get("decision") or decision_form(case, view),
        "refusal_tenor": proposed_tenor(case, Outcome.REFUSED),
        "hearing_form": given.get("hearing")
        or HearingForm(
            initial={"due_on": law_of(case).period_end("hearing", legal_time.today())}, auto_id="hearing_%s"
        ),
        "waiver_form": given.get("waiver") or WaiverForm(auto_id="waiver_%s"),
        "sign_form": given.get("sign") or sign_form(view),
        "return_form": given.get("return") or ReturnForm(auto_id="return_%s"),
        "drafted": view.version is not None and view.version.state == DecisionState.DRAFT,
    }
    return show(
        request, case, section="staff_decision", template="cases/staff/decision.html", context=context, problem=problem
    )


def decision_form(case: PermitCase, view: DecisionView) -> DecisionForm:
    """Return the editor with the draft in progress, or with a proposal where there is none."""
    version = view.version
    if version is None:
        # A draft that somebody else saves first has a higher revision, so that it is not overwritten unseen.
        initial = {
            "outcome": Outcome.GRANTED,
            "operative_part": proposed_tenor(case, Outcome.GRANTED),
            "revision": str(FIRST_REVISION),
        }
    else:
        initial = {
            "outcome": version.outcome,
            "operative_part": version.operative_part,
            "reasons": version.reasons,
            "revision": str(version.revision),
        }
    return DecisionForm(initial=initial, auto_id="decision_%s")


def sign_form(view: DecisionView) -> SignForm:
    """Return the signature form, bound to the text that is on the page."""
    return SignForm(initial={"content_sha256": view.version.content_sha256 if view.version else ""}, auto_id="sign_%s")


@staff_view()
def staff_decision(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """The page's address."""
    return decision_page(request, case)


@staff_view()
@xframe_options_sameorigin
def staff_decision_pdf(request: SignedInRequest, case: PermitCase, version: UUID) -> HttpResponse:
    """Show a version as the notice would look, without number and seal; 422 with the reason where it cannot."""
    found = DecisionVersion.objects.filter(decision__case=case, uuid=version).first()
    if found is None:
        raise Http404
    try:
        rendered = preview_decision(case=case, version=found)
    except InvalidInputError as error:
        return decision_page(request, case, problem=Problem(str(error), 422))
    return pdf_response(rendered.pdf, f"Vorschau {case}.pdf")


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """Answer a PDF to be shown in the browser."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f"inline; filename*=UTF-8''{name.replace(' ', '%20')}"
    return response
