"""Submitting an application: an immutable, hashed copy of everything at one instant (§ 3a NBauO)."""

import hashlib

from permits import legal_time
from permits.errors import InvalidInputError
from permits.models import (
    Assurance,
    CaseStatus,
    DocumentVersion,
    Identity,
    Level,
    PermitCase,
    Submission,
    User,
)
from permits.selectors.applications import application_snapshot, missing_for_submission
from permits.services import audit
from permits.services.notifications import notify_applicants
from permits.services.sites import refresh_parcels
from permits.services.writing import set_status, writing


class IncompleteApplicationError(InvalidInputError):
    """The application lacks something without which it cannot even be submitted; ``gaps`` names it."""

    def __init__(self, gaps: list[str]) -> None:
        super().__init__("Der Antrag kann noch nicht eingereicht werden: " + " ".join(gaps))
        self.gaps = gaps


def submit_application(*, case: PermitCase, by: User) -> Submission:
    """Freeze the draft as its first submission. A repeated call returns the submission that exists.

    Raises IncompleteApplicationError. The receipt day is the Berlin day of ``submitted_at``.
    """
    with writing(case=case, by=by, level=Level.CONTRIBUTE) as locked:
        existing = locked.submissions.order_by("number").first()
        if existing is not None:
            return existing
        gaps = missing_for_submission(locked)
        if gaps:
            raise IncompleteApplicationError(gaps)
        refresh_parcels(site=locked.site, case=locked)
        locked.submitted_at = legal_time.now()
        locked.save(update_fields=["submitted_at"])
        submission = record_submission(case=locked, by=by)
        set_status(case=locked, status=CaseStatus.SUBMITTED, by=by)
        notify_applicants(case=locked, event="submitted", key=str(submission.uuid))
        return submission


def record_submission(*, case: PermitCase, by: User) -> Submission:
    """Store what the application is now, with the identity of who submits it; documents become part of the file."""
    now = legal_time.now()
    DocumentVersion.objects.filter(
        document__case=case, document__removed_at__isnull=True, submitted_at__isnull=True
    ).update(submitted_at=now)
    manifest = application_snapshot(case)
    number = case.submissions.count() + 1
    identity = _identity(by)
    submission = Submission.objects.create(
        case=case,
        number=number,
        submitted_at=now,
        submitted_by=by,
        identity_issuer=identity.issuer,
        identity_subject=identity.subject,
        identity_assurance=identity.assurance,
        manifest=manifest,
        sha256=hashlib.sha256(audit.canonical(manifest)).hexdigest(),
    )
    audit.record(
        type="case.submitted",
        by=by,
        case=case,
        subject={"submission": str(submission.uuid), "number": number, "sha256": submission.sha256},
    )
    return submission


def _identity(user: User) -> Identity:
    """Return the identity of best assurance; an account without one is a test account."""
    order = {Assurance.TEST: 0, Assurance.BASIC: 1, Assurance.SUBSTANTIAL: 2, Assurance.HIGH: 3}
    identities = sorted(user.identities.all(), key=lambda identity: order[Assurance(identity.assurance)])
    if identities:
        return identities[-1]
    return Identity(user=user, issuer="local", subject=str(user.uuid), assurance=Assurance.TEST)
