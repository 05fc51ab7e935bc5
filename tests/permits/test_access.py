"""Who sees which case: grants of persons, organisations and roles, their time, and what it costs to ask."""

import datetime as dt
import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from permits import legal_time
from permits.errors import AccessDeniedError
from permits.models import (
    AccessGrant,
    Level,
    Membership,
    Organisation,
    OrganisationMember,
    PermitAuthority,
    PermitCase,
    Role,
    User,
)
from permits.selectors.access import (
    APPLICANT_LEVELS,
    authorities_of,
    cases_visible_to,
    grants_of,
    levels_on_authority,
    levels_on_case,
)
from permits.services.access import grant_case_access, require, require_on_authority, revoke_case_access
from permits.services.notifications import applicants_of
from tests.cast import Cast
from tests.workflows.village import ELSEWHERE, fill_in
from workflows import actions

pytestmark = pytest.mark.django_db
MANY, OWN = 20_000, 40
DAY = dt.timedelta(days=1)


def visible(user: User) -> set[PermitCase]:
    return set(cases_visible_to(user))


def grant(case: PermitCase, level: str = Level.READ, **more: object) -> AccessGrant:
    fields = {"valid_from": legal_time.now() - DAY, "granted_by_event": uuid.uuid4(), **more}
    return AccessGrant.objects.create(case=case, authority=case.authority, level=level, **fields)


def test_a_draft_is_seen_by_its_owner_and_by_no_authority(application: PermitCase, cast: Cast) -> None:
    assert visible(cast.owner) == {application}
    for person in (cast.officer, cast.reviewer, cast.registry, cast.auditor, cast.admin, cast.stranger):
        assert visible(person) == set()
        assert levels_on_case(person, application) == frozenset()


def test_a_submitted_case_is_seen_by_its_authority_only(application: PermitCase, cast: Cast) -> None:
    actions.submit(case=application, by=cast.owner)
    for person in (cast.officer, cast.second_officer, cast.reviewer, cast.registry, cast.auditor):
        assert visible(person) == {application}
    for person in (cast.other_officer, cast.other_reviewer, cast.admin, cast.consultee, cast.stranger):
        assert visible(person) == set()


def test_each_authority_sees_its_own(village: dict[str, PermitAuthority], cast: Cast) -> None:
    here = fill_in(cast, village["musterstadt"])
    there = fill_in(cast, village["beispielland"], parcel=ELSEWHERE)
    for case in (here, there):
        actions.submit(case=case, by=cast.owner)
    assert (visible(cast.officer), visible(cast.other_officer)) == ({here}, {there})
    assert visible(cast.owner) == {here, there}


@pytest.mark.parametrize(
    ("begins", "ends", "counts"), [(-2, None, True), (-2, 1, True), (-2, -1, False), (1, None, False)]
)
def test_a_grant_counts_in_its_time(
    application: PermitCase, cast: Cast, begins: int, ends: int | None, counts: bool
) -> None:
    now = legal_time.now()
    until = now + ends * DAY if ends is not None else None
    grant(application, user=cast.stranger, valid_from=now + begins * DAY, valid_until=until)
    assert (visible(cast.stranger) == {application}) is counts
    assert (Level.READ in levels_on_case(cast.stranger, application)) is counts


def test_members_of_an_organisation_see_what_it_sees_while_they_belong_to_it(
    application: PermitCase, cast: Cast
) -> None:
    office = Organisation.objects.create(name="Büro Neumann")
    member = OrganisationMember.objects.create(organisation=office, user=cast.stranger)
    grant(application, Level.CONTRIBUTE, organisation=office)
    assert visible(cast.stranger) == {application}
    assert levels_on_case(cast.stranger, application) == {Level.CONTRIBUTE, Level.READ}
    member.active = False
    member.save()
    assert visible(cast.stranger) == set()


def test_a_role_gives_what_it_gives_while_it_is_held(application: PermitCase, cast: Cast) -> None:
    actions.submit(case=application, by=cast.owner)
    assert levels_on_case(cast.reviewer, application) == {Level.PROCESS, Level.SIGN, Level.REGISTER, Level.READ}
    Membership.objects.filter(user=cast.reviewer).update(active=False)
    assert levels_on_case(cast.reviewer, application) == frozenset()
    assert visible(cast.reviewer) == set()


def test_a_role_elsewhere_gives_nothing_here(
    application: PermitCase, village: dict[str, PermitAuthority], cast: Cast
) -> None:
    """The same role in another authority, and another role in this one: both halves have to fit."""
    actions.submit(case=application, by=cast.owner)
    Membership.objects.create(user=cast.other_officer, authority=village["musterstadt"], role=Role.CONSULTEE)
    assert visible(cast.other_officer) == set()


def test_a_role_of_another_authority_may_be_consulted_on_a_case(
    application: PermitCase, village: dict[str, PermitAuthority], cast: Cast
) -> None:
    actions.submit(case=application, by=cast.owner)
    grant(application, Level.COMMENT, role=Role.CASE_OFFICER, role_authority=village["beispielland"])
    assert visible(cast.other_officer) == {application}
    assert visible(cast.other_reviewer) == set()


