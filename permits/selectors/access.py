"""Who may see and do what: every answer comes from the table of grants (design decision 7)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Lookup, OuterRef, Q, QuerySet

from permits import legal_time
from permits.models import (
    AccessGrant,
    Level,
    Membership,
    OrganisationMember,
    PermitAuthority,
    PermitCase,
    Role,
    User,
)

IMPLIED: Mapping[str, frozenset[str]] = {
    Level.READ: frozenset(),
    Level.CONTRIBUTE: frozenset({Level.READ}),
    Level.OWN: frozenset({Level.READ, Level.CONTRIBUTE}),
    Level.COMMENT: frozenset({Level.READ}),
    Level.REGISTER: frozenset({Level.READ}),
    Level.PROCESS: frozenset({Level.READ, Level.REGISTER}),
    Level.SIGN: frozenset({Level.READ}),
    Level.ADMINISTER: frozenset(),
    Level.AUDIT: frozenset({Level.READ}),
}
STAFF_LEVELS = frozenset({Level.REGISTER, Level.PROCESS, Level.SIGN, Level.AUDIT})
APPLICANT_LEVELS = frozenset({Level.OWN, Level.CONTRIBUTE})
# What each role of an authority may do there; written as grants when an authority is created.
ROLE_LEVELS: Mapping[str, tuple[str, ...]] = {
    Role.REGISTRY: (Level.REGISTER,),
    Role.CASE_OFFICER: (Level.PROCESS,),
    Role.HEAD_OF_UNIT: (Level.PROCESS, Level.SIGN),
    Role.CASHIER: (Level.READ,),
    Role.CONSULTEE: (),
    Role.AUTHORITY_ADMIN: (Level.ADMINISTER,),
    Role.AUDITOR: (Level.AUDIT,),
}


def with_implied(levels: set[str]) -> frozenset[str]:
    """Return ``levels`` with everything that they imply."""
    return frozenset(levels).union(*(IMPLIED[level] for level in levels)) if levels else frozenset()


def granting(levels: frozenset[str] | set[str]) -> list[str]:
    """Return every level that includes at least one of ``levels``."""
    return [level for level, implied in IMPLIED.items() if level in levels or implied & set(levels)]


class AnyOf(Lookup):
    """``column = ANY(ARRAY(…))``: beside an OR, PostgreSQL uses the column's index for this, but not for ``IN (…)``."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the comparison; the right side is an ArraySubquery."""
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        return f"{left} = ANY({right})", (*left_values, *right_values)


def _any_of(column: str, values: QuerySet[Any]) -> AnyOf:
    return AnyOf(F(column), ArraySubquery(values))


def grants_of(user: User, *, at: dt.datetime | None = None) -> QuerySet[AccessGrant]:
    """Return the grants that ``user`` holds now: own, of active organisations, of active roles."""
    if not user.is_authenticated or not user.is_active:
        return AccessGrant.objects.none()
    moment = at or legal_time.now()
    memberships = Membership.objects.filter(user=user, active=True)
    organisations = OrganisationMember.objects.filter(user=user, active=True)
    mine = (
        Q(user=user)
        | Q(_any_of("organisation", organisations.values("organisation")))
        | (
            Q(_any_of("role_authority", memberships.values("authority")))
            & Q(Exists(memberships.filter(authority=OuterRef("role_authority"), role=OuterRef("role"))))
        )
    )
    return AccessGrant.objects.filter(mine, valid_from__lte=moment).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=moment)
    )


def levels_on_case(user: User, case: PermitCase) -> frozenset[str]:
    """Return all levels of ``user`` on ``case``; an authority's staff have none on a draft."""
    scope = Q(case=case)
    if not case.is_draft:
        scope |= Q(case__isnull=True, authority=case.authority_id)
    return with_implied(set(grants_of(user).filter(scope).values_list("level", flat=True)))


def levels_on_authority(user: User, authority: PermitAuthority) -> frozenset[str]:
    """Return all levels of ``user`` on the authority itself."""
    grants = grants_of(user).filter(case__isnull=True, authority=authority)
    return with_implied(set(grants.values_list("level", flat=True)))


def cases_visible_to(user: User, *, levels: frozenset[str] | None = None) -> QuerySet[PermitCase]:
    """Return the cases on which ``user`` has one of ``levels`` (default: may read). One indexed query."""
    grants = grants_of(user).filter(level__in=granting(levels or frozenset({Level.READ})))
    own = grants.filter(case__isnull=False).values("case")
    staffed = grants.filter(case__isnull=True).values("authority")
    return PermitCase.objects.filter(
        Q(_any_of("pk", own)) | Q(_any_of("authority", staffed), submitted_at__isnull=False)
    )


def authorities_of(user: User, *, levels: frozenset[str] | None = None) -> QuerySet[PermitAuthority]:
    """Return the authorities on which ``user`` has one of ``levels`` (default: any)."""
    grants = grants_of(user).filter(case__isnull=True)
    if levels is not None:
        grants = grants.filter(level__in=granting(levels))
    return PermitAuthority.objects.filter(pk__in=grants.values("authority")).order_by("name")
