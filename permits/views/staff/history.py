"""The clocks of a case as a timeline, and its audit log."""

from django.http import HttpResponse

from permits.deadlines import Length
from permits.forms.staff.communication import FictionForm
from permits.forms.staff.completeness import DecisionTimeForm
from permits.models import PermitCase
from permits.selectors.audit import verify_audit
from permits.selectors.case_deadlines import days_left
from permits.selectors.case_log import case_log
from permits.selectors.clock import ClockState, clocks_of, law_of
from permits.selectors.notice_standing import remedy_periods
from permits.services.completeness import open_fiction_question
from permits.services.fiction_extension import CLOCK, UNDECIDED
from permits.views.access import SignedInRequest
from permits.views.staff.frame import Forms, Problem, show, staff_view


def _may_take_longer(case: PermitCase, states: list[ClockState]) -> bool:
    """Whether the time to decide runs and was not extended as often as the law allows."""
    most = law_of(case).clock(CLOCK).max_extensions
    return case.status in UNDECIDED and any(
        state.clock == CLOCK and state.is_running and not state.is_over and (most is None or state.extensions < most)
        for state in states
    )


def clocks_page(
    request: SignedInRequest, case: PermitCase, *, forms: Forms | None = None, problem: Problem | None = None
) -> HttpResponse:
    """Show every clock: used, left, due, and the events behind it; and the question that keeps one from starting."""
    running = clocks_of(case)
    notices = remedy_periods(case)
    states = [
        {
            "state": state,
            "about": notices.get(state.subject),
            "left": days_left(state.left) if state.left is not None and state.is_running else "",
            "paused_left": state.left if state.paused_from else None,
            "events": [
                {"event": event, "length": str(Length.from_data(event.length)) if event.length else ""}
                for event in state.events
            ],
        }
        for state in running
    ]
    context = {
        "clocks": states,
        "fiction_question": open_fiction_question(case),
        "fiction_form": (forms or {}).get("fiction") or FictionForm(auto_id="fiction_%s"),
        "may_take_longer": _may_take_longer(case, running),
        "longer_basis": law_of(case).clock(CLOCK).extension_basis,
        "longer_form": (forms or {}).get("longer") or DecisionTimeForm(auto_id="longer_%s"),
    }
    return show(
        request, case, section="staff_clocks", template="cases/staff/clocks.html", context=context, problem=problem
    )


@staff_view()
def staff_clocks(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """The page's address."""
    return clocks_page(request, case)


@staff_view()
def staff_log(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """Show what happened in the case, in the words of the log; its chain is checked on the way."""
    context = {"entries": case_log(case), "verification": verify_audit(case_id=case.pk)}
    return show(request, case, section="staff_log", template="cases/staff/log.html", context=context)
