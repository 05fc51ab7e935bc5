"""Drafting, proposing and signing a decision: two people, one immutable text (design decision 10)."""

from django.db import IntegrityError, transaction

from permits import legal_time
from permits.errors import AccessDeniedError, InvalidInputError, StaleError, StateError
from permits.models import (
    CaseStatus,
    Decision,
    DecisionAct,
    DecisionContributor,
    DecisionState,
    DecisionVersion,
    Level,
    Outcome,
    PermitCase,
    User,
)
from permits.selectors.decision_content import authors_of_content, digest_of, frozen_content, is_untouched
from permits.services import audit
from permits.services.assessment import WORKING_STATES
from permits.services.clock_stops import stop_running_clocks
from permits.services.documents_out import require_printable
from permits.services.gaps import require_no_gaps
from permits.services.hearings import hearing_gap
from permits.services.letters import decision_notice, notice_kind
from permits.services.sealing_forms import require_sealable
from permits.services.sealing_releases import record_release, record_request, record_return, waiting_request
from permits.services.writing import set_status, writing


class FourEyesError(AccessDeniedError):
    """Somebody who wrote on a version tried to sign it."""


def save_decision(
    *,
    case: PermitCase,
    by: User,
    outcome: Outcome,
    operative_part: str,
    reasons: str,
    revision: int | None = None,
) -> DecisionVersion:
    """Save the draft in progress; a returned or missing version gets a successor. The writer becomes a contributor.

    Raises StaleError where ``revision`` is no longer the current one.
    """
    with writing(case=case, by=by, level=Level.PROCESS, states=WORKING_STATES) as locked:
        decision, _ = Decision.objects.get_or_create(case=locked)
        version = _draft_in_progress(decision)
        if revision is not None and revision != version.revision:
            raise StaleError(
                "Eine andere Person hat den Entwurf inzwischen geändert. Ihre Eingaben stehen noch im Formular."
            )
        version.outcome, version.operative_part, version.reasons = outcome, operative_part, reasons
        version.revision += 1
        version.save()
        _add_writer(version, by)
        audit.record(type="decision.saved", by=by, case=locked, subject={"version": version.number, "outcome": outcome})
        return version


def _draft_in_progress(decision: Decision) -> DecisionVersion:
    last = decision.versions.order_by("-number").first()
    if last is not None and last.state == DecisionState.DRAFT:
        return last
    version = DecisionVersion.objects.create(
        decision=decision, number=last.number + 1 if last else 1, outcome=last.outcome if last else Outcome.GRANTED
    )
    if last is not None:
        # The new text is made from the returned one, so its writers have written on this one too.
        for row in last.contributors.filter(act=DecisionAct.WROTE):
            _add_writer(version, row.user)
    return version


def _add_writer(version: DecisionVersion, user: User) -> None:
    DecisionContributor.objects.get_or_create(
        version=version, user=user, defaults={"act": DecisionAct.WROTE, "at": legal_time.now()}
    )


def propose_decision(*, case: PermitCase, by: User, revision: int | None = None) -> DecisionVersion:
    """Freeze the draft with everything that the notice will say, and hand it to the second signature.

    Whoever wrote on a condition, judged a check's result, or gave the reason of a waived hearing wrote on the version,
    too.
    """
    with writing(case=case, by=by, level=Level.PROCESS, states=WORKING_STATES) as locked:
        decision = Decision.objects.filter(case=locked).first()
        version = decision.versions.order_by("-number").first() if decision else None
        if version is None or version.state != DecisionState.DRAFT:
            raise StateError("Es gibt keinen Entwurf, der vorgelegt werden kann.")
        if revision is not None and revision != version.revision:
            raise StaleError("Eine andere Person hat den Entwurf inzwischen geändert. Bitte prüfen Sie ihn erneut.")
        _check_ready(locked, version)
        _add_writer(version, by)
        for user in authors_of_content(version):
            _add_writer(version, user)
        version.content = frozen_content(version)
        # Nobody is to sign what could never be issued.
        notice = decision_notice(locked, version, version.content, {"dated_on": legal_time.today()})
        require_printable(notice)
        version.content_sha256 = digest_of(version.content)
        version.state, version.proposed_at = DecisionState.PROPOSED, legal_time.now()
        version.save()
        record_request(
            case=locked,
            by=by,
            kind=notice_kind(version),
            subject=str(version.uuid),
            title=notice.heading,
            content_sha256=version.content_sha256,
        )
        set_status(case=locked, status=CaseStatus.DECISION_DRAFTED, by=by)
        audit.record(
            type="decision.proposed",
            by=by,
            case=locked,
            subject={"version": version.number, "sha256": version.content_sha256},
        )
        return version


