"""The audit log: append-only, hash-chained, erasable only in its personal payload (design decision 9)."""

import uuid

from django.db import models
from django.db.models import Q

from permits.models.authority import PermitAuthority


class AuditChain(models.Model):
    """Protokollkette: one per case, and one per authority (or for the site) for all the rest."""

    authority = models.ForeignKey(PermitAuthority, null=True, blank=True, on_delete=models.PROTECT)
    case = models.OneToOneField(
        "permits.PermitCase", null=True, blank=True, on_delete=models.PROTECT, related_name="audit_chain"
    )
    head_sequence = models.PositiveIntegerField(default=0)
    head_hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority"],
                condition=Q(case__isnull=True),
                nulls_distinct=False,
                name="audit_chain_per_authority",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case or self.authority or 'site'} @ {self.head_sequence}"


class AuditEvent(models.Model):
    """Protokolleintrag: what happened, by whom, chained to the entry before it. Holds no personal payload."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    chain = models.ForeignKey(AuditChain, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    type = models.CharField(max_length=80)
    at = models.DateTimeField()
    actor = models.UUIDField(null=True, blank=True, help_text="Public UUID of the user; empty for the system")
    subject = models.JSONField(default=dict, help_text="Ids of the objects concerned")
    payload_digest = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "sequence"], name="audit_event_sequence")]
        indexes = [models.Index(fields=["type", "at"], name="audit_event_type_at")]

    def __str__(self) -> str:
        return f"{self.type} ({self.at:%Y-%m-%d %H:%M})"


class AuditPayload(models.Model):
    """Personal payload of an entry, with the salt of its digest; may be erased without breaking the chain."""

    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="payload", primary_key=True)
    salt = models.CharField(max_length=32)
    data = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"Payload of {self.event_id}"


class AuditSeal(models.Model):
    """Siegel over all chain heads at one time; the file goes to a place outside the database."""

    sealed_at = models.DateTimeField()
    heads_sha256 = models.CharField(max_length=64)
    file = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"{self.sealed_at:%Y-%m-%d %H:%M}"
