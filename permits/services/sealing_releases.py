"""Four eyes before the seal: a paper is put before a second person, who releases exactly that content."""

from django.db import transaction

from permits import legal_time
from permits.errors import AccessDeniedError, InvalidInputError, StaleError, StateError
from permits.models import (
    DecisionVersion,
    Level,
    NoticeChange,
    PermitCase,
    SealRelease,
    SealRequest,
    SealRequestState,
    User,
)
from permits.services import audit
from permits.services.outbox import request_document
from permits.services.paper_contexts import content_of_paper
from permits.services.writing import writing


class ReleaseMissingError(StateError):
    """Nobody released this content for sealing."""


def frozen_digest(subject: str) -> str | None:
    """Return the hash of what was frozen and signed for an act (decision, correction), or None for other papers."""
    for model in (DecisionVersion, NoticeChange):
        found = model.objects.filter(uuid=subject).values_list("content_sha256", flat=True).first()
        if found:
            return str(found)
    return None


def content_digest(*, case: PermitCase, kind: str, subject: str) -> str:
    """Return the hash of what a release of this paper has to cover."""
    return frozen_digest(subject) or content_of_paper(case=case, kind=kind, subject=subject).sha256


def request_release(*, case: PermitCase, by: User, kind: str, subject: str) -> SealRequest:
    """Put the paper of an act before a second person; an earlier request of the same act is replaced.

    Raises AccessDeniedError; FormError and LawPackError where the paper could never be sealed.
    """
    content = content_of_paper(case=case, kind=kind, subject=subject)
    with writing(case=case, by=by, level=Level.PROCESS) as locked:
        return record_request(
            case=locked, by=by, kind=kind, subject=subject, title=content.title, content_sha256=content.sha256
        )


def record_request(
    *, case: PermitCase, by: User, kind: str, subject: str, title: str, content_sha256: str
) -> SealRequest:
    """Write a request inside the transaction of the act that prepares the paper (``case`` is locked)."""
    waiting = SealRequest.objects.filter(kind=kind, subject=subject, state=SealRequestState.WAITING)
    waiting.update(state=SealRequestState.REPLACED)
    request = SealRequest.objects.create(
        case=case,
        kind=kind,
        subject=subject,
        title=title,
        content_sha256=content_sha256,
        prepared_by=by,
        prepared_at=legal_time.now(),
    )
    audit.record(type="seal.requested", by=by, case=case, subject=_ids(request))
    return request


def release_seal(*, request: SealRequest, by: User, content_sha256: str) -> SealRelease:
    """Release a paper for sealing and order it; ``content_sha256`` names the content that the person saw.

    Raises AccessDeniedError (also for whoever prepared it; the database refuses that as well) and StaleError.
    """
    with writing(case=request.case, by=by, level=Level.SIGN) as locked:
        fresh = _waiting(request)
        if frozen_digest(fresh.subject) is not None:
            raise StateError("Diese Entscheidung wird mit der Zweitzeichnung freigegeben.")
        now = content_of_paper(case=locked, kind=fresh.kind, subject=fresh.subject).sha256
        if content_sha256 != fresh.content_sha256 or now != fresh.content_sha256:
            raise StaleError("Das Schriftstück hat sich seit der Vorlage geändert. Bitte lassen Sie es neu vorlegen.")
        release = record_release(case=locked, by=by, request=fresh)
        request_document(case=locked, kind=fresh.kind, subject=fresh.subject)
        return release


def record_release(*, case: PermitCase, by: User, request: SealRequest) -> SealRelease:
    """Write a release inside the transaction of the second signature (``case`` is locked)."""
    if by == request.prepared_by:
        raise AccessDeniedError(
            "Sie haben dieses Schriftstück vorgelegt. Freigeben muss es eine andere Person (Vier-Augen-Prinzip)."
        )
    release = SealRelease.objects.create(
        request=request,
        case=case,
        kind=request.kind,
        subject=request.subject,
        content_sha256=request.content_sha256,
        prepared_by=request.prepared_by,
        released_by=by,
        released_at=legal_time.now(),
    )
    request.state = SealRequestState.RELEASED
    request.save(update_fields=["state"])
    audit.record(type="seal.released", by=by, case=case, subject=_ids(request))
    return release


def return_release(*, request: SealRequest, by: User, reason: str) -> SealRequest:
    """Send a paper back to whoever prepared it, with a reason."""
    if not reason.strip():
        raise InvalidInputError("Bitte nennen Sie den Grund der Rückgabe.", field="reason")
    with writing(case=request.case, by=by, level=Level.SIGN) as locked:
        return record_return(case=locked, by=by, request=_waiting(request), reason=reason)


def record_return(*, case: PermitCase, by: User, request: SealRequest, reason: str) -> SealRequest:
    """Write a return inside the transaction of the act that sends the paper back (``case`` is locked)."""
    request.state, request.returned_reason = SealRequestState.RETURNED, reason.strip()
    request.save(update_fields=["state", "returned_reason"])
    audit.record(type="seal.returned", by=by, case=case, subject=_ids(request), payload={"reason": reason})
    return request


def waiting_request(*, subject: str) -> SealRequest | None:
    """Return the open request of an act, locked; call it inside the transaction that decides on it."""
    waiting = SealRequest.objects.select_for_update(of=("self",)).select_related("prepared_by")
    return waiting.filter(subject=subject, state=SealRequestState.WAITING).first()


def required_release(*, kind: str, subject: str, content_sha256: str) -> SealRelease:
    """Return the release of exactly this content; raises ReleaseMissingError."""
    found = SealRelease.objects.filter(kind=kind, subject=subject).order_by("-released_at")
    release = found.filter(content_sha256=content_sha256).first()
    if release is None:
        raise ReleaseMissingError(
            "Das Schriftstück hat sich nach der Freigabe geändert. Es wird erst nach neuer Freigabe gesiegelt."
            if found.exists()
            else "Das Schriftstück ist nicht zur Siegelung freigegeben (Vier-Augen-Prinzip)."
        )
    return release


def _waiting(request: SealRequest) -> SealRequest:
    with transaction.atomic():
        fresh = SealRequest.objects.select_for_update(of=("self",)).select_related("prepared_by").get(pk=request.pk)
    if fresh.state != SealRequestState.WAITING:
        raise StateError(f"Die Vorlage wartet nicht mehr auf Freigabe: {fresh.get_state_display()}.")
    return fresh


def _ids(request: SealRequest) -> dict[str, object]:
    return {"kind": request.kind, "act": request.subject, "sha256": request.content_sha256}