def _check_ready(case: PermitCase, version: DecisionVersion) -> None:
    if not version.operative_part.strip():
        raise InvalidInputError("Bitte geben Sie den Tenor der Entscheidung ein.", field="operative_part")
    for field in ("operative_part", "reasons"):
        require_no_gaps(getattr(version, field), field=field)
    if version.outcome == Outcome.REFUSED:
        if not version.reasons.strip():
            raise InvalidInputError("Eine Ablehnung ist zu begründen (§ 39 VwVfG).", field="reasons")
        gap = hearing_gap(case)
        if gap:
            raise StateError(gap)


def _proposed(case: PermitCase) -> DecisionVersion:
    version = DecisionVersion.objects.filter(decision__case=case).order_by("-number").first()
    if version is None or version.state != DecisionState.PROPOSED:
        raise StateError("Es liegt keine Entscheidung zur Zweitzeichnung vor.")
    return version


def sign_decision(*, case: PermitCase, by: User, content_sha256: str) -> DecisionVersion:
    """Sign the proposed version as the second person. ``content_sha256`` names the text that the signer saw.

    Raises FourEyesError for a contributor; the database refuses it as well.
    """
    with writing(case=case, by=by, level=Level.SIGN, states=(CaseStatus.DECISION_DRAFTED,)) as locked:
        version = _proposed(locked)
        if content_sha256 != version.content_sha256:
            raise StaleError("Die vorgelegte Fassung hat sich geändert. Bitte lesen Sie sie erneut.")
        if not is_untouched(version):
            raise StateError("Der Inhalt der Fassung passt nicht zu ihrer Prüfsumme. Bitte melden Sie das.")
        # What is signed has to be issued: a seal that the law does not accept stops it here.
        require_sealable(locked.authority, notice_kind(version))
        try:
            with transaction.atomic():
                DecisionContributor.objects.create(
                    version=version, user=by, act=DecisionAct.SIGNED, at=legal_time.now()
                )
        except IntegrityError as error:
            raise FourEyesError(
                "Sie haben an dieser Fassung mitgeschrieben. Die Zweitzeichnung muss eine andere Person leisten."
            ) from error
        version.state, version.decided_at = DecisionState.SIGNED, legal_time.now()
        version.save(update_fields=["state", "decided_at"])
        version.decision.signed_version = version
        version.decision.save(update_fields=["signed_version"])
        request = waiting_request(subject=str(version.uuid))
        if request is None:
            raise StateError("Die Fassung liegt nicht zur Siegelung vor. Bitte geben Sie sie zurück.")
        record_release(case=locked, by=by, request=request)
        set_status(case=locked, status=CaseStatus.DECISION_SIGNED, by=by)
        audit.record(
            type="decision.signed",
            by=by,
            case=locked,
            subject={"version": version.number, "sha256": version.content_sha256},
        )
        return version


def return_decision(*, case: PermitCase, by: User, reason: str) -> DecisionVersion:
    """Send the proposed version back with a reason; its successor starts from the same text."""
    with writing(case=case, by=by, level=Level.SIGN, states=(CaseStatus.DECISION_DRAFTED,)) as locked:
        version = _proposed(locked)
        if not reason.strip():
            raise InvalidInputError("Bitte nennen Sie den Grund der Rückgabe.", field="reason")
        version.state, version.returned_reason = DecisionState.RETURNED, reason.strip()
        version.save(update_fields=["state", "returned_reason"])
        request = waiting_request(subject=str(version.uuid))
        if request is not None:
            record_return(case=locked, by=by, request=request, reason=reason)
        successor = _draft_in_progress(version.decision)
        successor.outcome, successor.operative_part = version.outcome, version.operative_part
        successor.reasons = version.reasons
        successor.save()
        set_status(case=locked, status=CaseStatus.ASSESSMENT, by=by)
        audit.record(
            type="decision.returned",
            by=by,
            case=locked,
            subject={"version": version.number},
            payload={"reason": reason},
        )
        return version


def mark_issued(*, case: PermitCase, version: DecisionVersion) -> PermitCase:
    """Set the outcome once the sealed notice is stored; running clocks of the procedure end."""
    with writing(case=case, by=None, level=Level.PROCESS, states=(CaseStatus.DECISION_SIGNED,)) as locked:
        status = CaseStatus.GRANTED if version.outcome == Outcome.GRANTED else CaseStatus.REFUSED
        set_status(case=locked, status=status, by=None)
        stop_running_clocks(case=locked, by=None, clock="permit_fiction", note="Bescheid ausgefertigt")
        return locked
