"""Acting on the letters of a case."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from permits.models import Level, PermitCase
from permits.services.letters_again import issue_letter_again
from permits.views.access import SignedInRequest
from permits.views.staff.frame import staff_view
from permits.views.staff.register import register_section
from workflows import actions
from workflows.views.staff.acting import act


@require_POST
@staff_view(Level.PROCESS)
def staff_letter_again(request: SignedInRequest, case: PermitCase, kind: str, subject: UUID) -> HttpResponse:
    """Try again to issue a letter whose job gave up."""
    return act(
        request, case, page=register_section, to="staff_register", done="Das Schreiben wird erneut erstellt.",
        do=lambda: actions.on_case(issue_letter_again, case=case, by=request.user, kind=kind, subject=subject),
    )  # fmt: skip
