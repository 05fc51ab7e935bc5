"""What waits for release, and what the seal was used for."""

from dataclasses import dataclass

from django.db.models import QuerySet

from permits.models import (
    DecisionAct,
    DecisionContributor,
    Level,
    PermitAuthority,
    SealRequest,
    SealRequestState,
    SealUse,
    User,
)
from permits.selectors.access import authorities_of
from permits.services.letters import CHANGE_KINDS, NOTICE_KINDS

USES_SHOWN = 200
PREPARED = "Sie haben dieses Schriftstück vorgelegt. Freigeben muss es eine andere Person (Vier-Augen-Prinzip)."
WROTE = (
    "Sie haben an dieser Fassung mitgeschrieben, etwa am Entwurf, an einer Nebenbestimmung oder an der Bewertung "
    "einer Prüfung. Zeichnen und damit freigeben muss sie eine andere Person (Vier-Augen-Prinzip). Zurückgeben können "
    "Sie sie."
)


@dataclass(frozen=True)
class WaitingPaper:
    """A paper that waits for release. What is signed is released by its second signature, on the page ``signed_on``.

    ``refusal``: why the reader may not release or sign it, in German; empty where they may.
    """

    request: SealRequest
    refusal: str = ""
    signed_on: str = ""

    @property
    def key(self) -> str:
        """A name of the paper within a page."""
        return str(self.request.uuid)


def requests_to_release(user: User) -> QuerySet[SealRequest]:
    """Return all requests that wait in authorities where ``user`` may sign."""
    authorities = authorities_of(user, levels=frozenset({Level.SIGN}))
    waiting = SealRequest.objects.filter(state=SealRequestState.WAITING, case__authority__in=authorities)
    return waiting.select_related("case__authority", "case__proposal", "prepared_by")


def waiting_papers(user: User) -> list[WaitingPaper]:
    """Return what waits for release by ``user``, the oldest first; one's own work is shown, too."""
    waiting = list(requests_to_release(user))
    written = _written_by(user, waiting)
    return [
        WaitingPaper(request=request, refusal=_refusal(request, user, written), signed_on=_signed_on(request))
        for request in waiting
    ]


def _written_by(user: User, waiting: list[SealRequest]) -> frozenset[str]:
    """Return the acts among ``waiting`` that are decisions on which ``user`` wrote. One query."""
    decisions = [request.subject for request in waiting if request.kind in NOTICE_KINDS]
    rows = DecisionContributor.objects.filter(user=user, act=DecisionAct.WROTE, version__uuid__in=decisions)
    return frozenset(str(found) for found in rows.values_list("version__uuid", flat=True))


def _refusal(request: SealRequest, user: User, written: frozenset[str]) -> str:
    if request.subject in written:
        return WROTE
    return PREPARED if request.prepared_by_id == user.pk else ""


def _signed_on(request: SealRequest) -> str:
    """Return the name of the page with the second signature; empty for papers that nobody signs."""
    if request.kind in CHANGE_KINDS:
        return "staff_register"
    return "staff_decision" if request.kind in NOTICE_KINDS else ""


def seal_uses(authority: PermitAuthority) -> QuerySet[SealUse]:
    """Return the last uses of an authority's seal, the latest first."""
    uses = SealUse.objects.filter(authority=authority)
    return uses.select_related("case", "release__released_by", "release__prepared_by")[:USES_SHOWN]
