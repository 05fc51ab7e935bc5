"""What waits for release, and what the seal was used for."""

from dataclasses import dataclass

from django.db.models import QuerySet

from permits.models import Level, PermitAuthority, SealRequest, SealRequestState, SealUse, User
from permits.selectors.access import authorities_of
from permits.services.sealing_releases import frozen_digest

USES_SHOWN = 200


@dataclass(frozen=True)
class WaitingPaper:
    """A paper that waits for release. A decision is released by its second signature, on its own page."""

    request: SealRequest
    is_decision: bool
    may_release: bool


def requests_to_release(user: User) -> QuerySet[SealRequest]:
    """Return all requests that wait in authorities where ``user`` may sign."""
    authorities = authorities_of(user, levels=frozenset({Level.SIGN}))
    waiting = SealRequest.objects.filter(state=SealRequestState.WAITING, case__authority__in=authorities)
    return waiting.select_related("case__authority", "case__proposal", "prepared_by")


def waiting_papers(user: User) -> list[WaitingPaper]:
    """Return what waits for release by ``user``, the oldest first; one's own work is shown, too."""
    return [
        WaitingPaper(
            request=request,
            is_decision=frozen_digest(request.subject) is not None,
            may_release=request.prepared_by_id != user.pk,
        )
        for request in requests_to_release(user)
    ]


def seal_uses(authority: PermitAuthority) -> QuerySet[SealUse]:
    """Return the last uses of an authority's seal, the latest first."""
    uses = SealUse.objects.filter(authority=authority)
    return uses.select_related("case", "release__released_by", "release__prepared_by")[:USES_SHOWN]