def test_who_is_deactivated_or_nobody_sees_nothing(application: PermitCase, cast: Cast) -> None:
    cast.owner.is_active = False
    assert visible(cast.owner) == set()
    assert list(grants_of(AnonymousUser())) == []  # type: ignore[arg-type]


def test_the_list_may_ask_for_more_than_reading(application: PermitCase, cast: Cast) -> None:
    actions.submit(case=application, by=cast.owner)
    assert set(cases_visible_to(cast.officer, levels=APPLICANT_LEVELS)) == set()
    assert set(cases_visible_to(cast.officer, levels=frozenset({Level.SIGN}))) == set()
    assert set(cases_visible_to(cast.reviewer, levels=frozenset({Level.SIGN}))) == {application}


def test_the_applicants_side_hands_out_no_rights_of_the_authority(application: PermitCase, cast: Cast) -> None:
    for level in (Level.PROCESS, Level.SIGN, Level.REGISTER, Level.AUDIT, Level.COMMENT, Level.ADMINISTER):
        with pytest.raises(AccessDeniedError):
            grant_case_access(case=application, to=cast.stranger, level=level, by=cast.owner)
    assert visible(cast.stranger) == set()
    with pytest.raises(AccessDeniedError):
        grant_case_access(case=application, to=cast.stranger, level=Level.READ, by=cast.designer)


def test_access_is_granted_once_and_ends_for_good(application: PermitCase, cast: Cast) -> None:
    first = grant_case_access(case=application, to=cast.designer, level=Level.CONTRIBUTE, by=cast.owner)
    assert grant_case_access(case=application, to=cast.designer, level=Level.CONTRIBUTE, by=cast.owner) == first
    until = legal_time.now() + DAY
    grant_case_access(case=application, to=cast.designer, level=Level.READ, by=cast.owner, until=until)
    assert applicants_of(application) == [cast.owner, cast.designer]
    assert revoke_case_access(case=application, of=cast.designer, by=cast.owner) == 2
    assert visible(cast.designer) == set()
    assert applicants_of(application) == [cast.owner]
    with pytest.raises(AccessDeniedError, match="behält den Zugriff"):
        revoke_case_access(case=application, of=cast.owner, by=cast.owner)


def test_a_grant_for_some_days_is_told_of_news_in_these_days(application: PermitCase, cast: Cast) -> None:
    until = legal_time.now() + DAY
    grant_case_access(case=application, to=cast.designer, level=Level.CONTRIBUTE, by=cast.owner, until=until)
    assert applicants_of(application) == [cast.owner, cast.designer]


def test_an_authority_knows_its_administrators(village: dict[str, PermitAuthority], cast: Cast) -> None:
    here, there = village["musterstadt"], village["beispielland"]
    assert levels_on_authority(cast.admin, here) == {Level.ADMINISTER}
    assert levels_on_authority(cast.admin, there) == frozenset()
    assert list(authorities_of(cast.officer)) == [here]
    assert list(authorities_of(cast.officer, levels=frozenset({Level.ADMINISTER}))) == []
    require_on_authority(user=cast.admin, authority=here, level=Level.ADMINISTER)
    with pytest.raises(AccessDeniedError):
        require_on_authority(user=cast.admin, authority=there, level=Level.ADMINISTER)


def test_the_system_needs_no_grant(application: PermitCase) -> None:
    require(user=None, case=application, level=Level.PROCESS)


def many_cases(authority: PermitAuthority, owner: User, other: User) -> None:
    """20,000 submitted cases with an owner each; 40 belong to ``owner``."""
    now = legal_time.now()
    cases = PermitCase.objects.bulk_create(
        PermitCase(
            authority=authority,
            procedure="VG",
            case_number=f"X-2026-{number:05d}",
            status="assessment",
            created_by=other,
            submitted_at=now,
        )
        for number in range(MANY)
    )
    AccessGrant.objects.bulk_create(
        AccessGrant(
            user=owner if number < OWN else other,
            case=case,
            authority=authority,
            level=Level.OWN,
            valid_from=now,
            granted_by_event=uuid.uuid4(),
        )
        for number, case in enumerate(cases)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE permits_permitcase, permits_accessgrant, permits_membership")


def test_among_20_000_cases_a_persons_list_is_one_query_and_its_grants_are_found_by_index(
    village: dict[str, PermitAuthority], cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    many_cases(village["beispielland"], cast.owner, cast.stranger)
    with django_assert_num_queries(1):
        assert len(cases_visible_to(cast.owner)) == OWN
    plan = cases_visible_to(cast.owner).explain()
    assert "Index Scan" in plan
    assert "Seq Scan on permits_accessgrant" not in plan, plan
    with django_assert_num_queries(1):
        assert len(cases_visible_to(cast.other_officer).order_by("-submitted_at")[:50]) == 50
    staff_plan = cases_visible_to(cast.other_officer).explain()
    assert "Seq Scan on permits_accessgrant" not in staff_plan, staff_plan
