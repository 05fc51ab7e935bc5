"""Submitting an application."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from permits.errors import InvalidInputError, StateError
from permits.models import Level, PermitCase
from permits.services.submission import IncompleteApplicationError
from permits.views.access import SignedInRequest, case_page
from permits.views.applications.review import render_review
from workflows import actions
from workflows.locks import CaseBusyError
from workflows.views.applicant.frame import busy


@require_POST
@case_page(Level.CONTRIBUTE)
def application_submit(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Submit the draft; a second click or a reload leads to the same receipt."""
    if case.is_draft and not request.POST.get("reviewed"):
        return render_review(
            request, case, problem="Bitte bestätigen Sie, dass Sie alle Angaben geprüft haben.", status=422
        )
    try:
        actions.submit(case=case, by=request.user)
    except IncompleteApplicationError:
        problem = "Der Antrag lässt sich noch nicht einreichen. Was fehlt, steht oben."
        return render_review(request, case, problem=problem, status=422)
    except InvalidInputError as error:
        return render_review(request, case, problem=str(error), status=422)
    except StateError as error:
        messages.error(request, str(error))
        return redirect("case_detail", case.uuid)
    except CaseBusyError:
        return busy(request, case)
    return redirect("application_receipt", case.uuid)
