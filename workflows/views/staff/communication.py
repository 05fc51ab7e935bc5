"""Writing messages, notes and follow-ups."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from permits.forms.staff.communication import FollowUpForm, MessageForm, NoteForm
from permits.models import Level, PermitCase
from permits.services.communication import finish_follow_up, send_message, set_follow_up, write_note
from permits.views.access import SignedInRequest
from permits.views.staff.communication import messages_page, notes_page
from permits.views.staff.frame import staff_view
from workflows import actions
from workflows.views.staff.acting import act


@require_POST
@staff_view(Level.PROCESS)
def staff_message_send(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Write to the applicant's side."""
    form = MessageForm(request.POST, auto_id="message_%s")

    def do() -> object:
        return actions.on_case(send_message, case=case, by=request.user, text=form.cleaned_data["text"])

    return act(
        request, case, form=form, key="message", do=do, page=messages_page, to="staff_messages",
        done="Die Nachricht ist gesendet.",
    )  # fmt: skip


@require_POST
@staff_view(Level.PROCESS)
def staff_note_write(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Add an internal note."""
    form = NoteForm(request.POST, auto_id="note_%s")

    def do() -> object:
        return actions.on_case(write_note, case=case, by=request.user, text=form.cleaned_data["text"])

    return act(
        request,
        case,
        form=form,
        key="note",
        do=do,
        page=notes_page,
        to="staff_notes",
        done="Der Vermerk ist gespeichert.",
    )


@require_POST
@staff_view(Level.PROCESS)
def staff_follow_up_set(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Set a follow-up."""
    form = FollowUpForm(request.POST, auto_id="follow_up_%s")

    def do() -> object:
        return actions.on_case(set_follow_up, case=case, by=request.user, **form.cleaned_data)

    return act(
        request, case, form=form, key="follow_up", do=do, page=notes_page, to="staff_notes",
        done="Die Wiedervorlage ist gesetzt.",
    )  # fmt: skip


@require_POST
@staff_view(Level.PROCESS)
def staff_follow_up_done(request: SignedInRequest, case: PermitCase, follow_up: UUID) -> HttpResponse:
    """Tick a follow-up off."""
    found = case.follow_ups.filter(uuid=follow_up).first()
    if found is None:
        raise Http404

    def do() -> object:
        return actions.on_case(finish_follow_up, case=case, by=request.user, follow_up=found)

    return act(request, case, do=do, page=notes_page, to="staff_notes", done="Die Wiedervorlage ist erledigt.")
