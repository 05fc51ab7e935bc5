"""Taking a text block as a condition of a case."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from permits.forms.staff.assessment import ConditionForm
from permits.models import Level, PermitCase
from permits.services.assessment import add_condition
from permits.views.access import SignedInRequest
from permits.views.staff.case_text_blocks import block_condition_page, usable_version
from permits.views.staff.frame import Forms, Problem, staff_view
from workflows import actions
from workflows.views.staff.acting import act


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(Level.PROCESS)
def staff_condition_from_block(request: SignedInRequest, case: PermitCase, text_version: UUID) -> HttpResponse:
    """Show a text block with the values of the case, and take it, changed or not, as a condition."""
    version = usable_version(case, text_version)

    def page(
        request: SignedInRequest, case: PermitCase, *, forms: Forms | None = None, problem: Problem | None = None
    ) -> HttpResponse:
        return block_condition_page(request, case, version, forms=forms, problem=problem)

    if request.method != "POST":
        return page(request, case)
    form = ConditionForm(request.POST, auto_id="condition_%s")

    def do() -> object:
        return actions.on_case(add_condition, case=case, by=request.user, values=form.cleaned_data, text_block=version)

    return act(
        request, case, form=form, key="condition", do=do, page=page, to="staff_conditions",
        done=f"Die Nebenbestimmung aus {version.block.key} ist aufgenommen.",
    )  # fmt: skip
