"""Messages to the applicant's side; notes and follow-ups inside the authority."""

from django.http import HttpResponse

from permits import legal_time
from permits.forms.staff.communication import FollowUpForm, MessageForm, NoteForm
from permits.models import PermitCase
from permits.views.access import SignedInRequest
from permits.views.staff.frame import Forms, Problem, show, staff_view


def messages_page(
    request: SignedInRequest, case: PermitCase, *, forms: Forms | None = None, problem: Problem | None = None
) -> HttpResponse:
    """Show the exchange with the applicant's side."""
    context = {
        "conversation": list(case.messages.select_related("author")),
        "message_form": (forms or {}).get("message") or MessageForm(auto_id="message_%s"),
    }
    return show(
        request, case, section="staff_messages", template="cases/staff/messages.html", context=context, problem=problem
    )


def notes_page(
    request: SignedInRequest, case: PermitCase, *, forms: Forms | None = None, problem: Problem | None = None
) -> HttpResponse:
    """Show notes and follow-ups."""
    given = forms or {}
    follow_ups = list(case.follow_ups.select_related("created_by", "done_by"))
    context = {
        "notes": list(case.notes.select_related("author")),
        "open_follow_ups": [row for row in follow_ups if row.done_at is None],
        "done_follow_ups": [row for row in follow_ups if row.done_at is not None],
        "today": legal_time.today(),
        "note_form": given.get("note") or NoteForm(auto_id="note_%s"),
        "follow_up_form": given.get("follow_up") or FollowUpForm(auto_id="follow_up_%s"),
    }
    return show(
        request, case, section="staff_notes", template="cases/staff/notes.html", context=context, problem=problem
    )


@staff_view()
def staff_messages(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """The page's address."""
    return messages_page(request, case)


@staff_view()
def staff_notes(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """The page's address."""
    return notes_page(request, case)
