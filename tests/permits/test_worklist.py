"""The worklist: what each person sees, filters, German search, order, paging by key, a constant number of queries."""

import datetime as dt
import re
from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from permits.deadlines import Length
from permits.models import (
    CaseStatus,
    FollowUp,
    Party,
    PartyRole,
    PermitAuthority,
    PermitCase,
    Proposal,
    Site,
    User,
)
from permits.selectors.worklist import PAGE_SIZE
from permits.services.clock import record_clock_event
from tests.cast import Cast

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def monday() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def make_case(
    authority: PermitAuthority,
    by: User,
    number: int,
    *,
    title: str = "Neubau",
    name: tuple[str, str] = ("Anna", "Brandt"),
    street: str = "Lindenweg",
    status: CaseStatus = CaseStatus.ASSESSMENT,
) -> PermitCase:
    """A row of the list, without the application behind it: the list reads nothing else."""
    case = PermitCase.objects.create(
        authority=authority,
        procedure="VG",
        created_by=by,
        status=status,
        case_number=f"{authority.number_prefix}-2026-{number:05d}",
        submitted_at=MONDAY - dt.timedelta(days=100 - number),
    )
    Proposal.objects.create(case=case, title=title)
    Site.objects.create(case=case, street=street, house_number=str(number))
    Party.objects.create(case=case, role=PartyRole.APPLICANT, given_name=name[0], family_name=name[1])
    return case


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def listed(client: Client, **query: str) -> list[str]:
    """Case numbers in the order of the list."""
    response = client.get("/vorgaenge/", query, headers={"HX-Request": "true"})
    assert response.status_code == 200
    return re.findall(r'scope="row"><a href="[^"]+">([^<]+)</a>', response.content.decode())


def test_only_staff_of_the_authority_see_its_cases(cast: Cast, authorities: dict[str, PermitAuthority]) -> None:
    make_case(authorities["musterstadt"], cast.owner, 1)
    make_case(authorities["beispielland"], cast.owner, 2)
    for user in (cast.officer, cast.reviewer, cast.registry, cast.auditor):
        assert listed(signed_in(user)) == ["63-2026-00001"]
    assert listed(signed_in(cast.other_officer)) == ["BL-2026-00002"]
    for user in (cast.owner, cast.designer, cast.consultee, cast.admin, cast.stranger):
        assert signed_in(user).get("/vorgaenge/").status_code == 404
    assert Client().get("/vorgaenge/").status_code == 302


def test_draft_is_never_listed(cast: Cast, draft: PermitCase) -> None:
    assert listed(signed_in(cast.officer)) == []


def test_search_follows_german_letters_and_looks_into_number_title_name_and_street(
    cast: Cast, authorities: dict[str, PermitAuthority]
) -> None:
    authority = authorities["musterstadt"]
    make_case(authority, cast.owner, 1, title="Umbau einer Scheune", name=("Jürgen", "Müller"), street="Große Straße")
    make_case(authority, cast.owner, 2, title="Neubau Carport", name=("Ida", "Weiß"), street="Ährenweg")
    officer = signed_in(cast.officer)
    for text in ("müller", "MULLER", "jürgen mu", "scheune", "grosse strasse", "GROẞE", "63-2026-00001", "2026 00001"):
        assert listed(officer, suche=text) == ["63-2026-00001"], text
    for text in ("weiss", "Weiß", "ährenweg", "ahrenweg", "carport weiß"):
        assert listed(officer, suche=text) == ["63-2026-00002"], text
    assert listed(officer, suche="%") == ["63-2026-00001", "63-2026-00002"]
    assert listed(officer, suche="müller carport") == []


def test_views_filter_by_desk_status_and_follow_ups(cast: Cast, authorities: dict[str, PermitAuthority]) -> None:
    authority = authorities["musterstadt"]
    mine = make_case(authority, cast.owner, 1)
    mine.assigned_to = cast.officer
    mine.save()
    make_case(authority, cast.owner, 2, status=CaseStatus.DECISION_DRAFTED)
    make_case(authority, cast.owner, 3, status=CaseStatus.GRANTED)
    FollowUp.objects.create(case=mine, due_on=MONDAY.date(), text="Heute")
    officer = signed_in(cast.officer)
    assert listed(officer, sortierung="number") == ["63-2026-00001", "63-2026-00002"]
    assert listed(officer, ansicht="mine") == ["63-2026-00001"]
    assert listed(officer, ansicht="unassigned") == ["63-2026-00002"]
    assert listed(officer, ansicht="signature") == ["63-2026-00002"]
    assert listed(officer, ansicht="closed") == ["63-2026-00003"]
    assert listed(officer, ansicht="follow_ups") == ["63-2026-00001"]
    assert listed(officer, stand="granted") == ["63-2026-00003"]
    assert listed(officer, ansicht="unbekannt", stand="unbekannt", sortierung="unbekannt") == listed(officer)
    page = officer.get("/vorgaenge/").content.decode()
    assert "Heute auf Ihrem Tisch" in page


