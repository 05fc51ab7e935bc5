"""The worklist of an authority's staff: filtered, sorted, paged by key, with a constant number of queries."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from permits import legal_time
from permits.models import (
    OPEN_STATUSES,
    CaseStatus,
    ChangeState,
    FollowUp,
    Level,
    NoticeChange,
    Party,
    PartyRole,
    PermitAuthority,
    PermitCase,
    SiteParcel,
    User,
)
from permits.models.notice_change import OPEN_CHANGES
from permits.parcel_numbers import parcel_label
from permits.selectors.access import authorities_of
from permits.selectors.case_deadlines import CaseDeadline, next_deadline, revocation_deadline
from permits.selectors.open_steps import OpenStep, open_steps
from permits.selectors.search import matching

PAGE_SIZE = 25
FOLLOW_UPS_SHOWN = 8
FAR = dt.date.max
VIEWS: Mapping[str, str] = {
    "open": "Alle offenen",
    "mine": "Meine",
    "unassigned": "Nicht zugewiesen",
    "signature": "Zur Zeichnung",
    "overdue": "Überfällig",
    "follow_ups": "Wiedervorlage fällig",
    "closed": "Abgeschlossen",
}
SORTS: Mapping[str, str] = {
    "deadline": "Frist (nächste zuerst)",
    "submitted": "Eingang (neueste zuerst)",
    "number": "Aktenzeichen",
    "applicant": "Antragstellende",
}
STATUS_CHOICES = [(status.value, status.label) for status in CaseStatus if status != CaseStatus.DRAFT]


@dataclass(frozen=True)
class WorklistQuery:
    """What a person asked for; unknown values were replaced by the defaults before."""

    view: str = "open"
    status: str = ""
    text: str = ""
    sort: str = "deadline"
    after: str = ""
    before: str = ""

    @property
    def by_deadline(self) -> bool:
        """Whether rows come in the order of their deadlines, which only open cases have."""
        return self.view == "overdue" or (self.sort == "deadline" and self.view != "closed")


@dataclass(frozen=True)
class WorklistRow:
    """One case of the list."""

    case: PermitCase
    site: str
    applicant: str
    step: OpenStep | None
    deadline: CaseDeadline | None
    paused: bool
    follow_ups_due: int


@dataclass(frozen=True)
class WorklistPage:
    """One page; a key is empty where there is no such page."""

    rows: Sequence[WorklistRow]
    previous_key: str
    next_key: str


def staff_authorities(user: User) -> QuerySet[PermitAuthority]:
    """Return the authorities whose submitted cases ``user`` may read as staff."""
    return authorities_of(user, levels=frozenset({Level.READ}))


def staff_cases(user: User) -> QuerySet[PermitCase]:
    """Return the submitted cases of the authorities that ``user`` works for."""
    return PermitCase.objects.filter(submitted_at__isnull=False, authority__in=staff_authorities(user))


def tab_counts(user: User) -> dict[str, int]:
    """Return how many cases each view holds (those that need no ledger). One query."""
    today = legal_time.today()
    is_open = Q(status__in=OPEN_STATUSES)
    due = FollowUp.objects.filter(case=OuterRef("pk"), done_at__isnull=True, due_on__lte=today)
    return staff_cases(user).aggregate(
        open=Count("pk", filter=is_open),
        mine=Count("pk", filter=is_open & Q(assigned_to=user)),
        unassigned=Count("pk", filter=is_open & Q(assigned_to__isnull=True)),
        signature=Count("pk", filter=_to_be_signed()),
        follow_ups=Count("pk", filter=Exists(due)),
    )


def _to_be_signed() -> Q:
    """A decision, or the correction or revocation of a notice, waits for the second signature."""
    return Q(status=CaseStatus.DECISION_DRAFTED) | Q(Exists(_changes(ChangeState.PROPOSED)))


def _changes(*states: ChangeState) -> QuerySet[NoticeChange]:
    return NoticeChange.objects.filter(case=OuterRef("pk"), state__in=states)


def follow_ups_due(user: User) -> list[FollowUp]:
    """Return the follow-ups and system tasks due on the person's desk: own cases, own dates, cases of nobody."""
    mine = Q(case__assigned_to=user) | Q(created_by=user) | Q(case__assigned_to__isnull=True)
    due = FollowUp.objects.filter(
        mine, case__in=staff_cases(user), done_at__isnull=True, due_on__lte=legal_time.today()
    )
    return list(due.select_related("case__proposal")[:FOLLOW_UPS_SHOWN])


def worklist_page(user: User, query: WorklistQuery) -> WorklistPage:
    """Return one page of the list."""
    cases = _filtered(user, query)
    if query.by_deadline:
        page, has_previous, has_next, keys = _by_deadline(cases, query)
    else:
        page, has_previous, has_next, keys = _by_column(cases, query)
    rows = _rows(page)
    return WorklistPage(rows, keys[0] if has_previous else "", keys[1] if has_next else "")


def _filtered(user: User, query: WorklistQuery) -> QuerySet[PermitCase]:
    cases = staff_cases(user)
    if query.view == "closed":
        cases = cases.exclude(status__in=OPEN_STATUSES)
    elif query.view == "mine":
        cases = cases.filter(status__in=OPEN_STATUSES, assigned_to=user)
    elif query.view == "unassigned":
        cases = cases.filter(status__in=OPEN_STATUSES, assigned_to__isnull=True)
    elif query.view == "signature":
        cases = cases.filter(_to_be_signed())
    elif query.view == "follow_ups":
        due = FollowUp.objects.filter(case=OuterRef("pk"), done_at__isnull=True, due_on__lte=legal_time.today())
        cases = cases.filter(Exists(due))
    elif query.view == "overdue":
        # What takes a notice back has a last day of its own, and its case is decided.
        cases = cases.filter(Q(status__in=OPEN_STATUSES) | Q(Exists(_changes(*OPEN_CHANGES))))
    elif not query.status and not query.text:
        # A search or a status looks at closed cases, too.
        cases = cases.filter(status__in=OPEN_STATUSES)
    if query.status:
        cases = cases.filter(status=query.status)
    return matching(cases, query.text)


