"""Acting on completeness: findings, confirmation, request, extension, deemed withdrawal."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from permits.forms.staff.communication import FictionForm
from permits.forms.staff.completeness import DecisionTimeForm, ExtensionForm, FindingForm, RequestForm
from permits.models import Finding, FindingKind, Level, PermitCase
from permits.services.completeness import add_finding, extend_request, remove_finding, settle_permit_fiction
from permits.services.fiction_extension import extend_permit_fiction
from permits.views.access import SignedInRequest
from permits.views.staff.completeness import completeness_page
from permits.views.staff.frame import staff_view
from permits.views.staff.history import clocks_page
from workflows import actions
from workflows.views.staff.acting import act

TO = "staff_completeness"


@require_POST
@staff_view(Level.PROCESS)
def staff_finding_add(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Note a defect."""
    form = FindingForm(request.POST, case=case, auto_id="finding_%s")

    def do() -> object:
        data = form.cleaned_data
        return actions.on_case(
            add_finding,
            case=case,
            by=request.user,
            kind=FindingKind(data["kind"]),
            text=data["text"],
            document_type=data["document_type"],
            document=data["document"],
        )

    return act(
        request, case, form=form, key="finding", do=do, page=completeness_page, to=TO, done="Befund aufgenommen."
    )


@require_POST
@staff_view(Level.PROCESS)
def staff_finding_remove(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Take a finding of the round in progress back."""
    number = request.POST.get("finding", "")
    finding = (
        Finding.objects.filter(pk=number, check_round__case=case).first()
        if number.isascii() and number.isdigit()
        else None
    )
    if finding is None:
        raise Http404

    def do() -> object:
        return actions.on_case(remove_finding, case=case, by=request.user, finding=finding)

    return act(request, case, do=do, page=completeness_page, to=TO, done="Befund entfernt.")


@require_POST
@staff_view(Level.PROCESS)
def staff_confirm_complete(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Find the application complete."""
    return act(
        request,
        case,
        do=lambda: actions.confirm_completeness(case=case, by=request.user),
        page=completeness_page,
        to="staff_assessment",
        done="Der Antrag ist vollständig. Die fachliche Prüfung beginnt.",
    )


@require_POST
@staff_view(Level.PROCESS)
def staff_request_information(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Ask for what the findings name."""
    form = RequestForm(request.POST, auto_id="request_%s")

    def do() -> object:
        data = form.cleaned_data
        return actions.request_information(case=case, by=request.user, due_on=data["due_on"], text=data["text"])

    return act(
        request, case, form=form, key="request", do=do, page=completeness_page, to=TO,
        done="Die Nachforderung ist verschickt.",
    )  # fmt: skip


@require_POST
@staff_view(Level.PROCESS)
def staff_extend_request(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Give more time to answer."""
    form = ExtensionForm(request.POST, auto_id="extension_%s")

    def do() -> object:
        return actions.on_case(extend_request, case=case, by=request.user, until=form.cleaned_data["until"])

    return act(
        request,
        case,
        form=form,
        key="extension",
        do=do,
        page=completeness_page,
        to=TO,
        done="Die Frist ist verlängert.",
    )


@require_POST
@staff_view(Level.PROCESS)
def staff_deemed_withdrawal(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Close a case whose request stayed unanswered too long."""
    return act(
        request,
        case,
        do=lambda: actions.confirm_deemed_withdrawal(case=case, by=request.user),
        page=completeness_page,
        to="case_detail",
        done="Der Antrag gilt als zurückgenommen. Der Vorgang ist geschlossen.",
    )


@require_POST
@staff_view(Level.PROCESS)
def staff_fiction_settle(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Answer whether § 70a NBauO applies, where the application left it open."""
    form = FictionForm(request.POST, auto_id="fiction_%s")

    def do() -> object:
        return actions.on_case(
            settle_permit_fiction,
            case=case,
            by=request.user,
            applies=form.cleaned_data["applies"] == "yes",
            reason=form.cleaned_data["reason"],
        )

    return act(
        request,
        case,
        form=form,
        key="fiction",
        do=do,
        page=clocks_page,
        to="staff_clocks",
        done="Die Feststellung ist gespeichert.",
    )


@require_POST
@staff_view(Level.PROCESS)
def staff_fiction_extend(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Take more time to decide, and tell why."""
    form = DecisionTimeForm(request.POST, auto_id="longer_%s")

    def do() -> object:
        data = form.cleaned_data
        return actions.on_case(
            extend_permit_fiction, case=case, by=request.user, until=data["until"], reason=data["reason"]
        )

    return act(
        request,
        case,
        form=form,
        key="longer",
        do=do,
        page=clocks_page,
        to="staff_clocks",
        done="Die Frist ist verlängert. Die Antragstellenden erhalten ein Schreiben.",
    )
