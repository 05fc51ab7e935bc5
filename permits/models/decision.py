"""Conditions, hearing and decision; four eyes are a database constraint (design decision 10)."""

import uuid

from django.conf import settings
from django.db import models

from permits.models.case import PermitCase


class ConditionKind(models.TextChoices):
    """Art der Nebenbestimmung (§ 36 VwVfG; XBau ``nebenbestimmungart`` in ``law/conditions``)."""

    TIME_LIMIT = "time_limit", "Befristung"
    CONDITION_PRECEDENT = "condition_precedent", "Aufschiebende Bedingung"
    CONDITION_SUBSEQUENT = "condition_subsequent", "Auflösende Bedingung"
    REQUIREMENT = "requirement", "Auflage"
    REVOCATION_RESERVATION = "revocation_reservation", "Widerrufsvorbehalt"
    REQUIREMENT_RESERVATION = "requirement_reservation", "Auflagenvorbehalt"
    ADVISORY_NOTE = "advisory_note", "Hinweis"


class ConditionStage(models.TextChoices):
    """Zeitpunkt, zu dem eine Nebenbestimmung zu erfüllen ist."""

    GENERAL = "general", "Allgemein"
    BEFORE_START = "before_start", "Vor Baubeginn"
    DURING_CONSTRUCTION = "during_construction", "Während der Bauausführung"
    BEFORE_USE = "before_use", "Vor Aufnahme der Nutzung"
    IN_USE = "in_use", "Während der Nutzung"


class Condition(models.Model):
    """Nebenbestimmung or Hinweis, as worked on during assessment."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(PermitCase, on_delete=models.CASCADE, related_name="conditions")
    kind = models.CharField(max_length=30, choices=ConditionKind)
    stage = models.CharField(max_length=30, choices=ConditionStage, default=ConditionStage.GENERAL)
    text = models.TextField(max_length=5000)
    reason = models.TextField(max_length=5000, blank=True)
    legal_basis = models.CharField(max_length=200, blank=True)
    position = models.PositiveIntegerField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    # The text block that it was made from, and what the block said with the case's values: to tell what was altered.
    text_block = models.ForeignKey(
        "permits.TextBlockVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="conditions"
    )
    block_text = models.TextField(blank=True)
    block_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def altered(self) -> bool:
        """Whether it says something else than the text block that it was made from."""
        block = self.text_block
        return block is not None and (self.text, self.reason, self.kind, self.stage, self.legal_basis) != (
            self.block_text,
            self.block_reason,
            block.kind,
            block.stage,
            block.legal_basis,
        )


class Hearing(models.Model):
    """Anhörung before a refusal (§ 28 VwVfG), or the recorded reason why none was needed."""

    case = models.ForeignKey(PermitCase, on_delete=models.CASCADE, related_name="hearings")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    text = models.TextField(max_length=10000, blank=True)
    due_on = models.DateField(null=True, blank=True)
    waived_reason = models.TextField(max_length=5000, blank=True)
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    held_at = models.DateTimeField()
    statement = models.TextField(max_length=10000, blank=True)
    statement_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["held_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(due_on__isnull=False) | ~models.Q(waived_reason=""), name="hearing_or_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case}: Anhörung"


class Outcome(models.TextChoices):
    """Ausgang (XBau ``istGenehmigung``)."""

    GRANTED = "granted", "Genehmigung"
    REFUSED = "refused", "Ablehnung"


class Decision(models.Model):
    """Entscheidung: the act; its text lives in immutable versions."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.OneToOneField(PermitCase, on_delete=models.PROTECT, related_name="decision")
    signed_version = models.OneToOneField(
        "permits.DecisionVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.case}: Entscheidung"


class DecisionState(models.TextChoices):
    """Stand einer Fassung."""

    DRAFT = "draft", "Entwurf"
    PROPOSED = "proposed", "Zur Zweitzeichnung"
    RETURNED = "returned", "Zurückgegeben"
    SIGNED = "signed", "Gezeichnet"


class DecisionVersion(models.Model):
    """Fassung der Entscheidung. From PROPOSED on its content is frozen in ``content`` and hashed."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=DecisionState, default=DecisionState.DRAFT)
    outcome = models.CharField(max_length=10, choices=Outcome)
    operative_part = models.TextField("Tenor", max_length=20000)
    reasons = models.TextField("Begründung", max_length=50000, blank=True)
    content = models.JSONField(null=True, blank=True, help_text="All that the notice says, frozen when proposed")
    content_sha256 = models.CharField(max_length=64, blank=True)
    proposed_at = models.DateTimeField(null=True, blank=True)
    returned_reason = models.TextField(max_length=5000, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    # Counts up with every save, so that two people cannot overwrite each other unseen.
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "number"], name="decision_version_unique")]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.decision} v{self.number}"


class DecisionAct(models.TextChoices):
    """What a person did on a version."""

    WROTE = "wrote", "verfasst"
    SIGNED = "signed", "gezeichnet"


class DecisionContributor(models.Model):
    """Mitwirkung on a version. One row per person and version: who wrote cannot sign, and the database knows it."""

    version = models.ForeignKey(DecisionVersion, on_delete=models.PROTECT, related_name="contributors")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=10, choices=DecisionAct)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "user"], name="four_eyes"),
            models.UniqueConstraint(
                fields=["version"], condition=models.Q(act="signed"), name="decision_version_signed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.act} {self.version}"
