"""Signatures on documents that came in: what a check of them found, and when."""

import uuid

from django.conf import settings
from django.db import models

from permits.models.document import DocumentVersion


class SignatureReport(models.Model):
    """Signaturprüfbericht of one version: immutable; a later check is a further row."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.ForeignKey(DocumentVersion, on_delete=models.CASCADE, related_name="signature_reports")
    checked_at = models.DateTimeField()
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # valid, invalid, cannot_be_established, unsigned: the worst of all signatures
    state = models.CharField(max_length=30)
    content = models.JSONField(
        help_text="Per signature: state, reason, signer, times, coverage; and what it was held against"
    )

    class Meta:
        ordering = ["checked_at", "pk"]

    def __str__(self) -> str:
        return f"{self.version}: {self.state}"
