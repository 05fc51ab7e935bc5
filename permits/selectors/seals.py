"""What waits for release, and what the seal was used for."""

from dataclasses import dataclass

from django.db.models import QuerySet

from permits.models import Level, PermitAuthority, SealRequest, SealRequestState, SealUse, User
from permits.selectors.access import authorities_of
from permits.services.letters import CHANGE_KINDS
from permits.services.sealing_releases import frozen_digest

USES_SHOWN = 200


@dataclass(frozen=True)
class WaitingPaper:
    """A paper that waits for release. What is signed is released by its second signature, on the page ``signed_on``."""

    request: SealRequest
    may_release: bool
    signed_on: str = ""


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
            may_release=request.prepared_by_id != user.pk,
            signed_on=_signed_on(request),
        )
        for request in requests_to_release(user)
    ]


def _signed_on(request: SealRequest) -> str:
    """Return the name of the page with the second signature; empty for papers that nobody signs."""
    if frozen_digest(request.subject) is None:
        return ""
    return "staff_register" if request.kind in CHANGE_KINDS else "staff_decision"


def seal_uses(authority: PermitAuthority) -> QuerySet[SealUse]:
    """Return the last uses of an authority's seal, the latest first."""
    uses = SealUse.objects.filter(authority=authority)
    return uses.select_related("case", "release__released_by", "release__prepared_by")[:USES_SHOWN]
