"""Issued documents and their service on each recipient."""

import uuid

from django.db import models

from permits.models.authority import PermitAuthority
from permits.models.case import PermitCase
from permits.models.decision import DecisionVersion
from permits.models.document import StoredFile
from permits.models.proposal import Party


class IssuedDocument(models.Model):
    """Ausgefertigtes Schriftstück, immutable: the stored PDF is the record, the stored inputs prove it.

    ``effect_key`` makes issuing idempotent: one notice per decision version, one letter per act.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(PermitCase, on_delete=models.PROTECT, related_name="issued_documents")
    authority = models.ForeignKey(PermitAuthority, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40, help_text="Document kind of reports/: permit, refusal, receipt …")
    effect_key = models.CharField(max_length=120, unique=True)
    decision_version = models.OneToOneField(
        DecisionVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="notice"
    )
    change = models.OneToOneField(
        "permits.NoticeChange", null=True, blank=True, on_delete=models.PROTECT, related_name="notice"
    )
    number = models.CharField(max_length=80, unique=True)
    verification_code = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    issued_at = models.DateTimeField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    unsealed_sha256 = models.CharField(max_length=64)
    sealed = models.BooleanField()
    seal_level = models.CharField(max_length=20, blank=True)
    seal_serial = models.CharField(max_length=80, blank=True)
    seal_profile = models.CharField(max_length=10, blank=True, help_text="PAdES profile reached: B-B, B-T or B-LT")
    context = models.JSONField()
    html = models.TextField()
    css = models.TextField()
    assets = models.JSONField(default=list, help_text="SHA-256 of images and fonts in the file storage")
    attachments = models.JSONField(default=list, help_text="Associated files: name, SHA-256, description")
    rendered_at = models.DateTimeField(help_text="The moment that the PDF is dated with")
    template_version = models.CharField(max_length=80)
    renderer_versions = models.JSONField(default=dict)

    class Meta:
        ordering = ["issued_at", "pk"]

    def __str__(self) -> str:
        return self.number

    @property
    def is_notice(self) -> bool:
        """Whether this is a notice (Bescheid) that is served on its recipients: a decision, or what changes one."""
        return self.decision_version_id is not None or self.change_id is not None


class Channel(models.TextChoices):
    """Zustellweg; each has its own rule for the day of notification (``law/deadlines``)."""

    PORTAL = "portal", "Portal (Abruf)"
    POST = "post", "Post"


class ServiceState(models.TextChoices):
    """Stand der Bekanntgabe."""

    PENDING = "pending", "vorbereitet"
    PROVIDED = "provided", "bereitgestellt"
    SERVED = "served", "bekannt gegeben"
    FAILED = "failed", "nicht bekannt gegeben"
    # The notice was withdrawn or revoked before it had reached the recipient.
    DROPPED = "dropped", "entfallen"


class ServiceOfNotice(models.Model):
    """Bekanntgabe of a notice to one recipient through one channel (§ 41 VwVfG)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    document = models.ForeignKey(IssuedDocument, on_delete=models.PROTECT, related_name="services")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="services")
    channel = models.CharField(max_length=10, choices=Channel)
    attempt = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=ServiceState, default=ServiceState.PENDING)
    provided_at = models.DateTimeField(null=True, blank=True)
    retrieved_at = models.DateTimeField(null=True, blank=True)
    notified_on = models.DateField(null=True, blank=True)
    failed_on = models.DateField(null=True, blank=True)
    remedy_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "party", "attempt"], name="service_of_notice_unique"),
            models.CheckConstraint(
                condition=~models.Q(state="served") | models.Q(notified_on__isnull=False),
                name="served_has_day",
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.document} → {self.party}: {self.get_state_display()}"
