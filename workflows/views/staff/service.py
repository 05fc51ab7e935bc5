"""Acting on the service of a notice: day of posting, further attempts."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from permits.forms.staff.decision import PostingForm, ServeAgainForm
from permits.models import Channel, Level, PermitCase, ServiceOfNotice
from permits.views.access import SignedInRequest
from permits.views.staff.frame import staff_view
from permits.views.staff.service import service_page
from workflows import actions
from workflows.views.staff.acting import act

TO = "staff_service"


@require_POST
@staff_view(Level.PROCESS)
def staff_posting(request: SignedInRequest, case: PermitCase, service: UUID) -> HttpResponse:
    """Enter the day of posting."""
    found = _service(case, service)
    form = PostingForm(request.POST, auto_id=f"posting_{service}_%s")

    def do() -> object:
        return actions.record_posting(
            case=case, by=request.user, service=found, posted_on=form.cleaned_data["posted_on"]
        )

    return act(
        request, case, form=form, key=f"posting_{service}", do=do, page=service_page, to=TO,
        done="Der Tag der Aufgabe zur Post ist eingetragen.",
    )  # fmt: skip


@require_POST
@staff_view(Level.PROCESS)
def staff_serve_again(request: SignedInRequest, case: PermitCase, service: UUID) -> HttpResponse:
    """Begin a further attempt."""
    found = _service(case, service)
    form = ServeAgainForm(request.POST, auto_id=f"again_{service}_%s")

    def do() -> object:
        return actions.serve_again(
            case=case, by=request.user, service=found, channel=Channel(form.cleaned_data["channel"])
        )

    return act(
        request, case, form=form, key=f"again_{service}", do=do, page=service_page, to=TO,
        done="Ein neuer Versuch der Bekanntgabe ist begonnen.",
    )  # fmt: skip


def _service(case: PermitCase, uuid: UUID) -> ServiceOfNotice:
    found = ServiceOfNotice.objects.select_related("document", "party").filter(document__case=case, uuid=uuid).first()
    if found is None:
        raise Http404
    return found
