"""Bekanntgabe: each recipient, each channel, each with its own day of notification and remedy period (§ 41 VwVfG)."""

import datetime as dt

from django.db.models import Max

from permits import legal_time
from permits.errors import AccessDeniedError, InvalidInputError, StateError
from permits.models import (
    ChangeKind,
    Channel,
    IssuedDocument,
    Level,
    Outcome,
    Party,
    PermitCase,
    RegisterEntry,
    RemedyEffect,
    ServiceOfNotice,
    ServiceState,
    User,
)
from permits.models.register import ENDING_ACTS
from permits.selectors.late_posting import last_posting_day
from permits.selectors.notice_effect import Effect, current_effect
from permits.selectors.periods import notification_day, retrieval_until
from permits.selectors.permit_validity import CLOCK as VALIDITY
from permits.selectors.recipients import recipients_of
from permits.services import audit
from permits.services.clock import record_clock_event
from permits.services.communication import close_system_task, open_system_task
from permits.services.notice_ends import end_if_notified, undo_early_end
from permits.services.notifications import notify
from permits.services.register import require_in_force
from permits.services.renewed_remedies import begin, clock_for, effect_on_remedy, supersede_former
from permits.services.writing import writing


def provide_notice(*, case: PermitCase, document: IssuedDocument) -> list[ServiceOfNotice]:
    """Begin service on every recipient: through the portal only with recorded consent, else by post. Idempotent."""
    with writing(case=case, by=None, level=Level.PROCESS) as locked:
        return [_begin(locked, document, party, _channel(party)) for party in recipients_of(locked)]


def _channel(party: Party) -> Channel:
    return Channel.PORTAL if party.portal_consent_at and party.user_id else Channel.POST


def _begin(
    case: PermitCase, document: IssuedDocument, party: Party, channel: Channel, attempt: int = 1, by: User | None = None
) -> ServiceOfNotice:
    portal = channel == Channel.PORTAL
    service, created = ServiceOfNotice.objects.get_or_create(
        document=document,
        party=party,
        attempt=attempt,
        defaults={
            "channel": channel,
            "state": ServiceState.PROVIDED if portal else ServiceState.PENDING,
            "provided_at": legal_time.now() if portal else None,
        },
    )
    if created:
        audit.record(
            type="notice.provided", by=by, case=case, subject={"service": str(service.uuid), "channel": channel}
        )
        if portal and party.user is not None:
            change = document.change
            about = change.concerns.number if change else ""
            event = change.kind if change else "notice"
            notify(user=party.user, case=case, event=event, key=str(service.uuid), about=about)
        elif not portal:
            open_system_task(
                case=case,
                text=f"Bescheid {document.number} ausdrucken, zur Post geben und den Tag der Aufgabe eintragen "
                f"({party.display_name})",
                effect_key=f"post:{service.uuid}",
            )
    return service


def record_posting(*, case: PermitCase, by: User, service: ServiceOfNotice, posted_on: dt.date) -> ServiceOfNotice:
    """Enter the day on which the notice was handed to the post; it counts as notified some days later.

    A letter that had left before its notice was taken back is entered as well: it takes effect like any other.
    """
    with writing(case=case, by=by, level=Level.PROCESS) as locked:
        service = _locked_service(locked, service)
        last_day = last_posting_day(service)
        if service.channel != Channel.POST or (service.state != ServiceState.PENDING and last_day is None):
            raise StateError("Für diese Bekanntgabe ist der Tag der Aufgabe zur Post schon eingetragen.")
        issued_on = legal_time.legal_day(service.document.issued_at)
        if last_day is not None and not issued_on <= posted_on <= last_day:
            raise InvalidInputError(
                f"Der Tag muss zwischen dem {issued_on:%d.%m.%Y} (Ausfertigung) und dem {last_day:%d.%m.%Y} liegen: "
                "Danach war das Schreiben nicht mehr zur Post zu geben.",
                field="posted_on",
            )
        if not issued_on <= posted_on <= legal_time.today():
            raise InvalidInputError(
                f"Der Tag muss zwischen dem {issued_on:%d.%m.%Y} (Ausfertigung) und heute liegen.", field="posted_on"
            )
        service.provided_at = dt.datetime.combine(posted_on, dt.time(12), tzinfo=legal_time.BERLIN)
        audit.record(type="notice.posted", by=by, case=locked, subject={"service": str(service.uuid), "on": posted_on})
        close_system_task(case=locked, by=by, effect_key=f"post:{service.uuid}")
        served = _mark_served(locked, service, start=posted_on, by=by)
        if last_day is not None:
            undo_early_end(case=locked, document=service.document)
        return served


def record_retrieval(*, case: PermitCase, by: User, service: ServiceOfNotice) -> ServiceOfNotice:
    """Log that the recipient fetched the notice from the portal; it counts as notified on the next day.

    Only the first retrieval counts, and only in time: afterwards the service has failed (§ 41 Abs. 2a VwVfG), whether
    the periodic job has said so yet or not. Raises AccessDeniedError for anybody but the recipient.
    """
    with writing(case=case, by=by, level=Level.READ) as locked:
        service = _locked_service(locked, service)
        if service.party.user_id != by.pk:
            raise AccessDeniedError("Nur die Empfängerin oder der Empfänger ruft den Bescheid ab.")
        if service.channel != Channel.PORTAL or service.state != ServiceState.PROVIDED:
            return service
        if retrieval_is_over(service):
            return _fail(locked, service)
        service.retrieved_at = legal_time.now()
        audit.record(type="notice.retrieved", by=by, case=locked, subject={"service": str(service.uuid)})
        return _mark_served(locked, service, start=legal_time.legal_day(service.retrieved_at), by=by)


