"""Granting, revoking and requiring access."""

import datetime as dt

from django.db import transaction
from django.db.models import Q

from permits import legal_time
from permits.errors import AccessDeniedError
from permits.models import AccessGrant, Level, PermitAuthority, PermitCase, User
from permits.selectors.access import APPLICANT_LEVELS, levels_on_authority, levels_on_case
from permits.services import audit


def require(*, user: User | None, case: PermitCase, level: str) -> None:
    """Raise AccessDeniedError unless ``user`` holds ``level`` on ``case``. ``None`` is the system itself."""
    if user is not None and level not in levels_on_case(user, case):
        raise AccessDeniedError("Dafür haben Sie keine Berechtigung.")


def require_on_authority(*, user: User | None, authority: PermitAuthority, level: str) -> None:
    """Raise AccessDeniedError unless ``user`` holds ``level`` on ``authority``. ``None`` is the system itself."""
    if user is not None and level not in levels_on_authority(user, authority):
        raise AccessDeniedError("Dafür haben Sie keine Berechtigung.")


@transaction.atomic
def grant_case_access(
    *, case: PermitCase, to: User, level: str, by: User | None, until: dt.datetime | None = None
) -> AccessGrant:
    """Let ``to`` act on ``case`` at ``level``. The applicant's side invites; the system grants on creation.

    Raises AccessDeniedError, also where the applicant's side would hand out what is the authority's.
    """
    if by is not None:
        require(user=by, case=case, level=Level.OWN)
        if level not in APPLICANT_LEVELS | {Level.READ}:
            raise AccessDeniedError("Dieses Recht vergibt nur die Behörde.")
    existing = AccessGrant.objects.filter(case=case, user=to, level=level, valid_until__isnull=True).first()
    if existing is not None:
        return existing
    event = audit.record(type="access.granted", by=by, case=case, subject={"user": str(to.uuid), "level": level})
    return AccessGrant.objects.create(
        user=to,
        case=case,
        authority=case.authority,
        level=level,
        valid_from=legal_time.now(),
        valid_until=until,
        granted_by_event=event.uuid,
    )


@transaction.atomic
def revoke_case_access(*, case: PermitCase, of: User, by: User) -> int:
    """End every open grant of ``of`` on ``case``; returns how many. Nobody can take away the creator's access."""
    require(user=by, case=case, level=Level.OWN)
    if of == case.created_by:
        raise AccessDeniedError("Wer den Antrag angelegt hat, behält den Zugriff.")
    now = legal_time.now()
    open_grants = AccessGrant.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=now), case=case, user=of)
    count = open_grants.update(valid_until=now)
    audit.record(type="access.revoked", by=by, case=case, subject={"user": str(of.uuid)})
    return count
