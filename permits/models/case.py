"""The permit case: the file of one building proposal."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from permits import legal_time
from permits.models.authority import PermitAuthority


class CaseStatus(models.TextChoices):
    """Legal state of a case; each maps to XBau ``statusbauportal`` (``law/portal_status.toml``)."""

    DRAFT = "draft", "Entwurf"
    SUBMITTED = "submitted", "Eingereicht"
    COMPLETENESS = "completeness", "Prüfung der Vollständigkeit"
    INFORMATION_REQUESTED = "information_requested", "Unterlagen nachgefordert"
    ASSESSMENT = "assessment", "In fachlicher Prüfung"
    HEARING = "hearing", "Anhörung vor Ablehnung"
    DECISION_DRAFTED = "decision_drafted", "Entscheidung in Zeichnung"
    DECISION_SIGNED = "decision_signed", "Bescheid wird ausgefertigt"
    GRANTED = "granted", "Bescheid erteilt"
    REFUSED = "refused", "Antrag abgelehnt"
    # A withdrawal or revocation is issued; it takes effect with its notification (§ 43 VwVfG).
    REVOCATION_ISSUED = "revocation_issued", "Aufhebung ausgefertigt"
    REVOKED = "revoked", "Bescheid aufgehoben"
    WITHDRAWN = "withdrawn", "Zurückgenommen"
    DEEMED_WITHDRAWN = "deemed_withdrawn", "Gilt als zurückgenommen"


OPEN_STATUSES = (
    CaseStatus.SUBMITTED,
    CaseStatus.COMPLETENESS,
    CaseStatus.INFORMATION_REQUESTED,
    CaseStatus.ASSESSMENT,
    CaseStatus.HEARING,
    CaseStatus.DECISION_DRAFTED,
    CaseStatus.DECISION_SIGNED,
)


class PermitCase(models.Model):
    """Vorgang. Exists from the first draft on; gets its number when it is registered."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey(PermitAuthority, on_delete=models.PROTECT, related_name="cases")
    procedure = models.CharField("Verfahrensart", max_length=20, help_text="Code of law/procedures")
    case_number = models.CharField("Aktenzeichen", max_length=60, blank=True)
    status = models.CharField(max_length=30, choices=CaseStatus, default=CaseStatus.DRAFT)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="assigned_cases"
    )
    created_at = models.DateTimeField(default=legal_time.now, editable=False)
    submitted_at = models.DateTimeField(null=True, blank=True)
    status_changed_at = models.DateTimeField(default=legal_time.now, editable=False)
    # Counts up with every change of the application, so that a stale form is refused instead of overwriting.
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "case_number"], condition=~Q(case_number=""), name="case_number_unique"
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(submitted_at__isnull=False), name="case_submitted_has_receipt"
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "status", "-submitted_at"], name="case_worklist"),
            models.Index(fields=["assigned_to", "status"], name="case_assigned"),
        ]

    def __str__(self) -> str:
        return self.case_number or f"Entwurf {str(self.uuid)[:8]}"

    @property
    def is_draft(self) -> bool:
        """Whether nobody but the applicant's side may see the case."""
        return self.status == CaseStatus.DRAFT


class CaseNumberCounter(models.Model):
    """Zähler of the case numbers: gapless per authority and Berlin year, because the row is locked until commit."""

    authority = models.ForeignKey(PermitAuthority, on_delete=models.PROTECT)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "year"], name="case_number_counter_unique")]

    def __str__(self) -> str:
        return f"{self.authority} {self.year}: {self.last}"


class RelationKind(models.TextChoices):
    """Beziehung between two cases."""

    AMENDS = "amends", "Nachtrag zu"
    BASED_ON = "based_on", "auf Grundlage von"
    DEVIATION_FOR = "deviation_for", "Abweichung zu"
    PARALLEL = "parallel", "im Zusammenhang mit"


class CaseRelation(models.Model):
    """Bezug between two cases."""

    case = models.ForeignKey(PermitCase, on_delete=models.PROTECT, related_name="relations")
    related = models.ForeignKey(PermitCase, on_delete=models.PROTECT, related_name="related_from")
    kind = models.CharField(max_length=20, choices=RelationKind)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "related", "kind"], name="case_relation_unique"),
            models.CheckConstraint(condition=~Q(case=models.F("related")), name="case_relation_not_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.get_kind_display()} {self.related}"


class Submission(models.Model):
    """Einreichung: an immutable, hashed copy of the whole application at one instant (§ 3a NBauO)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(PermitCase, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveIntegerField()
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    identity_issuer = models.CharField(max_length=200)
    identity_subject = models.CharField(max_length=200)
    identity_assurance = models.CharField(max_length=20)
    manifest = models.JSONField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="submission_number_unique")]

    def __str__(self) -> str:
        return f"{self.case} / {self.number}"
