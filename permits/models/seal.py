"""The seal: released by a second person, every use on record (design decisions 9, 10 and 15)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from permits.models.authority import PermitAuthority
from permits.models.case import PermitCase


class SealRequestState(models.TextChoices):
    """Stand einer Vorlage zur Siegelung."""

    WAITING = "waiting", "wartet auf Freigabe"
    RELEASED = "released", "freigegeben"
    RETURNED = "returned", "zurückgegeben"
    REPLACED = "replaced", "durch eine neue Vorlage ersetzt"


class SealRequest(models.Model):
    """Vorlage eines Schriftstücks zur Siegelung: one content of one act, put before a second person."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(PermitCase, on_delete=models.PROTECT, related_name="seal_requests")
    kind = models.CharField(max_length=40, help_text="Document kind of reports/")
    subject = models.CharField(max_length=60, help_text="UUID of the act that needs the paper")
    title = models.CharField(max_length=200)
    content_sha256 = models.CharField(max_length=64)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=SealRequestState, default=SealRequestState.WAITING)
    returned_reason = models.TextField(max_length=2000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=Q(state="waiting"), name="seal_request_waits_once"
            )
        ]
        ordering = ["prepared_at", "pk"]

    def __str__(self) -> str:
        return f"{self.title} ({self.get_state_display()})"


class SealRelease(models.Model):
    """Freigabe zur Siegelung of exactly one content by somebody who did not prepare it; immutable."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.OneToOneField(SealRequest, on_delete=models.PROTECT, related_name="release")
    case = models.ForeignKey(PermitCase, on_delete=models.PROTECT, related_name="seal_releases")
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=60)
    content_sha256 = models.CharField(max_length=64)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(prepared_by=F("released_by")), name="seal_release_four_eyes"),
        ]
        indexes = [models.Index(fields=["kind", "subject"], name="seal_release_act")]
        ordering = ["released_at", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}: freigegeben"


class SealUseResult(models.TextChoices):
    """Ergebnis einer Siegelung. A use that never got beyond "begonnen" was interrupted."""

    STARTED = "started", "begonnen"
    SEALED = "sealed", "gesiegelt"
    FAILED = "failed", "fehlgeschlagen"


class SealUse(models.Model):
    """Siegelnutzung: written before the key is touched, completed once with the result, never changed again."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey(PermitAuthority, on_delete=models.PROTECT, related_name="seal_uses")
    case = models.ForeignKey(PermitCase, on_delete=models.PROTECT, related_name="seal_uses")
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=60)
    number = models.CharField(max_length=80, help_text="Number of the document, which is the seal's serial")
    release = models.ForeignKey(SealRelease, on_delete=models.PROTECT, related_name="uses")
    level = models.CharField(max_length=20)
    profile = models.CharField(max_length=10, help_text="PAdES profile that was asked for; reached when sealed")
    started_at = models.DateTimeField()
    unsealed_sha256 = models.CharField(max_length=64)
    finished_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=10, choices=SealUseResult, default=SealUseResult.STARTED)
    sealed_sha256 = models.CharField(max_length=64, blank=True)
    certificate_sha256 = models.CharField("Fingerabdruck des Zertifikats", max_length=64, blank=True)
    certificate_subject = models.CharField(max_length=300, blank=True)
    reason = models.TextField(max_length=2000, blank=True, help_text="Why it failed, in German, without secrets")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(result="sealed") | (~Q(sealed_sha256="") & ~Q(certificate_sha256="")),
                name="seal_use_sealed_has_hashes",
            ),
            models.CheckConstraint(
                condition=Q(result="started", finished_at__isnull=True)
                | (~Q(result="started") & Q(finished_at__isnull=False)),
                name="seal_use_finished_once",
            ),
        ]
        indexes = [models.Index(fields=["authority", "started_at"], name="seal_use_authority")]
        ordering = ["-started_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.number}: {self.get_result_display()}"
