"""What withdraws or revokes a notice takes effect with its notification (§ 43 (1) VwVfG): what follows, and when."""

from django.db.models import Q

from permits import legal_time
from permits.models import CaseStatus, ChangeKind, IssuedDocument, Level, PermitCase, ServiceOfNotice, ServiceState
from permits.selectors.clock import clock_state
from permits.selectors.notice_effect import Effect, current_effect
from permits.selectors.permit_validity import CLOCK
from permits.services import audit
from permits.services.clock import record_clock_event
from permits.services.communication import close_system_task
from permits.services.writing import set_status, writing


def announce_end(*, case: PermitCase, document: IssuedDocument) -> None:
    """Note that ``document``, which was just issued, takes a notice back: from now on nobody is served with that one.

    The notice ends at once where it had reached nobody, else with the notification of ``document``. Runs in the
    transaction that issues it.
    """
    assert document.change is not None
    with writing(case=case, by=None, level=Level.PROCESS) as locked:
        drop_services(case=locked, document=document.change.concerns)
        if not end_if_notified(case=locked, document=document):
            set_status(case=locked, status=CaseStatus.REVOCATION_ISSUED, by=None)


def end_if_notified(*, case: PermitCase, document: IssuedDocument) -> bool:
    """End the notice that ``document`` takes back, if that is effective by now; returns whether it is. Idempotent."""
    if document.change is None or document.change.kind == ChangeKind.CORRECTION:
        return False
    ended = document.change.concerns
    with writing(case=case, by=None, level=Level.PROCESS) as locked:
        if current_effect(ended) != Effect.ENDED:
            return False
        drop_services(case=locked, document=ended)
        set_status(case=locked, status=CaseStatus.REVOKED, by=None)
        _stop_validity(locked, ended)
        return True


def undo_early_end(*, case: PermitCase, document: IssuedDocument) -> None:
    """Take back that a notice has ended which was thought to have reached nobody, and turns out to have been posted.

    It ends with the notification of what takes it back, as any other.
    """
    with writing(case=case, by=None, level=Level.PROCESS) as locked:
        if locked.status == CaseStatus.REVOKED and current_effect(document) == Effect.ENDING:
            set_status(case=locked, status=CaseStatus.REVOCATION_ISSUED, by=None)


def _stop_validity(case: PermitCase, permit: IssuedDocument) -> None:
    state = clock_state(case, CLOCK, str(permit.uuid))
    # A permit that is posted when it is taken back may count as notified only later: its clock has not begun.
    if state.is_running and state.started_on is not None and state.started_on <= legal_time.today():
        record_clock_event(
            case=case, clock=CLOCK, kind="stop", on=legal_time.today(), by=None, subject=str(permit.uuid),
            note="Baugenehmigung aufgehoben",
        )  # fmt: skip


def drop_services(*, case: PermitCase, document: IssuedDocument) -> None:
    """End the service of a notice that is taken back on everybody whom it has not reached: nobody fetches or posts it.

    Its corrections go with it; who has the notice still gets them until it has ended. Runs in the transaction of the
    act that takes the notice back, and once more when that is effective.
    """
    correction = Q(document__change__concerns=document, document__change__kind=ChangeKind.CORRECTION)
    if current_effect(document) != Effect.ENDED:
        held = document.services.filter(state=ServiceState.SERVED)
        correction &= ~Q(party__in=held.values("party"))
    with writing(case=case, by=None, level=Level.PROCESS) as locked:
        services = ServiceOfNotice.objects.filter(Q(document=document) | correction).select_for_update(of=("self",))
        for service in services.exclude(state__in=(ServiceState.SERVED, ServiceState.DROPPED)):
            for task in ("post", "not-served"):
                close_system_task(case=locked, by=None, effect_key=f"{task}:{service.uuid}")
            if service.state == ServiceState.FAILED:
                continue
            service.state = ServiceState.DROPPED
            service.save(update_fields=["state"])
            audit.record(type="notice.service_dropped", by=None, case=locked, subject={"service": str(service.uuid)})
