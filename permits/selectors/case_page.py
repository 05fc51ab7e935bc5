"""What the authority's pages of a case show around their content: steps, actions, people."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from permits.models import AccessGrant, Level, Membership, PermitAuthority, PermitCase, RegisterAct, User
from permits.selectors.access import granting, levels_on_authority
from permits.selectors.case_deadlines import CaseDeadline, deadlines_of
from permits.selectors.open_steps import OpenStep, open_step


@dataclass(frozen=True)
class Rights:
    """What the person in front of the page may do on the case."""

    process: bool
    sign: bool
    register: bool
    audit: bool

    @classmethod
    def of(cls, levels: frozenset[str]) -> "Rights":
        """Return the rights that ``levels`` give."""
        return cls(
            process=Level.PROCESS in levels,
            sign=Level.SIGN in levels,
            register=Level.REGISTER in levels,
            audit=Level.AUDIT in levels or Level.SIGN in levels or Level.PROCESS in levels,
        )


@dataclass(frozen=True)
class CaseHead:
    """The head of every page of a case: the open step, whether this person takes it, and the deadlines.

    ``corrections`` are the numbers of the papers that correct a notice. They leave the data of the case as they are,
    and later papers print those.
    """

    step: OpenStep | None
    mine: bool
    deadlines: tuple[CaseDeadline, ...]
    corrections: tuple[str, ...]


def case_head(case: PermitCase, levels: frozenset[str]) -> CaseHead:
    """Return the head of a case for a person with ``levels`` on it."""
    step = open_step(case)
    mine = step is not None and bool(step.level) and step.level in levels
    corrections = case.register_entries.filter(act=RegisterAct.CORRECTED).order_by("number")
    return CaseHead(step, mine, tuple(deadlines_of(case)), tuple(corrections.values_list("document_number", flat=True)))


def works_for(user: User, authority: PermitAuthority) -> bool:
    """Whether ``user`` sees the authority's side of its cases."""
    return Level.READ in levels_on_authority(user, authority)


def officers_of(authority: PermitAuthority) -> QuerySet[User]:
    """Return everybody who may process cases of an authority by role, in German order."""
    grants = AccessGrant.objects.filter(
        case__isnull=True,
        authority=authority,
        role_authority=authority,
        level__in=granting({Level.PROCESS}),
        valid_until__isnull=True,
    )
    members = Membership.objects.filter(authority=authority, active=True, role__in=grants.values("role"))
    return User.objects.filter(pk__in=members.values("user"), is_active=True).order_by("sort_key", "pk")


def section_counts(case: PermitCase) -> dict[str, int]:
    """Return the numbers beside the sections of the side navigation."""
    return {
        "staff_documents": case.documents.filter(removed_at__isnull=True).count(),
        "staff_conditions": case.conditions.filter(removed_at__isnull=True).count(),
        "staff_messages": case.messages.count(),
        "staff_notes": case.follow_ups.filter(Q(done_at__isnull=True)).count(),
    }
