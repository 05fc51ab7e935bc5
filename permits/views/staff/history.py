"""The clocks of a case as a timeline, and its audit log."""

from django.http import HttpResponse

from permits.deadlines import Length
from permits.models import PermitCase
from permits.selectors.audit import verify_audit
from permits.selectors.case_deadlines import days_left
from permits.selectors.case_log import case_log
from permits.selectors.clock import clocks_of
from permits.views.access import SignedInRequest
from permits.views.staff.frame import show, staff_view


@staff_view()
def staff_clocks(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Show every clock: used, left, due, and the events behind it."""
    states = [
        {
            "state": state,
            "left": days_left(state.left) if state.left is not None and state.is_running else "",
            "paused_left": state.left if state.paused_from else None,
            "events": [
                {"event": event, "length": str(Length.from_data(event.length)) if event.length else ""}
                for event in state.events
            ],
        }
        for state in clocks_of(case)
    ]
    return show(request, case, section="staff_clocks", template="cases/staff/clocks.html", context={"clocks": states})


@staff_view()
def staff_log(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Show what happened in the case, in the words of the log; its chain is checked on the way."""
    context = {"entries": case_log(case), "verification": verify_audit(case_id=case.pk)}
    return show(request, case, section="staff_log", template="cases/staff/log.html", context=context)