def test_deadlines_come_from_the_ledger_with_the_next_first(
    cast: Cast, authorities: dict[str, PermitAuthority], monday: time_machine.Traveller
) -> None:
    authority = authorities["musterstadt"]
    late, soon, none = (make_case(authority, cast.owner, number) for number in (1, 2, 3))
    for case, days in ((late, 40), (soon, 10)):
        record_clock_event(
            case=case, clock="information_request", kind="start", on=MONDAY.date(), by=None, length=Length(days=days)
        )
    officer = signed_in(cast.officer)
    assert listed(officer) == [soon.case_number, late.case_number, none.case_number]
    page = officer.get("/vorgaenge/").content.decode()
    assert "noch 10 Tage" in page
    assert "ba-badge--warning" in page
    assert listed(officer, ansicht="overdue") == []
    monday.move_to(MONDAY + dt.timedelta(days=12))
    assert listed(signed_in(cast.officer), ansicht="overdue") == [soon.case_number]


@pytest.mark.parametrize("sort", ["deadline", "submitted", "number", "applicant"])
def test_paging_by_key_shows_every_case_once_forwards_and_backwards(
    cast: Cast, authorities: dict[str, PermitAuthority], sort: str
) -> None:
    for number in range(1, 2 * PAGE_SIZE + 8):
        name = ("Anna", ("Ärmel", "Armel", "Özkan", "Zimmer")[number % 4])
        make_case(authorities["musterstadt"], cast.owner, number, name=name)
    officer = signed_in(cast.officer)
    pages, key = [], ""
    while True:
        response = officer.get("/vorgaenge/", {"sortierung": sort, **({"after": key} if key else {})})
        page = response.context["page"]
        pages.append([row.case.case_number for row in page.rows])
        if not page.next_key:
            break
        key = page.next_key
    assert [len(numbers) for numbers in pages] == [PAGE_SIZE, PAGE_SIZE, 7]
    assert len({number for numbers in pages for number in numbers}) == 2 * PAGE_SIZE + 7
    back = officer.get("/vorgaenge/", {"sortierung": sort, "before": page.previous_key}).context["page"]
    assert [row.case.case_number for row in back.rows] == pages[1]
    first = officer.get("/vorgaenge/", {"sortierung": sort, "before": back.previous_key}).context["page"]
    assert [row.case.case_number for row in first.rows] == pages[0]
    assert not first.previous_key


@pytest.mark.parametrize("key", ["~", "kaputt", "2026-01-01~00000000-0000-0000-0000-000000000000", "x" * 500, "\x00"])
def test_broken_key_shows_the_list(cast: Cast, authorities: dict[str, PermitAuthority], key: str) -> None:
    make_case(authorities["musterstadt"], cast.owner, 1)
    for sort in ("deadline", "submitted", "number"):
        assert signed_in(cast.officer).get("/vorgaenge/", {"after": key, "sortierung": sort}).status_code == 200


def queries(client: Client, **query: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get("/vorgaenge/", query).status_code == 200
    return len(captured)


@pytest.mark.parametrize("sort", ["deadline", "submitted"])
def test_number_of_queries_does_not_grow_with_the_list(
    cast: Cast, authorities: dict[str, PermitAuthority], sort: str
) -> None:
    authority = authorities["musterstadt"]
    officer = signed_in(cast.officer)
    cases = [make_case(authority, cast.owner, number) for number in (1, 2)]
    record_clock_event(
        case=cases[0], clock="information_request", kind="start", on=MONDAY.date(), by=None, length=Length(days=30)
    )
    few = queries(officer, sortierung=sort)
    for number in range(3, 23):
        case = make_case(authority, cast.owner, number)
        record_clock_event(
            case=case, clock="information_request", kind="start", on=MONDAY.date(), by=None, length=Length(days=number)
        )
        FollowUp.objects.create(case=case, due_on=MONDAY.date(), text="Prüfen")
    assert queries(officer, sortierung=sort) == few
    assert few <= 20
