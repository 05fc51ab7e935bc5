"""Correcting or revoking an issued notice: prepared by one person, signed by another, then issued as a paper."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from permits.models.case import PermitCase


class ChangeKind(models.TextChoices):
    """Art der Änderung; the legal basis of each is dated data (``law/notice_changes``)."""

    CORRECTION = "correction", "Berichtigung"
    WITHDRAWAL = "withdrawal", "Rücknahme"
    REVOCATION = "revocation", "Widerruf"


class ChangeState(models.TextChoices):
    """Stand der Änderung."""

    PROPOSED = "proposed", "Zur Zweitzeichnung"
    RETURNED = "returned", "Zurückgegeben"
    SIGNED = "signed", "Gezeichnet"
    ISSUED = "issued", "Ausgefertigt"


class RemedyEffect(models.TextChoices):
    """Was eine Berichtigung für die Widerspruchsfrist bedeutet (§ 58 Abs. 2, § 70 VwGO)."""

    UNCHANGED = "unchanged", "ändert sich nicht"
    INSTRUCTION = "instruction", "beginnt neu: Die Rechtsbehelfsbelehrung war unrichtig"
    BURDEN = "burden", "beginnt neu: Erst die Berichtigung zeigt, was der Bescheid verlangt"


OPEN_CHANGES = (ChangeState.PROPOSED, ChangeState.SIGNED)


class NoticeChange(models.Model):
    """Berichtigung, Rücknahme oder Widerruf eines Bescheids.

    ``content`` is what the notice will say, frozen when proposed. A returned one stays as it is; the next is new.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(PermitCase, on_delete=models.PROTECT, related_name="notice_changes")
    concerns = models.ForeignKey("permits.IssuedDocument", on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=12, choices=ChangeKind)
    state = models.CharField(max_length=10, choices=ChangeState, default=ChangeState.PROPOSED)
    content = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    returned_reason = models.TextField(max_length=5000, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    failed_error = models.CharField(max_length=60, blank=True, help_text="Id of the last failure to issue, for the log")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_by=None) | ~Q(signed_by=F("prepared_by")), name="change_four_eyes"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["signed", "issued"]) | Q(signed_by__isnull=False, signed_at__isnull=False),
                name="change_signed_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["concerns"], condition=Q(state__in=["proposed", "signed"]), name="change_one_at_a_time"
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.concerns_id} ({self.state})"