Keyed = tuple[list[PermitCase], bool, bool, tuple[str, str]]


def _by_deadline(cases: QuerySet[PermitCase], query: WorklistQuery) -> Keyed:
    """Order by what the ledger says: the cases are read with their clock events, in two queries more."""
    light = cases.select_related("authority").prefetch_related("clock_events", "hearings", "notice_changes")
    keyed: list[tuple[tuple[str, str], int]] = []
    for case in light:
        deadline = next_deadline(case)
        if query.view == "overdue" and (deadline is None or deadline.left >= 0):
            continue
        due = deadline.due_on if deadline else FAR
        keyed.append(((f"{due}_{case.submitted_at:%Y%m%d%H%M%S%f}", str(case.uuid)), case.pk))
    keyed.sort()
    start = 0
    if query.after:
        start = sum(1 for key, _ in keyed if "~".join(key) <= query.after)
    elif query.before:
        start = max(0, sum(1 for key, _ in keyed if "~".join(key) < query.before) - PAGE_SIZE)
    chosen = keyed[start : start + PAGE_SIZE]
    found = {case.pk: case for case in _full(PermitCase.objects.filter(pk__in=[pk for _, pk in chosen]))}
    page = [found[pk] for _, pk in chosen if pk in found]
    keys = ("~".join(chosen[0][0]), "~".join(chosen[-1][0])) if chosen else ("", "")
    return page, start > 0, start + PAGE_SIZE < len(keyed), keys


def _by_column(cases: QuerySet[PermitCase], query: WorklistQuery) -> Keyed:
    applicant = Party.objects.filter(case=OuterRef("pk"), role=PartyRole.APPLICANT).order_by("pk")
    cases = cases.annotate(applicant_key=Coalesce(Subquery(applicant.values("sort_key")[:1]), Value("")))
    column = {"number": "case_number", "applicant": "applicant_key"}.get(query.sort, "submitted_at")
    falling = column == "submitted_at"
    backwards = bool(query.before)
    value, _, uuid = (query.before or query.after).rpartition("~")
    down = falling != backwards
    if value and _is_uuid(uuid) and (not falling or _instant(value)):
        operator, given = ("lt" if down else "gt"), _instant(value) if falling else value
        cases = cases.filter(Q(**{f"{column}__{operator}": given}) | Q(**{column: given, f"uuid__{operator}": uuid}))
    order = [f"-{column}", "-uuid"] if down else [column, "uuid"]
    found = list(_full(cases.order_by(*order))[: PAGE_SIZE + 1])
    more = len(found) > PAGE_SIZE
    page = found[:PAGE_SIZE]
    if backwards:
        page.reverse()
    if not page:
        return [], False, False, ("", "")
    keys = (_key(page[0], column), _key(page[-1], column))
    return page, (more if backwards else bool(query.after)), (True if backwards else more), keys


def _key(case: PermitCase, column: str) -> str:
    value = getattr(case, column)
    return f"{value.isoformat() if isinstance(value, dt.datetime) else value}~{case.uuid}"


def _instant(value: str) -> dt.datetime | None:
    try:
        instant = dt.datetime.fromisoformat(value)
    except ValueError:
        return None
    return instant if instant.tzinfo else None


def _is_uuid(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def _full(cases: QuerySet[PermitCase]) -> QuerySet[PermitCase]:
    parcels = SiteParcel.objects.only("site_id", "parcel_id").order_by("parcel_id")
    parties = Party.objects.filter(role=PartyRole.APPLICANT).order_by("pk")
    due = (
        FollowUp.objects.filter(case=OuterRef("pk"), done_at__isnull=True, due_on__lte=legal_time.today())
        .order_by()
        .values("case")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return (
        cases.select_related("authority", "assigned_to", "proposal", "site")
        .defer("site__geometry", "site__box")
        .prefetch_related(
            Prefetch("parties", queryset=parties, to_attr="applicants"),
            Prefetch("site__parcels", queryset=parcels, to_attr="numbers"),
            "clock_events",
            "hearings",
            "notice_changes",
        )
        .annotate(follow_ups_due=Coalesce(Subquery(due), 0))
    )


def _rows(page: Sequence[PermitCase]) -> list[WorklistRow]:
    steps = open_steps(page)
    return [
        WorklistRow(
            case=case,
            site=_site_words(case),
            applicant=", ".join(party.display_name for party in case.applicants),  # type: ignore[attr-defined]
            step=steps.get(case.pk),
            deadline=next_deadline(case) if case.status in OPEN_STATUSES else revocation_deadline(case),
            paused=case.status == CaseStatus.INFORMATION_REQUESTED,
            follow_ups_due=case.follow_ups_due,  # type: ignore[attr-defined]
        )
        for case in page
    ]


def _site_words(case: PermitCase) -> str:
    if case.site.street:
        return f"{case.site.street} {case.site.house_number}".strip()
    labels = [parcel_label(parcel.parcel_id) for parcel in case.site.numbers]  # type: ignore[attr-defined]
    return ", ".join(labels[:2]) + (" …" if len(labels) > 2 else "")
