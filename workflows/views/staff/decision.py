"""Acting on the decision: draft, hearing, proposal, second signature, a failed notice."""

from django.http import HttpResponse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from permits.errors import InvalidInputError, StaleError, StateError
from permits.forms.staff.decision import DecisionForm, HearingForm, ReturnForm, SignForm, WaiverForm
from permits.models import Decision, DecisionVersion, Level, Outcome, PermitCase
from permits.services.documents_out import preview_decision
from permits.services.hearings import hold_hearing, waive_hearing
from permits.views.access import SignedInRequest
from permits.views.staff.decision import FIRST_REVISION, decision_page, pdf_response
from permits.views.staff.frame import Problem, staff_view
from workflows import actions
from workflows.views.staff.acting import act

TO = "staff_decision"
NOT_SAVED = "Ihr Text ist noch nicht gespeichert; mit „Entwurf speichern“ behalten Sie ihn."


@require_POST
@staff_view(Level.PROCESS)
def staff_decision_save(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Save the draft, or on the button "vorlegen" hand it to the second signature; what fails stores nothing."""
    form = DecisionForm(request.POST, auto_id="decision_%s")
    propose = request.POST.get("then") == "propose"

    def do() -> object:
        data = form.cleaned_data
        act_on = actions.save_and_propose_decision if propose else actions.save_decision
        try:
            version = act_on(
                case=case,
                by=request.user,
                outcome=Outcome(data["outcome"]),
                operative_part=data["operative_part"],
                reasons=data["reasons"],
                revision=data["revision"] or FIRST_REVISION,
            )
        except StaleError:
            # The next "save" is a decision to overwrite: by then the person has seen the other text on the page.
            _take_revision(form, case)
            raise
        except StateError as error:
            if not propose:
                raise
            # What is missing may be done on another page: the text has to be kept first.
            raise StateError(f"{error} {NOT_SAVED}") from error
        return version

    done = "Die Entscheidung liegt zur Zweitzeichnung vor." if propose else "Der Entwurf ist gespeichert."
    return act(request, case, form=form, key="decision", do=do, page=decision_page, to=TO, done=done)


def _take_revision(form: DecisionForm, case: PermitCase) -> None:
    """Let the form carry the revision that is stored now."""
    version = DecisionVersion.objects.filter(decision__case=case).order_by("-number").first()
    form.data = {**form.data.dict(), "revision": str(version.revision) if version else ""}  # type: ignore[attr-defined]


@require_POST
@staff_view(Level.PROCESS)
@xframe_options_sameorigin
def staff_decision_preview(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Show what is in the form as a PDF. Nothing is saved."""
    form = DecisionForm(request.POST, auto_id="decision_%s")
    if not form.is_valid():
        return decision_page(request, case, forms={"decision": form}, problem=Problem("", 422))
    data = form.cleaned_data
    decision = Decision.objects.filter(case=case).first() or Decision(case=case)
    version = DecisionVersion(
        decision=decision,
        outcome=data["outcome"],
        operative_part=data["operative_part"] or "(noch ohne Tenor)",
        reasons=data["reasons"],
    )
    try:
        rendered = preview_decision(case=case, version=version)
    except InvalidInputError as error:
        form.add_error(None, str(error))
        return decision_page(request, case, forms={"decision": form}, problem=Problem("", 422))
    return pdf_response(rendered.pdf, f"Vorschau {case}.pdf")


@require_POST
@staff_view(Level.PROCESS)
def staff_reopen(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Go back to assessing."""
    return act(
        request,
        case,
        do=lambda: actions.reopen_assessment(case=case, by=request.user),
        page=decision_page,
        to="staff_assessment",
        done="Die fachliche Prüfung ist wieder aufgenommen.",
    )


@require_POST
@staff_view(Level.PROCESS)
def staff_hold_hearing(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Tell the applicants that a refusal is intended."""
    form = HearingForm(request.POST, auto_id="hearing_%s")

    def do() -> object:
        data = form.cleaned_data
        return actions.on_case(hold_hearing, case=case, by=request.user, text=data["text"], due_on=data["due_on"])

    return act(
        request, case, form=form, key="hearing", do=do, page=decision_page, to=TO, done="Die Anhörung ist eingeleitet."
    )


@require_POST
@staff_view(Level.PROCESS)
def staff_waive_hearing(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Record why no hearing is needed."""
    form = WaiverForm(request.POST, auto_id="waiver_%s")

    def do() -> object:
        return actions.on_case(waive_hearing, case=case, by=request.user, reason=form.cleaned_data["reason"])

    return act(
        request, case, form=form, key="waiver", do=do, page=decision_page, to=TO,
        done="Das Absehen von der Anhörung ist begründet.",
    )  # fmt: skip


@require_POST
@staff_view(Level.SIGN)
def staff_sign(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Sign as the second person."""
    form = SignForm(request.POST, auto_id="sign_%s")

    def do() -> object:
        return actions.sign_decision(case=case, by=request.user, content_sha256=form.cleaned_data["content_sha256"])

    return act(
        request, case, form=form, key="sign", do=do, page=decision_page, to=TO,
        done="Sie haben gezeichnet. Der Bescheid wird ausgefertigt und gesiegelt.",
    )  # fmt: skip


@require_POST
@staff_view(Level.SIGN)
def staff_return(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Send the version back with a reason."""
    form = ReturnForm(request.POST, auto_id="return_%s")

    def do() -> object:
        return actions.return_decision(case=case, by=request.user, reason=form.cleaned_data["reason"])

    return act(
        request, case, form=form, key="return", do=do, page=decision_page, to=TO, done="Die Fassung ist zurückgegeben."
    )


@require_POST
@staff_view(Level.PROCESS)
def staff_issue_again(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Try again to issue a notice whose job gave up."""
    return act(
        request,
        case,
        do=lambda: actions.issue_again(case=case, by=request.user),
        page=decision_page,
        to=TO,
        done="Die Ausfertigung läuft erneut.",
    )