def _locked_service(case: PermitCase, service: ServiceOfNotice) -> ServiceOfNotice:
    locked = ServiceOfNotice.objects.select_for_update(of=("self",)).get(pk=service.pk)
    if locked.document.case_id != case.pk:
        raise InvalidInputError("Diese Bekanntgabe gehört zu einem anderen Vorgang.")
    return locked


def _mark_served(case: PermitCase, service: ServiceOfNotice, *, start: dt.date, by: User | None) -> ServiceOfNotice:
    service.notified_on = notification_day(case, Channel(service.channel), start).day
    service.state = ServiceState.SERVED
    if has_remedy_period(service.document):
        begin(case=case, service=service, clock=clock_for(service.document), by=by)
        supersede_former(case=case, service=service, by=by)
    service.save()
    _start_validity(case, service, service.notified_on, by)
    audit.record(
        type="notice.served",
        by=by,
        case=case,
        subject={
            "service": str(service.uuid),
            "notified_on": service.notified_on,
            "remedy_until": service.remedy_until,
        },
    )
    end_if_notified(case=case, document=service.document)
    return service


def _start_validity(case: PermitCase, service: ServiceOfNotice, notified_on: dt.date, by: User | None) -> None:
    """Let the time run within which the works have to begin, once: from the first recipient of the permit on."""
    version, subject = service.document.decision_version, str(service.document.uuid)
    if version is None or version.outcome != Outcome.GRANTED:
        return
    if current_effect(service.document) == Effect.ENDED:
        return
    if not case.clock_events.filter(clock=VALIDITY, subject=subject).exists():
        record_clock_event(case=case, clock=VALIDITY, kind="start", on=notified_on, by=by, subject=subject)


def has_remedy_period(document: IssuedDocument) -> bool:
    """Whether the notice opens a period of its own: a correction only where it says so."""
    if document.change is None or document.change.kind != ChangeKind.CORRECTION:
        return True
    return effect_on_remedy(document) != RemedyEffect.UNCHANGED


def fail_unretrieved(*, case: PermitCase, service: ServiceOfNotice) -> ServiceOfNotice:
    """Mark a portal service as failed once the time for retrieval is over, and give officers a task."""
    with writing(case=case, by=None, level=Level.PROCESS) as locked:
        service = _locked_service(locked, service)
        if service.state != ServiceState.PROVIDED or not retrieval_is_over(service):
            return service
        return _fail(locked, service)


def retrieval_is_over(service: ServiceOfNotice) -> bool:
    """Whether the last day on which the recipient may fetch the notice from the portal is past."""
    if service.provided_at is None:
        return False
    last_day = retrieval_until(service.document.case, legal_time.legal_day(service.provided_at))
    return legal_time.today() > last_day


def _fail(case: PermitCase, service: ServiceOfNotice) -> ServiceOfNotice:
    service.state, service.failed_on = ServiceState.FAILED, legal_time.today()
    service.save(update_fields=["state", "failed_on"])
    audit.record(type="notice.not_served", by=None, case=case, subject={"service": str(service.uuid)})
    open_system_task(
        case=case,
        text=f"Bescheid {service.document.number} wurde von {service.party.display_name} nicht abgerufen und ist "
        "nicht bekannt gegeben: erneut bereitstellen oder zur Post geben",
        effect_key=f"not-served:{service.uuid}",
    )
    return service


def serve_again(*, case: PermitCase, by: User, service: ServiceOfNotice, channel: Channel) -> ServiceOfNotice:
    """Begin a further attempt after one failed."""
    with writing(case=case, by=by, level=Level.PROCESS) as locked:
        service = _locked_service(locked, service)
        if service.state != ServiceState.FAILED:
            raise StateError("Ein neuer Versuch ist erst möglich, wenn der vorige gescheitert ist.")
        _require_reason_to_serve(service.document)
        if channel == Channel.PORTAL and _channel(service.party) != Channel.PORTAL:
            raise InvalidInputError("Ohne Zustimmung ist die Bekanntgabe über das Portal nicht möglich.")
        last = service.document.services.filter(party=service.party).aggregate(last=Max("attempt"))["last"]
        close_system_task(case=locked, by=by, effect_key=f"not-served:{service.uuid}")
        return _begin(locked, service.document, service.party, channel, attempt=last + 1, by=by)


def _require_reason_to_serve(document: IssuedDocument) -> None:
    """Raise StateError where what takes the notice back is issued, or where the one that it corrects has ended."""
    change = document.change
    if change is None or change.kind != ChangeKind.CORRECTION:
        require_in_force(document)
    elif current_effect(document) == Effect.ENDED:
        require_in_force(change.concerns)


def nobody_left_to_serve(document: IssuedDocument) -> bool:
    """Whether the latest attempt on every recipient has led to notification, or the notice no longer counts."""
    if RegisterEntry.objects.filter(origin__document=document, act__in=ENDING_ACTS).exists():
        return True
    services = document.services.order_by("party", "-attempt").distinct("party")
    return bool(services) and all(service.state == ServiceState.SERVED for service in services)
