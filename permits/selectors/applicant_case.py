"""A running case as its applicant's side sees it: what happens, what there is to do, what has come."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from permits import legal_time
from permits.clock_ledger import ClockRun
from permits.models import (
    AdditionalInformationRequest,
    CaseStatus,
    Channel,
    DecisionState,
    Hearing,
    IssuedDocument,
    PermitCase,
    RegisterAct,
    ServiceOfNotice,
    ServiceState,
    User,
)
from permits.selectors.clock import ClockState, clocks_of, law_of
from permits.selectors.notice_effect import NOUNS
from permits.selectors.notice_standing import PeriodOf, Standing, remedy_periods, standings
from permits.selectors.notices import may_read
from permits.selectors.periods import retrieval_until
from permits.selectors.permit_validity import CLOCK as VALIDITY

# Clocks that concern the applicant's side; the others are reminders within the authority.
SHOWN_CLOCKS = ("permit_fiction", "information_request", "hearing", "remedy", "remedy_without_instruction", VALIDITY)


@dataclass(frozen=True)
class Step:
    """A point of the timeline; ``state`` is done, current or later."""

    title: str
    at: dt.datetime | dt.date | None = None
    text: str = ""
    state: str = "done"


@dataclass(frozen=True)
class OwnService:
    """The service of a notice on the person who looks, with the days that follow from it and whether it counts."""

    service: ServiceOfNotice
    retrieve_until: dt.date | None
    standing: Standing

    @property
    def waits(self) -> bool:
        """Whether the notice lies ready for retrieval."""
        return self.service.state == ServiceState.PROVIDED

    @property
    def may_open(self) -> bool:
        """Whether the notice may be read: once fetched or posted, or where it is no longer served."""
        over = self.service.state in (ServiceState.DROPPED, ServiceState.FAILED) and not self.standing.may_be_served
        return self.service.state == ServiceState.SERVED or over


@dataclass(frozen=True)
class ShownClock:
    """A period, and the notice that it is about where there may be several."""

    state: ClockState
    about: PeriodOf | None


@dataclass(frozen=True)
class ShownPaper:
    """A paper of the authority with its standing."""

    document: IssuedDocument
    standing: Standing


def open_request_of(case: PermitCase) -> AdditionalInformationRequest | None:
    """Return the request that waits for an answer, or None."""
    if case.status != CaseStatus.INFORMATION_REQUESTED:
        return None
    return (
        case.information_requests.filter(answered_at__isnull=True).select_related("check_round").order_by("-sent_at")
    ).first()


def open_hearing_of(case: PermitCase) -> Hearing | None:
    """Return the hearing that waits for a statement, or None."""
    if case.status != CaseStatus.HEARING:
        return None
    return case.hearings.filter(due_on__isnull=False, statement_at__isnull=True).order_by("-held_at").first()


def own_services(case: PermitCase, user: User) -> list[OwnService]:
    """Return the latest service on each party that is ``user``, that of the newest notice first."""
    known = standings(case)
    latest = (
        ServiceOfNotice.objects.filter(document__case=case, party__user=user)
        .select_related("document__file", "document__change", "party")
        .order_by("-document_id", "party_id", "-attempt")
        .distinct("document_id", "party_id")
    )
    return [
        OwnService(
            service,
            retrieval_until(case, legal_time.legal_day(service.provided_at))
            if service.channel == Channel.PORTAL and service.provided_at
            else None,
            known.get(service.document_id, Standing()),
        )
        for service in latest
    ]


def papers_of(case: PermitCase, user: User) -> list[ShownPaper]:
    """Return the papers that the applicant's side may open, newest first."""
    known = standings(case)
    documents = case.issued_documents.select_related("file").order_by("-issued_at", "-pk")
    return [
        ShownPaper(document, known.get(document.pk, Standing())) for document in documents if may_read(document, user)
    ]


def clocks_for_applicants(case: PermitCase) -> list[ShownClock]:
    """Return the clocks that concern the applicant's side and still run or rest."""
    notices = remedy_periods(case)
    return [
        ShownClock(state, notices.get(state.subject))
        for state in clocks_of(case)
        if state.clock in SHOWN_CLOCKS
        and state.run in (ClockRun.RUNNING, ClockRun.PAUSED)
        and not (state.clock == VALIDITY and case.status == CaseStatus.REVOKED)
    ]


