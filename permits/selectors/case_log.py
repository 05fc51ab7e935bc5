"""The audit log of a case in German words."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from permits.audit_types import AUDIT_TYPES
from permits.check_titles import check_title
from permits.law import LawPackError
from permits.models import AuditEvent, CaseStatus, Channel, ClockEventKind, Level, Outcome, PermitCase, User, Verdict
from permits.selectors.clock import law_of


@dataclass(frozen=True)
class LogEntry:
    """One line of the log. ``actor`` is "System" where no person acted."""

    sequence: int
    at: dt.datetime
    label: str
    detail: str
    actor: str
    hash: str


def case_log(case: PermitCase) -> list[LogEntry]:
    """Return the events of a case, the newest first. Two queries."""
    events = list(AuditEvent.objects.filter(chain__case=case).order_by("-sequence"))
    uuids = {event.actor for event in events if event.actor}
    uuids |= {given for event in events if (given := event.subject.get("user"))}
    names = {str(user.uuid): user.full_name for user in User.objects.filter(uuid__in=uuids)}
    return [
        LogEntry(
            sequence=event.sequence,
            at=event.at,
            label=AUDIT_TYPES.get(event.type, event.type),
            detail=", ".join(_details(event, case, names)),
            actor=names.get(str(event.actor), "unbekanntes Konto") if event.actor else "System",
            hash=event.hash[:12],
        )
        for event in events
    ]


def _label(choices: Any, value: object) -> str:
    return str(choices(value).label) if value in choices.values else str(value)


def _details(event: AuditEvent, case: PermitCase, names: Mapping[str, str]) -> Iterable[str]:
    subject = event.subject
    if event.type == "case.status_changed":
        yield f"{_label(CaseStatus, subject['from'])} → {_label(CaseStatus, subject['to'])}"
    if event.type == "clock.recorded":
        try:
            title = law_of(case).clock(subject["clock"]).title
        except LawPackError:
            title = subject["clock"]
        yield f"{title}: {_label(ClockEventKind, subject['kind'])}"
    if event.type == "check.reviewed":
        yield f"{check_title(subject['check'])}: {_label(Verdict, subject['verdict'])}"
    if event.type == "check.run":
        yield from (
            f"{check_title(check)}: {_label(Verdict, verdict)}" for check, verdict in subject["verdicts"].items()
        )
    if event.type in ("case.assigned", "access.granted", "access.revoked"):
        yield names.get(str(subject.get("user")), "niemand")
    if "level" in subject:
        yield _label(Level, subject["level"])
    if "outcome" in subject:
        yield _label(Outcome, subject["outcome"])
    if "channel" in subject:
        yield _label(Channel, subject["channel"])
    for key, words in (("version", "Fassung"), ("number", "Nr."), ("round", "Runde"), ("case_number", "Aktenzeichen")):
        if key in subject:
            yield f"{words} {subject[key]}"
    for key, words in (
        ("due_on", "Frist"),
        ("until", "bis"),
        ("on", "am"),
        ("notified_on", "bekannt gegeben am"),
        ("since", "vollständig seit"),
    ):
        if subject.get(key):
            yield f"{words} {dt.date.fromisoformat(subject[key]):%d.%m.%Y}"
    if "sha256" in subject:
        yield f"SHA-256 {subject['sha256'][:12]}…"
