"""Messages, notes, follow-ups and mail."""

import uuid

from django.conf import settings
from django.db import models

from permits.models.case import PermitCase


class Message(models.Model):
    """Nachricht between the applicant's side and the authority."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(PermitCase, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    from_authority = models.BooleanField()
    text = models.TextField(max_length=10000)
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ["sent_at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


class InternalNote(models.Model):
    """Vermerk, seen by the authority only."""

    case = models.ForeignKey(PermitCase, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=10000)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-written_at", "-pk"]

    def __str__(self) -> str:
        return self.text[:60]


class FollowUp(models.Model):
    """Wiedervorlage: a date on which somebody wants to see the case again, or a task that the system found."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(PermitCase, on_delete=models.CASCADE, related_name="follow_ups")
    due_on = models.DateField()
    text = models.CharField(max_length=500)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    # Set for tasks that the system opens, so that a repeated job opens each once.
    effect_key = models.CharField(max_length=120, null=True, blank=True, unique=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["due_on"], condition=models.Q(done_at=None), name="follow_up_open")]

    def __str__(self) -> str:
        return self.text


class OutgoingMail(models.Model):
    """E-Mail: sent at least once, with a fixed Message-ID; names no personal detail of the case."""

    message_id = models.CharField(max_length=200, unique=True)
    to = models.EmailField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=250)
    body = models.TextField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.subject
