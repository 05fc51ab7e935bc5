"""Acting during assessment: assignment, checks and their reviews, conditions, the end of the assessment."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from permits.errors import StateError
from permits.forms.staff.assessment import AssignForm, ConditionForm, ReviewForm
from permits.models import OPEN_STATUSES, CheckResult, Level, PermitCase, Verdict
from permits.services.assessment import (
    add_condition,
    assign_case,
    change_condition,
    confirm_results,
    remove_condition,
    review_result,
)
from permits.services.checking import check_site_plan
from permits.views.access import SignedInRequest
from permits.views.staff.assessment import assessment_page
from permits.views.staff.conditions import condition_of, conditions_page
from permits.views.staff.frame import Forms, Problem, staff_view
from permits.views.staff_case import staff_case
from workflows import actions
from workflows.views.staff.acting import act


@require_POST
@staff_view(Level.REGISTER)
def staff_assign(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Assign the case to an officer."""
    form = AssignForm(request.POST, case=case, auto_id="assign_%s")

    def do() -> object:
        return actions.on_case(assign_case, case=case, by=request.user, to=form.cleaned_data["assigned_to"])

    return act(
        request,
        case,
        form=form,
        key="assign",
        do=do,
        page=staff_case,
        to="case_detail",
        done="Die Zuweisung ist gespeichert.",
    )


@require_POST
@staff_view(Level.PROCESS)
def staff_review(request: SignedInRequest, case: PermitCase, result: UUID) -> HttpResponse:
    """Confirm or override a check's result."""
    found = CheckResult.objects.filter(run__case=case, uuid=result).first()
    if found is None:
        raise Http404
    form = ReviewForm(request.POST, auto_id=f"review_{found.check_id}_%s")

    def do() -> object:
        data = form.cleaned_data
        return actions.on_case(
            review_result,
            case=case,
            by=request.user,
            result=found,
            verdict=Verdict(data["verdict"]),
            reason=data["reason"],
        )

    return act(
        request, case, form=form, key=str(result), do=do, page=assessment_page, to="staff_assessment",
        done="Die Bewertung ist gespeichert.",
    )  # fmt: skip


@require_POST
@staff_view(Level.PROCESS)
def staff_confirm_results(request: SignedInRequest, case: PermitCase, run: UUID) -> HttpResponse:
    """Confirm together what is kept or does not apply."""
    found = case.check_runs.filter(uuid=run).first()
    if found is None:
        raise Http404
    return act(
        request,
        case,
        do=lambda: actions.on_case(confirm_results, case=case, by=request.user, run=found),
        page=assessment_page,
        to="staff_assessment",
        done="Die eingehaltenen und nicht anwendbaren Prüfungen sind bestätigt.",
    )


@require_POST
@staff_view(Level.PROCESS)
def staff_check_again(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Run all checks again on the current site plan and the layers in force, while the case is open."""

    def do() -> object:
        if case.status not in OPEN_STATUSES:
            raise StateError("Der Vorgang ist abgeschlossen; die Prüfergebnisse bleiben, wie sie sind.")
        return check_site_plan(case=case, by=request.user)

    return act(
        request,
        case,
        do=do,
        page=assessment_page,
        to="staff_assessment",
        done="Der Lageplan ist neu geprüft.",
    )


@require_POST
@staff_view(Level.PROCESS)
def staff_finish_assessment(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Go on to drafting the decision."""
    return act(
        request,
        case,
        do=lambda: actions.finish_assessment(case=case, by=request.user),
        page=assessment_page,
        to="staff_decision",
        done="Die fachliche Prüfung ist abgeschlossen.",
    )


@require_POST
@staff_view(Level.PROCESS)
def staff_condition_add(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Add a condition or advisory note."""
    form = ConditionForm(request.POST, auto_id="condition_%s")

    def do() -> object:
        return actions.on_case(add_condition, case=case, by=request.user, values=form.cleaned_data)

    return act(
        request, case, form=form, key="condition", do=do, page=conditions_page, to="staff_conditions",
        done="Die Nebenbestimmung ist aufgenommen.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(Level.PROCESS)
def staff_condition_change(request: SignedInRequest, case: PermitCase, condition: UUID) -> HttpResponse:
    """Show the form of one condition, and change it."""
    found = condition_of(case, condition)

    def page(
        request: SignedInRequest, case: PermitCase, *, forms: Forms | None = None, problem: Problem | None = None
    ) -> HttpResponse:
        return conditions_page(request, case, forms=forms, problem=problem, editing=found)

    if request.method != "POST":
        return page(request, case)
    form = ConditionForm(request.POST, auto_id="condition_%s")

    def do() -> object:
        return actions.on_case(change_condition, case=case, by=request.user, condition=found, values=form.cleaned_data)

    return act(
        request, case, form=form, key="condition", do=do, page=page, to="staff_conditions",
        done="Die Nebenbestimmung ist geändert.",
    )  # fmt: skip


@require_POST
@staff_view(Level.PROCESS)
def staff_condition_remove(request: SignedInRequest, case: PermitCase, condition: UUID) -> HttpResponse:
    """Take a condition out."""
    found = condition_of(case, condition)

    def do() -> object:
        return actions.on_case(remove_condition, case=case, by=request.user, condition=found)

    return act(
        request, case, do=do, page=conditions_page, to="staff_conditions", done="Die Nebenbestimmung ist entfernt."
    )
