"""The frame of every write on a case: one transaction, the case row locked, permission and state checked."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import transaction

from permits import legal_time
from permits.errors import StateError
from permits.models import CaseStatus, PermitCase, User
from permits.services import audit
from permits.services.access import require


@contextmanager
def writing(
    *, case: PermitCase, by: User | None, level: str, states: Collection[str] | None = None
) -> Iterator[PermitCase]:
    """Yield the locked, fresh row of ``case`` inside a transaction.

    Raises AccessDeniedError, or StateError where the case is not in one of ``states``. ``by=None`` is the system.
    """
    with transaction.atomic():
        locked = PermitCase.objects.select_for_update(of=("self",)).select_related("authority").get(pk=case.pk)
        require(user=by, case=locked, level=level)
        if states is not None and locked.status not in states:
            raise StateError(
                f"Das ist im Stand „{CaseStatus(locked.status).label}“ nicht möglich. "
                "Bitte laden Sie die Seite neu: Der Vorgang ist inzwischen weiter."
            )
        yield locked
        # The caller's object keeps up with what was written.
        case.status, case.case_number, case.revision = locked.status, locked.case_number, locked.revision
        case.submitted_at, case.assigned_to = locked.submitted_at, locked.assigned_to


def set_status(*, case: PermitCase, status: CaseStatus, by: User | None) -> None:
    """Change the legal state of a locked case and say so in the log. Only services call this."""
    if case.status == status:
        return
    before, case.status, case.status_changed_at = case.status, status, legal_time.now()
    case.save(update_fields=["status", "status_changed_at"])
    audit.record(type="case.status_changed", by=by, case=case, subject={"from": before, "to": status})