def timeline(case: PermitCase) -> list[Step]:
    """Return what has happened and what comes, in order."""
    steps = [Step("Antrag eingereicht", case.submitted_at)]
    rounds = list(case.completeness_checks.order_by("number"))
    if rounds:
        steps.append(Step("Registriert", rounds[0].started_at, f"Aktenzeichen {case.case_number}"))
    for request in case.information_requests.order_by("sent_at"):
        steps.append(Step("Unterlagen nachgefordert", request.sent_at))
        if request.answered_at:
            steps.append(Step("Unterlagen nachgereicht", request.answered_at))
    complete = next((check for check in rounds if check.complete), None)
    if complete:
        steps.append(Step("Unterlagen vollständig", complete.checked_at))
    for hearing in case.hearings.filter(due_on__isnull=False).order_by("held_at"):
        steps.append(Step("Anhörung vor Ablehnung", hearing.held_at))
        if hearing.statement_at:
            steps.append(Step("Stellungnahme eingegangen", hearing.statement_at))
    steps += _decision_steps(case)
    return sorted(steps, key=_when) + _coming(case)


def _when(step: Step) -> dt.datetime:
    at = step.at
    if isinstance(at, dt.datetime):
        return at
    # A day stands after all that happened on it.
    day = at or dt.date.max
    return dt.datetime.combine(day, dt.time(23, 59), tzinfo=legal_time.BERLIN)


def _decision_steps(case: PermitCase) -> list[Step]:
    steps = []
    if case.status == CaseStatus.WITHDRAWN:
        steps.append(Step("Antrag zurückgenommen", case.status_changed_at))
    if case.status == CaseStatus.DEEMED_WITHDRAWN:
        steps.append(Step("Antrag gilt als zurückgenommen", case.status_changed_at))
    decision = getattr(case, "decision", None)
    version = decision.signed_version if decision else None
    if version is None or version.state != DecisionState.SIGNED:
        return steps
    steps.append(Step("Entschieden", version.decided_at))
    notice = getattr(version, "notice", None)
    if notice is not None:
        # The notice names whole seconds; it still came after the signature.
        steps.append(Step("Bescheid ausgefertigt", max(filter(None, (version.decided_at, notice.issued_at)))))
        steps += _served(notice, "Bescheid bekannt gegeben")
        steps += _later_steps(notice)
    return steps


def _later_steps(notice: IssuedDocument) -> list[Step]:
    """What corrected or ended a notice, and how that reached its recipients."""
    steps = []
    for entry in notice.register_entry.later.select_related("document").order_by("number"):
        by = f"durch {entry.document_number}" if entry.document else ""
        noun = NOUNS[RegisterAct(entry.act)]
        # It takes effect with its notification, which is a step of its own.
        steps.append(Step(f"{noun} ausgefertigt", entry.entered_at, by))
        if entry.document:
            steps += _served(entry.document, f"{noun} bekannt gegeben")
    return steps


def _served(document: IssuedDocument, title: str) -> list[Step]:
    rows = document.services.filter(notified_on__isnull=False).select_related("party").order_by("notified_on")
    return [Step(title, row.notified_on, f"{document.number}: {row.party.display_name}") for row in rows]


def _coming(case: PermitCase) -> list[Step]:
    """What is happening now, and what is still to come."""
    now: dict[str, list[str]] = {
        CaseStatus.SUBMITTED: ["Registrierung", "Prüfung der Vollständigkeit", "Fachliche Prüfung", "Entscheidung"],
        CaseStatus.COMPLETENESS: ["Prüfung der Vollständigkeit", "Fachliche Prüfung", "Entscheidung"],
        CaseStatus.INFORMATION_REQUESTED: ["Warten auf Ihre Unterlagen", "Fachliche Prüfung", "Entscheidung"],
        CaseStatus.ASSESSMENT: ["Fachliche Prüfung", "Entscheidung", "Bescheid"],
        CaseStatus.HEARING: ["Warten auf Ihre Stellungnahme", "Entscheidung", "Bescheid"],
        CaseStatus.DECISION_DRAFTED: ["Entscheidung wird vorbereitet", "Bescheid"],
        CaseStatus.DECISION_SIGNED: ["Bescheid wird ausgefertigt", "Bekanntgabe"],
    }
    titles = now.get(case.status, [])
    return [Step(title, state="current" if place == 0 else "later") for place, title in enumerate(titles)]


def status_of(case: PermitCase) -> Any:
    """Return the state in plain words with its XBau code."""
    return law_of(case).portal_status(case.status)
