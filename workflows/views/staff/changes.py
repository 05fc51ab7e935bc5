"""Acting on an issued notice: correct, revoke, sign, return, issue again."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from permits.errors import InvalidInputError, StateError
from permits.forms.staff.changes import PREVIEW, CorrectionForm, RevocationForm
from permits.forms.staff.decision import ReturnForm, SignForm
from permits.models import ChangeKind, IssuedDocument, Level, NoticeChange, PermitCase
from permits.selectors.clock import law_of
from permits.services.documents_out import preview_change
from permits.services.notice_changes import (
    draft_change,
    issue_change_again,
    propose_change,
    return_change,
    sign_change,
)
from permits.services.notice_quotes import UnknownQuoteError
from permits.views.access import SignedInRequest
from permits.views.staff.decision import pdf_response
from permits.views.staff.frame import Problem, staff_view
from permits.views.staff.register import correction_form, register_section, revocation_form
from workflows import actions
from workflows.views.staff.acting import act

TO = "staff_register"
PROPOSED = "Die Änderung liegt zur Zweitzeichnung vor."


@require_POST
@staff_view(Level.PROCESS)
@xframe_options_sameorigin
def staff_correct(request: SignedInRequest, case: PermitCase, document: UUID) -> HttpResponse:
    """Hand a correction to the second signature, or show what its notice would look like."""
    found = _notice(case, document)
    form = correction_form(case, request.POST)
    return _propose(request, case, found, form, "correct", ChangeKind.CORRECTION)


@require_POST
@staff_view(Level.PROCESS)
@xframe_options_sameorigin
def staff_revoke(request: SignedInRequest, case: PermitCase, document: UUID) -> HttpResponse:
    """Hand a withdrawal or revocation to the second signature, or show what its notice would look like."""
    found = _notice(case, document)
    form = revocation_form(case, request.POST)
    kind = ChangeKind(law_of(case).change_ground(form.cleaned_data["ground"]).kind) if form.is_valid() else None
    return _propose(request, case, found, form, "revoke", kind or ChangeKind.REVOCATION)


def _propose(
    request: SignedInRequest,
    case: PermitCase,
    document: IssuedDocument,
    form: CorrectionForm | RevocationForm,
    key: str,
    kind: ChangeKind,
) -> HttpResponse:
    if request.POST.get("then") == PREVIEW and form.is_valid():
        try:
            change = draft_change(case=case, by=request.user, document=document, kind=kind, text=form.text())
            return pdf_response(preview_change(case=case, change=change).pdf, f"Vorschau {case}.pdf")
        except InvalidInputError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            return register_section(request, case, forms={key: form}, problem=Problem("", 422))
        except StateError as error:
            return register_section(request, case, forms={key: form}, problem=Problem(str(error), 409))

    def do() -> object:
        try:
            return actions.on_case(
                propose_change, case=case, by=request.user, document=document, kind=kind, text=form.text()
            )
        except UnknownQuoteError as error:
            if isinstance(form, CorrectionForm):
                form.ask_about(error.quotes)
            raise

    return act(request, case, form=form, key=key, do=do, page=register_section, to=TO, done=PROPOSED)


@require_POST
@staff_view(Level.SIGN)
def staff_change_sign(request: SignedInRequest, case: PermitCase, change: UUID) -> HttpResponse:
    """Sign as the second person."""
    found = _change(case, change)
    form = SignForm(request.POST, auto_id="sign_%s")

    def do() -> object:
        return actions.on_case(
            sign_change,
            case=case,
            by=request.user,
            change=found,
            content_sha256=form.cleaned_data["content_sha256"],
        )

    return act(
        request, case, form=form, key="sign", do=do, page=register_section, to=TO,
        done="Sie haben gezeichnet. Der Bescheid wird ausgefertigt und gesiegelt.",
    )  # fmt: skip


@require_POST
@staff_view(Level.SIGN)
def staff_change_return(request: SignedInRequest, case: PermitCase, change: UUID) -> HttpResponse:
    """Send a change back with a reason."""
    found = _change(case, change)
    form = ReturnForm(request.POST, auto_id="return_%s")

    def do() -> object:
        reason = form.cleaned_data["reason"]
        return actions.on_case(return_change, case=case, by=request.user, change=found, reason=reason)

    return act(
        request, case, form=form, key="return", do=do, page=register_section, to=TO,
        done="Die Änderung ist zurückgegeben.",
    )  # fmt: skip


@require_POST
@staff_view(Level.PROCESS)
def staff_change_again(request: SignedInRequest, case: PermitCase, change: UUID) -> HttpResponse:
    """Try again to issue the notice of a signed change."""
    found = _change(case, change)
    return act(
        request, case, page=register_section, to=TO, done="Die Ausfertigung läuft erneut.",
        do=lambda: actions.on_case(issue_change_again, case=case, by=request.user, change=found),
    )  # fmt: skip


def _notice(case: PermitCase, uuid: UUID) -> IssuedDocument:
    found = (
        IssuedDocument.objects.filter(case=case, uuid=uuid, decision_version__isnull=False)
        .select_related("decision_version")
        .first()
    )
    if found is None:
        raise Http404
    return found


def _change(case: PermitCase, uuid: UUID) -> NoticeChange:
    found = NoticeChange.objects.filter(case=case, uuid=uuid).first()
    if found is None:
        raise Http404
    return found
