"""The audit log of a case, or of an authority outside its cases, in German words."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from permits import legal_time
from permits.audit_types import AUDIT_TYPES
from permits.check_titles import check_title
from permits.law import Law, LawPackError, law
from permits.models import (
    AuditEvent,
    CaseStatus,
    Channel,
    ClockEventKind,
    Level,
    Outcome,
    PermitAuthority,
    PermitCase,
    Role,
    User,
    Verdict,
)
from permits.selectors.case_assessment import layer_name
from permits.selectors.signatures import LOOK

AUTHORITY_ENTRIES = 200
_NUMBERS = {"version": "Fassung", "number": "Nr.", "round": "Runde", "case_number": "Aktenzeichen", "code": "Gemarkung"}
_DAYS = {
    "due_on": "Frist",
    "until": "bis",
    "on": "am",
    "notified_on": "bekannt gegeben am",
    "since": "vollständig seit",
}


@dataclass(frozen=True)
class LogEntry:
    """One line of the log. ``actor`` is "System" where no person acted; ``person`` is the public UUID of who did."""

    type: str
    sequence: int
    at: dt.datetime
    label: str
    detail: str
    actor: str
    person: UUID | None
    hash: str


def case_log(case: PermitCase) -> list[LogEntry]:
    """Return the events of a case, the newest first. Two queries."""
    return _entries(AuditEvent.objects.filter(chain__case=case).order_by("-sequence"), case.authority.land)


def authority_log(authority: PermitAuthority) -> list[LogEntry]:
    """Return the newest events of an authority that belong to no case. Two queries."""
    events = AuditEvent.objects.filter(chain__authority=authority, chain__case__isnull=True)
    return _entries(events.order_by("-sequence")[:AUTHORITY_ENTRIES], authority.land)


def _entries(found: QuerySet[AuditEvent], land: str) -> list[LogEntry]:
    events = list(found)
    in_force = law(land).on(legal_time.today())
    uuids = {str(event.actor) for event in events if event.actor}
    uuids |= {str(given) for event in events if (given := event.subject.get("user"))}
    names = {str(user.uuid): user.full_name for user in User.objects.filter(uuid__in=uuids)}
    return [
        LogEntry(
            type=event.type,
            sequence=event.sequence,
            at=event.at,
            label=AUDIT_TYPES.get(event.type, event.type),
            detail=", ".join(_details(event, in_force, names)),
            actor=names.get(str(event.actor), "unbekanntes Konto") if event.actor else "System",
            person=event.actor,
            hash=event.hash[:12],
        )
        for event in events
    ]


def _label(choices: Any, value: object) -> str:
    return str(choices(value).label) if value in choices.values else str(value)


def _details(event: AuditEvent, in_force: Law, names: Mapping[str, str]) -> Iterable[str]:
    subject = event.subject
    yield from _special(event, in_force)
    if event.type in ("case.assigned", "access.granted", "access.revoked") or event.type.startswith("authority.member"):
        yield names.get(str(subject.get("user")), "niemand")
    for key, choices in (("level", Level), ("outcome", Outcome), ("channel", Channel), ("role", Role)):
        if key in subject and event.type not in ("party.saved",):
            yield _label(choices, subject[key])
    yield from (f"{words} {subject[key]}" for key, words in _NUMBERS.items() if key in subject)
    yield from (
        f"{words} {dt.date.fromisoformat(subject[key]):%d.%m.%Y}" for key, words in _DAYS.items() if subject.get(key)
    )
    if "sha256" in subject:
        yield f"SHA-256 {subject['sha256'][:12]}…"


def _special(event: AuditEvent, in_force: Law) -> Iterable[str]:
    subject = event.subject
    match event.type:
        case "case.status_changed":
            yield f"{_label(CaseStatus, subject['from'])} → {_label(CaseStatus, subject['to'])}"
        case "clock.recorded":
            try:
                title = in_force.clock(subject["clock"]).title
            except LawPackError:
                title = subject["clock"]
            yield f"{title}: {_label(ClockEventKind, subject['kind'])}"
        case "check.reviewed":
            yield f"{check_title(subject['check'])}: {_label(Verdict, subject['verdict'])}"
        case "check.run":
            for check, verdict in subject["verdicts"].items():
                yield f"{check_title(check)}: {_label(Verdict, verdict)}"
        case "signature.checked":
            yield f"Ergebnis: {LOOK[subject['state']][0]}"
        case "layer.published" | "layer.restored" | "layer.derived":
            yield layer_name(subject["layer"])
        case "plan.published" | "plan.restored" | "plan.withdrawn":
            yield str(subject["plan"])
        case _:
            return
