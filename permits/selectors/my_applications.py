"""A person's own applications, page by page, with what there is to do next. The number of queries is constant."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from permits.models import (
    AdditionalInformationRequest,
    CaseStatus,
    ChangeKind,
    Hearing,
    PermitCase,
    ServiceOfNotice,
    ServiceState,
    User,
)
from permits.selectors.access import APPLICANT_LEVELS, cases_visible_to
from permits.selectors.clock import law_of

PAGE_SIZE = 20
# What lies ready, by the kind of change; empty for the decision itself.
READY = {
    "": "Ihr Bescheid liegt bereit: Bitte rufen Sie ihn ab.",
    ChangeKind.CORRECTION: "Die Berichtigung Ihres Bescheids liegt bereit: Bitte rufen Sie sie ab.",
    ChangeKind.WITHDRAWAL: "Die Rücknahme Ihres Bescheids liegt bereit: Bitte rufen Sie sie ab.",
    ChangeKind.REVOCATION: "Der Widerruf Ihres Bescheids liegt bereit: Bitte rufen Sie ihn ab.",
}
SEVERAL_READY = "Mehrere Schriftstücke liegen bereit: Bitte rufen Sie sie ab."


@dataclass(frozen=True)
class ApplicationRow:
    """One application: its state in plain words, what to do next, and until when where there is a day."""

    case: PermitCase
    title: str
    status_title: str
    next_step: str
    due_on: dt.date | None
    acts: bool


@dataclass(frozen=True)
class ApplicationPage:
    """A page of the list; the keys are UUIDs, empty where there is no such page."""

    rows: list[ApplicationRow]
    previous_key: str
    next_key: str


def applications_of(user: User, *, after: UUID | None = None, before: UUID | None = None) -> ApplicationPage:
    """Return one page of the applications of ``user``, newest first; an unknown key gives the first page."""
    cases = cases_visible_to(user, levels=APPLICANT_LEVELS)
    key = after or before
    anchor = PermitCase.objects.filter(uuid=key).values_list("created_at", "pk").first() if key else None
    backwards = anchor is not None and after is None
    found = list(_window(cases, anchor, backwards=backwards)[: PAGE_SIZE + 1])
    more, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    if backwards:
        found.reverse()
    has_previous = more if backwards else anchor is not None
    has_next = more or backwards
    return ApplicationPage(
        rows=_rows(user, found),
        previous_key=str(found[0].uuid) if found and has_previous else "",
        next_key=str(found[-1].uuid) if found and has_next else "",
    )


def _window(
    cases: QuerySet[PermitCase], anchor: tuple[dt.datetime, int] | None, *, backwards: bool
) -> QuerySet[PermitCase]:
    if anchor is not None:
        at, pk = anchor
        newer = Q(created_at__gt=at) | Q(created_at=at, pk__gt=pk)
        older = Q(created_at__lt=at) | Q(created_at=at, pk__lt=pk)
        cases = cases.filter(newer if backwards else older)
    order = ("created_at", "pk") if backwards else ("-created_at", "-pk")
    return (
        cases.order_by(*order)
        .select_related("authority", "proposal", "site")
        .prefetch_related(
            Prefetch(
                "information_requests",
                AdditionalInformationRequest.objects.filter(answered_at__isnull=True).order_by("sent_at"),
                to_attr="open_requests",
            ),
            Prefetch(
                "hearings",
                Hearing.objects.filter(statement_at__isnull=True, due_on__isnull=False).order_by("held_at"),
                to_attr="open_hearings",
            ),
        )
    )


def _rows(user: User, cases: list[PermitCase]) -> list[ApplicationRow]:
    waiting: dict[int, set[str]] = {}
    for case_id, kind in ServiceOfNotice.objects.filter(
        document__case__in=cases, party__user=user, state=ServiceState.PROVIDED
    ).values_list("document__case", "document__change__kind"):
        waiting.setdefault(case_id, set()).add(kind or "")
    return [_row(case, waiting.get(case.pk, set())) for case in cases]


def _row(case: PermitCase, waiting: set[str]) -> ApplicationRow:
    status = law_of(case).portal_status(case.status)
    due_on: dt.date | None = None
    if case.status == CaseStatus.INFORMATION_REQUESTED and case.open_requests:  # type: ignore[attr-defined]
        request = case.open_requests[-1]  # type: ignore[attr-defined]
        due_on = request.extended_until or request.due_on
    elif case.status == CaseStatus.HEARING and case.open_hearings:  # type: ignore[attr-defined]
        due_on = case.open_hearings[-1].due_on  # type: ignore[attr-defined]
    acts = bool(waiting) or case.status in (
        CaseStatus.DRAFT,
        CaseStatus.INFORMATION_REQUESTED,
        CaseStatus.HEARING,
    )
    return ApplicationRow(
        case=case,
        title=case.proposal.title or "Bauvorhaben ohne Bezeichnung",
        status_title=status.title,
        next_step=(READY[next(iter(waiting))] if len(waiting) == 1 else SEVERAL_READY) if waiting else status.who_acts,
        due_on=due_on,
        acts=acts,
    )
