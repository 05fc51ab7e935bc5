"""Service of the notice: each recipient, each attempt, each with its own days."""

from typing import Any

from django.db.models import Q
from django.http import HttpResponse

from permits import legal_time
from permits.deadlines import NotificationDay
from permits.forms.staff.decision import PostingForm, ServeAgainForm
from permits.models import Channel, IssuedDocument, PermitCase, ServiceOfNotice, ServiceState
from permits.selectors.clock import clocks_of, law_of
from permits.selectors.late_posting import last_posting_day
from permits.selectors.notice_standing import Standing, standings
from permits.selectors.periods import notification_day, retrieval_until
from permits.selectors.recipients import recipients_of
from permits.services.renewed_remedies import MONTH, YEAR
from permits.views.access import SignedInRequest
from permits.views.staff.frame import Forms, Problem, show, staff_view


def service_page(
    request: SignedInRequest, case: PermitCase, *, forms: Forms | None = None, problem: Problem | None = None
) -> HttpResponse:
    """Show how the decision, and what corrects or takes it back, reach their recipients."""
    given = forms or {}
    served = Q(decision_version__isnull=False) | Q(change__isnull=False)
    notices = list(
        IssuedDocument.objects.filter(served, case=case).defer("html", "css", "context").order_by("-issued_at", "-pk")
    )
    services = list(
        ServiceOfNotice.objects.filter(document__in=notices)
        .select_related("document", "party")
        .defer("document__html", "document__css", "document__context")
        .order_by("party", "attempt")
    )
    last = {(service.document_id, service.party_id): service.pk for service in services}
    law = law_of(case)
    of_a_year = {state.subject for state in clocks_of(case) if state.clock == YEAR and state.is_running}
    known = standings(case)
    recipients = recipients_of(case)
    late = {service.pk: last_posting_day(service) for service in services}

    def standing_of(document_id: int) -> Standing:
        return known.get(document_id, Standing())

    rows: list[dict[str, Any]] = [
        {
            "service": service,
            "remedy": law.clock(YEAR if str(service.uuid) in of_a_year else MONTH),
            "day": _day(case, service),
            "until": retrieval_until(case, legal_time.legal_day(service.provided_at))
            if service.channel == Channel.PORTAL and service.provided_at
            else None,
            "rule": law.service_rule(service.channel),
            "posting": given.get(f"posting_{service.uuid}")
            # Of a letter that had left earlier nobody knows the day beforehand.
            or PostingForm(
                initial={} if late[service.pk] else {"posted_on": legal_time.today()},
                auto_id=f"posting_{service.uuid}_%s",
            ),
            "again": given.get(f"again_{service.uuid}") or ServeAgainForm(auto_id=f"again_{service.uuid}_%s"),
            "late_until": late[service.pk],
            "to_post": service.channel == Channel.POST and service.state == ServiceState.PENDING,
            # The window of the envelope shows the address of the first.
            "other_address": bool(recipients) and service.party_id != recipients[0].pk,
            "may_repeat": service.state == ServiceState.FAILED
            and last[service.document_id, service.party_id] == service.pk
            and standing_of(service.document_id).may_be_served,
        }
        for service in services
    ]
    served_notices = [
        {
            "notice": notice,
            "standing": standing_of(notice.pk),
            "rows": [row for row in rows if row["service"].document_id == notice.pk],
        }
        for notice in notices
    ]
    context = {"notices": served_notices}
    return show(
        request, case, section="staff_service", template="cases/staff/service.html", context=context, problem=problem
    )


def _day(case: PermitCase, service: ServiceOfNotice) -> NotificationDay | None:
    """Both readings of the day of notification, once it is fixed."""
    instant = service.retrieved_at if service.channel == Channel.PORTAL else service.provided_at
    if instant is None or service.notified_on is None:
        return None
    return notification_day(case, Channel(service.channel), legal_time.legal_day(instant))


@staff_view()
def staff_service(request: SignedInRequest, case: PermitCase) -> HttpResponse:
    """The page's address."""
    return service_page(request, case)
