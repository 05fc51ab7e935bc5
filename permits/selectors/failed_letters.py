"""Letters of a case that could not be issued and that nobody has started again."""

import datetime as dt
from dataclasses import dataclass

from permits.models import AuditEvent, FollowUp, IssuedDocument, PermitCase
from permits.services.issuing_failures import failure_key
from permits.services.letters import CHANGE_KINDS, NOTICE_KINDS
from permits.services.outbox import effect_key
from permits.services.sealing_forms import form_of


@dataclass(frozen=True, kw_only=True)
class FailedLetter:
    """A letter whose job gave up: kind, UUID of its act, when, and what officers were told."""

    kind: str
    title: str
    subject: str
    failed_at: dt.datetime
    error_id: str
    told: str


def failed_letters(case: PermitCase) -> list[FailedLetter]:
    """Return what failed last, newest first. Notices are not among them: their own pages start them again."""
    newest: dict[tuple[str, str], AuditEvent] = {}
    events = AuditEvent.objects.filter(chain__case=case, type__in=("notice.failed", "notice.retried"))
    for event in events.order_by("sequence"):
        if event.subject.get("kind") not in {None, *NOTICE_KINDS, *CHANGE_KINDS}:
            newest[event.subject["kind"], event.subject["act"]] = event
    failed = {key: event for key, event in newest.items() if event.type == "notice.failed"}
    if not failed:
        return []
    keys = {effect_key(kind=kind, subject=subject): (kind, subject) for kind, subject in failed}
    for issued in IssuedDocument.objects.filter(effect_key__in=keys).values_list("effect_key", flat=True):
        del failed[keys[issued]]
    tasks = {failure_key(event.subject["error"]) for event in failed.values()}
    told = dict(FollowUp.objects.filter(case=case, effect_key__in=tasks).values_list("effect_key", "text"))
    letters = [
        FailedLetter(
            kind=kind,
            title=form_of(case.authority, kind).title,
            subject=subject,
            failed_at=event.at,
            error_id=event.subject["error"],
            told=told.get(failure_key(event.subject["error"]), ""),
        )
        for (kind, subject), event in failed.items()
    ]
    return sorted(letters, key=lambda letter: letter.failed_at, reverse=True)
