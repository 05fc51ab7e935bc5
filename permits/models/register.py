"""The register of issued papers: one entry per act, numbered without gaps, never changed (ADR 17)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from permits.models.authority import PermitAuthority
from permits.models.case import PermitCase
from permits.models.notice import IssuedDocument


class RegisterAct(models.TextChoices):
    """Was eingetragen wird."""

    ISSUED = "issued", "Ausgefertigt"
    CORRECTED = "corrected", "Berichtigt"
    WITHDRAWN = "withdrawn", "Zurückgenommen"
    REVOKED = "revoked", "Widerrufen"


# After these a paper no longer counts.
ENDING_ACTS = (RegisterAct.WITHDRAWN, RegisterAct.REVOKED)


class RegisterCounter(models.Model):
    """Zähler des Ausgangsregisters einer Behörde; its row is the lock under which numbers are drawn."""

    authority = models.OneToOneField(PermitAuthority, primary_key=True, on_delete=models.PROTECT, related_name="+")
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.authority}: {self.last}"


class RegisterEntry(models.Model):
    """Eintrag im Ausgangsregister, append-only.

    ``document`` is the paper that the act made: what was issued, or the notice that corrects or revokes. ``origin`` is
    the entry of the paper that is corrected or revoked, ``former`` the last entry about it before this one; both are
    empty where a paper is issued. ``former`` is unique, so that of two acts at the same time one is refused.
    A revocation from before the register has no notice of its own (``document`` empty).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey(PermitAuthority, on_delete=models.PROTECT, related_name="register_entries")
    number = models.PositiveIntegerField()
    case = models.ForeignKey(PermitCase, on_delete=models.PROTECT, related_name="register_entries")
    act = models.CharField(max_length=10, choices=RegisterAct)
    entered_at = models.DateTimeField()
    document = models.OneToOneField(
        IssuedDocument, null=True, blank=True, on_delete=models.PROTECT, related_name="register_entry"
    )
    origin = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="later")
    former = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="successor")
    legal_basis = models.CharField(
        max_length=200, blank=True, help_text="Rule that a correction or revocation is based on"
    )
    reason = models.TextField(max_length=10000, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="Who prepared the act; empty for the system",
    )  # fmt: skip
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # What proves the paper, copied from it: an entry stands for itself.
    kind = models.CharField(max_length=40)
    document_number = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    unsealed_sha256 = models.CharField(max_length=64, blank=True)
    seal_level = models.CharField(max_length=20, blank=True)
    seal_profile = models.CharField(max_length=20, blank=True)
    seal_serial = models.CharField(max_length=80, blank=True)
    context_sha256 = models.CharField(max_length=64, blank=True)
    template_version = models.CharField(max_length=80, blank=True)
    text_blocks = models.JSONField(default=list, help_text="Text blocks that the paper uses: key, version, SHA-256")
    letter_parts = models.JSONField(default=list, help_text="Letter parts that the paper uses: key, version")
    renderer_versions = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "number"], name="register_number_unique"),
            models.CheckConstraint(
                condition=Q(act="issued", origin=None, former=None, document__isnull=False)
                | (~Q(act="issued") & Q(origin__isnull=False, former__isnull=False)),
                name="register_act_refers",
            ),
            models.CheckConstraint(
                condition=Q(signed_by=None) | ~Q(signed_by=models.F("by")), name="register_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(act="issued") | (~Q(legal_basis="") & ~Q(reason="")), name="register_act_has_reason"
            ),
        ]
        indexes = [models.Index(fields=["authority", "-entered_at"], name="register_by_day")]
        ordering = ["authority", "number"]

    def __str__(self) -> str:
        return f"{self.number}: {self.get_act_display()}, {self.document_number}"
