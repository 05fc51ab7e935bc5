"""Formal examination and what the applicant is asked for (§ 69 NBauO)."""

import uuid

from django.conf import settings
from django.db import models

from permits.models.case import PermitCase
from permits.models.document import SubmittedDocument


class CompletenessCheck(models.Model):
    """Formelle Prüfung: one round of looking at the submitted documents (XBau 0201)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(PermitCase, on_delete=models.CASCADE, related_name="completeness_checks")
    number = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    complete = models.BooleanField(null=True)
    # Berlin day on which the last missing document arrived; the § 70a clock starts then, not on the day of the check.
    complete_since = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="completeness_check_number_unique")]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.case}: formelle Prüfung {self.number}"


class FindingKind(models.TextChoices):
    """Art des Befundes (XBau ``formellebefundeart`` 2.0, codes 01–06; ``law``: finding_kinds)."""

    PARTIES = "01", "Angaben zu den Beteiligten fehlerhaft oder unvollständig"
    PROPOSAL = "02", "Angaben zum Bauvorhaben fehlerhaft oder unvollständig"
    LOCATION = "03", "Angaben zur Lokalisierung fehlerhaft oder unvollständig"
    DOCUMENT_DEFECT = "04", "Eingereichte Bauvorlage oder sonstige Anlage hat Mängel"
    DOCUMENT_MISSING = "05", "Bauvorlage oder sonstige Anlage fehlt"
    DEVIATION_MISSING = "06", "Abweichungsantrag fehlt"


class Finding(models.Model):
    """Befund (XBau ``befundliste``): what is missing or wrong, with its document type."""

    check_round = models.ForeignKey(CompletenessCheck, on_delete=models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=2, choices=FindingKind)
    document_type = models.CharField(max_length=10, blank=True)
    document = models.ForeignKey(
        SubmittedDocument, null=True, blank=True, on_delete=models.PROTECT, related_name="findings"
    )
    text = models.TextField(max_length=2000)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    resolved_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.text[:60]


class AdditionalInformationRequest(models.Model):
    """Nachforderung (§ 69 (2) NBauO): deemed withdrawn three weeks after ``due_on`` where nothing came."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(PermitCase, on_delete=models.CASCADE, related_name="information_requests")
    check_round = models.OneToOneField(CompletenessCheck, on_delete=models.PROTECT, related_name="request")
    text = models.TextField(blank=True, max_length=5000)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    extended_until = models.DateField(null=True, blank=True)
    deemed_withdrawn_on = models.DateField(help_text="First day on which the application counts as withdrawn")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.case}: Nachforderung bis {self.due_on:%d.%m.%Y}"
